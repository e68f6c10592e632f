"""Reading models: which are in force, all versions of one, and what is being fitted."""

from collections.abc import Collection
from typing import Any

from clinlead.casemix.covariates import RECORD
from clinlead.casemix.models import CaseMixModel, Fitting
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import newest_versions, read_definition
from clinmeasures.definitions import Definition, MeasureKind

FITTED_KINDS = (MeasureKind.PROPORTION, MeasureKind.MEAN)
SHARES = "shares"


def in_force_records() -> dict[str, str]:
    """Which models have a version in force, and whose records they score (settings.CASE_MIX)."""
    rows = CaseMixModel.objects.filter(in_force=True).order_by("code")
    return dict.fromkeys(rows.values_list("code", flat=True), RECORD)


def versions_in_force(codes: Collection[str]) -> dict[str, dict[str, Any]]:
    """Of these models the version in force, with its digest, for a release's manifest."""
    rows = CaseMixModel.objects.filter(in_force=True, code__in=list(codes)).order_by("code")
    return {
        code: {"version": version, "digest": digest}
        for code, version, digest in rows.values_list("code", "version", "digest")
    }


def in_force(code: str) -> CaseMixModel | None:
    return CaseMixModel.objects.filter(code=code, in_force=True).first()


def versions_of(code: str) -> list[CaseMixModel]:
    related = ("made_by__person", "put_in_force_by__person")
    return list(CaseMixModel.objects.filter(code=code).select_related(*related))


def fitted_measures() -> list[MeasureVersion]:
    """The measures that a model can foresee: of spells, yes or no, or a number to be averaged."""
    return [each for each in newest_versions() if can_be_foreseen(read_definition(each.definition))]


def can_be_foreseen(definition: Definition) -> bool:
    kept = definition.record == RECORD and definition.kind in FITTED_KINDS
    return kept and bool(whole_rules(definition))


def whole_rules(definition: Definition) -> list[str]:
    """The rules under which a record is one unit's: a model counts each record once."""
    return [rule for rule in definition.attribution if rule != SHARES]


def beside(code: str) -> list[MeasureVersion]:
    """The measures whose expected figures come from this model."""
    return [each for each in newest_versions() if read_definition(each.definition).model == code]


def running(code: str) -> bool:
    return Fitting.objects.filter(code=code, made=None, failed_because="").exists()
