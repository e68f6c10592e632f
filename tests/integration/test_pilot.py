"""A pilot as its how-to page describes it: one department, three measures, no strategy yet."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clinlead.access.actions import grant_role
from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.organisation.actions import apply_plan, apply_workforce
from clinlead.organisation.models import Department, Person, WorkStream
from clinlead.organisation.plan import parse_plan
from clinlead.workstreams.models import Waiver
from clinlead.workstreams.piloting import PilotSaid, set_up_pilot
from clinlead.workstreams.policies import PILOT_WAIVES, Precondition

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "run-a-pilot.md"
AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MEASURES = ["length-of-stay", "emergency-readmission-30d", "discharge-summary-24h"]
HERE = "/streams/pilot-chest-medicine/"
FORM = {
    "objective": "Home as soon as ready",
    "measures": MEASURES,
    "said": "Department meeting of 3 March",
    "because": "The strategy is written in autumn.",
}


def block(language: str) -> str:
    """The page's first block of a language, without its indent."""
    found = re.search(rf"^ *```{language}\n(.*?)^ *```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert found
    return "\n".join(line.removeprefix("   ") for line in found[1].splitlines())


@pytest.fixture
def installed(db) -> Department:
    """An empty installation after the page's second and third step."""
    apply_plan(plan=parse_plan(block("toml"), "pilot.toml"), at=AT, by_id=None)
    rows = [
        {"person_code": f"S{number}", "name": f"Dr {number}", "from": date(2024, 1, 1)}
        | {"department": "chest-medicine"}
        for number in (1, 2, 3)
    ]
    apply_workforce(rows=rows, at=AT, by_id=None)
    director = account("a.director", Role.LEAD, department=Department.objects.get())
    director.person = Person.objects.get(code="S1")
    director.save()
    account("an.analyst", Role.ANALYST)
    account("the.team", Role.PROJECT_TEAM)
    return Department.objects.get()


def account(login: str, role: Role, **place) -> Account:
    made = Account.objects.create_user(login, password="a long password")
    grant_role(account=made, role=role, starts_on=date(2026, 1, 1), by=None, at=AT, **place)
    return made


def words(client, login: str, address: str) -> str:
    client.force_login(Account.objects.get(username=login))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def send(client, login: str, **data):
    client.force_login(Account.objects.get(username=login))
    return client.post("/streams/pilot/", data)


def test_the_page_leads_from_an_empty_installation_to_a_stream(client, installed):
    assert not MeasureVersion.objects.exists()
    assert "Set up a pilot" in words(client, "the.team", "/streams/")
    assert "Length of stay" in words(client, "the.team", "/streams/pilot/")
    answer = send(client, "the.team", department=installed.pk, **FORM)
    assert answer.url == HERE
    said = words(client, "a.director", HERE)
    assert "provisional" in said
    assert "which nobody has approved yet: Home as soon as ready" in said
    assert "Pilot: The strategy is written in autumn." in said
    chosen = DepartmentMeasure.objects.filter(department=installed, ended_on=None)
    assert set(chosen.values_list("measure__code", flat=True)) == set(MEASURES)
    assert "Length of stay" in words(client, "a.director", "/departments/chest-medicine/")


def test_what_protects_people_is_never_waived(client, installed):
    send(client, "the.team", department=installed.pk, **FORM)
    waived = set(Waiver.objects.values_list("check_key", flat=True))
    assert waived == PILOT_WAIVES - {"stream-lead", "definitions"} | {"definitions"}
    assert not waived & set(Precondition)
    client.force_login(Account.objects.get(username="the.team"))
    client.post(f"{HERE}move/", {"seen": 1, "to": 2})
    said = words(client, "the.team", HERE)
    assert "In stage 2 of 8" in said
    assert "Not recorded yet: caldicott sign-off" in said
    assert client.post(f"{HERE}move/", {"seen": 2, "to": 3}).status_code == 403


def test_a_pilot_has_three_measures_at_most(client, installed):
    form = {**FORM, "measures": [*MEASURES, "mortality-30d"]}
    answer = send(client, "an.analyst", department=installed.pk, **form)
    assert "Choose 3 measures at most; you chose 4." in answer.content.decode()
    assert not WorkStream.objects.exists()


def test_a_second_pilot_of_the_department_is_refused(installed):
    team = Account.objects.get(username="the.team")
    said = PilotSaid(department=installed, **FORM)
    set_up_pilot(pilot=said, by=team, at=AT)
    with pytest.raises(NotAllowed) as refused:
        set_up_pilot(pilot=said, by=team, at=AT)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


def test_only_the_team_and_analysts_set_one_up(client, installed):
    assert send(client, "a.director", department=installed.pk, **FORM).status_code == 403
    assert send(client, "an.analyst", department=installed.pk, **FORM).status_code == 302
