"""Who may open, read and write a conversation: rules, with no database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import OwnerFacts, Reader, Reason, Role
from clinlead.conversations import policies
from clinlead.conversations.policies import AgreedFacts, SubjectFacts, TalkFacts

HERE = frozenset({1})
DAY = date(2026, 7, 1)
OWNER = Reader(account_id=11, on=DAY, person_id=1, departments=HERE)
LEAD = Reader(account_id=13, on=DAY, person_id=3, leads=HERE, departments=HERE)
DEPUTY = replace(LEAD, account_id=15, person_id=5)
CHIEF = Reader(account_id=14, on=DAY, roles=frozenset({Role.CHIEF}), chief_of=HERE)
PEER = replace(OWNER, account_id=12, person_id=2)
DIRECTOR = Reader(account_id=16, on=DAY, roles=frozenset({Role.DIRECTOR}))
ANALYST = Reader(account_id=17, on=DAY, roles=frozenset({Role.ANALYST}))
OFFICE = Reader(account_id=18, on=DAY, roles=frozenset({Role.HR, Role.PROJECT_TEAM}))
THEIRS = OwnerFacts(person_id=1, departments=HERE, released=True)
LEADS_OWN = OwnerFacts(person_id=3, departments=HERE, released=True, owner_leads=True)
TALK = TalkFacts(owner=THEIRS, held_by_id=13, holder_decides=True)
OF_LEAD = TalkFacts(owner=LEADS_OWN, held_by_id=14, holder_decides=True)
SUBJECT = SubjectFacts(owner=THEIRS)


@pytest.mark.parametrize(
    ("talk", "seen_by"),
    [
        (TALK, {"owner", "lead"}),
        (replace(TALK, held_by_id=None, holder_decides=False), {"owner", "lead", "deputy"}),
        # the lead who held it left: whoever leads now takes it up
        (replace(TALK, held_by_id=99, holder_decides=False), {"owner", "lead", "deputy"}),
        (OF_LEAD, {"lead", "chief"}),  # theirs, with the chief
        (replace(OF_LEAD, held_by_id=None, holder_decides=False), {"lead", "chief", "director"}),
    ],
)
def test_the_two_read_it_and_nobody_else(talk, seen_by):
    readers = {"owner": OWNER, "lead": LEAD, "deputy": DEPUTY, "chief": CHIEF, "peer": PEER,
               "director": DIRECTOR, "analyst": ANALYST, "office": OFFICE}  # fmt: skip
    assert {who for who, one in readers.items() if not policies.why_not_see(one, talk)} == seen_by
    writes = {who for who, one in readers.items() if not policies.why_not_write(one, talk, "Yes")}
    assert writes == seen_by


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (policies.why_not_open(OWNER, SUBJECT), None),
        (policies.why_not_open(LEAD, SUBJECT), None),
        (policies.why_not_open(CHIEF, SUBJECT), Reason.NOT_THEIRS_TO_SEE),
        (
            policies.why_not_open(DEPUTY, replace(SUBJECT, owner=LEADS_OWN)),
            Reason.NOT_THEIRS_TO_SEE,
        ),
        (policies.why_not_open(CHIEF, replace(SUBJECT, owner=LEADS_OWN)), None),
        (policies.why_not_open(LEAD, replace(SUBJECT, signal=False)), Reason.WRONG_STAGE),
        (policies.why_not_open(LEAD, replace(SUBJECT, released=False)), Reason.WRONG_STAGE),
        (policies.why_not_open(LEAD, replace(SUBJECT, words=" ")), Reason.NO_REASON_GIVEN),
        (policies.why_not_write(OWNER, TALK, " "), Reason.NO_REASON_GIVEN),
        (policies.why_not_confirm(OWNER, TALK, AgreedFacts(by_id=13)), None),
        (policies.why_not_confirm(LEAD, TALK, AgreedFacts(by_id=13)), Reason.OWN_WORK),
        (policies.why_not_confirm(PEER, TALK, AgreedFacts(by_id=13)), Reason.NOT_THEIRS_TO_SEE),
        (
            policies.why_not_confirm(OWNER, TALK, AgreedFacts(by_id=13, confirmed=True)),
            Reason.ALREADY_DONE,
        ),
        (
            policies.why_not_confirm(OWNER, TALK, AgreedFacts(by_id=13, newest=False)),
            Reason.ALREADY_DONE,
        ),
    ],
)
def test_each_act_is_allowed_or_refused_with_its_reason(refusal, reason):
    assert (refusal and refusal.reason) is reason
