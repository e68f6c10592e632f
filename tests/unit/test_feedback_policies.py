"""Who is asked about a colleague, who reads it, and what could give somebody away: rules alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import OwnerFacts, Reader, Reason, Role
from clinlead.conversations.policies import TalkFacts
from clinlead.feedback import policies
from clinlead.feedback.facts import (
    BOTH,
    LEAST_ANSWERS,
    LEAST_IN_A_GROUP,
    Group,
    RoundFacts,
    groups_shown,
    scored,
    unbalanced,
)
from clinlead.feedback.policies import RaterFacts
from clinlead.feedback.questionnaire import questionnaire

DAY = date(2026, 7, 1)
LATER = DAY + timedelta(days=14)
OWNER = OwnerFacts(person_id=10, departments=frozenset({1}))
CLINICIAN = Reader(account_id=1, on=DAY, person_id=10, roles=frozenset({Role.CLINICIAN}))
LEAD = Reader(account_id=2, on=DAY, person_id=20, leads=frozenset({1}))
CHIEF = Reader(account_id=4, on=DAY, chief_of=frozenset({1}))
BALANCED = {Group.DOCTOR: 6, Group.STAFF: 4}
HR = Reader(account_id=9, on=DAY, roles=frozenset({Role.HR}))
CHOOSING = RoundFacts(
    two=TalkFacts(owner=OWNER, held_by_id=2, holder_decides=True), groups=BALANCED
)
ASKED = replace(CHOOSING, asked=True, closes_on=LATER)
OVER = replace(ASKED, closes_on=DAY - timedelta(days=1), answered=7)
FEW = replace(OVER, answered=LEAST_ANSWERS - 1)


def reason_of(refusal) -> Reason | None:
    return refusal and refusal.reason


@pytest.mark.parametrize(
    ("groups", "balanced"),
    [
        (BALANCED, True),
        ({Group.DOCTOR: 5, Group.STAFF: 2}, False),  # too few
        ({Group.DOCTOR: 9}, False),  # of one group
        ({Group.DOCTOR: 9, Group.STAFF: 1}, False),  # one alone is no group
        ({Group.DOCTOR: 10, Group.STAFF: 2}, False),  # nearly all of one
        ({Group.DOCTOR: 6, Group.STAFF: 2}, True),
        ({}, False),
    ],
)
def test_raters_are_enough_and_of_different_groups(groups, balanced):
    assert (unbalanced(groups) == "") is balanced
    asked = policies.why_not_ask(LEAD, replace(CHOOSING, groups=groups), LATER)
    assert (asked is None) is balanced


def test_both_choose_and_whoever_leads_asks():
    for reader in (CLINICIAN, LEAD):
        assert policies.why_not_choose(reader, CHOOSING) is None
        assert reason_of(policies.why_not_choose(reader, ASKED)) is Reason.WRONG_STAGE
    assert reason_of(policies.why_not_ask(CLINICIAN, CHOOSING, LATER)) is Reason.OWN_CASE
    assert reason_of(policies.why_not_ask(LEAD, CHOOSING, DAY)) is Reason.WRONG_STAGE
    assert policies.why_not_choose(CHIEF, CHOOSING) is policies.NOT_SHOWN


def test_whoever_reads_the_answers_is_not_asked_for_one():
    other = RaterFacts(account_id=7, is_owner=False, decides=False)
    assert policies.why_not_rate(other) is None
    for changes in ({"is_owner": True}, {"decides": True}, {"chosen": True}):
        assert policies.why_not_rate(replace(other, **changes)) is not None


def test_one_answers_once_while_it_is_open_and_only_when_asked():
    def why(feedback=ASKED, asked=True, answered=False):
        return policies.why_not_answer(CHIEF, feedback, asked=asked, answered=answered)

    assert why() is None
    assert why(asked=False) is policies.NOT_SHOWN
    assert why(feedback=CHOOSING) is policies.NOT_SHOWN
    assert reason_of(why(answered=True)) is Reason.ALREADY_DONE
    assert reason_of(why(feedback=OVER)) is Reason.WINDOW_CLOSED


def test_nothing_is_shown_while_colleagues_answer_nor_when_too_few_have():
    for reader in (CLINICIAN, LEAD):
        assert policies.why_not_read(reader, OVER) is None
        assert reason_of(policies.why_not_read(reader, replace(ASKED, answered=7))) is (
            Reason.WRONG_STAGE
        )
        assert reason_of(policies.why_not_read(reader, FEW)) is Reason.NOT_THEIRS_TO_SEE
    assert policies.why_not_read(CLINICIAN, replace(ASKED, answered=10)) is None  # all have


def test_own_words_are_held_back_until_both_have_agreed_how_to_read_them():
    for agreed in (frozenset(), frozenset({"clinician"}), frozenset({"reviewer"})):
        one = replace(OVER, agreed=agreed)
        assert reason_of(policies.why_not_read_words(CLINICIAN, one)) is Reason.NOT_AGREED
    both = replace(OVER, agreed=BOTH)
    assert policies.why_not_read_words(LEAD, both) is None
    assert reason_of(policies.why_not_agree(LEAD, both, "words")) is Reason.ALREADY_DONE
    assert policies.why_not_agree(LEAD, FEW, "words") is not None
    assert reason_of(policies.why_not_agree(LEAD, OVER, " ")) is Reason.NO_REASON_GIVEN


def test_hr_reads_it_for_a_reason_while_a_concern_has_brought_them_in():
    def why(reader=HR, reason="To review the concern", **changes):
        brought_in = {"escalated_to": frozenset({HR.account_id})}
        one = replace(OVER, **{**brought_in, **changes})
        return reason_of(policies.why_not_read_escalated(reader, one, reason))

    assert why() is None
    assert why(reason=" ") is Reason.NO_REASON_GIVEN
    assert why(escalated_to=frozenset()) is Reason.NOT_THEIRS_TO_SEE
    assert why(replace(HR, roles=frozenset())) is Reason.NOT_THEIRS_TO_SEE  # left the office
    assert why(replace(HR, person_id=OWNER.person_id)) is Reason.NOT_THEIRS_TO_SEE
    assert why(raters=frozenset({HR.account_id})) is Reason.OWN_WORK
    assert why(answered=LEAST_ANSWERS - 1) is Reason.NOT_THEIRS_TO_SEE
    assert why(closes_on=LATER) is Reason.WRONG_STAGE
    assert policies.why_not_see(HR, replace(OVER, escalated_to=frozenset({9}))) is not None
    for reader in (CLINICIAN, LEAD, CHIEF):
        assert why(reader) is Reason.NOT_THEIRS_TO_SEE


def test_one_sees_oneself_before_one_reads_what_others_say():
    assert policies.why_not_assess_oneself(CLINICIAN, ASKED) is None
    assert policies.why_not_assess_oneself(CLINICIAN, FEW) is None
    assert policies.why_not_assess_oneself(CLINICIAN, OVER) is not None
    assert policies.why_not_assess_oneself(LEAD, ASKED) is not None


def test_more_time_is_given_only_where_too_few_have_answered():
    assert policies.why_not_ask_longer(LEAD, FEW, LATER) is None
    for one in (OVER, ASKED, CHOOSING, replace(FEW, groups={Group.DOCTOR: FEW.answered})):
        assert policies.why_not_ask_longer(LEAD, one, LATER) is not None


NUMBERS = st.dictionaries(st.sampled_from(Group), st.integers(0, 12))


@given(NUMBERS)
def test_no_group_is_found_by_subtraction(answered):
    shown = groups_shown(answered)
    there = {group for group, number in answered.items() if number}
    assert set(shown) in (set(), there)  # all that answered, or none: nothing is the rest
    assert all(answered[group] >= LEAST_IN_A_GROUP for group in shown)


@given(st.lists(st.sampled_from([1, 2, 3, 4, None]), max_size=20))
def test_each_question_has_its_own_denominator(given_answers):
    found = scored("team", [{"team": one} for one in given_answers], [1, 2, 3, 4])
    assert found.answers == sum(one is not None for one in given_answers)
    assert found.answers + found.cannot_say == len(given_answers)
    assert found.shown == (found.answers >= LEAST_ANSWERS)


def test_the_questions_have_codes_of_their_own_and_no_total():
    asked = questionnaire()
    codes = [one.code for one in asked.questions]
    assert len(codes) == len(set(codes))
    assert list(asked.scale) == [1, 2, 3, 4]
