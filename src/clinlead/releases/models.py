"""Releases: frozen figures with their interpretation, sign-off, manifest and digest."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import Department, Person, Post
from clinlead.releases.periods import Period
from clinlead.releases.policies import Stage

TEAM_PREFIX = "department:"
LONG = ("manifest", "inputs")  # of a release
FROZEN = (
    "grades",
    "tallies",
    "composition",
    "statistics",
    "without_challenged",
)  # most of a figure’s row


class FigureKey(NamedTuple):
    """Which figure of a release: a measure, under a rule, of a unit."""

    measure: str
    rule: str
    unit: str

    @property
    def is_team(self) -> bool:
        return self.unit.startswith(TEAM_PREFIX)


class ReleaseState(models.TextChoices):
    PREPARING = Stage.PREPARING.value, "being prepared"
    RELEASED = Stage.RELEASED.value, "released"
    SUPERSEDED = Stage.SUPERSEDED.value, "replaced by a later edition"


class ReleaseQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """Releases this person may know exist. Every view starts from here."""
        if reader.has(Role.ANALYST):
            return self
        here = Q(department__in=reader.leads | reader.chief_of | reader.stream_departments)
        out = ~Q(state=ReleaseState.PREPARING)
        if reader.has(Role.DIRECTOR):
            theirs = Q(department__in=decided_by_the_director(reader))
            return self.filter(here | out | theirs)
        granted = reader.granted_team | reader.granted_named
        audience = Q(department__in=reader.departments | granted)
        if reader.person_id is not None:
            audience |= Q(pk__in=released_to(reader.person_id))
        if reader.has(Role.OPERATIONS, Role.PROJECT_TEAM):
            audience = Q()
        return self.filter(here | (out & audience))


class ReleaseManager(models.Manager.from_queryset(ReleaseQuerySet)):  # type: ignore[misc]
    """Without the manifest and the inputs: long, and read by few. Whoever does asks once more."""

    def get_queryset(self) -> ReleaseQuerySet:
        return super().get_queryset().defer(*LONG)  # type: ignore[no-any-return]


def released_to(person_id: int):
    """Releases that hold a figure of this person, whatever department they are in now."""
    return ReleasedFigure.objects.filter(person_id=person_id).values("release_id")


def decided_by_the_director(reader: Reader):
    """Departments with figures of a chief or a director, who may have left it since; and those
    without a chief, whose lead's own go to the director.
    """
    held = RoleHolding.objects.on(reader.on)
    chiefs, above = held.filter(role=Role.CHIEF), held.directors_cases()
    worked_in = Post.objects.filter(person__account__in=above.values("account_id"))
    return Department.objects.filter(
        Q(pk__in=worked_in.values("department_id"))
        | ~Q(division_id__in=chiefs.values("division_id"))
    ).values("pk")


class Release(models.Model):
    """A department's figures for some months, visible to their owners as one."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="releases")
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    edition = models.PositiveIntegerField(default=1)  # 2 and on: released again after correction
    because = models.TextField(blank=True)  # why it was released again
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    state = models.CharField(
        max_length=12, choices=ReleaseState.choices, default=ReleaseState.PREPARING
    )
    due_on = models.DateField()
    prepared_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    checked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)  # the BI check
    check_note = models.TextField(blank=True)
    checked_digest = models.CharField(max_length=64, blank=True)  # of the figures as checked
    released_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    invitation = models.TextField(blank=True)  # the lead's invitation to talk
    tabled_on = models.DateField(null=True)  # at clinical governance
    tabled_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    tabled_note = models.TextField(blank=True)
    manifest = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    inputs = models.JSONField(default=dict)  # loads, corrections and codes as they were: for verify

    objects = ReleaseManager()

    class Meta:
        ordering = ["-last_month", "department__name", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "first_month", "last_month", "edition"],
                name="one_release_an_edition",
            ),
            models.CheckConstraint(
                name="released_at_and_by_go_together",
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_release_has_its_manifest",
                condition=Q(state="preparing", released_at=None)
                | (Q(released_at__isnull=False) & ~Q(digest="")),
            ),
        ]

    @property
    def period(self) -> Period:
        return Period(self.first_month, self.last_month)

    @property
    def stage(self) -> Stage:
        return Stage(self.state)

    @property
    def team_unit(self) -> str:
        return TEAM_PREFIX + self.department.code

    def get_absolute_url(self) -> str:
        return f"/releases/{self.pk}/"

    def __str__(self) -> str:
        edition = f", edition {self.edition}" if self.edition > 1 else ""
        return f"{self.department.name}, {self.period}{edition}"


