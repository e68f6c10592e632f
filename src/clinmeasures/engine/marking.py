"""Whether each record counts for a definition, and what it adds: a definition's own columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions.definition import Condition, Definition, fields_in
from clinmeasures.engine.conditions import all_hold
from clinmeasures.engine.derived import own_fields
from clinmeasures.engine.risks import risk_column
from clinmeasures.engine.tallies import Asked

if TYPE_CHECKING:
    import ibis.expr.types as ir


def split(definition: Definition) -> tuple[list[Condition], list[Condition]]:
    """The conditions that a record's own columns decide, and the others."""
    columns = frozenset(column.name for column in RECORD_TYPES[definition.record].columns)
    own = columns | own_fields(definition.record)
    decided = [each for each in definition.where if fields_in(each) <= own]
    return decided, [each for each in definition.where if each not in decided]


def begun(rows: "ir.Table", asked: Sequence[Asked]) -> "ir.Table":
    """The rows with `begun_`, whether all holds that their own columns decide.

    One mark in place of the texts that it was read from is what joins and windows then carry.
    """
    once = {each.index: each for each in asked}.values()
    return rows.mutate(
        **{one.column("begun"): all_hold(split(one.definition)[0], rows) for one in once}
    )


def needed_later(asked: Sequence[Asked]) -> frozenset[str]:
    """The columns of the rows with which `marked` ends what `begun` began."""
    needed: set[str] = set()
    for each in asked:
        definition = each.definition
        above = definition.numerator if isinstance(definition.numerator, tuple) else ()
        later = (*split(definition)[1], *above)
        needed |= {each.column("begun"), definition.month_of, f"unit_{each.rule}"}
        needed |= {"_key"} if definition.model else set()
        needed |= set(definition.summed).union(*map(fields_in, later))
    return frozenset(needed)


def marked(rows: "ir.Table", asked: Sequence[Asked]) -> "ir.Table":
    """The rows with each definition's own columns: `in_`, `numerator_`, `denominator_`, `value_`.

    `in_` says that the record counts at all: its conditions hold, it has a month, and what is
    added up is known. The others are blank or false where it does not.
    """
    each = {one.index: one for one in asked}.values()
    rows = rows.mutate(**{one.column("in"): _counts(rows, one) for one in each})
    columns: dict[str, ir.Value] = {}
    for one in each:
        columns |= _columns(rows, one)
    return rows.mutate(**columns)


def _counts(rows: "ir.Table", asked: Asked) -> "ir.BooleanValue":
    definition, started = asked.definition, asked.column("begun")
    if started in rows.columns:
        counts = rows[started] & all_hold(split(definition)[1], rows)
    else:
        counts = all_hold(definition.where, rows)
    counts = counts & rows[definition.month_of].notnull()
    for name in definition.summed:
        counts = counts & rows[name].notnull()
    if definition.model:
        counts = counts & rows[risk_column(definition.model)].notnull()
    return counts


def _columns(rows: "ir.Table", asked: Asked) -> dict[str, "ir.Value"]:
    definition, counts = asked.definition, rows[asked.column("in")]
    columns: dict[str, ir.Value] = {}
    if definition.model:
        columns[asked.column("risk")] = counts.ifelse(rows[risk_column(definition.model)], None)
    if definition.value:
        columns[asked.column("value")] = counts.ifelse(rows[definition.value], None)
    if definition.numerator is not None:
        columns[asked.column("numerator")] = _numerator(definition, rows, counts)
    if definition.denominator:
        columns[asked.column("denominator")] = counts.ifelse(rows[definition.denominator], None)
    return columns


def _numerator(definition: Definition, rows: "ir.Table", counts: "ir.BooleanValue") -> "ir.Value":
    if isinstance(definition.numerator, str):
        return counts.ifelse(rows[definition.numerator], None)
    return counts & all_hold(definition.numerator or (), rows)
