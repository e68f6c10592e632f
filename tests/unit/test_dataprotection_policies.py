"""Who answers a request to erase, with what, and who enters a disclosure."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.dataprotection.actions import a_month_after
from clinlead.dataprotection.policies import (
    Answer,
    Basis,
    Outcome,
    RequestFacts,
    why_not_answer,
    why_not_ask,
    why_not_disclose,
    why_not_keep_register,
)

TODAY = date(2026, 7, 1)
OFFICER = Reader(account_id=1, on=TODAY, roles=frozenset({Role.DPO}))
ASKED = RequestFacts(account_id=2, outcome=Outcome.OPEN, received_on=date(2026, 6, 20))
ERASED = Answer(
    outcome=Outcome.ERASED, reason="No use left", kept="Releases", up_to=date(2025, 12, 31)
)


@pytest.mark.parametrize("role", Role)
def test_the_register_is_the_officers_alone(role):
    reader = replace(OFFICER, roles=frozenset({role}))
    assert (why_not_keep_register(reader) is None) is (role is Role.DPO)
    assert (why_not_answer(reader, ASKED, ERASED) is None) is (role is Role.DPO)


@pytest.mark.parametrize(
    ("asked", "answer", "reason"),
    [
        ({"account_id": 1}, {}, Reason.OWN_CASE),
        ({"outcome": Outcome.REFUSED}, {}, Reason.ALREADY_DONE),
        ({}, {"reason": " "}, Reason.NO_REASON_GIVEN),
        ({}, {"kept": ""}, Reason.NO_REASON_GIVEN),
        ({}, {"up_to": None}, Reason.WRONG_STAGE),
        ({}, {"up_to": TODAY}, Reason.WRONG_STAGE),
    ],
)
def test_an_answer_has_a_reason_and_is_nobodys_own(asked, answer, reason):
    refusal = why_not_answer(OFFICER, replace(ASKED, **asked), replace(ERASED, **answer))
    assert refusal is not None
    assert refusal.reason is reason


def test_refusing_needs_no_day():
    assert (
        why_not_answer(OFFICER, ASKED, replace(ERASED, outcome=Outcome.REFUSED, up_to=None)) is None
    )


def test_one_asks_with_words_and_once_at_a_time():
    assert why_not_ask(says="My notices", waiting=False) is None
    assert why_not_ask(says=" ", waiting=False).reason is Reason.NO_REASON_GIVEN
    assert why_not_ask(says="x", waiting=True).reason is Reason.ALREADY_DONE


def test_nobody_is_named_under_freedom_of_information():
    assert why_not_disclose(OFFICER, basis=Basis.INFORMATION, people=0) is None
    assert why_not_disclose(OFFICER, basis=Basis.INFORMATION, people=1) is not None
    assert why_not_disclose(OFFICER, basis=Basis.LAW, people=1) is None


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 12, 5), date(2027, 1, 5)),
    ],
)
def test_an_answer_is_due_within_a_month(came, due):
    assert a_month_after(came) == due
