"""Who reads an evaluation, and how those who are asked move on: its evaluator, by lawful moves."""

from datetime import date, timedelta

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.evaluation.policies import (
    FIRST_REMINDER,
    MOST_REMINDERS,
    MOVES,
    Because,
    ParticipantFacts,
    State,
    StudyFacts,
    may_read,
    why_not_begin,
    why_not_hold,
    why_not_invite,
    why_not_lock,
    why_not_plan,
    why_not_read,
    why_not_refuse,
    why_not_remind,
    why_not_take_in,
)

TODAY = date(2026, 7, 1)
ME, ANOTHER = 1, 2


def reader(role: Role, account: int = ME) -> Reader:
    return Reader(account_id=account, on=TODAY, roles=frozenset({role}))


def somebody(state: State, **more) -> ParticipantFacts:
    return ParticipantFacts(state=state, **more)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_evaluator_of_a_study_reads_it(role):
    assert may_read(reader(role), ME) is (role is Role.EVALUATOR)
    assert why_not_read(reader(role, ANOTHER), StudyFacts(evaluator_id=ME)) is not None
    assert (why_not_begin(reader(role)) is None) is (role is Role.EVALUATOR)


def test_whoever_stops_being_an_evaluator_reads_nothing_more():
    assert not may_read(Reader(account_id=ME, on=TODAY), ME)


@pytest.mark.parametrize(
    ("passphrase", "is_sign_in", "refused"),
    [
        ("short", False, True),
        ("x" * 14, False, True),
        ("four unconnected words here", False, False),
        ("four unconnected words here", True, True),
    ],
)
def test_a_study_is_locked_with_a_long_passphrase_of_its_own(passphrase, is_sign_in, refused):
    assert (why_not_lock(passphrase, is_sign_in=is_sign_in) is not None) is refused


def test_every_state_says_where_it_may_go_and_nobody_who_withdrew_is_asked_again():
    assert set(MOVES) == set(State)
    assert not MOVES[State.WITHDRAWN]


def test_nobody_is_invited_twice_unless_the_first_letter_was_not_taken():
    assert why_not_invite(somebody(State.CHOSEN)) is None
    assert why_not_invite(somebody(State.INVITED)) is None
    assert why_not_invite(somebody(State.INVITED, written_on=TODAY)) is not None
    assert why_not_invite(somebody(State.REFUSED)) is not None


@pytest.mark.parametrize(
    ("waited", "reminders", "state", "reason"),
    [
        (FIRST_REMINDER, 0, State.INVITED, None),
        (FIRST_REMINDER - timedelta(days=1), 0, State.INVITED, Reason.WINDOW_CLOSED),
        (FIRST_REMINDER, MOST_REMINDERS, State.INVITED, Reason.ALREADY_DONE),
        (FIRST_REMINDER, 0, State.CONSENTED, Reason.WRONG_STAGE),
        (FIRST_REMINDER, 0, State.REFUSED, Reason.WRONG_STAGE),
    ],
)
def test_a_reminder_waits_a_week_and_comes_at_most_twice(waited, reminders, state, reason):
    facts = somebody(state, written_on=TODAY - waited, reminders=reminders)
    refusal = why_not_remind(facts, TODAY)
    assert (refusal.reason if refusal else None) is reason


def test_a_refusal_says_why_even_if_only_that_no_reason_was_given():
    assert why_not_refuse(somebody(State.INVITED), "") is not None
    assert why_not_refuse(somebody(State.INVITED), Because.NO_REASON) is None
    assert why_not_refuse(somebody(State.CONSENTED), Because.TIME) is not None


@pytest.mark.parametrize("state", list(State))
def test_there_is_no_interview_without_consent(state):
    consented = state in (State.CONSENTED, State.INTERVIEWED)
    assert (why_not_plan(somebody(state)) is None) is consented
    assert (why_not_hold(somebody(state), TODAY, TODAY) is None) is consented
    assert why_not_hold(somebody(state), TODAY + timedelta(days=1), TODAY) is not None
    assert (why_not_take_in(somebody(state), "words") is None) is (state is State.INTERVIEWED)
    assert why_not_take_in(somebody(state), " \n") is not None
