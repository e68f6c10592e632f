"""A grant or role that ends while a page is open: a clear reason, and nothing is shown."""

from datetime import timedelta

from django.utils import timezone

from clinlead.access.actions import grant_sight, revoke_sight
from clinlead.access.models import Grant, RoleHolding

PAGE = "/departments/cardiology/people/{}/figures/"


def grant_to(trust, account):
    return grant_sight(
        to=account,
        department=trust.cardiology,
        named=False,
        reason="To plan beds",
        agreement="Minutes of June",
        until=timezone.localdate() + timedelta(days=30),
        by=trust.lead,
        at=timezone.now(),
    )


def test_a_grant_that_is_ended_while_the_page_is_open_says_so(client, trust):
    grant = grant_to(trust, trust.otherlead)
    client.force_login(trust.otherlead)
    assert client.get("/departments/cardiology/figures/").status_code == 200
    revoke_sight(grant_id=grant.pk, by=trust.lead, at=timezone.now())
    answer = client.get("/departments/cardiology/figures/")
    assert answer.status_code == 404
    said = answer.content.decode()
    assert "Your grant to see figures of Cardiology ended on" in said
    assert "To plan beds" not in said


def test_a_grant_that_runs_out_at_midnight_says_so(client, trust):
    grant_to(trust, trust.otherlead)
    client.force_login(trust.otherlead)
    yesterday = timezone.localdate() - timedelta(days=1)
    Grant.objects.update(starts_on=yesterday - timedelta(days=9), ends_on=yesterday)
    answer = client.get("/departments/cardiology/figures/")
    assert answer.status_code == 404
    assert "Your grant to see figures of Cardiology ended on" in answer.content.decode()


def test_a_role_that_ended_at_midnight_says_so_and_acts_no_more(client, trust):
    client.force_login(trust.lead)
    assert client.get("/departments/cardiology/profiles/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=yesterday)
    answer = client.get("/departments/cardiology/profiles/")
    assert answer.status_code == 404
    assert "Your role as clinical director, Cardiology ended on" in answer.content.decode()
    grant = {"department": trust.cardiology.pk, "to": trust.hr.pk, "named": "no", "reason": "x"}
    client.post("/grants/give/", grant | {"agreement": "x", "until": "2099-01-01"})
    assert not Grant.objects.exists()


def test_nobody_reads_what_ended_for_somebody_else(client, trust):
    grant = grant_to(trust, trust.otherlead)
    revoke_sight(grant_id=grant.pk, by=trust.lead, at=timezone.now())
    client.force_login(trust.stranger)
    assert "ended on" not in client.get("/departments/cardiology/figures/").content.decode()
