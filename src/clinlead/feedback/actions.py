"""Beginning a round, choosing and asking colleagues, answering, and agreeing how to read it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.deciding import owner_in
from clinlead.access.models import Account
from clinlead.access.policies import Reader, is_owner, refuse_if
from clinlead.access.queries import reader_of
from clinlead.feedback import policies
from clinlead.feedback.facts import CLINICIAN, RoundFacts, Scores
from clinlead.feedback.models import Rater, Round, Sheet
from clinlead.feedback.queries import RELATED, facts_of, group_of, rater_facts
from clinlead.feedback.questionnaire import questionnaire
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.organisation.models import Department, Person


def day(at: datetime) -> date:
    return timezone.localdate(at)


@transaction.atomic
def begin(*, person: Person, department: Department, by: Account, at: datetime) -> Round:
    """By one of the two. While colleagues of one round are being asked, there is no other."""
    Person.objects.select_for_update().get(pk=person.pk)
    reader = reader_of(by, day(at))
    owner = owner_in(person.pk, department.pk, reader.on)
    running = [
        one
        for one in Round.objects.filter(person=person, department=department)
        if not facts_of(one, reader.on).over(reader.on)
    ]
    refuse_if(policies.why_not_begin(reader, owner, another=bool(running)))
    made = Round.objects.create(
        person=person,
        department=department,
        begun_by=by,
        begun_at=at,
        held_by=None if is_owner(reader, owner) else by,
        version=questionnaire().version,
    )
    noted("feedback begun", made, by, at)
    return made


def asking(round_id: int, by: Account, at: datetime) -> tuple[Round, RoundFacts, Reader]:
    """The round, locked, as it is now."""
    rows = Round.objects.select_for_update(of=("self",)).select_related(*RELATED)
    found = rows.get(pk=round_id)
    reader = reader_of(by, day(at))
    return found, facts_of(found, reader.on), reader


def acted(act: str, found: Round, by: Account, at: datetime) -> None:
    """Whoever acts for the department holds it from then on."""
    if by.person_id != found.person_id:
        found.held_by = by
    found.save()
    noted(act, found, by, at)


@transaction.atomic
def choose(*, round_id: int, rater: Account, by: Account, at: datetime) -> Rater:
    found, facts, reader = asking(round_id, by, at)
    refuse_if(policies.why_not_choose(reader, facts))
    refuse_if(policies.why_not_rate(rater_facts(found, rater, reader.on)))
    made = Rater.objects.create(
        round=found, account=rater, group=group_of(rater, reader.on), chosen_by=by
    )
    acted("feedback rater chosen", found, by, at)
    return made


@transaction.atomic
def take_out(*, rater_id: int, by: Account, at: datetime) -> None:
    """Before anybody is asked: they never know of it."""
    rater = Rater.objects.get(pk=rater_id)
    found, facts, reader = asking(rater.round_id, by, at)
    refuse_if(policies.why_not_choose(reader, facts))
    rater.delete()
    acted("feedback rater taken out", found, by, at)


@transaction.atomic
def ask(*, round_id: int, closes_on: date, by: Account, at: datetime) -> Round:
    """Every rater is told, and nobody is added from here on."""
    found, facts, reader = asking(round_id, by, at)
    refuse_if(policies.why_not_ask(reader, facts, closes_on))
    found.asked_by, found.asked_at, found.closes_on = by, at, closes_on
    acted("feedback asked for", found, by, at)
    tell_raters(found, at)
    return found


@transaction.atomic
def ask_longer(*, round_id: int, closes_on: date, by: Account, at: datetime) -> Round:
    found, facts, reader = asking(round_id, by, at)
    refuse_if(policies.why_not_ask_longer(reader, facts, closes_on))
    found.closes_on = closes_on
    acted("feedback asked for longer", found, by, at)
    tell_raters(found, at)
    return found


def tell_raters(found: Round, at: datetime) -> None:
    waiting = found.raters.filter(answered=False).select_related("account")
    tell(
        [one.account for one in waiting],
        key=f"feedback {found.pk} {found.closes_on}",
        words="You are asked for feedback on a colleague",
        href=f"{found.get_absolute_url()}answer/",
        at=at,
    )


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What one colleague says."""

    scores: Scores
    well: str = ""
    better: str = ""


@transaction.atomic
def answer(*, round_id: int, said: Answered, by: Account, at: datetime) -> None:
    """Kept apart from who answered: the record says that somebody did, and never what."""
    found, facts, reader = asking(round_id, by, at)
    rater = Rater.objects.filter(round=found, account=by).first()
    refuse_if(
        policies.why_not_answer(
            reader, facts, asked=rater is not None, answered=bool(rater and rater.answered)
        )
    )
    assert rater is not None, "whoever was not asked has been refused"
    Sheet.objects.create(
        round=found,
        group=rater.group,
        scores=dict(said.scores),
        well=said.well.strip(),
        better=said.better.strip(),
    )
    rater.answered = True
    rater.save(update_fields=["answered"])


@transaction.atomic
def assess_oneself(*, round_id: int, scores: Scores, by: Account, at: datetime) -> Round:
    found, facts, reader = asking(round_id, by, at)
    refuse_if(policies.why_not_assess_oneself(reader, facts))
    found.self_scores, found.self_at = dict(scores), at
    acted("self-assessment written", found, by, at)
    return found


@transaction.atomic
def agree_how_to_read(*, round_id: int, words: str, by: Account, at: datetime) -> Round:
    """One of the two says how colleagues’ own words are to be read; with both they are shown."""
    found, facts, reader = asking(round_id, by, at)
    refuse_if(policies.why_not_agree(reader, facts, words))
    if policies.side_of(reader, facts) == CLINICIAN:
        found.clinician_reads = words.strip()
    else:
        found.reviewer_reads = words.strip()
    acted("feedback reading agreed", found, by, at)
    return found


def noted(act: str, found: Round, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[found.person_id],
        object_kind="feedback",
        object_id=found.pk,
    )
