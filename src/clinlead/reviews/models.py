"""Reviews with everything that was written in them. Nothing is edited or deleted."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from clinlead.access.models import Account
from clinlead.organisation.models import Department, Person
from clinlead.reviews.facts import Domain, Evidence, Side, State
from clinlead.strategy.models import Statement


def choices_of(kind) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


def together(at: str, by: str, name: str) -> models.CheckConstraint:
    """Two columns that are both empty, or both filled."""
    neither = Q(**{at: None, by: None})
    both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(name=name, condition=neither | both)


class ReviewQuerySet(models.QuerySet):
    def with_signatures(self):
        """Which of the two has signed the text as it is now."""
        now = Signature.objects.filter(review=OuterRef("pk"), digest=OuterRef("digest"))
        return self.annotate(
            signed_by_clinician=Exists(now.filter(side=Side.CLINICIAN)),
            signed_by_reviewer=Exists(now.filter(side=Side.REVIEWER)),
        )


class Review(models.Model):
    """A clinician and whoever decides for them look back at some months, and ahead."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="reviews")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    first_day = models.DateField()  # of what is looked back at
    last_day = models.DateField()
    meets_on = models.DateField(null=True)  # when they mean to meet
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    held_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    clinician_ready_at = models.DateTimeField(null=True)  # handed over what they bring
    reviewer_ready_at = models.DateTimeField(null=True)
    met_on = models.DateField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of the text as it is now
    state = models.CharField(max_length=25, choices=choices_of(State), default=State.OPEN)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)  # why it was closed without signatures

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "department"],
                condition=Q(state="open"),
                name="one_open_review_a_person_here",
            ),
            models.CheckConstraint(
                name="a_review_looks_at_some_days", condition=Q(last_day__gte=F("first_day"))
            ),
            models.CheckConstraint(
                name="they_meet_once_both_wrote",
                condition=Q(met_on=None)
                | Q(clinician_ready_at__isnull=False, reviewer_ready_at__isnull=False),
            ),
            together("ended_at", "ended_by", "review_ended_at_and_by_go_together"),
            models.CheckConstraint(
                name="an_ended_review_says_when",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.person}"

    def get_absolute_url(self) -> str:
        return f"/reviews/{self.pk}/"

    @property
    def handed_over(self) -> frozenset[Side]:
        found = {Side.CLINICIAN: self.clinician_ready_at, Side.REVIEWER: self.reviewer_ready_at}
        return frozenset(side for side, at in found.items() if at)


class Words(models.Model):
    """What one side (or both together) writes of a domain, version by version."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="words")
    side = models.CharField(max_length=10, choices=choices_of(Side))
    domain = models.CharField(max_length=10, choices=choices_of(Domain))
    version = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "side", "domain", "version"], name="one_text_a_version_of_words"
            )
        ]


class Objective(models.Model):
    """Something the two agree on: never edited; it is taken out and another one added."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="objectives")
    text = models.CharField(max_length=300)
    measure = models.SlugField(blank=True)  # of the register
    shown_by = models.CharField(max_length=200)  # the measure's title, or another way to tell
    low = models.DecimalField(max_digits=12, decimal_places=3, null=True)  # the target range
    high = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    unit = models.CharField(max_length=40, blank=True)
    due_on = models.DateField()
    support = models.TextField()
    outcome = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="+")
    serves = models.CharField(max_length=200, blank=True)  # the outcome as it was worded then
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_objective_has_a_target",
                condition=Q(low__isnull=False) | Q(high__isnull=False),
            ),
            models.CheckConstraint(
                name="a_target_range_has_its_ends_in_order",
                condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")),
            ),
            together("withdrawn_at", "withdrawn_by", "objective_withdrawn_at_and_by_go_together"),
        ]


class OwnEvidence(models.Model):
    """What the clinician brings besides: what it is, and where it is kept."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="own_evidence")
    kind = models.CharField(max_length=12, choices=choices_of(Evidence))
    on = models.DateField()
    text = models.TextField()
    kept = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["on", "pk"]


class Gathering(models.Model):
    """What Clinlead knew of the months, at one moment, in sentences. Copied, so that it stays."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="gatherings")
    sections = models.JSONField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Signature(models.Model):
    """One of the two stands by a text. It counts for the text with this digest alone."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=choices_of(Side))
    digest = models.CharField(max_length=64)
    disagrees = models.TextField(blank=True)  # with what, where they sign and disagree
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "side", "digest"], name="one_signature_a_side_and_text"
            )
        ]
