"""A change of recording noted on a page, drawn on charts, read in words, frozen in releases."""

import re

import pytest

from clinlead.history.models import Entry
from clinlead.measures.models import RecordingBreak
from clinlead.releases import live
from clinlead.releases.models import Release
from clinlead.releases.verifying import Answer, verify
from small_release import Quarter

pytestmark = pytest.mark.django_db
PAGE = "/measures/length-of-stay/breaks/"
SAID = {"department": "cardiology", "on": "2025-06-10", "reason": "A new form at discharge."}
NEW_LIMITS = "Limits start anew in July 2025, because the recording changed: A new form"


@pytest.fixture
def ready(prepared, db):
    prepared.release = Release.objects.get(department=prepared.trust.cardiology)
    yield prepared
    live._assembled.clear()


def note(client, ready: Quarter, login: str, **change):
    client.force_login(ready.trust.accounts[login])
    return client.post(PAGE, {**SAID, **change})


def words(client, ready: Quarter, login: str, address: str) -> str:
    client.force_login(ready.trust.accounts[login])
    html = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_lead_notes_it_and_every_chart_of_the_measure_says_so(client, ready):
    assert note(client, ready, "lead").status_code == 302
    for login, address in (
        ("clinician", "/me/figures/length-of-stay/"),
        ("clinician", "/me/figures/"),
        ("lead", "/departments/cardiology/figures/length-of-stay/"),
        ("lead", "/departments/cardiology/figures/"),
    ):
        said = words(client, ready, login, address)
        assert NEW_LIMITS in said, address
        assert "Recording changed" in said, address
    assert NEW_LIMITS not in words(client, ready, "clinician", "/me/figures/died-in-hospital/")


def test_it_is_in_the_record_of_acts_and_on_the_measures_page_for_everybody(client, ready):
    note(client, ready, "lead")
    entry = Entry.objects.get(act="break of recording noted")
    assert (entry.by, entry.facts["details"]["in"]) == (ready.trust.lead, "cardiology")
    said = words(client, ready, "wardstaff", "/measures/length-of-stay/")
    assert "From 10 June 2025, Cardiology: A new form at discharge." in said


def test_the_analyst_notes_it_for_the_trust_and_a_lead_does_not(client, ready):
    assert note(client, ready, "analyst", department="*").status_code == 302
    assert RecordingBreak.objects.get().department is None
    assert NEW_LIMITS in words(client, ready, "clinician", "/me/figures/length-of-stay/")
    answer = note(client, ready, "lead", department="*")
    assert "is not one of the available choices" in answer.content.decode()
    assert RecordingBreak.objects.count() == 1


def test_where_is_never_assumed(client, ready):
    answer = note(client, ready, "analyst", department="")
    assert "This field is required" in answer.content.decode()
    assert not RecordingBreak.objects.exists()


def test_it_is_never_deleted_but_withdrawn_with_a_reason(client, ready):
    note(client, ready, "lead")
    address = f"{PAGE}{RecordingBreak.objects.get().pk}/withdraw/"
    assert client.post(address, {"because": " "}).status_code == 200
    assert RecordingBreak.objects.get().withdrawn_at is None
    client.post(address, {"because": "It was another ward"})
    assert RecordingBreak.objects.get().withdrawn_by == ready.trust.lead
    assert NEW_LIMITS not in words(client, ready, "clinician", "/me/figures/length-of-stay/")
    said = words(client, ready, "wardstaff", "/measures/length-of-stay/")
    assert "Withdrawn by Dr Lead" in said
    assert "It was another ward" in said
    client.force_login(ready.trust.lead)
    assert client.post(address, {"because": "Again"}).status_code == 403


def test_a_release_keeps_the_limits_it_went_out_with(client, ready):
    note(client, ready, "lead")
    out = ready.through()
    unit = ready.trust.person("clinician").code
    figure = out.figures.get(measure="length-of-stay", unit=unit)
    assert NEW_LIMITS in figure.statistics["reading"]
    one = RecordingBreak.objects.get()
    client.force_login(ready.trust.lead)
    client.post(f"{PAGE}{one.pk}/withdraw/", {"because": "It was another ward"})
    assert verify(out).answer is Answer.EQUAL
    assert "Recording changed" in words(
        client, ready, "clinician", f"/releases/{out.pk}/figures/length-of-stay/discharging/{unit}/"
    )


def test_the_lead_reads_it_among_the_reasons_before_the_release(client, ready):
    note(client, ready, "lead")
    unit = ready.trust.person("clinician").code
    address = f"/releases/{ready.release.pk}/figures/length-of-stay/discharging/{unit}/"
    assert "From 10 June 2025: A new form at discharge." in words(client, ready, "lead", address)
