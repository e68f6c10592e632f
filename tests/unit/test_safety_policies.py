"""Who sees and answers a safety signal: one ready case, then one change at a time."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.measures.policies import MarkFacts, why_not_end_safety, why_not_mark_safety
from clinlead.safety.policies import (
    SignalFacts,
    why_needs_purpose,
    why_not_acknowledge,
    why_not_answer,
    why_not_read_own,
    why_not_see_signal,
)

HERE, ELSEWHERE = 1, 2
DAY = date(2026, 7, 1)
OWNER_ID = 10


def reader(number: int, *roles: Role, **more) -> Reader:
    return Reader(account_id=100 + number, person_id=number, on=DAY, roles=frozenset(roles), **more)


OWNER = reader(OWNER_ID, Role.CLINICIAN, departments=frozenset({HERE}))
PEER = reader(11, Role.CLINICIAN, departments=frozenset({HERE}))
LEAD = reader(12, Role.CLINICIAN, Role.LEAD, leads=frozenset({HERE}))
OTHER_LEAD = reader(13, Role.LEAD, leads=frozenset({ELSEWHERE}))
OWN_LEAD = replace(LEAD, person_id=OWNER_ID)
CHIEF = reader(14, Role.CHIEF, chief_of=frozenset({HERE}))
DIRECTOR = reader(15, Role.DIRECTOR)
ANALYST = reader(16, Role.ANALYST)
GRANTED = reader(
    17, Role.OPERATIONS, granted_named=frozenset({HERE}), granted_team=frozenset({HERE})
)
STREAM_LEAD = reader(18, Role.STREAM_LEAD, streams_led=frozenset({1}))

SIGNAL = SignalFacts(department_id=HERE, person_id=OWNER_ID)
OF_TEAM = SignalFacts(department_id=HERE, contributors=8)


@pytest.mark.parametrize(
    ("signal", "who"),
    [
        (SIGNAL, [OWNER, LEAD, ANALYST]),
        (replace(SIGNAL, escalated=True), [OWNER, LEAD, ANALYST, DIRECTOR]),
        (replace(SIGNAL, owner_leads=True), [OWNER, LEAD, ANALYST, CHIEF]),
        (replace(SIGNAL, owner_goes_to_director=True), [OWNER, LEAD, ANALYST, DIRECTOR]),
        (
            replace(SIGNAL, owner_leads=True, owner_goes_to_director=True),
            [OWNER, LEAD, ANALYST, DIRECTOR],
        ),
        (OF_TEAM, [LEAD, ANALYST, CHIEF]),
        (replace(OF_TEAM, contributors=5), [LEAD, ANALYST]),
    ],
)
def test_only_these_see_a_signal(signal, who):
    everybody = [OWNER, PEER, LEAD, OTHER_LEAD, CHIEF, DIRECTOR, ANALYST, GRANTED, STREAM_LEAD]
    seeing = [each for each in everybody if why_not_see_signal(each, signal) is None]
    assert {each.account_id for each in seeing} == {each.account_id for each in who}


def test_the_director_sees_one_that_has_not_come_to_them_for_a_stated_purpose():
    assert why_needs_purpose(DIRECTOR, SIGNAL).reason is Reason.NO_REASON_GIVEN
    assert why_not_see_signal(DIRECTOR, SIGNAL, "a statutory return") is None
    assert why_needs_purpose(DIRECTOR, replace(SIGNAL, escalated=True)) is None
    assert why_needs_purpose(PEER, SIGNAL) is None
    assert why_not_see_signal(PEER, SIGNAL, "curious") is not None


@pytest.mark.parametrize(
    ("who", "signal", "words", "expected"),
    [
        (LEAD, SIGNAL, "I read the notes.", None),
        (LEAD, OF_TEAM, "I read the notes.", None),
        (LEAD, SIGNAL, "  ", Reason.NO_REASON_GIVEN),
        (LEAD, replace(SIGNAL, acknowledged=True), "again", Reason.ALREADY_DONE),
        (LEAD, replace(SIGNAL, owner_leads=True), "words", Reason.NOT_A_LEAD),
        (CHIEF, replace(SIGNAL, owner_leads=True), "words", None),
        (CHIEF, SIGNAL, "words", Reason.NOT_A_LEAD),
        (LEAD, replace(SIGNAL, owner_goes_to_director=True), "words", Reason.NOT_A_LEAD),
        (CHIEF, replace(SIGNAL, owner_goes_to_director=True), "words", Reason.NOT_A_LEAD),
        (DIRECTOR, replace(SIGNAL, owner_goes_to_director=True), "words", None),
        (CHIEF, OF_TEAM, "words", Reason.NOT_A_LEAD),
        (OWN_LEAD, SIGNAL, "words", Reason.OWN_CASE),
        (
            replace(DIRECTOR, person_id=OWNER_ID),
            replace(SIGNAL, escalated=True),
            "words",
            Reason.OWN_CASE,
        ),
        (DIRECTOR, replace(SIGNAL, escalated=True), "words", None),
        (DIRECTOR, replace(OF_TEAM, escalated=True), "words", None),
        (DIRECTOR, SIGNAL, "words", Reason.NOT_A_LEAD),
        (OTHER_LEAD, SIGNAL, "words", Reason.NOT_A_LEAD),
        (ANALYST, OF_TEAM, "words", Reason.NOT_A_LEAD),
        (OWNER, SIGNAL, "words", Reason.OWN_CASE),
    ],
)
def test_who_may_acknowledge_a_signal(who, signal, words, expected):
    refusal = why_not_acknowledge(who, signal, words)
    assert (refusal and refusal.reason) == expected


def test_what_was_done_is_said_after_it_was_acknowledged_too():
    assert why_not_answer(LEAD, replace(SIGNAL, acknowledged=True), "Read in a meeting.") is None


def test_only_the_owner_says_that_they_read_their_own():
    assert why_not_read_own(OWNER, SIGNAL) is None
    assert why_not_read_own(LEAD, SIGNAL).reason is Reason.NOT_YOURS
    assert why_not_read_own(OWNER, OF_TEAM).reason is Reason.NOT_YOURS


@pytest.mark.parametrize(
    ("who", "facts", "reason", "expected"),
    [
        (DIRECTOR, MarkFacts(), "Deaths", None),
        (ANALYST, MarkFacts(), "Deaths", None),
        (LEAD, MarkFacts(), "Deaths", Reason.NOT_YOURS),
        (DIRECTOR, MarkFacts(), " ", Reason.NO_REASON_GIVEN),
        (DIRECTOR, MarkFacts(marked=True), "Deaths", Reason.ALREADY_DONE),
        (DIRECTOR, MarkFacts(yes_or_no=False), "Stays", Reason.WRONG_STAGE),
        (DIRECTOR, MarkFacts(lower_is_better=False), "Dates", Reason.WRONG_STAGE),
    ],
)
def test_who_may_mark_a_safety_measure(who, facts, reason, expected):
    refusal = why_not_mark_safety(who, facts, reason)
    assert (refusal and refusal.reason) == expected


def test_a_lead_cannot_end_the_watching_of_their_own_department():
    assert why_not_end_safety(LEAD, MarkFacts(), "enough").reason is Reason.NOT_YOURS
    assert why_not_end_safety(DIRECTOR, MarkFacts(), "enough") is None
    assert why_not_end_safety(DIRECTOR, MarkFacts(ended=True), "enough") is not None
    assert why_not_end_safety(DIRECTOR, MarkFacts(), "") is not None
