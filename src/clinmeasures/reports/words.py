"""A definition in plain words, and what a reader must keep in mind."""

from collections.abc import Mapping, Sequence
from datetime import date

from clinmeasures.definitions import (
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Field,
    Operator,
    Test,
)

Fields = Mapping[str, Field]


def conditions_in_words(conditions: Sequence[Condition], fields: Fields) -> list[str]:
    """One line a condition."""
    return [condition_in_words(condition, fields) for condition in conditions]


def condition_in_words(condition: Condition, fields: Fields) -> str:
    """ "the age years is at least 16"."""
    if isinstance(condition, AnyOf):
        return " or ".join(condition_in_words(each, fields) for each in condition.any_of)
    if isinstance(condition, AllOf):
        return " and ".join(condition_in_words(each, fields) for each in condition.all_of)
    return _test(condition, fields)


def _test(test: Test, fields: Fields) -> str:
    name = fields[test.field].words if test.field in fields else test.field.replace("_", " ")
    value = test.value
    listed = value if isinstance(value, tuple) else (value,)
    either = " or ".join(_said(each) for each in listed)
    words = {
        Operator.EQUALS: f"is {either}",
        Operator.IN: f"is {either}",
        Operator.NOT_EQUALS: f"is not {either}",
        Operator.NOT_IN: f"is not {either}",
        Operator.AT_LEAST: f"is {either} or more",
        Operator.AT_MOST: f"is {either} or less",
        Operator.MISSING: "is blank",
        Operator.PRESENT: "is filled in",
        Operator.STARTS_WITH: f"starts with {either}",
    }
    if test.operator is Operator.BETWEEN:
        return f"{name} is from {_said(listed[0])} to {_said(listed[1])}"
    return f"{name} {words[test.operator]}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("_", " ")


def definition_in_words(definition: Definition, fields: Fields) -> list[tuple[str, str]]:
    """Heading and text of each thing the definition says."""
    rows = [
        ("Counts", definition.counts or _counted(definition, fields)),
        ("Out of", definition.out_of or _out_of(definition, fields)),
        ("Leaves out", definition.exclusions),
        ("Clock", definition.clock),
        ("What a clinician can change", definition.influence),
        ("Better is", {"higher": "higher", "lower": "lower"}.get(definition.direction, "neither")),
        ("Purpose", definition.purpose),
        ("Source", definition.source),
        ("Written by", definition.author),
        ("Checked by", definition.checker),
    ]
    return [(heading, text) for heading, text in rows if text]


def _counted(definition: Definition, fields: Fields) -> str:
    if isinstance(definition.numerator, tuple):
        return "cases where " + " and ".join(conditions_in_words(definition.numerator, fields))
    return f"{definition.value or definition.numerator}".replace("_", " ")


def _out_of(definition: Definition, fields: Fields) -> str:
    if definition.denominator:
        return definition.denominator.replace("_", " ")
    if not definition.where:
        return "every case in the file"
    return "cases where " + " and ".join(conditions_in_words(definition.where, fields))
