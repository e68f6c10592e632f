"""Signals of safety measures, how their expected risks were worked out, and what became of them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import Department, Person
from clinlead.safety.policies import LEAST_IN_A_TEAM, SignalFacts


class Expectation(models.Model):
    """How probable the event is for each case: one version, fitted once and then frozen."""

    measure = models.SlugField()
    version = models.PositiveIntegerField()  # of the measure's wording
    number = models.PositiveIntegerField()
    terms = models.JSONField()  # intercept, and covariate → level → coefficient
    first_day = models.DateField()  # of the cases it was worked out from
    last_day = models.DateField()
    cases = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    auc = models.FloatField(null=True)
    odds_ratio = models.FloatField()
    run_length = models.FloatField()  # cases between false signals, on these cases' own mix
    limit = models.FloatField()
    limit_low = models.FloatField(null=True)  # of the arm that looks for halved odds
    model = models.SlugField(blank=True)  # case-mix model that gave the risks; blank: `terms` do
    model_version = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "version", "number"], name="one_expectation_a_number"
            )
        ]


class SignalQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """Signals that this person may know of, without stating a purpose."""
        if reader.has(Role.ANALYST):
            return self
        seen = Q(department_id__in=reader.leads)
        if reader.person_id is not None:
            seen |= Q(person_id=reader.person_id)
        if reader.has(Role.DIRECTOR):
            seen |= Q(escalated_at__isnull=False) | Q(Exists(owner_directors_cases(reader)))
        if reader.chief_of:
            enough = Q(person=None, contributors__gte=LEAST_IN_A_TEAM)
            theirs = Q(Exists(owner_leading(reader))) & ~Q(Exists(owner_directors_cases(reader)))
            seen |= Q(department_id__in=reader.chief_of) & (enough | theirs)
        return self.filter(seen)

    def waiting(self):
        """What somebody is asked to acknowledge and nobody has."""
        return self.filter(due_on__isnull=False, acknowledged_at=None, gone_at=None)


def owner_leading(reader: Reader) -> models.QuerySet:
    """That the signal's owner leads its department: it is the chief's to answer."""
    return RoleHolding.objects.on(reader.on).filter(
        role=Role.LEAD,
        department_id=OuterRef("department_id"),
        account__person_id=OuterRef("person_id"),
    )


def owner_directors_cases(reader: Reader) -> models.QuerySet:
    """That the signal's owner is a chief of service, or a medical director: it is a medical
    director's to answer.
    """
    directors_cases = RoleHolding.objects.on(reader.on).directors_cases()
    return directors_cases.filter(account__person_id=OuterRef("person_id"))


class Signal(models.Model):
    """A climb of the CUSUM to its limit: one clinician's, or a department's. Never deleted."""

    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    department = models.ForeignKey(Department, models.PROTECT, related_name="safety_signals")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="safety_signals")
    expectation = models.ForeignKey(Expectation, models.PROTECT, related_name="signals")
    started_on = models.DateField()  # the first case of the climb: an estimate of the start
    started_key = models.CharField(max_length=200)
    signalled_on = models.DateField()  # the case at which it reached the limit
    signal_key = models.CharField(max_length=200)
    cases = models.PositiveIntegerField()  # in the climb, both ends included
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    value = models.FloatField()
    contributors = models.PositiveIntegerField(default=1)  # clinicians in the climb
    found_at = models.DateTimeField()
    found_by = models.CharField(max_length=60)  # the cause of the computing, in words
    due_on = models.DateField(null=True)  # last day to acknowledge it; empty: nobody is asked
    acknowledged_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # by the clinician whose patients these are
    gone_at = models.DateTimeField(null=True)  # after a correction there is no such climb

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-signalled_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="acknowledged_at_and_by_go_together",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["measure", "department", "person", "signal_key"],
                condition=Q(gone_at=None, person__isnull=False),
                name="a_persons_signal_is_kept_once",
            ),
            models.UniqueConstraint(
                fields=["measure", "department", "signal_key"],
                condition=Q(gone_at=None, person=None),
                name="a_departments_signal_is_kept_once",
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/safety/{self.pk}/"

    def facts(self, *, owner_leads: bool, owner_goes_to_director: bool) -> SignalFacts:
        return SignalFacts(
            department_id=self.department_id,
            person_id=self.person_id,
            owner_leads=owner_leads,
            owner_goes_to_director=owner_goes_to_director,
            contributors=self.contributors,
            asked=self.due_on is not None,
            acknowledged=self.acknowledged_at is not None,
            escalated=self.escalated_at is not None,
        )


class What(models.TextChoices):
    """What can happen to a signal."""

    FOUND = "found", "Found"
    CHANGED = "changed", "Changed"
    GONE = "gone", "No longer there"
    BACK = "back", "There again"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ESCALATED = "escalated", "Sent to the medical director"
    DONE = "done", "What was done"
    READ = "read", "Read by the clinician"
    WORDS = "words", "The clinician's own words"
    MOVED = "moved", "Moved to another department"


class Happening(models.Model):
    """One thing that happened to a signal, in words. Only ever added."""

    signal = models.ForeignKey(Signal, models.PROTECT, related_name="happenings")
    what = models.CharField(max_length=14, choices=What.choices)
    text = models.TextField(blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
