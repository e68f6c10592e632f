"""Tallies: integers by measure, rule, unit and month; a generation is never edited."""

from django.db import models


class Generation(models.Model):
    """One computing of tallies. The pointer (TallyMonth) says which generation a month shows."""

    made_at = models.DateTimeField()
    cause = models.CharField(max_length=20)  # load, correction, withdrawal, compute
    cause_id = models.CharField(max_length=40, blank=True)
    complete_to = models.DateField(null=True)  # the last day the data are complete for


class TallyMonth(models.Model):
    """Which generation a month of a measure shows now. Switched in one transaction."""

    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    month = models.CharField(max_length=7)
    generation = models.ForeignKey(Generation, models.PROTECT, related_name="+")
    complete = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "version", "rule", "month"], name="one_pointer_a_month"
            )
        ]


class Tally(models.Model):
    """What one unit's records of one month add up to. Weights are in millionths."""

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="tallies")
    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    unit = models.CharField(max_length=80)
    month = models.CharField(max_length=7)
    n = models.BigIntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    weight = models.BigIntegerField()
    weight_squared = models.CharField(max_length=40)  # exact integers beyond 64 bits, as text
    value_sum = models.CharField(max_length=40)
    value_sum_squared = models.CharField(max_length=40)
    histogram = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["measure", "version", "rule", "unit", "month"])]
