"""What value may stand beside an operator and a field of a condition."""

from datetime import date, datetime
from typing import Any

from clinmeasures.activity.record_types import Kind
from clinmeasures.definitions.definition import Operator
from clinmeasures.definitions.field import Field

LISTS = (Operator.IN, Operator.NOT_IN)
ORDERED = (Operator.BETWEEN, Operator.AT_LEAST, Operator.AT_MOST)
MARKS = (Operator.MISSING, Operator.PRESENT)
GREATEST = 10**15  # engines hold whole numbers in 64 bits and decimals to 15 digits


def why_not_value(operator: Operator, value: Any, field: Field) -> str:
    """Why this value cannot stand beside this operator and field; empty if it can."""
    if operator in MARKS:
        return "" if value is True else f"write {operator} = true"
    if operator is Operator.STARTS_WITH:
        return _why_not_start(value, field)
    if operator in ORDERED and field.kind in (Kind.TEXT, Kind.CODE, Kind.FLAG):
        return f"'{operator}' needs a number or a date, and '{field.name}' holds {_holds(field)}"
    if operator in LISTS or operator is Operator.BETWEEN:
        return _why_not_list(operator, value, field)
    return _why_not_scalar(value, field)


def _why_not_start(value: Any, field: Field) -> str:
    if field.kind not in (Kind.TEXT, Kind.CODE):
        return f"'starts_with' needs text, and '{field.name}' holds {_holds(field)}"
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(each, str) and each for each in texts):
        return "'starts_with' takes a text, or a list of texts"
    return ""


def _why_not_list(operator: Operator, value: Any, field: Field) -> str:
    if not isinstance(value, list) or not value:
        return f"'{operator}' takes a list in square brackets, and it cannot be empty"
    wrong = next(filter(None, (_why_not_scalar(each, field) for each in value)), "")
    if wrong or operator is not Operator.BETWEEN:
        return wrong
    if len(value) != 2:
        return f"'between' takes two ends, the lower first; {len(value)} given"
    if _comparable(value[0]) > _comparable(value[1]):
        return f"'between' takes the lower end first; {value[0]} is above {value[1]}"
    return ""


def _comparable(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 (local, no zone)
    return value


def _why_not_scalar(value: Any, field: Field) -> str:
    if _fits(value, field.kind):
        return _why_not_kept(value) or _why_not_code(value, field)
    shown = f"'{value}'" if isinstance(value, str) else str(value).lower()
    return f"'{field.name}' holds {_holds(field)}, and {shown} is not one"


def _why_not_kept(value: Any) -> str:
    """Why no engine can hold this value; empty if it can."""
    if isinstance(value, str) and "\0" in value:
        return "a text cannot hold the character U+0000"
    if isinstance(value, int | float) and not abs(value) <= GREATEST:
        return f"a number lies between -{GREATEST} and {GREATEST}, and {value} does not"
    return ""


def _why_not_code(value: Any, field: Field) -> str:
    """Why no row can hold this code; a load sets rows with others aside."""
    if not field.codes or value in field.codes:
        return ""
    return f"'{field.name}' is one of {listed(field.codes)}; there is no '{value}'"


def _fits(value: Any, kind: Kind) -> bool:
    if kind is Kind.FLAG:
        return isinstance(value, bool)
    if kind is Kind.INTEGER:
        return is_whole(value)
    if kind is Kind.DECIMAL:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is Kind.DATE:
        return is_date(value)
    if kind is Kind.INSTANT:
        return isinstance(value, date) and getattr(value, "tzinfo", None) is None
    return isinstance(value, str)


def _holds(field: Field) -> str:
    return {
        Kind.INTEGER: "whole numbers",
        Kind.DECIMAL: "numbers",
        Kind.FLAG: "true or false",
        Kind.DATE: "dates (as 2026-03-02, without quotation marks)",
        Kind.INSTANT: "local dates and times (as 2026-03-02T14:30:00, without quotation marks)",
    }.get(field.kind, "text")


def is_date(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def listed(names: Any) -> str:
    return ", ".join(str(name) for name in names)
