"""Which months a change of records touches: where they stood, where they stand, and before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from clinlead.figures.facts import files_of
from clinlead.figures.models import FactsMonth
from clinlead.figures.reading import rows_where
from clinlead.intake.models import Correction
from clinmeasures.activity.record_types import RECORD_TYPES, Kind
from clinmeasures.definitions import Definition
from clinmeasures.definitions.fields import JOINING

# How a row of another data set names the spell that it belongs to.
SPELL_OF = {"documents": "refers_to"}
A_YEAR = timedelta(days=366)  # beyond any look-ahead: "days to the next" in the facts stays true


def months_touched(
    dataset: str,
    keys: Sequence[str],
    fields: Iterable[str] | None,
    definitions: Sequence[Definition],
) -> dict[str, set[str]]:
    """Of each data set, every month whose facts or tallies a change of these records may alter.

    A superset is harmless: a month that comes out as it was keeps what it has.
    """
    said = corrected_values(dataset, keys)
    touched = {dataset: months_of(dataset, keys, said, [])}
    for record in dict.fromkeys(each.record for each in definitions):
        months = touched.setdefault(record, set())
        if record in JOINING:
            months |= months_joined(record, dataset, keys, said)
        elif record != dataset:
            people = keys if dataset == "deaths" else []
            months |= months_of(record, parents(dataset, keys, said), {}, people)
        elif moves_others(dataset, fields):
            months |= months_before(record, keys, said, definitions)
    return touched


def months_joined(
    record: str, dataset: str, keys: Sequence[str], said: Mapping[str, set[Any]]
) -> set[str]:
    """The months in which what is joined to days may come out otherwise: those of the records
    themselves. What lasts (a plan, leave, a post), or stands in no facts, may touch any month.
    """
    if RECORD_TYPES[dataset].of_events and files_of(dataset):
        return months_of(dataset, keys, said, [])
    return set(FactsMonth.objects.filter(dataset=record).values_list("month", flat=True))


def corrected_values(dataset: str, keys: Sequence[str]) -> dict[str, set[str]]:
    """Every value, old or new, that corrections of these records ever spoke of: field → values."""
    said: dict[str, set[str]] = {}
    made = Correction.objects.filter(dataset=dataset, key__in=keys)
    for field, old, new in made.values_list("field", "old", "new"):
        said.setdefault(field, set()).update(value for value in (old, new) if value)
    return said


def parents(dataset: str, keys: Sequence[str], said: Mapping[str, set[Any]]) -> list[str]:
    """The spells that rows of another data set belong to, before and after."""
    if dataset == "deaths":
        return []
    column = SPELL_OF.get(dataset, "spell_id")
    key = RECORD_TYPES[dataset].key
    if column in key:
        inside = {each.split("|")[key.index(column)] for each in keys}
    else:
        inside = {row[column] for row in rows_where(files_of(dataset), [column], "_key", keys)}
    return sorted((inside | said.get(column, set())) - {None})


def months_of(
    record: str, keys: Sequence[str], said: Mapping[str, set[Any]], people: Sequence[str]
) -> set[str]:
    """The months these records, or these patients', stand in, and those they may move to."""
    files = files_of(record)
    rows = rows_where(files, ["month"], "_key", keys)
    rows += rows_where(files, ["month"], "patient_key", people)
    moved = {str(value)[:7] for value in said.get(RECORD_TYPES[record].month_of, ())}
    return {row["month"] for row in rows} | moved


def moves_others(dataset: str, fields: Iterable[str] | None) -> bool:
    """Whether a change may alter what the patient's earlier records look ahead to.

    Whose record it is does not: an earlier record counts for its own clinician.
    """
    record = RECORD_TYPES[dataset]
    patients = any(column.patient for column in record.columns)
    return patients and (fields is None or not set(fields) <= set(record.clinician_columns))


def months_before(
    record: str,
    keys: Sequence[str],
    said: Mapping[str, set[Any]],
    definitions: Sequence[Definition],
) -> set[str]:
    """The months of the same patients' records that ended in the look-ahead and a year before."""
    files, when = files_of(record), RECORD_TYPES[record].month_of
    columns = ["patient_key", "month", *instants(record)]
    changed = rows_where(files, columns, "_key", keys)
    people = {row["patient_key"] for row in changed} | said.get("patient_key", set())
    others = rows_where(files, columns, "patient_key", people - {None})
    days = [as_day(row[name]) for row in changed for name in instants(record) if row[name]]
    days += [as_day(value) for field in said for value in said[field] if looks_like_day(value)]
    if not days:
        return {row["month"] for row in others}
    ahead = max((each.looks_ahead_days for each in definitions), default=0)
    return near(others, when, min(days) - timedelta(days=ahead) - A_YEAR, max(days))


def instants(record: str) -> list[str]:
    """When a record was: what files it, and every instant that it must have."""
    kind = RECORD_TYPES[record]
    asked = [c.name for c in kind.columns if c.kind is Kind.INSTANT and c.required]
    return list(dict.fromkeys([kind.month_of, *asked]))


def near(rows: Iterable[Mapping[str, Any]], when: str, first: date, last: date) -> set[str]:
    return {row["month"] for row in rows if row[when] and first <= as_day(row[when]) <= last}


def as_day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def looks_like_day(value: Any) -> bool:
    text = str(value)
    return len(text) >= 10 and text[4:5] == "-" and text[7:8] == "-"
