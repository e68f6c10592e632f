"""Thanks and contributions. Nothing here is added up for a person."""

from django.db import models
from django.db.models import F, Q

from clinlead.access.models import Account
from clinlead.access.policies import OwnerFacts, Reader
from clinlead.organisation.models import Person, Post
from clinlead.recognition.policies import ContributionFacts, Kind, Shown, ThanksFacts

CHOICES = [(each.value, each.words) for each in Shown]


def near(reader: Reader) -> models.QuerySet:
    """Who works today in a department that this person belongs to or leads."""
    here = Post.objects.on(reader.on).filter(department__in=reader.departments | reader.leads)
    return here.values("person_id")


class ThanksQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(taken_back_at=None)

    def shown_to(self, reader: Reader):
        """What its receivers show to this person."""
        shown = Q(shown=Shown.DEPARTMENT, to__in=near(reader))
        return self.standing().filter(shown | Q(shown=Shown.EVERYBODY))

    def visible_to(self, reader: Reader):
        """Thanks that this person may know of: given, received, or shown to them."""
        mine = Q(by_id=reader.account_id)
        if reader.person_id is not None:
            mine |= Q(to_id=reader.person_id)
        return self.standing().filter(mine) | self.shown_to(reader)


class Thanks(models.Model):
    """Words of thanks from somebody to a person."""

    to = models.ForeignKey(Person, models.PROTECT, related_name="thanks")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField()
    shown = models.CharField(max_length=10, choices=CHOICES, default=Shown.OWN)
    taken_back_at = models.DateTimeField(null=True)

    objects = ThanksQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def facts(self) -> ThanksFacts:
        taken = self.taken_back_at is not None
        return ThanksFacts(to_id=self.to_id, by_id=self.by_id, taken_back=taken)


class ContributionQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_at=None)

    def confirmed(self):
        return self.standing().filter(confirmed=True)

    def visible_to(self, reader: Reader):
        """Contributions this person may read: their own, and what is confirmed and shown."""
        seen = Q(shown=Shown.EVERYBODY) | Q(shown=Shown.DEPARTMENT, person__in=near(reader))
        seen &= Q(confirmed=True)
        if reader.person_id is not None:
            seen |= Q(person_id=reader.person_id)
        return self.standing().filter(seen)


class Contribution(models.Model):
    """What a clinician does that no figure shows, in their words; confirmed by who leads them."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="contributions")
    kind = models.CharField(max_length=12, choices=[(each.value, each.words) for each in Kind])
    words = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # empty: it goes on
    shown = models.CharField(max_length=10, choices=CHOICES, default=Shown.OWN)
    recorded_at = models.DateTimeField()
    confirmed = models.BooleanField(null=True)  # empty: nobody has answered
    answer = models.TextField(blank=True)  # why it could not be confirmed
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="contribution_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="contribution_answered_at_and_by_go_together",
                condition=Q(confirmed=None, answered_at=None, answered_by=None)
                | Q(confirmed__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def facts(self, owner: OwnerFacts) -> ContributionFacts:
        return ContributionFacts(
            owner=owner,
            answered=self.confirmed is not None,
            withdrawn=self.withdrawn_at is not None,
        )
