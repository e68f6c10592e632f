"""Integers that add up: a tally, or many together; figures are read off at the end. Pure."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

from clinmeasures.definitions import Definition, MeasureKind, fields_of
from clinmeasures.intervals import log_ratio, student_t, wilson
from clinmeasures.standardisation import standardise
from clinmeasures.wording.units import Unit

MILLION = 1_000_000
CERTAIN = 1_000_000_000  # a risk of 1, as models' risks are kept
MINUTES_A_DAY = 1440
FRACTIONAL_RULES = frozenset({"shares"})
PERCENT = Unit("%", 100.0)
PART = "thousandths of a "  # how such a unit begins
RATIO = Unit("times as many as expected")


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What records add up to. Weights, numerator and denominator are in millionths."""

    n: int = 0
    numerator: int = 0
    denominator: int = 0
    weight: int = 0
    weight_squared: int = 0
    value_sum: int | None = None
    value_sum_squared: int | None = None
    histogram: Mapping[int, int] | None = field(default=None, hash=False)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            n=self.n + other.n,
            numerator=self.numerator + other.numerator,
            denominator=self.denominator + other.denominator,
            weight=self.weight + other.weight,
            weight_squared=self.weight_squared + other.weight_squared,
            value_sum=both(self.value_sum, other.value_sum),
            value_sum_squared=both(self.value_sum_squared, other.value_sum_squared),
            histogram=merged(self.histogram, other.histogram),
        )

    @property
    def effective_n(self) -> float:
        """How many whole records carry as much information as these weighted ones (Kish)."""
        return self.weight**2 / self.weight_squared if self.weight_squared else 0.0

    @property
    def fractional(self) -> bool:
        return self.weight != self.n * MILLION

    @property
    def observed(self) -> float:
        """How many records had the event; of shared ones, in parts."""
        return self.numerator / MILLION

    @property
    def expected(self) -> float:
        """How many a case-mix model foresaw, of a figure that stands beside one: risks added up."""
        return (self.value_sum or 0) / CERTAIN

    @property
    def squares(self) -> float:
        """How far amounts lay from what was expected of each, squared and added up."""
        return int(self.value_sum_squared or 0) / MILLION

    def as_integers(self) -> dict[str, object]:
        """For manifests and digests: whole numbers alone."""
        numbers: dict[str, object] = {
            name: getattr(self, name)
            for name in ("n", "numerator", "denominator", "weight", "weight_squared")
        }
        numbers |= {"value_sum": self.value_sum, "value_sum_squared": self.value_sum_squared}
        bars = self.histogram
        named = {str(value): bars[value] for value in sorted(bars, key=str)} if bars else bars
        return numbers | {"histogram": named}


NOTHING = Sums()


@dataclass(frozen=True, kw_only=True)
class MonthSums:
    """One month of a figure, for a unit or for several together."""

    month: str
    complete: bool
    sums: Sums
    contributors: int = 1  # people whose records are in it


