"""A definition's conditions as expressions. Every condition is true or false, never null."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from clinmeasures.definitions.definition import AllOf, AnyOf, Condition, Operator, Test

if TYPE_CHECKING:
    import ibis.expr.types as ir


def all_hold(conditions: Iterable[Condition], rows: "ir.Table") -> "ir.BooleanValue":
    """Whether every condition holds in a row; true where there are none."""
    import ibis

    return reduce(and_, (holds(each, rows) for each in conditions), ibis.literal(True))


def holds(condition: Condition, rows: "ir.Table") -> "ir.BooleanValue":
    """Whether one condition holds in a row. A blank passes only missing, not_equals, not_in."""
    if isinstance(condition, AnyOf):
        return reduce(or_, (holds(each, rows) for each in condition.any_of))
    if isinstance(condition, AllOf):
        return reduce(and_, (holds(each, rows) for each in condition.all_of))
    return _test(condition, rows[condition.field])


def _test(test: Test, field: "ir.Value") -> "ir.BooleanValue":
    operator, value = test.operator, test.value
    if operator is Operator.MISSING:
        return field.isnull()
    if operator is Operator.PRESENT:
        return field.notnull()
    if operator in (Operator.NOT_EQUALS, Operator.NOT_IN):
        return ~_is_one_of(field, value)
    if operator in (Operator.EQUALS, Operator.IN):
        return _is_one_of(field, value)
    if operator is Operator.STARTS_WITH:
        starts = value if isinstance(value, tuple) else (value,)
        return reduce(or_, (field.startswith(start) for start in starts)).fill_null(False)
    return _ordered(operator, field, value).fill_null(False)


def _is_one_of(field: "ir.Value", value: Any) -> "ir.BooleanValue":
    values = value if isinstance(value, tuple) else (value,)
    whole_days = [each for each in values if _is_day(each) and field.type().is_timestamp()]
    exact = [each for each in values if each not in whole_days]
    tests = [field.cast("date").isin(whole_days)] if whole_days else []
    tests += [field.isin(exact)] if exact else []
    return reduce(or_, tests).fill_null(False)


def _ordered(operator: Operator, field: "ir.Value", value: Any) -> "ir.BooleanValue":
    if operator is Operator.BETWEEN:
        return (field >= value[0]) & _at_most(field, value[1])
    return field >= value if operator is Operator.AT_LEAST else _at_most(field, value)


def _at_most(field: "ir.Value", value: Any) -> "ir.BooleanValue":
    """Up to and including; a date as the upper end of times includes that whole day."""
    if _is_day(value) and field.type().is_timestamp():
        return field <= datetime.combine(value, time.max)  # a day more may be past the last year
    return field <= value


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
