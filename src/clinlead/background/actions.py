"""Pausing background work, letting it go on, and having a job done again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.background.claiming import is_paused, queue
from clinlead.background.models import Job, Pause
from clinlead.background.policies import JobState, why_not_pause, why_not_resume, why_not_retry
from clinlead.history.actions import append

__all__ = ["pause", "queue", "resume", "retry"]


def asking(by: Account, at: datetime) -> Reader:
    return reader_of(by, timezone.localdate(at))


@transaction.atomic
def pause(*, because: str, by: Account, at: datetime) -> Pause:
    """Begin nothing from now on; what runs stops at its next step and loses nothing."""
    refuse_if(why_not_pause(asking(by, at), paused=is_paused(), because=because))
    made = Pause.objects.create(because=because.strip(), paused_by=by, paused_at=at)
    append(
        act="background work paused", at=at, by_id=by.pk,
        object_kind="background", details={"because": made.because},
    )  # fmt: skip
    return made


@transaction.atomic
def resume(*, by: Account, at: datetime) -> None:
    """Go on where it was."""
    refuse_if(why_not_resume(asking(by, at), paused=is_paused()))
    Pause.objects.filter(resumed_at=None).update(resumed_by=by, resumed_at=at)
    append(act="background work resumed", at=at, by_id=by.pk, object_kind="background")


@transaction.atomic
def retry(*, job_id: int, by: Account, at: datetime) -> Job:
    """Have a job done again, from now on."""
    job = Job.objects.select_for_update().get(pk=job_id)
    refuse_if(why_not_retry(asking(by, at), JobState(job.state)))
    append(
        act="background work asked for again", at=at, by_id=by.pk,
        object_kind="background", object_id=job.pk, details={"kind": job.kind, "key": job.key},
    )  # fmt: skip
    return queue(job.kind, job.key, at=at)
