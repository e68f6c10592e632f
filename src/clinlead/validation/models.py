"""Windows in which owners check their records, what they said, and how it was settled."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.intake.models import Correction
from clinlead.organisation.models import Dated, Department, Person


class Window(models.Model):
    """The time in which a department's people check the records of some months."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="windows")
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    opens_on = models.DateField()
    closes_on = models.DateField()
    opened_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-closes_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "first_month", "last_month"], name="one_window_a_period"
            )
        ]


class Pause(Dated):
    """An owner is away: their clock stops."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="pauses")


class Confirmation(models.Model):
    """An owner said that a record is theirs and right."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["window", "person", "dataset", "key"], name="confirmed_once"
            )
        ]


class ChallengeReason(models.TextChoices):
    NOT_MINE = "not mine", "This patient was not mine"
    MISSING = "missing", "A patient of mine is missing"
    WRONG_DATE = "wrong date", "A date or time is wrong"
    WRONG_CODE = "wrong code", "A diagnosis or procedure is wrong"
    DUPLICATE = "duplicate", "This record is here twice"
    OTHER = "other", "Something else is wrong"


class ChallengeState(models.TextChoices):
    OPEN = "open", "open"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"


class Agreement(models.TextChoices):
    NOT_NEEDED = "not needed", "not needed"
    ASKED = "asked", "asked"
    AGREED = "agreed", "agreed"
    DISPUTED = "disputed", "disputed"


class Challenge(models.Model):
    """An owner says that a record is wrong, and what would be right."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="challenges")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="challenges")
    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    month = models.CharField(max_length=7, blank=True)
    reason = models.CharField(max_length=20, choices=ChallengeReason.choices)
    text = models.TextField(blank=True)
    field = models.CharField(max_length=60, blank=True)
    old = models.TextField(null=True)
    proposed = models.TextField(null=True)
    goes_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    goes_to_says = models.CharField(
        max_length=12, choices=Agreement.choices, default=Agreement.NOT_NEEDED
    )
    goes_to_text = models.TextField(blank=True)
    raised_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="challenges")
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=12, choices=ChallengeState.choices, default=ChallengeState.OPEN
    )
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_because = models.TextField(blank=True)
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="challenges")

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="settled_at_and_by_go_together",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["dataset", "key", "person", "reason"],
                condition=Q(state="open"),
                name="one_open_challenge_a_reason",
            ),
        ]


class AuditSample(models.Model):
    """An unchallenged record drawn at random for the analyst to check."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="samples")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    drawn_at = models.DateTimeField()
    checked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    found_right = models.BooleanField(null=True)
    note = models.TextField(blank=True)
