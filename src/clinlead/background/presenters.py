"""What the page of background work shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clinlead.access.policies import Button, Reader
from clinlead.background.models import Job, Pause
from clinlead.background.policies import (
    JobState,
    why_not_pause,
    why_not_resume,
    why_not_retry,
)
from clinmeasures.wording.units import how_many

NEWEST = 50
COLOURS = {
    JobState.WAITING: "grey",
    JobState.RUNNING: "blue",
    JobState.DONE: "green",
    JobState.FAILED: "red",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One job: what, how far, what came of it or why not, and what can be done."""

    id: int
    what: str
    state: str
    colour: str
    far: str
    said: str
    at: datetime
    again: Button

    @classmethod
    def of(cls, job: Job, reader: Reader) -> "Line":
        state = JobState(job.state)
        return cls(
            id=job.pk,
            what=f"{job.kind.capitalize()}: {job.about or job.key}",
            state=state.value,
            colour=COLOURS[state],
            far=f"{job.done} of {job.total}" if job.total else "",
            said=job.reason or job.result,
            at=job.ended_at or job.began_at or job.asked_at,
            again=Button.guarded("Do it again", why_not_retry(reader, state)),
        )


@dataclass(frozen=True, kw_only=True)
class WorkPage:
    """Everything that runs beside the pages."""

    lines: Sequence[Line]
    summary: str
    moving: bool  # something changes while the page is open
    paused: Pause | None
    pause: Button
    resume: Button

    @classmethod
    def for_reader(cls, reader: Reader) -> "WorkPage":
        jobs = list(Job.objects.all()[:NEWEST])
        paused = Pause.objects.filter(resumed_at=None).select_related("paused_by__person").first()
        stands = paused is not None
        refusal = why_not_pause(reader, paused=stands, because="a reason")
        return cls(
            lines=[Line.of(job, reader) for job in jobs],
            summary=summary_of(jobs),
            moving=any(job.state in {JobState.WAITING, JobState.RUNNING} for job in jobs),
            paused=paused,
            pause=Button.guarded("Pause background work", refusal),
            resume=Button.guarded("Let it go on", why_not_resume(reader, paused=stands)),
        )


def summary_of(jobs: Sequence[Job]) -> str:
    """What there is to know in one line, failures first."""
    counts = {state: sum(job.state == state for job in jobs) for state in JobState}
    said = [
        f"{how_many(counts[state], 'job')} {state.value}"
        for state in (JobState.FAILED, JobState.RUNNING, JobState.WAITING)
        if counts[state]
    ]
    return ", ".join(said) or "nothing waits and nothing failed"
