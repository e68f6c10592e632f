"""Who lies outside the limits of chance beside colleagues, and how many chance would put there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.figures.charting import next_month
from clinlead.figures.comparing import outside_peers
from clinlead.figures.expected import Pool
from clinlead.figures.sums import MILLION, MonthSums, Sums
from clinlead.releases import live
from clinlead.releases.models import FigureKey
from clinlead.releases.quarter import chance_beside
from clinmeasures.definitions import library
from clinmeasures.engine.risks import CERTAIN

READMISSION = library()["emergency-readmission-30d"]
STAY = library()["length-of-stay"]


def year(events: int, cases: int = 40, *, parts: int = 1) -> list[MonthSums]:
    sums = Sums(
        n=cases,
        numerator=events * MILLION,
        denominator=cases * MILLION,
        weight=cases * MILLION // parts,
        weight_squared=cases * (MILLION // parts) ** 2,
    )
    return [
        MonthSums(month=next_month("2025-04", place), complete=True, sums=sums)
        for place in range(12)
    ]


# Six people with 480 stays a year each. The sixth has 10 of 40 a month, five have 4 of 40: the rate
# of all is 360 of 2,880 (12.5%), a standard deviation for 480 is 1.5 points, 25% is 8 of them away,
# and 10% is 1.7 of them below.
ALIKE = {f"P{place}": year(4) for place in range(5)}
HIGH = {**ALIKE, "P9": year(10)}


def test_one_far_above_the_others_is_unusually_high_and_they_are_within_chance():
    assert outside_peers(HIGH, READMISSION) == {**dict.fromkeys(ALIKE, ""), "P9": "unusually high"}


def test_one_far_below_the_others_is_unusually_low():
    assert outside_peers({**ALIKE, "P9": year(0)}, READMISSION)["P9"] == "unusually low"


def test_with_fewer_than_five_others_nobody_is_compared():
    five = dict(list(HIGH.items())[1:])
    assert outside_peers(five, READMISSION) == {}


def test_whose_work_is_not_alike_is_not_compared_and_the_others_are():
    assert set(outside_peers({**HIGH, "P5": year(4)}, READMISSION, not_alike={"P9"})) == {
        *ALIKE,
        "P5",
    }


def test_no_limit_rests_on_whose_work_is_not_alike():
    # With P9's 50% the rate of all is 14.7%, and P8's 7.5% is 4.4 standard deviations of 1.6 points
    # below it; of the others alone it is 9.6%, and P8 is 1.6 deviations below.
    seven = {**HIGH, "P5": year(4), "P8": year(3), "P9": year(20)}
    assert outside_peers(seven, READMISSION)["P8"] == "unusually low"
    assert outside_peers(seven, READMISSION, not_alike={"P9"})["P8"] == ""
    few = outside_peers(HIGH, READMISSION, not_alike={"P9"})
    assert few == {}, "four others are too few"


def test_a_mean_and_shared_records_have_no_limits_of_chance():
    assert outside_peers(HIGH, STAY) == {}
    assert outside_peers({unit: year(4, parts=2) for unit in HIGH}, READMISSION) == {}


def test_whoever_has_fewer_cases_than_the_measure_needs_is_left_out():
    few = {**HIGH, "P8": year(1, 1)[:2]}
    assert "P8" not in outside_peers(few, READMISSION)


DEATHS = library()["mortality-30d-expected"]
WIDE = Pool(name="the trust's 300 clinicians", limits=1.0, logarithm=1.0)


def deaths(observed: int) -> list[MonthSums]:
    """So many deaths a month, where two were expected."""
    sums = Sums(
        n=40, numerator=observed * MILLION, denominator=40 * MILLION, weight=40 * MILLION,
        weight_squared=40 * MILLION**2, value_sum=2 * CERTAIN, value_sum_squared=2 * CERTAIN,
    )  # fmt: skip
    return [
        MonthSums(month=next_month("2025-04", place), complete=True, sums=sums)
        for place in range(12)
    ]


@pytest.mark.parametrize(("pool", "side"), [(None, "unusually high"), (WIDE, "")])
def test_of_fewer_than_ten_the_limits_of_a_release_are_the_pools_as_on_the_own_page(
    monkeypatch, pool, side
):
    # 48 deaths of one where 24 were expected, beside 24 of 24; the pool's clinicians differ a lot.
    monkeypatch.setattr(live, "pool_for", lambda *_: pool)
    drafts = [
        live.Draft(
            key=FigureKey(DEATHS.code, "discharging", f"P{place}"), version=1, title="",
            person=None, definition=DEATHS, definition_digest="", composition={}, contributors=1,
            period=(), months=deaths(4 if place == 5 else 2),
        )
        for place in range(6)
    ]  # fmt: skip
    found = [each.beside for each in live.beside_colleagues(drafts, frozenset())]
    assert found == ["", "", "", "", "", side]


@given(st.integers(0, 40), st.integers(6, 12))
def test_people_with_the_same_figures_are_never_outside(events, people):
    same = {f"P{place}": year(events) for place in range(people)}
    assert set(outside_peers(same, READMISSION).values()) == {""}


def test_what_chance_alone_would_put_outside_is_said():
    said = chance_beside(50, 1)
    assert "50 figures beside colleagues: chance alone would put about 0.10 outside" in said
    assert said.endswith("1 is.")
