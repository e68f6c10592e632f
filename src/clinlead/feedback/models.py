"""Rounds of feedback from colleagues. An answer says nothing of who gave it, nor when."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.feedback.facts import Group
from clinlead.organisation.models import Department, Person

GROUP_CHOICES = [(each.value, each.words) for each in Group]


class Round(models.Model):
    """Colleagues are asked about one clinician, once."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="feedback")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    held_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField()  # of the questions
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    closes_on = models.DateField(null=True)  # the last day to answer
    self_scores = models.JSONField(null=True)  # how the clinician sees themselves
    self_at = models.DateTimeField(null=True)
    clinician_reads = models.TextField(blank=True)  # how colleagues' own words are to be read
    reviewer_reads = models.TextField(blank=True)

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="asked_at_by_and_until_go_together",
                condition=Q(asked_at=None, asked_by=None, closes_on=None)
                | Q(asked_at__isnull=False, asked_by__isnull=False, closes_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Feedback on {self.person}"

    def get_absolute_url(self) -> str:
        return f"/feedback/{self.pk}/"


class Rater(models.Model):
    """Somebody who is asked, and whether they have answered; never what."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="raters")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    group = models.CharField(max_length=10, choices=GROUP_CHOICES)
    chosen_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    answered = models.BooleanField(default=False)

    class Meta:
        ordering = ["group", "account__person__name", "account__username"]
        constraints = [models.UniqueConstraint(fields=["round", "account"], name="one_rater_once")]


class Sheet(models.Model):
    """One colleague's answers. Its number is drawn, so that it does not say which came first."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="sheets")
    group = models.CharField(max_length=10, choices=GROUP_CHOICES)
    scores = models.JSONField()  # question → answer; null: cannot say
    well = models.TextField(blank=True)
    better = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
