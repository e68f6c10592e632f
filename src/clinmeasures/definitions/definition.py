"""A measure's definition: what is counted, of what, for whom, since when and until when."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from clinmeasures.definitions.fields import fields_of


class MeasureKind(StrEnum):
    """How records become a figure, and so what a tally keeps."""

    PROPORTION = "proportion"
    RATE = "rate"
    MEAN = "mean"
    RATIO_OF_SUMS = "ratio_of_sums"
    PERCENTILE = "percentile"
    OBSERVED_EXPECTED = "observed_expected"
    SEQUENCE = "sequence"
    DISTINCT = "distinct"
    JOINED = "joined"


class Direction(StrEnum):
    """Which way is better. Volume is context, so it has no better way."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Operator(StrEnum):
    """How a field is compared. A blank equals nothing: it passes not_equals and not_in."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    IN = "in"
    NOT_IN = "not_in"
    BETWEEN = "between"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MISSING = "missing"
    PRESENT = "present"
    STARTS_WITH = "starts_with"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Test(_Frozen):
    """One comparison of one field."""

    __test__ = False  # for pytest: not a test of ours

    field: str
    operator: Operator
    value: (
        Any  # one value, or a tuple of them for in, not_in and between; the grammar has checked it
    )


class AnyOf(_Frozen):
    """Holds where at least one of its conditions does."""

    any_of: tuple["Condition", ...]


class AllOf(_Frozen):
    """Holds where every one of its conditions does."""

    all_of: tuple["Condition", ...]


Condition = Test | AnyOf | AllOf
CAME_LATER = ("parameters", "yearly_minimum", "model")
Whole = Annotated[int, Field(ge=0)]


class Definition(_Frozen):
    """One agreed wording of a measure, frozen. New wording means a new version.

    Built by `parse_definition` or `load_definition`, which refuse what is wrong with its line.
    """

    code: str
    version: Annotated[int, Field(ge=1)]
    title: str
    record: str
    kind: MeasureKind
    direction: Direction
    parameters: tuple[tuple[str, Any], ...] = ()  # what an adopting trust may set otherwise
    where: tuple[Condition, ...] = ()
    numerator: tuple[Condition, ...] | str | None = None
    denominator: str | None = None
    value: str | None = None
    percentile: Annotated[int, Field(ge=1, le=99)] = 50
    month_of: str
    looks_ahead_days: Whole = 0
    lag_days: Whole = 0
    level: Literal["individual", "team"] = "team"
    attribution: tuple[str, ...]
    case_mix: tuple[str, ...] = ()
    model: str = ""  # the frozen model that scored each record's risk
    chart: str = "xmr"
    minimum: Whole = 0
    yearly_minimum: Whole = 0  # fewer in twelve months are shown, and flagged
    balances: str = ""
    counts: str = ""
    out_of: str = ""
    exclusions: str = ""
    clock: str = ""
    influence: str = ""
    traps: tuple[str, ...] = ()
    purpose: str = ""
    source: str = ""
    author: str = ""
    checker: str = ""
    agreed_on: date | None = None
    review_due: date | None = None
    changed_because: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of every word and number of the definition."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def canonical(self) -> str:
        """Sorted, compact JSON: the same however the file is laid out.

        A key that came later is left out where it says nothing, so that older digests still hold.
        """
        said = self.model_dump(mode="json")
        for name in CAME_LATER:
            if not said[name]:
                del said[name]
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def needs_review(self, today: date) -> bool:
        """Whether the agreed wording is due to be looked at again on `today`."""
        return self.review_due is not None and today >= self.review_due

    @property
    def unit(self) -> str:
        """The unit of the measured value (minutes, days, …); empty for a proportion."""
        return fields_of(self.record)[self.value].unit if self.value else ""

    @property
    def summed(self) -> tuple[str, ...]:
        """The fields that are added up: the value, or the numerator's and denominator's."""
        named = (self.value, self.numerator, self.denominator)
        return tuple(name for name in named if isinstance(name, str))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those of `where` and of the numerator together."""
        return self.where + (self.numerator if isinstance(self.numerator, tuple) else ())

    @property
    def fields(self) -> frozenset[str]:
        """Every field that computing this measure reads."""
        named = {field for condition in self.conditions for field in fields_in(condition)}
        return frozenset(named | set(self.summed) | {self.month_of})


def fields_in(condition: Condition) -> frozenset[str]:
    """The fields that a condition, or anything inside it, compares."""
    return frozenset(test.field for test in tests_in(condition))


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every comparison in a condition, in the order of reading."""
    if isinstance(condition, Test):
        yield condition
        return
    for each in condition.any_of if isinstance(condition, AnyOf) else condition.all_of:
        yield from tests_in(each)
