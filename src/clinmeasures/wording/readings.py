"""Plain-English readings by rule: one phrase for each kind of uncertainty, used everywhere.

Nothing here judges a person. "No signal" is never "normal" or "good".
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from clinmeasures.spc import Series
from clinmeasures.wording.power import Detectable, smallest_detectable_ratio
from clinmeasures.wording.units import Unit, how_many, in_figures, in_words, unit_of

NO_SIGNAL = "No signal"
BEYOND_BELIEF = 20.0  # times what is usual: no care makes that difference, so none would show
CANNOT_TELL = "Cannot tell yet"
OUTSIDE = {"outside_limits", "sigma"}
RUNS = {"shift", "trend", "two_of_three", "long_run", "few_crossings"}
FEWEST_POINTS = 12
MEDIAN_CHARTS = {"run", "g"}


def signal_phrase(signals: Sequence[str], side: int) -> str:
    """The agreed phrase for a point: side is +1 above the centre line, -1 below, 0 on it.

    Parameters
    ----------
    signals : sequence of str
        Names of the rules that hold at the point, as in `Series.own_signals`.

    Examples
    --------
    >>> signal_phrase(["outside_limits", "shift"], 1)
    'unusually high'
    >>> signal_phrase(["shift"], -1)
    'lower than expected by chance alone'
    >>> signal_phrase([], 1)
    'no signal'
    """
    if OUTSIDE & set(signals):
        return "unusually high" if side > 0 else "unusually low"
    if not signals:
        return "no signal"
    if side == 0 or set(signals) == {"few_crossings"}:
        return "a pattern that chance alone seldom makes"
    return f"{'higher' if side > 0 else 'lower'} than expected by chance alone"


def sides_of(series: Series) -> list[int]:
    """Which side of the centre line each point is on."""
    gap = np.nan_to_num(series.values - series.centre)
    return [int(side) for side in np.sign(gap)]


def reading_of(
    series: Series,
    *,
    unit: Unit | str = "",
    cases: float | None = None,
    baseline: float | None = None,
    case_word: str = "patient",
    period_word: str = "month",
    provisional: Sequence[bool] = (),
) -> str:
    """What the latest settled point of a chart says, in one or two sentences.

    Parameters
    ----------
    series : Series
        Of `clinmeasures.spc.spc`.
    unit : Unit or str
        What the values are in; "%" shows fractions as percentages.
    cases : float, optional
        How many cases stand behind the figure; with `baseline` (a proportion), "no signal" says
        what could have shown. Without it only the reading is given.
    baseline : float, optional
        The proportion that a difference is measured from; the chart's own centre by default
        where it is a chart of proportions.
    case_word, period_word : str
        Singular.
    provisional : sequence of bool
        True for immature points, which give no signal and are not read.

    Returns
    -------
    str
        Sentences by rule; never a verdict, and "no signal" is never said to be reassuring.
    """
    unit = unit_of(unit)
    counted = _settled(series, provisional)
    if not counted:
        return f"{CANNOT_TELL}: there is no settled {period_word} to read."
    last = counted[-1]
    if series.signals[last]:
        return _special(series, last, unit, period_word)
    in_phase = sum(series.phase[point] == series.phase[last] for point in counted)
    if in_phase < FEWEST_POINTS:
        since = " since the limits were last set" if series.phase[last] > 1 else " so far"
        return (
            f"{CANNOT_TELL}: {how_many(in_phase, period_word)}{since}, and limits need "
            f"{FEWEST_POINTS}."
        )
    if baseline is None and series.chart in {"p", "pp"}:
        baseline = float(series.centre[last])
    return no_signal(cases=cases, baseline=baseline, case_word=case_word)


def _settled(series: Series, provisional: Sequence[bool]) -> list[int]:
    immature = list(provisional) or [False] * len(series)
    there = np.isfinite(series.values) & ~series.excluded
    return [i for i in np.flatnonzero(there).tolist() if not immature[i]]


def _special(series: Series, last: int, unit: Unit, period_word: str) -> str:
    side = sides_of(series)[last]
    elsewhere = _run_elsewhere(series, last, period_word)
    if elsewhere:
        return elsewhere
    phrase = signal_phrase(series.signals[last], side).capitalize()
    when = "" if series.dates is None else f" in {in_words(series.dates[last])}"
    if OUTSIDE & set(series.signals[last]):
        limits = f"{unit.number(max(series.lower[last], 0))} to {unit.text(series.upper[last])}"
        if series.values[last] < 0:
            limits = f"{unit.number(series.lower[last])} to {unit.text(series.upper[last])}"
        return (
            f"{phrase}{when}: {unit.text(series.values[last])}, where chance alone seldom leaves "
            f"{limits}."
        )
    return f"{phrase}: {_pattern(series, last, side, period_word)}."


def _pattern(series: Series, last: int, side: int, period_word: str) -> str:
    names = set(series.signals[last])
    if "trend" in names:
        rising = series.values[last] > series.values[max(last - 1, 0)]
        return f"seven or more {period_word}s in a row, each {'higher' if rising else 'lower'}"
    if names & {"shift", "long_run"}:
        run = _run_to(series, last, side)
        line = "median" if series.chart in MEDIAN_CHARTS else "average"
        if run >= 7:
            return f"{run} {period_word}s in a row {'above' if side > 0 else 'below'} the {line}"
        return f"a long run of {period_word}s on one side of the {line}"
    if "two_of_three" in names:
        return f"two of three {period_word}s in a row near the same limit"
    return "the line is crossed less often than chance alone would have it"


def _run_elsewhere(series: Series, last: int, period_word: str) -> str:
    """The phase's long run, where that alone signals and the latest point is no part of it."""
    if series.own_signals[last] or "long_run" not in series.signals[last]:
        return ""
    sides = sides_of(series)
    end, length = _longest_run(series, sides, last)
    line = "median" if series.chart in MEDIAN_CHARTS else "average"
    way = "above" if sides[end] > 0 else "below"
    until = "" if series.dates is None else f" up to {in_words(series.dates[end])}"
    return (
        f"{'Higher' if sides[end] > 0 else 'Lower'} than expected by chance alone for a time: "
        f"{length} {period_word}s in a row {way} the {line}{until}. The latest {period_word} is no "
        "part of that run."
    )


