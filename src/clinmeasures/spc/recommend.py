"""Which chart suits the data, and why: read from the data, said in a sentence."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, like
from clinmeasures.spc.limits import MEAN_RANGE_OF_TWO
from clinmeasures.spc.phases import mean, mean_moving_range, ratio
from clinmeasures.spc.points import (
    Points,
    Rows,
    in_order,
    refuse_repeated_dates,
    with_phases,
)
from clinmeasures.spc.rows import columns_of, rows_of

KINDS = ("value", "count", "proportion", "rate", "cases_between", "time_between")
FEWEST_POINTS = 12  # Making Data Count: limits from fewer would mislead
# Below one event a point on average, or with every second point at zero, three-sigma limits of
# counts begin at zero and signal at nearly every cluster (Provost & Murray).
RARE_EVENTS, RARE_ZEROES = 1.0, 0.5
# A mean moving range of m normal values has standard deviation 0.9095/sqrt(m) of itself; 2.326 of
# them leave one process in a hundred that varies by chance alone.
DISPERSION_REACH = 2.326 * 0.9095


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """The chart for one series, the reason, and the facts that it rests on."""

    series: str | None
    chart: str
    because: str
    points: int
    events_per_point: float | None  # None where values are not counts
    zero_share: float | None  # points without an event
    dispersion: float | None  # spread of the points over what chance alone gives

    def to_dict(self) -> dict[str, Any]:
        """The recommendation by the names of its fields."""
        return asdict(self)


@dataclass(frozen=True)
class Recommendations:
    """One for each series."""

    found: list[Recommendation]
    given: Any = None  # the frame that came in, for to_frame

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Recommendation]:
        return iter(self.found)

    def __getitem__(self, index: int) -> Recommendation:
        return self.found[index]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures recommend`."""
        return {"series": [each.to_dict() for each in self.found]}

    def to_frame(self) -> Any:
        """One row a series, as the kind of frame that came in."""
        rows = [each.to_dict() for each in self.found]
        return like({name: [row[name] for row in rows] for name in rows[0]}, self.given)


