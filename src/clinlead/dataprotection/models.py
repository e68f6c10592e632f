"""Requests to erase with their answers, and the register of disclosures."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.dataprotection.policies import Basis, Outcome, RequestFacts
from clinlead.organisation.models import Person


class ErasureRequest(models.Model):
    """Somebody asks that what is held about them be erased, and what they were answered."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    says = models.TextField()
    received_on = models.DateField()
    due_on = models.DateField()  # by law within a month
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=10, choices=[(o.value, o.words) for o in Outcome], default=Outcome.OPEN
    )
    up_to = models.DateField(null=True)
    reason = models.TextField(blank=True)
    kept = models.TextField(blank=True)  # what, and why
    erased = models.JSONField(default=dict)  # what → how many
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="erasure_answered_at_and_by_go_together",
                condition=Q(answered_at=None, answered_by=None, outcome=Outcome.OPEN)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome="open")),
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(outcome=Outcome.OPEN),
                name="one_open_erasure_request",
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/data-protection/requests/{self.pk}/"

    def facts(self) -> RequestFacts:
        return RequestFacts(
            account_id=self.account_id,
            outcome=Outcome(self.outcome),
            received_on=self.received_on,
        )


class Disclosure(models.Model):
    """Something that left the department or the trust: to whom, what, by what right."""

    on = models.DateField()
    to_whom = models.CharField(max_length=200)
    what = models.CharField(max_length=300)
    basis = models.CharField(max_length=20, choices=[(b.value, b.words) for b in Basis])
    because = models.CharField(max_length=300)  # the request, order or agreement
    automatic = models.BooleanField(default=False)  # written by the act itself
    noted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    people = models.ManyToManyField(Person, through="Disclosed", related_name="disclosures")

    class Meta:
        ordering = ["-on", "-pk"]


class Disclosed(models.Model):
    """A person whose results were in a disclosure; they read it."""

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "person"], name="a_person_once_a_disclosure"
            )
        ]
