"""How long records are kept: who says so, from when it holds, and which month goes."""

from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.intake.retaining import (
    KEPT_BY_PERIOD,
    RECORD_OF_ACTS,
    Asked,
    erases_from,
    month_kept_from,
    why_not_decide_retention,
    why_not_see_retention,
    why_not_set_period,
)
from clinmeasures.activity.erasing import is_erased

EIGHT_YEARS = Asked(dataset="spells", years=8, reason="The records schedule")


def reader(role: Role) -> Reader:
    return Reader(account_id=1, on=date(2026, 7, 1), roles=frozenset({role}))


@pytest.mark.parametrize("role", Role)
def test_the_data_protection_officer_decides_and_the_analyst_reads(role):
    assert (why_not_decide_retention(reader(role)) is None) is (role is Role.DPO)
    assert (why_not_see_retention(reader(role)) is None) is (role in {Role.DPO, Role.ANALYST})


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Asked(dataset="spells", years=0, reason="why"), Reason.WRONG_STAGE),
        (Asked(dataset="spells", years=31, reason="why"), Reason.WRONG_STAGE),
        (Asked(dataset="workforce", years=8, reason="why"), Reason.WRONG_STAGE),
        (Asked(dataset="spells", years=8, reason=" "), Reason.NO_REASON_GIVEN),
    ],
)
def test_a_period_is_whole_years_of_what_happens_and_has_a_reason(asked, reason):
    assert why_not_set_period(reader(Role.DPO), EIGHT_YEARS) is None
    assert why_not_set_period(reader(Role.DPO), asked).reason is reason


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (Asked(dataset=RECORD_OF_ACTS, years=8, reason="why", longest=8), False),
        (Asked(dataset=RECORD_OF_ACTS, years=7, reason="why", longest=8), True),
        (Asked(dataset="spells", years=9, reason="why", longest=8, record=8), True),
        (Asked(dataset="spells", years=8, reason="why", longest=8, record=8), False),
        (Asked(dataset="spells", years=9, reason="why", longest=8), False),  # kept for ever
    ],
)
def test_the_record_of_acts_is_kept_at_least_as_long_as_any_data_set(asked, refused):
    refusal = why_not_set_period(reader(Role.DPO), asked)
    assert (refusal is not None) is refused
    assert refusal is None or "record of acts" in refusal.because


def test_what_lasts_from_a_day_on_is_not_erased_by_age():
    assert {"spells", "episodes", "diagnoses"} <= set(KEPT_BY_PERIOD)
    assert "workforce" not in KEPT_BY_PERIOD


def test_a_period_erases_nothing_for_four_weeks():
    assert erases_from(date(2026, 6, 1)) == date(2026, 6, 29)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 30), "2018-11"),
        (date(2026, 12, 1), "2018-12"),
        (date(2027, 1, 1), "2019-01"),
    ],
)
def test_a_month_is_kept_until_its_end_is_the_years_ago(day, first):
    assert month_kept_from(day, 8) == first


def test_rows_without_a_month_go_with_the_last_month_of_their_load():
    assert is_erased("2018-12", "2019-01", None)
    assert not is_erased("2019-01", "2019-01", "2019-01-31")
    assert is_erased("none", "2019-01", "2018-12-31")
    assert not is_erased("none", "2019-01", "2019-01-31")
    assert not is_erased("none", "2019-01", None)
