"""The closed grammar: what is wrong with a definition's raw table, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clinmeasures.activity.record_types import RECORD_TYPES, Kind
from clinmeasures.attribution.rules import RULES, rules_for
from clinmeasures.definitions.definition import Definition, MeasureKind, Operator
from clinmeasures.definitions.fields import CASE_MIX_SCORES, JOINING, Field, fields_of
from clinmeasures.definitions.lines import Path
from clinmeasures.definitions.values import is_date, is_whole, listed, why_not_value

Raw = dict[str, Any]
REQUIRED = ("code", "version", "title", "record", "kind", "direction")
CHARTS = ("xmr", "run", "i", "mr", "xbar", "s", "p", "pp", "u", "up", "c", "g", "t")
LONGEST_DAYS = 3660  # ten years: more look-ahead or lag than this is a slip of the pen
DEEPEST = 20  # conditions within conditions; nobody reads further


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where in the table, and the reason in words."""

    path: Path
    reason: str


def problems_of(raw: Raw, own: Mapping[str, Field] | None = None) -> Iterator[Problem]:
    """Everything that is wrong with a definition's table, in the order of reading.

    `own` are a file's own columns, which a report lets a definition name beside the record's.
    """
    yield from _unknown_keys(raw)
    for key in REQUIRED:
        if key not in raw:
            yield Problem((), f"the key '{key}' is missing")
    yield from _wrong_types(raw)
    record = raw.get("record")
    if not isinstance(record, str) or "record" not in raw:
        return
    if record not in RECORD_TYPES:
        yield Problem(("record",), f"no record type '{record}'; there are {listed(RECORD_TYPES)}")
        return
    fields = fields_of(record) | dict(own or {})
    yield from _conditions(raw.get("where", []), ("where",), fields, record)
    yield from _kind_needs(raw, fields)
    yield from _month(raw, fields)
    yield from _attribution(raw)
    yield from _case_mix(raw, fields)


def _unknown_keys(raw: Raw) -> Iterator[Problem]:
    for key in raw:
        if key not in Definition.model_fields:
            yield Problem(
                (key,),
                f"no key '{key}' in a definition; there are {listed(Definition.model_fields)}",
            )


TEXTS = (
    *(
        "code",
        "title",
        "record",
        "kind",
        "direction",
        "month_of",
        "level",
        "chart",
        "value",
        "denominator",
        "model",
    ),
    *(
        "balances",
        "counts",
        "out_of",
        "exclusions",
        "clock",
        "influence",
        "purpose",
        "source",
        "author",
    ),
    *("checker", "changed_because"),
)
WHOLES = {
    "version": (1, 100_000),
    "looks_ahead_days": (0, LONGEST_DAYS),
    "lag_days": (0, LONGEST_DAYS),
    "minimum": (0, 1_000_000),
    "yearly_minimum": (0, 1_000_000),
    "percentile": (1, 99),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(MeasureKind),
    "direction": ("higher", "lower", "neither"),
    "level": ("individual", "team"),
    "chart": CHARTS,
}


def _wrong_types(raw: Raw) -> Iterator[Problem]:
    for key in TEXTS:
        if key in raw and not isinstance(raw[key], str):
            yield Problem((key,), f"'{key}' must be text in quotation marks")
    for key, (least, most) in WHOLES.items():
        if key in raw and not (is_whole(raw[key]) and least <= raw[key] <= most):
            yield Problem((key,), f"'{key}' must be a whole number from {least} to {most}")
    for key, choices in CHOICES.items():
        if isinstance(raw.get(key), str) and raw[key] not in choices:
            yield Problem((key,), f"'{key}' cannot be '{raw[key]}'; choose from {listed(choices)}")
    yield from _words(raw)
    yield from _dates(raw)


def _words(raw: Raw) -> Iterator[Problem]:
    for key in ("code", "balances", "model"):
        if isinstance(raw.get(key), str) and not _is_slug(raw[key], empty=key != "code"):
            yield Problem(
                (key,),
                f"'{key}' must be small letters, digits and single hyphens, as 'length-of-stay'",
            )
    if isinstance(raw.get("title"), str) and not raw["title"].strip():
        yield Problem(("title",), "'title' is empty")
    for key in ("attribution", "case_mix", "traps"):
        given = raw.get(key, [])
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            yield Problem((key,), f"'{key}' must be a list of texts in square brackets")


