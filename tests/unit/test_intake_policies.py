"""Who loads, who sees grades, who opens a hospital number: every role, as ACCESS says."""

from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.intake.policies import (
    NumberFacts,
    why_not_load,
    why_not_open_number,
    why_not_see_grades,
    why_not_see_report,
    why_not_withdraw,
)

OWNER, CARDIOLOGY, SURGERY = 1, 10, 20
RECORD = NumberFacts(owner_ids=frozenset({OWNER}), department_ids=frozenset({CARDIOLOGY}))


def reader(*roles: Role, **facts) -> Reader:
    return Reader(account_id=99, on=date(2026, 7, 1), roles=frozenset(roles), **facts)


@pytest.mark.parametrize("role", Role)
def test_only_the_analyst_loads_and_withdraws(role):
    may = role is Role.ANALYST
    assert (why_not_load(reader(role)) is None) is may
    assert (why_not_withdraw(reader(role), active=True, because="wrong file") is None) is may


SEE_GRADES = {
    *(Role.CLINICIAN, Role.LEAD, Role.CHIEF, Role.OPERATIONS),
    *(Role.ANALYST, Role.PROJECT_TEAM, Role.EXECUTIVE),
}


@pytest.mark.parametrize("role", Role)
def test_grades_are_for_those_whose_figures_rest_on_them(role):
    assert (why_not_see_grades(reader(role)) is None) is (role in SEE_GRADES)


@pytest.mark.parametrize("role", Role)
def test_the_report_behind_a_grade_is_for_leads_and_the_analyst(role):
    assert (why_not_see_report(reader(role)) is None) is (role in {Role.LEAD, Role.ANALYST})


def test_a_load_is_withdrawn_once_and_for_a_reason():
    analyst = reader(Role.ANALYST)
    assert why_not_withdraw(analyst, active=False).reason is Reason.ALREADY_DONE
    assert why_not_withdraw(analyst, active=True, because="  ").reason is Reason.NO_REASON_GIVEN


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (reader(Role.CLINICIAN, person_id=OWNER), True),
        (reader(Role.CLINICIAN, person_id=2, departments=frozenset({CARDIOLOGY})), False),
        (reader(Role.LEAD, person_id=3, leads=frozenset({CARDIOLOGY})), True),
        (reader(Role.LEAD, person_id=4, leads=frozenset({SURGERY})), False),
        (reader(Role.CHIEF, chief_of=frozenset({CARDIOLOGY})), False),
        (reader(Role.ANALYST), True),
        (reader(Role.DIRECTOR), False),
        (reader(Role.OPERATIONS, granted_named=frozenset({CARDIOLOGY})), False),
        (reader(Role.DPO), False),
        (reader(Role.SYSTEM_ADMINISTRATOR), False),
        (reader(), False),
    ],
)
def test_a_hospital_number_opens_for_its_owner_their_lead_and_the_analyst(who, may):
    assert (why_not_open_number(who, RECORD) is None) is may


def test_a_record_that_counts_for_nobody_opens_for_the_analyst_alone():
    nobody = NumberFacts()
    assert why_not_open_number(reader(Role.ANALYST), nobody) is None
    assert why_not_open_number(reader(Role.CLINICIAN, person_id=OWNER), nobody) is not None