class ReleasedFigure(models.Model):
    """One figure as released: its tallies, its chart's numbers and its words, frozen."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="figures")
    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    unit = models.CharField(max_length=80)  # a person's code, or department:<code>
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    contributors = models.PositiveIntegerField()  # people behind it in the period
    tallies = models.JSONField()  # columns of integers, a month each
    composition = models.JSONField()  # units by month that a department's figure adds up
    statistics = models.JSONField()
    has_signal = models.BooleanField()  # over time
    beside = models.CharField(max_length=20, blank=True)  # colleagues: unusually high, or low
    challenged = models.PositiveIntegerField(default=0)  # open challenges when it was released
    without_challenged = models.JSONField(null=True)  # the tallies without those records
    grades = models.JSONField(
        null=True
    )  # of its months' data; null: released before they were kept
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["title", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "rule", "unit"], name="one_figure_a_release"
            )
        ]

    @property
    def key(self) -> FigureKey:
        return FigureKey(self.measure, self.rule, self.unit)


class Interpretation(models.Model):
    """What the lead (or the owner, appending) makes of a figure. Nothing computes it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="interpretations")
    measure = models.SlugField()
    rule = models.CharField(max_length=30)
    unit = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    by_owner = models.BooleanField(default=False)
    carried = models.BooleanField(default=False)  # from the edition before
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # of the figure it was said of
    text = models.TextField()
    looked_at = models.JSONField(default=list)  # explanations, their evidence then, what was found

    class Meta:
        ordering = ["at", "pk"]

    @property
    def key(self) -> FigureKey:
        return FigureKey(self.measure, self.rule, self.unit)


class UnfinishedWords(models.Model):
    """An interpretation that its writer has not saved yet: nobody else reads it."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="unfinished")
    measure = models.SlugField()
    rule = models.CharField(max_length=30)
    unit = models.CharField(max_length=80)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # explanation → finding

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "rule", "unit", "by"], name="unfinished_once"
            )
        ]

    @property
    def key(self) -> FigureKey:
        return FigureKey(self.measure, self.rule, self.unit)


class SignOff(models.Model):
    """The lead stands by a figure as it is; it lapses when the figure changes."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="sign_offs")
    measure = models.SlugField()
    rule = models.CharField(max_length=30)
    unit = models.CharField(max_length=80)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    together = models.BooleanField(default=False)  # signed off with others in one act
    carried = models.BooleanField(default=False)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # of the figure as it was signed off

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "rule", "unit", "digest"], name="signed_off_once"
            )
        ]

    @property
    def key(self) -> FigureKey:
        return FigureKey(self.measure, self.rule, self.unit)


class ControlTotal(models.Model):
    """A total from elsewhere (a board report, a national return) and how ours differs."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="control_totals")
    measure = models.SlugField()
    month = models.CharField(max_length=7, blank=True)  # blank: the whole period
    source = models.CharField(max_length=200)
    theirs = models.BigIntegerField(null=True)  # null: no total exists elsewhere; say why
    ours = models.BigIntegerField()
    explained = models.TextField(blank=True)
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "month"], name="one_total_a_measure_and_month"
            )
        ]


class Opening(models.Model):
    """A department opens its released totals more widely: of one measure, or of all (blank)."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="openings")
    measure = models.SlugField(blank=True)
    agreement = models.TextField()  # where the department's agreement is recorded
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "measure"],
                condition=Q(ended_at=None),
                name="a_measure_is_opened_once",
            ),
            models.CheckConstraint(
                name="opening_ended_at_and_by_go_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
