"""What figures say: by rule, with denominators, and never a verdict."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.figures.charting import (
    charted,
    charted_together,
    kind_of_reading,
    next_month,
    reading,
    without_gaps,
)
from clinlead.figures.comparing import (
    OWN,
    beside_peers,
    enough,
    everybody,
    label_of,
    outside_words,
    relabelled,
)
from clinlead.figures.presenters import (
    Period,
    by_rule,
    chance_words,
    depends_on_rule,
    earlier_signals,
    interval_words,
    said_beside_chart,
    sentence,
    table,
    usual_period,
    value_words,
)
from clinlead.figures.sums import MILLION, MonthSums, Sums, figure_of
from clinlead.measures.policies import Break
from clinmeasures.definitions import library

READMISSION = library()["emergency-readmission-30d"]
STAY = library()["length-of-stay"]


def counted(events: int, cases: int, *, parts: int = 1) -> Sums:
    """So many events among so many cases, each record shared by so many people."""
    return Sums(
        n=cases * parts,
        numerator=events * MILLION,
        denominator=cases * MILLION,
        weight=cases * MILLION,
        weight_squared=cases * parts * (MILLION // parts) ** 2,
    )


def months(pairs, *, waiting: int = 0, first: str = "2025-01") -> list[MonthSums]:
    return [
        MonthSums(
            month=next_month(first, place),
            complete=place < len(pairs) - waiting,
            sums=counted(*pair),
        )
        for place, pair in enumerate(pairs)
    ]


STEADY = [(4, 40), (5, 40), (3, 40), (4, 40), (5, 40), (3, 40)] * 3


def test_a_sentence_has_months_numerator_denominator_and_interval():
    said = sentence(counted(9, 212), READMISSION, Period(first="2025-04", last="2026-03"))
    assert said == "April 2025 to March 2026: 9 of 212 stays (4.2%); 95% interval 2.2% to 7.9%."


@pytest.mark.parametrize(
    ("code", "above", "below", "said"),
    [
        (
            *("theatre-utilisation-capped", 195, 240),
            "195 of 240 minutes (81.2%), over 12 operations",
        ),
        (
            *("job-plan-sessions-delivered", 6000, 17_000),
            "6 of 17 sessions (35.3%), over 12 working days",
        ),
        (
            *("workload-stays", 2500, 2600),
            "2.50 weighted stays in 2.60 whole-time weeks (0.96 weighted stays per whole-time "
            "week), over 12 working days",
        ),
        (
            *("follow-up-ratio", 2, 1),
            "2 follow-up attendances that took place to 1 first attendances that took place (2), "
            "over 12 attendances",
        ),
    ],
)
def test_one_total_is_set_against_another_in_their_own_units(code, above, below, said):
    sums = replace(counted(0, 12), numerator=above * MILLION, denominator=below * MILLION)
    assert value_words(sums, library()[code]) == said


def test_shared_records_say_that_they_carry_less_information():
    sums = counted(10, 100, parts=2)
    assert "counted by share (200 stays in part or whole)" in value_words(sums, READMISSION)
    said = interval_words(figure_of(sums, READMISSION), sums, READMISSION)
    assert "as for 200 whole stays" in said


def test_a_quiet_chart_says_no_signal_and_what_could_have_shown():
    said = reading(charted(months(STEADY), READMISSION))
    assert said.startswith("No signal. With 40 stays, only a difference of more than")


def test_too_few_cases_cannot_tell_yet():
    said = reading(charted(months([(0, 1)] * 14), READMISSION))
    assert said == ("Cannot tell yet: 12 stays in the last 12 months, and this measure needs 20.")


def test_fewer_a_year_than_the_measures_own_authority_asks_for_is_said():
    colonoscopies = library()["caecal-intubation"]
    few = "Fewer than 100 a year: 96 procedures in the last 12 months is too few to say much."
    assert few in reading(charted(months([(7, 8)] * 14), colonoscopies))
    assert "a year" not in reading(charted(months([(8, 9)] * 14), colonoscopies))
    assert "a year" not in reading(charted(months([(7, 8)] * 11), colonoscopies))  # not a year yet


def test_a_month_far_out_is_unusual_and_no_verdict_is_passed():
    said = reading(charted(months([*STEADY, (25, 40)]), READMISSION))
    assert said.startswith("Unusually high in July 2026: 62.5%")
    assert not {"concern", "bad", "fail", "outlier"} & set(said.lower().split())


def test_a_provisional_month_gives_no_signal():
    chart = charted(months([*STEADY, (25, 40)], waiting=1), READMISSION)
    assert reading(chart).startswith("No signal")
    assert chart.signals() == []
    assert table(chart)[0].state == "provisional"


def test_a_month_without_records_is_a_gap_and_not_a_zero():
    some = months([(4, 40), (4, 40), (4, 40)])
    filled = without_gaps([some[0], some[2]])
    assert [each.month for each in filled] == ["2025-01", "2025-02", "2025-03"]
    chart = charted([some[0], some[2]], READMISSION)
    assert table(chart)[1].figure == "no stay"


def test_nothing_at_all_draws_nothing_and_says_so():
    chart = charted([], READMISSION)
    assert chart.series is None
    assert reading(chart) == "Cannot tell yet: no month is complete yet."
    assert usual_period([]) is None


def test_the_usual_period_is_the_last_twelve_settled_months():
    found = usual_period(months(STEADY, waiting=2))
    assert (found.first, found.last) == ("2025-05", "2026-04")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("No signal. With 40 stays, …", "No signal"),
        ("Unusually high in March 2026: 9%", "Unusually high"),
        ("Cannot tell yet: 3 stays", "Cannot tell yet"),
        ("Higher than expected by chance alone: 8 months", "Higher than expected by chance alone"),
    ],
)
def test_readings_are_compared_by_their_phrase(text, kind):
    assert kind_of_reading(text) == kind


def test_a_figure_depends_on_the_rule_when_the_reading_does():
    quiet, loud = months(STEADY), months([*STEADY[:-1], (25, 40)])
    period = usual_period(quiet)
    rows = by_rule({"discharging": quiet, "admitting": loud}, READMISSION, "discharging", period)
    assert depends_on_rule(rows)
    same = by_rule({"discharging": quiet, "admitting": quiet}, READMISSION, "discharging", period)
    assert not depends_on_rule(same)
    assert [row.rule for row in rows if row.chosen] == ["discharging"]


def test_chance_signals_are_announced_beside_those_found():
    charts = [charted(months(STEADY), READMISSION) for _ in range(10)]
    assert chance_words(charts) == (
        "10 charts can be read. In the last three settled months none of them have a signal; "
        "chance alone would give one to about 0.7."
    )


OTHERS = {f"P{n:03d}": counted(n, 100) for n in range(5, 11)}


def test_colleagues_are_relabelled_in_no_order_of_theirs():
    one, other = relabelled(OTHERS, "spring"), relabelled(OTHERS, "summer")
    assert list(one) == [f"Colleague {letter}" for letter in "ABCDEF"]
    assert sorted(s.numerator for s in one.values()) == sorted(s.numerator for s in OTHERS.values())
    assert list(one.values()) != list(other.values())
    assert [label_of(place) for place in (0, 25, 26, 27, 52)] == [
        "Colleague A",
        "Colleague Z",
        "Colleague AA",
        "Colleague AB",
        "Colleague BA",
    ]


def test_own_proportion_stands_in_a_funnel():
    found = beside_peers(counted(30, 100), OTHERS, READMISSION, "spring")
    assert found.found is not None
    assert found.found.units[0] == OWN
    assert found.reading.startswith("Unusually high for 100 stays")
    quiet = beside_peers(counted(8, 100), OTHERS, READMISSION, "spring")
    assert quiet.reading.startswith("No signal")


def test_too_few_of_ones_own_cannot_be_compared_yet():
    found = beside_peers(counted(1, 19), OTHERS, READMISSION, "spring")
    assert found.reading.startswith("Cannot tell yet: 19 stays")


def test_shared_records_never_get_binomial_limits():
    shared = {unit: counted(5, 100, parts=2) for unit in OTHERS}
    found = beside_peers(counted(8, 100, parts=2), shared, READMISSION, "spring")
    assert found.found is None
    assert "says nothing yet about chance" in found.reading


def test_a_signal_of_the_quarter_is_not_hidden_by_a_quiet_month_after_it():
    said = reading(charted(months([*STEADY, (15, 40), (4, 40)]), READMISSION))
    assert said == "Unusually high in July 2026: 37.5%. August 2026 has no signal."


def test_a_quiet_mean_says_what_difference_could_have_shown():
    # Standard deviation of 2, 4, 9 three times over: about 3.1; nine stays a month.
    values = [2, 4, 9] * 3
    sums = Sums(
        n=9,
        numerator=sum(values) * MILLION,
        denominator=9 * MILLION,
        weight=9 * MILLION,
        weight_squared=9 * MILLION**2,
        value_sum=sum(values),
        value_sum_squared=sum(v * v for v in values),
    )
    rows = [MonthSums(month=next_month("2025-01", n), complete=True, sums=sums) for n in range(14)]
    said = reading(charted(rows, STAY))
    # (z of 99.9% + z of 80%) × 2.96 / sqrt(9) = (3.0902 + 0.8416) × 2.9576 / 3 = 3.88.
    assert said == "No signal. With 9 stays, only 3.88 days or more would show."


def test_every_signal_on_a_chart_is_listed():
    chart = charted(months([*STEADY[:9], (15, 40), *STEADY[10:]]), READMISSION)
    assert earlier_signals(chart) == "Signals on this chart: unusually high in October 2025."
    assert earlier_signals(charted(months(STEADY), READMISSION)) == ""


def test_beside_a_chart_the_reading_says_which_older_month_the_chart_marks():
    once = charted(months([*STEADY[:9], (15, 40), *STEADY[10:]]), READMISSION)
    said = said_beside_chart(once, "No signal. With 40 stays, no difference would show.")
    assert said == (
        "No signal in the latest month; one in October 2025, marked on the chart. "
        "With 40 stays, no difference would show."
    )


def test_beside_a_chart_several_older_signals_are_counted():
    swinging = [(6, 40), (2, 40)] * 9
    counts = [*swinging[:4], (15, 40), *swinging[5:8], (15, 40), *swinging[9:]]
    twice = charted(months(counts), READMISSION)
    said = said_beside_chart(twice, "No signal.")
    assert said == (
        "No signal in the latest month; 2 older ones are marked on the chart, "
        "the last in September 2025."
    )


@pytest.mark.parametrize("said", ["Unusually high in June 2026: 62%.", "Cannot tell yet: 3 stays."])
def test_beside_a_chart_any_other_reading_stays_as_it_is(said):
    chart = charted(months([*STEADY[:9], (15, 40), *STEADY[10:]]), READMISSION)
    assert said_beside_chart(chart, said) == said
    assert said_beside_chart(charted(months(STEADY), READMISSION), "No signal.") == "No signal."


def test_colleagues_with_too_few_cases_are_not_drawn():
    assert set(enough({"A": counted(1, 19), "B": counted(1, 20)}, READMISSION)) == {"B"}


def test_a_department_hears_how_many_chance_alone_puts_outside():
    people = {f"P{n:03d}": counted(8, 100) for n in range(11)} | {"P011": counted(35, 100)}
    said = outside_words(everybody(people, READMISSION))
    assert said == (
        "1 of 12 clinicians is outside the 99.8% limits; chance alone would put about 0.02 there."
    )


def together_and_alone(some, definition, **options):
    together = charted_together(some, definition, **options)
    return together, [charted(each, definition, **options) for each in some]


@pytest.mark.parametrize("team", [False, True])
@pytest.mark.parametrize("definition", [READMISSION, STAY])
def test_charts_made_together_are_those_made_alone(definition, team):
    new = Break(on=date(2025, 9, 1), reason="A new form")
    step = months([*STEADY, (25, 40)], waiting=2)
    late = months(STEADY[:9], waiting=1, first="2025-11")
    gap = [*step[:4], *step[6:]]
    some = [step, late, [], gap, months(STEADY), months([(1, 2)] * 3, waiting=3)]
    together, alone = together_and_alone(valued(some), definition, team=team, breaks=[new])
    for one, other in zip(together, alone, strict=True):
        assert (one.months, one.provisional, one.breaks) == (
            other.months,
            other.provisional,
            other.breaks,
        )
        assert (one.series and one.series.to_dict()) == (other.series and other.series.to_dict())
        assert (one.signals(), reading(one)) == (other.signals(), reading(other))


def valued(some):
    """With values too, so that a mean can be charted: each case the events' own number of days."""
    return [
        [
            replace(
                each,
                sums=replace(
                    each.sums,
                    value_sum=each.sums.numerator * 1440,
                    value_sum_squared=each.sums.numerator**2,
                ),
            )
            for each in rows
        ]
        for rows in some
    ]
