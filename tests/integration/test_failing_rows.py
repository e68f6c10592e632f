"""Rows that fail a check: owner and outcome over several loads, and the pages that show them."""

from datetime import timedelta

import pytest
from django.conf import settings

from clinlead.access.policies import NotAllowed
from clinlead.figures.grading import quality_of
from clinlead.history.models import Entry
from clinlead.intake.actions import withdraw_load
from clinlead.intake.failing import settle_rows
from clinlead.intake.loading import Extract, load_file
from clinlead.intake.models import FailingRow
from clinlead.intake.queries import in_use

pytestmark = pytest.mark.django_db
HEADER = "spell_id,patient_id,admitted_at,discharged_at,admission_method,discharging_consultant\n"


@pytest.fixture
def loaded(trust, tmp_path, monkeypatch, now):
    """Load these consultants, one a spell."""
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path / "data")
    monkeypatch.setattr(settings, "AFTER_LOADS", [])

    hours = iter(range(9))

    def load(*consultants, backwards=()):
        path = tmp_path / "spells.csv"
        rows = [
            f"S{n},P{n},2026-01-0{5 if n in backwards else 3},2026-01-04,elective,{code}\n"
            for n, code in enumerate(consultants, 1)
        ]
        path.write_text(HEADER + "".join(rows))
        return load_file(
            extract=Extract(paths=[path], dataset="spells"),
            by=None,
            at=now + timedelta(hours=next(hours)),
        ).load

    return load


def outcomes() -> dict[str, str]:
    rows = FailingRow.objects.filter(check_code="consultant-at-discharge")
    return {row.key: row.outcome for row in rows}


def test_every_failing_row_has_an_outcome_over_loads(loaded, trust, now, client):
    loaded("", "", "", "C-clinician")
    assert outcomes() == {"S1": "open", "S2": "open", "S3": "open"}
    accepted = FailingRow.objects.get(key="S2", check_code="consultant-at-discharge")
    said = {"dataset": "spells", "outcome": "accepted", "at": now}
    with pytest.raises(NotAllowed, match="Only an analyst"):
        settle_rows(ids=[accepted.pk], reason="a locum", by=trust.lead, **said)
    with pytest.raises(NotAllowed, match="Say why"):
        settle_rows(ids=[accepted.pk], reason=" ", by=trust.analyst, **said)
    assert settle_rows(ids=[accepted.pk], reason="a locum", by=trust.analyst, **said) == 1
    assert Entry.objects.filter(act="failing rows settled").exists()
    loaded("C-clinician", "", "")
    assert outcomes() == {"S1": "corrected", "S2": "accepted", "S3": "open"}
    loaded("", "", "C-clinician")
    assert outcomes() == {"S1": "open", "S2": "accepted", "S3": "corrected"}
    pages(client, trust)


def test_what_a_load_had_right_is_open_again_when_it_is_withdrawn(loaded, trust, now):
    loaded("", "C-clinician")
    right = loaded("C-clinician")
    assert outcomes() == {"S1": "corrected"}
    withdraw_load(number=right.number, because="The wrong file", by=trust.analyst, at=now)
    assert outcomes() == {"S1": "open"}


def standing(key: str) -> tuple[str, int, int]:
    row = FailingRow.objects.get(check_code="consultant-at-discharge", key=key)
    return row.outcome, row.load.number, row.row


def test_a_row_that_fails_in_two_loads_is_open_of_the_older_once_the_newer_is_withdrawn(
    loaded, trust, now
):
    first = loaded("C-clinician", "", "C-clinician").number
    second = loaded("", "", "").number
    third = loaded("", "", "", "").number
    assert {standing(key)[:2] for key in ("S1", "S2", "S3", "S4")} == {("open", third)}

    def withdraw(number):
        withdraw_load(number=number, because="The wrong file", by=trust.analyst, at=now)

    withdraw(second)
    assert standing("S2")[:2] == ("open", third)
    withdraw(third)
    assert standing("S2")[:2] == ("open", first)
    row = FailingRow.objects.get(check_code="consultant-at-discharge", key="S2")
    assert (row.row, row.month) == (2, "2026-01")
    listed = FailingRow.objects.filter(
        check_code="consultant-at-discharge", load__state="active"
    ).values_list("key", flat=True)
    assert list(listed) == ["S2"]


def test_what_an_earlier_load_had_right_is_right_again_once_the_load_that_broke_it_is_withdrawn(
    loaded, trust, now
):
    first = loaded("", "").number
    second = loaded("C-clinician", "").number
    third = loaded("", "", "C-clinician").number
    said = {"dataset": "spells", "outcome": "accepted", "at": now, "by": trust.analyst}
    two = FailingRow.objects.get(check_code="consultant-at-discharge", key="S2")
    settle_rows(ids=[two.pk], reason="a locum", **said)
    withdraw_load(number=third, because="The wrong file", by=trust.analyst, at=now)
    assert standing("S1")[:2] == ("corrected", first)
    assert standing("S2")[:2] == ("accepted", second), "what somebody decided stays"
    withdraw_load(number=second, because="It too", by=trust.analyst, at=now)
    assert standing("S1")[:2] == ("open", first)
    assert standing("S2")[:2] == ("accepted", first)


def test_a_check_that_more_rows_fail_than_are_listed_closes_none_of_them(loaded, monkeypatch):
    loaded("C-clinician", "", "")
    for where in ("clinmeasures.activity.expectations", "clinlead.intake.failing"):
        monkeypatch.setattr(f"{where}.MOST_LISTED", 1)
    loaded("", "", "")
    assert outcomes() == {"S1": "open", "S2": "open", "S3": "open"}


def test_a_month_counts_every_row_set_aside_and_not_those_alone_that_are_listed(
    loaded, monkeypatch
):
    monkeypatch.setattr("clinmeasures.activity.expectations.MOST_LISTED", 1)
    load = loaded(*["C-clinician"] * 4, backwards=(1, 2, 3))
    assert FailingRow.objects.count() == 1
    assert load.quality["unlisted"] == {"2026-01": 2}
    found = quality_of({"spells"}, {"2026-01"}, in_use())
    assert found.aside["spells", "2026-01"] == 3


def pages(client, trust) -> None:
    client.force_login(trust.analyst)
    page = client.get("/quality/spells/rows/").content.decode()
    assert "Which rows of spells fail a check?" in page
    assert "Accepted as it is, 1 July 2026: a locum" in page
    row = FailingRow.objects.get(key="S1", check_code="consultant-at-discharge")
    sent = {"row": row.pk, "outcome": "accepted", "reason": "known"}
    assert client.post("/quality/spells/rows/", sent).status_code == 302
    assert outcomes()["S1"] == "accepted"
    report = client.get("/quality/spells/").content.decode()
    assert "Can more of the rows be counted than before?" in report
    assert "2 of 3 rows fail (66.7%), for example row 1, 2." in report
    assert "Cannot be checked. Ready_at: the source has no column for it." in report
    assert client.get("/quality/nonsense/rows/").status_code == 404
