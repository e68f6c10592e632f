"""Loads, their mappings and quality, the corrections on top, and hospital numbers kept apart."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account


class SavedMapping(models.Model):
    """How one source's columns become ours; a change is a new row."""

    source = models.CharField(max_length=60)
    dataset = models.CharField(max_length=30)
    text = models.TextField()  # TOML
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")


class LoadState(models.TextChoices):
    LOADING = "loading", "loading"
    ACTIVE = "active", "in use"
    WITHDRAWN = "withdrawn", "withdrawn"
    FAILED = "failed", "failed"


class Load(models.Model):
    """One extract taken in, all of it or nothing. `number` names its folder in the store."""

    number = models.PositiveIntegerField(unique=True)
    dataset = models.CharField(max_length=30)
    source = models.CharField(max_length=60, default="default")
    mode = models.CharField(max_length=10, default="upsert")  # or replace
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)  # of content, mapping and data set
    mapping = models.ForeignKey(SavedMapping, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=LoadState.choices, default=LoadState.LOADING)
    coverage_from = models.DateField(null=True)
    coverage_to = models.DateField(null=True)
    rows_read = models.BigIntegerField(default=0)
    rows_accepted = models.BigIntegerField(default=0)
    rows_quarantined = models.BigIntegerField(default=0)
    grade = models.CharField(max_length=1, blank=True)
    quality = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)
    report = models.JSONField(default=dict)  # clinmeasures.activity.LoadReport
    share = models.FloatField(default=0)  # of the work done, while it is loading
    doing = models.CharField(max_length=80, blank=True)
    failed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-number"]

    @property
    def folder(self) -> str:
        """The load id in the store: zero-padded, so that text order is load order."""
        return f"{self.number:06d}"


class Outcome(models.TextChoices):
    OPEN = "open", "open"
    CORRECTED = "corrected", "corrected"
    ACCEPTED = "accepted", "accepted as it is"


class FailingRow(models.Model):
    """A row that fails a check or was set aside: who answers for it, and what became of it."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="failing")  # the newest it fails in
    dataset = models.CharField(max_length=30)
    source = models.CharField(max_length=60)
    check_code = models.CharField(max_length=60)
    says = models.CharField(max_length=300)
    severity = models.CharField(max_length=10)
    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    row = models.BigIntegerField()
    month = models.CharField(max_length=7, blank=True)  # of its own date, where that can be read
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_since = models.DateTimeField()
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=list)  # how it stood in the loads before, newest last

    class Meta:
        indexes = [models.Index(fields=["dataset", "outcome"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "source", "check_code", "key"], name="one_failing_row_a_check"
            )
        ]


class PatientNumber(models.Model):
    """A patient's hospital number, encrypted apart from the records; opened one at a time."""

    patient_key = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    load_number = models.PositiveIntegerField(default=0, db_index=True)  # that first brought it


class CorrectionState(models.TextChoices):
    ACTIVE = "active", "in use"
    FIXED_AT_SOURCE = "fixed at source", "fixed at source"
    TO_SETTLE = "to settle again", "to settle again"  # the source now says a third thing
    REVOKED = "revoked", "revoked"
    ERASED = "erased", "erased with its record"  # only that there was one is kept


class Correction(models.Model):
    """One field of one record, put right on top of what the source says. Never edited."""

    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=20, choices=CorrectionState.choices, default=CorrectionState.ACTIVE
    )
    state_since = models.DateTimeField()
    source_says = models.TextField(null=True)  # the third thing, where it is to settle again
    sent_at = models.DateTimeField(null=True)  # to whoever keeps the record at its source
    sent_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["dataset", "key"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "key", "field"],
                condition=Q(state="active"),
                name="one_active_correction_a_field",
            ),
            models.CheckConstraint(
                name="correction_sent_at_and_by_go_together",
                condition=Q(sent_at=None, sent_by=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
        ]


class RetentionPeriod(models.Model):
    """How many years a data set's records are kept; a change is a new row, and the newest holds."""

    dataset = models.CharField(max_length=30)
    years = models.PositiveSmallIntegerField()
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    erases_from = models.DateField()  # until then it can be changed and nothing is erased

    class Meta:
        ordering = ["-pk"]


class Erasure(models.Model):
    """Months of a data set that count no more; `done_at` once nothing of them is left in a file."""

    dataset = models.CharField(max_length=30)
    first_month = models.CharField(max_length=7)  # that is kept; everything before it is erased
    months = models.JSONField(default=dict)  # month → rows of it, in all loads
    period = models.ForeignKey(RetentionPeriod, models.PROTECT, related_name="erasures")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    also = models.JSONField(default=dict)  # what else of them went → how many

    class Meta:
        ordering = ["-pk"]

    @property
    def rows(self) -> int:
        return sum(self.months.values())
