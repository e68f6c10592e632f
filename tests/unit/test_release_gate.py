import dataclasses
from datetime import date

import pytest

from clinlead.releases.gate import Elsewhere, GateFacts, MonthFacts, gate, is_open
from clinlead.releases.quarter import Left, Work, path_of
from clinlead.releases.totals import TotalFacts, TotalSaid, why_not_total

RECONCILED = TotalFacts(measure="Length of stay", entered=True, theirs=9, ours_then=9, ours_now=9)
GOOD = MonthFacts(measure="Length of stay", month="May 2026", grade="A", because="No row fails.")
READY = GateFacts(
    on=date(2026, 7, 22),
    figures=12,
    window_closes_on=date(2026, 7, 21),
    grades=("A", "C"),
    lowest_grade="C",
    months=(GOOD,),
    totals=(RECONCILED,),
    overdue_challenges=0,
    open_challenges=0,
    checked=True,
)


def failed(facts: GateFacts) -> dict[str, str]:
    return {each.code: each.missing for each in gate(facts) if not each.passed}


def test_a_release_that_lacks_nothing_may_go_out():
    assert is_open(gate(READY))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"figures": 0}, "figures", "No month of this period is complete"),
        ({"window_closes_on": None}, "window", "no window was opened"),
        ({"window_closes_on": date(2026, 7, 22)}, "window", "until 22 July 2026"),
        ({"grades": ()}, "quality", "No load"),
        ({"grades": ("A", "D")}, "quality", "grade D"),
        ({"grades": ("A", "")}, "quality", "grade none"),
        ({"grades": ("B",), "lowest_grade": "A"}, "quality", "grade B"),
        ({"months": (GOOD, dataclasses.replace(GOOD, grade="D"))}, "months", "May 2026: grade D"),
        ({"months": (dataclasses.replace(GOOD, grade=""),)}, "months", "not graded"),
        ({"months": ()}, "months", "no month of a measure to grade"),
        ({"months": (dataclasses.replace(GOOD, grade="D"),) * 9}, "months", "And 5 months more"),
        ({"overdue_challenges": 1}, "challenges", "1 challenge overdue"),
        ({"overdue_challenges": 2}, "challenges", "2 challenges overdue"),
        ({"checked": False}, "check", "not done"),
        ({"checked": False, "check_lapsed": True}, "check", "done again"),
        ({"to_interpret": 1}, "interpretation", "1 figure with a signal"),
        ({"to_sign_off": 3}, "sign-off", "3 figures not signed off"),
    ],
)
def test_one_thing_missing_shuts_the_gate_and_says_what(change, code, words):
    missing = failed(dataclasses.replace(READY, **change))
    assert list(missing) == [code]
    assert words in missing[code]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"entered": False}, "no control total entered"),
        ({"theirs": 10}, "not explained"),
        ({"theirs": None}, "not explained"),
        ({"theirs": 10, "explained": True, "ours_now": 8}, "was 9"),
    ],
)
def test_a_control_total_that_is_not_reconciled_shuts_the_gate(change, words):
    totals = (dataclasses.replace(RECONCILED, **change),)
    assert words in failed(dataclasses.replace(READY, totals=totals))["totals"]


@pytest.mark.parametrize(
    "change",
    [
        {"theirs": 10, "explained": True},
        {"theirs": None, "explained": True},
        {"theirs": 8, "ours_now": 8},  # a correction brought ours to theirs
    ],
)
def test_a_difference_that_is_explained_or_gone_passes(change):
    totals = (dataclasses.replace(RECONCILED, **change),)
    assert is_open(gate(dataclasses.replace(READY, totals=totals)))


STAYS = TotalFacts(
    measure="Length of stay",
    month="March 2026",
    entered=True,
    theirs=512,
    ours_then=498,
    ours_now=498,
    tolerance=1.0,
)


def test_a_difference_beyond_the_tolerance_is_said_in_plain_words_for_its_month():
    assert STAYS.open_because == (
        "Length of stay, March 2026: ours is 498 and theirs 512, 14 fewer (2.7%), more than the 1% "
        "allowed; the difference is not explained."
    )


