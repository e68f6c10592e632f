"""Released figures as FHIR R4 MeasureReports: by code and never by name, with the digests that
`release verify` compares."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from clinlead.figures.sums import Sums, total, unit_of_figure
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.statistics import as_months
from clinmeasures.definitions import Definition, Direction, MeasureKind

WHOLE = 1_000_000  # a record, in millionths
CONTENT_TYPE = "application/fhir+json"
UNITS = {"%": "%", "days": "d", "hours": "h", "minutes": "min"}  # ours → UCUM
POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
NOTATION = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation"
BETTER = {Direction.HIGHER: "increase", Direction.LOWER: "decrease"}


def bundle(
    figures: Iterable[ReleasedFigure],
    *,
    at: datetime,
    links: Sequence[Mapping[str, str]] = (),
    kind: str = "searchset",
) -> Any:
    """The reports as one FHIR Bundle, checked by the library against the specification."""
    from fhir.resources.R4B.bundle import Bundle

    listed = list(figures)
    definitions = definitions_of(listed)
    return Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": kind,
            "timestamp": at,
            "link": links or None,
            "entry": [
                {
                    "fullUrl": f"urn:clinlead:released-figure:{each.pk}",
                    "resource": report(each, definitions[each.measure, each.version]),
                    "search": {"mode": "match"} if kind == "searchset" else None,
                }
                for each in listed
            ]
            or None,
        }
    )


def definitions_of(figures: Iterable[ReleasedFigure]) -> dict[tuple[str, int], Definition]:
    """The wording that each figure was computed under; one query for any number."""
    codes = {each.measure for each in figures}
    rows = MeasureVersion.objects.filter(code__in=codes)
    return {(row.code, row.version): read_definition(row.definition) for row in rows}


def report(figure: ReleasedFigure, definition: Definition) -> dict[str, Any]:
    """One released figure. A clinician's says not which way is better; a department's does."""
    release, statistics = figure.release, figure.statistics
    found: dict[str, Any] = {
        "resourceType": "MeasureReport",
        "id": f"figure-{figure.pk}",
        "identifier": [
            {"system": "urn:clinlead:release-digest", "value": release.digest},
            {"system": "urn:clinlead:figure-digest", "value": figure.digest},
        ],
        "text": narrative(f"{figure.title}. {statistics['sentence']} {statistics['reading']}"),
        "status": "complete",
        "type": "summary",
        "measure": f"urn:clinlead:measure:{figure.measure}|{figure.version}",
        "date": release.released_at,
        "reporter": by_code("Organization", "department", release.department.code),
        "period": {"start": release.period.starts_on, "end": release.period.ends_on},
        "group": [group(figure, definition)],
    }
    if not figure.key.is_team:
        found["subject"] = by_code("Practitioner", "person", figure.unit)
    elif definition.direction in BETTER:
        found["improvementNotation"] = coded(NOTATION, BETTER[definition.direction])
    return found


def group(figure: ReleasedFigure, definition: Definition) -> dict[str, Any]:
    """The counts of the release's months, and the figure in the unit that pages show."""
    months = as_months(figure.tallies)
    sums = total(each for each in months if each.month in figure.statistics["months"])
    found: dict[str, Any] = {"code": {"text": figure.title}, "population": counts(sums, definition)}
    value = figure.statistics["value"]
    if value is not None:
        unit = unit_of_figure(definition)
        found["measureScore"] = {"value": round(unit.shown(value), 6), "unit": unit.name or None}
        if unit.name in UNITS:
            ucum = {"system": "http://unitsofmeasure.org", "code": UNITS[unit.name]}
            found["measureScore"] |= ucum
    return found


def counts(sums: Sums, definition: Definition) -> list[dict[str, Any]]:
    """FHIR counts whole records alone: where people share records there is only how many."""
    if definition.kind is not MeasureKind.PROPORTION or sums.fractional:
        return [{"code": coded(POPULATION, "measure-population"), "count": sums.n}]
    return [
        {"code": coded(POPULATION, "denominator"), "count": sums.denominator // WHOLE},
        {"code": coded(POPULATION, "numerator"), "count": sums.numerator // WHOLE},
    ]


def by_code(kind: str, what: str, code: str) -> dict[str, Any]:
    return {"type": kind, "identifier": {"system": f"urn:clinlead:{what}", "value": code}}


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def narrative(words: str) -> dict[str, str]:
    body = escape(words)
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{body}</p></div>',
    }
