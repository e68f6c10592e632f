"""Who may set up a pilot, and what it may begin without."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.workstreams.policies import (
    PILOT_WAIVES,
    PilotFacts,
    Precondition,
    why_not_pilot,
    why_not_start_pilot,
)

TEAM = Reader(account_id=1, on=date(2026, 7, 1), roles=frozenset({Role.PROJECT_TEAM}))
THREE = frozenset({"a", "b", "c"})
READY = PilotFacts(measures=THREE, registered=THREE)


def test_the_team_and_analysts_set_up_pilots():
    assert why_not_pilot(TEAM, READY, "x") is None
    for role in Role:
        allowed = why_not_start_pilot(replace(TEAM, roles=frozenset({role}))) is None
        assert allowed == (role in {Role.PROJECT_TEAM, Role.ANALYST})


@pytest.mark.parametrize(
    ("change", "because", "reason"),
    [
        ({"piloted": True}, "x", Reason.ALREADY_DONE),
        ({"measures": frozenset()}, "x", Reason.WRONG_STAGE),
        ({"measures": THREE | {"d"}}, "x", Reason.WRONG_STAGE),
        ({"registered": frozenset({"a"})}, "x", Reason.NOT_AGREED),
        ({"chosen": frozenset({"a"})}, "x", Reason.NOT_AGREED),
        ({"objective": False}, "x", Reason.NOT_AGREED),
        ({}, " ", Reason.NO_REASON_GIVEN),
    ],
)
def test_a_pilot_is_refused(change, because, reason):
    assert why_not_pilot(TEAM, replace(READY, **change), because).reason is reason


def test_no_precondition_is_ever_waived_by_a_pilot():
    assert not PILOT_WAIVES & set(Precondition)
