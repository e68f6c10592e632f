"""The register of measures: every version's own wording, and what each department chose."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.organisation.models import Department


class MeasureVersion(models.Model):
    """One agreed wording of a measure. New wording means a new version."""

    code = models.SlugField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    definition = models.TextField()  # the TOML as agreed
    digest = models.CharField(max_length=64)
    approved = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    changed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["title", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_wording_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class DepartmentMeasure(models.Model):
    """A department uses a measure: under which attribution rule, and shown for individuals or not.

    A team-level measure is shown for an individual only after the department's recorded decision.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="measures")
    measure = models.ForeignKey(MeasureVersion, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=30)
    shown_individually = models.BooleanField(default=False)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    ended_on = models.DateField(null=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "measure__title"]


class RecordingBreak(models.Model):
    """From a day on a measure is recorded in another way. Never deleted; it can be withdrawn."""

    measure = models.SlugField()  # every wording of it
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    reason = models.TextField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="withdrawn_at_and_by_go_together",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            )
        ]


class SafetyMark(models.Model):
    """A measure is watched case by case, at every load. Never deleted; it can end."""

    measure = models.SlugField()  # every wording of it
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    marked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["measure", "-marked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "department"],
                condition=Q(ended_at=None),
                name="a_measure_is_marked_once_a_department",
            ),
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(ended_at=None, department=None),
                name="a_measure_is_marked_once_in_the_trust",
            ),
            models.CheckConstraint(
                name="mark_ended_at_and_by_go_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
