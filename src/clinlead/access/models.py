"""Accounts, the roles they hold and the grants they were given; all dated."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from clinlead.access.policies import DIRECTORS_DECIDE, Role
from clinlead.organisation.models import (
    Dated,
    DatedQuerySet,
    Department,
    Division,
    Person,
    WorkStream,
)


class Account(AbstractUser):
    """Somebody who can sign in. What they may do follows from roles, posts and grants alone."""

    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")

    def __str__(self) -> str:
        return self.person.name if self.person else self.get_full_name() or self.username


class RoleHoldingQuerySet(DatedQuerySet):
    def leads_and_above(self):
        """Of leads and those above them, whose own cases the lead does not decide."""
        return self.filter(role__in=(Role.LEAD, *DIRECTORS_DECIDE))

    def directors_cases(self):
        """Of chiefs and medical directors, whose own cases a medical director decides."""
        return self.filter(role__in=DIRECTORS_DECIDE)


class RoleHolding(Dated):
    """A role somebody holds for a time, where it has one, in a department or division."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=30, choices=[(role, role.label) for role in Role])
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    stream = models.ForeignKey(WorkStream, models.PROTECT, null=True, related_name="+")
    deputises_for = models.ForeignKey("self", models.PROTECT, null=True, related_name="deputies")
    granted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    seconded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    objects = RoleHoldingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_lead_leads_a_department",
                condition=~Q(role=Role.LEAD) | Q(department__isnull=False),
            ),
            models.CheckConstraint(
                name="a_chief_has_a_division",
                condition=~Q(role=Role.CHIEF) | Q(division__isnull=False),
            ),
            models.CheckConstraint(
                name="a_stream_lead_leads_a_stream",
                condition=~Q(role=Role.STREAM_LEAD) | Q(stream__isnull=False),
            ),
        ]


class RoleProposal(models.Model):
    """A role that sees named results is proposed by one person and seconded by another."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, choices=[(role, role.label) for role in Role])
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    stream = models.ForeignKey(WorkStream, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.TextField()
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    holding = models.OneToOneField(RoleHolding, models.PROTECT, null=True, related_name="proposal")

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="answered_at_and_by_go_together",
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]


class GrantQuerySet(DatedQuerySet):
    def in_force(self, day: date):
        return self.on(day).filter(revoked_at=None)


class Grant(Dated):
    """The department lets somebody outside it see its figures: who, what, why, until when."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    department = models.ForeignKey(Department, models.PROTECT, related_name="grants")
    named = models.BooleanField(default=False)  # named figures; else team figures only
    reason = models.TextField()
    agreement = models.TextField()  # where the department's agreement is recorded
    granted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_grant_ends", condition=Q(ends_on__gte=models.F("starts_on"))
            ),
            models.CheckConstraint(
                name="revoked_at_and_by_go_together",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]


class NamesAgreement(models.Model):
    """One member agrees to be named inside the department. All must, and any can withdraw."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="names_agreements")
    agreed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
