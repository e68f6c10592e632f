"""Who may see which figures: each rule as a table, one change at a time."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.figures.policies import (
    PeerFacts,
    RecordsFacts,
    TeamFacts,
    why_not_compare,
    why_not_list_records,
    why_not_open_team,
    why_not_see_team,
    why_not_show_individually,
)
from clinlead.measures.policies import ShowingFacts, why_not_decide_showing

CARDIOLOGY, SURGERY = 1, 2
NOBODY = Reader(account_id=9, on=date(2026, 7, 1))
MEMBER = replace(NOBODY, departments=frozenset({CARDIOLOGY}))
LEAD = replace(NOBODY, leads=frozenset({CARDIOLOGY}))
CHIEF = replace(NOBODY, chief_of=frozenset({CARDIOLOGY}))
GRANTED_TEAM = replace(NOBODY, granted_team=frozenset({CARDIOLOGY}))
GRANTED_NAMED = replace(GRANTED_TEAM, granted_named=frozenset({CARDIOLOGY}))
RELEASED = TeamFacts(department_id=CARDIOLOGY, contributors=12, released=True)


def with_role(role: Role) -> Reader:
    return replace(NOBODY, roles=frozenset({role}))


SEE_A_RELEASED_TOTAL = [MEMBER, LEAD, CHIEF, GRANTED_TEAM, GRANTED_NAMED] + [
    with_role(r)
    for r in (Role.ANALYST, Role.OPERATIONS, Role.PROJECT_TEAM, Role.DIRECTOR, Role.EXECUTIVE)
]
SEE_NOTHING = [NOBODY, replace(NOBODY, departments=frozenset({SURGERY}))] + [
    with_role(r)
    for r in (Role.HR, Role.STAFF, Role.DPO, Role.EVALUATOR, Role.SYSTEM_ADMINISTRATOR, Role.LEAD)
]


@pytest.mark.parametrize("reader", SEE_A_RELEASED_TOTAL)
def test_a_released_total_of_twelve_is_seen(reader):
    assert why_not_see_team(reader, RELEASED) is None


@pytest.mark.parametrize("reader", SEE_NOTHING)
def test_others_cannot_tell_that_it_exists(reader):
    assert why_not_open_team(reader, CARDIOLOGY).reason is Reason.NOT_THEIRS_TO_SEE
    assert why_not_see_team(reader, RELEASED).reason is Reason.NOT_THEIRS_TO_SEE


@pytest.mark.parametrize("reader", SEE_A_RELEASED_TOTAL)
def test_before_release_only_the_lead_and_the_builder_see_a_total(reader):
    seen = why_not_see_team(reader, replace(RELEASED, released=False)) is None
    assert seen == (reader is LEAD or reader.has(Role.ANALYST))


@pytest.mark.parametrize(
    ("reader", "least"),
    [
        (MEMBER, 6),
        (CHIEF, 6),
        (GRANTED_TEAM, 6),
        (with_role(Role.PROJECT_TEAM), 6),
        (with_role(Role.OPERATIONS), 6),
        (with_role(Role.EXECUTIVE), 10),
    ],
)
def test_a_total_of_few_people_counts_as_named(reader, least):
    assert why_not_see_team(reader, replace(RELEASED, contributors=least)) is None
    few = why_not_see_team(reader, replace(RELEASED, contributors=least - 1))
    assert str(least) in few.because


@pytest.mark.parametrize("reader", [LEAD, GRANTED_NAMED, with_role(Role.ANALYST)])
def test_who_sees_named_figures_sees_a_small_total(reader):
    assert why_not_see_team(reader, replace(RELEASED, contributors=2)) is None


def test_colleagues_are_shown_from_five_others_on():
    assert why_not_compare(PeerFacts(others=5)) is None
    assert "5 others" in why_not_compare(PeerFacts(others=4)).because


def test_unlike_work_is_not_compared_and_says_why():
    refusal = why_not_compare(PeerFacts(others=9, comparable=False, because="Only sees clinics."))
    assert "Only sees clinics" in refusal.because


@pytest.mark.parametrize(
    ("team_level", "decided", "shown"),
    [(False, False, True), (True, False, False), (True, True, True)],
)
def test_a_team_measure_is_shown_for_one_person_by_decision_only(team_level, decided, shown):
    refusal = why_not_show_individually(team_level=team_level, decided=decided)
    assert (refusal is None) == shown


OWNER = replace(MEMBER, person_id=7)
ASKED = RecordsFacts(person_id=7, departments=frozenset({CARDIOLOGY}), reason="")


@pytest.mark.parametrize(
    ("person", "change", "reason", "expected"),
    [
        (LEAD, {}, "Agreed on 3 March", None),
        (LEAD, {"shown_individually": True, "individually": False}, "No longer", None),
        (MEMBER, {}, "Agreed on 3 March", Reason.NOT_A_LEAD),
        (LEAD, {"team_level": False}, "Agreed on 3 March", Reason.WRONG_STAGE),
        (LEAD, {"shown_individually": True}, "Agreed on 3 March", Reason.ALREADY_DONE),
        (LEAD, {}, "  ", Reason.NO_REASON_GIVEN),
    ],
)
def test_the_lead_records_what_the_department_decided(person, change, reason, expected):
    facts = replace(ShowingFacts(department_id=CARDIOLOGY), **change)
    refusal = why_not_decide_showing(person, facts, reason)
    assert (refusal and refusal.reason) == expected


def test_an_owner_lists_their_own_records_without_a_reason():
    assert why_not_list_records(OWNER, ASKED) is None


@pytest.mark.parametrize("reader", [LEAD, with_role(Role.ANALYST)])
def test_the_lead_and_the_analyst_say_what_for(reader):
    assert why_not_list_records(reader, ASKED).reason is Reason.NO_REASON_GIVEN
    assert why_not_list_records(reader, replace(ASKED, reason="Coding check")) is None


@pytest.mark.parametrize("reader", [MEMBER, CHIEF, with_role(Role.DIRECTOR), GRANTED_NAMED])
def test_nobody_else_lists_records_with_or_without_a_reason(reader):
    for reason in ("", "I would like to know"):
        refusal = why_not_list_records(reader, replace(ASKED, reason=reason))
        assert refusal.reason is Reason.NOT_THEIRS_TO_SEE