def recommend_chart(
    values: Any,
    *,
    value: str | None = None,
    date: str | None = None,
    denominator: str | None = None,
    series: Any = None,
    dates: Any = None,
    denominators: Any = None,
    kind: str | None = None,
) -> Recommendations:
    """The type of chart that suits each series, with the reason in words.

    Parameters
    ----------
    values, value, date, denominator, series, dates, denominators
        As for `spc`: a data frame and names of its columns, or arrays of shape (n_rows,).
    kind : {"value", "count", "proportion", "rate", "cases_between", "time_between"}, optional
        What the values are, where numbers alone cannot say: days between events look like counts.

    Returns
    -------
    Recommendations
        One `Recommendation` a series: `chart` (a name that `spc` takes), `because`, and the facts.

    Raises
    ------
    BadInput
        Where a cell, column or option cannot be used; the message says which and what to do.

    Notes
    -----
    Fewer than 12 points: a run chart. Several values on one date: X-bar, with S beside it. Counts
    with a denominator: p where no count exceeds it, u otherwise; p' or u' where the points vary
    more than chance alone would allow in 99 series of 100; g or t where events are rare. Counts
    alone: c, or XmR where they do not vary as counts do. Everything else: XmR. It is advice from
    the figures; what the measure means goes first.

    Source
    ------
    Provost & Murray, The Health Care Data Guide; Laney 2002 (10.1081/QEN-120006555).

    Examples
    --------
    >>> deaths = [3, 1, 4, 2, 3, 2, 5, 1, 2, 4, 3, 2]
    >>> advice = recommend_chart(deaths, denominators=[80] * 12)[0]
    >>> advice.chart
    'p'
    """
    if kind is not None and kind not in KINDS:
        raise BadInput(f"kind {kind!r} is not known; use one of {', '.join(KINDS)}.")
    other = {
        "denominator": denominator,
        "series": series,
        "dates": dates,
        "denominators": denominators,
    }
    order, rows = in_order(rows_of(columns_of(values, value, date, other), "xmr"))
    facts = _facts(rows, order, kind)
    found = [
        Recommendation(
            series=name,
            chart=chart,
            because=because,
            points=fact.points,
            events_per_point=_known(fact.events) if fact.counts else None,
            zero_share=_known(fact.zeroes) if fact.counts else None,
            dispersion=_known(fact.dispersion) if fact.counts else None,
        )
        for name, fact in zip(rows.names, facts, strict=True)
        for chart, because in [_choice(fact)]
    ]
    return Recommendations(found, values)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Of one series."""

    kind: str | None
    points: int
    subgroups: bool  # some date has several values
    sized: bool  # there are denominators
    counts: bool  # whole numbers, none negative
    within: bool  # no value exceeds its denominator
    events: float  # a point, or what is left of the denominator where that is less
    zeroes: float
    dispersion: float

    @property
    def rare(self) -> bool:
        """Too few events a point for limits of counts."""
        return self.events < RARE_EVENTS or self.zeroes >= RARE_ZEROES

    @property
    def reach(self) -> float:
        """How far from 1 chance alone leaves the dispersion, 99 times in 100."""
        return DISPERSION_REACH / math.sqrt(max(self.points - 1, 1))


def _facts(rows: Rows, order: np.ndarray, kind: str | None) -> list[Facts]:
    same_date = np.zeros(max(len(rows.value) - 1, 0), dtype=bool)
    if rows.keys is not None:
        same_date = rows.steps(np.equal) & ~rows.new_series[1:]
    if rows.size is not None:
        refuse_repeated_dates(rows, order)
    points = _as_points(rows)
    known, count = points.counted, points.count
    within = count <= points.size if rows.size is not None else np.zeros(len(known), dtype=bool)
    share = _every(points, within, known) & (kind != "rate")
    rest = points.size - count if rows.size is not None else count
    events = np.where(share[points.group], np.minimum(count, rest), count)
    columns = {
        "points": np.bincount(points.group, weights=known, minlength=points.phases).astype(int),
        "subgroups": np.bincount(rows.series[1:], weights=same_date, minlength=points.phases) > 0,
        "counts": _every(points, (count >= 0) & (count == np.floor(count)), known),
        "within": share,
        "events": mean(points, events, known),
        "zeroes": mean(points, (events == 0).astype(float), known),
        "dispersion": _dispersion(points, share, sized=rows.size is not None),
    }
    told = zip(*(column.tolist() for column in columns.values()), strict=True)
    sized = rows.size is not None
    return [Facts(kind=kind, sized=sized, **dict(zip(columns, fact, strict=True))) for fact in told]


def _as_points(rows: Rows) -> Points:
    nothing = np.array([], dtype=np.int64)
    size = np.ones(len(rows.value)) if rows.size is None else np.nan_to_num(rows.size)
    return with_phases(
        rows,
        value=rows.value if rows.size is None else ratio(rows.value, rows.size),
        count=rows.value,
        size=size,
        spread=size,
        rebase=nothing,
        exclude=nothing,
        baseline=None,
    )


def _every(points: Points, holds: Booleans, where: Booleans) -> Booleans:
    """Whether it holds at every known point of each series."""
    failing = np.bincount(points.group, weights=where & ~holds, minlength=points.phases)
    return failing == 0


def _dispersion(points: Points, share: Booleans, *, sized: bool) -> Floats:
    """Spread of standardised points by their moving ranges, 1 where chance alone moves them."""
    weight = points.size if sized else None
    centre = mean(points, points.value, points.counted, weight)[points.group]
    with np.errstate(invalid="ignore"):
        chance = np.where(share[points.group], centre * (1 - centre), centre)
        sigma = np.sqrt(ratio(np.maximum(chance, 0), points.size))
    scores = ratio(points.value - centre, sigma)
    found: Floats = mean_moving_range(points, scores, points.counted, screen=True)
    return found / MEAN_RANGE_OF_TWO


def _choice(fact: Facts) -> tuple[str, str]:
    """The chart and the reason; the first that applies."""
    if fact.kind == "time_between":
        return "t", "time between events is skewed; a t chart evens it out before it draws limits"
    if fact.kind == "cases_between":
        return "g", "cases between events are skewed; a g chart has the limits of such counts"
    if fact.subgroups:
        return "xbar", (
            "several values share a date: their mean is drawn with limits from the spread within "
            "dates; draw an s chart of that spread beside it"
        )
    if fact.points < FEWEST_POINTS:
        return "run", (
            f"{fact.points} points are too few for limits ({FEWEST_POINTS} are usual); a run chart "
            "needs none"
        )
    if fact.counts and fact.kind != "value":
        return _of_sized_counts(fact) if fact.sized else _of_counts(fact)
    what = "value over denominator, not counts" if fact.sized else "one value a point, not counts"
    return "xmr", f"{what}: limits come from the steps between neighbours"


def _of_sized_counts(fact: Facts) -> tuple[str, str]:
    plain, prime = ("p", "pp") if fact.within else ("u", "up")
    if fact.rare:
        between = "g" if fact.within else "t"
        gap = "cases" if fact.within else "days"
        return between, f"{_rarely(fact)}; record the {gap} between events and chart those"
    if fact.dispersion > 1 + fact.reach:
        return prime, (
            f"the points vary {fact.dispersion:.1f} times as much as chance alone would let them "
            f"(up to {1 + fact.reach:.1f} is chance), so limits of a {plain} chart would be too "
            "narrow"
        )
    if fact.within:
        return "p", "cases out of a denominator of their own, varying as chance lets them"
    return "u", "events over an exposure of their own, varying as chance lets them"


def _of_counts(fact: Facts) -> tuple[str, str]:
    if fact.rare:
        return "t", f"{_rarely(fact)}; record the days between events and chart those"
    if abs(fact.dispersion - 1) <= fact.reach:
        return "c", "counts over equal stretches, varying as counts do by chance"
    way = "more" if fact.dispersion > 1 else "less"
    return "xmr", (
        f"whole numbers that vary {way} than counts do by chance ({fact.dispersion:.1f} times), so "
        "limits come from the steps between neighbours; if the cases behind them vary, give a "
        "denominator"
    )


def _rarely(fact: Facts) -> str:
    return (
        f"events are rare ({fact.events:.2g} a point, none at {fact.zeroes:.0%} of points), where "
        "limits for counts say little"
    )


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number
