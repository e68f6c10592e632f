"""Who may see, pause and retry background work. Pure rules; default is no."""

from enum import StrEnum

from clinlead.access.policies import STRANGER, Reader, Reason, Refusal, Role


class JobState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


RUNS_IT = (Role.PROJECT_TEAM, Role.SYSTEM_ADMINISTRATOR)


def why_not_see_work(reader: Reader) -> Refusal | None:
    """Why this person may not see what runs in the background: no result and no name is in it."""
    return None if reader.has(*RUNS_IT) else STRANGER


def why_not_pause(reader: Reader, *, paused: bool, because: str) -> Refusal | None:
    """Why this person may not stop background work now."""
    refusal = why_not_see_work(reader)
    if refusal:
        return refusal
    if paused:
        return Refusal(Reason.ALREADY_DONE, "Background work is paused already.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; whoever runs the calendar reads it.")
    return None


def why_not_resume(reader: Reader, *, paused: bool) -> Refusal | None:
    """Why this person may not let background work go on."""
    refusal = why_not_see_work(reader)
    if refusal or paused:
        return refusal
    return Refusal(Reason.ALREADY_DONE, "Background work is not paused.")


def why_not_retry(reader: Reader, state: JobState) -> Refusal | None:
    """Why this person may not have a piece of work done again."""
    refusal = why_not_see_work(reader)
    if refusal:
        return refusal
    if state is JobState.RUNNING:
        return Refusal(Reason.WRONG_STAGE, "It is running now.")
    if state is JobState.WAITING:
        return Refusal(Reason.ALREADY_DONE, "It waits for its turn already.")
    return None
