from datetime import date

import pytest

from clinlead.cli import main
from clinlead.organisation.actions import apply_workforce
from clinlead.organisation.models import ClinicianCode, Department, Person, Post
from clinlead.organisation.queries import codes_table, members_of, units_of
from clinmeasures.errors import BadInput
from conftest import NOW, TODAY

PLAN = """
[[divisions]]
code = "surgical"
name = "Surgery"

[[departments]]
code = "cardiac"
name = "Cardiac surgery"
division = "surgical"

[[codes]]
code = "LOC9"
kind = "locum"
department = "cardiac"
starts_on = 2020-01-01

[[codes]]
code = "7"
person = "S7"
starts_on = 2020-01-01
ends_on = 2024-12-31

[[codes]]
code = "7"
person = "S8"
starts_on = 2025-01-01
"""

SURGEON = {
    "person_code": "S7",
    "from": date(2020, 1, 1),
    "to": None,
    "name": "Surgeon seven",
    "grade": "consultant",
    "department": "cardiac",
    "whole_time_equivalent": None,
    "supervises": None,
}


@pytest.fixture
def planned(db, tmp_path):
    path = tmp_path / "trust.toml"
    path.write_text(PLAN)
    assert main(["organisation", str(path)]) == 0
    return path


def workforce(*rows):
    return apply_workforce(rows=rows, at=NOW, by_id=None)


def test_a_plan_makes_the_trust_and_says_so(planned, capsys):
    main(["organisation", str(planned)])
    assert "nothing changed" in capsys.readouterr().out
    assert Department.objects.get().division.code == "surgical"


def test_a_code_may_be_one_person_and_later_another(planned):
    rows = codes_table().to_pylist()
    units = [(row["unit"], row["valid_from"]) for row in rows if row["code"] == "7"]
    assert sorted(units) == [("S7", date(2020, 1, 1)), ("S8", date(2025, 1, 1))]


def test_a_locum_code_is_the_departments_pool_and_never_a_person(planned):
    workforce({**SURGEON, "person_code": "LOC9", "name": "Locum"})
    assert not Person.objects.filter(name="Locum").exists()
    assert {"code": "LOC9", "unit": "pool:cardiac"}.items() <= next(
        row.items() for row in codes_table().to_pylist() if row["code"] == "LOC9"
    )


def test_the_workforce_extract_places_people(planned):
    outcome = workforce(SURGEON)
    assert (outcome.posts_added, outcome.departments_added) == (1, 0)
    department = Department.objects.get()
    assert [person.name for person in members_of(department, TODAY, TODAY)] == ["Surgeon seven"]
    assert units_of(department, TODAY, TODAY) == ["S7", "pool:cardiac"]


def test_applying_the_same_workforce_twice_adds_nothing(planned):
    workforce(SURGEON)
    again = workforce(SURGEON)
    assert (again.people_added, again.posts_added, again.codes_added) == (0, 0, 0)
    assert Post.objects.count() == 1


def test_a_post_that_ended_leaves_the_department_after_its_last_day(planned):
    workforce({**SURGEON, "to": date(2025, 6, 30)})
    department = Department.objects.get()
    assert members_of(department, date(2025, 6, 30), date(2025, 6, 30)).exists()
    assert not members_of(department, date(2025, 7, 1), date(2025, 7, 1)).exists()


def test_an_unknown_department_is_added_to_be_placed(planned):
    workforce({**SURGEON, "person_code": "S20", "department": "Renal"})
    assert Department.objects.get(name="Renal").division.code == "not-yet-placed"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("divisions = 3", "divisions"),
        ("[[divisions]]\ncode='a'\nname='A'\ncolour='red'", "colour"),
        ("[[codes]]\ncode='x'\nkind='locum'\nperson='P'\nstarts_on=2020-01-01", "names a person"),
        ("[[departments]]\ncode='a'\nname='A'\ndivision='none'", "does not define"),
        ("not toml", "is not TOML"),
    ],
)
def test_a_wrong_plan_is_refused_in_one_sentence_and_changes_nothing(db, tmp_path, text, told):
    path = tmp_path / "trust.toml"
    path.write_text(text)
    from clinlead.organisation.command import run

    with pytest.raises(BadInput, match=told):
        run(type("Options", (), {"file": path}))
    assert not Department.objects.exists()
    assert not ClinicianCode.objects.exists()


def test_loading_the_workforce_places_people_in_the_same_moment(planned, tmp_path, capsys):
    extract = tmp_path / "workforce.csv"
    extract.write_text(
        "person_code,from,to,name,grade,department\n"
        "S7,2020-01-01,,Surgeon seven,consultant,cardiac\n"
    )
    assert main(["load", "workforce", str(extract), "--no-compute"]) == 0
    assert Person.objects.get(code="S7").name == "Surgeon seven"
    assert Post.objects.get().department.code == "cardiac"
