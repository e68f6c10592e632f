"""Tallies: integers by measure, rule, month and unit; what was once shown is never edited."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account


class Cause(models.TextChoices):
    """Why figures were computed again."""

    COMPUTE = "compute", "the figures were computed again"
    LOAD = "load", "new data were loaded"
    WITHDRAWAL = "withdrawal", "a load was withdrawn"
    CORRECTION = "correction", "a record was corrected"
    ERASURE = "erasure", "old records were erased"


class Generation(models.Model):
    """One computing of tallies, and why. Later ones replace its months; its rows stay."""

    made_at = models.DateTimeField()
    cause = models.CharField(max_length=20, choices=Cause.choices)
    cause_id = models.CharField(max_length=40, blank=True)
    complete_to = models.JSONField(default=dict)  # data set → the last day its data cover
    shown = models.BooleanField(default=False)  # not while it is being computed, nor if that failed

    class Meta:
        ordering = ["pk"]


class TallyMonthQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(shown=True)


class TallyMonth(models.Model):
    """A month of a measure under a rule, as one generation computed it. One of them is shown.

    The pointer (`shown`) is switched in one transaction; the months before it keep what was.
    """

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="months")
    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    month = models.CharField(max_length=7)
    complete = models.BooleanField()  # nothing that may still arrive would change it
    digest = models.CharField(max_length=64)  # of its tallies, all units
    shown = models.BooleanField(default=False)

    objects = TallyMonthQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["measure", "version", "rule", "month"])]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "version", "rule", "month"],
                condition=Q(shown=True),
                name="one_month_is_shown",
            )
        ]


class Tally(models.Model):
    """What one unit's records of one month add up to. Weights are in millionths."""

    tally_month = models.ForeignKey(TallyMonth, models.PROTECT, related_name="tallies")
    unit = models.CharField(max_length=80)
    n = models.BigIntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    weight = models.BigIntegerField()
    weight_squared = models.CharField(max_length=40)  # exact integers beyond 64 bits, as text
    value_sum = models.BigIntegerField(null=True)  # observed/expected: risks, in billionths
    value_sum_squared = models.CharField(max_length=40, null=True)  # then: risks' own variance
    histogram = models.TextField(null=True)  # value → weight, canonical JSON

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tally_month", "unit"], name="one_tally_a_unit")
        ]


class FactsMonth(models.Model):
    """Where the facts of one month of a data set are: the folder that pages read records from."""

    dataset = models.CharField(max_length=30)
    month = models.CharField(max_length=7)
    generation = models.ForeignKey(Generation, models.PROTECT, related_name="+")
    folder = models.CharField(max_length=200)  # below the facts folder
    checks = models.JSONField(default=dict)  # its rows' answers: clinmeasures MonthAnswers

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "month"], name="one_facts_folder_a_month")
        ]


class RisksInUse(models.Model):
    """Which file pages read the risks from that a case-mix model gave, beside the facts."""

    model = models.SlugField(unique=True)
    file = models.CharField(max_length=200)  # below the facts folder


class Computing(models.Model):
    """One wording of a measure being computed on its own, and how far that is."""

    measure = models.SlugField()
    version = models.PositiveIntegerField()
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    share = models.FloatField(default=0)
    doing = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True)
    failed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    @property
    def running(self) -> bool:
        return self.done_at is None and not self.failed_because

    @property
    def percent_done(self) -> int:
        return round(100 * self.share)
