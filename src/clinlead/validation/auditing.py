"""A random sample of unchallenged records, for an analyst to check against the source."""

import random
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.validation import queries
from clinlead.validation.challenging import Said, challenge_for
from clinlead.validation.models import AuditDraw, AuditSample, Challenge, Evidence, Window
from clinlead.validation.policies import (
    ChallengeReason,
    Outcome,
    RecordState,
    why_not_audit,
    why_not_check_sample,
)
from clinlead.validation.queries import Owned
from clinlead.validation.records import WrongValue

NONE_LEFT = Refusal(Reason.WRONG_STAGE, "No unchallenged record of this window is left to draw.")


@transaction.atomic
def draw_audit_sample(
    *, window: Window, size: int, seed: int, by: Account, at: datetime
) -> AuditDraw:
    """Draw records nobody challenged, at random; the seed and the order make it repeatable."""
    reader = reader_of(by, localdate(at))
    refuse_if(why_not_audit(reader))
    Window.objects.select_for_update().get(pk=window.pk)
    population = unchallenged(window, at, without=reader.person_id)
    if not population:
        raise NotAllowed(NONE_LEFT)
    size = min(max(size, 1), len(population))
    draw = AuditDraw.objects.create(
        window=window, seed=seed, population=len(population), size=size, drawn_by=by, drawn_at=at
    )
    drawn = random.Random(seed).sample(population, size)  # noqa: S311 - repeatable, not secret
    AuditSample.objects.bulk_create(as_sample(draw, one) for one in drawn)
    append(
        act="audit drawn",
        at=at,
        by_id=by.pk,
        about={one.person.pk for one in drawn},
        object_kind="audit",
        object_id=draw.pk,
        details={"seed": seed, "population": len(population), "size": size},
    )
    return draw


def unchallenged(window: Window, at: datetime, *, without: int | None) -> list[Owned]:
    """What can be drawn, in an order that only the records decide; nothing is drawn twice."""
    drawn = set(
        AuditSample.objects.filter(draw__window=window).values_list("person_id", "dataset", "key")
    )
    left = [
        one
        for one in queries.states_in_window(window, localdate(at))
        if one.state is not RecordState.CHALLENGED
        and one.person.pk != without
        and (one.person.pk, one.record.dataset, one.record.key) not in drawn
    ]
    return sorted(left, key=lambda one: (one.person.code, one.record.dataset, one.record.key))


def as_sample(draw: AuditDraw, one: Owned) -> AuditSample:
    return AuditSample(
        draw=draw,
        person=one.person,
        dataset=one.record.dataset,
        key=one.record.key,
        was=one.state,
    )


@transaction.atomic
def record_audit(
    *,
    sample_id: int,
    outcome: Outcome,
    note: str,
    by: Account,
    at: datetime,
    said: Said | None = None,
) -> AuditSample:
    """Write down what the audit of one record found; its owner can see it.

    A wrong one becomes a challenge, with what was found as its evidence: `said` is what is wrong
    and what would be right. Somebody else settles it.
    """
    sample = AuditSample.objects.select_for_update().get(pk=sample_id)
    refuse_if(why_not_check_sample(reader_of(by, localdate(at)), sample.person_id))
    if sample.outcome:
        raise NotAllowed(Refusal(Reason.ALREADY_DONE, f"Already checked: {sample.outcome}."))
    if outcome is not Outcome.RIGHT and not note.strip():
        raise WrongValue("note", "Say what you found.")
    sample.outcome, sample.note = outcome, note.strip()
    sample.checked_by, sample.checked_at = by, at
    if outcome is Outcome.WRONG:
        sample.challenge = challenged(sample, said or as_found(note), by, at)
    sample.save(update_fields=["outcome", "note", "checked_by", "checked_at", "challenge"])
    append(
        act="audit recorded",
        at=at,
        by_id=by.pk,
        about=[sample.person_id],
        object_kind="audit sample",
        object_id=sample.pk,
        details={"outcome": outcome, "challenge": sample.challenge_id},
    )
    return sample


def as_found(note: str) -> Said:
    return Said(reason=ChallengeReason.OTHER, text=note)


def challenged(sample: AuditSample, said: Said, by: Account, at: datetime) -> Challenge:
    """The challenge that carries the finding on: the owner's own where one is open already."""
    mine = Challenge.objects.open().filter(
        dataset=sample.dataset, key=sample.key, person=sample.person
    )
    challenge = mine.first() or challenge_for(
        dataset=sample.dataset, key=sample.key, said=said, person=sample.person, by=by, at=at
    )
    found = f"Audit of a random sample, drawn {sample.was}: {sample.note}"
    Evidence.objects.create(challenge=challenge, by=by, at=at, text=found)
    return challenge
