"""Doing what waits: one job at a time, each by the function that settings name for its kind."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

from clinlead.background import claiming
from clinlead.background.claiming import Claimed, LostClaim, Stopped
from clinlead.background.models import Job
from clinlead.background.policies import JobState

CALENDAR = "calendar"
SAFETY = "safety"
POLL_SECONDS = 5.0
KEPT_FOR = timedelta(days=92)  # what was done longer ago is nobody's question any more
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


class CannotDo(Exception):
    """A job cannot be done now; the message says why, in words for the page."""


@dataclass(frozen=True)
class Progress:
    """How a job says how far it is. It raises Stopped or LostClaim where the job must end."""

    held: Claimed
    clock: Clock

    def __call__(self, done: int, total: int) -> None:
        claiming.beat(self.held, done=done, total=total, at=self.clock())


# What does a kind of job: key, the time it began, and how to say how far it is → a sentence.
Work = Callable[[str, datetime, Progress], str]


def plan(at: datetime) -> None:
    """Once a day the calendar is due; what was done long ago is forgotten."""
    day = timezone.localdate(at)
    if not Job.objects.filter(kind=CALENDAR, key=day.isoformat()).exists():
        keep_calendar_of(day, at=at)
        Job.objects.filter(state=JobState.DONE, ended_at__lt=at - KEPT_FOR).delete()


def keep_calendar_of(day: date, *, at: datetime) -> Job:
    """The day's safety first, which is done even while everything else is paused."""
    claiming.queue(SAFETY, day.isoformat(), at=at, about=f"{day.day} {day:%B %Y}")
    return claiming.queue(CALENDAR, day.isoformat(), at=at, about=f"{day.day} {day:%B %Y}")


def work_once(clock: Clock = timezone.now) -> Job | None:
    """Do one job that waits; what was done, or nothing to do."""
    held = claiming.claim_next(clock())
    if held is None:
        return None
    do(held, clock)
    return Job.objects.get(pk=held.job.pk)


def do_now(job: Job, clock: Clock = timezone.now) -> bool:
    """This job before whatever else waits; not where another worker has it."""
    held = claiming.hold(job)
    taken = claiming.take(held, clock())
    if taken:
        do(held, clock)
    return taken


def do(held: Claimed, clock: Clock) -> None:
    """A job to its end, whatever end that is."""
    job = held.job
    try:
        work: Work = import_string(settings.BACKGROUND_WORK[job.kind])
        result = work(job.key, clock(), Progress(held, clock))
    except Stopped:
        claiming.give_back(held)
    except LostClaim:
        log.warning("job %s was taken over by another worker", job.pk)
    except CannotDo as why:
        claiming.fail(held, str(why), at=clock())
    except Exception as error:  # one job's fault must not end the worker
        log.exception("job %s failed", job.pk)
        claiming.fail(held, unexpected(error), at=clock())
    else:
        claiming.finish(held, result, at=clock())


def unexpected(error: Exception) -> str:
    return (
        f"Something went wrong that nobody foresaw ({type(error).__name__}). The server's log of "
        "this minute has the details."
    )


def work_off(clock: Clock = timezone.now) -> list[Job]:
    """Everything that waits now, one after another; what was done."""
    found = []
    while (job := work_once(clock)) is not None:
        found.append(job)
    return found


def work_on(is_over: Callable[[], bool], *, wait: Callable[[float], object] = time.sleep) -> None:
    """Keep the calendar and do what waits, until told to stop."""
    while not is_over():
        close_old_connections()
        try:
            plan(timezone.now())
            idle = work_once() is None
        except OperationalError:
            log.warning("the database does not answer; trying again")
            idle = True
        if idle:
            wait(POLL_SECONDS)
