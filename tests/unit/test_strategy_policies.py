"""Who may state, approve and measure what the trust wants: rules, with no database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.strategy.policies import (
    MOST_MEASURES,
    MOVES,
    Kind,
    LinkFacts,
    State,
    WordingFacts,
    why_not_approve,
    why_not_decline,
    why_not_link,
    why_not_propose,
    why_not_see,
    why_not_unlink,
)

CARDIOLOGY, SURGERY = 1, 2
AUTHOR, LEAD = 50, 60


def reader(*roles: Role, account: int = 99, **places) -> Reader:
    return Reader(account_id=account, on=date(2026, 7, 1), roles=frozenset(roles), **places)


EXECUTIVE = reader(Role.EXECUTIVE)
THE_LEAD = reader(Role.LEAD, Role.CLINICIAN, account=LEAD, leads=frozenset({CARDIOLOGY}))
OTHER_LEAD = reader(Role.LEAD, account=61, leads=frozenset({SURGERY}))
CHIEF = reader(Role.CHIEF, account=62, chief_of=frozenset({CARDIOLOGY}))
CLINICIAN = reader(Role.CLINICIAN, departments=frozenset({CARDIOLOGY}))
OBJECTIVE = WordingFacts(kind=Kind.OBJECTIVE, written_by_id=AUTHOR)
OUTCOME = WordingFacts(kind=Kind.OUTCOME, departments=frozenset({CARDIOLOGY}))
MANDATE = WordingFacts(
    kind=Kind.MANDATE, departments=frozenset({CARDIOLOGY}), holder_id=LEAD, written_by_id=AUTHOR
)
LINK = LinkFacts(departments=frozenset({CARDIOLOGY}))


def test_an_executive_approves_what_somebody_else_wrote():
    assert why_not_approve(EXECUTIVE, OBJECTIVE) is None


def test_nobody_approves_their_own_text():
    own = replace(OBJECTIVE, written_by_id=EXECUTIVE.account_id)
    assert why_not_approve(EXECUTIVE, own).reason is Reason.OWN_WORK


def test_nobody_approves_or_writes_their_own_mandate():
    leading = replace(EXECUTIVE, account_id=LEAD)
    assert why_not_approve(leading, MANDATE).reason is Reason.OWN_CASE
    assert why_not_propose(leading, MANDATE).reason is Reason.OWN_CASE


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.EXECUTIVE}))
def test_no_other_role_approves(role):
    assert why_not_approve(reader(role), OBJECTIVE).reason is Reason.NOT_YOURS


@pytest.mark.parametrize("state", [State.APPROVED, State.REPLACED, State.DECLINED])
def test_a_version_is_decided_once(state):
    decided = replace(OBJECTIVE, state=state)
    assert why_not_approve(EXECUTIVE, decided).reason is Reason.ALREADY_DONE
    assert why_not_decline(EXECUTIVE, decided, "a reason").reason is Reason.ALREADY_DONE


def test_words_once_in_force_never_wait_again():
    assert State.WAITING not in {after for moves in MOVES.values() for after in moves}


def test_an_author_takes_back_what_they_wrote_and_nobody_elses():
    author = reader(Role.LEAD, account=AUTHOR)
    assert why_not_decline(author, OBJECTIVE, "A mistake") is None
    assert why_not_decline(THE_LEAD, OBJECTIVE, "A mistake").reason is Reason.NOT_YOURS


def test_declining_needs_a_reason():
    assert why_not_decline(EXECUTIVE, OBJECTIVE, "  ").reason is Reason.NO_REASON_GIVEN


def test_a_clinician_reads_what_is_in_force_and_proposes_nothing():
    assert why_not_see(CLINICIAN, replace(OBJECTIVE, state=State.APPROVED)) is None
    assert why_not_see(CLINICIAN, replace(OBJECTIVE, state=State.REPLACED)) is None
    assert why_not_see(CLINICIAN, OBJECTIVE).reason is Reason.NOT_THEIRS_TO_SEE
    for kind in Kind:
        assert why_not_propose(CLINICIAN, replace(OBJECTIVE, kind=kind)) is not None


def test_a_mandate_is_not_hidden_from_whose_it_is():
    assert why_not_see(reader(Role.CLINICIAN, account=LEAD), MANDATE) is None


def test_an_outcome_is_proposed_for_departments_one_leads_or_is_chief_of():
    assert why_not_propose(THE_LEAD, OUTCOME) is None
    assert why_not_propose(CHIEF, OUTCOME) is None
    assert why_not_propose(OTHER_LEAD, OUTCOME).reason is Reason.NOT_YOURS


def test_an_outcome_across_departments_is_proposed_by_any_of_their_leads():
    both = replace(OUTCOME, departments=frozenset({CARDIOLOGY, SURGERY}))
    assert why_not_propose(OTHER_LEAD, both) is None


def test_every_outcome_serves_an_approved_objective_and_some_department():
    adrift = replace(OUTCOME, objective_in_force=False)
    nowhere = replace(OUTCOME, departments=frozenset())
    assert why_not_propose(EXECUTIVE, adrift).reason is Reason.NOT_AGREED
    assert why_not_propose(EXECUTIVE, nowhere).reason is Reason.NOT_AGREED


def test_one_version_waits_at_a_time():
    again = replace(OBJECTIVE, another_waits=True)
    assert why_not_propose(THE_LEAD, again).reason is Reason.ALREADY_DONE


def test_new_words_say_why():
    silent = replace(OBJECTIVE, because=" ")
    assert why_not_propose(THE_LEAD, silent).reason is Reason.NO_REASON_GIVEN


def test_a_mandate_comes_from_above():
    assert why_not_propose(CHIEF, MANDATE) is None
    assert why_not_propose(THE_LEAD, replace(MANDATE, holder_id=1)).reason is Reason.NOT_YOURS
    elsewhere = replace(CHIEF, chief_of=frozenset({SURGERY}))
    assert why_not_propose(elsewhere, MANDATE).reason is Reason.NOT_YOURS


def test_the_departments_own_lead_and_chief_choose_the_measures():
    assert why_not_link(THE_LEAD, LINK) is None
    assert why_not_link(CHIEF, LINK) is None
    for other in (OTHER_LEAD, EXECUTIVE, CLINICIAN, reader(Role.ANALYST)):
        assert why_not_link(other, LINK).reason is Reason.NOT_A_LEAD
        assert why_not_unlink(other, LINK).reason is Reason.NOT_A_LEAD


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(LINK, already=True), Reason.ALREADY_DONE),
        (replace(LINK, approved=False), Reason.NOT_AGREED),
        (replace(LINK, linked=MOST_MEASURES), Reason.WRONG_STAGE),
        (replace(LINK, departments=frozenset()), Reason.NOT_A_LEAD),
    ],
)
def test_a_measure_is_linked_once_approved_and_among_few(facts, reason):
    assert why_not_link(THE_LEAD, facts).reason is reason


def test_a_full_outcome_can_still_lose_a_measure():
    assert why_not_unlink(THE_LEAD, replace(LINK, linked=MOST_MEASURES, already=True)) is None
