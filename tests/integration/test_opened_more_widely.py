"""Totals opened more widely: off by default, after passed checks, revocable, never few people."""

from datetime import date

import pytest
from django.utils import timezone

from clinlead.access.policies import NotAllowed, Reader, Reason, Role
from clinlead.api.tokens import make_token
from clinlead.figures.policies import TeamFacts, why_not_see_team
from clinlead.releases.models import Opening
from clinlead.releases.opening import end_opening, open_wider
from clinlead.releases.policies import OpeningFacts, why_not_end_opening, why_not_open_wider
from small_release import AT, quarter

FIGURES = "/departments/cardiology/figures/"
DEATHS = "died-in-hospital"
HERE, ELSEWHERE = 1, 2
LEAD = Reader(account_id=1, on=date(2026, 7, 1), leads=frozenset({HERE}))
OTHER = Reader(account_id=2, on=LEAD.on, roles=frozenset({Role.LEAD}), leads=frozenset({ELSEWHERE}))


@pytest.mark.parametrize(
    ("who", "change", "agreement", "expected"),
    [
        (LEAD, {}, "Minutes", None),
        (OTHER, {}, "Minutes", Reason.NOT_A_LEAD),
        (LEAD, {"passed": False}, "Minutes", Reason.GATE_NOT_PASSED),
        (LEAD, {"already": True}, "Minutes", Reason.ALREADY_DONE),
        (LEAD, {}, "  ", Reason.NOT_AGREED),
    ],
)
def test_who_may_open_a_total_and_when(who, change, agreement, expected):
    refusal = why_not_open_wider(who, OpeningFacts(department_id=HERE, **change), agreement)
    assert (refusal and refusal.reason) == expected


def test_only_the_departments_lead_closes_it_and_once():
    assert why_not_end_opening(LEAD, OpeningFacts(department_id=HERE)) is None
    assert why_not_end_opening(OTHER, OpeningFacts(department_id=HERE)) is not None
    assert why_not_end_opening(LEAD, OpeningFacts(department_id=HERE, ended=True)) is not None


@pytest.mark.parametrize(
    ("role", "opened", "contributors", "sees"),
    [
        (Role.LEAD, True, 6, True),
        (Role.LEAD, True, 5, False),  # a total of few people is as good as named
        (Role.LEAD, False, 12, False),
        (Role.CHIEF, True, 6, True),
        (Role.STREAM_LEAD, True, 6, True),
        (Role.CLINICIAN, True, 12, False),
        (Role.HR, True, 12, False),
        (Role.EXECUTIVE, True, 9, False),  # aggregates of ten at least, opened or not
        (Role.EXECUTIVE, True, 10, True),
    ],
)
def test_who_reads_an_opened_total(role, opened, contributors, sees):
    reader = Reader(account_id=2, on=LEAD.on, roles=frozenset({role}))
    team = TeamFacts(department_id=HERE, contributors=contributors, released=True, opened=opened)
    assert (why_not_see_team(reader, team) is None) is sees


def asked_by_token(client, account):
    token = make_token(account=account, days=1, at=timezone.now())
    given = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    return client.get("/api/v1/departments/cardiology/figures", **given)


def test_an_opened_total_that_is_not_released_is_nobodys():
    team = TeamFacts(department_id=HERE, contributors=12, opened=True)
    assert why_not_see_team(OTHER, team).reason is Reason.WRONG_STAGE


def test_it_is_off_until_the_department_opts_in_and_closed_at_once(
    trust, tmp_path, settings, client
):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"data_dir": tmp_path})
    ready = quarter(trust)
    with pytest.raises(NotAllowed) as refused:
        open_wider(
            department=trust.cardiology, measure=DEATHS, agreement="Minutes", by=trust.lead, at=AT
        )
    assert refused.value.refusal.reason is Reason.GATE_NOT_PASSED
    ready.through()
    client.force_login(trust.otherlead)
    assert client.get(FIGURES).status_code == 404

    client.force_login(trust.lead)
    form = {"department": trust.cardiology.pk, "measure": DEATHS, "agreement": "Minutes of June"}
    assert client.post("/opened/", form).status_code == 302
    client.force_login(trust.peer)
    assert "Cardiology opened released totals to other" in client.get("/").content.decode()
    client.force_login(trust.otherlead)
    page = client.get(FIGURES).content.decode()
    assert "Deaths in hospital" in page
    assert "Dr Clinician" not in page
    one = client.get(f"{FIGURES}length-of-stay/").content.decode()
    assert "These results are not yours to see" in one
    shown = asked_by_token(client, trust.otherlead).json()["figures"]
    assert [(one["measure"], one["unit"]) for one in shown] == [(DEATHS, "department:cardiology")]
    client.force_login(trust.stranger)
    assert client.get(FIGURES).status_code == 404
    assert asked_by_token(client, trust.stranger).status_code == 404

    opening = Opening.objects.get()
    client.force_login(trust.otherlead)
    assert client.post(f"/opened/{opening.pk}/close/").status_code == 403
    end_opening(opening_id=opening.pk, by=trust.lead, at=AT)
    assert client.get(FIGURES).status_code == 404
