"""Packs as they were made, and what each clinician wants their figures set beside."""

from django.db import models
from django.db.models import Q

from clinlead.improvement.policies import Towards
from clinlead.organisation.models import Department, Person
from clinlead.packs.policies import Comparator, Kind
from clinlead.releases.models import Release
from clinlead.releases.periods import Period


class Pack(models.Model):
    """One paper of a release: a file in the data directory, and the digest of its bytes.

    The file's name says nothing of whose it is.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="packs")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in Kind])
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    comparator = models.CharField(max_length=12, blank=True)  # of a personal pack, as made
    file = models.CharField(max_length=80, unique=True)  # below the folder of packs
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-release__last_month", "-release__edition", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "person"],
                condition=Q(person__isnull=False),
                name="one_pack_a_person",
            ),
            models.UniqueConstraint(
                fields=["release", "kind"],
                condition=Q(person__isnull=True),
                name="one_pack_a_kind",
            ),
            models.CheckConstraint(
                name="a_personal_pack_has_its_person",
                condition=Q(kind="personal", person__isnull=False)
                | (~Q(kind="personal") & Q(person__isnull=True)),
            ),
        ]


class ComparatorChoice(models.Model):
    """What one clinician chose; whoever has not chosen sees unnamed colleagues."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="comparator_choice")
    comparator = models.CharField(
        max_length=12, choices=[(c.value, c.label) for c in Comparator], default=Comparator.PEERS
    )
    chosen_at = models.DateTimeField()


class Goal(models.Model):
    """Where one clinician wants a figure of theirs to be. Theirs alone: no rule reads it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="goals")
    measure = models.SlugField()
    towards = models.CharField(max_length=8, choices=[(way, way) for way in Towards])
    value = models.DecimalField(max_digits=12, decimal_places=3)  # in the unit that is shown
    agreed = models.CharField(max_length=120, blank=True)  # with whom, and when
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["measure", "-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "measure"],
                condition=Q(ended_at=None),
                name="one_goal_a_person_and_measure",
            )
        ]


class Plan(models.Model):
    """What one clinician means to do after the release of some months. Theirs alone, unless they
    show it: then it is printed in their pack, which their clinical director may open.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="plans")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    what = models.TextField()
    who = models.TextField(blank=True)
    how = models.TextField(blank=True)
    shown = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_month"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "department", "first_month", "last_month"],
                name="one_plan_a_person_and_release",
            )
        ]

    @property
    def period(self) -> Period:
        return Period(self.first_month, self.last_month)

    @property
    def answers(self) -> tuple[str, str, str]:
        """In the order of the questions."""
        return self.what, self.who, self.how
