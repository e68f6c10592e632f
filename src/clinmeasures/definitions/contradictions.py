"""Where a definition that is well written contradicts itself: found once it has been read."""

from collections.abc import Iterator
from math import ceil

from clinmeasures.definitions.behind import names_behind
from clinmeasures.definitions.definition import (
    Definition,
    Operator,
    Test,
    tests_in,
)
from clinmeasures.definitions.fields import fields_of
from clinmeasures.definitions.grammar import Problem

A_DAY = {"days": 1, "hours": 24, "minutes": 24 * 60}


def contradictions_of(definition: Definition, *, waits: bool) -> Iterator[Problem]:
    """What makes counting it rightly impossible; with `waits`, a look-ahead too short as well."""
    if definition.balances == definition.code:
        yield Problem(("balances",), "a measure cannot balance itself; name another")
    yield from _outcomes_as_case_mix(definition)
    if waits:
        yield from _too_early(definition)


def _outcomes_as_case_mix(definition: Definition) -> Iterator[Problem]:
    """Allowing for the result would explain away what the measure is there to show."""
    awaited = {name for name in definition.fields if looks_ahead(definition, name)}
    measured = {*definition.summed, *awaited}
    for position, covariate in enumerate(definition.case_mix):
        behind = names_behind(definition.record, covariate)
        if any(names_behind(definition.record, name) <= behind for name in measured):
            reason = f"'{covariate}' is what the measure counts, so it cannot be case mix"
            yield Problem(("case_mix", position), reason)


def _too_early(definition: Definition) -> Iterator[Problem]:
    """A month must not look complete before what its numerator waits for can have happened."""
    tests = [test for each in definition.conditions for test in tests_in(each)]
    asked = [days_ahead(test, definition) for test in tests]
    asked += [1 for name in definition.summed if looks_ahead(definition, name)]
    needed = max(asked, default=0)
    if definition.looks_ahead_days < needed:
        days = "1 day" if needed == 1 else f"{needed} days"
        reason = (
            f"its conditions wait {days} for what follows, so 'looks_ahead_days' must be at "
            f"least {needed}"
        )
        yield Problem(("looks_ahead_days",), reason)


def days_ahead(test: Test, definition: Definition) -> int:
    """How many days after the record must have passed before the comparison is settled.

    One day where no number bounds it (`missing`, `present`).
    """
    if not looks_ahead(definition, test.field):
        return 0
    if test.operator in (Operator.MISSING, Operator.PRESENT):
        return 1
    given = test.value if isinstance(test.value, tuple) else (test.value,)
    field = fields_of(definition.record)[test.field]
    first = 1 if field.whole and test.operator is Operator.AT_LEAST else 0  # 31 on: not by day 30
    return max(0, *(ceil((each - first) / A_DAY[field.unit]) for each in given))


def looks_ahead(definition: Definition, name: str) -> bool:
    """Whether a field holds what follows the record; never one of a file's own."""
    field = fields_of(definition.record).get(name)
    return field is not None and field.after
