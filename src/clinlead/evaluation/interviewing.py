"""Planning an interview and recording that it was held."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.evaluation.cohort import check, held, moved
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import Interview, Participant, QuestionnaireVersion
from clinlead.evaluation.policies import State, why_not_hold, why_not_plan
from clinlead.evaluation.queries import participant_facts
from clinlead.evaluation.sealing import Key


@transaction.atomic
def plan(
    *, participant: Participant, planned_for: datetime, how: str, by: Account, at: datetime
) -> Interview:
    """When and how somebody will be interviewed; they read it through their own link."""
    found = held(participant)
    check(found.study, by, at)
    refuse_if(why_not_plan(participant_facts(found)))
    made, _ = Interview.objects.update_or_create(
        participant=found, defaults={"planned_for": planned_for, "how": how}
    )
    noted("evaluation: interview planned", found.study, by, at, number=found.number)
    return made


@transaction.atomic
def record_interview(
    *,
    participant: Participant,
    key: Key,
    held_on: date,
    minutes: int,
    how: str,
    notes: str = "",
    guide: QuestionnaireVersion | None = None,
    by: Account,
    at: datetime,
) -> Interview:
    """It was held. Nothing has to have been recorded; the evaluator's notes are sealed."""
    found = held(participant)
    check(found.study, by, at)
    refuse_if(why_not_hold(participant_facts(found), held_on, timezone.localdate(at)))
    closed = key.seal(notes.strip(), notes_place(found)) if notes.strip() else None
    made, _ = Interview.objects.update_or_create(
        participant=found,
        defaults={
            "held_on": held_on,
            "minutes": minutes,
            "how": how,
            "notes": closed,
            "guide": guide,
        },
    )
    if found.state != State.INTERVIEWED:
        moved(found, State.INTERVIEWED, at)
    noted("evaluation: interview held", found.study, by, at, number=found.number)
    return made


def notes_place(participant: Participant) -> str:
    return f"notes of participant {participant.pk}"


def notes_of(interview: Interview, key: Key) -> str:
    if interview.notes is None:
        return ""
    return str(key.open(interview.notes, notes_place(interview.participant)))
