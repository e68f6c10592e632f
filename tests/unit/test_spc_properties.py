"""What holds for any series at all: every chart, every rule, nothing worked by hand."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.errors import BadInput
from clinmeasures.spc import recommend_chart, spc
from clinmeasures.spc.limits import CHARTS

PLAIN = ("xmr", "run", "i", "mr")
COUNTED = ("c", "g", "t")
SIZED = ("p", "pp", "u", "up")
whole = st.integers(0, 40).map(float)
gaps = st.just(math.nan)
steps = st.lists(st.integers(-40, 40).map(float), min_size=1, max_size=40)
counts = st.lists(st.one_of(whole, whole, whole, gaps), min_size=1, max_size=40)
rules = st.sampled_from(["anhoej", "bestbox", "cutbox"])


def days(count):
    return [f"2024-{i // 28 + 1:02}-{i % 28 + 1:02}" for i in range(count)]


def chart(values, kind, **options):
    sizes = [40.0] * len(values) if kind in SIZED else None
    return spc(values, dates=days(len(values)), denominators=sizes, chart=kind, **options)[0]


@settings(deadline=None)
@given(values=steps, kind=st.sampled_from(PLAIN), shift=st.integers(-100, 100), rule=rules)
def test_adding_a_constant_moves_the_lines_and_no_signal(values, kind, shift, rule):
    # Whole quarters add without rounding.
    before = chart(values, kind, run_rules=rule)
    after = chart([v + shift / 4 for v in values], kind, run_rules=rule)
    assert before.signals == after.signals
    moved = 0 if kind == "mr" else shift / 4
    np.testing.assert_allclose(after.centre, before.centre + moved, atol=1e-9)
    np.testing.assert_allclose(after.upper, before.upper + moved, atol=1e-9)


@settings(deadline=None)
@given(values=steps, kind=st.sampled_from(PLAIN), power=st.integers(-8, 8))
def test_another_unit_scales_the_lines_and_changes_no_signal(values, kind, power):
    before, after = chart(values, kind), chart([v * 2.0**power for v in values], kind)
    assert before.signals == after.signals
    np.testing.assert_array_equal(after.lower, before.lower * 2.0**power)


@settings(deadline=None)
@given(values=steps, kind=st.sampled_from(PLAIN))
def test_turning_the_series_upside_down_swaps_high_and_low(values, kind):
    if kind == "mr":
        return
    up = chart(values, kind, improvement="increase")
    down = chart([-v for v in values], kind, improvement="decrease")
    assert up.signals == down.signals
    assert up.readings == down.readings
    assert up.variation.replace("high", "low") == down.variation.replace("high", "low")


@settings(deadline=None)
@given(values=counts, kind=st.sampled_from([*PLAIN, *COUNTED, *SIZED]), rule=rules)
def test_limits_enclose_the_centre_and_never_warn(values, kind, rule):
    found = chart(values, kind, run_rules=rule, improvement="increase", target=7)
    drawn = np.isfinite(found.lower)
    assert (found.lower[drawn] <= found.upper[drawn]).all()
    if kind != "g":  # its line is a median beside limits around a mean
        assert (found.lower[drawn] <= found.centre[drawn] + 1e-9).all()
        assert (found.centre[drawn] <= found.upper[drawn] + 1e-9).all()
    document = found.to_dict()
    assert len(document["points"]) == len(values)
    numbers = [point[key] for point in document["points"] for key in ("value", "lower", "upper")]
    assert all(number is None or math.isfinite(number) for number in numbers)


@settings(deadline=None)
@given(values=counts, kind=st.sampled_from([*PLAIN, *COUNTED, *SIZED]))
def test_a_missing_point_is_never_a_signal(values, kind):
    found = chart(values, kind)
    for value, names in zip(found.values.tolist(), found.signals, strict=True):
        assert not (math.isnan(value) and names)


@settings(max_examples=40, deadline=None)
@given(
    many=st.lists(counts, min_size=2, max_size=5),
    kind=st.sampled_from([*PLAIN, *COUNTED]),
    order=st.randoms(use_true_random=False),
)
def test_neither_the_order_of_rows_nor_of_series_changes_a_chart(many, kind, order):
    rows = [
        (f"s{i}", day, value)
        for i, values in enumerate(many)
        for day, value in zip(days(len(values)), values, strict=True)
    ]
    order.shuffle(rows)
    names, dates, values = (list(column) for column in zip(*rows, strict=True))
    together = {
        found.name: found.to_dict() for found in spc(values, series=names, dates=dates, chart=kind)
    }
    for i, alone in enumerate(many):
        wanted = chart(alone, kind).to_dict()
        assert together[f"s{i}"] | {"series": None} == wanted


@settings(deadline=None)
@given(values=st.lists(whole, min_size=2, max_size=20), kind=st.sampled_from(sorted(CHARTS)))
def test_a_date_given_twice_is_refused_except_in_subgroups(values, kind):
    dates = days(len(values) - 1)
    sizes = [40.0] * len(values) if kind in SIZED else None
    options = {"dates": [*dates, dates[-1]], "denominators": sizes, "chart": kind}
    if kind in {"xbar", "s"}:
        assert len(spc(values, **options)[0]) == len(dates)
        return
    with pytest.raises(BadInput, match="appears twice"):
        spc(values, **options)


@settings(deadline=None)
@given(
    values=st.lists(whole, min_size=1, max_size=10),
    odd=st.sampled_from([math.inf, -math.inf]),
    kind=st.sampled_from(sorted(CHARTS)),
)
def test_infinity_is_refused_by_a_sentence_that_names_the_row(values, odd, kind):
    given_values = [*values, odd]
    sizes = [40.0] * len(given_values) if kind in SIZED else None
    with pytest.raises(BadInput, match=f"row {len(given_values)} .*is not a number"):
        spc(given_values, dates=days(len(given_values)), denominators=sizes, chart=kind)


@settings(deadline=None)
@given(size=st.integers(1, 30), kind=st.sampled_from([*PLAIN, *COUNTED, *SIZED]))
def test_nothing_but_zeros_never_signals(size, kind):
    found = chart([0.0] * size, kind)
    assert not any(found.signals)


@settings(deadline=None)
@given(values=steps, at=st.integers(1, 39))
def test_a_new_phase_is_a_chart_of_its_own(values, at):
    if at >= len(values):
        return
    whole_chart = chart(values, "xmr", rebase=[days(at + 1)[-1]])
    first, second = chart(values[:at], "xmr"), chart(values[at:], "xmr")
    assert whole_chart.signals == first.signals + second.signals
    np.testing.assert_array_equal(whole_chart.upper, [*first.upper, *second.upper])


@settings(deadline=None)
@given(values=counts, sized=st.booleans())
def test_any_series_has_a_recommendation_that_can_be_drawn(values, sized):
    sizes = [40.0] * len(values) if sized else None
    found = recommend_chart(values, dates=days(len(values)), denominators=sizes)[0]
    needs_size = found.chart in SIZED
    assert found.because
    assert not needs_size or sized
    spc(
        values,
        dates=days(len(values)),
        denominators=sizes if needs_size else None,
        chart=found.chart,
    )


@pytest.mark.parametrize("kind", [*PLAIN, *COUNTED, *SIZED, "xbar", "s"])
@pytest.mark.parametrize("rule", ["anhoej", "cutbox"])
def test_how_many_series_are_worked_on_together_changes_nothing(monkeypatch, kind, rule):
    random = np.random.default_rng(5)
    length = random.integers(1, 30, 40)
    values = np.where(random.random(length.sum()) < 0.1, np.nan, random.poisson(6, length.sum()))
    month = np.concatenate([np.arange(count) for count in length]) // (2 if kind in "xbar s" else 1)
    options = {
        "series": np.repeat(np.arange(len(length)), length),
        "dates": np.datetime64("2024-01-01") + month,
        "denominators": np.full(len(values), 40.0) if kind in SIZED else None,
        "rebase": ["2024-01-09"],
        "baseline": 5,
        "exclude": ["2024-01-03"],
        "improvement": "increase",
        "target": 7,
    }
    together = spc(values, chart=kind, run_rules=rule, **options)
    monkeypatch.setattr("clinmeasures.spc.points.BLOCK", 20)
    assert spc(values, chart=kind, run_rules=rule, **options).to_dict() == together.to_dict()


def test_many_charts_hold_less_than_three_times_what_was_given():
    values = np.random.default_rng(6).normal(10, 2, 72_000)
    series = np.repeat(np.arange(2_000), 36)
    spc(values[:36])  # whatever is loaded once
    tracemalloc.start()
    try:
        found = spc(values, series=series)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found) == 2_000
    assert most < 3 * (values.nbytes + series.nbytes)
