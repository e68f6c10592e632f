"""Who may see, confirm, challenge, answer, settle and audit: tables of one change at a time."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.validation.policies import (
    MOVES,
    REASON_WORDS,
    Agreement,
    ChallengeFacts,
    ChallengeReason,
    ChallengeState,
    RecordFacts,
    WindowFacts,
    why_not_answer,
    why_not_audit,
    why_not_challenge,
    why_not_claim,
    why_not_confirm,
    why_not_count,
    why_not_investigate,
    why_not_open_window,
    why_not_see_challenge,
    why_not_see_queue,
    why_not_see_record,
    why_not_settle,
    why_not_withdraw,
)

TODAY = date(2026, 7, 1)
CARDIOLOGY, SURGERY = 10, 20
OWNER, COLLEAGUE, LEAD, CHIEF, OUTSIDER = 1, 2, 3, 4, 5  # people; accounts are 100 more


def reader(person: int | None, *roles: Role, **standing) -> Reader:
    account = standing.pop("account", 100 + (person or 90))
    return Reader(
        account_id=account, on=TODAY, person_id=person, roles=frozenset(roles), **standing
    )


def clinician(person: int, department: int = CARDIOLOGY) -> Reader:
    return reader(person, Role.CLINICIAN, departments=frozenset({department}))


READERS = {
    "owner": clinician(OWNER),
    "colleague": clinician(COLLEAGUE),
    "teammate": clinician(9),
    "outsider": clinician(OUTSIDER, SURGERY),
    "lead": reader(LEAD, Role.LEAD, Role.CLINICIAN, leads=frozenset({CARDIOLOGY})),
    "other lead": reader(8, Role.LEAD, Role.CLINICIAN, leads=frozenset({SURGERY})),
    "chief": reader(CHIEF, Role.CHIEF, chief_of=frozenset({CARDIOLOGY})),
    "director": reader(None, Role.DIRECTOR, account=201),
    "analyst": reader(None, Role.ANALYST, account=202),
    "operations": reader(None, Role.OPERATIONS, account=203, granted_named=frozenset({CARDIOLOGY})),
    "hr": reader(None, Role.HR, account=204),
    "project team": reader(None, Role.PROJECT_TEAM, account=205),
    "executive": reader(None, Role.EXECUTIVE, account=206),
    "evaluator": reader(None, Role.EVALUATOR, account=207),
    "staff": reader(None, Role.STAFF, account=208),
    "dpo": reader(None, Role.DPO, account=209),
    "system administrator": reader(None, Role.SYSTEM_ADMINISTRATOR, account=210),
}

RECORD = RecordFacts(owner_ids=frozenset({OWNER}), departments=frozenset({CARDIOLOGY}))
CHALLENGE = ChallengeFacts(
    reason=ChallengeReason.NOT_MINE,
    department_id=CARDIOLOGY,
    raised_by_id=100 + OWNER,
    person_id=OWNER,
    lead_ids=frozenset({LEAD}),
    chief_ids=frozenset({CHIEF}),
    due_on=date(2026, 7, 14),
)
OF_THE_LEAD = replace(CHALLENGE, person_id=LEAD, raised_by_id=100 + LEAD)
OF_THE_CHIEF = replace(CHALLENGE, person_id=CHIEF, raised_by_id=100 + CHIEF)
CHIEF_WHO_LEADS = replace(OF_THE_CHIEF, lead_ids=frozenset({CHIEF}))
OF_ANOTHER_CHIEF = replace(CHALLENGE, past_chief_ids=frozenset({OWNER}))
ASKED = replace(CHALLENGE, asked_id=COLLEAGUE, says=Agreement.ASKED)
WINDOW = WindowFacts(
    department_id=CARDIOLOGY, opens_on=date(2026, 6, 20), last_day=date(2026, 7, 11)
)


def allowed(rule, *facts, **more) -> set[str]:
    return {name for name, who in READERS.items() if rule(who, *facts, **more) is None}


def refusal(rule, who: str, *facts, **more) -> Reason:
    found = rule(READERS[who], *facts, **more)
    assert found is not None
    assert found.because
    return found.reason


@pytest.mark.parametrize(
    ("change", "stated", "who"),
    [
        ({}, "", {"owner", "analyst"}),
        ({}, "Reviewing length of stay", {"owner", "analyst", "lead"}),
        ({}, "   ", {"owner", "analyst"}),
        ({"asked_ids": frozenset({COLLEAGUE})}, "", {"owner", "analyst", "colleague"}),
        ({"settled_by_chief": frozenset({CARDIOLOGY})}, "", {"owner", "analyst", "chief"}),
        ({"settled_by_director": True}, "", {"owner", "analyst", "director"}),
        ({"departments": frozenset({SURGERY})}, "why", {"owner", "analyst", "other lead"}),
        ({"owner_ids": frozenset({OWNER, OUTSIDER})}, "", {"owner", "analyst", "outsider"}),
        ({"owner_ids": frozenset()}, "why", {"analyst", "lead"}),
    ],
)
def test_who_may_open_a_record(change, stated, who):
    assert allowed(why_not_see_record, replace(RECORD, **change), stated) == who


def test_the_lead_is_asked_why_and_a_stranger_learns_nothing():
    assert refusal(why_not_see_record, "lead", RECORD) is Reason.NO_REASON_GIVEN
    assert refusal(why_not_see_record, "teammate", RECORD, "why") is Reason.NOT_THEIRS_TO_SEE


def test_only_its_owners_challenge_a_record():
    assert allowed(why_not_challenge, RECORD) == {"owner"}


def test_every_clinician_may_claim_and_nobody_claims_their_own():
    everyone = {"owner", "colleague", "teammate", "outsider", "lead", "other lead"}
    assert allowed(why_not_claim) == everyone
    assert allowed(why_not_claim, counts_already=True) == set()
    assert refusal(why_not_claim, "owner", counts_already=True) is Reason.ALREADY_DONE


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"opens_on": date(2026, 7, 2)}, Reason.WINDOW_CLOSED),
        ({"last_day": date(2026, 6, 30)}, Reason.WINDOW_CLOSED),
        ({"last_day": TODAY}, None),
        ({"last_day": None}, None),
    ],
)
def test_a_record_is_confirmed_while_its_window_runs(change, expected):
    refused = why_not_confirm(READERS["owner"], replace(WINDOW, **change), owned=True)
    assert (refused and refused.reason) == expected


def test_nobody_confirms_what_does_not_count_for_them():
    assert allowed(why_not_confirm, WINDOW, owned=False) == set()


@pytest.mark.parametrize(
    ("challenge", "who"),
    [
        (CHALLENGE, {"owner", "lead", "analyst"}),
        (ASKED, {"owner", "colleague", "lead", "analyst"}),
        (OF_THE_LEAD, {"lead", "chief", "analyst"}),
        (OF_THE_CHIEF, {"lead", "chief", "director", "analyst"}),
        (CHIEF_WHO_LEADS, {"lead", "chief", "director", "analyst"}),
        (OF_ANOTHER_CHIEF, {"owner", "lead", "director", "analyst"}),
        (replace(CHALLENGE, lead_ids=frozenset()), {"owner", "lead", "chief", "analyst"}),
    ],
)
def test_who_may_follow_a_challenge(challenge, who):
    assert allowed(why_not_see_challenge, challenge) == who


@pytest.mark.parametrize(
    ("challenge", "who"),
    [
        (CHALLENGE, {"lead"}),
        (replace(CHALLENGE, reason=ChallengeReason.MISSING), {"lead"}),
        (replace(CHALLENGE, reason=ChallengeReason.WRONG_DATE), {"lead", "analyst"}),
        (replace(CHALLENGE, reason=ChallengeReason.WRONG_CODE), {"lead", "analyst"}),
        (replace(CHALLENGE, reason=ChallengeReason.DUPLICATE), {"lead", "analyst"}),
        (replace(CHALLENGE, reason=ChallengeReason.OTHER), {"lead", "analyst"}),
        (OF_THE_LEAD, {"chief"}),
        (replace(CHALLENGE, asked_id=LEAD), {"chief"}),
        (replace(CHALLENGE, lead_ids=frozenset()), {"chief"}),
        (OF_THE_CHIEF, {"director"}),
        (CHIEF_WHO_LEADS, {"director"}),
        (OF_ANOTHER_CHIEF, {"director"}),
        (replace(CHALLENGE, asked_id=CHIEF), {"director"}),
        (replace(OF_THE_LEAD, chief_ids=frozenset()), {"director"}),
        (replace(CHALLENGE, department_id=SURGERY), {"other lead"}),
    ],
)
@pytest.mark.parametrize("accept", [True, False])
def test_who_settles_a_challenge(challenge, who, accept):
    assert allowed(why_not_settle, challenge, accept=accept) == who


@pytest.mark.parametrize("state", [s for s in ChallengeState if s is not ChallengeState.OPEN])
def test_whoever_comes_second_is_told_who_was_first(state):
    words = "Dr Lead accepted this challenge on 1 July 2026."
    settled = replace(CHALLENGE, state=state, settled_words=words)
    assert allowed(why_not_settle, settled) == set()
    refused = why_not_settle(READERS["lead"], settled)
    assert refused is not None
    assert (refused.reason, refused.because) == (Reason.ALREADY_DONE, words)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Reason.NOT_AGREED),
        ({"says": Agreement.AGREED}, None),
        ({"says": Agreement.DISPUTED}, None),
        ({"due_on": date(2026, 6, 30)}, None),  # overdue: no challenge waits for ever
    ],
)
def test_nothing_moves_to_a_colleague_before_they_answer_or_the_day_has_passed(change, expected):
    asked = replace(ASKED, **change)
    refused = why_not_settle(READERS["lead"], asked, accept=True)
    assert (refused and refused.reason) == expected
    assert why_not_settle(READERS["lead"], asked, accept=False) is None


def test_only_the_colleague_answers_and_only_while_it_is_open():
    assert allowed(why_not_answer, ASKED) == {"colleague"}
    assert allowed(why_not_answer, CHALLENGE) == set()
    closed = replace(ASKED, state=ChallengeState.ACCEPTED)
    assert refusal(why_not_answer, "colleague", closed) is Reason.ALREADY_DONE


def test_only_the_raiser_withdraws_and_only_while_it_is_open():
    assert allowed(why_not_withdraw, CHALLENGE) == {"owner"}
    assert allowed(why_not_withdraw, replace(CHALLENGE, state=ChallengeState.DECLINED)) == set()


def test_analysts_and_whoever_settles_it_look_into_a_challenge():
    assert allowed(why_not_investigate, CHALLENGE) == {"lead", "analyst"}
    assert allowed(why_not_investigate, OF_THE_LEAD) == {"chief", "analyst"}
    own = replace(CHALLENGE, person_id=77)
    analyst_too = reader(77, Role.ANALYST)
    refused = why_not_investigate(analyst_too, own)
    assert refused is not None
    assert refused.reason is Reason.OWN_CASE


def test_who_opens_windows_audits_counts_and_queues():
    assert allowed(why_not_open_window, CARDIOLOGY) == {"lead", "analyst"}
    assert allowed(why_not_audit) == {"analyst"}
    assert allowed(why_not_count) == {"analyst", "project team", "executive"}
    assert allowed(why_not_see_queue) == {"lead", "other lead", "chief", "director", "analyst"}


def test_every_state_says_where_it_may_go_and_every_reason_has_words():
    assert set(MOVES) == set(ChallengeState)
    assert set(REASON_WORDS) == set(ChallengeReason)
