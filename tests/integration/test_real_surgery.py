"""The real cardiac surgery data, from `clinlead load` to a released figure and its records."""

from collections import Counter
from csv import DictReader
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

import clinmeasures.activity
from clinlead.access.actions import grant_role
from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.cli import main
from clinlead.figures.queries import Wanted, tallies
from clinlead.intake.models import Load
from clinlead.measures.actions import choose_measure
from clinlead.measures.models import MeasureVersion
from clinlead.organisation.models import Department, Person
from clinlead.releases import actions
from clinlead.releases.models import ReleaseState
from clinlead.releases.periods import Period
from clinlead.releases.standing import standing, team_figures
from clinlead.validation.models import Window

AT = datetime(1999, 6, 1, 9, 0, tzinfo=UTC)
PERIOD = Period("1998-07", "1998-09")
MORTALITY = "mortality-30d"
MAPPINGS = Path(clinmeasures.activity.__file__).parent / "mappings"
PLAN = """
[[divisions]]
code = "surgical"
name = "Surgery"

[[departments]]
code = "cardiac-surgery"
name = "Cardiac surgery"
division = "surgical"
"""
SURGEONS = range(1, 8)


@pytest.fixture
def operations(shared) -> list[dict[str, str]]:
    with (shared / "data/cardiacsurgery/cardiacsurgery.csv").open() as file:
        return list(DictReader(file))


@pytest.fixture
def hospital(db, shared, tmp_path, settings, monkeypatch) -> Department:
    """The surgeons' department with both data sets loaded by the command, figures computed."""
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path)
    plan, workforce = tmp_path / "trust.toml", tmp_path / "workforce.csv"
    plan.write_text(PLAN)
    lines = [f"{n},1991-01-01,Surgeon {n},consultant,cardiac-surgery" for n in SURGEONS]
    workforce.write_text("\n".join(["person_code,from,name,grade,department", *lines]) + "\n")
    extract = str(shared / "data/cardiacsurgery/cardiacsurgery.csv")
    steps = [
        ["organisation", str(plan)],
        ["load", "workforce", str(workforce), "--no-compute"],
        ["measures"],
    ]
    for dataset in ("spells", "deaths"):
        mapping = str(MAPPINGS / f"cardiac-surgery-{dataset}.toml")
        steps.append(["load", dataset, extract, "--mapping", mapping, "--no-compute"])
    for step in [*steps, ["compute"]]:
        assert main(step) == 0
    return Department.objects.get(code="cardiac-surgery")


def test_every_surgeons_deaths_are_those_of_the_file(hospital, operations):
    version = MeasureVersion.objects.get(code=MORTALITY).version
    wanted = Wanted(MORTALITY, version, "discharging")
    counted = {
        unit: (sum(m.sums.n for m in months), sum(m.sums.numerator for m in months) // 1_000_000)
        for unit, months in tallies([wanted], None)[wanted].items()
    }
    cases = Counter(row["surgeon"] for row in operations)
    deaths = Counter(
        row["surgeon"] for row in operations if row["status"] == "1" and int(row["time"]) <= 30
    )
    assert counted == {unit: (cases[unit], deaths[unit]) for unit in cases}


@pytest.fixture
def people(hospital) -> dict[str, Account]:
    """A lead among the surgeons, a chief, an analyst and surgeon 2, whose figure we follow."""
    accounts = {
        "lead": Account.objects.create_user("lead", person=Person.objects.get(code="1")),
        "surgeon": Account.objects.create_user("surgeon", person=Person.objects.get(code="2")),
        "chief": Account.objects.create_user("chief"),
        "analyst": Account.objects.create_user("analyst"),
    }
    places = {"lead": {"department": hospital}, "chief": {"division": hospital.division}}
    for role in (Role.LEAD, Role.CHIEF, Role.ANALYST):
        grant_role(
            account=accounts[role],
            role=role,
            starts_on=date(1990, 1, 1),
            at=AT,
            by=None,
            **places.get(role, {}),
        )
    return accounts


def release_of(hospital: Department, people: dict[str, Account]):
    """Every step of the gate, by whoever may take it."""
    Load.objects.update(grade="B")
    choose_measure(
        department=hospital,
        measure=MeasureVersion.objects.get(code=MORTALITY),
        rule="discharging",
        shown_individually=True,
        reason="",
        at=AT,
        by=None,
        order=0,
    )
    hospital.measures.update(decided_on=date(1998, 1, 1))
    Window.objects.create(
        department=hospital,
        first_month=PERIOD.first,
        last_month=PERIOD.last,
        opens_on=date(1998, 10, 1),
        closes_on=date(1998, 10, 21),
    )
    release = actions.prepare(department=hospital, period=PERIOD, at=AT)
    totals = [
        actions.TotalSaid(
            measure=draft.key.measure, source="The study's own count", theirs=draft.records
        )
        for draft in team_figures(standing(release, AT.date(), fresh=True).figures)
    ]
    actions.control_totals(release_id=release.pk, totals=totals, by=people["analyst"], at=AT)
    actions.bi_check(release_id=release.pk, note="Counted", by=people["analyst"], at=AT)
    for who in (people["lead"], people["chief"]):
        decide(release, who)
    return actions.release_figures(
        release_id=release.pk, invitation="Let us talk.", by=people["lead"], at=AT
    )


def decide(release, who: Account) -> None:
    now = standing(release, AT.date(), fresh=True)
    reader = actions.asking(who, AT)
    for draft in now.decided_by(reader, now.to_interpret):
        actions.interpret(
            release_id=release.pk, key=draft.key, text="Risk rose that year.", by=who, at=AT
        )
    now = standing(release, AT.date(), fresh=True)
    keys = [draft.key for draft in now.decided_by(reader, now.to_sign_off)]
    actions.sign_off(release_id=release.pk, keys=keys, by=who, at=AT)


def test_a_surgeon_opens_their_released_figure_to_the_records(hospital, people):
    release = release_of(hospital, people)
    assert release.state == ReleaseState.RELEASED
    assert main(["release", "verify", str(release.pk)]) == 0
    client = Client()
    client.force_login(people["surgeon"])
    assert client.get(f"/releases/{release.pk}/").status_code == 200
    figure = client.get(f"/me/figures/{MORTALITY}/")
    assert figure.status_code == 200
    records = client.get(f"/me/figures/{MORTALITY}/records/")
    assert records.status_code == 200
    assert "/records/spells:" in records.content.decode()
