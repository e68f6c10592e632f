"""What a chart over time says: points, phases, and the two readings of Making Data Count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from clinmeasures.frames import Booleans, Floats, Integers, Signs, like, or_none
from clinmeasures.spc.limits import Limits
from clinmeasures.spc.points import Points
from clinmeasures.spc.readings import words_of
from clinmeasures.spc.signals import Signals


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One stretch with its own limits, and its runs on one side of the centre line.

    Without a useful point (one off the centre line) there are no runs to count: all are None.
    """

    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    crossings: int | None
    crossings_min: int | None

    def to_dict(self) -> dict[str, int | None]:
        """The phase's counts, as in the JSON of `clinmeasures spc`."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series, oldest point first. Arrays have shape (n_points,), NaN where there is none.

    `variation` reads the last point, `assurance` sets the target against the limits, `phases` count
    runs; `values`, `centre`, `lower` and `upper` are in the unit of what is plotted. `signals` has
    every rule that holds at a point, `own_signals` those that the point itself shows; `frozen`
    points are drawn against limits that earlier ones set.
    """

    name: str | None
    chart: str
    improvement: str
    target: float | None
    variation: str
    assurance: str | None
    phases: tuple[Phase, ...]
    dates: list[str] | None
    values: Floats
    sizes: Floats  # denominators or subgroup sizes; 1 where there is none
    centre: Floats
    lower: Floats
    upper: Floats
    phase: Integers
    signals: list[list[str]]
    own_signals: list[list[str]]  # what the point itself shows: a run that it is part of, not the
    # rules that hold for its whole phase
    readings: list[str]
    excluded: Booleans
    frozen: Booleans  # drawn against limits that earlier points set (a fixed baseline)

    def __len__(self) -> int:
        return len(self.values)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of INTERFACES: missing numbers are None."""
        return {
            "series": self.name,
            "chart": self.chart,
            "variation": self.variation,
            "assurance": self.assurance,
            "phases": [phase.to_dict() for phase in self.phases],
            "points": _points(self._columns()),
        }

    def _columns(self) -> list[Sequence[Any]]:
        return [
            self.dates or [None] * len(self),
            or_none(self.values),
            or_none(self.centre),
            or_none(self.lower),
            or_none(self.upper),
            self.phase.tolist(),
            self.signals,
            self.readings,
        ]


def _points(columns: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(POINT, point, strict=True)) for point in zip(*columns, strict=True)]


POINT = ("date", "value", "centre", "lower", "upper", "phase", "signals", "reading")


@dataclass(frozen=True)
class Combinations:
    """Which rules hold together at each point, as one small number a point."""

    lists: list[list[str]]  # of rule names, in the order in which a reading takes them
    codes: Integers

    @classmethod
    def of(cls, rules: dict[str, Booleans]) -> "Combinations":
        """One bit a rule, in the rules' order."""
        names = list(rules)
        codes = sum(rules[name].astype(np.int8) << bit for bit, name in enumerate(names))
        lists = [
            [name for bit, name in enumerate(names) if code >> bit & 1]
            for code in range(1 << len(names))
        ]
        return cls(lists, np.asarray(codes))

    def at(self, here: slice) -> list[list[str]]:
        """The rules that hold at these points, a list of names each."""
        return [self.lists[code].copy() for code in self.codes[here].tolist()]


