"""What is said beside a comparison: how reliable it is, what could show, what chance makes."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinlead.figures.comparing import funnel_of
from clinlead.figures.sums import MILLION, Sums
from clinlead.figures.telling import all_apart, one_apart
from clinmeasures.definitions import library
from clinmeasures.reliability import reliability
from clinmeasures.wording import reaches, reliability_of_all, reliability_of_one, smallest_seen
from clinmeasures.wording.telling_apart import below_rounded

READMISSION = library()["emergency-readmission-30d"]
STAY = library()["length-of-stay"]


def counted(events: int, cases: int = 100, *, parts: int = 1) -> Sums:
    return Sums(
        n=cases * parts,
        numerator=events * MILLION,
        denominator=cases * MILLION,
        weight=cases * MILLION,
        weight_squared=cases * parts * (MILLION // parts) ** 2,
    )


ALIKE = [counted(n) for n in (8, 9, 10, 9, 8, 10, 9, 8, 10, 9, 9)]
APART = [counted(n) for n in (2, 40, 5, 60, 20, 33, 12, 50, 8, 27, 45)]


def among(people, threshold=0.7):
    return reliability(
        None,
        unit=[str(place) for place in range(len(people))],
        numerator=[each.numerator / MILLION for each in people],
        denominator=[each.n for each in people],
        threshold=threshold,
    )


def apart(own, others, definition=READMISSION, threshold=0.7):
    limits = funnel_of(own, {str(n): each for n, each in enumerate(others)}, definition)
    return one_apart(own, others, definition, limits, threshold=threshold, case_word="stay")


def test_figures_that_differ_widely_are_drawn_with_their_reliability():
    found = apart(APART[0], APART[1:])
    assert found.drawn
    assert found.said[0].startswith("Reliability (0 is all chance, 1 is none): 0.9")
    assert "Reliable does not mean right" in found.said[0]


def test_figures_no_further_apart_than_chance_are_not_drawn():
    found = apart(ALIKE[0], ALIKE[1:])
    assert not found.drawn
    assert "At least 0.70 is asked for" in found.said[0]
    assert "no number of stays is known to be enough" in found.said[0]


def test_too_few_cases_are_told_how_many_would_be_enough():
    people = [counted(2, 20), *(counted(each.numerator // MILLION) for each in APART[:10])]
    needed = among(people).cases_needed
    assert needed < 100
    strict = apart(people[0], people[1:], threshold=0.95)
    asked = math.ceil(among(people, 0.95).cases_needed)
    assert f"That takes {asked} stays; here there are 20." in strict.said[0]
    assert not strict.drawn


def test_the_threshold_is_the_hospitals_to_set():
    mild = [counted(n) for n in (5, 14, 8, 12, 9, 16, 6, 11, 13, 7, 10)]
    share = float(among(mild).reliability[0])
    assert apart(mild[0], mild[1:], threshold=share - 0.01).drawn
    assert not apart(mild[0], mild[1:], threshold=share + 0.01).drawn


def test_below_ten_people_it_cannot_be_estimated_and_is_drawn_with_care():
    found = apart(ALIKE[0], ALIKE[1:8])
    assert found.drawn
    assert found.said[0] == (
        "How well this tells clinicians apart cannot be estimated: that takes at least 10 with "
        "figures, and here there are 8. Read it with care."
    )


def test_nobody_with_the_event_leaves_nothing_to_estimate_or_to_see():
    none = [counted(0)] * 11
    found = apart(none[0], none[1:])
    assert "some cases must have the event and some not" in found.said[0]
    assert found.said[1].startswith("None had the event, or all had it")


@pytest.mark.parametrize(("definition", "parts"), [(STAY, 1), (READMISSION, 2)])
def test_means_and_shared_records_have_no_method_and_say_so(definition, parts):
    people = [counted(9, parts=parts)] * 11
    found = apart(people[0], people[1:], definition)
    assert found.drawn
    assert found.said == [
        "How well this tells clinicians apart is not known: there is no method here for this kind "
        "of figure. Read it with care."
    ]


def test_what_could_show_and_what_chance_makes_are_said_beside_it():
    _, seen, chance = apart(APART[0], APART[1:]).said
    assert seen.startswith("With 100 stays, a true figure has to be ")
    assert seen.endswith(" times the average to show 8 times in 10.")
    assert chance == (
        "Of 11 clinicians, chance alone would put about 0.02 outside the 99.8% limits."
    )


def test_a_department_hears_who_reaches_it_and_draws_nobody_where_none_does():
    limits = funnel_of(ALIKE[0], {str(n): s for n, s in enumerate(ALIKE[1:])}, READMISSION)
    none = all_apart(ALIKE, READMISSION, limits, threshold=0.7, case_word="stay")
    assert "None of 11 clinicians reach 0.70." in none.said[0]
    assert not none.drawn
    some = [counted(2, 20), *APART[:10]]
    few = all_apart(some, READMISSION, limits, threshold=0.9, case_word="stay")
    assert "10 of 11 clinicians reach 0.90." in few.said[0]
    assert few.drawn
    assert 20 < few.needed <= 100
    assert [each.split(",")[0] for each in few.said[1:]] == ["With 20 stays", "With 100 stays"]


def test_a_difference_that_could_never_show_is_said_to_be_so():
    assert smallest_seen(3, 0.4).startswith("With 3 patients, not even the highest true figure")


@given(st.floats(0, 1))
def test_rounding_never_lifts_a_reliability_over_the_threshold(share):
    assert float(below_rounded(share)) <= share + 1e-9


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 50), min_size=10, max_size=15), st.integers(50, 300))
def test_whoever_has_the_cases_needed_reaches_the_threshold_and_nobody_else(events, cases):
    people = [counted(k, cases + 10 * place) for place, k in enumerate(events)]
    found = among(people)
    if found.between is None or found.cases_needed is None:
        assert not reaches(found).any()
        return
    assert (reaches(found) == (found.n >= found.cases_needed)).all()
    assert reliability_of_all(found)
    assert all(reliability_of_one(found, place) for place in range(len(people)))