def _longest_run(series: Series, sides: Sequence[int], last: int) -> tuple[int, int]:
    """Where the phase's longest run ends, and its length; points on the line are passed over."""
    best_end, best, run, before = last, 0, 0, 0
    for point in range(last + 1):
        if series.phase[point] != series.phase[last] or series.excluded[point] or not sides[point]:
            continue
        run = run + 1 if sides[point] == before else 1
        before = sides[point]
        if run > best:
            best_end, best = point, run
    return best_end, best


def _run_to(series: Series, last: int, side: int) -> int:
    """How many counted points up to this one are on its side, within its phase."""
    run = 0
    for value, centre, phase, out in zip(
        series.values[last::-1],
        series.centre[last::-1],
        series.phase[last::-1],
        series.excluded[last::-1],
        strict=True,
    ):
        if phase != series.phase[last] or (value - centre) * side < 0:
            break
        run += bool((value - centre) * side > 0 and not out)
    return run


def no_signal(*, cases: float | None, baseline: float | None, case_word: str = "patient") -> str:
    """ "No signal", with what these volumes could have shown.

    Parameters
    ----------
    cases : float or None
        How many stand behind the figure.
    baseline : float or None
        The proportion that a difference would be measured from; without both, the bare words.

    Examples
    --------
    >>> no_signal(cases=58, baseline=0.1)
    'No signal. With 58 patients, only a difference of more than 3.1 times would show.'
    """
    if cases is None or baseline is None:
        return f"{NO_SIGNAL}."
    found = _detectable(float(cases), float(baseline))
    return f"{NO_SIGNAL}. With {how_many(cases, case_word)}, {could_show(found)}."


@lru_cache(maxsize=4096)
def _detectable(cases: float, baseline: float) -> Detectable:
    """Kept: the same volumes are said again on every page that shows them."""
    return smallest_detectable_ratio(cases, baseline)


def could_show(found: Detectable) -> str:
    """The smallest difference that would probably be seen, in words.

    Examples
    --------
    >>> could_show(Detectable(above=1.93, below=None))
    'only a difference of more than 2 times would show'
    >>> could_show(Detectable(above=140.8, below=None))
    'no difference would show'
    """
    if found.above is None or found.above > BEYOND_BELIEF:
        return "no difference would show"
    return f"only a difference of more than {times(found.above)} would show"


def times(ratio: float) -> str:
    """ "2 times", "1.5 times": rounded up, so that it never promises too much."""
    rounded = np.ceil(ratio * 10) / 10
    return f"{in_figures(float(rounded), decimals=0 if float(rounded).is_integer() else 1)} times"


def compared(
    *,
    outside_99_8: bool,
    outside_95: bool,
    ratio: float,
    cases: float | None = None,
    baseline: float | None = None,
    case_word: str = "patient",
) -> str:
    """A unit against its peers on a funnel; beyond 95% alone is no signal.

    Parameters
    ----------
    outside_99_8, outside_95 : bool
        As the funnel's own.
    ratio : float
        The unit's figure over the funnel's target; which side of it the unit is on.
    cases, baseline : float, optional
        As for `no_signal`.

    Examples
    --------
    >>> compared(outside_99_8=True, outside_95=True, ratio=1.6, cases=240)
    'Unusually high for 240 patients.'
    """
    if outside_99_8:
        return f"Unusually {'high' if ratio > 1 else 'low'} for {_volume(cases, case_word)}."
    said = no_signal(cases=cases, baseline=baseline, case_word=case_word)
    return said + (" It lies outside the inner (95%) limits." if outside_95 else "")


def _volume(cases: float | None, case_word: str) -> str:
    return "this volume" if cases is None else how_many(cases, case_word)
