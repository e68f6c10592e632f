"""Charts of rare events: what chance leaves often is no signal, and real changes still are."""

import numpy as np
import pytest
from scipy import stats

from clinmeasures.spc import spc
from clinmeasures.spc.rare import ONE_SIDED, SELDOM, at_most, with_rare_events


def months(count):
    return [f"{2024 + place // 12}-{place % 12 + 1:02}-01" for place in range(count)]


def chart(events, sizes, kind):
    (found,) = spc(events, dates=months(len(events)), denominators=sizes, chart=kind)
    return found, with_rare_events(found)


def outside(series):
    return [place for place, names in enumerate(series.signals) if "sigma" in names]


@pytest.mark.parametrize(("kind", "sizes"), [("p", [3] * 12), ("u", [0.1] * 12)])
def test_one_event_in_a_year_is_neither_unusual_nor_are_the_months_without_it_a_run(kind, sizes):
    events = [0] * 9 + [1, 0, 0]
    before, after = chart(events, sizes, kind)
    assert outside(before) == [9]
    assert any("long_run" in names for names in before.signals)
    assert after.signals == [[] for _ in events]
    assert after.upper[9] >= after.values[9]  # the limit is drawn where it is read
    assert set(after.readings) == {"common_cause"}


def test_a_month_that_chance_hardly_ever_leaves_is_still_outside():
    events = [0] * 9 + [4, 0, 1]
    _, after = chart(events, [20] * 12, "p")
    assert outside(after) == [9]


def test_of_shares_near_all_the_ones_that_fail_are_rare():
    events = [20] * 9 + [19, 20, 20]
    before, after = chart(events, [20] * 12, "p")
    assert outside(before) == [9]
    assert after.signals == [[] for _ in events]
    _, worse = chart([20] * 9 + [16, 20, 20], [20] * 12, "p")
    assert outside(worse) == [9]


@pytest.mark.parametrize("kind", ["p", "u"])
def test_where_events_are_many_nothing_is_changed(kind):
    made = np.random.default_rng(3)
    before, after = chart(made.binomial(400, 0.2, 36), [400] * 36, kind)
    assert after.to_dict() == before.to_dict()


def test_charts_of_anything_else_come_back_as_they_are():
    (found,) = spc([0, 0, 0, 1, 0, 0, 0], dates=months(7), chart="xmr")
    assert with_rare_events(found) is found


@pytest.mark.parametrize(
    ("kind", "size", "rate"), [("p", 12, 0.03), ("u", 0.4, 1.0), ("p", 9, 0.9)]
)
def test_ordinary_months_signal_about_as_seldom_as_the_limits_say(kind, size, rate):
    made = np.random.default_rng(17)
    draw = (
        made.binomial(size, rate, (400, 36))
        if kind == "p"
        else made.poisson(size * rate, (400, 36))
    )
    signalled = sum(bool(outside(chart(row, [size] * 36, kind)[1])) for row in draw)
    # 36 months of two sides at 0.00135 each would leave 9% at the most; estimating the rate adds.
    assert signalled / 400 < 0.12


def test_chances_are_binomial_or_poisson():
    counts = np.arange(-1, 30)
    shares = at_most("p", counts, np.array([1.2]), np.array([12.0]))
    assert shares == pytest.approx(stats.binom.cdf(counts, 12, 0.1), abs=1e-12)
    rates = at_most("u", counts, np.array([1.2]), np.array([7.0]))
    assert rates == pytest.approx(stats.poisson.cdf(counts, 1.2), abs=1e-12)
    assert stats.norm.sf(3) == pytest.approx(SELDOM, abs=1e-5)
    assert 0.5 < ONE_SIDED < 1
