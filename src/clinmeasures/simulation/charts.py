"""Charts over time of a process that does not change: whatever they show is a false signal."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.simulation.study import FALSE_SIGNALS, Experiment, Quantity
from clinmeasures.spc import spc

POINTS = 24  # two years of months
WITHIN = 5  # values in a subgroup
THREE_SIGMA = 0.0027  # of a normal value beyond three standard deviations, either side
CROSSINGS = 0.05  # the binomial quantile that fewest crossings are set at

Draw = Callable[[np.random.Generator, int], tuple[Floats, Floats | None]]  # values, denominators


def _normal(random: np.random.Generator, size: int) -> tuple[Floats, None]:
    return random.normal(10, 2, size), None


def _counts(random: np.random.Generator, size: int, *, mean: float) -> tuple[Floats, None]:
    return random.poisson(mean, size).astype(float), None


def _waits(random: np.random.Generator, size: int, *, chance: float) -> tuple[Floats, None]:
    return random.geometric(chance, size).astype(float), None


def _times(random: np.random.Generator, size: int) -> tuple[Floats, None]:
    return random.exponential(10.0, size), None


def _proportions(
    random: np.random.Generator, size: int, *, cases: int, share: float
) -> tuple[Floats, Floats]:
    return random.binomial(cases, share, size).astype(float), np.full(size, float(cases))


def _rates(random: np.random.Generator, size: int, *, mean: float) -> tuple[Floats, Floats]:
    days = random.uniform(0.5, 1.5, size)
    return random.poisson(mean * days).astype(float), days


SETTINGS: list[tuple[str, str, Draw]] = [
    *((chart, "normal values", _normal) for chart in ("xmr", "i", "mr", "run", "xbar", "s")),
    ("xmr", "counts of 2 on average", partial(_counts, mean=2)),
    ("xmr", "2 events in 40 cases", partial(_proportions, cases=40, share=0.05)),
    *(
        (chart, f"{round(cases * share)} events in {cases} cases", draw)
        for cases, share in ((20, 0.05), (40, 0.05), (100, 0.05), (40, 0.3), (400, 0.05))
        for draw in [partial(_proportions, cases=cases, share=share)]
        for chart in ("p", "pp")
    ),
    *(
        (chart, f"{mean} events on average", partial(_rates, mean=mean))
        for mean in (1, 2, 5, 20)
        for chart in ("u", "up")
    ),
    *(("c", f"counts of {mean} on average", partial(_counts, mean=mean)) for mean in (1, 2, 5, 20)),
    *(("g", f"one case in {k}", partial(_waits, chance=1 / k)) for k in (10, 100)),
    ("t", "exponential times", _times),
]


def experiments() -> list[Experiment]:
    """Every chart in control, at usual and at small numbers."""
    return [
        Experiment(
            kind="charts",
            method=f"{chart} chart",
            setting=f"{POINTS} points, {setting}",
            quantities=_quantities(chart),
            run=partial(_run, chart=chart, draw=draw),
        )
        for chart, setting, draw in SETTINGS
    ]


def _quantities(chart: str) -> tuple[Quantity, ...]:
    """The share of points beyond the limits, and of charts with each rule and with any."""
    beyond = Quantity(name="points beyond the limits", sort=FALSE_SIGNALS, nominal=THREE_SIGMA)
    anyone = Quantity(name="charts with any signal")
    if chart == "xmr":
        rules = ("shift", "trend", "two_of_three")
        return (beyond, *(Quantity(name=f"charts with {rule}") for rule in rules), anyone)
    runs = (
        Quantity(name="charts with long_run"),
        Quantity(name="charts with few_crossings", sort=FALSE_SIGNALS, nominal=CROSSINGS),
        anyone,
    )
    return runs if chart == "run" else (beyond, *runs)


def _run(
    random: np.random.Generator, trials: int, *, chart: str, draw: Draw
) -> Mapping[str, Floats]:
    within = WITHIN if chart in {"xbar", "s"} else 1
    values, sizes = draw(random, trials * POINTS * within)
    places = np.arange(len(values))
    found = spc(
        values,
        series=places // (POINTS * within),
        dates=None if within == 1 else places // within % POINTS,
        denominators=sizes,
        chart=chart,
    )
    rules = {name: flags.reshape(trials, POINTS) for name, flags in found.signals.rules.items()}
    shown = {f"charts with {name}": flags.any(axis=1) for name, flags in rules.items()}
    outside = rules.get("outside_limits", rules.get("sigma"))
    if outside is not None and chart != "run":
        shown["points beyond the limits"] = outside.mean(axis=1)
    shown["charts with any signal"] = np.any(list(rules.values()), axis=0).any(axis=1)
    wanted = {quantity.name for quantity in _quantities(chart)}
    return {name: flags.astype(float) for name, flags in shown.items() if name in wanted}
