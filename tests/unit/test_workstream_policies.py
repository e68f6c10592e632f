"""Who may move streams, waive criteria and ask for help: rules, with no database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.workstreams.policies import (
    FAR_TOO_MANY,
    LAST,
    MOST_MEASURES,
    MOVES,
    RECORDS_PRECONDITION,
    STAGES,
    HelpFacts,
    LimitFacts,
    PartPlayed,
    Precondition,
    Status,
    StreamRule,
    WaiverFacts,
    why_not_allow_more,
    why_not_another_measure,
    why_not_answer_help,
    why_not_ask_for_help,
    why_not_edit_stages,
    why_not_join,
    why_not_leave,
    why_not_move,
    why_not_name,
    why_not_record_engagement,
    why_not_record_precondition,
    why_not_run_streams,
    why_not_see_help,
    why_not_set_up,
    why_not_step_back,
    why_not_waive,
    why_not_withdraw_precondition,
    why_not_withdraw_waiver,
)

CARDIOLOGY, SURGERY, STREAM = 1, 2, 7
HERE = frozenset({CARDIOLOGY})


def reader(*roles: Role, account: int = 99, **places) -> Reader:
    return Reader(account_id=account, on=date(2026, 7, 1), roles=frozenset(roles), **places)


TEAM = reader(Role.PROJECT_TEAM)
THE_LEAD = reader(Role.LEAD, Role.CLINICIAN, account=60, leads=HERE)
STREAM_LEAD = reader(Role.STREAM_LEAD, account=61, streams_led=frozenset({STREAM}))
CLINICIAN = reader(Role.CLINICIAN, account=62, person_id=5, departments=HERE)
READY = StreamRule(
    stream_id=STREAM, departments=HERE, stage=3, names=tuple(f"S{each}" for each in STAGES)
)


def test_the_project_team_moves_a_stream_whose_criteria_hold():
    assert why_not_move(TEAM, READY, 3, 4) is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROJECT_TEAM}))
def test_no_other_role_runs_streams(role):
    other = reader(role)
    assert why_not_run_streams(other).reason is Reason.NOT_YOURS
    assert why_not_move(other, READY, 3, 4).reason is Reason.NOT_YOURS
    assert why_not_step_back(other, READY, 3, 2, "x").reason is Reason.NOT_YOURS
    assert why_not_waive(other, WaiverFacts(stream=READY), "x").reason is Reason.NOT_YOURS
    assert why_not_withdraw_waiver(other, True, "x").reason is Reason.NOT_YOURS
    assert why_not_edit_stages(other, "x").reason is Reason.NOT_YOURS
    assert why_not_set_up(other, READY, False).reason is Reason.NOT_YOURS
    assert why_not_record_engagement(other, Status.ENGAGED, "x").reason is Reason.NOT_YOURS
    assert why_not_name(other, PartPlayed.COACH, frozenset()).reason is Reason.NOT_YOURS
    assert why_not_allow_more(other, 8, "x").reason is Reason.NOT_YOURS


@pytest.mark.parametrize(
    ("change", "seen", "to", "reason"),
    [
        ({}, 3, 5, Reason.WRONG_STAGE),  # skips one
        ({}, 3, 3, Reason.WRONG_STAGE),
        ({}, 3, 2, Reason.WRONG_STAGE),  # back is another act, with a reason
        ({}, 2, 3, Reason.ALREADY_DONE),  # somebody moved it meanwhile
        ({"unmet": ("An outcome",)}, 3, 4, Reason.GATE_NOT_PASSED),
        ({"status": Status.DID_NOT_ENGAGE}, 3, 4, Reason.WRONG_STAGE),
        ({"stage": LAST}, LAST, LAST + 1, Reason.WRONG_STAGE),
    ],
)
def test_a_move_is_refused(change, seen, to, reason):
    assert why_not_move(TEAM, replace(READY, **change), seen, to).reason is reason


def test_a_refusal_names_what_is_still_to_be_met():
    unmet = replace(READY, unmet=("An outcome", "A measure"))
    assert "An outcome; A measure" in why_not_move(TEAM, unmet, 3, 4).because


@pytest.mark.parametrize("stage", STAGES)
def test_forward_goes_one_stage_and_back_goes_to_any_passed(stage):
    forward = {to for to in MOVES[stage] if to > stage}
    assert forward == ({stage + 1} if stage < LAST else set())
    assert {to for to in MOVES[stage] if to < stage} == set(range(1, stage))


def test_every_pair_of_stages_moves_as_the_table_says():
    for stage in STAGES:
        here = replace(READY, stage=stage)
        for to in STAGES:
            forward = why_not_move(TEAM, here, stage, to) is None
            backward = why_not_step_back(TEAM, here, stage, to, "because") is None
            assert (forward or backward) == (to in MOVES[stage])
            assert not (forward and backward)


def test_stepping_back_needs_a_reason_and_an_earlier_stage():
    assert why_not_step_back(TEAM, READY, 3, 1, "  ").reason is Reason.NO_REASON_GIVEN
    assert why_not_step_back(TEAM, READY, 3, 4, "x").reason is Reason.WRONG_STAGE
    assert why_not_step_back(TEAM, READY, 4, 1, "x").reason is Reason.ALREADY_DONE


@pytest.mark.parametrize(
    ("facts", "because", "reason"),
    [
        (WaiverFacts(stream=READY), " ", Reason.NO_REASON_GIVEN),
        (WaiverFacts(stream=READY, running=True), "x", Reason.ALREADY_DONE),
        (WaiverFacts(stream=READY, criterion=False), "x", Reason.WRONG_STAGE),
    ],
)
def test_a_waiver_is_refused(facts, because, reason):
    assert why_not_waive(TEAM, facts, because).reason is reason


def test_nobody_waives_a_criterion_of_a_stream_of_their_own():
    facts = WaiverFacts(stream=READY)
    assert why_not_waive(TEAM, facts, "x") is None
    for own in ({"leads": HERE}, {"streams_led": frozenset({STREAM})}):
        mine = replace(TEAM, **own)
        assert why_not_waive(mine, facts, "x").reason is Reason.OWN_CASE


def test_a_waiver_is_withdrawn_once_and_with_a_reason():
    assert why_not_withdraw_waiver(TEAM, True, "x") is None
    assert why_not_withdraw_waiver(TEAM, False, "x").reason is Reason.ALREADY_DONE
    assert why_not_withdraw_waiver(TEAM, True, "").reason is Reason.NO_REASON_GIVEN


def test_not_engaging_needs_a_reason_and_engaging_a_record():
    for status in Status:
        assert why_not_record_engagement(TEAM, status, "x") is None
        refusal = why_not_record_engagement(TEAM, status, "")
        assert refusal.reason is Reason.NO_REASON_GIVEN


def test_a_sponsor_is_somebody_above():
    assert why_not_name(TEAM, PartPlayed.SPONSOR, frozenset({Role.CHIEF})) is None
    refused = why_not_name(TEAM, PartPlayed.SPONSOR, frozenset({Role.LEAD}))
    assert refused.reason is Reason.NOT_AGREED
    assert why_not_name(TEAM, PartPlayed.MANAGER, frozenset()) is None


def test_a_stream_has_departments_and_a_name_of_its_own():
    assert why_not_set_up(TEAM, READY, False) is None
    assert why_not_set_up(TEAM, READY, True).reason is Reason.ALREADY_DONE
    nowhere = replace(READY, departments=frozenset())
    assert why_not_set_up(TEAM, nowhere, False).reason is Reason.NOT_AGREED


def test_clinicians_of_its_departments_join_and_leave_for_themselves():
    assert why_not_join(CLINICIAN, READY, False) is None
    assert why_not_join(CLINICIAN, READY, True).reason is Reason.ALREADY_DONE
    elsewhere = replace(CLINICIAN, departments=frozenset({SURGERY}))
    assert why_not_join(elsewhere, READY, False).reason is Reason.NOT_YOURS
    assert why_not_join(TEAM, READY, False).reason is Reason.NOT_YOURS
    assert why_not_leave(True) is None
    assert why_not_leave(False).reason is Reason.ALREADY_DONE


@pytest.mark.parametrize("kind", Precondition)
def test_a_precondition_is_recorded_by_whoever_may_and_with_evidence(kind):
    for role in Role:
        refusal = why_not_record_precondition(reader(role), kind, "x", False)
        assert (refusal is None) == (role in RECORDS_PRECONDITION[kind])
        undone = why_not_withdraw_precondition(reader(role), kind, "x")
        assert (undone is None) == (role in RECORDS_PRECONDITION[kind])
    able = reader(RECORDS_PRECONDITION[kind][0])
    assert why_not_record_precondition(able, kind, " ", False).reason is Reason.NO_REASON_GIVEN
    assert why_not_record_precondition(able, kind, "x", True).reason is Reason.ALREADY_DONE
    assert why_not_withdraw_precondition(able, kind, "").reason is Reason.NO_REASON_GIVEN


def test_the_caldicott_sign_off_is_never_the_project_teams_own_word():
    assert Role.PROJECT_TEAM not in RECORDS_PRECONDITION[Precondition.CALDICOTT]
    assert Role.PROJECT_TEAM not in RECORDS_PRECONDITION[Precondition.IMPACT_ASSESSMENT]


HELP = HelpFacts(stream=READY, raised_by_id=60, managers=frozenset({70}), coaches=frozenset({80}))


def test_those_who_run_a_stream_ask_for_help():
    manager = reader(Role.OPERATIONS, account=70)
    for who in (THE_LEAD, STREAM_LEAD, manager):
        assert why_not_ask_for_help(who, HELP, "x") is None
        assert why_not_ask_for_help(who, HELP, " ").reason is Reason.NO_REASON_GIVEN
    for who in (CLINICIAN, TEAM, reader(Role.EXECUTIVE), reader(Role.OPERATIONS)):
        assert why_not_ask_for_help(who, HELP, "x").reason is Reason.NOT_YOURS


def test_a_request_for_help_is_seen_by_whoever_asked_the_team_and_the_coach():
    coach = reader(Role.STAFF, account=80)
    for who in (THE_LEAD, TEAM, coach):
        assert why_not_see_help(who, HELP) is None
    others = (CLINICIAN, STREAM_LEAD, reader(Role.CHIEF), reader(Role.DIRECTOR))
    for who in others:
        assert why_not_see_help(who, HELP).reason is Reason.NOT_THEIRS_TO_SEE


def test_help_is_answered_once_by_somebody_else():
    coach = reader(Role.STAFF, account=80)
    for who in (TEAM, coach):
        assert why_not_answer_help(who, HELP, "x") is None
        assert why_not_answer_help(who, HELP, "").reason is Reason.NO_REASON_GIVEN
        assert (
            why_not_answer_help(who, replace(HELP, answered=True), "x").reason
            is Reason.ALREADY_DONE
        )
    asker = replace(TEAM, account_id=60)
    assert why_not_answer_help(asker, HELP, "x").reason is Reason.OWN_CASE
    assert why_not_answer_help(THE_LEAD, HELP, "x").reason is Reason.NOT_YOURS


def six() -> LimitFacts:
    return LimitFacts(name="Heart", measures=frozenset(f"m{n}" for n in range(MOST_MEASURES)))


def test_a_stream_has_six_measures_at_most_unless_the_team_says_so():
    assert why_not_another_measure(six(), "m7").reason is Reason.WRONG_STAGE
    assert why_not_another_measure(six(), "m1") is None  # one it has already, for another outcome
    assert why_not_another_measure(replace(six(), most=7), "m7") is None


@pytest.mark.parametrize(
    ("most", "because", "reason"),
    [
        (MOST_MEASURES, "x", Reason.WRONG_STAGE),
        (FAR_TOO_MANY + 1, "x", Reason.WRONG_STAGE),
        (MOST_MEASURES + 1, " ", Reason.NO_REASON_GIVEN),
    ],
)
def test_an_exception_has_a_bound_and_a_reason(most, because, reason):
    assert why_not_allow_more(TEAM, MOST_MEASURES + 1, "x") is None
    assert why_not_allow_more(TEAM, most, because).reason is reason


def test_new_stages_say_why():
    assert why_not_edit_stages(TEAM, "x") is None
    assert why_not_edit_stages(TEAM, " ").reason is Reason.NO_REASON_GIVEN
