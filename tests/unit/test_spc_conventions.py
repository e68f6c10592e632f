"""What charts over time do where packages and textbooks leave a choice; each worked by hand."""

import math

import pytest

from clinmeasures.spc import spc
from clinmeasures.spc.boxes import box_for
from clinmeasures.spc.phases import UNLESS_FLAT


def months(count, year=2024):
    return [f"{year + i // 12}-{i % 12 + 1:02}-01" for i in range(count)]


def chart(values, **options):
    return spc(values, dates=months(len(values)), **options)[0]


# Ranges of ONE_STEP: 1 nine times and 100 twice, mean 209/11 = 19.0; 100 > 3.267 x 19 = 62.1.
ONE_STEP = [10, 11, 10, 11, 10, 11, 111, 11, 10, 11, 10, 11]


@pytest.mark.parametrize(("kind", "sigma"), [("xmr", 2.66), ("i", 3 / 1.128)])
def test_large_moving_ranges_are_dropped_unless_told_not_to(kind, sigma):
    screened, kept = chart(ONE_STEP, chart=kind), chart(ONE_STEP, chart=kind, screen=False)
    assert screened.upper[0] - screened.centre[0] == pytest.approx(sigma * 1)
    assert kept.upper[0] - kept.centre[0] == pytest.approx(sigma * 209 / 11)


@pytest.mark.parametrize("kind", ["xmr", "i"])
def test_screening_can_be_kept_from_leaving_limits_without_any_width(kind):
    # Ranges 0 nine times and 1 twice: screened, the mean of those left is 0, and every month off
    # the line would lie outside the limits.
    rare = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    screened = chart(rare, chart=kind, screen=UNLESS_FLAT)
    kept = chart(rare, chart=kind, screen=False)
    assert screened.upper[0] == kept.upper[0] > screened.centre[0]
    assert screened.lower[0] < screened.centre[0]
    as_published = chart(rare, chart=kind)
    assert as_published.lower[0] == as_published.upper[0] == as_published.centre[0]


@pytest.mark.parametrize("kind", ["pp", "up", "t"])
def test_charts_made_from_moving_ranges_drop_large_ones_too(kind):
    sizes = None if kind == "t" else [1000] * 12
    screened = chart(ONE_STEP, denominators=sizes, chart=kind)
    kept = chart(ONE_STEP, denominators=sizes, chart=kind, screen=False)
    assert screened.upper[0] < kept.upper[0]


def test_a_chart_of_moving_ranges_screens_none_and_has_no_runs_rules():
    found = chart([0, *[1, 0] * 6, *[100, 0] * 12], chart="mr")
    assert found.centre[0] == pytest.approx((12 * 1 + 24 * 100) / 36)
    assert found.phases[0].longest_run > found.phases[0].longest_run_max
    assert not any(found.signals)


def test_an_excluded_date_leaves_out_the_range_that_ends_there():
    # Ranges 1, 89, 91, 1: the one into the excluded month is drawn and not counted.
    found = chart([10, 11, 100, 9, 10], chart="mr", exclude=["2024-03-01"])
    assert found.values[1:].tolist() == [1, 89, 91, 1]
    assert found.centre[0] == pytest.approx((1 + 91 + 1) / 3)


def test_subgroups_of_one_size_take_the_mean_of_their_spreads():
    # Standard deviations 1, 2 and 3 of pairs: mean 2 and not sqrt(14/3) = 2.16.
    rows = [(1, 0.0), (1, math.sqrt(2)), (2, 0.0), (2, 2 * math.sqrt(2)), (3, 0.0)]
    rows += [(3, 3 * math.sqrt(2))]
    dates = [f"2024-0{month}-01" for month, _ in rows]
    values = [value for _, value in rows]
    assert spc(values, dates=dates, chart="s")[0].centre[0] == pytest.approx(2)
    # A3 for pairs is tabled as 2.659.
    means = spc(values, dates=dates, chart="xbar")[0]
    assert means.upper[0] - means.centre[0] == pytest.approx(2.659 * 2, rel=1e-3)


def test_subgroups_of_several_sizes_pool_their_spreads():
    # A pair with variance 2 and four with variance 4: (1 x 2 + 3 x 4) / 4 = 3.5.
    values = [0, 2, *[-math.sqrt(3)] * 2, *[math.sqrt(3)] * 2]
    dates = ["2024-01-01"] * 2 + ["2024-02-01"] * 4
    assert spc(values, dates=dates, chart="s")[0].centre[0] == pytest.approx(math.sqrt(3.5))


def test_a_baseline_freezes_the_limits_of_every_phase():
    values = [*[10, 12] * 6, *[30, 32] * 6, *[50, 52] * 6]
    found = chart(values, rebase=["2025-01-01"], baseline=6)
    assert found.centre.tolist() == [11] * 12 + [31] * 24
    assert found.frozen.tolist() == [False] * 6 + [True] * 6 + [False] * 6 + [True] * 18


def test_a_baseline_longer_than_the_series_takes_all_of_it():
    values = [10, 12, 11, 13, 12]
    assert chart(values, baseline=99).to_dict() == chart(values).to_dict()


def test_a_line_without_a_point_off_it_has_no_runs_to_count():
    phase = chart([5] * 14).phases[0].to_dict()
    assert phase.pop("n_useful") == 0
    assert set(phase.values()) == {None}


def test_a_month_without_a_numerator_has_no_limits_of_its_own():
    found = chart([10, None, 12], denominators=[100, 100, 100], chart="p")
    assert math.isnan(found.upper[1])
    assert found.centre[1] == pytest.approx(0.11)


def test_a_box_is_cut_outwards_from_its_corner():
    # Anhøj & Wentzel-Larsen 2020, for 26 points: runs to 9 and 9 crossings; on its edges a run
    # of 9 needs 10 crossings, and 9 crossings need runs of 7 or less.
    box = box_for(26, "cutbox")
    assert (box.crossings, box.longest) == (9, 9)
    assert (box.edge_crossings, box.edge_longest) == (10, 7)


def test_several_rebases_count_phases_from_one_in_every_series():
    frame = {"v": [1, 2, 3, 4] * 2, "d": months(4) * 2, "s": ["a"] * 4 + ["b"] * 4}
    result = spc(
        frame, value="v", date="d", series="s", rebase=["2024-04-01", "2024-03-01"], chart="run"
    )
    assert [series.phase.tolist() for series in result] == [[1, 1, 2, 3]] * 2


@pytest.mark.parametrize("kind", ["xmr", "run", "i", "mr", "c", "g", "t"])
def test_one_point_is_a_chart_without_signals(kind):
    found = chart([7], chart=kind)
    assert found.signals == [[]]
    assert found.variation == "too_few_points"
    assert found.to_dict()["points"][0]["value"] == (None if kind == "mr" else 7)