def test_a_difference_within_the_tolerance_passes_and_is_still_said():
    near = dataclasses.replace(STAYS, ours_now=507)
    criteria = gate(dataclasses.replace(READY, totals=(near,)))
    assert is_open(criteria)
    said = "March 2026: ours is 507 and theirs 512, 5 fewer (1.0%), within the 1% allowed."
    assert any(said in each.note for each in criteria)


def test_none_of_theirs_and_some_of_ours_is_no_agreement():
    assert "not explained" in dataclasses.replace(STAYS, theirs=0).open_because
    assert not dataclasses.replace(STAYS, theirs=0, ours_then=0, ours_now=0).open_because


OURS = {"length-of-stay": {"": 30, "2026-01": 10, "2026-02": 9, "2026-03": 11}}


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"months": {"2026-01": 10}, "source": ""}, "Say where"),
        ({"months": {"2025-12": 10}}, "not in this release"),
        ({"theirs": 31, "months": {"2026-01": 10, "2026-02": 9, "2026-03": 11}}, "add up to 30"),
        ({}, "Say why there is no total"),
        ({"measure": "another", "theirs": 3}, "no such measure"),
    ],
)
def test_totals_that_cannot_be_kept_are_refused_with_what_is_wrong(said, because):
    given = {"measure": "length-of-stay", "source": "Board report"} | said
    assert because in why_not_total(TotalSaid(**given), OURS).because


def test_totals_of_some_months_stand_without_one_of_the_period():
    said = TotalSaid(measure="length-of-stay", source="Ward lists", months={"2026-02": 9})
    assert why_not_total(said, OURS) is None
    assert said.by_month == {"2026-02": 9}


def test_open_challenges_that_are_not_overdue_do_not_block_but_are_said():
    criteria = gate(dataclasses.replace(READY, open_challenges=2))
    assert is_open(criteria)
    assert any("with and without" in each.note for each in criteria)


def test_what_is_missing_says_who_can_do_it_and_what_is_done_names_nobody():
    for each in gate(dataclasses.replace(READY, to_sign_off=3, own_to_sign_off=Elsewhere(leads=2))):
        assert bool(each.who) is not each.passed
        if each.code == "sign-off":
            assert "2 of their own go to the chief" in each.who


def test_what_is_a_chiefs_own_waits_for_the_medical_director():
    own = Elsewhere(leads=1, directors_cases=2)
    said = {
        each.code: each.who
        for each in gate(dataclasses.replace(READY, to_sign_off=5, own_to_sign_off=own))
    }
    assert said["sign-off"] == (
        "The clinical director; 1 of their own goes to the chief of service; 2 of a chief of "
        "service’s or medical director’s own go to a medical director."
    )


def test_what_nobody_may_decide_yet_says_who_must_be_named():
    own = Elsewhere(directors_cases=1, nobodys=1)
    asked = dataclasses.replace(READY, to_interpret=1, own_to_interpret=own)
    said = {each.code: each.who for each in gate(asked)}
    assert said["interpretation"] == (
        "The clinical director; 1 of a chief of service’s or medical director’s own waits until a "
        "second or deputy medical director is named: a system administrator proposes one under "
        "Roles."
    )


def test_the_path_says_what_of_it_waits_for_somebody_else_and_counts_no_minute_for_it():
    work = Work(challenges=Left(4, 1), to_interpret=Left(2), to_sign_off=Left(49), released=False)
    settle, interpret, *_ = path_of(work, {})
    assert settle.left == "3 challenges left, and 1 for somebody else"
    assert (settle.minutes, interpret.left, settle.state) == (9, "2 figures left", "now")
    only_theirs = dataclasses.replace(work, challenges=Left(1, 1))
    settle, interpret, *_ = path_of(only_theirs, {})
    assert (settle.done, settle.state, interpret.state) == (False, "", "now")
