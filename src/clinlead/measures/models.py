"""The register of measures: every version's own wording, and what each department chose."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.measures.redefinition import READS_DRAFTS, DraftFacts, FeedbackFacts, State
from clinlead.organisation.models import Department


class MeasureVersion(models.Model):
    """One agreed wording of a measure. New wording means a new version."""

    code = models.SlugField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    definition = models.TextField()  # the TOML as agreed
    digest = models.CharField(max_length=64)
    approved = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    changed_because = models.TextField(blank=True)
    retired_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)  # chosen by no department from then on
    retired_because = models.TextField(blank=True)

    class Meta:
        ordering = ["title", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_wording_a_version"),
            models.CheckConstraint(
                name="retired_at_and_by_go_together",
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/measures/{self.code}/{self.version}/"

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class DepartmentMeasure(models.Model):
    """A department uses a measure: under which attribution rule, and shown for individuals or not.

    A team-level measure is shown for an individual only after the department's recorded decision.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="measures")
    measure = models.ForeignKey(MeasureVersion, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=30)
    shown_individually = models.BooleanField(default=False)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    ended_on = models.DateField(null=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "measure__title"]


class RecordingBreak(models.Model):
    """From a day on a measure is recorded in another way. Never deleted; it can be withdrawn."""

    measure = models.SlugField()  # every wording of it
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    reason = models.TextField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="withdrawn_at_and_by_go_together",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            )
        ]


class SafetyMark(models.Model):
    """A measure is watched case by case, at every load. Never deleted; it can end."""

    measure = models.SlugField()  # every wording of it
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    marked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["measure", "-marked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "department"],
                condition=Q(ended_at=None),
                name="a_measure_is_marked_once_a_department",
            ),
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(ended_at=None, department=None),
                name="a_measure_is_marked_once_in_the_trust",
            ),
            models.CheckConstraint(
                name="mark_ended_at_and_by_go_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]


class RedefinitionQuerySet(models.QuerySet):
    def running(self):
        """Neither decided nor taken back."""
        return self.filter(state__in=[State.DRAFT, State.CHECKING, State.CHECKED])

    def visible_to(self, reader: Reader):
        """Drafts are for those who propose, check and approve; what is approved is everybody's."""
        if reader.has(*READS_DRAFTS):
            return self
        return self.filter(state=State.APPROVED)


class Redefinition(models.Model):
    """A new version of a measure on its way: drafted, checked, approved, each by somebody else."""

    code = models.SlugField()
    version = models.PositiveIntegerField()  # that it would be
    text = models.TextField()  # the TOML
    changed_because = models.TextField()
    state = models.CharField(max_length=10, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)  # counts savings: two cannot overwrite
    authors = models.ManyToManyField(Account, related_name="+")
    written_by = models.ForeignKey(Account, models.PROTECT, related_name="+")  # the last to save
    written_at = models.DateTimeField()
    checked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    check_note = models.TextField(blank=True)
    returned_because = models.TextField(blank=True)  # what the checker wants changed
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    declined_because = models.TextField(blank=True)
    made = models.OneToOneField(
        MeasureVersion, models.PROTECT, null=True, related_name="redefinition"
    )

    objects = RedefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=[State.DRAFT, State.CHECKING, State.CHECKED]),
                name="one_redefinition_runs",
            ),
            models.CheckConstraint(
                name="an_approved_redefinition_has_its_version",
                condition=Q(state=State.APPROVED, made__isnull=False)
                | (~Q(state=State.APPROVED) & Q(made=None)),
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/measures/{self.code}/drafts/{self.pk}/"

    def facts(self) -> DraftFacts:
        """For the rules; asks for the authors and for who uses the measure."""
        used = DepartmentMeasure.objects.filter(measure__code=self.code, ended_on=None)
        return DraftFacts(
            state=State(self.state),
            authors=frozenset(each.pk for each in self.authors.all()),
            checked_by_id=self.checked_by_id,
            departments=frozenset(used.values_list("department_id", flat=True)),
        )


class Feedback(models.Model):
    """What somebody says of a wording. It is answered in words, and feeds the change log."""

    measure = models.SlugField()
    version = models.PositiveIntegerField()  # the wording it was said of
    text = models.TextField()
    proposes = models.TextField(blank=True)  # what it should say instead
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    redefinition = models.ForeignKey(
        Redefinition, models.PROTECT, null=True, related_name="feedback"
    )  # the draft that takes it up
    changed = models.BooleanField(default=False)  # the answer: a new version says otherwise
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_answer_says_when_and_by_whom",
                condition=Q(answered_at=None, answered_by=None, answer="", changed=False)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            )
        ]

    def get_absolute_url(self) -> str:
        return f"/measures/{self.measure}/feedback/{self.pk}/"

    def facts(self) -> FeedbackFacts:
        """For the rules; asks for the redefinition that took it up."""
        taken = self.redefinition is not None and self.redefinition.state != State.DECLINED
        return FeedbackFacts(answered=self.answered_at is not None, taken_up=taken)
