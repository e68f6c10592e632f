"""Answering lessons, coaching, and letting rights wait."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.learning.course import Lesson, lessons
from clinlead.learning.learners import learner_facts
from clinlead.learning.models import Attempt, CoachingNote, RightWaits
from clinlead.learning.policies import (
    Right,
    WaitFacts,
    why_not_end_wait,
    why_not_note,
    why_not_set_wait,
)
from clinlead.learning.scoring import Score, score


@transaction.atomic
def answer_lesson(*, lesson: Lesson, chosen: Mapping[int, int], by: Account, at: datetime) -> Score:
    """What was chosen is kept as it was, every time. Anybody who signs in may learn."""
    found = score(lesson, chosen)
    Attempt.objects.create(
        account=by,
        lesson=lesson.code,
        digest=lesson.digest,
        chosen=[each.chosen for each in found.answers],
        right=found.right,
        of=found.of,
        passed=found.passed,
        at=at,
    )
    return found


@transaction.atomic
def write_note(*, account: Account, text: str, by: Account, at: datetime) -> CoachingNote:
    """Read by the manager and their coaches alone; the record says that one was written."""
    refuse_if(why_not_note(reader_of(by, at.date()), learner_facts(account, at.date()), text))
    made = CoachingNote.objects.create(account=account, text=text.strip(), by=by, at=at)
    append(act="coaching note written", at=at, by_id=by.pk, object_kind="coaching note",
           object_id=made.pk)  # fmt: skip
    return made


@transaction.atomic
def set_wait(*, right: Right, lesson: str, because: str, by: Account, at: datetime) -> RightWaits:
    """From now on this right waits on a lesson, for whoever has not passed it."""
    facts = WaitFacts(running=running(right), known=lesson in lessons())
    refuse_if(why_not_set_wait(reader_of(by, at.date()), facts, because))
    made = RightWaits.objects.create(
        right=right, lesson=lesson, because=because.strip(), set_by=by, set_at=at
    )
    noted("a right waits on a lesson", made, by, at)
    return made


@transaction.atomic
def end_wait(*, right: Right, by: Account, at: datetime) -> RightWaits:
    refuse_if(why_not_end_wait(reader_of(by, at.date()), WaitFacts(running=running(right))))
    found = RightWaits.objects.select_for_update().get(right=right, ended_at=None)
    found.ended_by, found.ended_at = by, at
    found.save(update_fields=["ended_by", "ended_at"])
    noted("a right waits no longer", found, by, at)
    return found


def running(right: Right) -> bool:
    return RightWaits.objects.filter(right=right, ended_at=None).exists()


def noted(act: str, one: RightWaits, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="right",
        object_id=one.right,
        details={"lesson": one.lesson, "because": one.because},
    )
