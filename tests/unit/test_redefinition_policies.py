"""Who may speak of a wording, redefine it, approve it and follow it: rules, with no database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.measures import redefinition as rules
from clinlead.measures.redefinition import (
    MOVES,
    STATES,
    DraftFacts,
    FeedbackFacts,
    MoveFacts,
    State,
    VersionFacts,
)

HERE, ELSEWHERE = 1, 2
AUTHOR, CHECKER = 50, 60


def reader(*roles: Role, account: int = 99, **places) -> Reader:
    return Reader(account_id=account, on=date(2026, 7, 1), roles=frozenset(roles), **places)


ANALYST = reader(Role.ANALYST, account=AUTHOR)
EXECUTIVE = reader(Role.EXECUTIVE)
LEAD = reader(Role.LEAD, account=CHECKER, leads=frozenset({HERE}))
OTHER_LEAD = reader(Role.LEAD, account=61, leads=frozenset({ELSEWHERE}))
CHIEF = reader(Role.CHIEF, account=62, chief_of=frozenset({HERE}))
CLINICIAN = reader(Role.CLINICIAN, departments=frozenset({HERE}))
USED = frozenset({HERE})
DRAFT = DraftFacts(authors=frozenset({AUTHOR}), departments=USED)
CHECKING = replace(DRAFT, state=State.CHECKING)
CHECKED = replace(DRAFT, state=State.CHECKED, checked_by_id=CHECKER)
MOVE = MoveFacts(
    department_id=HERE, using=1, to=2, month="2026-04", used_since="2025-01", released_to="2026-03"
)


def test_every_state_says_where_it_may_go_and_what_it_is_called():
    assert set(MOVES) == set(State) == set(STATES)


@pytest.mark.parametrize("who", [LEAD, CHIEF, ANALYST, reader(Role.DIRECTOR)])
def test_managers_of_departments_that_use_it_may_say_what_is_wrong(who):
    assert rules.why_not_comment(who, USED, "It counts second stages.") is None
    assert rules.why_not_comment(who, USED, " ").reason is Reason.NO_REASON_GIVEN


@pytest.mark.parametrize("who", [CLINICIAN, OTHER_LEAD, EXECUTIVE, reader(Role.STAFF)])
def test_others_read_it_and_are_told_who_speaks(who):
    assert rules.why_not_comment(who, USED, "words").reason is Reason.NOT_YOURS


def test_author_checker_and_approver_are_three_people():
    assert rules.why_not_check(ANALYST, CHECKING).reason is Reason.OWN_WORK
    assert rules.why_not_check(LEAD, CHECKING) is None
    author = replace(EXECUTIVE, account_id=AUTHOR)
    checker = replace(EXECUTIVE, account_id=CHECKER)
    assert rules.why_not_approve(author, CHECKED).reason is Reason.OWN_WORK
    assert rules.why_not_approve(checker, CHECKED).reason is Reason.OWN_WORK
    assert rules.why_not_approve(EXECUTIVE, CHECKED) is None


@pytest.mark.parametrize("state", sorted(set(State) - {State.CHECKED}))
def test_nothing_is_approved_that_nobody_checked(state):
    drafted = replace(CHECKED, state=state)
    assert rules.why_not_approve(EXECUTIVE, drafted).reason is Reason.WRONG_STAGE


@pytest.mark.parametrize("state", sorted(set(State) - {State.DRAFT}))
def test_a_text_that_was_sent_stands_still(state):
    assert rules.why_not_edit(ANALYST, replace(DRAFT, state=state)).reason is Reason.WRONG_STAGE


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ANALYST}))
def test_only_analysts_draft_and_answer(role):
    who = reader(role, leads=USED, chief_of=USED)
    assert rules.why_not_draft(who, another_runs=False).reason is Reason.NOT_AN_ANALYST
    assert rules.why_not_edit(who, DRAFT).reason is Reason.NOT_AN_ANALYST
    assert rules.why_not_answer(who, FeedbackFacts(), "x").reason is Reason.NOT_AN_ANALYST


def test_one_new_version_runs_at_a_time_and_feedback_it_takes_up_waits_for_it():
    assert rules.why_not_draft(ANALYST, another_runs=True).reason is Reason.ALREADY_DONE
    taken = FeedbackFacts(taken_up=True)
    assert rules.why_not_answer(ANALYST, taken, "No").reason is Reason.WRONG_STAGE


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        (OTHER_LEAD, {}, Reason.NOT_A_LEAD),
        (CHIEF, {}, Reason.NOT_A_LEAD),
        (LEAD, {"using": None}, Reason.ALREADY_DONE),
        (LEAD, {"using": 2}, Reason.ALREADY_DONE),
        (LEAD, {"approved": False}, Reason.NOT_AGREED),
        (LEAD, {"retired": True}, Reason.NOT_AGREED),
        (LEAD, {"computed": False}, Reason.WRONG_STAGE),
        (LEAD, {"month": "2026-03"}, Reason.WRONG_STAGE),
        (LEAD, {"used_since": "2026-05"}, Reason.WRONG_STAGE),
    ],
)
def test_following_another_version_is_refused(who, change, expected):
    refusal = rules.why_not_move(who, replace(MOVE, **change), "a reason")
    assert refusal is not None
    assert refusal.reason is expected


def test_the_lead_has_the_department_follow_it_with_a_reason():
    assert rules.why_not_move(LEAD, MOVE, "Our meeting of June") is None
    assert rules.why_not_move(LEAD, MOVE, " ").reason is Reason.NO_REASON_GIVEN


def test_a_version_that_a_department_follows_is_not_retired():
    assert rules.why_not_retire(EXECUTIVE, VersionFacts(), "Superseded") is None
    used = VersionFacts(used_by=USED)
    assert "1 department uses it" in rules.why_not_retire(EXECUTIVE, used, "x").because
    assert rules.why_not_retire(ANALYST, VersionFacts(), "x").reason is Reason.NOT_YOURS