def _dates(raw: Raw) -> Iterator[Problem]:
    keys = [key for key in ("agreed_on", "review_due") if key in raw]
    wrong = [key for key in keys if not is_date(raw[key])]
    for key in wrong:
        yield Problem((key,), f"'{key}' must be a date without quotation marks, as 2026-03-02")
    if len(keys) == 2 and not wrong and raw["review_due"] <= raw["agreed_on"]:
        yield Problem(("review_due",), "'review_due' must fall after 'agreed_on'")


def _conditions(given: Any, path: Path, fields: dict[str, Field], record: str) -> Iterator[Problem]:
    if not isinstance(given, list):
        yield Problem(path, f"'{path[-1]}' must be a list of conditions in square brackets")
        return
    for position, condition in enumerate(given):
        yield from _condition(condition, (*path, position), fields, record)


def _condition(given: Any, path: Path, fields: dict[str, Field], record: str) -> Iterator[Problem]:
    if not isinstance(given, dict):
        yield Problem(path, 'a condition is written as { field = "…", equals = "…" }')
        return
    nest = [key for key in ("any", "all") if key in given]
    if nest:
        yield from _nested(given, nest[0], path, fields, record)
        return
    for key in given:
        if key != "field" and key not in tuple(Operator):
            yield Problem((*path, key), f"no operator '{key}'; there are {listed(Operator)}")
    operators = [key for key in given if key in tuple(Operator)]
    if "field" not in given:
        yield Problem(path, "the condition names no field")
    elif given["field"] not in fields if isinstance(given["field"], str) else True:
        yield Problem((*path, "field"), _no_field(given["field"], record))
    elif len(operators) != 1:
        yield Problem(path, f"a condition has exactly one operator; this one has {len(operators)}")
    else:
        operator = Operator(operators[0])
        reason = why_not_value(operator, given[operator], fields[given["field"]])
        if reason:
            yield Problem((*path, operator.value), reason)


def _nested(
    given: Raw, key: str, path: Path, fields: dict[str, Field], record: str
) -> Iterator[Problem]:
    for other in given:
        if other != key:
            yield Problem(
                (*path, other), f"'{key} = […]' stands alone; '{other}' does not belong beside it"
            )
    if given[key] == []:
        yield Problem((*path, key), f"'{key}' needs at least one condition")
    if path.count(key) + path.count("all" if key == "any" else "any") >= DEEPEST:
        yield Problem((*path, key), f"conditions nest at most {DEEPEST} deep; split the measure")
        return
    yield from _conditions(given[key], (*path, key), fields, record)


def _kind_needs(raw: Raw, fields: dict[str, Field]) -> Iterator[Problem]:
    kind, record = raw.get("kind"), raw["record"]
    given: Raw = {key: raw[key] for key in ("numerator", "denominator", "value") if key in raw}
    if isinstance(given.get("numerator"), list):
        yield from _conditions(given["numerator"], ("numerator",), fields, record)
        if not given["numerator"]:
            yield Problem(("numerator",), "'numerator' needs at least one condition")
    elif "numerator" in given and not isinstance(given["numerator"], str):
        yield Problem(
            ("numerator",), "'numerator' is a list of conditions, or a field in quotation marks"
        )
        return
    for key, name in given.items():
        if isinstance(name, str) and kind == MeasureKind.DISTINCT and name in fields:
            continue  # told apart, not added up
        if isinstance(name, str):
            yield from _summed(key, name, fields, record)
    if isinstance(kind, str) and kind in NEEDS:
        reason = NEEDS[MeasureKind(kind)](given)
        if reason:
            yield Problem(("kind",), f"kind '{kind}' {reason}")
    if kind == MeasureKind.JOINED and record not in JOINING:
        yield Problem(("record",), f"kind 'joined' is of the record {listed(JOINING)} alone")
    if (kind == MeasureKind.OBSERVED_EXPECTED) and not raw.get("model"):
        yield Problem(("kind",), "kind 'observed_expected' needs 'model', which scored the risks")
    if raw.get("model") and kind not in WITH_RISKS:
        yield Problem(("model",), f"'model' belongs to the kinds {listed(WITH_RISKS)} alone")
    if "percentile" in raw and kind != MeasureKind.PERCENTILE:
        yield Problem(("percentile",), "'percentile' belongs to kind 'percentile' alone")


