"""Who may have everything that is held about a person."""

from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.upkeep.policies import why_not_export


def reader(*roles: Role) -> Reader:
    return Reader(account_id=1, on=date(2026, 7, 1), person_id=1, roles=frozenset(roles))


@pytest.mark.parametrize("role", list(Role))
def test_everyone_has_their_own_and_only_the_officer_anothers(role):
    assert why_not_export(reader(role), 1, "") is None
    refusal = why_not_export(reader(role), 2, "Request 7")
    assert (refusal is None) == (role is Role.DPO)


def test_the_officer_says_for_which_request():
    assert why_not_export(reader(Role.DPO), 2, " ").reason is Reason.NO_REASON_GIVEN
