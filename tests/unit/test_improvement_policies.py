"""Who decides after a release, runs a cycle, joins one and writes drivers: rules, no database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import Reader, Reason, Role
from clinlead.improvement import policies
from clinlead.improvement.policies import (
    LEAST_MONTHS,
    MOVES,
    OPEN,
    CycleFacts,
    DecisionFacts,
    DriverFacts,
    Kind,
    PlaceFacts,
    State,
    Towards,
)

CARDIOLOGY, SURGERY, STREAM = 1, 2, 7
OWNER = 50


def reader(*roles: Role, account: int = 99, **places) -> Reader:
    return Reader(account_id=account, on=date(2026, 7, 1), roles=frozenset(roles), **places)


HERE = frozenset({CARDIOLOGY})
LEAD = reader(Role.LEAD, Role.CLINICIAN, account=1, leads=HERE, departments=HERE)
OTHER_LEAD = reader(Role.LEAD, account=2, leads=frozenset({SURGERY}))
STREAM_LEAD = reader(Role.STREAM_LEAD, account=3, streams_led=frozenset({STREAM}))
OWNS = reader(Role.CLINICIAN, account=OWNER, departments=HERE)
COLLEAGUE = reader(Role.CLINICIAN, account=4, departments=HERE)
CHIEF = reader(Role.CHIEF, account=5, chief_of=HERE)
WARD = reader(Role.STAFF, account=6, stationed=HERE)
MANAGER = reader(Role.OPERATIONS, account=7, streams_supported=frozenset({STREAM}))
EXECUTIVE = reader(Role.EXECUTIVE, account=8)

PLACE = PlaceFacts(department_id=CARDIOLOGY)
FOR_STREAM = PlaceFacts(department_id=CARDIOLOGY, stream_id=STREAM, stream_departments=HERE)
SHARED = replace(PLACE, shared=True)
DECISION = DecisionFacts(place=PLACE, because="Rounds come late")
CYCLE = CycleFacts(place=PLACE, owner_id=OWNER, state=State.RUNNING)
PLANNED = replace(CYCLE, state=State.PLANNED)
CLOSED = replace(CYCLE, state=State.CLOSED)
DIAGRAM = DriverFacts(departments=HERE, streams=frozenset({STREAM}))


def test_every_state_says_where_it_may_go():
    assert set(MOVES) == set(State)
    assert {state for state, after in MOVES.items() if after} == set(OPEN)


def test_every_kind_of_decision_has_its_words():
    assert all(kind.words for kind in Kind)


@pytest.mark.parametrize(
    ("person", "place", "sees"),
    [
        (LEAD, PLACE, True),
        (COLLEAGUE, PLACE, True),
        (CHIEF, PLACE, True),
        (WARD, PLACE, True),
        (OTHER_LEAD, PLACE, False),
        (OTHER_LEAD, SHARED, True),
        (reader(Role.CLINICIAN, departments=frozenset({SURGERY})), SHARED, False),
        (STREAM_LEAD, PLACE, False),
        (STREAM_LEAD, FOR_STREAM, True),
        (MANAGER, PLACE, False),
        (MANAGER, FOR_STREAM, True),
        (reader(Role.CLINICIAN, streams_joined=frozenset({STREAM})), FOR_STREAM, True),
        (reader(Role.ANALYST), PLACE, True),
        (reader(Role.PROJECT_TEAM), PLACE, True),
        (reader(Role.DIRECTOR), PLACE, True),
        (EXECUTIVE, SHARED, False),
        (reader(Role.HR), SHARED, False),
        (reader(Role.DPO), SHARED, False),
        (reader(Role.EVALUATOR), SHARED, False),
        (reader(Role.STAFF), PLACE, False),
        (reader(Role.STAFF), replace(PLACE, members=frozenset({99})), True),
    ],
)
def test_who_reads_a_decision_or_a_cycle(person, place, sees):
    assert (policies.why_not_see(person, place) is None) is sees


@pytest.mark.parametrize("role", [Role.HR, Role.DPO, Role.EVALUATOR, Role.SYSTEM_ADMINISTRATOR])
def test_whoever_sees_no_results_has_no_such_page(role):
    assert policies.why_not_open_room(reader(role)).reason is Reason.NOT_THEIRS_TO_SEE


def test_the_clinical_director_decides():
    assert policies.why_not_decide(LEAD, DECISION) is None


def test_a_stream_lead_decides_for_their_own_stream_in_its_departments():
    assert policies.why_not_decide(STREAM_LEAD, replace(DECISION, place=FOR_STREAM)) is None
    elsewhere = replace(FOR_STREAM, stream_departments=frozenset({SURGERY}))
    refused = policies.why_not_decide(STREAM_LEAD, replace(DECISION, place=elsewhere))
    assert refused.reason is Reason.NOT_AGREED


@pytest.mark.parametrize(
    ("person", "change", "expected"),
    [
        (COLLEAGUE, {}, Reason.NOT_A_LEAD),
        (OTHER_LEAD, {}, Reason.NOT_A_LEAD),
        (CHIEF, {}, Reason.NOT_A_LEAD),
        (STREAM_LEAD, {}, Reason.NOT_A_LEAD),
        (LEAD, {"released": False}, Reason.WRONG_STAGE),
        (LEAD, {"measured": False}, Reason.WRONG_STAGE),
        (LEAD, {"because": " "}, Reason.NO_REASON_GIVEN),
    ],
)
def test_a_decision_is_refused(person, change, expected):
    refusal = policies.why_not_decide(person, replace(DECISION, **change))
    assert refusal.reason is expected


@pytest.mark.parametrize(
    ("person", "change", "expected"),
    [
        (COLLEAGUE, {}, Reason.NOT_A_LEAD),
        (LEAD, {"withdrawn": True}, Reason.WRONG_STAGE),
        (LEAD, {"kind": Kind.NO_ACTION}, Reason.WRONG_STAGE),
        (LEAD, {"kind": Kind.CORRECT}, Reason.WRONG_STAGE),
        (LEAD, {"kind": Kind.REDEFINE}, Reason.WRONG_STAGE),
    ],
)
def test_no_cycle_starts_from_such_a_decision(person, change, expected):
    assert policies.why_not_plan(person, replace(DECISION, **change)).reason is expected


def test_only_what_is_to_be_spread_is_shared_and_once():
    spread = replace(DECISION, kind=Kind.SPREAD)
    assert policies.why_not_share_decision(LEAD, spread) is None
    assert policies.why_not_share_decision(LEAD, DECISION).reason is Reason.WRONG_STAGE
    again = replace(spread, place=SHARED)
    assert policies.why_not_share_decision(LEAD, again).reason is Reason.ALREADY_DONE
    assert policies.why_not_share_decision(CHIEF, spread).reason is Reason.NOT_A_LEAD


def test_a_decision_is_withdrawn_once_and_with_a_reason():
    assert policies.why_not_withdraw(LEAD, DECISION, "A mistake") is None
    assert policies.why_not_withdraw(LEAD, DECISION, " ").reason is Reason.NO_REASON_GIVEN
    gone = replace(DECISION, withdrawn=True)
    assert policies.why_not_withdraw(LEAD, gone, "x").reason is Reason.ALREADY_DONE


@pytest.mark.parametrize("person", [LEAD, OWNS], ids=["lead", "owner"])
def test_who_runs_a_cycle_leads_it_through(person):
    assert policies.why_not_start(person, PLANNED) is None
    assert policies.why_not_study(person, CYCLE) is None
    assert policies.why_not_call_off(person, CYCLE, "The ward closed") is None
    assert policies.why_not_follow(person, CLOSED) is None


def test_an_owner_who_left_the_department_runs_nothing_any_more():
    gone = replace(OWNS, departments=frozenset())
    assert policies.why_not_study(gone, CYCLE).reason is Reason.NOT_YOURS
    assert policies.why_not_hand_over(LEAD, CYCLE, to_belongs=True) is None


@pytest.mark.parametrize(
    ("person", "change", "expected"),
    [
        (COLLEAGUE, {}, Reason.NOT_YOURS),
        (LEAD, {"state": State.PLANNED}, Reason.ALREADY_DONE),
        (LEAD, {"state": State.CLOSED}, Reason.ALREADY_DONE),
        (LEAD, {"state": State.CALLED_OFF}, Reason.ALREADY_DONE),
        (LEAD, {"predicted": False}, Reason.NOT_AGREED),
        (LEAD, {"months_before": LEAST_MONTHS - 1}, Reason.GATE_NOT_PASSED),
        (LEAD, {"months_after": LEAST_MONTHS - 1}, Reason.GATE_NOT_PASSED),
        (LEAD, {"said": False}, Reason.NO_REASON_GIVEN),
    ],
)
def test_a_cycle_is_not_closed(person, change, expected):
    assert policies.why_not_study(person, replace(CYCLE, **change)).reason is expected


def test_the_refusal_says_how_many_months_there_are_and_why_three():
    said = policies.why_not_study(LEAD, replace(CYCLE, months_after=1)).because
    assert "There are 3 before and 1 after" in said
    assert "two set a line and one is over" in said


@given(
    st.sampled_from(State),
    st.booleans(),
    st.integers(0, 9),
    st.integers(0, 9),
    st.booleans(),
)
def test_no_cycle_is_ever_closed_without_prediction_data_and_words(
    state, predicted, before, after, said
):
    cycle = CycleFacts(
        place=PLACE,
        owner_id=OWNER,
        state=state,
        predicted=predicted,
        months_before=before,
        months_after=after,
        said=said,
    )
    allowed = policies.why_not_study(LEAD, cycle) is None
    enough = min(before, after) >= LEAST_MONTHS
    assert allowed == (state is State.RUNNING and predicted and enough and said)


def test_a_prediction_is_not_moved_once_it_is_tested():
    assert policies.why_not_change(LEAD, PLANNED) is None
    assert policies.why_not_change(LEAD, CYCLE).reason is Reason.WRONG_STAGE


@pytest.mark.parametrize(
    ("person", "cycle", "expected"),
    [
        (COLLEAGUE, CYCLE, None),
        (WARD, CYCLE, None),
        (MANAGER, replace(CYCLE, place=FOR_STREAM), None),
        (MANAGER, CYCLE, Reason.NOT_YOURS),
        (CHIEF, CYCLE, Reason.NOT_YOURS),
        (OTHER_LEAD, replace(CYCLE, place=SHARED), Reason.NOT_YOURS),
        (COLLEAGUE, CLOSED, Reason.WRONG_STAGE),
        (
            COLLEAGUE,
            replace(CYCLE, place=replace(PLACE, members=frozenset({4}))),
            Reason.ALREADY_DONE,
        ),
    ],
)
def test_who_joins_a_cycle(person, cycle, expected):
    refusal = policies.why_not_join(person, cycle)
    assert (refusal and refusal.reason) == expected


def test_a_cycle_is_handed_over_only_while_it_is_open_and_to_somebody_here():
    stranger = policies.why_not_hand_over(LEAD, CYCLE, to_belongs=False)
    assert stranger.reason is Reason.NOT_AGREED
    assert policies.why_not_hand_over(LEAD, CLOSED, to_belongs=True).reason is Reason.WRONG_STAGE


def test_a_cycle_is_shared_once_it_is_studied_and_by_who_decides():
    assert policies.why_not_share_cycle(LEAD, CLOSED) is None
    assert policies.why_not_share_cycle(LEAD, CYCLE).reason is Reason.WRONG_STAGE
    assert policies.why_not_share_cycle(OWNS, CLOSED).reason is Reason.NOT_A_LEAD


def test_the_outcomes_own_departments_and_streams_write_its_drivers():
    assert policies.why_not_write_drivers(LEAD, DIAGRAM) is None
    assert policies.why_not_write_drivers(STREAM_LEAD, DIAGRAM) is None
    for person in (OTHER_LEAD, CHIEF, COLLEAGUE, EXECUTIVE):
        assert policies.why_not_write_drivers(person, DIAGRAM).reason is Reason.NOT_A_LEAD
    again = replace(DIAGRAM, already=True)
    assert policies.why_not_write_drivers(LEAD, again).reason is Reason.ALREADY_DONE
    empty = replace(DIAGRAM, text=" ")
    assert policies.why_not_write_drivers(LEAD, empty).reason is Reason.NO_REASON_GIVEN


@pytest.mark.parametrize(
    ("towards", "value", "met"),
    [
        (Towards.AT_LEAST, 85.0, True),
        (Towards.AT_LEAST, 84.9, False),
        (Towards.AT_MOST, 4.5, True),
        (Towards.AT_MOST, 4.6, False),
    ],
)
def test_a_prediction_is_met_at_its_number(towards, value, met):
    assert towards.met(value, 85.0 if towards is Towards.AT_LEAST else 4.5) is met
