"""Releases: frozen figures with their interpretation, sign-off, manifest and digest."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.organisation.models import Department, Person


class ReleaseState(models.TextChoices):
    PREPARING = "preparing", "being prepared"
    RELEASED = "released", "released"
    SUPERSEDED = "superseded", "replaced by a later release"


class Release(models.Model):
    """A department's figures for some months, visible to their owners as one."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="releases")
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    edition = models.PositiveIntegerField(default=1)  # 2 and on: released again after correction
    because = models.TextField(blank=True)  # why it was released again
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    state = models.CharField(
        max_length=12, choices=ReleaseState.choices, default=ReleaseState.PREPARING
    )
    due_on = models.DateField()
    prepared_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    checked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)  # the BI check
    check_note = models.TextField(blank=True)
    signed_off_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    signed_off_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    invitation = models.TextField(blank=True)  # the lead's invitation to talk
    manifest = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-last_month", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "first_month", "last_month", "edition"],
                name="one_release_an_edition",
            ),
            models.CheckConstraint(
                name="released_at_and_by_go_together",
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
        ]


class ReleasedFigure(models.Model):
    """One figure as released: its tallies, its chart's numbers and its words, frozen."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="figures")
    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    unit = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    tallies = models.JSONField()
    statistics = models.JSONField()
    has_signal = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "rule", "unit"], name="one_figure_a_release"
            )
        ]


class Interpretation(models.Model):
    """What the lead (or the owner, appending) makes of a figure. Nothing computes it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="interpretations")
    measure = models.SlugField()
    unit = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    by_owner = models.BooleanField(default=False)
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at"]


class ControlTotal(models.Model):
    """A total from elsewhere (a board report, a national return) and how ours differs."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="control_totals")
    measure = models.SlugField()
    source = models.CharField(max_length=200)
    theirs = models.BigIntegerField()
    ours = models.BigIntegerField()
    explained = models.TextField(blank=True)
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
