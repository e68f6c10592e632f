"""Definitions to tallies, in integers: all measures of a record type in one pass."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clinmeasures.attribution.rules import WHOLE
from clinmeasures.definitions.definition import Definition, MeasureKind
from clinmeasures.engine.maturity import is_complete
from clinmeasures.engine.risks import CERTAIN, MILLI
from clinmeasures.engine.units import SHARES
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

UNIT, MONTH = "unit", "month"
LISTED = (MeasureKind.PERCENTILE, MeasureKind.DISTINCT)  # whose values are kept one by one
WHOLE_RULES_ALONE = (
    MeasureKind.DISTINCT,
    MeasureKind.OBSERVED_EXPECTED,
    MeasureKind.SEQUENCE,
)


@dataclass(frozen=True)
class Asked:
    """One definition under one rule: one block of the tally file."""

    index: int  # names the definition's columns in the shared pass
    definition: Definition
    rule: str

    def column(self, what: str) -> str:
        """The name of one of its columns in the tally."""
        return f"{what}_{self.index}"


def month_number(rows: "ir.Table", month_of: str) -> "ir.IntegerValue":
    """The local month as a number, 202603: quicker to group by than text."""
    when = rows[month_of]
    return when.year().cast("int64") * 100 + when.month().cast("int64")


def sums(rows: "ir.Table", asked: Asked, weight: "ir.Value | None") -> dict[str, "ir.Value"]:
    """What is added up in one cell. Without `weight` every record counts whole."""
    inside, definition = rows[asked.column("in")], asked.definition
    n = rows.count(where=inside)
    named = {"n": n, "weight": n * WHOLE, "weight_squared": n.cast("decimal(38, 0)") * WHOLE**2}
    if weight is not None:
        squared = (weight * weight).sum(where=inside)
        named |= {"weight": weight.sum(where=inside), "weight_squared": squared}
    if definition.kind is MeasureKind.DISTINCT:
        return {asked.column(name): _whole(name, value) for name, value in named.items()}
    named |= _figure(rows, asked, named["weight"], weight)
    if definition.kind is MeasureKind.OBSERVED_EXPECTED:
        named |= _against_risks(rows, asked)
    if definition.value:
        value = rows[asked.column("value")]
        named |= {"value_sum": value.sum(), "value_sum_squared": (value * value).sum()}
    return {asked.column(name): _whole(name, value) for name, value in named.items()}


def _figure(
    rows: "ir.Table", asked: Asked, total: "ir.Value", weight: "ir.Value | None"
) -> dict[str, "ir.Value"]:
    """Numerator and denominator: their quotient is the figure of every kind but percentile."""
    above = rows[asked.column("value" if asked.definition.value else "numerator")]
    figure = {"numerator": _weighed(rows, above, weight), "denominator": total}
    if asked.definition.denominator:
        figure["denominator"] = _weighed(rows, rows[asked.column("denominator")], weight)
    return figure


def _against_risks(rows: "ir.Table", asked: Asked) -> dict[str, "ir.Value"]:
    """What happened, and what the model foresaw: each record's own variance rounded down.

    Of an amount: how far each lay from it, squared, in thousandths squared.
    """
    risk = rows[asked.column("risk")]
    if asked.definition.value:
        amount = rows[asked.column("value")].cast("int64")
        apart = amount * 1000 - (risk // MILLI).cast("int64")
        squares = (apart * apart).sum()
        return {"observed": amount.sum(), "risk_sum": risk.sum(), "risk_variance": squares}
    return {
        "observed": rows.count(where=rows[asked.column("numerator")]),
        "risk_sum": risk.sum(),
        "risk_variance": (risk * (CERTAIN - risk) // CERTAIN).sum(),
    }


def _weighed(rows: "ir.Table", value: "ir.Value", weight: "ir.Value | None") -> "ir.Value":
    if value.type().is_boolean():
        whole = rows.count(where=value) * WHOLE
        return whole if weight is None else weight.sum(where=value).fill_null(0)
    return value.sum() * WHOLE if weight is None else (value * weight).sum()


SUMMED = (
    *("n", "numerator", "denominator", "weight", "weight_squared"),
    *("value_sum", "value_sum_squared", "observed", "risk_sum", "risk_variance"),
)
WIDE = ("weight_squared", "value_sum_squared")  # squares outgrow 64 bits in a large trust


def _whole(name: str, value: "ir.Value") -> "ir.Value":
    return value.cast("decimal(38, 0)" if name in WIDE else "int64")


@dataclass(frozen=True)
class Block:
    """Definitions that are grouped alike, so that one aggregation serves them all."""

    rule: str
    month_of: str
    asked: tuple[Asked, ...]


def blocks(asked: Sequence[Asked]) -> tuple[Block, ...]:
    """What is asked, in groups of one attribution rule and one month field."""
    grouped: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in asked:
        grouped[each.rule, each.definition.month_of].append(each)
    return tuple(Block(rule, month, tuple(each)) for (rule, month), each in grouped.items())


def narrowed(
    rows: "ir.Table", grouped: Sequence[Block], by: Sequence[str], keys: Sequence[str]
) -> "ir.Table":
    """Only what the blocks group by and add up: months, units, the definitions' own columns."""
    months = {f"month_{block.month_of}": month_number(rows, block.month_of) for block in grouped}
    units = [f"unit_{block.rule}" for block in grouped if UNIT in by and block.rule != SHARES]
    shared = any(block.rule == SHARES for block in grouped) and UNIT in by
    asked = {each.index: each for block in grouped for each in block.asked}
    own = [
        each.column(what)
        for each in asked.values()
        for what in ("in", "numerator", "denominator", "value", "risk")
        if each.column(what) in rows.columns
    ]
    kept = [*dict.fromkeys(units), *own, *(keys if shared else ())]
    return rows.select(*kept, **months)


