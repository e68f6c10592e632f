"""What one person may open never lets them work out another's figure by taking away."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import Reader
from clinlead.figures.comparing import shown_beside
from clinlead.figures.left_out import left_out_words
from clinlead.figures.policies import TeamFacts, leaves_too_few, why_not_see_team
from clinlead.figures.sums import MILLION, Sums
from clinlead.releases.policies import FigureFacts, Stage
from clinlead.releases.policies import why_not_see_team as why_not_see_released
from clinmeasures.definitions import library

READMISSION = library()["emergency-readmission-30d"]
ENOUGH = READMISSION.minimum
CASES = st.lists(st.integers(0, 3 * ENOUGH), min_size=1, max_size=9)


def sums(cases: int) -> Sums:
    return Sums(
        n=cases,
        numerator=0,
        denominator=cases * MILLION,
        weight=cases * MILLION,
        weight_squared=cases * MILLION**2,
    )


def of(cases) -> dict[str, Sums]:
    return {f"P{place}": sums(each) for place, each in enumerate(cases)}


def left_out(everybody, shown) -> set[str]:
    """Who counts in the department's total and is not shown beside."""
    return {unit for unit, each in everybody.items() if each.n and unit not in shown}


@given(CASES)
def test_the_department_less_those_shown_is_never_one_persons_figure(cases):
    everybody = of(cases)
    shown = shown_beside(everybody, READMISSION)
    assert len(left_out(everybody, shown)) != 1 or not shown
    assert all(each.n >= ENOUGH for each in shown.values())


@given(CASES, st.sets(st.integers(0, 8)))
def test_nor_is_it_where_somebodys_work_is_not_alike(cases, unlike):
    everybody, other = of(cases), {f"P{place}" for place in unlike}
    shown = shown_beside(everybody, READMISSION, unlike=other)
    assert len(left_out(everybody, shown)) != 1 or not shown
    assert not other & shown.keys()
    said = left_out_words(everybody, shown, READMISSION, unlike=other)
    counts = [int(part.split()[0]) for part in said.partition(": ")[2].split("; ") if part]
    assert sum(counts) == len(left_out(everybody, shown))
    assert all(unit not in said for unit in everybody)


def test_who_is_left_out_is_said_by_how_many_and_why():
    everybody = of([60, 50, 60, 60, 60, 60, 60])
    shown = shown_beside(everybody, READMISSION, unlike={"P0"})
    assert shown.keys() == {"P2", "P3", "P4", "P5", "P6"}
    assert left_out_words(everybody, shown, READMISSION, unlike={"P0"}) == (
        "2 colleagues are left out: 1 whose role profile says that the work is not like the "
        "others'; 1 lest one figure be worked out by taking away."
    )
    assert left_out_words(everybody, everybody, READMISSION, unlike=()) == ""
    few = of([60, 60, ENOUGH - 1])
    assert left_out_words(few, {"P0", "P1"}, READMISSION, unlike=()) == (
        f"1 colleague is left out: 1 with fewer cases than the {ENOUGH} that this measure needs."
    )


@given(CASES)
def test_where_nobody_is_left_out_alone_nobody_else_is_taken_with_them(cases):
    everybody = of(cases)
    few = [each for each in cases if 0 < each < ENOUGH]
    if len(few) != 1:
        assert len(shown_beside(everybody, READMISSION)) == sum(each >= ENOUGH for each in cases)


def test_two_editions_do_not_give_away_by_difference_whom_both_leave_out():
    # At first two have too few cases. A correction lifts the second over the bound, so that a third
    # now has fewest of those with enough: left out in place of the second, the first would be the
    # difference of the two editions' totals less the third's figure in the first edition.
    first = of([3, ENOUGH - 1, ENOUGH + 1, 60, 60, 60, 60, 60])
    second = {**first, "P1": sums(ENOUGH + 5)}
    then = left_out(first, shown_beside(first, READMISSION))
    assert then == {"P0", "P1"}
    now = left_out(second, shown_beside(second, READMISSION, lambda: then))
    assert now == then
    alone = left_out(second, shown_beside(second, READMISSION))
    assert alone == {"P0", "P2"}, "what an edition on its own would leave out"


@pytest.mark.parametrize(
    ("contributors", "seen", "refused"),
    [(12, 0, False), (12, 7, False), (12, 8, True), (12, 11, True), (12, 12, False), (6, 1, False)],
)
def test_a_total_less_those_a_stream_lead_sees_by_name_is_never_of_few_others(
    contributors, seen, refused
):
    here = frozenset({1})
    reader = Reader(account_id=9, on=date(2026, 7, 1), stream_departments=here)
    team = TeamFacts(department_id=1, contributors=contributors, released=True, seen=seen)
    figure = FigureFacts(
        department_id=1, stage=Stage.RELEASED, person_id=None, contributors=contributors, seen=seen
    )
    assert leaves_too_few(contributors, seen) is refused
    assert (why_not_see_team(reader, team) is not None) is refused
    assert (why_not_see_released(figure, reader) is not None) is refused
    lead = replace(reader, leads=here)
    assert why_not_see_team(lead, team) is None
