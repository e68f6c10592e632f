"""Conversations and what was written in them. Entries are only added."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.conversations.policies import What
from clinlead.organisation.models import Department, Person
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.reasons import Finding
from clinlead.releases.reasons import Reason as Explanation
from clinlead.safety.models import Signal


def choices_of(kind) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


class Conversation(models.Model):
    """A clinician and whoever decides for them talk about one thing."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="conversations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=200, unique=True)  # one conversation a topic
    subject = models.CharField(max_length=200)  # in words
    figure = models.ForeignKey(ReleasedFigure, models.PROTECT, null=True, related_name="+")
    signal = models.ForeignKey(Signal, models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    held_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_conversation_is_about_one_thing",
                condition=Q(figure=None) | Q(signal=None),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return f"/conversations/{self.pk}/"


class Said(models.Model):
    """One entry: words, an explanation that was tried, what was agreed, or somebody joining."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="said")
    what = models.CharField(max_length=8, choices=choices_of(What))
    text = models.TextField(blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # an explanation's
    reason = models.CharField(max_length=12, blank=True, choices=choices_of(Explanation))
    finding = models.CharField(max_length=10, blank=True, choices=choices_of(Finding))
    evidence = models.JSONField(default=list)  # what there was to say of it then, in sentences
    # what was agreed
    met_on = models.DateField(null=True)
    next_on = models.DateField(null=True)  # when they talk again; empty: no need
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="what_was_agreed_has_its_day",
                condition=~Q(what="agreed") | Q(met_on__isnull=False),
            ),
            models.CheckConstraint(
                name="an_explanation_has_its_finding",
                condition=~Q(what="tried") | (~Q(reason="") & ~Q(finding="")),
            ),
            models.CheckConstraint(
                name="agreement_confirmed_at_and_by_go_together",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]