def queries(grouped: Sequence[Block]) -> int:
    """How often the blocks will read the rows."""
    asked = [each for block in grouped for each in block.asked]
    return len(grouped) + sum(each.definition.kind in LISTED for each in asked)


@dataclass(frozen=True)
class Question:
    """One aggregation: the sums of definitions grouped alike, or how often each value occurs."""

    asked: tuple[Asked, ...]
    bars: bool
    answer: "ir.Table"


Wanted = Callable[["ir.Value"], "ir.BooleanValue"]  # whether a month's number is asked for
Spread = Callable[["ir.Table"], "ir.Table"]


def questions(
    rows: "ir.Table",
    grouped: Sequence[Block],
    by: Sequence[str],
    wanted: Wanted | None,
    spread: Spread,
) -> Iterator[Question]:
    """Everything that is asked of narrowed rows, block after block."""
    for block in grouped:
        yield from _questions_of(block, rows, by, wanted, spread)


def _questions_of(
    block: Block, rows: "ir.Table", by: Sequence[str], wanted: Wanted | None, spread: Spread
) -> Iterator[Question]:
    shared = block.rule == SHARES and UNIT in by
    month = f"month_{block.month_of}"
    if wanted is not None:
        rows = rows.filter(wanted(rows[month]))
    if shared:
        rows = spread(rows)
    weight = rows["weight_millionths"] if shared else None
    keys = {UNIT: f"unit_{block.rule}", MONTH: month}
    keys = {name: column for name, column in keys.items() if name in by}
    yield Question(block.asked, bars=False, answer=_sums_of(block, rows, keys, weight))
    for asked in block.asked:
        if asked.definition.kind in LISTED:
            yield Question((asked,), bars=True, answer=_bars_of(asked, rows, keys, weight))


def _sums_of(
    block: Block, rows: "ir.Table", keys: dict[str, str], weight: "ir.Value | None"
) -> "ir.Table":
    named: dict[str, ir.Value] = {}
    for asked in block.asked:
        named |= sums(rows, asked, weight)
    if not keys:
        return rows.aggregate(**named)
    return rows.group_by(**{name: rows[column] for name, column in keys.items()}).aggregate(**named)


def _bars_of(
    asked: Asked, rows: "ir.Table", keys: dict[str, str], weight: "ir.Value | None"
) -> "ir.Table":
    inside = rows.filter(rows[asked.column("in")])
    by = {name: inside[column] for name, column in keys.items()}
    by["value"] = inside[asked.column("value")]
    total = inside.count() * WHOLE if weight is None else inside["weight_millionths"].sum()
    return inside.group_by(**by).aggregate(weight=total.cast("int64"))


Cells = dict[tuple[int, str], dict[tuple[str | None, int | None], dict[str, Any]]]


