"""Sums of a report's cases by any grouping, and each group's figure in words."""

from dataclasses import dataclass, replace

import numpy as np

from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, Integers, as_groups
from clinmeasures.intervals import Intervals, student_t, wilson
from clinmeasures.reports.cases import Cases
from clinmeasures.wording import (
    Unit,
    caution_for_means,
    caution_for_proportions,
    how_many,
    in_figures,
)

SUPPORTED = {
    MeasureKind.PROPORTION,
    MeasureKind.MEAN,
    MeasureKind.RATE,
    MeasureKind.RATIO_OF_SUMS,
    MeasureKind.PERCENTILE,
}
WIDTHS = (720, 320)  # the page's, and the phone's: drawn again, not shrunk


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with its count and interval, as text."""

    value: str
    count: str  # "9 of 212 patients", "1,495 stays"
    interval: str


class Figures:
    """The sums behind a page, worked out once for each group of cases."""

    def __init__(self, cases: Cases, definition: Definition, unit: Unit, case_word: str) -> None:
        self.cases, self.definition, self.unit, self.case_word = cases, definition, unit, case_word
        if not cases.known.any():
            raise BadInput(nothing_counts(cases))

    @property
    def is_proportion(self) -> bool:
        """Whether the measure is a share of cases."""
        return self.definition.kind is MeasureKind.PROPORTION

    @property
    def is_mean(self) -> bool:
        """Whether the measure is a mean of one value a case."""
        whole = bool((self.cases.denominator[self.cases.known] == 1).all())
        return self.definition.kind is MeasureKind.MEAN and whole

    def overall(self) -> Figure:
        """The figure of all cases together."""
        one = np.zeros(len(self.cases), dtype=np.int64)
        return self.by_group(one, 1)[0]

    def caution(self) -> str | None:
        """Where intervals of so few cases do not hold what they promise, unit by unit."""
        index, groups = np.zeros(len(self.cases), dtype=np.int64), 1
        if self.cases.units is not None:
            names, index = as_groups(self.cases.units, column="unit")
            groups = len(names)
        _, sizes, tops = self.sums(index, groups)
        if self.is_proportion:
            return caution_for_proportions(tops, sizes, "wilson", rows="figures", remedy="")
        if self.is_mean and (sizes > 1).any():
            return caution_for_means(int(sizes[sizes > 1].min()))
        return None

    def by_group(self, index: Integers, groups: int) -> list[Figure]:
        """Each group's figure with its count and interval, in words."""
        values, sizes, tops = self.sums(index, groups)
        limits = self._intervals(index, groups, values, sizes, tops)
        return [
            Figure(
                value=self.unit.text(value),
                count=self._count(top, size),
                interval="none"
                if not np.isfinite(low)
                else f"{self.unit.number(low)} to {self.unit.text(high)}",
            )
            for value, size, top, low, high in zip(
                values, sizes, tops, limits.lower, limits.upper, strict=True
            )
        ]

    def sums(self, index: Integers, groups: int) -> tuple[Floats, Floats, Floats]:
        """Of each group: its figure, its denominator (or number of cases), its numerator."""
        known = self.cases.known
        index, top, bottom = (
            index[known],
            self.cases.numerator[known],
            self.cases.denominator[known],
        )
        tops = np.bincount(index, weights=top, minlength=groups).astype(float)
        sizes = np.bincount(index, weights=bottom, minlength=groups).astype(float)
        values = np.divide(tops, sizes, out=np.full(groups, np.nan), where=sizes > 0)
        if self.definition.kind is MeasureKind.PERCENTILE:
            values = _percentiles(index, top, groups, self.definition.percentile)
        return values, sizes, tops

    def _intervals(
        self, index: Integers, groups: int, values: Floats, sizes: Floats, tops: Floats
    ) -> Intervals:
        if self.is_proportion:
            return wilson(tops, sizes)
        if self.is_mean:
            found = student_t(values, self._deviations(index, groups, values), sizes)
            least = 0.0 if (self.cases.numerator[self.cases.known] >= 0).all() else -np.inf
            return replace(found, lower=np.maximum(found.lower, least))
        nothing = np.full(groups, np.nan)
        return Intervals(value=values, lower=nothing, upper=nothing)

    def _deviations(self, index: Integers, groups: int, values: Floats) -> Floats:
        known = self.cases.known
        gaps = self.cases.numerator[known] - values[index[known]]
        squares = np.bincount(index[known], weights=gaps**2, minlength=groups)
        counts = np.bincount(index[known], minlength=groups)
        return np.sqrt(squares / np.maximum(counts - 1, 1))

    def _count(self, top: float, size: float) -> str:
        if self.is_proportion:
            return f"{in_figures(top)} of {how_many(size, self.case_word)}"
        if self.definition.denominator:
            return f"{in_figures(top)} over {in_figures(size)}"
        return how_many(size, self.case_word)


def showable(definition: Definition) -> Definition:
    """The definition, refused where a report cannot show figures of its kind."""
    if definition.kind not in SUPPORTED:
        raise BadInput(f"{definition.code}: a report cannot show the kind {definition.kind}.")
    return definition


def nothing_counts(cases: Cases) -> str:
    """Why there is no figure at all: what is wrong with most rows, or the definition."""
    if cases.reading.reasons:
        why, rows = max(cases.reading.reasons, key=lambda each: each[1])
        return f"no row can be used: {why}, {how_many(rows, 'row')}; correct the column."
    return "no row counts under this definition; check its conditions and columns."


def _percentiles(index: Integers, values: Floats, groups: int, percentile: int) -> Floats:
    """Of each group the smallest value that so many of a hundred do not exceed, as in tallies."""
    found = np.full(groups, np.nan)
    order = np.argsort(index, kind="stable")
    cuts = np.searchsorted(index[order], np.arange(groups + 1))
    for group in range(groups):
        mine = values[order[cuts[group] : cuts[group + 1]]]
        if len(mine):
            found[group] = np.sort(mine)[-(-percentile * len(mine) // 100) - 1]
    return found
