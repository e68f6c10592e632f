"""A medical director who sees patients too: another one decides, nobody below, and nothing is lost
while there is no other.
"""

import re

import pytest
from django.utils import timezone

from clinlead.access.actions import grant_role
from clinlead.access.deciding import Offices, deciders, owner_in
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role
from clinlead.access.queries import reader_of
from clinlead.organisation.models import Person
from clinlead.recognition import actions as recognition
from clinlead.recognition.policies import Kind
from clinlead.recognition.queries import to_confirm
from clinlead.releases.models import Release
from people import AT, START, give
from small_release import Quarter

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def ready(prepared, db) -> Quarter:
    """The peer, a consultant of the department, is the trust's only medical director."""
    prepared.release = Release.objects.get(department=prepared.trust.cardiology)
    RoleHolding.objects.filter(role=Role.DIRECTOR).update(ends_on=START)
    give(prepared.trust, "peer", Role.DIRECTOR)
    return prepared


def deputy(trust) -> Account:
    """A deputy medical director is named, from another department."""
    give(trust, "stranger", Role.DIRECTOR)
    return trust.accounts["stranger"]


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, (login, address)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def deciding(trust) -> list[Account]:
    owner = owner_in(trust.person("peer").pk, trust.cardiology.pk, TODAY)
    return deciders(trust.cardiology, owner, TODAY)


def test_their_figures_wait_for_another_medical_director_and_the_gate_says_who_is_to_be_named(
    client, ready
):
    trust, here = ready.trust, f"/releases/{ready.release.pk}/"
    ready.enter_totals()
    ready.check()
    ready.decide()
    left = {draft.person for draft in (*ready.now().to_interpret, *ready.now().to_sign_off)}
    assert left == {trust.person("peer")}
    assert "until a second or deputy medical director is named" in words(
        client, trust, "lead", here
    )
    assert not deciding(trust)
    deputy(trust)
    assert "medical director’s own go to a medical director" in words(client, trust, "lead", here)
    assert deciding(trust) == [trust.accounts["stranger"]]
    own = f"figures/length-of-stay/discharging/{trust.person('peer').code}/"
    assert "length" in words(client, trust, "stranger", f"{here}{own}").lower()


def test_whoever_gives_roles_reads_at_home_that_a_second_is_to_be_named(client, ready):
    trust = ready.trust
    for login in ("peer", "sysadmin"):
        said = words(client, trust, login, "/")
        assert "Name a second or deputy medical director" in said
        assert f"nobody may decide for {trust.person('peer')}" in said
    assert "deputy medical director" not in words(client, trust, "lead", "/")
    deputy(trust)
    assert "deputy medical director" not in words(client, trust, "sysadmin", "/")


def test_a_medical_director_without_patients_needs_no_second(ready):
    trust = ready.trust
    RoleHolding.objects.filter(role=Role.DIRECTOR).update(ends_on=START)
    person = Person.objects.create(code="MD", name="Dr Office", grade="consultant")
    account = Account.objects.create_user("office", password="demo", person=person)
    grant_role(account=account, role=Role.DIRECTOR, starts_on=START, at=AT, by=None)
    assert Offices(TODAY).without_decider() == []
    assert trust.cardiology


def test_their_review_waits_and_says_for_whom(client, ready):
    trust = ready.trust
    person = trust.person("peer")
    assert str(person) not in words(client, trust, "lead", "/reviews/")
    client.force_login(trust.accounts["peer"])
    year = {"first": f"{TODAY.replace(month=1, day=1)}", "last": f"{TODAY}"}
    begun = client.post("/reviews/begin/", {"who": f"{person.code} cardiology", **year})
    assert begun.status_code == 302, begun.content.decode()
    said = words(client, trust, "peer", begun.url)
    assert "Between you and another medical director (where there is none, it waits" in said
    for login in ("lead", "chief"):
        client.force_login(trust.accounts[login])
        assert client.get(begun.url).status_code == 404
    deputy(trust)
    assert f"Write for the review of {person}" in words(client, trust, "stranger", "/")


def test_their_contribution_waits_for_another_medical_director(ready):
    trust, at = ready.trust, timezone.now()
    said = recognition.Said(kind=Kind.TEACHING, words="Thursdays", starts_on=TODAY)
    recognition.record_contribution(said=said, by=trust.accounts["peer"], at=at)
    for login in ("lead", "chief", "peer"):
        assert to_confirm(reader_of(trust.accounts[login], TODAY)) == []
    assert len(to_confirm(reader_of(deputy(trust), TODAY))) == 1
