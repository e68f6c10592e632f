"""Observed over expected: limits that allow for over-dispersion, and ratios drawn together. Pure.

A ratio is compared with what was expected of its own patients, never with another's.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clinlead.figures.sums import Sums
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.funnels import Funnel, funnel, funnel_of_amounts, spread_of_amounts
from clinmeasures.reliability import heterogeneity
from clinmeasures.wording.power import smallest_detectable_rate_ratio
from clinmeasures.wording.readings import NO_SIGNAL, times
from clinmeasures.wording.units import how_many, in_figures

FEWEST_UNITS = 10  # below which the variance between units is not estimated from them
NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Pool:
    """How much units of a larger pool differ beyond chance, for where there are fewer than ten."""

    name: str  # "the trust's 312 clinicians with cases in these months"
    limits: float | None  # tau squared on the funnel's own scale
    logarithm: float | None  # of ln(observed / expected)


@dataclass(frozen=True, kw_only=True)
class Shrunken:
    """One unit's ratio as its own cases say it, and drawn towards the average of its pool."""

    raw: float
    value: float | None  # None: it cannot be estimated, and `source` says why
    lower: float | None
    upper: float | None
    source: str


def stands_beside(definition: Definition) -> bool:
    return definition.kind is MeasureKind.OBSERVED_EXPECTED


def spread_among(people: Iterable[Sums], definition: Definition) -> float:
    """How many amounts (nights) say together as much as one counted event: 1 for events.

    Stays differ by more than counts do, so that a night says less than an event.
    """
    if not definition.value:
        return 1.0
    known = list(people)
    expected = np.array([each.expected for each in known])
    return spread_of_amounts(expected, np.array([each.squares for each in known])) or 1.0


def ratios(people: Mapping[str, Sums], definition: Definition, pool: Pool | None = None) -> Funnel:
    """Units within limits that allow for differences beyond chance, where those can be estimated.

    Of ten or more from themselves, of fewer from the pool.
    """
    few = len(people) < FEWEST_UNITS
    if definition.value:
        return funnel_of_amounts(
            None,
            unit=list(people),
            observed=[each.observed for each in people.values()],
            expected=[each.expected for each in people.values()],
            squares=[each.squares for each in people.values()],
            overdispersion="additive",
            min_units=FEWEST_UNITS,
            pool_tau2=pool.limits if pool and few else None,
        )
    return funnel(
        None,
        type="SR",
        unit=list(people),
        numerator=[each.observed for each in people.values()],
        denominator=[each.expected for each in people.values()],
        overdispersion="additive",
        min_units=FEWEST_UNITS,
        pool_tau2=pool.limits if pool and few else None,
    )


def volume_words(definition: Definition) -> str:
    """What a funnel of such a figure counts below: "expected events", "expected days"."""
    return f"expected {definition.unit or 'events'}"


def limits_words(found: Funnel, pool: Pool | None) -> str:
    """What the limits allow for, and where that comes from."""
    if len(found.units) >= FEWEST_UNITS:
        source = f"these {len(found.units)} clinicians"
    elif pool is not None and pool.limits is not None:
        source = pool.name
    else:
        return (
            f"How much clinicians differ beyond chance cannot be estimated from "
            f"{len(found.units)}; the limits are those of chance alone."
        )
    if not found.differ:
        return f"The limits are those of chance: {source} differ by no more than that."
    return f"The limits allow for differences beyond chance, estimated from {source}."


def needs_pool(people: Mapping[str, Sums]) -> bool:
    """Whether too few had an event to say from themselves how much they differ."""
    return sum(bool(each.observed and each.expected) for each in people.values()) < FEWEST_UNITS


def shrunken(
    people: Mapping[str, Sums], unit: str, definition: Definition, pool: Pool | None = None
) -> Shrunken | None:
    """A unit's ratio beside the same drawn towards the average (random effects)."""
    raw = people[unit].observed / people[unit].expected if people[unit].expected else None
    if raw is None:
        return None
    seen = [each for each in people.values() if each.observed and each.expected]
    few = len(seen) < FEWEST_UNITS
    tau2 = pool.logarithm if pool and few else None
    why = why_not_shrunken(raw, len(seen), few=few and tau2 is None)
    if why:
        return Shrunken(raw=raw, value=None, lower=None, upper=None, source=why)
    return drawn_together(people, unit, definition, tau2, pool)


def why_not_shrunken(raw: float, seen: int, *, few: bool) -> str:
    if raw == 0:
        return "cannot be estimated: without an event a ratio has no logarithm"
    if few or seen < 2:
        return (
            f"cannot be estimated: {how_many(seen, 'clinician')} had an event, and "
            f"{FEWEST_UNITS} are needed"
        )
    return ""


def drawn_together(
    people: Mapping[str, Sums],
    unit: str,
    definition: Definition,
    tau2: float | None,
    pool: Pool | None,
) -> Shrunken:
    spread = spread_among(people.values(), definition)
    found = heterogeneity(
        None,
        unit=list(people),
        observed=[each.observed / spread for each in people.values()],
        expected=[each.expected / spread for each in people.values()],
        tau2=tau2,
        min_units=FEWEST_UNITS,
    )
    at = found.units.index(unit)
    middle, reach = float(found.shrunken[at]), NORMAL_975 * float(found.shrunken_error[at])
    source = pool.name if pool and tau2 is not None else f"these {len(people)} clinicians"
    return Shrunken(
        raw=people[unit].observed / people[unit].expected,
        value=math.exp(middle),
        lower=math.exp(middle - reach),
        upper=math.exp(middle + reach),
        source=source,
    )


def shrunken_words(found: Shrunken) -> str:
    """The raw ratio beside the one that leans on the others, and on whom."""
    raw = in_figures(found.raw, 2)
    if found.value is None or found.lower is None or found.upper is None:
        return f"As its own cases say it: {raw}. Drawn towards the average it {found.source}."
    span = f"{in_figures(found.lower, 2)} to {in_figures(found.upper, 2)}"
    return (
        f"As its own cases say it: {raw}. Drawn towards the average, the more so the fewer the "
        f"cases: {in_figures(found.value, 2)} (95% interval {span}), by how much {found.source} "
        "differ."
    )


def smallest_ratio_seen(expected: float, spread: float = 1.0) -> str:
    """The smallest true ratio that would probably show in so many expected events, or nights."""
    found = smallest_detectable_rate_ratio(expected / spread)
    volume = f"With {in_figures(expected, 1)} expected"
    if found.above is None:
        return f"{volume}, no difference would be sure to show."
    return f"{volume}, a true figure has to be {times(found.above)} that to show 8 times in 10."


def reading_of_ratio(found: Funnel, at: int, cases: str) -> str:
    """What standing against one's own expected says; nothing about anybody else's."""
    high = bool(found.rate[at] > found.target)
    if found.outside(99.8)[at]:
        return f"Unusually {'high' if high else 'low'} for {cases}."
    spread = 1.0 if found.deviation is None else found.deviation**2
    said = smallest_ratio_seen(float(found.denominator[at]), spread or 1.0)
    inner = " It lies outside the inner (95%) limits." if found.outside(95.0)[at] else ""
    return f"{NO_SIGNAL}. {said}{inner}"


def volumes_seen(people: Sequence[Sums], definition: Definition) -> list[str]:
    """The same for the fewest and the most expected."""
    ends = sorted({min(e.expected for e in people), max(e.expected for e in people)})
    spread = spread_among(people, definition)
    return [smallest_ratio_seen(each, spread) for each in ends if each]
