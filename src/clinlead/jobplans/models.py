"""HR's questions about job plans, and what was answered. The plans themselves are data."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.jobplans.concordance import Point
from clinlead.organisation.models import Department, Person


def go_together(at: str, by: str, name: str) -> models.CheckConstraint:
    both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(name=name, condition=Q(**{at: None, by: None}) | both)


class PlanQuestionQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """The clinician's own, those of departments led or under the chief, and HR all."""
        if reader.has(Role.HR):
            return self
        near = Q(department__in=reader.leads | reader.chief_of)
        found = near | Q(person_id=reader.person_id) if reader.person_id else near
        if reader.has(Role.DIRECTOR):
            above = RoleHolding.objects.on(reader.on).leads_and_above()
            found |= Q(person__in=above.values("account__person_id"))
        return self.filter(found)

    def open(self):
        return self.filter(closed_at=None)


class PlanQuestion(models.Model):
    """Where plan, contract and activity do not agree: asked by HR, answered in the department."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="plan_questions")
    point = models.CharField(max_length=20, choices=[(one, one.value) for one in Point])
    text = models.TextField()
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = PlanQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            go_together("answered_at", "answered_by", "plan_answered_at_and_by_go_together"),
            go_together("closed_at", "closed_by", "plan_closed_at_and_by_go_together"),
        ]

    def get_absolute_url(self) -> str:
        return f"/job-plans/{self.department.code}/people/{self.person.code}/#questions"
