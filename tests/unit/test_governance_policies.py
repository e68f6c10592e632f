"""Who may plan, read, minute and approve a meeting; and names taken out. No database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.governance import policies as rules
from clinlead.governance.naming import named_in, without_names
from clinlead.governance.policies import MOVES, STATES, ActionFacts, MeetingFacts, State

HERE = 1
DAY = date(2026, 7, 30)


def reader(*roles: Role, account: int = 99, **places) -> Reader:
    return Reader(account_id=account, on=DAY, roles=frozenset(roles), **places)


LEAD = reader(Role.LEAD, leads=frozenset({HERE}))
OTHER_LEAD = reader(Role.LEAD, leads=frozenset({2}))
MEMBER = reader(Role.CLINICIAN, departments=frozenset({HERE}))
CHIEF = reader(Role.CHIEF, chief_of=frozenset({HERE, 3}))
MANAGER = reader(Role.OPERATIONS, stationed=frozenset({HERE}))
WARD = reader(Role.STAFF, stationed=frozenset({HERE}))
EXECUTIVE = reader(Role.EXECUTIVE)
MEETING = MeetingFacts(departments=frozenset({HERE}), held_on=DAY)
HELD = replace(MEETING, state=State.HELD, versions=1)
APPROVED = replace(HELD, state=State.APPROVED)


def test_every_state_says_where_it_may_go_and_what_it_is_called():
    assert set(MOVES) == set(State) == set(STATES)


@pytest.mark.parametrize("who", [LEAD, MEMBER, CHIEF, MANAGER, EXECUTIVE, reader(Role.DIRECTOR)])
def test_they_read_agenda_and_approved_minutes(who):
    assert rules.why_not_open(who, MEETING) is None
    assert rules.why_not_read_minutes(who, APPROVED) is None


@pytest.mark.parametrize("who", [OTHER_LEAD, WARD, reader(Role.ANALYST), reader(Role.HR)])
def test_others_do_not_know_of_it(who):
    assert rules.why_not_know(who, MEETING).reason is Reason.NOT_THEIRS_TO_SEE
    assert rules.why_not_read_minutes(who, APPROVED).reason is Reason.NOT_THEIRS_TO_SEE


def test_the_project_team_sees_the_calendar_alone():
    team = reader(Role.PROJECT_TEAM)
    assert rules.why_not_know(team, MEETING) is None
    assert rules.why_not_open(team, MEETING).reason is Reason.NOT_THEIRS_TO_SEE


def test_minutes_that_nobody_approved_are_the_writers():
    assert rules.why_not_read_minutes(LEAD, HELD) is None
    assert rules.why_not_read_minutes(MEMBER, HELD).reason is Reason.WRONG_STAGE
    taker = replace(MEMBER, account_id=7)
    assert rules.why_not_read_minutes(taker, replace(HELD, minuted_by_id=7)) is None


def test_whoever_leads_chairs_and_the_chief_where_nobody_leads():
    assert rules.why_not_approve(LEAD, HELD) is None
    assert rules.why_not_approve(CHIEF, HELD).reason is Reason.NOT_A_LEAD
    unled = replace(HELD, led=False)
    assert rules.why_not_approve(CHIEF, unled) is None
    division = replace(HELD, departments=frozenset({HERE, 3}), division=True)
    assert rules.why_not_approve(CHIEF, division) is None
    assert rules.why_not_approve(LEAD, division).reason is Reason.NOT_A_LEAD


def test_nothing_is_approved_that_nobody_wrote_and_approved_minutes_stand_still():
    assert rules.why_not_approve(LEAD, replace(HELD, versions=0)).reason is Reason.NO_REASON_GIVEN
    assert rules.why_not_approve(LEAD, MEETING).reason is Reason.WRONG_STAGE
    assert rules.why_not_write(LEAD, APPROVED).reason is Reason.ALREADY_DONE


def test_a_meeting_to_come_was_not_held():
    later = replace(MEETING, held_on=date(2026, 8, 1))
    assert rules.why_not_hold(LEAD, later).reason is Reason.WRONG_STAGE
    assert rules.why_not_hold(LEAD, MEETING) is None


def test_an_action_is_closed_with_words_by_its_owner_or_the_chair():
    action = ActionFacts(meeting=APPROVED, owner_id=7)
    assert rules.why_not_close(replace(MEMBER, account_id=7), action, "Done") is None
    assert rules.why_not_close(LEAD, action, " ").reason is Reason.NO_REASON_GIVEN
    assert rules.why_not_close(MEMBER, action, "Done").reason is Reason.NOT_YOURS
    assert (
        rules.why_not_close(LEAD, replace(action, closed=True), "x").reason is Reason.ALREADY_DONE
    )


NAMES = ["Dr Anna Berg", "Mr Tom Okoro", "Dr Li"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Dr Berg's stays were long.", ["Dr Anna Berg"]),
        ("Anna Berg asked.", ["Dr Anna Berg"]),
        ("dr. berg and Mr T Okoro", ["Dr Anna Berg", "Mr Tom Okoro"]),
        ("Up the berg we go; Tom came.", []),
        ("Dr Bergson wrote.", []),
    ],
)
def test_names_are_found_by_title_and_surname_or_as_a_whole(text, named):
    assert named_in(text, NAMES) == named


def test_names_are_taken_out_and_nothing_else():
    said = without_names("Dr Anna Berg and Tom Okoro looked at bergs.", NAMES)
    assert said == "a colleague and a colleague looked at bergs."
