"""Pages for all staff, who looked at my results, the record of acts, and search."""

import pytest

from clinlead.history.actions import record_reading
from clinlead.measures.actions import register, register_library
from clinlead.measures.models import MeasureVersion
from clinlead.pages.rulebook.book import rulebook
from clinlead.pages.rulebook.readers import OF_ROLE, READERS
from clinmeasures.definitions import describe, library
from conftest import NOW
from people import OFFICES

LOGINS = ["clinician", "lead", *OFFICES]
OPEN = [
    "/",
    "/me/",
    "/me/readings/",
    "/rules/",
    "/help/",
    "/departments/",
    "/measures/",
    "/search/",
]


def said(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def measures(trust):
    return register_library(at=NOW)


@pytest.mark.parametrize("login", LOGINS)
def test_all_staff_can_open_the_pages_that_are_for_all(client, trust, measures, login):
    client.force_login(trust.accounts[login])
    paths = [*OPEN, "/departments/cardiology/", "/measures/length-of-stay/", "/search/?q=car"]
    for path in paths:
        said(client, path)


def test_a_measure_says_what_it_counts_and_who_uses_it(client, trust, measures):
    client.force_login(trust.wardstaff)
    page = said(client, "/measures/emergency-readmission-30d/")
    assert "out of inpatient spells discharged alive" in page
    assert "provisional until 51 days" in page
    assert "No department has chosen it yet" in page


def test_a_changed_measure_keeps_its_earlier_wording_and_says_why(client, trust, measures):
    text = MeasureVersion.objects.get(code="length-of-stay").definition
    second = text.replace("version = 1", 'version = 2\nchanged_because = "day cases were counted"')
    register(text=second, source="test", at=NOW, by=trust.analyst)
    client.force_login(trust.clinician)
    assert "day cases were counted" in said(client, "/measures/length-of-stay/")
    assert "earlier wording" in said(client, "/measures/length-of-stay/1/")


def test_a_measure_that_is_not_there_is_not_found(client, trust):
    client.force_login(trust.clinician)
    assert client.get("/measures/none/").status_code == 404
    assert client.get("/measures/none/3/").status_code == 404


@pytest.mark.parametrize("code", sorted(library()))
def test_every_shipped_measure_can_be_said_in_plain_english(code):
    words = describe(library()[code])
    assert len(words.included) == len(library()[code].where)
    assert words.what.endswith(".")
    shown = " ".join([words.what, words.when, words.matures, *words.included, *words.counted])
    assert "_" not in shown


def test_a_person_reads_who_looked_what_at_and_why(client, trust):
    record_reading(
        at=NOW,
        by_id=trust.lead.pk,
        about=[trust.person("clinician").pk],
        object_kind="record",
        object_id="spells:S1",
        reason="To settle a challenge",
    )
    client.force_login(trust.clinician)
    page = said(client, "/me/readings/")
    assert "Dr Lead" in page
    assert "Clinical director, Cardiology" in page
    assert "To settle a challenge" in page
    client.force_login(trust.peer)
    assert "To settle a challenge" not in said(client, "/me/readings/")


def test_somebody_without_results_is_told_so(client, trust):
    client.force_login(trust.analyst)
    assert "No results of yours are held here" in said(client, "/me/readings/")


def test_the_record_of_acts_is_for_the_data_protection_officer_alone(client, trust):
    for login in LOGINS:
        client.force_login(trust.accounts[login])
        expected = 200 if login == "dpo" else 404
        assert client.get("/history/").status_code == expected, login


def test_the_record_of_acts_shows_no_result_and_no_record(client, trust):
    record_reading(
        at=NOW,
        by_id=trust.lead.pk,
        about=[trust.person("clinician").pk],
        object_kind="record",
        object_id="spells:S000123",
    )
    client.force_login(trust.dpo)
    page = said(client, "/history/?act=read&about=Clinician")
    assert "1 entry" in page
    assert "S000123" not in page


def test_the_rules_page_says_what_the_policies_answer():
    book = {line.words: line for lines in rulebook().values() for line in lines}
    assert book["Release"].may == ["the department's clinical director"]
    assert "a colleague in the department" not in book["See them once released"].may
    assert "the clinician themselves" in book["See them before they are released"].may
    assert set(OF_ROLE.values()) <= set(READERS)


def test_search_finds_what_one_may_see_and_counts_nothing_else(client, trust, measures):
    client.force_login(trust.clinician)
    page = said(client, "/search/?q=dr")
    assert "1 person" in page
    assert "Dr Peer" not in page
    client.force_login(trust.lead)
    assert "Dr Peer" in said(client, "/search/?q=dr")
    assert "Dr Stranger" not in said(client, "/search/?q=dr")


def test_search_for_nothing_says_what_to_do(client, trust):
    client.force_login(trust.clinician)
    assert "Nothing that you may see fits" in said(client, "/search/?q=zzz")
    assert "at least two letters" in said(client, "/search/?q=z")


def test_members_names_are_for_those_who_may_open_their_figures(client, trust):
    client.force_login(trust.wardstaff)
    assert "Dr Peer" not in said(client, "/departments/cardiology/")
    client.force_login(trust.lead)
    assert "Dr Peer" in said(client, "/departments/cardiology/")
