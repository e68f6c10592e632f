"""Who may pause and retry background work."""

from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.background.policies import (
    JobState,
    why_not_pause,
    why_not_resume,
    why_not_retry,
    why_not_see_work,
)

ON = date(2026, 7, 1)


def somebody(*roles: Role) -> Reader:
    return Reader(account_id=1, on=ON, roles=frozenset(roles))


RUNS_IT = somebody(Role.PROJECT_TEAM)
OTHER = somebody(Role.LEAD, Role.ANALYST, Role.DIRECTOR)


@pytest.mark.parametrize("role", list(Role))
def test_the_project_team_and_the_system_administrator_run_it_and_nobody_else(role):
    runs = role in {Role.PROJECT_TEAM, Role.SYSTEM_ADMINISTRATOR}
    assert (why_not_see_work(somebody(role)) is None) == runs


@pytest.mark.parametrize(
    ("reader", "facts", "expected"),
    [
        (RUNS_IT, {}, None),
        (OTHER, {}, Reason.NOT_THEIRS_TO_SEE),
        (RUNS_IT, {"paused": True}, Reason.ALREADY_DONE),
        (RUNS_IT, {"because": "  "}, Reason.NO_REASON_GIVEN),
    ],
)
def test_pausing(reader, facts, expected):
    refusal = why_not_pause(reader, **({"paused": False, "because": "Data come again"} | facts))
    assert (refusal and refusal.reason) == expected


def test_only_what_is_paused_can_go_on():
    assert why_not_resume(RUNS_IT, paused=True) is None
    assert why_not_resume(RUNS_IT, paused=False).reason is Reason.ALREADY_DONE
    assert why_not_resume(OTHER, paused=True).reason is Reason.NOT_THEIRS_TO_SEE


@pytest.mark.parametrize("state", list(JobState))
def test_what_is_over_can_be_done_again(state):
    may = state in {JobState.DONE, JobState.FAILED}
    assert (why_not_retry(RUNS_IT, state) is None) == may
    assert why_not_retry(OTHER, state) is not None
