"""Reading rounds of feedback: whose they are, who could be asked, and what may be shown."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from clinlead.access.deciding import owner_in
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role, why_not_decide_for
from clinlead.access.queries import reader_of
from clinlead.concerns.queries import escalated_people, escalated_to
from clinlead.conversations.policies import TalkFacts
from clinlead.conversations.queries import sight
from clinlead.feedback.facts import (
    CLINICIAN,
    LEAST_IN_A_GROUP,
    REVIEWER,
    Group,
    RoundFacts,
    Scored,
    groups_shown,
    scored,
)
from clinlead.feedback.models import Rater, Round, Sheet
from clinlead.feedback.policies import NOT_SHOWN, RaterFacts, why_not_read_escalated, why_not_see
from clinlead.feedback.questionnaire import Question, questionnaire
from clinlead.organisation.models import Person

RELATED = ("person", "department", "held_by__person")
MOST_FOUND = 10
MANAGES = (Role.OPERATIONS, Role.HR, Role.ANALYST, Role.EXECUTIVE, Role.PROJECT_TEAM)


def facts_of(feedback: Round, on: date) -> RoundFacts:
    """Four queries at most."""
    owner = owner_in(feedback.person_id, feedback.department_id, on)
    raters = list(feedback.raters.values_list("group", "answered", "account_id"))
    said = {CLINICIAN: feedback.clinician_reads, REVIEWER: feedback.reviewer_reads}
    return RoundFacts(
        two=TalkFacts(
            owner=owner,
            held_by_id=feedback.held_by_id,
            holder_decides=decides(feedback.held_by, owner, on),
        ),
        asked=feedback.asked_at is not None,
        closes_on=feedback.closes_on,
        groups=Counter(Group(group) for group, _, _ in raters),
        answered=sum(answered for _, answered, _ in raters),
        self_assessed=feedback.self_at is not None,
        agreed=frozenset(side for side, words in said.items() if words),
        escalated_to=escalated_to(feedback.person_id),
        raters=frozenset(account for _, _, account in raters),
    )


def decides(account: Account | None, owner: OwnerFacts, on: date) -> bool:
    return account is not None and why_not_decide_for(reader_of(account, on), owner) is None


def find(reader: Reader, pk: int) -> tuple[Round, RoundFacts] | None:
    """One round with its facts; None where this person may not know that it exists."""
    found = Round.objects.select_related(*RELATED).filter(pk=pk).first()
    if found is None:
        return None
    facts = facts_of(found, reader.on)
    return None if why_not_see(reader, facts) else (found, facts)


def visible_to(reader: Reader) -> list[Round]:
    """Rounds of which this person is one of the two, newest first."""
    near = Q(held_by_id=reader.account_id) | Q(department__in=reader.leads | reader.chief_of)
    if reader.has(Role.DIRECTOR):  # whose own goes past the chief, or has none
        above = RoleHolding.objects.on(reader.on).leads_and_above()
        near |= Q(person__in=above.values("account__person_id"))
    if reader.person_id is not None:
        near |= Q(person_id=reader.person_id)
    found = list(Round.objects.filter(near).select_related(*RELATED))
    to_see = sight(reader, found)
    return [one for one in found if why_not_see(reader, RoundFacts(two=to_see(one))) is None]


def find_escalated(reader: Reader, pk: int) -> tuple[Round, RoundFacts] | None:
    """One round for HR whom a concern has brought in; None where they may not know of it."""
    found = Round.objects.select_related(*RELATED).filter(pk=pk).first()
    if found is None:
        return None
    facts = facts_of(found, reader.on)
    hidden = why_not_read_escalated(reader, facts, "a reason") is NOT_SHOWN
    return None if hidden else (found, facts)


def escalated_to_reader(reader: Reader) -> list[Round]:
    """Rounds of whose concern has brought this HR manager in, newest first."""
    people = escalated_people(reader)
    found = Round.objects.filter(person__in=people, asked_at__isnull=False)
    return list(found.select_related(*RELATED)) if people else []


def asked_of(reader: Reader) -> QuerySet[Rater]:
    """What this person is asked and has not answered, while it is open."""
    open_now = Rater.objects.filter(
        account_id=reader.account_id, answered=False, round__closes_on__gte=reader.on
    )
    return open_now.select_related("round__person").order_by("round__closes_on")


def group_of(account: Account, on: date) -> Group:
    """What a colleague is, by the roles they hold."""
    roles = reader_of(account, on).roles
    if Role.CLINICIAN in roles:
        return Group.DOCTOR
    return Group.MANAGER if roles & set(MANAGES) else Group.STAFF


def rater_facts(feedback: Round, account: Account, on: date) -> RaterFacts:
    owner = owner_in(feedback.person_id, feedback.department_id, on)
    return RaterFacts(
        account_id=account.pk,
        is_owner=account.person_id == feedback.person_id,
        decides=decides(account, owner, on),
        chosen=feedback.raters.filter(account=account).exists(),
    )


def accounts_called(words: str) -> list[Account]:
    """Who has an account and is called so, or signs in so; one more than fits where too many."""
    exact = Q(person__name__iexact=words) | Q(username__iexact=words)
    active = Account.objects.filter(is_active=True).select_related("person").order_by("pk")
    found = list(active.filter(exact)[: MOST_FOUND + 1])
    return found or list(active.filter(person__name__icontains=words)[: MOST_FOUND + 1])


@dataclass(frozen=True)
class QuestionShown:
    """A question with everybody’s answers, each group’s where it may be shown, and one’s own."""

    question: Question
    everybody: Scored
    apart: list[tuple[Group, Scored]]
    own: str


def answers_of(feedback: Round) -> list[QuestionShown]:
    """Every question with its own denominator; two queries."""
    asked = questionnaire()
    sheets = list(feedback.sheets.all())
    by_group = Counter(Group(sheet.group) for sheet in sheets)
    shown = groups_shown(by_group)
    steps = list(asked.scale)

    def of(question: Question) -> QuestionShown:
        own = (feedback.self_scores or {}).get(question.code)
        said = asked.scale[own] if own else "cannot say"
        return QuestionShown(
            question,
            scored(question.code, (one.scores for one in sheets), steps),
            apart(question.code, sheets, shown, steps),
            said if feedback.self_at else "",
        )

    return [of(question) for question in asked.questions]


def apart(
    code: str, sheets: list[Sheet], groups: list[Group], steps: list[int]
) -> list[tuple[Group, Scored]]:
    """Every group’s answers to a question, or none: a group left out would be the rest."""
    found = [
        (group, scored(code, (one.scores for one in sheets if one.group == group), steps))
        for group in groups
    ]
    few = any(each.answers < LEAST_IN_A_GROUP for _, each in found)
    return [] if few else found


def own_words_of(feedback: Round) -> tuple[list[str], list[str]]:
    """What colleagues wrote, each list sorted by itself, so that no two stand together by hand."""
    sheets = list(feedback.sheets.all())
    well = sorted(one.well for one in sheets if one.well)
    return well, sorted(one.better for one in sheets if one.better)


def told_for_review(person: Person, first: date, last: date, on: date) -> list[str]:
    """What a review may say of rounds that ended in these days with enough answers."""
    rounds = Round.objects.filter(person=person, closes_on__gte=first, asked_at__date__lte=last)
    return [
        line
        for one in rounds.select_related(*RELATED).order_by("closes_on", "pk")
        for line in lines_of(one, facts_of(one, on), on)
    ]


def lines_of(feedback: Round, facts: RoundFacts, on: date) -> list[str]:
    if not facts.over(on) or not facts.enough:
        return []
    scale = questionnaire().scale
    high = sorted(scale)[-2:]
    words = " or ".join(scale[step].lower() for step in high)
    return [
        f"{one.question.text}: {sum(one.everybody.counts[step] for step in high)} of "
        f"{one.everybody.answers} colleagues say {words}."
        for one in answers_of(feedback)
        if one.everybody.shown
    ]
