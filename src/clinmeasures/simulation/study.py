"""An experiment repeated many times, and what came of it beside what the method promises."""

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinmeasures.frames import Floats, like

CHUNK = 1_000  # trials at a time, so that memory stays small and progress can be shown
SHORT = 0.01  # a coverage this much below its nominal one does not hold
TIMES_OVER = 1.5  # so many times the nominal false signals do not hold
OFF = 0.02  # a mean run length or slope so far from its nominal one does not hold

COVERAGE, FALSE_SIGNALS, AGREEMENT, MEASURED = "coverage", "false signals", "agreement", "measured"

Run = Callable[[np.random.Generator, int], Mapping[str, Floats]]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What is measured in every trial, and what the method promises of its mean."""

    name: str
    sort: str = MEASURED  # how it is judged: coverage, false signals, agreement, or not at all
    nominal: float | None = None


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A method in one setting; `run` gives each quantity in every trial, NaN where it has none."""

    kind: str
    method: str
    setting: str
    quantities: tuple[Quantity, ...]
    run: Run
    effort: float = 1.0  # trials of it for each one asked for

    def trials(self, asked: int) -> int:
        """How many to run of those asked for: a dear experiment runs fewer."""
        return max(2, round(asked * self.effort))

    def random(self, seed: int) -> np.random.Generator:
        """Of its own, so that experiments added later change no other's numbers."""
        name = f"{self.kind}|{self.method}|{self.setting}".encode()
        return np.random.default_rng([seed, zlib.crc32(name)])


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One quantity over all trials, with its Monte Carlo error (one standard error)."""

    kind: str
    method: str
    setting: str
    quantity: str
    nominal: float | None
    estimate: float | None
    error: float | None
    trials: int  # in which it could be measured
    holds: bool | None  # None where nothing is promised, or too little was measured

    def to_dict(self) -> dict[str, Any]:
        """The finding by the names of its fields."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Study:
    """All findings of one run, in the order of the experiments."""

    seed: int
    trials: int  # asked for; an experiment may do more or fewer of its own
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures simulate`."""
        return {
            "seed": self.seed,
            "trials": self.trials,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def to_frame(self) -> Any:
        """One row a finding, as an Arrow table."""
        rows = [finding.to_dict() for finding in self.findings]
        names = list(Finding.__dataclass_fields__)
        return like({name: [row[name] for row in rows] for name in names}, None)


@dataclass
class Sums:
    """Running count, sum and sum of squares of one quantity."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, values: Floats) -> None:
        """Take in one value a trial; NaN where a trial has none."""
        known = values[np.isfinite(values)]
        self.count += len(known)
        self.total += float(known.sum())
        self.squares += float((known**2).sum())

    @property
    def mean(self) -> float:
        """Of all values so far."""
        return self.total / self.count

    @property
    def error(self) -> float:
        """Monte Carlo standard error of the mean."""
        if self.mean in (0.0, 1.0):
            return 1 / self.count  # never or always seen: not without error
        spread = max(self.squares / self.count - self.mean**2, 0.0)
        return math.sqrt(spread / self.count)


def carried_out(
    experiment: Experiment, *, trials: int, seed: int, progress: Callable[[int], None]
) -> list[Finding]:
    """The experiment's findings, one for each quantity."""
    random = experiment.random(seed)
    sums = {quantity.name: Sums() for quantity in experiment.quantities}
    left = experiment.trials(trials)
    while left:
        now = min(CHUNK, left)
        for name, values in experiment.run(random, now).items():
            sums[name].add(np.asarray(values, dtype=float))
        left -= now
        progress(now)
    return [
        _finding(experiment, quantity, sums[quantity.name]) for quantity in experiment.quantities
    ]


def _finding(experiment: Experiment, quantity: Quantity, sums: Sums) -> Finding:
    known = sums.count >= 2
    return Finding(
        kind=experiment.kind,
        method=experiment.method,
        setting=experiment.setting,
        quantity=quantity.name,
        nominal=quantity.nominal,
        estimate=sums.mean if known else None,
        error=sums.error if known else None,
        trials=sums.count,
        holds=_holds(quantity, sums.mean, sums.error) if known else None,
    )


def _holds(quantity: Quantity, estimate: float, error: float) -> bool | None:
    """Whether it is as promised, or could be within two Monte Carlo errors."""
    nominal = quantity.nominal
    if nominal is None or quantity.sort == MEASURED:
        return None
    if quantity.sort == COVERAGE:
        return estimate + 2 * error >= nominal - SHORT
    if quantity.sort == FALSE_SIGNALS:
        return estimate - 2 * error <= TIMES_OVER * nominal
    return abs(estimate - nominal) - 2 * error <= OFF * nominal
