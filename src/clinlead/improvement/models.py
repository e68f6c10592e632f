"""Decisions after a release, PDSA cycles, and the drivers of an outcome. Nothing is deleted."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.improvement.policies import (
    READS_ALL,
    SHARES_WITH,
    Act,
    CycleFacts,
    DecisionFacts,
    Kind,
    PlaceFacts,
    State,
    Towards,
)
from clinlead.organisation.models import Department, WorkStream
from clinlead.releases.models import TEAM_PREFIX, Release, ReleaseState
from clinlead.strategy.models import Statement


def near(reader: Reader) -> Q:
    """What belongs to this person’s departments or streams."""
    here = reader.departments | reader.leads | reader.stationed | reader.chief_of
    streams = reader.streams_led | reader.streams_joined | reader.streams_supported
    found = Q(department__in=here) | Q(stream__in=streams)
    return found | Q(shared_at__isnull=False) if reader.has(*SHARES_WITH) else found


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """Decisions this person may know exist. Every view starts from here."""
        return self if reader.has(*READS_ALL) else self.filter(near(reader))

    def standing(self):
        return self.filter(withdrawn_at=None)


class Decision(models.Model):
    """What is to be done about a measure, from one edition of a release. Never about a person."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="decisions")
    stream = models.ForeignKey(WorkStream, models.PROTECT, null=True, related_name="decisions")
    release = models.ForeignKey(Release, models.PROTECT, related_name="decisions")
    measure = models.SlugField()
    version = models.PositiveIntegerField()  # of the measure, as it was released
    rule = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=[(kind, kind.words) for kind in Kind])
    because = models.TextField()
    together = models.BooleanField(default=False)  # no action, for several in one act
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    shared_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    shared_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_withdrawn_at_and_by_go_together",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return Kind(self.kind).words

    def get_absolute_url(self) -> str:
        return f"/improvement/decisions/{self.pk}/"

    def place(self) -> PlaceFacts:
        """Asks for the stream’s departments, where it is for a stream."""
        return place_of(self.department_id, self.stream, shared=self.shared_at is not None)

    def facts(self) -> DecisionFacts:
        return DecisionFacts(
            place=self.place(),
            released=self.release.state == ReleaseState.RELEASED,
            kind=Kind(self.kind),
            because=self.because,
            withdrawn=self.withdrawn_at is not None,
        )


def place_of(
    department_id: int,
    stream: WorkStream | None,
    *,
    shared: bool = False,
    members: frozenset[int] = frozenset(),
) -> PlaceFacts:
    within = stream.departments.values_list("pk", flat=True) if stream else ()
    return PlaceFacts(
        department_id=department_id,
        stream_id=stream.pk if stream else None,
        stream_departments=frozenset(within),
        shared=shared,
        members=members,
    )


class Driver(models.Model):
    """What an outcome depends on, as its departments see it. Never edited; it can end."""

    outcome = models.ForeignKey(Statement, models.PROTECT, related_name="drivers")
    text = models.CharField(max_length=120)
    added_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "text"], condition=Q(ended_at=None), name="a_driver_stands_once"
            ),
            models.CheckConstraint(
                name="driver_ended_at_and_by_go_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ChangeIdea(models.Model):
    """Something to try for a driver, and the measure that would show it."""

    driver = models.ForeignKey(Driver, models.PROTECT, related_name="ideas")
    text = models.CharField(max_length=120)
    measure = models.SlugField(blank=True)
    added_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["driver", "text"], condition=Q(ended_at=None), name="an_idea_stands_once"
            ),
            models.CheckConstraint(
                name="idea_ended_at_and_by_go_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CycleQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """Cycles this person may know exist. Every view starts from here."""
        if reader.has(*READS_ALL):
            return self
        joined = CycleMember.objects.filter(account_id=reader.account_id, left_at=None)
        return self.filter(near(reader) | Q(pk__in=joined.values("cycle_id")))


class Cycle(models.Model):
    """One PDSA cycle: what was predicted, what happened, and what follows."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="cycles")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    number = models.PositiveSmallIntegerField(default=1)  # in its ramp
    department = models.ForeignKey(Department, models.PROTECT, related_name="cycles")
    stream = models.ForeignKey(WorkStream, models.PROTECT, null=True, related_name="cycles")
    idea = models.ForeignKey(ChangeIdea, models.PROTECT, null=True, related_name="cycles")
    state = models.CharField(max_length=10, default=State.PLANNED)
    owner = models.ForeignKey(Account, models.PROTECT, related_name="+")

    # Plan
    title = models.CharField(max_length=100)
    aim = models.TextField()
    theory = models.TextField()  # why the change should work
    scale = models.CharField(max_length=200)  # how much is tried: one ward, one clinic, …
    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    balancing = models.SlugField(blank=True)  # what must not get worse
    towards = models.CharField(max_length=8, choices=[(way, way) for way in Towards])
    predicted = models.DecimalField(max_digits=12, decimal_places=3, null=True)  # as it is shown
    unit = models.CharField(max_length=40, blank=True)  # of the prediction
    starts_on = models.DateField()
    ends_on = models.DateField()  # when it is to be studied
    signal_from = models.CharField(max_length=7, blank=True)  # first month of what started it
    planned_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    predicted_at = models.DateTimeField(null=True)  # when the number was written down

    # Do and study
    started_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(null=True)
    happened = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    result = models.JSONField(null=True)  # what was seen when it was studied
    act = models.CharField(max_length=7, blank=True, choices=[(act, act) for act in Act])
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    called_off_because = models.TextField(blank=True)
    shared_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    shared_at = models.DateTimeField(null=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_cycle_ends_after_it_starts",
                condition=Q(ends_on__gt=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="a_closed_cycle_has_its_prediction_and_result",
                condition=~Q(state=State.CLOSED)
                | (
                    Q(predicted__isnull=False, result__isnull=False, closed_by__isnull=False)
                    & ~Q(act="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/improvement/cycles/{self.pk}/"

    @property
    def stage(self) -> State:
        return State(self.state)

    @property
    def team_unit(self) -> str:
        return TEAM_PREFIX + self.department.code

    @property
    def first_month_after(self) -> str:
        """The first whole month with the change."""
        start = self.starts_on
        number = start.year * 12 + start.month - 1 + (start.day > 1)
        return f"{number // 12:04d}-{number % 12 + 1:02d}"

    @property
    def predicted_afterwards(self) -> bool:
        """Whether the number was written down only after the change had begun."""
        return self.predicted_at is not None and self.predicted_at.date() > self.starts_on

    def place(self, members: frozenset[int] | None = None) -> PlaceFacts:
        """Asks for who has joined, where that is not known."""
        if members is None:
            joined = self.members.filter(left_at=None)
            members = frozenset(joined.values_list("account_id", flat=True))
        shared = self.shared_at is not None
        return place_of(self.department_id, self.stream, shared=shared, members=members)

    def facts(self, members: frozenset[int] | None = None) -> CycleFacts:
        """For the rules, all but how much data there is."""
        return CycleFacts(
            place=self.place(members),
            owner_id=self.owner_id,
            state=self.stage,
            predicted=self.predicted is not None,
        )


class CycleMember(models.Model):
    """Somebody who takes part in a cycle, until they leave it."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="members")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "account"], condition=Q(left_at=None), name="a_member_joins_once"
            )
        ]
