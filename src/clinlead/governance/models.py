"""Governance meetings, their agenda as it was, minutes in versions, and what people are to do."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.governance.policies import ActionFacts, MeetingFacts, State, near_of
from clinlead.organisation.models import Department, Division
from clinlead.releases.models import Release


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """Meetings this person may know of. Every view starts from here."""
        if reader.has(Role.DIRECTOR, Role.EXECUTIVE, Role.PROJECT_TEAM):
            return self
        near = near_of(reader)
        return self.filter(Q(department__in=near) | Q(division__departments__in=near)).distinct()

    def of_body(self, meeting: "Meeting"):
        """Those of the same department, or of the same division."""
        return self.filter(department=meeting.department_id, division=meeting.division_id)

    def held(self):
        return self.filter(state__in=[State.HELD, State.APPROVED])


class Meeting(models.Model):
    """One meeting of a department, or of a whole division."""

    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="governance_meetings"
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, related_name="governance_meetings"
    )
    on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default=State.PLANNED)
    planned_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    planned_for = models.CharField(
        max_length=7, blank=True
    )  # by the calendar: a release’s last month
    moved_because = models.TextField(blank=True)  # the last time that its day changed, or it fell
    minuted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    present = models.ManyToManyField(Account, related_name="+")
    others_present = models.CharField(max_length=300, blank=True)
    agenda = models.JSONField(default=dict)  # as it was when the meeting was held
    held_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_meeting_is_a_departments_or_a_divisions",
                condition=Q(department=None, division__isnull=False)
                | Q(department__isnull=False, division=None),
            ),
            models.UniqueConstraint(
                fields=["department", "on"],
                condition=~Q(state=State.CANCELLED),
                name="one_meeting_a_department_and_day",
            ),
            models.UniqueConstraint(
                fields=["department", "planned_for"],
                condition=~Q(planned_for=""),
                name="the_calendar_plans_one_meeting_a_release",
            ),
            models.CheckConstraint(
                name="approved_minutes_say_when_and_by_whom",
                condition=Q(state=State.APPROVED, approved_at__isnull=False)
                | (~Q(state=State.APPROVED) & Q(approved_at=None, approved_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.on.day} {self.on:%B %Y}"

    @property
    def body(self) -> str:
        return str(self.department or self.division)

    def get_absolute_url(self) -> str:
        return f"/governance/{self.pk}/"

    def departments(self) -> frozenset[int]:
        """Whose meeting it is; asks for a division's."""
        if self.department_id is not None:
            return frozenset({self.department_id})
        found = Department.objects.filter(division=self.division_id)
        return frozenset(found.values_list("pk", flat=True))

    def facts(self, reader: Reader) -> MeetingFacts:
        """For the rules; asks whether somebody leads the department, and how many versions."""
        led = RoleHolding.objects.on(reader.on).filter(
            department=self.department_id or 0, role=Role.LEAD
        )
        return MeetingFacts(
            departments=self.departments(),
            division=self.division_id is not None,
            led=led.exists(),
            state=State(self.state),
            held_on=self.on,
            minuted_by_id=self.minuted_by_id,
            versions=self.minutes.count(),
        )


class Item(models.Model):
    """Something that somebody puts on an agenda. It can be taken off again."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    text = models.CharField(max_length=300)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]


class Minutes(models.Model):
    """One version of the minutes. Its words are never edited: new words are a new version."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes")
    version = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    names_meant = models.BooleanField(default=False)  # the writer was asked, and means the names

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "version"], name="one_text_a_version_of_minutes"
            )
        ]


class Action(models.Model):
    """What a meeting asked somebody to do; on every agenda until it is closed with words."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="actions")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(Account, models.PROTECT, related_name="+")
    due_on = models.DateField()
    noted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_words = models.TextField(blank=True)
    done = models.BooleanField(default=False)  # closed because it was done, not dropped

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_closed_action_says_what_came_of_it",
                condition=Q(closed_at=None, closed_by=None, closed_words="", done=False)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_words="")),
            )
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"/governance/actions/{self.pk}/"

    def facts(self, reader: Reader) -> ActionFacts:
        """Asks for its meeting's facts."""
        return ActionFacts(
            meeting=self.meeting.facts(reader),
            owner_id=self.owner_id,
            closed=self.closed_at is not None,
        )


class Tabled(models.Model):
    """A release was looked at in a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="tabled")
    release = models.OneToOneField(Release, models.PROTECT, related_name="tabled_at_meeting")
