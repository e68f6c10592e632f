"""Who may begin, read, write, sign, close and take away a review: rules, with no database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import OwnerFacts, Reader, Reason, Role
from clinlead.reviews import policies
from clinlead.reviews.facts import EVERY_DOMAIN, SIDES, Domain, ReviewFacts, Side, State, due_on

DAY = date(2026, 7, 1)
HERE = 1
OWNER = OwnerFacts(person_id=10, departments=frozenset({HERE}))
OF_THE_LEAD = replace(OWNER, person_id=20, owner_leads=True)
CLINICIAN = Reader(account_id=1, on=DAY, person_id=10, roles=frozenset({Role.CLINICIAN}))
LEAD = Reader(
    account_id=2, on=DAY, person_id=20, roles=frozenset({Role.LEAD}), leads=frozenset({HERE})
)
DEPUTY = replace(LEAD, account_id=3, person_id=30)
CHIEF = Reader(account_id=4, on=DAY, roles=frozenset({Role.CHIEF}), chief_of=frozenset({HERE}))
HR = Reader(account_id=5, on=DAY, roles=frozenset({Role.HR}))
EXECUTIVE = Reader(account_id=6, on=DAY, roles=frozenset({Role.EXECUTIVE}))
OTHERS = [CHIEF, HR, EXECUTIVE, DEPUTY]

BEGUN = ReviewFacts(owner=OWNER, held_by_id=LEAD.account_id, holder_decides=True, digest="now")
WRITTEN = replace(BEGUN, written=dict.fromkeys(SIDES, EVERY_DOMAIN))
SHARED = replace(WRITTEN, handed_over=SIDES)
READY = replace(SHARED, met=True, objectives=1, written=dict.fromkeys(Side, EVERY_DOMAIN))
SIGNED = replace(READY, state=State.SIGNED, signed=SIDES)


def test_a_review_is_seen_by_the_two_and_nobody_else():
    for review in (BEGUN, READY, SIGNED, replace(BEGUN, state=State.CLOSED)):
        assert policies.why_not_see(CLINICIAN, review) is None
        assert policies.why_not_see(LEAD, review) is None
        for other in OTHERS:
            assert policies.why_not_see(other, review) is policies.NOT_SHOWN


def test_when_the_lead_changes_whoever_leads_now_goes_on_but_reads_nothing_that_has_ended():
    left = replace(READY, holder_decides=False)
    assert policies.why_not_see(DEPUTY, left) is None
    ended = replace(SIGNED, holder_decides=False)
    assert policies.why_not_see(DEPUTY, ended) is policies.NOT_SHOWN
    former = replace(LEAD, leads=frozenset())
    assert policies.why_not_see(former, ended) is policies.NOT_SHOWN


def test_hr_reads_a_signed_review_once_a_concern_has_brought_them_in_and_changes_nothing():
    escalated = replace(SIGNED, escalated_to=frozenset({HR.account_id}))
    assert policies.why_not_see(HR, escalated) is None
    assert policies.why_not_see(HR, replace(escalated, state=State.OPEN)) is policies.NOT_SHOWN
    refusal = policies.why_not_act(HR, escalated)
    assert refusal is not None
    assert refusal.reason is Reason.WRONG_STAGE
    assert policies.why_not_take_away(HR, escalated) is not None


def test_a_clinical_directors_own_review_is_with_the_chief():
    assert policies.why_not_begin(LEAD, OF_THE_LEAD, another=False) is None  # as the clinician
    assert policies.why_not_begin(CHIEF, OF_THE_LEAD, another=False) is None
    assert policies.why_not_begin(DEPUTY, OF_THE_LEAD, another=False) is policies.NOT_SHOWN
    assert policies.why_not_begin(CHIEF, OWNER, another=False) is policies.NOT_SHOWN
    running = policies.why_not_begin(LEAD, OWNER, another=True)
    assert running is not None
    assert running.reason is Reason.ALREADY_DONE


def test_each_writes_their_own_words_and_both_together_once_they_met():
    assert policies.why_not_write(CLINICIAN, BEGUN, Side.CLINICIAN) is None
    assert policies.why_not_write(LEAD, BEGUN, Side.REVIEWER) is None
    for reader, side in ((CLINICIAN, Side.REVIEWER), (LEAD, Side.CLINICIAN)):
        refusal = policies.why_not_write(reader, BEGUN, side)
        assert refusal is not None
        assert refusal.reason is Reason.NOT_YOURS
    early = policies.why_not_write(LEAD, SHARED, Side.BOTH)
    assert early is not None
    assert early.reason is Reason.WRONG_STAGE
    assert policies.why_not_write(LEAD, READY, Side.BOTH) is None


def test_nobody_reads_the_others_words_before_both_have_handed_over_their_own():
    one = replace(WRITTEN, handed_over=frozenset({Side.CLINICIAN}))
    for reader in (CLINICIAN, LEAD):
        assert policies.why_not_read_other(reader, one) is not None
        assert policies.why_not_meet(reader, one) is not None
        assert policies.why_not_read_other(reader, SHARED) is None
        assert policies.why_not_meet(reader, SHARED) is None


def test_what_one_brings_is_handed_over_whole_and_once():
    some = replace(BEGUN, written={Side.CLINICIAN: EVERY_DOMAIN - {Domain.TALENT}})
    refusal = policies.why_not_hand_over(CLINICIAN, some)
    assert refusal is not None
    assert "talent and development" in refusal.because
    assert policies.why_not_hand_over(CLINICIAN, WRITTEN) is None
    again = policies.why_not_hand_over(CLINICIAN, SHARED)
    assert again is not None
    assert again.reason is Reason.ALREADY_DONE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"met": False}, Reason.WRONG_STAGE),
        ({"objectives": 0}, Reason.WRONG_STAGE),
        ({"written": dict.fromkeys(SIDES, EVERY_DOMAIN)}, Reason.WRONG_STAGE),
        ({"digest": "other"}, Reason.WRONG_STAGE),
        ({"signed": SIDES}, Reason.ALREADY_DONE),
        ({"state": State.SIGNED}, Reason.WRONG_STAGE),
        ({"state": State.CLOSED}, Reason.WRONG_STAGE),
    ],
)
def test_signing_waits_for_everything_and_is_of_the_text_that_was_shown(changes, reason):
    for reader in (CLINICIAN, LEAD):
        assert policies.why_not_sign(reader, READY, "now") is None
        refusal = policies.why_not_sign(reader, replace(READY, **changes), "now")
        assert refusal is not None
        assert refusal.reason is reason


def test_nothing_is_changed_once_it_has_ended():
    for review in (SIGNED, replace(READY, state=State.CLOSED)):
        for reader in (CLINICIAN, LEAD):
            assert policies.why_not_write(reader, review, review.side_of(reader)) is not None
            assert policies.why_not_close(reader, review, "a reason") is not None
            assert policies.why_not_meet(reader, review) is not None


def test_an_objective_serves_an_outcome_where_any_is_stated():
    assert policies.why_not_set_objective(LEAD, READY, serves=True, stated=True) is None
    assert policies.why_not_set_objective(LEAD, READY, serves=False, stated=False) is None
    assert policies.why_not_set_objective(LEAD, READY, serves=False, stated=True) is not None


def test_the_clinician_alone_brings_evidence_and_takes_the_review_away():
    assert policies.why_not_bring_evidence(CLINICIAN, BEGUN) is None
    assert policies.why_not_bring_evidence(LEAD, BEGUN) is not None
    assert policies.why_not_take_away(CLINICIAN, SIGNED) is None
    assert policies.why_not_take_away(LEAD, SIGNED) is not None


def test_closing_says_why():
    assert policies.why_not_close(LEAD, READY, " ") is not None
    assert policies.why_not_close(LEAD, READY, "She has left") is None


def test_newer_words_are_never_put_over():
    assert policies.why_overtaken(2, 2, "Dr Lead") is None
    refusal = policies.why_overtaken(3, 2, "Dr Lead")
    assert refusal is not None
    assert refusal.because.startswith("Dr Lead saved other words")


def test_a_review_is_due_a_year_after_the_one_before_or_after_somebody_came():
    assert due_on(None, date(2024, 3, 5)) == date(2025, 3, 5)
    assert due_on(date(2025, 6, 1), date(2020, 1, 1)) == date(2026, 6, 1)
    assert due_on(date(2024, 2, 29), date(2020, 1, 1)) == date(2025, 3, 1)
