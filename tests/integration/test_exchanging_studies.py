"""A study out as a REFI-QDA project and in again; what is refused stores nothing."""

import csv
import io
import zipfile
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clinlead.access.queries import reader_of
from clinlead.coding.example.including import include_example
from clinlead.coding.exchanging import project_of
from clinlead.coding.found import themes_of
from clinlead.coding.marking import code_passage
from clinlead.coding.models import Code, CodebookVersion, Coding, Memo
from clinlead.coding.queries import final_codings, given
from clinlead.coding.refi import Project, SourceFound, write_project
from clinlead.evaluation.keeping import begin_study
from clinlead.evaluation.models import Participant, Study, Transcript
from people import AT, small_trust

ENTITY = b'<!DOCTYPE x [<!ENTITY a "b">]>'
pytestmark = pytest.mark.django_db
WITHOUT_NAMES = {"group": "CD", "without_names": "on", "finished": "on"}


@pytest.fixture(scope="module")
def trust(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = small_trust()
        include_example(by=made.evaluator, at=AT)
        words = "a long passphrase for this"
        begin_study(title="Another study", passphrase=words, by=made.evaluator, at=AT)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def client(trust, db):
    client = Client()
    client.force_login(trust.evaluator)
    return client


@pytest.fixture
def study(trust, db) -> Study:
    return Study.objects.exclude(title="Another study").get()


@pytest.fixture
def empty(trust, db) -> Study:
    return Study.objects.get(title="Another study")


def bring(client, study, content: bytes, name: str = "study.qdpx", **said):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/coding/{study.pk}/exchange/", {"file": file, **said})


def out(client, study, name: str = "study.qdpx") -> bytes:
    return client.get(f"/coding/{study.pk}/{name}").content


def coded(study) -> set[tuple[str, str, int, int]]:
    rows = final_codings(study).select_related("code", "transcript")
    return {(c.transcript.text, c.code.name, c.start, c.end) for c in rows}


def test_a_study_that_goes_out_comes_in_the_same_with_every_coding_at_its_characters(
    client, study, empty
):
    some = study.transcripts.first()
    some.text = some.text.replace("How was", "Wie wär’s 🙂, how was", 1)
    some.save()
    client.post(f"/coding/{study.pk}/memos/", {"text": "I was surprised", "seen": 0})
    assert bring(client, empty, out(client, study), **WITHOUT_NAMES).status_code == 302
    assert coded(empty) == coded(study)
    people = ("group", "role", "level")
    there = Participant.objects.filter(study=study, state="interviewed")
    assert sorted(Participant.objects.filter(study=empty).values_list(*people)) == sorted(
        there.values_list(*people)
    )
    assert [memo.text for memo in empty.memos.all()] == ["I was surprised"]
    tree = Code.objects.filter(study=empty).values_list("name", "parent__name")
    assert set(tree) == set(Code.objects.filter(study=study).values_list("name", "parent__name"))
    assert len(given(empty)) == 29


def test_what_is_here_already_is_known_and_not_doubled(client, study):
    before = coded(study), study.codes.count(), study.participants.count()
    Coding.objects.filter(transcript=study.transcripts.first()).delete()
    refused = bring(client, study, out(client, study))
    assert refused.status_code == 403  # the transcripts are coded to the end
    for work in [w for t in study.transcripts.all() for w in t.work.all()]:
        work.delete()
    whole = out(client, study)
    assert bring(client, study, whole, finished="on").status_code == 302
    assert (coded(study), study.codes.count(), study.participants.count())[1:] == before[1:]
    shares = [row.share for theme in themes_of(study, given(study)) for row in theme.rows]
    assert len(shares) == 28


def test_two_who_said_the_same_words_keep_their_own_codes(client, study):
    one, other = study.transcripts.all()[:2]
    for each in (one, other):
        each.codings.all().delete()
        each.work.all().delete()
        each.text = "The very same words."
        each.save()
    first, second = study.codes.all()[:2]
    for transcript, code in ((one, first), (other, second)):
        code_passage(transcript=transcript, code=code, start=0, end=8, by=study.evaluator, at=AT)
    project = project_of(reader_of(study.evaluator, AT.date()), study)
    both = [each for each in project.sources if each.text == one.text]
    for other_program in (False, True):
        Coding.objects.filter(transcript__in=[one, other]).delete()
        guids = [str(uuid4()) if other_program else each.guid for each in both]
        sources = [replace(each, guid=own) for each, own in zip(both, guids, strict=True)][::-1]
        content = write_project(replace(project, sources=sources, notes=()), at=AT)
        assert bring(client, study, content).status_code == 302
        codings = Coding.objects.filter(transcript__in=[one, other])
        assert dict(codings.values_list("transcript", "code")) == {
            one.pk: first.pk,
            other.pk: second.pk,
        }


def test_a_memo_that_is_here_already_comes_in_once(client, study, empty):
    client.post(f"/coding/{study.pk}/memos/", {"text": "I was surprised", "seen": 0})
    whole = out(client, study)
    for _ in range(2):
        assert bring(client, empty, whole, group="CD", without_names="on").status_code == 302
    assert Memo.objects.filter(study=empty).count() == 1


def test_texts_that_are_not_in_a_study_are_refused_unless_they_are_wanted_without_names(
    client, study, empty
):
    whole = out(client, study)
    refused = bring(client, empty, whole)
    assert refused.status_code == 422
    assert "29 of 29 texts are not in this study" in refused.content.decode()
    unsaid = bring(client, empty, whole, group="CD")
    assert "Take names out first" in unsaid.content.decode()
    assert nothing_in(empty)


def nothing_in(study) -> bool:
    kept = (study.codes, study.participants, study.transcripts, study.memos, study.codebook)
    return not any(each.exists() for each in kept)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda xml: xml.replace(b'endPosition="', b'endPosition="99'), "is outside its text"),
        (lambda xml: xml.replace(b'startPosition="', b'startPosition="-'), "is outside its text"),
        (
            lambda xml: xml.replace(b"<Project", b'<!DOCTYPE x [<!ENTITY a "b">]><Project', 1),
            "entities",
        ),
        (lambda xml: xml[:500], "not well-formed XML"),
    ],
)
def test_a_spoilt_project_is_refused_in_a_sentence_and_stores_nothing(
    client, study, empty, spoil, said
):
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(out(client, study))) as held,
        zipfile.ZipFile(stream, "w") as made,
    ):
        for name in held.namelist():
            content = held.read(name)
            made.writestr(name, spoil(content) if name.endswith(".qde") else content)
    answer = bring(client, empty, stream.getvalue(), **WITHOUT_NAMES)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert nothing_in(empty)


