"""Who may thank, show, take back and confirm: rules, with no database."""

from dataclasses import fields, replace
from datetime import date

import pytest

from clinlead.access.policies import OwnerFacts, Reader, Reason, Role
from clinlead.recognition import policies
from clinlead.recognition.policies import ContributionFacts, ThanksFacts

HERE = frozenset({1})
OWNER = Reader(
    account_id=11, on=date(2026, 7, 1), person_id=1, roles=frozenset({Role.CLINICIAN}),
    departments=HERE,
)  # fmt: skip
GIVER = replace(OWNER, account_id=12, person_id=2, roles=frozenset({Role.STAFF}))
LEAD = replace(OWNER, account_id=13, person_id=3, leads=HERE)
CHIEF = replace(OWNER, account_id=14, person_id=None, chief_of=HERE, departments=frozenset())
WRITTEN = ContributionFacts(owner=OwnerFacts(person_id=1, departments=HERE))
OF_THE_LEAD = ContributionFacts(owner=OwnerFacts(person_id=3, departments=HERE, owner_leads=True))
GIVEN = ThanksFacts(to_id=1, by_id=12)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (policies.why_not_thank(GIVER, 1, "For the night"), None),
        (policies.why_not_thank(CHIEF, 1, "For the night"), None),
        (policies.why_not_thank(OWNER, 1, "For the night"), Reason.OWN_CASE),
        (policies.why_not_thank(GIVER, 1, " "), Reason.NO_REASON_GIVEN),
        (policies.why_not_take_back(GIVER, GIVEN), None),
        (policies.why_not_take_back(OWNER, GIVEN), Reason.NOT_YOURS),
        (policies.why_not_take_back(GIVER, replace(GIVEN, taken_back=True)), Reason.ALREADY_DONE),
        (policies.why_not_choose(OWNER, 1, gone=False), None),
        (policies.why_not_choose(GIVER, 1, gone=False), Reason.NOT_YOURS),
        (policies.why_not_choose(LEAD, 1, gone=False), Reason.NOT_YOURS),
        (policies.why_not_choose(OWNER, 1, gone=True), Reason.ALREADY_DONE),
        (policies.why_not_record(OWNER, "Teaching"), None),
        (policies.why_not_record(GIVER, "Teaching"), Reason.NOT_YOURS),
        (policies.why_not_record(OWNER, ""), Reason.NO_REASON_GIVEN),
        (policies.why_not_withdraw(OWNER, WRITTEN), None),
        (policies.why_not_withdraw(LEAD, WRITTEN), Reason.NOT_YOURS),
        (policies.why_not_confirm(LEAD, WRITTEN), None),
        (policies.why_not_confirm(OWNER, WRITTEN), Reason.OWN_CASE),
        (policies.why_not_confirm(CHIEF, WRITTEN), Reason.NOT_A_LEAD),
        (policies.why_not_confirm(LEAD, OF_THE_LEAD), Reason.OWN_CASE),
        (policies.why_not_confirm(CHIEF, OF_THE_LEAD), None),
        (policies.why_not_confirm(LEAD, replace(WRITTEN, answered=True)), Reason.ALREADY_DONE),
        (policies.why_not_confirm(LEAD, replace(WRITTEN, withdrawn=True)), Reason.ALREADY_DONE),
        (policies.why_not_decline(LEAD, WRITTEN, ""), Reason.NO_REASON_GIVEN),
        (policies.why_not_decline(LEAD, WRITTEN, "Last year, not this"), None),
    ],
)  # fmt: skip
def test_each_act_is_allowed_or_refused_with_its_reason(refusal, reason):
    assert (refusal and refusal.reason) is reason


def test_there_is_nothing_here_to_add_up():
    for facts in (ThanksFacts, ContributionFacts):
        assert not {each.name for each in fields(facts)} & {"points", "score", "count", "rank"}
