"""What a release was made from, as it was then; and what of it is gone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings

from clinlead.figures.computing import data_sets_needed
from clinlead.intake.models import Correction, CorrectionState
from clinlead.intake.queries import CORRECTIONS_SCHEMA, first_months, store
from clinlead.measures.models import MeasureVersion
from clinlead.organisation.queries import CODES_SCHEMA
from clinlead.releases.freezing import corrections_content
from clinlead.releases.models import Release
from clinmeasures.definitions import Definition, parse_definition
from clinmeasures.engine import Activity
from clinmeasures.wording.units import how_many


def missing_inputs(release: Release) -> list[str]:
    """Loads, months of loads and corrections that the release was made from and that are gone."""
    held = release.inputs
    gone = list(erased_months(release))
    gone += [
        f"load {load['load']} of {load['dataset']}"
        for load in held["loads"]
        if not (store() / load["dataset"] / f"load={load['load']}").is_dir()
    ]
    numbers = set(held["corrections"])
    left = set(Correction.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    return [*gone, *(f"correction {number}" for number in sorted(numbers - left))]


def erased_months(release: Release) -> Iterable[str]:
    """Months of data sets that released figures were counted from and that are erased."""
    kept = first_months()
    wanted: dict[str, set[str]] = {}
    for measure in release.manifest["digested"]["measures"] if kept else ():
        needed = data_sets_needed(definition_of(measure), measure["rule"])
        mine = release.figures.filter(measure=measure["code"], rule=measure["rule"])
        months = {month for figure in mine for month in figure.tallies["month"]}
        for dataset in needed & set(kept):
            wanted.setdefault(dataset, set()).update(months)
    for dataset, months in sorted(wanted.items()):
        gone = sorted(month for month in months if month < kept[dataset])
        loads = [each["load"] for each in release.inputs["loads"] if each["dataset"] == dataset]
        if gone and loads:
            yield f"{dataset} of {said_range(gone)} (load {', '.join(loads)})"


def said_range(months: Sequence[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"


def corrections_lost(release: Release) -> str:
    """What was erased with records that no released figure was counted from."""
    numbers = release.inputs["corrections"]
    gone = Correction.objects.filter(pk__in=numbers, state=CorrectionState.ERASED).count()
    if not gone:
        return ""
    return f"{how_many(gone, 'correction')} erased with records that none of its months needs"


def activity_as_it_was(release: Release) -> Activity:
    """The rows that the release was made from, whatever has been loaded since."""
    held = release.inputs
    active: dict[str, list[str]] = {}
    for load in held["loads"]:
        active.setdefault(load["dataset"], []).append(load["load"])
    names = CORRECTIONS_SCHEMA.names
    corrections = [
        dict(zip(names, row, strict=True)) for row in corrections_content(held["corrections"])
    ]
    return Activity(
        directory=store(),
        active=active,
        corrections=pa.Table.from_pylist(corrections, schema=CORRECTIONS_SCHEMA),
        codes=pa.Table.from_pylist([as_code(row) for row in held["codes"]], schema=CODES_SCHEMA),
        timezone=settings.CONFIGURATION.timezone,
        first_months=first_months(),
    )


def as_code(row: Sequence[str | None]) -> dict[str, Any]:
    code, first, last, unit = row
    return {
        "code": code,
        "valid_from": date.fromisoformat(first) if first else None,
        "valid_to": date.fromisoformat(last) if last else None,
        "unit": unit,
    }


def definition_of(measure: Mapping[str, Any]) -> Definition:
    said = MeasureVersion.objects.get(code=measure["code"], version=measure["version"])
    return parse_definition(said.definition, source="the register")
