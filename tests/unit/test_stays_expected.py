"""Length of stay against what was expected: tallies, the figure, its interval and its funnel."""

from math import exp, log, sqrt

import numpy as np
import pytest

from clinlead.figures.charting import charted, reading
from clinlead.figures.comparing import beside_peers
from clinlead.figures.expected import limits_words, ratios
from clinlead.figures.presenters import value_words
from clinlead.figures.seen import change_seen
from clinlead.figures.sums import MonthSums, Sums, figure_of, unit_of_figure
from clinlead.figures.telling import reliability_among
from clinmeasures.definitions import InvalidDefinition, library, parse_definition
from clinmeasures.engine import Activity, compute_records, compute_tallies
from clinmeasures.errors import BadInput
from clinmeasures.funnels import funnel_of_amounts
from clinmeasures.intervals import log_ratio

SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,admission_method,patient_class,discharging_consultant
S1,P1,2026-03-01T10:00,2026-03-09T10:00,emergency,inpatient,A
S2,P2,2026-03-02T10:00,2026-03-05T10:00,emergency,inpatient,A
S3,P3,2026-03-03T10:00,2026-03-05T10:00,emergency,inpatient,A
S4,P4,2026-03-04T10:00,2026-03-05T10:00,emergency,inpatient,A
S5,P5,2026-03-05T10:00,2026-03-05T20:00,emergency,inpatient,A
S6,P6,2026-03-05T10:00,2026-03-09T20:00,elective,day_case,A
"""
RISKS = "key,risk\nS1,5000000000\nS2,4500000000\nS3,2500000000\nS5,1000000000\nS6,1000000000\n"
MILLION = 1_000_000
STAY = library()["length-of-stay-expected"]


@pytest.fixture
def store(tmp_path) -> Activity:
    (tmp_path / "spells.csv").write_text(SPELLS)
    (tmp_path / "risks").mkdir()
    (tmp_path / "risks" / "length-of-stay.csv").write_text(RISKS)
    return Activity(directory=tmp_path)


def test_nights_stand_beside_those_that_the_model_expected_of_the_same_stays(store):
    row = compute_tallies([STAY], store, rules=["discharging"]).to_pylist()[0]
    # S4 has no expectation, S5 left on its first day, S6 is a day case: none counts on either side.
    assert (row["n"], row["observed"], row["risk_sum"]) == (3, 8 + 3 + 2, 12_000_000_000)
    # 3.0, 1.5 and 0.5 nights apart, in thousandths squared.
    assert row["risk_variance"] == 3000**2 + 1500**2 + 500**2
    behind = compute_records(STAY, store, unit="A").to_pylist()
    assert sum(each["numerator"] for each in behind) == 13 * MILLION
    assert sum(each["risk"] for each in behind) == 12_000_000_000


def test_a_probability_above_one_is_refused_and_an_amount_is_not(store):
    (store.directory / "risks" / "mortality-30d.csv").write_text(RISKS)
    with pytest.raises(BadInput, match="a risk lies outside 0 to 1,000,000,000"):
        compute_tallies([library()["mortality-30d-expected"]], store)


def test_such_a_measure_has_conditions_or_a_value_and_not_both():
    text = (
        'code = "oe"\nversion = 1\ntitle = "t"\nrecord = "spells"\ndirection = "lower"\n'
        'kind = "observed_expected"\nmodel = "m"\nvalue = "stay_days"\n'
    )
    assert parse_definition(text).value == "stay_days"
    died = 'numerator = [{ field = "discharge_method", equals = "died" }]\n'
    with pytest.raises(InvalidDefinition, match="'numerator' as a list of conditions, or 'value'"):
        parse_definition(text + died)


def stays(observed: int, expected: float, squares: float, n: int = 30) -> Sums:
    """So many nights of n stays."""
    return Sums(
        n=n,
        numerator=observed * MILLION,
        denominator=n * MILLION,
        weight=n * MILLION,
        weight_squared=n * MILLION**2,
        value_sum=round(expected * 1e9),
        value_sum_squared=round(squares * MILLION),
    )


def test_the_figure_and_its_interval_match_a_hand_worked_one():
    # 13 nights of 3 stays where 12 were expected; error of the logarithm sqrt(11.5) / 13 = 0.26086;
    # Student's t with 2 degrees of freedom is 4.30265; ln(13/12) = 0.08004.
    found = figure_of(stays(13, 12.0, 11.5, n=3), STAY)
    assert found.value == pytest.approx(13 / 12)
    assert found.lower == pytest.approx(exp(0.080043 - 4.302653 * 0.260860), rel=1e-4)
    assert found.upper == pytest.approx(exp(0.080043 + 4.302653 * 0.260860), rel=1e-4)
    words = value_words(stays(13, 12.0, 11.5, n=3), STAY)
    assert words == (
        f"13 days over 3 stays, where 12.0 were expected ({unit_of_figure(STAY).text(13 / 12)})"
    )


def test_the_funnels_limits_are_those_of_the_logarithm_and_match_hand_worked_ones():
    # Together 1,000 squared nights for 200 expected ones: 5 a night. At 100 expected the error of
    # the logarithm is sqrt(5 / 100) = 0.22361; 95% limits exp(-/+ 1.95996 x 0.22361).
    found = funnel_of_amounts(
        None, unit=["A", "B"], observed=[110, 80], expected=[100, 100], squares=[400, 600]
    )
    assert found.rate.tolist() == pytest.approx([1.1, 0.8])
    assert found.z[0] == pytest.approx(log(1.1) / sqrt(0.05))
    lower, upper = found.limits[95.0]
    assert (lower[0], upper[0]) == (pytest.approx(0.64516, abs=1e-5), pytest.approx(1.55, abs=1e-4))
    assert lower[0] * upper[0] == pytest.approx(1.0)
    drawn = found.limits_at(np.array([100.0, 400.0]), 95.0)
    assert drawn[0][0] == pytest.approx(lower[0])
    assert log(drawn[1][1]) == pytest.approx(log(upper[0]) / 2)


def test_limits_and_intervals_of_skewed_stays_hold_what_they_promise():
    # 2,000 units of 40 gamma stays each (variance 0.7 of the mean squared): 3 standard errors of
    # the simulation are 1.5% at 95%, and 0.3% at 99.8%.
    made = np.random.default_rng(7)
    expected = np.exp(made.normal(1.5, 0.6, size=(2000, 40)))
    nights = np.maximum(np.ceil(made.gamma(1 / 0.7, 0.7 * expected)), 1)
    expected *= nights.sum() / expected.sum()
    sums = [nights.sum(1), expected.sum(1), ((nights - expected) ** 2).sum(1)]
    around = log_ratio(*sums, np.full(2000, 40.0))
    assert np.mean((around.lower <= 1) & (around.upper >= 1)) == pytest.approx(0.95, abs=0.015)
    units = [str(place) for place in range(2000)]
    found = funnel_of_amounts(None, unit=units, observed=sums[0], expected=sums[1], squares=sums[2])
    assert np.mean(found.outside(95.0)) == pytest.approx(0.05, abs=0.015)
    assert np.mean(found.outside(99.8)) < 0.007


def test_colleagues_stays_are_compared_on_the_funnel_and_a_pool_lends_its_spread():
    others = {str(place): stays(100, 100.0, 500.0) for place in range(11)}
    long = beside_peers(stays(260, 100.0, 500.0), others, STAY, "salt")
    assert long.reading.startswith("Unusually high for 30 stays")
    usual = beside_peers(stays(104, 100.0, 500.0), others, STAY, "salt")
    # 5 squared nights a night: 100 nights say as much as 20 counted events.
    assert usual.reading.startswith("No signal. With 100.0 expected, a true figure has to be")
    assert usual.found is not None
    assert usual.found.logarithmic


def test_limits_are_said_to_allow_for_more_than_chance_only_where_units_differ_by_more():
    alike = {str(place): stays(100 + place % 2, 100.0, 500.0) for place in range(12)}
    found = ratios(alike, STAY)
    assert (found.tau2, found.widened, found.differ) == (0.0, True, False)
    assert limits_words(found, None) == (
        "The limits are those of chance: these 12 clinicians differ by no more than that."
    )
    apart = {str(place): stays(60 + 90 * (place % 2), 100.0, 500.0) for place in range(12)}
    assert limits_words(ratios(apart, STAY), None).startswith("The limits allow for differences")


def test_reliability_counts_nights_and_not_events():
    people = [stays(100 + 20 * (place % 3), 100.0, 500.0) for place in range(12)]
    found = reliability_among(people, STAY, 0.7)
    assert found is not None
    assert found.n.tolist() == pytest.approx([100.0] * 12)
    # O/E of 1.0, 1.2 and 1.4 vary by 0.029; chance alone makes 0.05 at 100 expected nights.
    assert found.reliability.max() < 0.5


def months_of(ratios: list[float]) -> list[MonthSums]:
    """Months of 100 expected days each; 150 squared days of error a month."""
    return [
        MonthSums(
            month=f"{2025 + place // 12}-{place % 12 + 1:02d}",
            complete=True,
            sums=stays(round(100 * ratio), 100.0, 150.0),
        )
        for place, ratio in enumerate(ratios)
    ]


def test_a_quiet_ratio_says_how_large_a_change_its_expected_days_would_show():
    said = reading(charted(months_of([1.0, 1.1, 0.9] * 6), STAY))
    # Errors of 1.5 squared days a day: 100 days say as much as 100 / 1.5 = 66.7 counts. By chance
    # 94 or more come less than once in 1,000; of a mean of 102.05 they come 8 times in 10: 1.53.
    assert said == (
        "No signal. With 100.0 expected days, only a difference of more than 1.6 times would show."
    )


def test_so_few_expected_that_only_wonders_would_show_are_told_plainly():
    before = stays(100, 100.0, 150.0)
    assert change_seen(stays(0, 0.04, 0.06), before, STAY) == (
        "With fewer than 0.1 expected days, no difference would show."
    )


def test_a_run_is_not_said_in_the_same_words_as_what_the_model_expected():
    ratios = [*[1.5, 1.6, 1.7] * 4, *[1.4] * 8, 1.7, 1.6]
    said = reading(charted(months_of(ratios), STAY))
    assert said.startswith("Lower than expected by chance alone in August 2026: 1.40 times what")
    assert "1.40 times what the model expects. October 2026 has no signal." in said
