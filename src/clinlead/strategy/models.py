"""What the trust states, version by version, and the measures that show each outcome."""

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role
from clinlead.organisation.models import Department
from clinlead.strategy.policies import PROPOSES, Kind, State, WordingFacts


class Statement(models.Model):
    """One thing the trust states: an objective, an outcome, the definition or a mandate."""

    kind = models.CharField(max_length=12, choices=[(kind, kind.words) for kind in Kind])
    code = models.SlugField(max_length=80)  # a mandate's is its department's

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_statement_a_code")
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return ADDRESSES[Kind(self.kind)].format(self.code)


ADDRESSES = {
    Kind.OBJECTIVE: "/strategy/objectives/{}/",
    Kind.OUTCOME: "/strategy/outcomes/{}/",
    Kind.DEFINITION: "/strategy/poor-performance/",
    Kind.MANDATE: "/strategy/mandates/{}/",
}


class WordingQuerySet(models.QuerySet):
    def in_force(self, kind: Kind):
        return self.filter(statement__kind=kind, state=State.APPROVED)

    def visible_to(self, reader: Reader):
        """What was once in force is everybody's; proposals are for those who may make them."""
        if reader.has(Role.LEAD, *PROPOSES):
            return self
        published = Q(state__in=[State.APPROVED, State.REPLACED])
        return self.filter(published | Q(holder_id=reader.account_id))


class Wording(models.Model):
    """One version of a statement. Its words are never edited: new words are a new version."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="wordings")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=State.WAITING)
    title = models.CharField(max_length=200)
    text = models.TextField()  # why it matters, what success is, the definition, the authority
    changed_because = models.TextField(blank=True)
    # an outcome's
    objective = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="serving")
    # an outcome's departments, or the one of a mandate
    departments = models.ManyToManyField(Department, related_name="+")
    # a mandate's
    protected_time = models.CharField(max_length=200, blank=True)
    holder = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    sponsor = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    written_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    declined_because = models.TextField(blank=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["statement", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "version"], name="one_text_a_version"),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(state=State.APPROVED),
                name="one_version_in_force",
            ),
            models.UniqueConstraint(
                fields=["statement"], condition=Q(state=State.WAITING), name="one_version_waits"
            ),
            models.CheckConstraint(
                name="decided_versions_say_when_and_by_whom",
                condition=Q(state=State.WAITING, decided_at=None, decided_by=None)
                | (~Q(state=State.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/strategy/versions/{self.pk}/"

    @property
    def kind(self) -> Kind:
        return Kind(self.statement.kind)

    def objective_title(self) -> str:
        """How the objective it serves reads today; asks for it once."""
        if self._objective_title is None:
            self._objective_title = self._asked_objective_title()
        return self._objective_title

    _objective_title: str | None = None

    def _asked_objective_title(self) -> str:
        stated = self.objective and self.objective.wordings.filter(state=State.APPROVED).first()
        return stated.title if stated else ""

    def facts(self) -> WordingFacts:
        """For the rules; asks for the departments."""
        return WordingFacts(
            kind=self.kind,
            departments=frozenset(each.pk for each in self.departments.all()),
            written_by_id=self.written_by_id,
            holder_id=self.holder_id,
            state=State(self.state),
        )


class Cause(models.Model):
    """One cause in a version of the definition: looked at in this order, the person last."""

    wording = models.ForeignKey(Wording, models.PROTECT, related_name="causes")
    order = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=300)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["wording", "name"], name="a_cause_is_named_once")
        ]


class OutcomeMeasure(models.Model):
    """A measure shows an outcome, from one moment to another. Never deleted; it can end."""

    outcome = models.ForeignKey(Statement, models.PROTECT, related_name="measures")
    measure = models.SlugField()  # every wording of it
    linked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["outcome", "linked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "measure"],
                condition=Q(ended_at=None),
                name="a_measure_shows_an_outcome_once",
            ),
            models.CheckConstraint(
                name="link_ended_at_and_by_go_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
