"""Giving sight and roles through the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinlead.access.models import Grant, RoleHolding, RoleProposal
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.access.queries import people_visible_to, reader_of
from clinlead.access.roles import RoleWanted, propose_role, second_role
from people import START, give


def as_(client, account):
    client.force_login(account)
    return client


def grant_facts(trust, **change) -> dict:
    until = timezone.localdate() + timedelta(days=30)
    facts = {
        "department": trust.cardiology.pk,
        "to": trust.operations.pk,
        "named": "yes",
        "reason": "To plan beds together",
        "agreement": "Minutes of 12 June",
        "until": until.isoformat(),
    }
    return {**facts, **change}


def test_a_lead_gives_and_ends_a_grant(client, trust):
    as_(client, trust.lead).post("/grants/give/", grant_facts(trust))
    grant = Grant.objects.get()
    assert (grant.account, grant.named) == (trust.operations, True)
    assert "To plan beds together" in client.get("/grants/").content.decode()
    client.post(f"/grants/{grant.pk}/end/")
    grant.refresh_from_db()
    assert grant.revoked_by == trust.lead


def test_everyone_in_the_department_reads_who_was_let_in(client, trust):
    as_(client, trust.lead).post("/grants/give/", grant_facts(trust))
    said = as_(client, trust.clinician).get("/grants/").content.decode()
    assert "To plan beds together" in said
    assert (
        "To plan beds together" not in as_(client, trust.stranger).get("/grants/").content.decode()
    )


def test_a_member_cannot_end_a_grant_and_a_stranger_cannot_find_it(client, trust):
    as_(client, trust.lead).post("/grants/give/", grant_facts(trust))
    grant = Grant.objects.get()
    assert as_(client, trust.clinician).post(f"/grants/{grant.pk}/end/").status_code == 403
    assert as_(client, trust.stranger).post(f"/grants/{grant.pk}/end/").status_code == 404
    grant.refresh_from_db()
    assert grant.revoked_at is None


@pytest.mark.parametrize(
    "change", [{"reason": " "}, {"until": "2020-01-01"}, {"until": "2099-01-01"}, {"until": "soon"}]
)
def test_a_grant_that_lacks_something_is_explained_and_not_given(client, trust, change):
    said = as_(client, trust.lead).post("/grants/give/", grant_facts(trust, **change))
    assert "There is a problem" in said.content.decode()
    assert not Grant.objects.exists()


def test_a_lead_cannot_give_sight_of_another_department(client, trust):
    facts = grant_facts(trust, department=trust.surgery.pk)
    as_(client, trust.lead).post("/grants/give/", facts)
    assert not Grant.objects.exists()


def role_facts(trust, **change) -> dict:
    facts = {
        "account": trust.hr.pk,
        "role": "analyst",
        "starts_on": timezone.localdate().isoformat(),
        "reason": "Joins the BI team",
    }
    return {**facts, **change}


def test_a_role_that_sees_named_results_takes_two_people(client, trust):
    as_(client, trust.sysadmin).post("/roles/propose/", role_facts(trust))
    proposal = RoleProposal.objects.get()
    assert not RoleHolding.objects.filter(account=trust.hr, role=Role.ANALYST).exists()
    answer = client.post(f"/roles/proposals/{proposal.pk}/", {"answer": "second"})
    assert answer.status_code == 403
    assert "somebody else must second it" in answer.content.decode()
    as_(client, trust.director).post(f"/roles/proposals/{proposal.pk}/", {"answer": "second"})
    holding = RoleHolding.objects.get(account=trust.hr, role=Role.ANALYST)
    assert (holding.granted_by, holding.seconded_by) == (trust.sysadmin, trust.director)


def test_another_role_counts_at_once(client, trust):
    as_(client, trust.sysadmin).post("/roles/propose/", role_facts(trust, role="projectteam"))
    assert RoleHolding.objects.filter(account=trust.hr, role=Role.PROJECT_TEAM).exists()


def test_a_declined_role_is_never_given(client, trust):
    as_(client, trust.sysadmin).post("/roles/propose/", role_facts(trust))
    proposal = RoleProposal.objects.get()
    as_(client, trust.director).post(f"/roles/proposals/{proposal.pk}/", {"answer": "decline"})
    with pytest.raises(NotAllowed) as refused:
        second_role(proposal_id=proposal.pk, by=trust.director, at=timezone.now())
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


def test_nobody_proposes_a_role_for_themselves(trust):
    wanted = RoleWanted(role=Role.HR, starts_on=timezone.localdate())
    with pytest.raises(NotAllowed) as refused:
        propose_role(
            account=trust.sysadmin, wanted=wanted, reason="x", by=trust.sysadmin, at=timezone.now()
        )
    assert refused.value.refusal.reason is Reason.OWN_CASE


def test_a_lead_needs_a_department(client, trust):
    answer = as_(client, trust.sysadmin).post("/roles/propose/", role_facts(trust, role="lead"))
    assert answer.status_code == 403
    assert "which department" in answer.content.decode()


def test_an_ended_role_no_longer_counts_today(client, trust):
    holding = RoleHolding.objects.get(account=trust.analyst)
    as_(client, trust.sysadmin).post(f"/roles/{holding.pk}/end/")
    assert not reader_of(trust.analyst, timezone.localdate()).has(Role.ANALYST)


@pytest.mark.parametrize("login", ["clinician", "lead", "chief", "analyst", "hr", "dpo"])
def test_the_page_of_roles_does_not_exist_for_others(client, trust, login):
    as_(client, trust.accounts[login])
    assert client.get("/roles/").status_code == 404
    assert client.post("/roles/propose/", role_facts(trust)).status_code == 404


def test_people_found_by_name_are_those_whose_figures_one_may_open(trust):
    def seen_by(login: str) -> set[str]:
        reader = reader_of(trust.accounts[login], START)
        return {person.name for person in people_visible_to(reader)}

    assert seen_by("clinician") == {"Dr Clinician"}
    assert (
        seen_by("lead")
        == {person.name for person in people_visible_to(reader_of(trust.lead, START))}
        >= {"Dr Lead", "Dr Clinician", "Dr Peer"}
    )
    assert "Dr Stranger" not in seen_by("lead")
    assert seen_by("chief") == {"Dr Lead"}
    assert seen_by("hr") == set()
    assert "Dr Stranger" in seen_by("analyst")
    give(trust, "hr", Role.STAFF)
    assert seen_by("hr") == set()
