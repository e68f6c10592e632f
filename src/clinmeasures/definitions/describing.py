"""A definition in plain English: what a clinician reads before they trust a figure."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions.definition import (
    AnyOf,
    Condition,
    Definition,
    Direction,
    MeasureKind,
    Operator,
    Test,
)
from clinmeasures.definitions.fields import fields_of

ANY = (Operator.AT_LEAST, 1)  # of what is kept in thousandths
BETTER = {
    Direction.HIGHER: "Higher is better.",
    Direction.LOWER: "Lower is better.",
    Direction.NEITHER: "Neither higher nor lower is better: this is context.",
}


@dataclass(frozen=True, kw_only=True)
class Description:
    """A definition as sentences and lists of conditions, ready for any page or report."""

    what: str
    included: tuple[str, ...]  # a record must meet all of these
    counted: tuple[str, ...]  # and, to be counted in the numerator, all of these
    when: str
    matures: str
    attribution: tuple[str, ...]
    better: str

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def describe(definition: Definition) -> Description:
    """What a definition says, in plain English.

    Parameters
    ----------
    definition : Definition
        As `load_definition` or `parse_definition` gives it.

    Returns
    -------
    Description
        Sentences, and the conditions one by one: nothing is left out, so that the words and the
        computed figure cannot differ.
    """
    numerator = definition.numerator if isinstance(definition.numerator, tuple) else ()
    return Description(
        what=_what(definition),
        included=tuple(_condition(each, definition.record) for each in definition.where),
        counted=tuple(_condition(each, definition.record) for each in numerator),
        when=_when(definition),
        matures=_matures(definition),
        attribution=tuple(RULES[rule].words for rule in definition.attribution),
        better=BETTER[definition.direction],
    )


def _what(definition: Definition) -> str:
    records = definition.record.replace("_", " ")
    fields = fields_of(definition.record)
    value = fields[definition.value] if definition.value else None
    measured = f"{value.words}{f', in {value.unit}' if value.unit else ''}" if value else ""
    if definition.kind is MeasureKind.MEAN:
        return f"The average of {measured}, over {records}."
    if definition.kind is MeasureKind.PERCENTILE:
        middle = (
            "median" if definition.percentile == 50 else f"{definition.percentile}th percentile"
        )
        return f"The {middle} of {measured}, over {records}."
    if definition.kind is MeasureKind.JOINED:
        top, bottom = (fields[name].words for name in definition.summed)
        return f"{top.capitalize()}, set against {bottom}: joined person by person, day by day."
    if definition.kind is MeasureKind.RATIO_OF_SUMS:
        top, bottom = (fields[name].words for name in definition.summed)
        return f"The total of {top}, divided by the total of {bottom}, over {records}."
    if definition.kind is MeasureKind.PROPORTION:
        return f"The share of {records} that meet the conditions below."
    return f"{definition.kind.replace('_', ' ').capitalize()}, over {records}."


def _when(definition: Definition) -> str:
    if definition.record == "jobplans":
        return "A working day counts in its own month."
    happened = definition.month_of.removesuffix("_at").removesuffix("_on").replace("_", " ")
    return f"A record counts in the local month of its being {happened}."


def _matures(definition: Definition) -> str:
    ahead, lag = definition.looks_ahead_days, definition.lag_days
    if not ahead + lag:
        return "A month is complete as soon as its records are loaded."
    reasons = [f"it looks {_days(ahead)} ahead"] if ahead else []
    reasons += [f"coding takes {_days(lag)}"] if lag else []
    return (
        f"A month is provisional until {_days(ahead + lag)} after its end: {' and '.join(reasons)}."
    )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _condition(condition: Condition, record: str) -> str:
    if isinstance(condition, Test):
        return _test(condition, record)
    inside = condition.any_of if isinstance(condition, AnyOf) else condition.all_of
    joined = "; or " if isinstance(condition, AnyOf) else "; and "
    return "either " * isinstance(condition, AnyOf) + joined.join(
        _condition(c, record) for c in inside
    )


def _test(test: Test, record: str) -> str:
    field = fields_of(record)[test.field]
    if field.unit.startswith("thousandths") and (test.operator, test.value) == ANY:
        return f"{field.words.removeprefix('the ')}: any"
    unit = f" {field.unit}" if field.unit else ""
    said = {
        Operator.EQUALS: lambda v: f"{_value(v)}{unit}",
        Operator.NOT_EQUALS: lambda v: f"not {_value(v)}{unit}",
        Operator.IN: lambda v: f"{_listed(v, 'or')}{unit}",
        Operator.NOT_IN: lambda v: f"not {_listed(v, 'or')}{unit}",
        Operator.BETWEEN: lambda v: f"from {_value(v[0])} to {_value(v[1])}{unit}",
        Operator.AT_LEAST: lambda v: f"at least {_value(v)}{unit}",
        Operator.AT_MOST: lambda v: f"at most {_value(v)}{unit}",
        Operator.MISSING: lambda v: "blank" if v else "filled in",
        Operator.PRESENT: lambda v: "filled in" if v else "blank",
        Operator.STARTS_WITH: lambda v: f"starts with {_listed(v, 'or')}",
    }[test.operator]
    return f"{field.words.removeprefix('the ')}: {said(test.value)}"


def _listed(values: Any, last: str) -> str:
    named = [_value(v) for v in values] if isinstance(values, tuple | list) else [_value(values)]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {last} {named[-1]}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("_", " ")
