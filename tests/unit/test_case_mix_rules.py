"""Case-mix models: who may fit and use them, how a risk is said, which files are read."""

import pytest

from case_mix import by_hand
from clinlead.access.policies import Reader, Reason, Role
from clinlead.casemix.covariates import refuse_unknown
from clinlead.casemix.explaining import parts_of, per_hundred, sentence_of, unknown_words
from clinlead.casemix.giving import number_in, refuse_incomplete, rows_of
from clinlead.casemix.policies import (
    ModelFacts,
    why_not_fit,
    why_not_put_in_force,
    why_not_see_models,
)
from clinlead.casemix.scoring import as_level
from clinlead.figures.charting import charted, reading
from clinlead.figures.presenters import value_words
from clinlead.figures.sums import CERTAIN, MILLION, MonthSums, Sums, figure_of
from clinlead.improvement.series import Around, chart_of
from clinmeasures.casemix import Group
from clinmeasures.charts import calibration_chart
from clinmeasures.definitions import library
from clinmeasures.errors import BadInput
from clinmeasures.wording.units import unit_of


def reader(*roles: Role) -> Reader:
    from datetime import date

    return Reader(account_id=1, on=date(2026, 7, 1), roles=frozenset(roles))


def test_an_analyst_fits_models_and_others_read_them():
    assert why_not_fit(reader(Role.ANALYST)) is None
    assert why_not_fit(reader(Role.LEAD)).reason is Reason.NOT_AN_ANALYST
    assert why_not_fit(reader(Role.ANALYST), another_runs=True).reason is Reason.ALREADY_DONE
    assert why_not_see_models(reader(Role.LEAD)) is None
    assert why_not_see_models(reader(Role.HR)).reason is Reason.NOT_THEIRS_TO_SEE


@pytest.mark.parametrize(
    ("role", "in_force", "because", "expected"),
    [
        (Role.LEAD, False, "Good", Reason.NOT_AN_ANALYST),
        (Role.ANALYST, True, "Good", Reason.ALREADY_DONE),
        (Role.ANALYST, False, " ", Reason.NO_REASON_GIVEN),
    ],
)
def test_putting_a_version_in_force_is_refused(role, in_force, because, expected):
    refusal = why_not_put_in_force(reader(role), ModelFacts(in_force=in_force), because)
    assert refusal is not None
    assert refusal.reason is expected


def test_a_risk_is_said_out_of_as_many_as_make_it_readable():
    said = [per_hundred(each) for each in (0.123, 0.0042, 0.00021, 0.000001)]
    assert said == [
        "about 12 of 100",
        "about 4 of 1,000",
        "about 2 of 10,000",
        "fewer than 1 of 10,000",
    ]


def test_a_record_hears_what_the_model_knew_and_what_that_does():
    model = by_hand()
    assert sentence_of(model, 0.18, event="deaths", unit=unit_of("%")) == (
        "Of patients like this one, about 18 of 100 count, as deaths."
    )
    assert parts_of(model, {"age_band": "85+"}) == [("Age", "85+: 2.0 times the odds of 65-74")]
    assert parts_of(model, {"age_band": "65-74"}) == [
        ("Age", "65-74 (what the others are compared with)")
    ]
    assert "neither as observed nor as expected" in unknown_words(["age_band"])


def test_what_is_rare_or_new_is_other_where_the_model_knows_an_other():
    assert as_level("0-17", ["65-74", "other"]) == "other"
    assert as_level("0-17", ["65-74"]) == "0-17"  # the model has no risk for it, and says so
    assert as_level(None, ["65-74", "other"]) is None


def test_observed_stands_over_expected_with_byars_interval():
    # 14 observed, 10 expected. Byar: 14 (1 - 1/126 - 1.96/(3 sqrt 14))^3 / 10 = 0.7648, and with
    # 15 in place of 14 above: 15 (1 - 1/135 + 1.96/(3 sqrt 15))^3 / 10 = 2.3490.
    definition = library()["mortality-30d-expected"]
    sums = Sums(
        n=200, numerator=14 * MILLION, denominator=200 * MILLION, weight=200 * MILLION,
        weight_squared=200 * MILLION**2, value_sum=10 * CERTAIN, value_sum_squared=9 * CERTAIN,
    )  # fmt: skip
    figure = figure_of(sums, definition)
    assert figure.value == pytest.approx(1.4)
    assert (figure.lower, figure.upper) == pytest.approx((0.7648, 2.3490), abs=5e-4)
    assert value_words(sums, definition) == (
        "14 of 200 stays, where 10.0 were expected (1.40 times as many as expected)"
    )


def test_one_death_in_a_month_that_expected_hardly_any_is_no_signal():
    # Of one surgeon: a death in a month in which 0.1 were expected is 10 times as many, and chance.
    definition = library()["mortality-30d-expected"]
    chart = charted([month(n, deaths=int(n == 10)) for n in range(1, 13)], definition)
    assert reading(chart).startswith("No signal. ")
    assert chart.signals() == []


def test_a_cycle_is_studied_on_the_ratio_to_what_was_expected():
    found = Around(
        definition=library()["emergency-readmission-30d-expected"], first_after="2025-07",
        signal_from="2025-07", study_to="2025-12", breaks=(), notes=(), hidden="",
        months=[month(n, deaths=1) for n in range(1, 13)],
    )  # fmt: skip
    series = chart_of(found).series
    assert series.values == pytest.approx([10.0] * 12)  # 1 where 0.1 were expected, not 1 alone


def month(number: int, *, deaths: int) -> MonthSums:
    sums = Sums(
        n=4, numerator=deaths * MILLION, denominator=4 * MILLION, weight=4 * MILLION,
        weight_squared=4 * MILLION**2, value_sum=CERTAIN // 10, value_sum_squared=CERTAIN // 11,
    )  # fmt: skip
    return MonthSums(month=f"2025-{number:02d}", complete=True, sums=sums, contributors=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "has no column 'covariate'"),
        ("covariate,level,estimate\nage_band,85+\n", "line 2 is shorter"),
    ],
)
def test_a_file_of_coefficients_is_refused_with_the_line(text, said):
    with pytest.raises(BadInput, match=said):
        list(rows_of(text, "m.csv"))


def test_coefficients_that_make_no_model_are_refused_in_a_sentence():
    with pytest.raises(BadInput, match="'much' is not a number"):
        number_in("much", 3, "m.csv")
    with pytest.raises(BadInput, match="no row for"):
        refuse_incomplete({"age_band": ["a"]}, {}, "m.csv")
    with pytest.raises(BadInput, match="no level with the estimate 0"):
        refuse_incomplete({"age_band": ["a"]}, {"(Intercept)": 1, "age_banda": 2}, "m.csv")
    with pytest.raises(BadInput, match="not read here"):
        refuse_unknown(["shoe_size"])


def test_calibration_is_drawn_with_an_interval_for_each_tenth():
    groups = [Group(100, 9, 10), Group(100, 19, 18)]
    drawn = calibration_chart(groups, title="Q?", description="D", unit="%", id_prefix="c")
    assert drawn.count("<circle") == 2
    with pytest.raises(BadInput, match="no group of records"):
        calibration_chart([], title="Q?", description="D", unit="%", id_prefix="c")
