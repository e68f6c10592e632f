"""Who may see, ask and answer about job plans, and which points are worth a question."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import OwnerFacts, Reader, Reason, Role
from clinlead.figures.sums import Sums
from clinlead.jobplans.concordance import PlanFacts, Point, found_in
from clinlead.jobplans.fairness import Share, beside, share_of
from clinlead.jobplans.policies import (
    QuestionFacts,
    why_not_answer,
    why_not_ask,
    why_not_close,
    why_not_see_aggregate,
    why_not_see_plan,
    why_not_see_plans,
)
from clinlead.measures.actions import shipped_texts
from clinmeasures.definitions import parse_definition

HERE, ELSEWHERE = 1, 2
DOCTOR = OwnerFacts(person_id=10, departments=frozenset({HERE}))
DIRECTOR_OF_IT = replace(DOCTOR, person_id=11, owner_leads=True)


def reader(*roles: Role, person: int = 99, **places) -> Reader:
    return Reader(
        account_id=person,
        person_id=person,
        on=date(2026, 7, 1),
        roles=frozenset(roles),
        **places,
    )


OWNER = reader(Role.CLINICIAN, person=10, departments=frozenset({HERE}))
PEER = reader(Role.CLINICIAN, departments=frozenset({HERE}))
LEAD = reader(Role.LEAD, person=11, leads=frozenset({HERE}), departments=frozenset({HERE}))
OTHER_LEAD = reader(Role.LEAD, leads=frozenset({ELSEWHERE}))
CHIEF = reader(Role.CHIEF, chief_of=frozenset({HERE}))
HR = reader(Role.HR)
EXECUTIVE = reader(Role.EXECUTIVE)
MEDICAL_DIRECTOR = reader(Role.DIRECTOR)


@pytest.mark.parametrize("who", [OWNER, LEAD, CHIEF, HR])
def test_a_plan_is_read_by_its_owner_lead_chief_and_hr(who):
    assert why_not_see_plan(who, DOCTOR) is None


@pytest.mark.parametrize("who", [PEER, OTHER_LEAD, EXECUTIVE, MEDICAL_DIRECTOR, *map(
    reader, set(Role) - {Role.HR, Role.DIRECTOR})])  # fmt: skip
def test_nobody_else_reads_it(who):
    assert why_not_see_plan(who, DOCTOR).reason is Reason.NOT_THEIRS_TO_SEE
    assert why_not_see_plans(who, HERE).reason is Reason.NOT_THEIRS_TO_SEE


def test_the_medical_director_reads_a_clinical_directors_and_a_chiefs_alone():
    for owner in (DIRECTOR_OF_IT, replace(DOCTOR, owner_goes_to_director=True)):
        assert why_not_see_plan(MEDICAL_DIRECTOR, owner) is None


@pytest.mark.parametrize(("people", "refused"), [(9, True), (10, False)])
def test_an_executive_reads_no_total_of_fewer_than_ten(people, refused):
    assert bool(why_not_see_aggregate(EXECUTIVE, people)) is refused
    assert why_not_see_aggregate(LEAD, people) is not None


def test_hr_asks_and_never_about_their_own_plan():
    assert why_not_ask(HR, DOCTOR, "Why?") is None
    assert why_not_ask(LEAD, DOCTOR, "Why?").reason is Reason.NOT_YOURS
    assert why_not_ask(HR, DOCTOR, " ").reason is Reason.NO_REASON_GIVEN
    assert why_not_ask(replace(HR, person_id=10), DOCTOR, "Why?").reason is Reason.OWN_CASE


OPEN = QuestionFacts(owner=DOCTOR)


@pytest.mark.parametrize(
    ("who", "question", "refused"),
    [
        (LEAD, OPEN, None),
        (CHIEF, OPEN, Reason.NOT_A_LEAD),
        (HR, OPEN, Reason.NOT_A_LEAD),
        (OWNER, OPEN, Reason.OWN_CASE),
        (LEAD, replace(OPEN, owner=DIRECTOR_OF_IT), Reason.OWN_CASE),
        (CHIEF, replace(OPEN, owner=DIRECTOR_OF_IT), None),
        (LEAD, replace(OPEN, answered=True), Reason.ALREADY_DONE),
        (LEAD, replace(OPEN, closed=True), Reason.ALREADY_DONE),
    ],
)
def test_whoever_decides_for_the_clinician_answers_once(who, question, refused):
    answer = why_not_answer(who, question, "So")
    assert (answer and answer.reason) is refused


def test_hr_closes_what_was_answered():
    answered = replace(OPEN, answered=True)
    assert why_not_close(HR, answered) is None
    assert why_not_close(LEAD, answered).reason is Reason.NOT_YOURS
    assert why_not_close(HR, OPEN).reason is Reason.WRONG_STAGE
    assert why_not_close(HR, replace(answered, closed=True)).reason is Reason.ALREADY_DONE


AGREES = PlanFacts(
    weekly={"dcc": 7.5, "spa": 2.5}, whole_time=1, planned=300, delivered=150, seen_here=0.5
)


def points(**change) -> list[Point]:
    return [each.point for each in found_in(replace(AGREES, **change))]


def test_a_plan_that_agrees_has_no_point():
    assert points() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"weekly": {}}, [Point.NO_PLAN]),
        ({"whole_time": 0.9}, [Point.CONTRACT]),
        ({"whole_time": 0.96}, []),  # 10 sessions against 9.6: less than half a session
        ({"delivered": 110}, [Point.DELIVERED]),  # 37%, less than three quarters of 50%
        ({"delivered": 200}, [Point.DELIVERED]),  # 67%, more than five quarters of 50%
        ({"delivered": 0, "planned": 19}, []),  # too few to say
        ({"unchanged": 13}, [Point.AGE]),
        ({"unchanged": 12}, []),
        ({"profiled": False}, [Point.PROFILE]),
    ],
)
def test_each_point_is_found(change, expected):
    assert points(**change) == expected


TEXTS = dict(shipped_texts())
ATTENDANCES = parse_definition(TEXTS["workload-attendances.toml"], source="test")


def shared(values: dict[str, int], unlike: set[str] = frozenset()) -> Share:
    """`values`: weighted attendances a whole-time week, of people with enough days."""
    rows = {
        unit: [type("Month", (), {"sums": Sums(n=60, numerator=value, denominator=1)})()]
        for unit, value in values.items()
    }
    return share_of(ATTENDANCES, rows, unlike)


def test_the_middle_half_is_said_of_more_than_five_and_names_nobody():
    share = shared({f"P{n}": n for n in range(10, 21)})  # quartiles of 10 to 20: 12 and 18
    assert share.said.startswith("Half of 11 clinicians are between 12 and 18")
    assert share.drawn("x") is not None
    few = shared({f"P{n}": n for n in range(10, 15)})
    assert "more than 5" in few.said
    assert few.drawn("x") is None


def test_whoever_does_other_work_is_left_out_and_counted():
    share = shared({f"P{n}": n for n in range(10, 18)}, unlike={"P10"})
    assert "P10" not in share.people
    assert "1 clinician with other work is left out" in share.said


def test_ones_own_stands_beside_at_least_five_others():
    share = shared({f"P{n}": n for n in range(10, 15)})
    assert "at least 5 others" in beside(share, "P10").others  # four others
    assert (
        "Half of 5 colleagues" in beside(shared({f"P{n}": n for n in range(10, 16)}), "P10").others
    )
    assert beside(share, "P99") is None
