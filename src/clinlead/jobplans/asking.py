"""Asking about a job plan, answering, and closing the question."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.deciding import deciders, owner_facts
from clinlead.access.models import Account
from clinlead.access.policies import OwnerFacts, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.jobplans.concordance import Point
from clinlead.jobplans.models import PlanQuestion
from clinlead.jobplans.policies import (
    QuestionFacts,
    why_not_answer,
    why_not_ask,
    why_not_close,
)
from clinlead.notices.actions import tell
from clinlead.organisation.models import Department, Person


@transaction.atomic
def ask(
    *, person: Person, department: Department, point: Point, text: str, by: Account, at: datetime
) -> PlanQuestion:
    """HR asks; whoever decides for this clinician is told, and so is the clinician."""
    refuse_if(why_not_ask(reader_of(by, at.date()), owner_facts(person, at.date()), text))
    made = PlanQuestion.objects.create(
        person=person,
        department=department,
        point=point,
        text=text.strip(),
        asked_by=by,
        asked_at=at,
    )
    accounts = [*answering(person, department, at.date()), *Account.objects.filter(person=person)]
    say(made, accounts, "HR has a question about a job plan", at)
    noted("job plan question asked", made, by, at)
    return made


@transaction.atomic
def answer(*, question_id: int, text: str, by: Account, at: datetime) -> PlanQuestion:
    found = held(question_id)
    refuse_if(why_not_answer(reader_of(by, at.date()), facts_of(found, at.date()), text))
    found.answer, found.answered_by, found.answered_at = text.strip(), by, at
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    say(found, [found.asked_by], "A question about a job plan was answered", at)
    noted("job plan question answered", found, by, at)
    return found


@transaction.atomic
def close(*, question_id: int, by: Account, at: datetime) -> PlanQuestion:
    found = held(question_id)
    refuse_if(why_not_close(reader_of(by, at.date()), facts_of(found, at.date())))
    found.closed_by, found.closed_at = by, at
    found.save(update_fields=["closed_by", "closed_at"])
    noted("job plan question closed", found, by, at)
    return found


def held(question_id: int) -> PlanQuestion:
    rows = PlanQuestion.objects.select_for_update(of=("self",))
    return rows.select_related("person", "department", "asked_by").get(pk=question_id)


def facts_of(question: PlanQuestion, on: date) -> QuestionFacts:
    return rule_of(question, owner_facts(question.person, on))


def rule_of(question: PlanQuestion, owner: OwnerFacts) -> QuestionFacts:
    return QuestionFacts(
        owner=owner,
        answered=question.answered_at is not None,
        closed=question.closed_at is not None,
    )


def answering(person: Person, department: Department, on: date) -> list[Account]:
    """Who may answer for this clinician: their lead, a lead's chief, a chief's medical director."""
    found = deciders(department, owner_facts(person, on), on)
    return [one for one in found if one.person_id != person.pk]


def say(question: PlanQuestion, accounts: list[Account], words: str, at: datetime) -> None:
    key = f"plan question {question.pk}: {words}"
    tell(accounts, key=key, words=words, href=question.get_absolute_url(), at=at)


def noted(act: str, question: PlanQuestion, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[question.person_id],
        object_kind="job plan",
        object_id=question.pk,
        details={"point": question.point},
    )
