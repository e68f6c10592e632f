"""Funnels of units that do not differ, that differ a little, and of one that truly differs."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.funnels import Funnel, funnel
from clinmeasures.funnels.limits import METHODS
from clinmeasures.simulation.study import FALSE_SIGNALS, Experiment, Quantity

UNITS = 50
SPREAD = 0.15  # standard deviation of true log ratios, where units differ beyond chance
UNTRIMMED = "additive, not trimmed"
INNER, OUTER = "units outside the 95% limits", "units outside the 99.8% limits"
HIGH, LOW = "units above the 99.8% limit", "units below the 99.8% limit"
POWER = "shown above the 99.8% limit"
# Expected events of a year, as units of surgery and of a national mortality indicator have.
VOLUMES = (2, 5, 10, 20, 50, 100, 200, 1000)


def experiments() -> list[Experiment]:
    """Funnels by chance alone, with over-dispersion, and with one unit that truly differs."""
    return [*_by_chance(), *_overdispersed(), *_powers()]


def _by_chance() -> list[Experiment]:
    nominal = {INNER: 0.05, OUTER: 0.002, HIGH: 0.001, LOW: 0.001}
    quantities = tuple(
        Quantity(name=name, sort=FALSE_SIGNALS, nominal=rate) for name, rate in nominal.items()
    )
    settings = [
        *(("SR", f"{expected} expected", expected, 1.0) for expected in VOLUMES),
        *(
            ("PR", f"{cases} cases, {share:.0%} true", cases, share)
            for cases, share in ((10, 0.1), (20, 0.05), (50, 0.02), (50, 0.3), (200, 0.05))
        ),
        *(("RC", f"{count} and {count} events", count, 1.0) for count in (5, 20, 100)),
    ]
    return [
        Experiment(
            kind="funnels",
            method=f"{kind} funnel, chance alone, {method}",
            setting=setting,
            quantities=quantities,
            run=partial(_alike, kind=kind, method=method, size=size, target=target),
            effort=20,
        )
        for kind, setting, size, target in settings
        for method in METHODS[kind]
    ]


def _alike(
    random: np.random.Generator, trials: int, *, kind: str, method: str, size: float, target: float
) -> Mapping[str, Floats]:
    bottom = np.full(trials, float(size))
    if kind == "PR":
        top = random.binomial(int(size), target, trials).astype(float)
    else:
        top = random.poisson(size * target, trials).astype(float)
    if kind == "RC":
        bottom = random.poisson(size, trials).astype(float)
    found = funnel(
        None,
        type=kind,
        method=method,
        unit=np.arange(trials),
        numerator=top,
        denominator=bottom,
        target=target,
    )
    return _shown(found)


def _shown(found: Funnel) -> Mapping[str, Floats]:
    outer = found.outside(99.8)
    upper = found.rate > found.target
    return {
        INNER: found.outside(95.0).astype(float),
        OUTER: outer.astype(float),
        HIGH: (outer & upper).astype(float),
        LOW: (outer & ~upper).astype(float),
    }


def _overdispersed() -> list[Experiment]:
    """A trial is a funnel of fifty units; its value the share of them outside."""
    return [
        Experiment(
            kind="funnels",
            method=f"SR funnel, over-dispersion {method}",
            setting=f"{UNITS} units of {words}, true ratios "
            + (f"with deviation {spread:g}" if spread else "all 1"),
            quantities=(Quantity(name=OUTER, sort=FALSE_SIGNALS, nominal=0.002),),
            run=partial(_differing, method=method, low=low, high=high, spread=spread),
            effort=0.2,
        )
        for words, low, high in (("5 to 50 expected", 5, 50), ("100 to 2,000 expected", 100, 2000))
        for spread in (0.0, SPREAD)
        for method in ("none", "additive", "multiplicative", UNTRIMMED)
    ]


def _differing(
    random: np.random.Generator,
    trials: int,
    *,
    method: str,
    low: float,
    high: float,
    spread: float,
    ratio: float = 1.0,
) -> Mapping[str, Floats]:
    outside, above = np.empty(trials), np.empty(trials)
    names = np.arange(UNITS)
    for trial in range(trials):
        expected = np.exp(random.uniform(np.log(low), np.log(high), UNITS))
        true = np.exp(random.normal(0, spread, UNITS))
        true[0] = ratio if ratio != 1 else true[0]
        found = funnel(
            None,
            type="SR",
            unit=names,
            numerator=random.poisson(expected * true).astype(float),
            denominator=expected,
            overdispersion=method.partition(",")[0],
            trim="none" if method == UNTRIMMED else "winsorise",
            transform="log",
        )
        beyond = found.outside(99.8)
        outside[trial] = beyond.mean()
        above[trial] = beyond[0] and found.rate[0] > 1
    return {OUTER: outside} if ratio == 1 else {POWER: above}


def _powers() -> list[Experiment]:
    alone = [
        Experiment(
            kind="funnels",
            method="SR funnel, chance alone",
            setting=f"{expected} expected, true ratio {ratio:g}",
            quantities=(Quantity(name=POWER),),
            run=partial(_power, expected=expected, ratio=ratio),
            effort=5,
        )
        for expected in VOLUMES
        for ratio in (1.5, 2.0)
    ]
    among = [
        Experiment(
            kind="funnels",
            method=f"SR funnel, over-dispersion {method}",
            setting=f"{UNITS} units of 100 to 2,000 expected, one of true ratio 1.5, the others "
            f"with deviation {SPREAD:g}",
            quantities=(Quantity(name=POWER),),
            run=partial(_differing, method=method, low=100, high=2000, spread=SPREAD, ratio=1.5),
            effort=0.2,
        )
        for method in ("none", "additive", "multiplicative", UNTRIMMED)
    ]
    return [*alone, *among]


def _power(
    random: np.random.Generator, trials: int, *, expected: float, ratio: float
) -> Mapping[str, Floats]:
    found = funnel(
        None,
        type="SR",
        unit=np.arange(trials),
        numerator=random.poisson(expected * ratio, trials).astype(float),
        denominator=np.full(trials, float(expected)),
    )
    return {POWER: _shown(found)[HIGH]}
