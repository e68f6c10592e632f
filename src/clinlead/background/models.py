"""Work that runs beside the pages: what is to be done, how far it is, and when it stands still."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.background.policies import JobState


class Job(models.Model):
    """One piece of work. Asking for the same again never makes a second one."""

    kind = models.CharField(max_length=30)  # a name in settings.BACKGROUND_WORK
    key = models.CharField(max_length=80)  # which: a day, a release's number
    about = models.CharField(max_length=200, blank=True)  # the same in words; no result, no name
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in JobState], default=JobState.WAITING
    )
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField()
    again = models.BooleanField(default=False)  # asked for once more while it ran
    claim = models.CharField(max_length=32, blank=True)  # of the worker that has it
    beat_at = models.DateTimeField(null=True)  # when that worker last said that it lives
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.TextField(blank=True)  # what came of it, in words
    reason = models.TextField(blank=True)  # why it failed, in words

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_job_a_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about or self.key}"


class Pause(models.Model):
    """A time in which no background work begins, and what runs stops at its next step."""

    because = models.TextField()
    paused_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    paused_at = models.DateTimeField()
    resumed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-paused_at"]
        constraints = [
            models.CheckConstraint(
                name="resumed_at_and_by_go_together",
                condition=Q(resumed_at=None, resumed_by=None)
                | Q(resumed_at__isnull=False, resumed_by__isnull=False),
            )
        ]
