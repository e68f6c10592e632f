import dataclasses
from datetime import date

import pytest

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Role,
    why_not_decide_for,
    why_not_grant_role,
    why_not_hold,
    why_not_see_named,
)

DAY = date(2026, 7, 1)
HERE, ELSEWHERE = 1, 2
DOCTOR = OwnerFacts(person_id=10, departments=frozenset({HERE}), released=True)
HIDDEN = dataclasses.replace(DOCTOR, released=False)
DIRECTOR_OF_HERE = dataclasses.replace(DOCTOR, person_id=20, owner_leads=True)


def reader(**facts) -> Reader:
    return Reader(account_id=1, on=DAY, **facts)


OWNER = reader(person_id=10, departments=frozenset({HERE}))
LEAD = reader(person_id=20, leads=frozenset({HERE}), roles=frozenset({Role.LEAD}))
OTHER_LEAD = reader(person_id=30, leads=frozenset({ELSEWHERE}), roles=frozenset({Role.LEAD}))
COLLEAGUE = reader(person_id=11, departments=frozenset({HERE}))
CHIEF = reader(chief_of=frozenset({HERE}), roles=frozenset({Role.CHIEF}))
MEDICAL_DIRECTOR = reader(roles=frozenset({Role.DIRECTOR}))
ANALYST = reader(roles=frozenset({Role.ANALYST}))
GUEST = reader(granted_named=frozenset({HERE}))


@pytest.mark.parametrize("who", [OWNER, LEAD, ANALYST])
def test_owner_lead_and_those_who_build_it_see_an_unreleased_figure(who):
    assert why_not_see_named(who, HIDDEN) is None


@pytest.mark.parametrize(
    "who", [OTHER_LEAD, COLLEAGUE, CHIEF, MEDICAL_DIRECTOR, GUEST, reader(roles=frozenset(Role))]
)
def test_nobody_else_sees_an_unreleased_figure(who):
    who = dataclasses.replace(who, roles=who.roles - {Role.ANALYST})
    assert why_not_see_named(who, HIDDEN).reason is Reason.NOT_THEIRS_TO_SEE


@pytest.mark.parametrize("who", [MEDICAL_DIRECTOR, GUEST])
def test_a_released_figure_opens_to_a_grant_and_to_the_medical_director(who):
    assert why_not_see_named(who, DOCTOR) is None


@pytest.mark.parametrize("who", [OTHER_LEAD, COLLEAGUE, CHIEF])
def test_a_released_figure_stays_closed_to_others(who):
    assert why_not_see_named(who, DOCTOR) is not None


def test_the_lead_decides_for_the_department_but_not_for_themselves():
    assert why_not_decide_for(LEAD, DOCTOR) is None
    own = dataclasses.replace(DIRECTOR_OF_HERE, person_id=20)
    assert why_not_decide_for(LEAD, own).reason is Reason.OWN_CASE


def test_a_deputy_does_not_decide_the_leads_case():
    deputy = dataclasses.replace(LEAD, person_id=21)
    assert why_not_decide_for(deputy, DIRECTOR_OF_HERE).reason is Reason.NOT_A_LEAD
    assert why_not_decide_for(deputy, DOCTOR) is None


def test_the_leads_own_case_goes_to_the_chief():
    assert why_not_decide_for(CHIEF, DIRECTOR_OF_HERE) is None
    assert why_not_decide_for(CHIEF, DOCTOR) is not None


@pytest.mark.parametrize("leads", [False, True])
def test_a_chiefs_own_case_goes_to_the_medical_director(leads):
    own = dataclasses.replace(DOCTOR, owner_goes_to_director=True, owner_leads=leads)
    assert why_not_decide_for(MEDICAL_DIRECTOR, own) is None
    for other in (LEAD, CHIEF, OTHER_LEAD, COLLEAGUE):  # who leads them is who they are chief of
        assert why_not_decide_for(other, own).reason is Reason.NOT_A_LEAD
    everything = reader(person_id=10, roles=frozenset(Role), leads=frozenset({HERE}))
    assert why_not_decide_for(everything, own).reason is Reason.OWN_CASE


def test_a_medical_directors_own_case_goes_to_another_and_never_to_somebody_below():
    own = dataclasses.replace(DOCTOR, owner_goes_to_director=True, owner_is_director=True)
    assert why_not_decide_for(MEDICAL_DIRECTOR, own) is None
    for below in (LEAD, CHIEF, OTHER_LEAD, COLLEAGUE):
        refusal = why_not_decide_for(below, own)
        assert refusal.reason is Reason.NOT_A_LEAD
        assert "a second or deputy one is named" in refusal.because
    themselves = dataclasses.replace(MEDICAL_DIRECTOR, person_id=10, leads=frozenset({HERE}))
    refusal = why_not_decide_for(themselves, own)
    assert refusal.reason is Reason.OWN_CASE
    assert "this goes to another medical director" in refusal.because


@pytest.mark.parametrize("role", [Role.DPO, Role.EVALUATOR, Role.SYSTEM_ADMINISTRATOR])
def test_roles_without_results_are_not_held_beside_roles_with_names(role):
    assert why_not_hold(role, frozenset({Role.LEAD})).reason is Reason.EXCLUSIVE_ROLE
    assert why_not_hold(Role.LEAD, frozenset({role})).reason is Reason.EXCLUSIVE_ROLE
    assert why_not_hold(role, frozenset({Role.CLINICIAN})) is None


def test_two_people_grant_a_role_that_sees_names():
    facts = {"granted_by_id": 1, "account_id": 3}
    alone = why_not_grant_role(Role.LEAD, seconded_by_id=None, **facts)
    assert alone.reason is Reason.NEEDS_TWO
    assert why_not_grant_role(Role.LEAD, seconded_by_id=2, **facts) is None
    assert why_not_grant_role(Role.HR, seconded_by_id=None, **facts) is None


def test_nobody_grants_themselves_a_role():
    refusal = why_not_grant_role(Role.HR, granted_by_id=3, seconded_by_id=2, account_id=3)
    assert refusal.reason is Reason.OWN_CASE