@dataclass(frozen=True, kw_only=True)
class SpcResult:
    """Charts of one or many series, computed together."""

    chart: str
    improvement: str
    target: float | None
    points: Points
    limits: Limits
    signals: Signals
    reading_codes: Signs  # per point, an index into the words of a reading
    variations: list[str]  # per series
    assurances: list[str | None]  # per series
    given: Any = None  # the frame that came in, for to_frame

    @property
    def readings(self) -> list[str]:
        """The reading of every point of every series."""
        return words_of(self.reading_codes)

    def __len__(self) -> int:
        return len(self.points.names)

    def __iter__(self) -> Iterator[Series]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> Series:
        """One series, cut from the arrays of all."""
        index = range(len(self))[index]
        return self._cut(index, slice(*self.points.series_starts[index : index + 2].tolist()))

    def _cut(self, index: int, here: slice) -> Series:
        points, limits = self.points, self.limits
        groups = points.phases_of(index)
        return Series(
            name=points.names[index],
            chart=self.chart,
            improvement=self.improvement,
            target=self.target,
            variation=self.variations[index],
            assurance=self.assurances[index],
            phases=tuple(map(self._phase, range(groups.start, groups.stop))),
            dates=None if points.dates is None else points.dates.listed(here),
            values=limits.value[here],
            sizes=points.size[here],
            centre=limits.centre[here],
            lower=limits.lower[here],
            upper=limits.upper[here],
            phase=np.repeat(points.number_of_phase[groups], points.sizes[groups]),
            signals=self._all_rules.at(here),
            own_signals=self._own_rules.at(here),
            readings=words_of(self.reading_codes[here]),
            excluded=points.excluded[here],
            frozen=~points.baseline[here],
        )

    def _phase(self, group: int) -> Phase:
        signals = self.signals
        useful = int(signals.runs.useful[group])
        if not useful:
            return Phase(
                n_useful=0,
                longest_run=None,
                longest_run_max=None,
                crossings=None,
                crossings_min=None,
            )
        return Phase(
            n_useful=useful,
            longest_run=int(signals.runs.longest[group]),
            longest_run_max=int(signals.longest_allowed[group]),
            crossings=int(signals.runs.crossings[group]),
            crossings_min=int(signals.crossings_needed[group]),
        )

    @cached_property
    def _all_rules(self) -> Combinations:
        return Combinations.of(self.signals.rules)

    @cached_property
    def _own_rules(self) -> Combinations:
        """The rules, with those of a whole phase at the points that make them hold."""
        rules = dict(self.signals.rules)
        if "long_run" in rules:
            rules["long_run"] = self.signals.in_long_run
            rules["few_crossings"] = np.zeros_like(self.signals.in_long_run)
        return Combinations.of(rules)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of INTERFACES."""
        return {"series": list(self.documents())}

    def documents(self) -> Iterator[dict[str, Any]]:
        """The series of `to_dict` one by one, so that thousands need not be held at once."""
        points, limits = self.points, self.limits
        lines = (limits.value, limits.centre, limits.lower, limits.upper)
        listed = [*map(or_none, lines), points.phase.tolist()]
        cuts = points.series_starts.tolist()
        for index, here in enumerate(map(slice, cuts[:-1], cuts[1:])):
            phases = points.phases_of(index)
            dates = [None] * (here.stop - here.start)
            columns = [
                dates if points.dates is None else points.dates.listed(here),
                *(column[here] for column in listed),
                self._all_rules.at(here),
                words_of(self.reading_codes[here]),
            ]
            yield {
                "series": points.names[index],
                "chart": self.chart,
                "variation": self.variations[index],
                "assurance": self.assurances[index],
                "phases": [
                    self._phase(group).to_dict() for group in range(phases.start, phases.stop)
                ],
                "points": _points(columns),
            }

    def to_frame(self) -> Any:
        """One row a point, as the kind of frame that came in (Arrow where arrays did)."""
        points = self.points
        everything = slice(0, len(points.value))
        columns: dict[str, Sequence[Any]] = {
            "series": [points.names[i] for i in points.series.tolist()],
            "date": [None] * len(points.value) if points.dates is None else points.dates.listed(),
            "value": or_none(self.limits.value),
            "centre": or_none(self.limits.centre),
            "lower": or_none(self.limits.lower),
            "upper": or_none(self.limits.upper),
            "phase": points.phase.tolist(),
            "signals": [",".join(names) for names in self._all_rules.at(everything)],
            "reading": self.readings,
        }
        return like(columns, self.given)