def _summed(key: str, name: str, fields: dict[str, Field], record: str) -> Iterator[Problem]:
    if name not in fields:
        yield Problem((key,), _no_field(name, record))
    elif not fields[name].whole:
        yield Problem(
            (key,), f"'{name}' cannot be added up exactly: it does not hold whole numbers"
        )


def _needs_conditions(given: Raw) -> str:
    if not isinstance(given.get("numerator"), list):
        return "needs 'numerator' as a list of conditions"
    if len(given) > 1:
        return "has no 'value' or 'denominator': it is out of every record that 'where' keeps"
    return ""


def _needs_value(given: Raw) -> str:
    return (
        ""
        if set(given) == {"value"}
        else "needs 'value', a field of whole numbers, and nothing beside it"
    )


def _needs_value_or_two(given: Raw) -> str:
    if set(given) == {"value"} or set(given) == {"numerator", "denominator"}:
        return ""
    return "needs either 'value', or both 'numerator' and 'denominator'"


def _needs_two(given: Raw) -> str:
    return (
        "" if set(given) == {"numerator", "denominator"} else "needs 'numerator' and 'denominator'"
    )


def _needs_told_apart(given: Raw) -> str:
    return (
        "" if set(given) == {"value"} else "needs 'value', the field whose different values count"
    )


def _needs_conditions_or_value(given: Raw) -> str:
    if set(given) == {"value"} or (set(given) == {"numerator"} and not _needs_conditions(given)):
        return ""
    return "needs either 'numerator' as a list of conditions, or 'value', and nothing beside it"


WHOLE = (MeasureKind.DISTINCT, MeasureKind.OBSERVED_EXPECTED, MeasureKind.SEQUENCE)
WITH_RISKS = (MeasureKind.OBSERVED_EXPECTED, MeasureKind.SEQUENCE)
NEEDS = {
    MeasureKind.PROPORTION: _needs_conditions,
    MeasureKind.MEAN: _needs_value_or_two,
    MeasureKind.RATE: _needs_value_or_two,
    MeasureKind.RATIO_OF_SUMS: _needs_value_or_two,
    MeasureKind.PERCENTILE: _needs_value,
    MeasureKind.OBSERVED_EXPECTED: _needs_conditions_or_value,
    MeasureKind.SEQUENCE: _needs_conditions,
    MeasureKind.DISTINCT: _needs_told_apart,
    MeasureKind.JOINED: _needs_two,
}


def _month(raw: Raw, fields: dict[str, Field]) -> Iterator[Problem]:
    name = raw.get("month_of")
    if not isinstance(name, str):
        return
    if name not in fields:
        yield Problem(("month_of",), _no_field(name, raw["record"]))
    elif fields[name].kind not in (Kind.DATE, Kind.INSTANT):
        yield Problem(("month_of",), f"'{name}' is not a date or a time, so it has no month")


def _attribution(raw: Raw) -> Iterator[Problem]:
    given, usable = raw.get("attribution"), rules_for(raw["record"])
    if given == []:
        yield Problem(("attribution",), "'attribution' needs at least one rule")
    if not isinstance(given, list):
        return
    for position, rule in enumerate(given):
        if not isinstance(rule, str):
            continue
        if rule not in RULES:
            yield Problem(
                ("attribution", position),
                f"no attribution rule '{rule}'; there are {listed(RULES)}",
            )
        elif rule not in usable:
            reason = f"'{raw['record']}' cannot be attributed by '{rule}'"
            yield Problem(("attribution", position), reason)
        elif rule == "shares" and raw.get("kind") in WHOLE:
            reason = f"kind '{raw['kind']}' counts whole records, not shares"
            yield Problem(("attribution", position), reason)
        elif rule in given[:position]:
            yield Problem(("attribution", position), f"the rule '{rule}' is named twice")


def _case_mix(raw: Raw, fields: dict[str, Field]) -> Iterator[Problem]:
    given = raw.get("case_mix", [])
    for position, name in enumerate(given if isinstance(given, list) else []):
        if isinstance(name, str) and name not in fields and name not in CASE_MIX_SCORES:
            yield Problem(("case_mix", position), _no_field(name, raw["record"]))


def _no_field(name: object, record: str) -> str:
    return f"'{record}' has no field '{name}'; there are {listed(fields_of(record))}"


def _is_slug(text: str, *, empty: bool) -> bool:
    if not text:
        return empty
    parts = text.split("-")
    return all(part.isascii() and part.isalnum() and part == part.lower() for part in parts)