def test_a_codebook_goes_out_and_in_and_codes_of_one_name_are_told_apart(client, study, empty):
    assert (
        bring(client, empty, out(client, study, "codebook.qdc"), "codebook.qdc").status_code == 302
    )
    assert empty.codes.count() == study.codes.count()
    table = list(
        csv.DictReader(io.StringIO(out(client, study, "codebook.csv").decode("utf-8-sig")))
    )
    assert [row["tag"] for row in table] == [code.name for code in study.codes.all()]
    assert set(table[0]) == {"tag", "description"}
    assert CodebookVersion.objects.get(study=empty).because == "Brought in from codebook.qdc"
    two = b"""<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>
      <Code guid="00000000-0000-4000-8000-000000000001" name="A" isCodable="true">
        <Code guid="00000000-0000-4000-8000-000000000002" name="Other" isCodable="true"/></Code>
      <Code guid="00000000-0000-4000-8000-000000000003" name="B" isCodable="true">
        <Code guid="00000000-0000-4000-8000-000000000004" name="Other" isCodable="true"/></Code>
    </Codes></CodeBook>"""
    bring(client, empty, two, "other.qdc")
    names = set(empty.codes.values_list("name", flat=True))
    assert {"A", "Other", "B", "B: Other"} <= names
    assert bring(client, empty, b"nothing", "other.qdc").status_code == 422


def test_a_text_in_which_somebody_may_be_known_is_named_and_an_empty_one_left_out(client, empty):
    guids = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(3)]
    texts = ["I told Dr Clinician so.", "Nobody is in here.", " "]
    project = Project(
        name="x",
        sources=[
            SourceFound(guid=guid, name=f"text {n}", text=text)
            for n, (guid, text) in enumerate(zip(guids, texts, strict=True))
        ],
    )
    bring(client, empty, write_project(project, at=AT), **WITHOUT_NAMES)
    said = client.get(f"/coding/{empty.pk}/").content.decode()
    assert "“text 0” may say in 1 place who somebody is" in said
    assert "“text 1”" not in said
    assert "The text “text 2” is empty and was left out" in said
    assert empty.transcripts.count() == 2


def test_what_was_said_by_somebody_who_takes_consent_back_is_in_no_file(client, study):
    gone = Transcript.objects.filter(study=study).first()
    words = gone.text
    gone.delete()
    with zipfile.ZipFile(io.BytesIO(out(client, study))) as held:
        assert words not in {held.read(name).decode() for name in held.namelist()}
    assert Memo.objects.filter(transcript=None).count() == 0