class Tally:
    """Cells being added up, bucket after bucket: (definition, rule) → (unit, month) → sums."""

    def __init__(self, by: Sequence[str], months: Sequence[str] | None = None) -> None:
        self.by = tuple(by)
        self.months = None if months is None else [number_of(each) for each in months]
        self.cells: Cells = defaultdict(dict)

    def take(
        self, asked: Sequence[Asked], answer: Sequence[Mapping[str, Any]], *, bars: bool
    ) -> None:
        """Add the answer to one question to the cells."""
        if bars:
            for row in answer:
                self._bar(asked[0], row)
            return
        for one in asked:
            self._add(one, answer)

    def _add(self, asked: Asked, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add one definition's sums, where any record counts."""
        n, given = asked.column("n"), rows[0] if rows else {}
        columns = {name: c for name in SUMMED if (c := asked.column(name)) in given}
        for row in (each for each in rows if each[n]):
            cell = self._cell(asked, row)
            for name, column in columns.items():
                if row[column] is not None:
                    cell[name] = cell.get(name, 0) + int(row[column])

    def _cell(self, asked: Asked, row: Mapping[str, Any]) -> dict[str, Any]:
        place = (row.get(UNIT), row.get(MONTH))
        return self.cells[asked.index, asked.rule].setdefault(place, {})

    def _bar(self, asked: Asked, row: Mapping[str, Any]) -> None:
        bars = self._cell(asked, row).setdefault("histogram", {})
        bars[row["value"]] = bars.get(row["value"], 0) + row["weight"]


def rows_of(asked: Asked, tally: Tally, last_day: Any) -> Iterator[dict[str, Any]]:
    """The finished rows of one block, in the order of unit and month."""
    definition = asked.definition
    cells = tally.cells[asked.index, asked.rule]
    texts = {month: month_text(month) for _, month in cells if month is not None}
    complete = {n: is_complete(text, definition, last_day) for n, text in texts.items()}
    whole = all(complete.values())
    for (unit, month), cell in sorted(
        cells.items(), key=lambda item: (item[0][0] or "", item[0][1] or 0)
    ):
        yield {
            "measure": definition.code,
            "version": definition.version,
            "rule": asked.rule,
            "unit": unit,
            "month": None if month is None else texts[month],
            **finished(definition, cell),
            "complete": whole if month is None else complete[month],
        }


def finished(definition: Definition, cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell as the tally file has it: of values told apart, how many there are."""
    bars = cell.get("histogram")
    if definition.kind is MeasureKind.DISTINCT:
        cell = {**cell, "numerator": len(bars or ()) * WHOLE}
    return {**cell, "histogram": histogram_text(bars)}


def number_of(month: str) -> int:
    """202603 of "2026-03"."""
    year, _, number = month.partition("-")
    if not (len(month) == 7 and year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
        raise BadInput(f"'{month}' is not a month; write it as 2026-03.")
    return int(year) * 100 + int(number)


def month_text(number: int) -> str:
    """202603 as 2026-03."""
    return f"{number // 100:04d}-{number % 100:02d}"


def histogram_text(bars: Mapping[Any, int] | None) -> str | None:
    """Value → weight as canonical JSON, values ascending; none where none is kept."""
    if bars is None:
        return None
    named = {str(value): int(bars[value]) for value in sorted(bars)}  # DuckDB sums to decimals
    return json.dumps(named, separators=(",", ":"), ensure_ascii=False)


def tally_schema() -> "pa.Schema":
    """The tally file's columns, in their order and types."""
    import pyarrow as pa

    wide = pa.decimal128(38, 0)
    whole = dict.fromkeys(("n", "numerator", "denominator", "weight"), pa.int64())
    return pa.schema(
        {"measure": pa.string(), "version": pa.int64(), "rule": pa.string()}
        | {"unit": pa.string(), "month": pa.string()}
        | whole
        | {"weight_squared": wide, "value_sum": pa.int64(), "value_sum_squared": wide}
        | dict.fromkeys(("observed", "risk_sum", "risk_variance"), pa.int64())
        | {"histogram": pa.string(), "complete": pa.bool_()}
    )


def as_table(rows: Sequence[Mapping[str, Any]]) -> "pa.Table":
    """The rows as the tally file's table; a number too large for it is refused."""
    import pyarrow as pa

    schema = tally_schema()
    columns = []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        try:
            columns.append(pa.array(values, field.type))
        except (pa.ArrowInvalid, OverflowError) as error:
            raise BadInput(
                f"the sums of {field.name} are too large for the tally file ({error})."
            ) from error
    return pa.table(columns, schema=schema)
