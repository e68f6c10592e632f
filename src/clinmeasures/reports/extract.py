"""A file read as one of our data sets, through a mapping, into cases by the measure engine."""

import tempfile
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import (
    RECORD_TYPES,
    LoadReport,
    Mapping,
    parse_mapping,
    prepare_load,
    shipped_mapping,
)
from clinmeasures.activity.report import nothing_accepted
from clinmeasures.definitions import Definition
from clinmeasures.engine import Activity, compute_records, compute_tallies
from clinmeasures.engine.units import SHARES
from clinmeasures.errors import BadInput
from clinmeasures.reports.cases import Cases, Reading
from clinmeasures.reports.own_columns import as_text, in_words

if TYPE_CHECKING:
    import pyarrow as pa

MILLION = 1_000_000
LOAD = "000001"
UNIT_WORDS = {"operating": "surgeon"}  # by attribution rule; the others name a consultant


def read_mapping(given: str, record: str) -> Mapping:
    """A mapping by its file, or by the name of one that comes with the library."""
    path = Path(given)
    if not path.is_file() and path.suffix != ".toml":
        try:
            return shipped_mapping(given, record)
        except FileNotFoundError:
            raise BadInput(f"{given}: there is no such mapping; give a file.") from None
    try:
        text = path.read_text(encoding="utf-8-sig")
        dataset = tomllib.loads(text).get("dataset", record)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{given}: cannot be read as a mapping ({error}).") from None
    return parse_mapping(text, str(dataset), name=path.name)


def mapped_cases(
    source: str,
    definition: Definition,
    mappings: Sequence[Mapping],
    *,
    unit: str | None,
    today: date,
) -> Cases:
    """Cases of a file that holds rows of our data sets.

    Parameters
    ----------
    source : str
        The file. Each mapping reads it once more, for its own data set (deaths beside spells).
    mappings : sequence of Mapping
        Empty: the template's names, or the NHS Data Dictionary's, where they fit.
    unit : str, optional
        A column of the record type; by default the unit of the definition's attribution rule.
    today : date
        Events later than this are refused.
    """
    by_dataset: dict[str, Mapping | None] = {each.dataset: each for each in mappings}
    by_dataset.setdefault(definition.record, None)
    with tempfile.TemporaryDirectory(prefix="clinmeasures-report-") as folder:
        loads = {
            dataset: _loaded(source, dataset, mapping, Path(folder), today)
            for dataset, mapping in by_dataset.items()
        }
        activity = Activity(directory=Path(folder))
        rule = _rule(definition)
        rows = compute_records(definition, activity, rule=rule)
        tallies = compute_tallies([definition], activity, rules=[rule], by=["month"])
    months = tallies.to_pydict()
    provisional = {
        month
        for month, complete in zip(months["month"], months["complete"], strict=True)
        if not complete and definition.looks_ahead_days + definition.lag_days > 0
    }
    record = RECORD_TYPES[definition.record]
    own = [column.name for column in record.columns if not column.patient]
    return _cases(
        rows, loads[definition.record], own=own, rule=rule, unit=unit, provisional=provisional
    )


def _rule(definition: Definition) -> str:
    """The first rule by which a record counts whole."""
    whole = [rule for rule in definition.attribution if rule != SHARES]
    if not whole:
        raise BadInput(
            f"{definition.code}: is attributed by shares alone; a report counts whole records, so "
            "name another rule first."
        )
    return whole[0]


def _loaded(
    source: str, dataset: str, mapping: Mapping | None, store: Path, today: date
) -> LoadReport:
    given = source if source == "-" else Path(source)
    with prepare_load([given], dataset, mapping, today=today) as prepared:
        if not prepared.report.accepted:
            raise BadInput(nothing_accepted(prepared.report))
        prepared.write(store, LOAD, None)
        return prepared.report


def _cases(
    rows: "pa.Table",
    load: LoadReport,
    *,
    own: Sequence[str],
    rule: str,
    unit: str | None,
    provisional: set[str],
) -> Cases:
    if unit is not None and unit not in own:
        raise BadInput(f"the records have no column {unit!r}; there are {', '.join(own)}.")
    units = rows[unit or "unit"].to_pylist()
    value = rows["numerator"].to_numpy().astype(float) / MILLION
    return Cases(
        numerator=value,
        denominator=rows["denominator"].to_numpy().astype(float) / MILLION,
        units=[as_text(each) or "unattributed" for each in units],
        unit_word=in_words(unit) if unit else UNIT_WORDS.get(rule, "consultant"),
        periods=[as_text(month) for month in rows["month"].to_pylist()],
        provisional=frozenset(provisional),
        reading=_reading(rows, load, own),
    )


def _reading(rows: "pa.Table", load: LoadReport, own: Sequence[str]) -> Reading:
    counted = rows.num_rows
    return Reading(
        rows=load.rows,
        rejected=load.quarantined,
        reasons=tuple(
            (f"column '{each.column}': {each.example} (row {each.example_row})", each.rows)
            for each in load.reasons
        ),
        copies=load.copies,
        left_out=load.accepted - counted,
        missing=tuple(_missing(rows, own)),
        notes=tuple(note for note in (load.note,) if note),
    )


def _missing(rows: "pa.Table", own: Sequence[str]) -> list[tuple[str, int]]:
    """Blank cells of the columns that the source fills at all."""
    columns: list[tuple[str, Any]] = [(n, rows[n]) for n in own if n in rows.column_names]
    return [(name, cells.null_count) for name, cells in columns if cells.null_count < len(cells)]
