"""The published study as an example, and findings written through the pages."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdf import PdfReader

from clinlead.coding.example.including import include_example
from clinlead.coding.found import themes_of
from clinlead.coding.models import Coding, Quote, Row, Theme
from clinlead.coding.queries import given
from clinlead.coding.results.reading import to_publish_anew
from clinlead.evaluation.cohort import withdraw
from clinlead.evaluation.models import Participant, Study, Transcript
from clinlead.history.models import Entry
from clinlead.notices.models import Notice
from coded import published, transcripts
from people import AT, small_trust

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def trust(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = small_trust()
        include_example(by=made.evaluator, at=AT)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def study(trust, db) -> Study:
    return Study.objects.get()


@pytest.fixture
def client(trust, db):
    client = Client()
    client.force_login(trust.evaluator)
    return client


def words(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_every_count_of_the_study_comes_out_of_its_codes(study, shared):
    file = shared / "data" / "study_counts" / "counts.csv"
    reported = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    found = [
        (t.number, r.counted.n, r.counted.of)
        for t in themes_of(study, given(study))
        for r in t.rows
    ]
    assert found == [(int(r["theme"]), int(r["n"]), int(r["denominator"])) for r in reported]


def test_the_findings_page_says_whom_each_count_is_of_and_who_is_in_none(client, study):
    said = words(client, f"/coding/{study.pk}/findings/")
    assert "29 of 31 invited were interviewed: 14 clinical directors, 6 chiefs" in said
    assert "2 of 31 invited: declined, no time" in said
    assert "7/9" in said
    assert "non-clinical managers" in said
    assert "those coded “Data should be owned by the clinicians”" in said
    assert "The source leaves open whether 29 are all" in said
    assert "29 of 29 transcripts coded to the end" in words(client, f"/coding/{study.pk}/")


def test_nobody_else_can_tell_that_the_study_exists(client, trust, study):
    theme = Theme.objects.first()
    pages = [f"/coding/{study.pk}/", f"/coding/{study.pk}/report.pdf", theme.get_absolute_url()]
    for login in ("projectteam", "director", "dpo", "lead"):
        client.force_login(trust.accounts[login])
        assert {client.get(page).status_code for page in ["/coding/", *pages]} == {404}
    trust.accounts["other evaluator"] = another(trust)
    client.force_login(trust.accounts["other evaluator"])
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.get("/coding/").status_code == 200


@pytest.mark.parametrize(
    "page", ["", "findings/", "report/", "themes/{theme}/", "report/parts/team/"]
)
def test_no_page_asks_the_database_more_than_twenty_questions(client, study, page):
    address = f"/coding/{study.pk}/" + page.format(theme=Theme.objects.first().pk)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= 20


def test_nor_where_two_people_coded(client, trust, study):
    transcripts(trust, study)
    client.get(f"/coding/{study.pk}/report/")
    with CaptureQueriesContext(connection) as asked:
        assert "agreement over all codes was" in words(client, f"/coding/{study.pk}/report/")
    assert len(asked) <= 20


def another(trust):
    from clinlead.access.models import Account
    from clinlead.access.policies import Role
    from people import give

    trust.accounts["second coder"] = Account.objects.create_user("second coder", password="demo")
    give(trust, "second coder", Role.EVALUATOR)
    return trust.accounts["second coder"]


def test_a_theme_counts_within_its_own_denominator_and_says_who_is_left_out(client, study):
    client.post(f"/coding/{study.pk}/findings/", {"title": "Mine", "summary": "S", "seen": 0})
    theme = Theme.objects.get(title="Mine")
    code = study.codes.get(name="Data should be owned by the clinicians")
    out = Participant.objects.filter(group="CD").first()
    row = {"code": code.pk, "groups": ["CD"], "left_out": [out.pk]}
    url = theme.get_absolute_url()
    refused = client.post(f"{url}rows/", row)
    assert refused.status_code == 422
    assert "Say why; the table says it too." in refused.content.decode()
    assert client.post(f"{url}rows/", {**row, "because": "Not asked"}).status_code == 302
    said = words(client, url)
    assert re.search(r"1[01]/13", said)
    assert "1 left out: Not asked" in said
    client.post(f"{url}rows/{Row.objects.get(theme=theme).pk}/remove/")
    assert "Nothing is counted here yet" in words(client, url)
    client.post(f"{url}remove/")
    assert not Theme.objects.filter(pk=theme.pk).exists()
    assert Coding.objects.filter(code=code).count() == 21


def test_words_that_somebody_saved_meanwhile_are_shown_beside_ones_own(client, study):
    theme = Theme.objects.first()
    page = {"title": theme.title, "seen": theme.version}
    url = theme.get_absolute_url()
    assert client.post(url, {**page, "summary": "First to save"}).status_code == 302
    answer = client.post(url, {**page, "summary": "Second to save"})
    assert answer.status_code == 409
    assert "First to save" in answer.content.decode()
    assert "Second to save" in answer.content.decode()
    theme.refresh_from_db()
    assert theme.text == "First to save"
    both = {**page, "seen": theme.version, "summary": "Both"}
    assert client.post(url, both).status_code == 302
    part = f"/coding/{study.pk}/report/parts/team/"
    assert client.post(part, {"text": "Mine", "seen": 0}).status_code == 302
    assert client.post(part, {"text": "Another", "seen": 0}).status_code == 409
    assert client.post(f"/coding/{study.pk}/report/parts/none/", {}).status_code == 404


def test_the_report_is_in_a_journals_order_and_ticks_what_the_data_say(client, study):
    client.post(f"/coding/{study.pk}/report/parts/purpose/", {"text": "To learn.", "seen": 0})
    said = words(client, f"/coding/{study.pk}/report/")
    order = ["Introduction", "Methods", "Participants", "Theme 1:", "Discussion", "COREQ", "SRQR"]
    places = [said.index(f" {title}") for title in order]
    assert places == sorted(places)
    assert "Under “Purpose”" in said
    assert "28 rows, each with its own denominator and interval." in said
    assert "Codebook version 1 with 29 codes." in said


def test_the_report_is_taken_away_as_pdf_and_as_a_word_document(client, trust, study):
    pdf = client.get(f"/coding/{study.pk}/report.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "29 of 31 invited" in text
    docx = client.get(f"/coding/{study.pk}/report.docx")
    document = Document(io.BytesIO(docx.content))
    cells = {c.text for table in document.tables for row in table.rows for c in row.cells}
    assert {"19/29", "7/9", "14/21", "COREQ"} - cells == {"COREQ"}
    taken = Entry.objects.filter(act="exported", object_kind="study")
    assert {each.by for each in taken} == {trust.evaluator}


def test_a_quote_with_an_emoji_and_a_stray_sign_is_in_every_file(client, study):
    quote = Quote.objects.first()
    Transcript.objects.filter(pk=quote.transcript_id).update(text="Fine 🙂\x01 by <me>", version=1)
    Quote.objects.filter(pk=quote.pk).update(start=0, end=15)
    paper = PdfReader(io.BytesIO(client.get(f"/coding/{study.pk}/report.pdf").content))
    said = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert "Fine (slightly smiling face) by <me>" in said
    document = Document(io.BytesIO(client.get(f"/coding/{study.pk}/report.docx").content))
    assert any("Fine 🙂 by <me>" in each.text for each in document.paragraphs)
    assert "Fine 🙂" in words(client, f"/coding/{study.pk}/report/")


def test_what_somebody_said_goes_with_their_transcript(client, study):
    quote = Quote.objects.first()
    before = len(given(study))
    Transcript.objects.get(pk=quote.transcript_id).delete()
    assert not Quote.objects.filter(pk=quote.pk).exists()
    assert len(given(study)) == before - 1
    assert "1 of 29 interviewed: not coded to the end yet" in words(
        client, f"/coding/{study.pk}/findings/"
    )


def test_the_example_is_included_once_and_by_an_evaluator(client, trust, study):
    assert client.post("/coding/example/").status_code == 403
    client.force_login(another(trust))
    assert "Include the example" in words(client, "/coding/")
    assert client.post("/coding/example/").status_code == 302
    assert Study.objects.count() == 2


# ---- published to staff --------------------------------------------------------------------------

LOST = "Something that was said has been withdrawn since this was published"
READ = {"read_through": "on"}


def as_staff(trust) -> Client:
    staff = Client()
    staff.force_login(trust.accounts["wardstaff"])
    return staff


def test_staff_read_what_the_evaluator_published_and_no_reading_is_written_down(
    client, trust, study
):
    staff, address = as_staff(trust), f"/results/{study.pk}/"
    assert "No results are published yet" in words(staff, "/results/")
    assert staff.get(address).status_code == 404
    refused = client.post(f"/coding/{study.pk}/publish/", {"introduction": "Ask me."})
    assert "Read it through first, then tick this." in refused.content.decode()
    assert client.post(f"/coding/{study.pk}/publish/", {**READ, "introduction": "Ask me."}).url == (
        address
    )
    before = Entry.objects.count()
    assert study.title in words(staff, "/results/")
    with CaptureQueriesContext(connection) as asked:
        said = words(staff, address)
    assert len(asked) <= 20
    assert "Ask me." in said
    assert "19/29 (66%)" in said
    assert "CoS 1" in said
    assert LOST not in said
    assert Entry.objects.count() == before


def test_what_is_changed_later_is_read_after_publishing_again_which_says_what_is_new(
    client, trust, study
):
    published(trust, study)
    theme, address = Theme.objects.first(), f"/results/{study.pk}/"
    client.post(theme.get_absolute_url(), {"title": "Anew", "summary": "Other", "seen": 1})
    staff = as_staff(trust)
    assert "Theme 1: Anew" not in words(staff, address)
    assert client.post(f"/coding/{study.pk}/publish/", READ).status_code == 422
    client.post(f"/coding/{study.pk}/publish/", {**READ, "new": "A title"})
    said = words(staff, address)
    assert "Theme 1: Anew" in said
    assert "New in this version: A title" in said
    earlier = words(staff, f"{address}1/")
    assert "Theme 1: Anew" not in earlier
    assert "There is a newer version" in earlier
    assert staff.get(f"{address}3/").status_code == 404


def test_staff_are_told_of_each_version_once_and_its_evaluator_is_not(client, trust, study):
    staff = as_staff(trust)
    assert "Results can be read" not in words(staff, "/")
    for new in ("", "A title"):
        client.post(f"/coding/{study.pk}/publish/", {**READ, "new": new})
    said = words(staff, "/")
    assert f"Results can be read: {study.title}" in said
    assert f"A newer version of results can be read: {study.title}" in said
    assert f'href="/results/{study.pk}/"' in staff.get("/").content.decode()
    assert "can be read" not in words(client, "/")


def test_the_longest_title_of_a_study_has_room_in_what_staff_are_told(trust, study):
    study.title = "T" * Study._meta.get_field("title").max_length
    published(trust, study)
    told = published(trust, study, new="More").study.title
    longest = Notice.objects.filter(words__endswith=told).values_list("words", flat=True)
    assert max(map(len, longest)) <= Notice._meta.get_field("words").max_length


def test_when_consent_is_taken_back_the_quote_goes_at_once_and_nothing_says_whose(
    client, trust, study
):
    made = published(trust, study)
    quote = made.quotes.filter(transcript__participant__group="CoS").first()
    gone, staff, address = quote.words, as_staff(trust), f"/results/{study.pk}/"
    before = words(staff, address)
    assert gone in before
    withdraw(participant=quote.transcript.participant, at=AT)
    said = words(staff, address)
    assert gone not in said
    assert LOST in said
    assert "19/29" in said  # as published: the difference would say what that person had said
    assert [each.pk for each in to_publish_anew(trust.evaluator.pk)] == [study.pk]
    published(trust, study, new="Counted anew")
    anew = words(staff, address)
    assert LOST not in anew
    assert "19/29" not in anew
    assert "This version is closed" in words(staff, f"{address}1/")
    assert not to_publish_anew(trust.evaluator.pk)


def test_somebody_who_was_counted_and_not_quoted_is_not_told_apart(trust, study):
    quoted = published(trust, study).quotes.values("transcript__participant")
    withdraw(participant=Participant.objects.filter(state="interviewed").exclude(pk__in=quoted)[0],
             at=AT)  # fmt: skip
    assert LOST in words(as_staff(trust), f"/results/{study.pk}/")


def test_one_quote_is_taken_out_of_every_version_and_everything_is_taken_back_with_a_reason(
    client, trust, study
):
    published(trust, study)
    quote = published(trust, study, new="Nothing").quotes.first()
    publish, address, gone = f"/coding/{study.pk}/publish/", f"/results/{study.pk}/", quote.words
    assert gone in words(client, publish)
    client.post(f"{publish}quotes/{quote.pk}/take-out/")
    staff = as_staff(trust)
    for version in (address, f"{address}1/"):
        said = words(staff, version)
        assert gone not in said
        assert LOST in said
    assert gone not in words(client, f"/coding/{study.pk}/findings/")
    assert client.post(f"{publish}take-back/", {"because": ""}).status_code == 422
    client.post(f"{publish}take-back/", {"because": "A count was wrong"})
    for version in (address, f"{address}1/"):
        said = words(staff, version)
        assert "A count was wrong" in said
        assert "19/29" not in said
    assert "Taken back" in words(staff, "/results/")
    assert client.post(f"{publish}take-back/", {"because": "Again"}).status_code == 403
