"""The work list of corrections for the sources: to send, sent, closed when an extract agrees."""

import csv
import io

import pytest

from clinlead.access.policies import NotAllowed
from clinlead.history.models import Entry
from clinlead.intake.actions import correct, revoke_correction
from clinlead.intake.at_source import STANDS, Office, Standing, office_of, standing_of
from clinlead.intake.models import CorrectionState
from clinlead.intake.sending import mark_sent
from clinlead.organisation.models import ClinicianCode
from clinlead.validation import at_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(trust, now):
    """Two corrections that the lead accepted: one for administration, one for coding."""

    def one(field, old, new):
        return correct(
            dataset="spells", key="S1", field=field, old=old, new=new,
            reason="Challenge 7: =not mine", by=trust.lead, at=now,
        )  # fmt: skip

    return one("discharging_consultant", "C1", "C2"), one("primary_diagnosis", "I21", "I20")


@pytest.fixture
def analyst(client, trust):
    client.force_login(trust.analyst)
    return client


def listed(client, **query):
    return client.get("/corrections/", query).content.decode()


def test_the_list_says_what_from_what_to_what_why_and_by_which_role(analyst, made):
    page = listed(analyst)
    for words in (
        "2 corrections",
        "C1",
        "C2",
        "Challenge 7",
        "Clinical director",
        "clinical coding",
    ):
        assert words in page
    assert "Dr Lead" not in page


def test_a_colleague_stands_there_by_the_code_of_the_source(trust, now):
    peer = trust.person("peer")
    ClinicianCode.objects.create(code=peer.code, kind="person", person=peer, starts_on=now.date())
    made = correct(
        dataset="spells", key="S2", field="discharging_consultant", old="C1", new=peer.code,
        reason="Not mine", by=trust.lead, at=now,
    )  # fmt: skip
    (line,) = at_source.lines_of([made])
    assert line.should_say == "C-peer"


def test_each_office_has_its_own_list(analyst, made):
    assert "I20" not in listed(analyst, office="administration")
    assert "I20" in listed(analyst, office="coding")


def test_the_file_names_nobody_runs_no_formula_and_is_in_the_record(analyst, made):
    answer = analyst.get("/corrections/work-list.csv", {"office": "coding"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    said = (row["record"], row["field"], row["source_said"], row["should_say"], row["by"])
    assert said == ("S1", "primary_diagnosis", "I21", "I20", "Clinical director")
    assert at_source.cell("=1+1") == "'=1+1"
    entry = Entry.objects.order_by("-number").first()
    assert (entry.act, entry.object_id) == ("exported", "coding")


def test_what_was_shown_is_marked_as_sent_and_what_came_later_is_not(analyst, made, trust, now):
    first, second = made
    analyst.post("/corrections/sent/", {"through": first.pk})
    for one in made:
        one.refresh_from_db()
    assert (first.sent_by, second.sent_at) == (trust.analyst, None)
    assert at_source.told(first).startswith("in use here; sent to patient administration on")
    assert at_source.counts()[Standing.SENT] == 1
    assert Entry.objects.filter(act="corrections sent to the source").count() == 1


def test_nothing_is_sent_twice_and_only_by_an_analyst(made, trust, now):
    with pytest.raises(NotAllowed):
        mark_sent(office=None, through=made[1].pk, by=trust.lead, at=now)
    assert mark_sent(office=None, through=made[1].pk, by=trust.analyst, at=now) == 2
    with pytest.raises(NotAllowed):
        mark_sent(office=None, through=made[1].pk, by=trust.analyst, at=now)


def test_one_taken_back_after_it_was_sent_is_told_to_the_office_too(made, trust, now):
    mark_sent(office=Office.CODING, through=made[1].pk, by=trust.analyst, at=now)
    for one in made:
        revoke_correction(correction_id=one.pk, by=trust.lead, at=now)
    assert list(at_source.corrections_standing(Standing.TAKEN_BACK)) == [made[1]]


def test_every_state_of_a_correction_stands_somewhere_unless_nothing_is_left_to_mend():
    states = {(str(state), sent) for state in CorrectionState for sent in (True, False)}
    nowhere = {("revoked", False), ("erased", True), ("erased", False)}
    assert states - set(STANDS) == nowhere
    assert {standing_of(state, sent=sent) for state, sent in nowhere} == {None}


@pytest.mark.parametrize(
    ("dataset", "field", "office"),
    [
        ("diagnoses", "code", Office.CODING),
        ("spells", "primary_procedure", Office.CODING),
        ("spells", "discharged_at", Office.ADMINISTRATION),
        ("clinics", "outcome", Office.ADMINISTRATION),
        ("theatre", "surgeon", Office.THEATRES),
        ("leave", "to", Office.STAFFING),
    ],
)
def test_each_field_goes_to_who_keeps_it(dataset, field, office):
    assert office_of(dataset, field) is office
