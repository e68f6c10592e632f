"""Work streams on their way: stages, engagement, people, waivers, preconditions and help."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import Dated, WorkStream
from clinlead.workstreams.policies import PartPlayed, Precondition, Route, Status


def choices_of(kind) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


def go_together(at: str, by: str, name: str) -> models.CheckConstraint:
    """Two columns that are both empty, or both filled."""
    neither = Q(**{at: None, by: None})
    return models.CheckConstraint(
        name=name, condition=neither | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    )


class Template(models.Model):
    """One version of the stage template. Never edited: another is made, and says why."""

    version = models.PositiveIntegerField(unique=True)
    changed_because = models.TextField(blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"version {self.version}"

    def get_absolute_url(self) -> str:
        return f"/streams/template/{self.version}/"


class TemplateStage(models.Model):
    template = models.ForeignKey(Template, models.PROTECT, related_name="stages")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_stage_a_number")
        ]


class TemplateCriterion(models.Model):
    """An exit criterion of a stage: a check of checks.py, in the template's words."""

    stage = models.ForeignKey(TemplateStage, models.PROTECT, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    check_key = models.SlugField()
    wording = models.CharField(max_length=200)

    class Meta:
        ordering = ["stage__number", "order"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "check_key"], name="a_check_once_a_stage")
        ]


class StageEntry(models.Model):
    """A stream came into a stage. The one without `left_at` is where it is."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="stage_entries")
    stage = models.PositiveSmallIntegerField()
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    because = models.TextField(blank=True)  # why it went back
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["entered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream"], condition=Q(left_at=None), name="a_stream_is_in_one_stage"
            ),
            models.CheckConstraint(
                name="stages_are_one_to_eight", condition=Q(stage__gte=1, stage__lte=8)
            ),
        ]


class Engagement(models.Model):
    """Whether the departments take part, from a moment on. The open one holds."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="engagements")
    status = models.CharField(max_length=20, choices=choices_of(Status))
    route = models.CharField(max_length=20, choices=choices_of(Route))
    said = models.TextField()  # where it is recorded; why they did not engage
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream"], condition=Q(ended_at=None), name="one_engagement_holds"
            )
        ]


class StreamPerson(Dated):
    """Somebody's part in a stream, for a time: sponsor, manager, coaching or training contact."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="people")
    part = models.CharField(max_length=20, choices=choices_of(PartPlayed))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["part", "starts_on", "pk"]


class Waiver(models.Model):
    """A criterion that a stream need not meet, with the reason everybody reads."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="waivers")
    check_key = models.SlugField()
    because = models.TextField()
    waived_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    waived_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["waived_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "check_key"],
                condition=Q(withdrawn_at=None),
                name="a_criterion_is_waived_once",
            ),
            go_together("withdrawn_at", "withdrawn_by", "waiver_withdrawn_at_and_by"),
        ]


class PreconditionRecord(models.Model):
    """What was done before named data, for the whole trust: by whom, when, and the evidence."""

    kind = models.CharField(
        max_length=20, choices=[(each.value, each.words) for each in Precondition]
    )
    on = models.DateField()  # the day it was done
    evidence = models.TextField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(withdrawn_at=None), name="one_record_a_precondition"
            ),
            go_together("withdrawn_at", "withdrawn_by", "precondition_withdrawn_at_and_by"),
        ]


class HelpRequestQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """Requests this person may know of: their own, and all for those who answer."""
        if reader.has(Role.PROJECT_TEAM):
            return self
        coached = StreamPerson.objects.on(reader.on).filter(
            part=PartPlayed.COACH, account_id=reader.account_id
        )
        mine = Q(raised_by_id=reader.account_id)
        return self.filter(mine | Q(stream_id__in=coached.values("stream_id")))


class HelpRequest(models.Model):
    """A manager or lead asks for help; the project team answers (R17)."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="help_requests")
    text = models.TextField()
    raised_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [go_together("answered_at", "answered_by", "help_answered_at_and_by")]


class MoreMeasures(models.Model):
    """The project team lets a stream have more than six measures, and says why."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="more_measures")
    most = models.PositiveSmallIntegerField()
    because = models.TextField()
    allowed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["allowed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream"], condition=Q(ended_at=None), name="one_exception_holds"
            ),
            go_together("ended_at", "ended_by", "exception_ended_at_and_by"),
        ]


class Pilot(models.Model):
    """What a pilot stream tries, before anything is approved."""

    stream = models.OneToOneField(WorkStream, models.PROTECT, related_name="pilot")
    objective = models.CharField(max_length=200)  # provisional: nobody has approved it
    measures = models.JSONField()  # codes, three at most
