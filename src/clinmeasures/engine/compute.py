"""The engine's two outputs for one definition: tallies, and the records behind them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import RULES, WHOLE, rules_for
from clinmeasures.definitions.definition import Definition, MeasureKind
from clinmeasures.definitions.fields import JOINED_FROM
from clinmeasures.engine.activity import Activity, Facts, Means, Progress
from clinmeasures.engine.adding import Answers, adding, filed_months
from clinmeasures.engine.facts import FactsSource
from clinmeasures.engine.marking import marked
from clinmeasures.engine.maturity import as_day
from clinmeasures.engine.opening import opened, refuse_engine
from clinmeasures.engine.risks import read_risks, with_risks
from clinmeasures.engine.sources import Source, StoreSource
from clinmeasures.engine.tallies import (
    MONTH,
    UNIT,
    WHOLE_RULES_ALONE,
    Asked,
    Tally,
    as_table,
    month_number,
    number_of,
    rows_of,
)
from clinmeasures.engine.units import SHARES
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


def compute_tallies(
    definitions: Iterable[Definition],
    activity: Activity | Facts,
    *,
    rules: Sequence[str] | None = None,
    months: Sequence[str] | None = None,
    by: Sequence[str] = (UNIT, MONTH),
    engine: str = "duckdb",
    memory_limit: str = "2GB",
    threads: int = 2,
    buckets: int | None = None,
    complete_to: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> "pa.Table":
    """Every measure's tallies: one row per measure, rule, unit and month in which a record counts.

    Parameters
    ----------
    definitions : iterable of Definition
        Those of one record type are computed in one pass over its rows.
    activity : Activity or Facts
        Where the rows are.
    rules : sequence of str, optional
        Attribution rules; a definition that does not allow one of them is refused. Absent: each
        definition's first.
    months : sequence of str, optional
        As `2026-03`; absent: all. Look-ahead reads beyond them.
    by : sequence of "unit", "month"
        What the cells are; what is left out is null in the table. Records that have no month never
        count. complete_to : mapping of record type to a day or month, optional
        Up to when its data is complete. Absent: what the loads declare, else the last day in the
        data. buckets : int, optional
        Into how many parts patients are divided to bound memory; the result is the same for any
        number. progress : callable, optional
        Called as `progress(done, of, what)`.

    Returns
    -------
    pyarrow.Table
        The tally file's columns, ordered by measure, version, rule, unit and month. All integers.
        `numerator / denominator` is the figure; both, and `weight`, are in millionths of a record
        (for a value, of its unit); `value_sum` and `value_sum_squared` are whole units, over the
        `n` records.

    Raises
    ------
    BadInput
        For a kind, rule or engine that cannot be computed, or a store that cannot be read.
    """
    means = Means(
        engine=engine,
        memory_limit=memory_limit,
        threads=threads,
        buckets=buckets,
        progress=progress,
    )
    added_up = [each for each in definitions if each.kind is not MeasureKind.SEQUENCE]
    asked = _asked(added_up, rules)
    tally = Tally(_checked_by(by), months)
    found: list[dict[str, object]] = []
    refuse_engine(engine, activity)
    with adding(activity, means) as answers:
        for record in dict.fromkeys(each.definition.record for each in asked):
            mine = [each for each in asked if each.definition.record == record]
            answers.add(record, mine, tally)
            last_day = _last_day(answers, record, complete_to)
            found += [row for each in mine for row in rows_of(each, tally, last_day)]
    found.sort(key=lambda row: tuple(str(row[name] or "") for name in _ORDER))
    return as_table(found)


_ORDER = ("measure", "version", "rule", "unit", "month")


def compute_records(
    definition: Definition,
    activity: Activity | Facts,
    *,
    rule: str | None = None,
    unit: str | None = None,
    months: Sequence[str] | None = None,
    engine: str = "duckdb",
    memory_limit: str = "2GB",
    threads: int = 2,
) -> "pa.Table":
    """The records behind a measure's tallies: one row per record and unit that it counts for.

    Parameters
    ----------
    unit, months : optional
        Only these; absent: all.

    Returns
    -------
    pyarrow.Table
        `_key, month, unit, weight_millionths, numerator, denominator, value`, then the record's own
        columns and the derived fields that the definition reads, ordered by month, key and unit
        (a sequence: by the moment itself, then the key). `numerator` and `denominator` are in
        millionths: their sums are the tally's. With a model, `risk` in thousand-millionths.
    """
    asked = _asked([definition], [rule] if rule else None)[0]
    means = Means(engine=engine, memory_limit=memory_limit, threads=threads)
    with _source(activity, means) as source:
        near = filed_months(definition.record, [asked], months)
        rows = source.rows(definition.record, shown_fields(definition), [asked.rule], near)
        rows = with_risks(
            rows, [definition.model], partial(_risks, activity.directory, bool(definition.value))
        )
        found = records_of(rows, definition, asked.rule, spread=source.spread, months=months)
        if unit is not None:
            found = found.filter(found["unit"] == unit)
        order = (definition.month_of,) if definition.kind is MeasureKind.SEQUENCE else ("month",)
        return source.connection.answer(found.order_by(*order, "_key", "unit"))


def _risks(directory: Path, amounts: bool, model: str) -> "ir.Table":
    import ibis

    return ibis.memtable(read_risks(directory, model, amounts=amounts))


def records_of(
    rows: "ir.Table",
    definition: Definition,
    rule: str,
    *,
    spread: Callable[["ir.Table"], "ir.Table"],
    months: Sequence[str] | None = None,
) -> "ir.Table":
    """The expression for the records behind a measure, for callers that keep their own connection.

    Parameters
    ----------
    rows : ibis table
        Records with the definition's fields and `unit_<rule>`, or what `spread` makes units from.
    spread : callable
        Gives rows of the rule `shares` one row per unit, with its weight.

    Returns
    -------
    ibis table
        The columns of `compute_records`, in no order.
    """
    asked = _asked([definition], [rule])[0]
    rows = marked(rows, [asked])
    rows = rows.mutate(month_number=month_number(rows, definition.month_of))
    rows = rows.filter(rows[asked.column("in")])
    if months is not None:
        rows = rows.filter(rows["month_number"].isin([number_of(each) for each in months]))
    if asked.rule == SHARES:
        rows = spread(rows)
    return _as_records(rows, asked)


def _as_records(rows: "ir.Table", asked: Asked) -> "ir.Table":
    import ibis

    definition = asked.definition
    whole = ibis.literal(WHOLE, "int64")
    weight = rows["weight_millionths"] if asked.rule == SHARES else whole
    if definition.kind is MeasureKind.DISTINCT:
        return _as_told_apart(rows, asked)
    value = rows[asked.column("value")] if definition.value else ibis.null("int64")
    above = value if definition.value else rows[asked.column("numerator")]
    below = (
        rows[asked.column("denominator")] if definition.denominator else ibis.literal(1, "int64")
    )
    number = rows["month_number"].cast("string")
    columns = {
        "_key": rows["_key"],
        "month": number.left(4) + "-" + number.right(2),
        "unit": rows[f"unit_{asked.rule}"],
        "weight_millionths": weight,
        "numerator": above.cast("int64") * weight,
        "denominator": below * weight,
        "value": value,
    }
    if definition.model:
        columns["risk"] = rows[asked.column("risk")]
    own = [name for name in _own_columns(definition) if name in rows.columns]
    return rows.select(**columns, **{name: rows[name] for name in own})


def _as_told_apart(rows: "ir.Table", asked: Asked) -> "ir.Table":
    """Of each value within a unit's month the first record (by key) counts; the others add 0."""
    import ibis

    number = rows["month_number"].cast("string")
    value, unit = rows[asked.column("value")], rows[f"unit_{asked.rule}"]
    same = ibis.window(group_by=[unit, rows["month_number"], value], order_by=rows["_key"])
    first = (ibis.row_number().over(same) == 0).cast("int64")
    own = [name for name in _own_columns(asked.definition) if name in rows.columns]
    return rows.select(
        _key=rows["_key"],
        month=number.left(4) + "-" + number.right(2),
        unit=unit,
        weight_millionths=ibis.literal(WHOLE, "int64"),
        numerator=first * WHOLE,
        denominator=ibis.null("int64"),
        value=value,
        **{name: rows[name] for name in own},
    )


