"""The trust, its parts and its people; everything that changes carries dates."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate


class DatedQuerySet(models.QuerySet):
    """Rows that hold from one day to another; an empty end means still so."""

    def on(self, day: date):
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def between(self, first: date, last: date):
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)


class Dated(models.Model):
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day, included

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Division(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Specialty(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class DepartmentQuerySet(models.QuerySet):
    def open(self):
        """Those that are there today: what merged into another is offered no more."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gte=TruncDate(Now())))


class Department(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    division = models.ForeignKey(Division, models.PROTECT, related_name="departments")
    specialty = models.ForeignKey(Specialty, models.PROTECT, null=True, related_name="departments")
    opened_on = models.DateField(null=True)  # by a merger; null: before anything was kept here
    closed_on = models.DateField(null=True)  # its last day, before it merged into another
    # every department that it continues, those of earlier mergers too
    continues = models.ManyToManyField("self", symmetrical=False, related_name="continued_by")

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="department_closes_after_it_opens",
                condition=Q(opened_on=None)
                | Q(closed_on=None)
                | Q(closed_on__gte=models.F("opened_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who works in the trust. `code` is ours and never changes; source codes map to it."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    grade = models.CharField(max_length=40, blank=True)  # consultant, SAS doctor, manager, …

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Post(Dated):
    """A person's place in a department, for a time. A person may hold several."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts")
    whole_time_equivalent = models.DecimalField(max_digits=4, decimal_places=2, default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            )
        ]


class WorkStream(models.Model):
    """One specialty's way through the framework, across one or more departments."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    specialty = models.ForeignKey(Specialty, models.PROTECT, related_name="streams")
    departments = models.ManyToManyField(Department, related_name="streams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/streams/{self.code}/"


class StreamMember(Dated):
    """A clinician who has joined a work stream, for a time."""

    stream = models.ForeignKey(WorkStream, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="streams_joined")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            )
        ]


class CodeKind(models.TextChoices):
    PERSON = "person", "one clinician"
    POOLED = "pooled", "a pool of clinicians"
    DEFAULT = "default", "the source system's default"
    LOCUM = "locum", "locums"


class ClinicianCode(Dated):
    """What a source system calls somebody, for a time. Only a code of kind person is a person."""

    source = models.CharField(max_length=60, default="", blank=True)  # "" = every source
    code = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=10, choices=CodeKind.choices, default=CodeKind.PERSON)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="codes")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_a_personal_code_names_a_person",
                condition=Q(kind=CodeKind.PERSON, person__isnull=False)
                | (~Q(kind=CodeKind.PERSON) & Q(person=None)),
            )
        ]


class RoleProfile(Dated):
    """What makes this clinician's work unlike their peers': read before any comparison."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="profiles")
    role = models.CharField(max_length=200)
    workload = models.TextField(blank=True)
    skill_mix = models.TextField(blank=True)
    comparable = models.BooleanField(default=True)
    caveat = models.TextField(blank=True)  # shown beside every comparison of this person


class Absence(Dated):
    """Leave: absence is not agreement, so it stops the clocks."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=40)
