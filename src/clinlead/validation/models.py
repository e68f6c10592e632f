"""Windows in which owners check their records, what they said, and how it was settled."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.intake.models import Correction
from clinlead.organisation.models import Dated, Department, Person
from clinlead.validation.policies import Agreement, ChallengeReason, ChallengeState, Outcome


def words(values) -> list[tuple[str, str]]:
    return [(value, getattr(value, "label", value)) for value in values]


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
            ),
            models.CheckConstraint(
                name="window_closes_after_it_opens",
                condition=Q(closes_on__gte=models.F("opens_on"))
                & Q(last_month__gte=models.F("first_month")),
            ),
        ]


class Reminder(models.Model):
    """An owner was reminded, once a window, that records wait and their last day is near."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="reminders")
    person = models.ForeignKey(Person, models.PROTECT, related_name="reminders")
    on = models.DateField()
    left = models.PositiveIntegerField()  # records not checked on that day
    last_day = models.DateField()  # this owner's own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["window", "person"], name="reminded_once_a_window")
        ]


class Pause(Dated):
    """An owner is away: their clock stops."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="pauses")
    said_at = models.DateTimeField()


class ConfirmationBatch(models.Model):
    """Records that an owner confirmed in one go; undone in one go."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    size = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)


class Confirmation(models.Model):
    """An owner said that a record is theirs and right."""

    batch = models.ForeignKey(ConfirmationBatch, models.PROTECT, related_name="confirmations")
    window = models.ForeignKey(Window, models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    seen = models.CharField(max_length=16)  # digest of the record as it was when confirmed
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "dataset", "key"], name="confirmed_once")
        ]


class ChallengeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=ChallengeState.OPEN)

    def visible_to(self, reader: Reader):
        """Challenges this person may know exist: `why_not_see_challenge` as a query."""
        seen = Q(raised_by_id=reader.account_id) | Q(department_id__in=reader.leads)
        if reader.person_id is not None:
            seen |= Q(person_id=reader.person_id) | Q(asked_id=reader.person_id)
        if reader.has(Role.ANALYST):
            return self.all()
        if reader.chief_of:
            here = Q(department_id__in=reader.chief_of)
            seen |= here & past_the_lead(reader) & ~going_to_the_director(reader)
        if reader.has(Role.DIRECTOR):
            seen |= going_to_the_director(reader)
        return self.filter(seen).distinct()


def past_the_lead(reader: Reader) -> Q:
    """A lead is involved in it, or a chief or director, or the department has no lead."""
    leading = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD)
    leads = leading.filter(department_id=models.OuterRef("department_id"))
    directors_cases = RoleHolding.objects.on(reader.on).directors_cases()
    return ~Q(models.Exists(leads)) | involved(leads) | involved(directors_cases)


def involved(holdings: models.QuerySet) -> Q:
    """Whoever holds one of these roles raised it, or is asked whether the record is theirs."""
    theirs = Q(account__person_id=models.OuterRef("person_id"))
    asked = Q(account__person_id=models.OuterRef("asked_id"))
    return Q(models.Exists(holdings.filter(theirs | asked)))


def going_to_the_director(reader: Reader) -> Q:
    """A chief of any division, or a medical director, is involved in it; or the lead is, and the
    division has no chief.
    """
    held = RoleHolding.objects.on(reader.on)
    chiefs = held.filter(role=Role.CHIEF)
    here = chiefs.filter(division_id=models.OuterRef("department__division_id"))
    return involved(held.directors_cases()) | (past_the_lead(reader) & ~Q(models.Exists(here)))


class Challenge(models.Model):
    """Somebody says that a record is wrong, or missing from theirs, and what would be right."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="challenges")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="challenges")
    dataset = models.CharField(max_length=30, blank=True)  # blank: a claim not yet found
    key = models.CharField(max_length=200, blank=True)
    month = models.CharField(max_length=7, blank=True)
    reason = models.CharField(max_length=20, choices=words(ChallengeReason))
    text = models.TextField(blank=True)
    named = models.CharField(max_length=200, blank=True)  # what a claim calls the record
    goes_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked = models.ForeignKey(Person, models.PROTECT, null=True, related_name="asked_about")
    asked_says = models.CharField(
        max_length=12, choices=words(Agreement), default=Agreement.NOT_NEEDED
    )
    asked_text = models.TextField(blank=True)
    asked_answered_at = models.DateTimeField(null=True)
    raised_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="challenges")
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=12, choices=words(ChallengeState), default=ChallengeState.OPEN
    )
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_because = models.TextField(blank=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="settled_at_and_by_go_together",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["dataset", "key", "person"],
                condition=Q(state="open") & ~Q(key=""),
                name="one_open_challenge_a_record_and_person",
            ),
        ]
        indexes = [models.Index(fields=["dataset", "key"])]

    def get_absolute_url(self) -> str:
        return f"/challenges/{self.pk}/"


class Change(models.Model):
    """One value that a challenge asks to put right. `new` empty: nobody, or blank."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="changes")
    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    field = models.CharField(max_length=60)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="changes")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "dataset", "key", "field"], name="one_change_a_field"
            )
        ]


class Evidence(models.Model):
    """What an analyst or the settler found, and what they advise. Never edited."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="evidence")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at", "pk"]


class AuditDraw(models.Model):
    """A random sample of unchallenged records; seed and population make it repeatable."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="draws")
    seed = models.PositiveIntegerField()
    population = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    drawn_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-drawn_at", "-pk"]


class AuditSample(models.Model):
    """An unchallenged record drawn at random for the analyst to check."""

    draw = models.ForeignKey(AuditDraw, models.PROTECT, related_name="samples")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    was = models.CharField(max_length=20)  # confirmed, accepted by silence or not checked yet
    checked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=words(Outcome))
    note = models.TextField(blank=True)
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="audits")

    class Meta:
        ordering = ["pk"]
