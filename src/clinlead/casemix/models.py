"""Case-mix models: frozen versions, which of them is in force, and what was asked for."""

from typing import Any

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.casemix.policies import ModelFacts
from clinmeasures.casemix import FrozenModel


class CaseMixModel(models.Model):
    """One version of a model. Never changed: fitted anew it is another version."""

    code = models.SlugField()  # of the measure whose records and events it foresees
    version = models.PositiveIntegerField()
    measure_version = models.PositiveIntegerField()  # the wording that says what the event is
    content = models.JSONField()  # as `clinmeasures freeze` writes it
    digest = models.CharField(max_length=64)
    given = models.BooleanField(default=False)  # coefficients from elsewhere, judged here
    first_day = models.DateField()  # of the records it was fitted on, or judged by
    last_day = models.DateField()
    judged = models.JSONField(default=dict)  # on these records: see judging.Judged
    because = models.TextField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    in_force = models.BooleanField(default=False)
    put_in_force_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    put_in_force_at = models.DateTimeField(null=True)
    in_force_because = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)  # when another version took its place

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_model_a_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(in_force=True), name="one_model_in_force"
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/case-mix/{self.code}/{self.version}/"

    def __str__(self) -> str:
        return f"{self.code} version {self.version}"

    @property
    def frozen(self) -> FrozenModel:
        names = FrozenModel.__dataclass_fields__
        held: dict[str, Any] = {name: self.content[name] for name in names}
        return FrozenModel(**held)

    def facts(self) -> ModelFacts:
        return ModelFacts(in_force=self.in_force)


class Fitting(models.Model):
    """A model that somebody asked for: fitted here, or judged where coefficients were given."""

    code = models.SlugField()
    covariates = models.JSONField(default=list)
    given = models.JSONField(null=True)  # a model's own file; empty: to be fitted
    first_day = models.DateField()
    last_day = models.DateField()
    because = models.TextField()
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    made = models.OneToOneField(CaseMixModel, models.PROTECT, null=True, related_name="fitting")
    failed_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def get_absolute_url(self) -> str:
        return f"/case-mix/fits/{self.pk}/"

    @property
    def running(self) -> bool:
        return self.made_id is None and not self.failed_because


class Pooled(models.Model):
    """How much the trust's clinicians differ beyond chance in one figure, as last worked out."""

    measure = models.SlugField()
    version = models.PositiveIntegerField()
    rule = models.CharField(max_length=30)
    units = models.PositiveIntegerField()
    limits = models.FloatField(null=True)  # tau squared on the funnel's scale; none: too few
    logarithm = models.FloatField(null=True)  # of ln(observed / expected)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "version", "rule"], name="one_pool_a_figure")
        ]