def _own_columns(definition: Definition) -> list[str]:
    record = RECORD_TYPES[definition.record]
    columns = ["patient_key" if column.patient else column.name for column in record.columns]
    return columns + sorted(shown_fields(definition) - set(columns))


def shown_fields(definition: Definition) -> frozenset[str]:
    """The fields that its records show: those it reads, and of joined days what they come from."""
    return definition.fields | frozenset(JOINED_FROM.get(definition.record, ()))


@contextmanager
def _source(activity: Activity | Facts, means: Means) -> Iterator[Source]:
    refuse_engine(means.engine, activity)
    if isinstance(activity, Facts):
        with opened(activity, means, FactsSource) as facts:
            yield facts
    else:
        with opened(activity, means, StoreSource) as store:
            yield store


def _asked(definitions: Sequence[Definition], rules: Sequence[str] | None) -> list[Asked]:
    asked = []
    for index, definition in enumerate(definitions):
        for rule in rules or definition.attribution[:1]:
            _refuse_rule(definition, rule)
            asked.append(Asked(index, definition, rule))
    return asked


def _refuse_rule(definition: Definition, rule: str) -> None:
    if rule not in RULES:
        raise BadInput(f"there is no attribution rule '{rule}'; there are {', '.join(RULES)}.")
    if rule not in rules_for(definition.record):
        raise BadInput(
            f"{definition.code}: '{definition.record}' cannot be attributed by '{rule}'."
        )
    if rule not in definition.attribution:
        allowed = ", ".join(definition.attribution)
        raise BadInput(f"{definition.code}: does not allow the rule '{rule}'; it allows {allowed}.")
    if rule == SHARES and definition.kind in WHOLE_RULES_ALONE:
        kind = definition.kind.replace("_", " ")
        raise BadInput(
            f"{definition.code}: of kind {kind}, so it counts whole records, not shares."
        )


def _checked_by(by: Sequence[str]) -> tuple[str, ...]:
    wrong = [name for name in by if name not in (UNIT, MONTH)]
    if wrong:
        raise BadInput(f"tallies are by unit and month; '{wrong[0]}' is neither.")
    return tuple(by)


def _last_day(answers: Answers, record: str, complete_to: Mapping[str, str] | None) -> date | None:
    if complete_to and record in complete_to:
        return as_day(complete_to[record])
    return answers.last_day(record)
