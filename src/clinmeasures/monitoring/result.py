"""What a CUSUM says: every case's score and value, the signals, and where each climb began."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from clinmeasures.frames import Booleans, Floats, Integers, like
from clinmeasures.monitoring.cases import Cases
from clinmeasures.monitoring.recursion import running_totals
from clinmeasures.monitoring.risks import mix_of
from clinmeasures.monitoring.runlength import settled, steps_of
from clinmeasures.monitoring.scores import scores
from clinmeasures.monitoring.simulated import SimulatedLimit

POINT = ("index", "date", "outcome", "risk", "score", "cusum", "signal", "vlad")


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A CUSUM at or above its limit: at which case, and since when it had climbed.

    The start is the first case after the CUSUM was last at zero (or restarted): the usual estimate
    of when the odds changed. It is a guess with a wide error, and often too late.
    """

    provider: str | None
    index: int  # of the case within the provider, from 1
    date: str | None
    value: float
    start_index: int
    start_date: str | None


@dataclass(frozen=True, kw_only=True)
class ProviderCusum:
    """One provider, oldest case first. Arrays have shape (n_cases,)."""

    name: str | None
    odds_ratio: float
    limit: float | None
    dates: list[str] | None
    outcome: Booleans
    risk: Floats
    score: Floats
    value: Floats  # the CUSUM after each case
    signal: Booleans | None  # None without a limit
    vlad: Floats  # expected less observed events so far
    signals: list[Signal]

    def __len__(self) -> int:
        return len(self.value)

    def to_dict(self) -> dict[str, Any]:
        """One series of the JSON of `clinmeasures cusum`: its points under POINT's names."""
        rows = zip(*self.columns(), strict=True)
        return {
            "provider": self.name,
            "points": [dict(zip(POINT, row, strict=True)) for row in rows],
        }

    def columns(self) -> list[list[Any]]:
        """In the order of POINT."""
        nothing: list[Any] = [None] * len(self)
        return [
            list(range(1, len(self) + 1)),
            self.dates or nothing,
            self.outcome.astype(int).tolist(),
            self.risk.tolist(),
            self.score.tolist(),
            self.value.tolist(),
            nothing if self.signal is None else self.signal.tolist(),
            self.vlad.tolist(),
        ]


