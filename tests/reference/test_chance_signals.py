"""How many charts of chance alone have a signal in a quarter: simulated, seeded."""

import numpy as np
import pytest

from clinlead.figures.presenters import CHANCE_IN_A_QUARTER
from clinmeasures.spc import spc

CHARTS, MONTHS = 4000, 36


def signalled_in_the_last_quarter(chart: str) -> float:
    made = np.random.default_rng(20260701)
    sizes = None
    if chart == "p":
        sizes = np.full(CHARTS * MONTHS, 40.0)
        values = made.binomial(40, 0.3, CHARTS * MONTHS).astype(float)
    else:
        values = made.normal(10, 2, CHARTS * MONTHS)
    names = np.repeat(np.arange(CHARTS), MONTHS).astype(str)
    found = spc(values, series=names, denominators=sizes, chart=chart)
    signals = np.any(list(found.signals.rules.values()), axis=0).reshape(CHARTS, MONTHS)
    return float(signals[:, -3:].any(axis=1).mean())


@pytest.mark.parametrize("chart", ["xmr", "p", "run", "i"])
def test_the_chance_signals_that_pages_announce_are_those_of_chance(chart):
    # Monte Carlo error of 4,000 charts at 7%: 0.4 points; three of them either way.
    expected = CHANCE_IN_A_QUARTER[chart]
    assert signalled_in_the_last_quarter(chart) == pytest.approx(expected, abs=0.012)
