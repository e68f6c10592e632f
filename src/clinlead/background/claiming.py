"""Asking for work, claiming it and giving it back: every step is one conditional update.

Whoever's update changes the row has the job; a second worker's changes nothing. That holds on
SQLite and on PostgreSQL alike, and needs no lock that outlives its transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, Q, Value, When

from clinlead.background.models import Job, Pause
from clinlead.background.policies import JobState

SILENT_FOR = timedelta(minutes=2)  # a worker that said nothing for so long is taken for dead
TRIES = 3  # before somebody has to look
MOST_LOST = 5  # workers that may die over a job before it is taken for the cause
WAITS = (timedelta(minutes=1), timedelta(minutes=10))  # before the second and the third try


class Stopped(Exception):
    """Background work was paused: the job goes back and begins again where it was."""


class LostClaim(Exception):
    """Another worker has this job by now, because this one was silent for too long."""


@dataclass(frozen=True)
class Claimed:
    """A job that this worker, and no other, may do."""

    job: Job
    claim: str

    def still_ours(self):
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, claim=self.claim)


def queue(kind: str, key: object, *, at: datetime, about: str = "") -> Job:
    """Ask for a piece of work. One that waits is asked for already; one that runs, runs again.

    `about` says to whoever runs the calendar what `key` is; neither holds a result or a name.
    """
    asked = {"asked_at": at, "not_before": at}
    defaults = {"about": about, **asked}
    job, made = Job.objects.get_or_create(kind=kind, key=str(key), defaults=defaults)
    if not made:
        mine = Job.objects.filter(pk=job.pk)
        mine.filter(state=JobState.RUNNING).update(again=True)
        over = mine.filter(state__in=[JobState.DONE, JobState.FAILED])
        over.update(state=JobState.WAITING, attempts=0, done=0, total=0, **asked)
    return job


def is_paused() -> bool:
    return Pause.objects.filter(resumed_at=None).exists()


def ready(at: datetime):
    """Jobs that wait for anybody, and those whose worker has fallen silent."""
    waiting = Q(state=JobState.WAITING, not_before__lte=at)
    orphaned = Q(state=JobState.RUNNING, beat_at__lt=at - SILENT_FOR)
    return Job.objects.filter(waiting | orphaned).order_by("not_before", "pk")


def is_held(kind: str) -> bool:
    """Whether a pause holds this kind of work: what people's safety needs is never held."""
    return kind not in settings.NEVER_PAUSED and is_paused()


def claim_next(at: datetime) -> Claimed | None:
    """The next job for this worker alone, or nothing to do."""
    waiting = ready(at)
    if is_paused():
        waiting = waiting.filter(kind__in=settings.NEVER_PAUSED)
    for job in waiting:
        held = hold(job)
        if not take(held, at):
            continue
        if job.attempts < MOST_LOST:
            return held
        fail(held, f"Its worker ended {job.attempts} times before this was done.", at=at)
    return None


def hold(job: Job) -> Claimed:
    """A claim that is to be tried."""
    return Claimed(job, secrets.token_hex(16))


def take(held: Claimed, at: datetime) -> bool:
    """Whether the row was still as it was seen, and is this worker's from now on."""
    job = held.job
    as_seen = Job.objects.filter(pk=job.pk, state=job.state, claim=job.claim)
    if job.beat_at:
        as_seen = as_seen.filter(beat_at=job.beat_at)
    new = {"claim": held.claim, "beat_at": at, "began_at": at, "ended_at": None}
    return bool(as_seen.update(state=JobState.RUNNING, attempts=F("attempts") + 1, **new))


def beat(held: Claimed, *, done: int, total: int, at: datetime) -> None:
    """Say that this worker lives and how far it is; and learn whether to stop."""
    if not held.still_ours().update(beat_at=at, done=done, total=total):
        raise LostClaim
    if is_held(held.job.kind):
        raise Stopped


def finish(held: Claimed, result: str, *, at: datetime) -> bool:
    """Done; and waiting once more, if it was asked for while it ran."""
    once_more = Case(
        When(again=True, then=Value(JobState.WAITING.value)), default=Value(JobState.DONE.value)
    )
    return bool(
        held.still_ours().update(
            state=once_more, again=False, claim="", beat_at=None, ended_at=at, result=result,
            reason="", attempts=0, not_before=at,
        )
    )  # fmt: skip


def give_back(held: Claimed) -> None:
    """Stopped before its end; it begins again where it was, and this was no failed try."""
    held.still_ours().update(
        state=JobState.WAITING, claim="", beat_at=None, attempts=F("attempts") - 1
    )


def fail(held: Claimed, reason: str, *, at: datetime) -> None:
    """Not done, and why; tried again by itself a few times before somebody has to look."""
    tries = held.still_ours().values_list("attempts", flat=True).first()
    if tries is None:
        return
    left = tries < TRIES
    held.still_ours().update(
        state=JobState.WAITING if left else JobState.FAILED,
        not_before=at + WAITS[tries - 1] if left else at,
        claim="",
        beat_at=None,
        ended_at=at,
        reason=reason,
    )