@dataclass(frozen=True, kw_only=True)
class Cusum:
    """One arm for one or many providers. Arrays are provider after provider, shape (n_cases,)."""

    cases: Cases
    odds_ratio: float
    true_odds_ratio: float
    limit: float | None
    reset: bool
    value: Floats
    simulated: SimulatedLimit | None = None  # where the limit came from, if by simulation
    beside: tuple[Floats, float] | None = None  # another arm and limit that restart this one too
    given: Any = None  # the frame that came in, for to_frame

    def __len__(self) -> int:
        return len(self.cases.names)

    def __iter__(self) -> Iterator[ProviderCusum]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> ProviderCusum:
        """One provider, cut from the arrays of all."""
        here = self.cases.cases_of(index)
        return ProviderCusum(
            name=self.cases.names[index],
            odds_ratio=self.odds_ratio,
            limit=self.limit,
            dates=None if self.cases.dates is None else self.cases.dates[here],
            outcome=self.cases.outcome[here],
            risk=self.cases.risk[here],
            score=self.score[here],
            value=self.value[here],
            signal=None if self.signal is None else self.signal[here],
            vlad=self.vlad[here],
            signals=self._signals(index),
        )

    @cached_property
    def score(self) -> Floats:
        """What each case adds to the arm, shape (n_cases,)."""
        return scores(self.cases.outcome, self.cases.risk, self.odds_ratio)

    @cached_property
    def signal(self) -> Booleans | None:
        """Whether each case reached the limit; None where there is none."""
        return None if self.limit is None else self.value >= self.limit

    @cached_property
    def vlad(self) -> Floats:
        """Expected less observed events so far: upwards is fewer events than expected."""
        return vlad_of(self.cases)

    @cached_property
    def arl(self) -> float | None:
        """Average run length to a signal on the cases' own risks; None without a limit."""
        if self.limit is None:
            return None
        steps = steps_of(mix_of(self.cases.risk), self.odds_ratio, self.true_odds_ratio)
        found = settled(steps, self.limit)
        return found if np.isfinite(found) else None

    @cached_property
    def climb_start(self) -> Integers:
        """For each case, which case (counted over all) was the first since the CUSUM was at 0."""
        at = np.arange(len(self.value))
        begins = np.zeros(len(self.value), dtype=bool)
        begins[self.cases.starts[:-1]] = True
        begins[1:] |= self._restarts()[:-1]
        start = np.where(self.value == 0, at + 1, np.where(begins, at, 0))
        return np.maximum.accumulate(start)

    def _restarts(self) -> Booleans:
        """Cases after which the CUSUM starts again from 0."""
        if not self.reset or self.signal is None:
            return np.zeros(len(self.value), dtype=bool)
        if self.beside is None:
            return self.signal
        values, limit = self.beside
        return self.signal | (values >= limit)

    @cached_property
    def crossings(self) -> Integers:
        """Cases, counted over all, at which a CUSUM came to its limit from below it."""
        if self.signal is None:
            return np.empty(0, dtype=np.int64)
        before = np.zeros(len(self.signal), dtype=bool)
        if not self.reset:
            before[1:] = self.signal[:-1]
            before[self.cases.starts[:-1]] = False
        return np.flatnonzero(self.signal & ~before)

    @property
    def signals(self) -> list[Signal]:
        """Of all providers, in their order and that of time."""
        return [signal for index in range(len(self)) for signal in self._signals(index)]

    def _signals(self, index: int) -> list[Signal]:
        here = self.cases.cases_of(index)
        found = self.crossings[slice(*np.searchsorted(self.crossings, [here.start, here.stop]))]
        return [self._signal_at(at, index, here.start) for at in found.tolist()]

    def _signal_at(self, at: int, index: int, first: int) -> Signal:
        start, dates = int(self.climb_start[at]), self.cases.dates
        return Signal(
            provider=self.cases.names[index],
            index=at - first + 1,
            date=None if dates is None else dates.at(at),
            value=float(self.value[at]),
            start_index=start - first + 1,
            start_date=None if dates is None else dates.at(start),
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON of INTERFACES: missing numbers are None."""
        return {
            "limit": self.limit,
            "arl": self.arl,
            "series": [provider.to_dict() for provider in self],
        }

    def to_frame(self) -> Any:
        """One row a case, as the kind of frame that came in (Arrow where arrays did)."""
        columns: dict[str, list[Any]] = {"provider": []} | {name: [] for name in POINT}
        for provider in self:
            columns["provider"] += [provider.name] * len(provider)
            for name, values in zip(POINT, provider.columns(), strict=True):
                columns[name] += values
        return like(columns, self.given)


@dataclass(frozen=True, kw_only=True)
class TwoSided:
    """Both arms and the VLAD of the same cases."""

    worse: Cusum
    better: Cusum
    vlad: Floats

    @property
    def cases(self) -> Cases:
        """Those that both arms watch."""
        return self.worse.cases

    def __len__(self) -> int:
        return len(self.worse)

    def to_dict(self) -> dict[str, Any]:
        """Both arms, each as `clinmeasures cusum` prints it."""
        return {"worse": self.worse.to_dict(), "better": self.better.to_dict()}

    def to_frame(self) -> Any:
        """One row a case: both values, both signals and the VLAD."""
        names = np.array(self.cases.names, dtype=object).repeat(self.cases.lengths)
        start = self.cases.starts[:-1].repeat(self.cases.lengths)
        columns: dict[str, Any] = {
            "provider": names.tolist(),
            "index": np.arange(1, len(self.cases) + 1) - start,
            "date": [None] * len(self.cases) if self.cases.dates is None else self.cases.dates[:],
            "outcome": self.cases.outcome.astype(int),
            "risk": self.cases.risk,
            "cusum_worse": self.worse.value,
            "cusum_better": self.better.value,
            "signal_worse": _column(self.worse.signal, len(self.cases)),
            "signal_better": _column(self.better.signal, len(self.cases)),
            "vlad": self.vlad,
        }
        return like({name: list(column) for name, column in columns.items()}, self.worse.given)


def _column(signal: Booleans | None, length: int) -> Any:
    return [None] * length if signal is None else signal.tolist()


def vlad_of(cases: Cases) -> Floats:
    """Each provider's running sum of expected less observed events.

    Source
    ------
    Lovegrove et al. 1997, 10.1016/S0140-6736(97)06507-0.
    """
    found: Floats = np.empty(len(cases))
    running_totals(
        lambda first, last: (cases.risk[first:last] - cases.outcome[first:last])[None, :],
        cases.starts,
        found,
    )
    return found