def both(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def merged(
    one: Mapping[int, int] | None, other: Mapping[int, int] | None
) -> Mapping[int, int] | None:
    if one is None or other is None:
        return one if other is None else other
    return Counter(one) + Counter(other)


def total(months: Iterable[MonthSums]) -> Sums:
    return together(each.sums for each in months)


def together(some: Iterable[Sums]) -> Sums:
    """The sum of many: the same as adding one to the next, without a new object for each."""
    found = list(some)
    if len(found) < 2:
        return found[0] if found else NOTHING
    return summed(zip(*map(NUMBERS_OF, found), strict=True))


NUMBERS_OF = attrgetter(
    *("n", "numerator", "denominator", "weight", "weight_squared"),
    *("value_sum", "value_sum_squared", "histogram"),
)


def summed(columns: Iterable[Iterable[Any]]) -> Sums:
    """Sums of columns in the order of NUMBERS_OF; what no row has a value for has none."""
    n, numerator, denominator, weight, squared, value, values, bars = columns
    there = [each for each in value if each is not None]
    squares = [each for each in values if each is not None]
    stacks = [each for each in bars if each is not None]
    return Sums(
        n=sum(n),
        numerator=sum(numerator),
        denominator=sum(denominator),
        weight=sum(weight),
        weight_squared=sum(squared),
        value_sum=sum(there) if there else None,
        value_sum_squared=sum(squares) if squares else None,
        histogram=stacked(stacks) if stacks else None,
    )


def stacked(bars: Sequence[Mapping[int, int]]) -> Mapping[int, int]:
    if len(bars) == 1:
        return bars[0]
    held: Counter[int] = Counter()
    for each in bars:
        held.update(each)
    return +held


def bars_of(text: str | None) -> Mapping[int, int] | None:
    return None if text is None else {as_value(k): v for k, v in json.loads(text).items()}


def as_value(text: str) -> Any:
    """A value as it was: whole numbers are kept in figures, words in words."""
    number = text.removeprefix("-")
    return int(text) if number.isdecimal() and str(int(number)) == number else text


@dataclass(frozen=True, kw_only=True)
class Value:
    """A figure with how far chance alone could have moved it (95%)."""

    value: float | None
    lower: float | None = None
    upper: float | None = None


NO_VALUE = Value(value=None)


def value_of(sums: Sums, definition: Definition) -> float | None:
    """The figure itself, in the definition's own unit; None where nothing counts."""
    if definition.kind is MeasureKind.PERCENTILE:
        return percentile(sums.histogram, definition.percentile / 100)
    if definition.kind is MeasureKind.DISTINCT:
        return float(len(sums.histogram)) if sums.histogram else None
    if definition.kind is MeasureKind.OBSERVED_EXPECTED:
        return sums.observed / sums.expected if sums.expected else None
    return sums.numerator / sums.denominator if sums.denominator else None


def figure_of(sums: Sums, definition: Definition) -> Value:
    """The figure with its 95% interval. Fractional weights count as their effective number."""
    value = value_of(sums, definition)
    if value is None:
        return NO_VALUE
    if definition.kind is MeasureKind.PROPORTION:
        cases = cases_of(sums)
        return with_limits(value, wilson([min(value, 1.0) * cases], [cases]))
    if definition.kind is MeasureKind.PERCENTILE:
        return around_percentile(sums, definition.percentile / 100, value)
    if definition.kind is MeasureKind.OBSERVED_EXPECTED:
        return with_limits(value, limits_beside(sums, definition))
    spread = deviation(sums)
    if spread is None or definition.kind is not MeasureKind.MEAN:
        return Value(value=value)
    return with_limits(value, student_t([value], [spread], [cases_of(sums)]))


def limits_beside(sums: Sums, definition: Definition):
    """Of observed over expected: events by Byar, amounts (nights) by the ratio's logarithm."""
    if definition.value:
        return log_ratio([sums.observed], [sums.expected], [sums.squares], [sums.n])
    return ratio_limits(sums.observed, sums.expected)


def ratio_limits(observed: float, expected: float):
    """Byar's interval of observed over expected: kept, for the same counts come again."""
    return _ratio_limits(round(observed), round(expected, 9))


@lru_cache(maxsize=4096)
def _ratio_limits(observed: int, expected: float):
    return standardise(None, unit=["-"], observed=[observed], expected=[expected])


def cases_of(sums: Sums) -> float:
    """Whole records, or the effective number of fractional ones."""
    return sums.effective_n if sums.fractional else float(sums.n)


def with_limits(value: float, found) -> Value:
    lower, upper = float(found.lower[0]), float(found.upper[0])
    if math.isnan(lower):
        return Value(value=value)
    return Value(value=value, lower=lower, upper=upper)


def deviation(sums: Sums) -> float | None:
    """The sample's standard deviation of the values (n - 1), from whole numbers throughout."""
    if sums.value_sum is None or sums.value_sum_squared is None or sums.n < 2:
        return None
    squares = sums.n * sums.value_sum_squared - sums.value_sum**2
    return math.sqrt(max(squares, 0) / (sums.n * (sums.n - 1)))


def percentile(bars: Mapping[int, int] | None, fraction: float) -> float | None:
    """The smallest value that at least this fraction of the weight does not exceed."""
    if not bars:
        return None
    wanted, held = fraction * sum(bars.values()), 0
    for value in sorted(bars):
        held += bars[value]
        if held >= wanted - 1e-6:
            return float(value)
    return float(max(bars))


def around_percentile(sums: Sums, fraction: float, value: float) -> Value:
    """Limits from the values themselves: the fraction's own Wilson limits, read off as values."""
    cases = cases_of(sums)
    around = wilson([fraction * cases], [cases])
    lower = percentile(sums.histogram, float(around.lower[0]))
    return Value(value=value, lower=lower, upper=percentile(sums.histogram, float(around.upper[0])))


def of_two_sums(definition: Definition) -> bool:
    """Whether the figure is one total divided by another."""
    return definition.denominator is not None


def summed_units(definition: Definition) -> tuple[Unit, Unit]:
    """What the two totals of such a figure are shown in."""
    known = fields_of(definition.record)
    above, below = (shown_in(known[name].unit) for name in definition.summed)
    return above, below


def shown_in(unit: str) -> Unit:
    """Thousandths, which add up exactly, are shown as what they are parts of."""
    part = unit.removeprefix(PART)
    return Unit(unit) if part == unit else Unit(f"{part}s", 0.001)


def is_share(definition: Definition) -> bool:
    """Minutes of minutes, sessions of sessions: a percentage, which may exceed 100."""
    if not of_two_sums(definition):
        return False
    above, below = summed_units(definition)
    return above == below and bool(above.name)


def per_unit(definition: Definition) -> Unit:
    """ "weighted stays per whole-time week"; a plain number where neither total has a unit."""
    above, below = summed_units(definition)
    if not (above.name and below.name):
        return Unit(definition.unit)
    return Unit(f"{above.name} per {below.name.removesuffix('s')}", above.times / below.times)


def unit_of_figure(definition: Definition) -> Unit:
    """How the figure is shown: percentages, and stays in days rather than minutes."""
    if definition.kind is MeasureKind.PROPORTION or is_share(definition):
        return PERCENT
    if of_two_sums(definition):
        return per_unit(definition)
    if definition.kind is MeasureKind.OBSERVED_EXPECTED:
        return RATIO
    if definition.unit == "minutes":
        stay = definition.value == "stay_minutes"
        return Unit("days", 1 / MINUTES_A_DAY) if stay else Unit("hours", 1 / 60)
    return Unit(definition.unit)
