"""Concerns with everything that was said in them. Nothing is edited or deleted."""

from functools import cached_property

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinlead.access.models import Account
from clinlead.concerns.facts import Bypass as BypassState
from clinlead.concerns.facts import Part, State, StepKind
from clinlead.conversations.models import Said
from clinlead.organisation.models import Department, Person
from clinlead.releases.models import FROZEN
from clinlead.releases.reasons import Finding as Found
from clinlead.strategy.models import Cause, Wording
from clinlead.strategy.policies import State as VersionState


def choices_of(kind) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


def together(at: str, by: str, name: str) -> models.CheckConstraint:
    """Two columns that are both empty, or both filled."""
    neither = Q(**{at: None, by: None})
    both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(name=name, condition=neither | both)


class Route(models.Model):
    """One version of the steps. Never edited: another is proposed and approved."""

    version = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=choices_of(VersionState))
    answer_days = models.PositiveSmallIntegerField()
    discussions = models.PositiveSmallIntegerField()
    changed_because = models.TextField(blank=True)
    written_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="approved"), name="one_route_in_force"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="waiting"), name="one_route_waits"
            ),
            together("decided_at", "decided_by", "route_decided_at_and_by_go_together"),
        ]


class RouteStep(models.Model):
    route = models.ForeignKey(Route, models.PROTECT, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=choices_of(StepKind))
    title = models.CharField(max_length=100)
    about = models.CharField(max_length=400)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["route", "order"], name="one_step_a_place")]


class Concern(models.Model):
    """About a person, opened by a person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="concerns")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    route = models.ForeignKey(Route, models.PROTECT, related_name="+")
    definition = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    why = models.TextField()
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    discussed = models.ManyToManyField(Said, related_name="+")  # recorded before it was opened
    step = models.PositiveSmallIntegerField(default=1)  # where it is; beyond the last: all are done
    told_at = models.DateTimeField()  # of the last step: the clinician's time to answer begins
    state = models.CharField(max_length=12, choices=choices_of(State), default=State.OPEN)
    explained_by = models.CharField(max_length=10, blank=True, choices=choices_of(StepKind))
    learned = models.TextField(blank=True)
    procedure = models.CharField(max_length=100, blank=True)  # that it was handed over to
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_concern_says_why_it_was_opened", condition=~Q(why="")),
            together("ended_at", "ended_by", "concern_ended_at_and_by_go_together"),
            models.CheckConstraint(
                name="an_ended_concern_says_when",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/concerns/{self.pk}/"

    @cached_property
    def said_before(self) -> list[Said]:
        """Everything said in the conversations that came before it, oldest conversation first;
        `was_discussed` on what it was opened after. Costs a question, once."""
        here = Concern.discussed.through.objects.filter(concern=self)
        talks = Said.objects.filter(pk__in=here.values("said"))
        said = Said.objects.filter(conversation__in=talks.values("conversation"))
        said = said.annotate(was_discussed=Exists(here.filter(said=OuterRef("pk"))))
        heavy = [f"conversation__figure__{name}" for name in FROZEN]
        related = said.select_related("conversation__figure", "by__person").defer(*heavy)
        return list(related.order_by("conversation__opened_at", "conversation", "at", "pk"))


class SeatHeld(models.Model):
    """Somebody's part in a concern, from one moment to another."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="seats")
    part = models.CharField(max_length=10, choices=choices_of(Part))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    because = models.TextField(blank=True)  # why they were brought in
    brought_in_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concern", "part"], condition=Q(left_at=None), name="one_in_each_seat"
            )
        ]


class Finding(models.Model):
    """What was found at a step, with its evidence. Several where two people acted at once."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="findings")
    order = models.PositiveSmallIntegerField()
    found = models.CharField(max_length=10, choices=choices_of(Found))
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    evidence = models.JSONField(default=list)  # sentences of conversations and releases, copied
    evidence_words = models.TextField(blank=True)  # other evidence, and where it is kept
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Note(models.Model):
    """Words of the clinician, or of somebody in a seat, at a step."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="notes")
    order = models.PositiveSmallIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Support(models.Model):
    """What was offered to the clinician, what they said, and what became of it."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="support")
    what = models.TextField()
    offered_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    result_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    result_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["offered_at", "pk"]
        constraints = [
            together("result_at", "result_by", "support_result_at_and_by_go_together"),
        ]


class BypassUsed(models.Model):
    """Patients could not wait: who went past the order, why, and what a second person found."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="bypasses")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    done = models.TextField(blank=True)  # what was done at once
    opened_it = models.BooleanField()  # there was no concern before
    upheld = models.BooleanField(null=True)
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concern"], condition=Q(reviewed_at=None), name="one_bypass_waits"
            ),
            together("reviewed_at", "reviewed_by", "bypass_reviewed_at_and_by_go_together"),
            models.CheckConstraint(
                name="nobody_reviews_their_own_bypass",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("by")),
            ),
        ]

    @property
    def state(self) -> BypassState:
        if self.upheld is None:
            return BypassState.PENDING
        return BypassState.UPHELD if self.upheld else BypassState.OVERTURNED


class Contact(models.Model):
    """Whom a clinician can turn to; HR sets the list, and everybody can read it."""

    order = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=100)
    how = models.CharField(max_length=200)
    about = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["order"]


class Characteristic(models.Model):
    """A contract type or a protected characteristic: optional, and read in counts alone."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="characteristics")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=60)
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["person", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_characteristic_a_kind")
        ]
