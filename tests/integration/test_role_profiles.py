"""Role profiles: who writes them, in which versions, and where they stand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinlead.history.queries import entries_about
from clinlead.organisation.models import RoleProfile


def address(trust, login: str) -> str:
    return f"/departments/cardiology/people/{trust.person(login).code}/profile/"


def record(client, trust, login="lead", of="clinician", **change):
    client.force_login(trust.accounts[login])
    said = {
        "starts_on": timezone.localdate().isoformat(),
        "role": "Heart failure lead",
        "workload": "Six clinics a week",
        "skill_mix": "",
        "comparable": "no",
        "caveat": "Sees the sickest patients of the region.",
    }
    return client.post(address(trust, of), {**said, **change})


@pytest.mark.parametrize(
    ("login", "of"), [("lead", "clinician"), ("hr", "lead"), ("chief", "lead")]
)
def test_the_lead_hr_or_the_leads_chief_records_a_profile_and_the_person_is_told(
    client, trust, login, of
):
    assert record(client, trust, login, of).status_code == 302
    made = trust.person(of).profiles.get()
    assert (made.role, made.comparable) == ("Heart failure lead", False)
    told = entries_about(trust.person(of).pk).get(act="role profile recorded")
    assert told.by == trust.accounts[login]
    assert told.facts["details"]["caveat"] == "Sees the sickest patients of the region."


@pytest.mark.parametrize(
    ("login", "of", "status"),
    [
        ("clinician", "clinician", 403),
        ("lead", "lead", 403),
        ("chief", "clinician", 403),
        ("peer", "clinician", 404),
        ("otherlead", "clinician", 404),
        ("analyst", "clinician", 404),
    ],
)
def test_nobody_else_writes_one_and_nobody_their_own(client, trust, login, of, status):
    assert record(client, trust, login, of).status_code == status
    assert not RoleProfile.objects.exists()


def test_a_change_begins_a_version_and_ends_the_one_before_the_day_before(client, trust):
    today = timezone.localdate()
    record(client, trust, starts_on=(today - timedelta(days=40)).isoformat())
    record(client, trust, role="Electrophysiologist", comparable="yes", caveat="")
    new, old = trust.person("clinician").profiles.order_by("-starts_on")
    assert (old.role, old.ends_on) == ("Heart failure lead", today - timedelta(days=1))
    assert (new.role, new.ends_on) == ("Electrophysiologist", None)
    page = client.get(address(trust, "clinician")).content.decode()
    assert "2 versions" in page
    assert "Heart failure lead" in page


def test_a_version_cannot_begin_before_the_one_it_follows(client, trust):
    record(client, trust)
    earlier = timezone.localdate() - timedelta(days=1)
    answer = record(client, trust, role="Other", starts_on=earlier.isoformat())
    assert answer.status_code == 422
    assert "Give that day or a later one." in answer.content.decode()
    assert trust.person("clinician").profiles.get().role == "Heart failure lead"


def test_work_that_is_not_alike_needs_its_reason(client, trust):
    answer = record(client, trust, caveat=" ")
    assert answer.status_code == 422
    assert "Say why this work is not like" in answer.content.decode()
    assert not RoleProfile.objects.exists()


def test_the_owner_reads_their_own_and_who_may_write_sees_who_has_none(client, trust):
    record(client, trust)
    client.force_login(trust.clinician)
    assert "Sees the sickest patients" in client.get(address(trust, "clinician")).content.decode()
    assert address(trust, "clinician") in client.get("/me/").content.decode()
    client.force_login(trust.hr)
    said = client.get("/departments/cardiology/profiles/").content.decode()
    assert "7 clinicians" in said
    assert said.count("Not recorded yet") == 6
