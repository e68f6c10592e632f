"""What is held about one person, and nothing of anybody else."""

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from clinlead.access.models import Account
from clinlead.concerns import acting
from clinlead.evaluation.models import Study
from clinlead.history.queries import readings_about
from clinlead.organisation.models import Person
from clinlead.upkeep.export import write
from clinlead.upkeep.subject import LEFT_OUT, THROUGH, About, export_of, links, rows_about
from concerned import opened
from reviewed import begun, handed_over
from small_release import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(let_out, db):
    return export_of(let_out.trust.accounts["clinician"], AT)


def test_every_table_that_refers_to_people_is_exported_or_left_out_for_a_reason(let_out, db):
    about = About(let_out.trust.accounts["clinician"], AT)
    referring = {m._meta.label: m for m in apps.get_models() if links(m)}
    assert len(referring) > 40
    exported = {name for name, model in referring.items() if rows_about(model, about) is not None}
    assert set(referring) - exported <= set(LEFT_OUT)


def test_a_study_is_in_no_file_that_another_hands_over(let_out, db):
    evaluator = let_out.trust.accounts["clinician"]
    Study.objects.create(title="What colleagues think", evaluator=evaluator, created_at=AT)
    found = export_of(evaluator, AT)
    rooms = {name.partition(".")[0] for name in found["tables"]}
    assert not rooms & {"evaluation", "coding"}
    assert any(each.startswith("evaluation: ") for each in found["left_out"])
    assert "What colleagues think" not in json.dumps(found)


def ways_to(target, model, seen=()):
    """How the rows of a table, or of one it hangs on, say whom they are about."""
    for field in model._meta.concrete_fields:
        to = field.related_model
        if to is target and (target is Person or field.name in {"account", "user"}):
            yield field.name
        elif to and to not in (Account, Person, model, *seen):
            yield from (f"{field.name}__{way}" for way in ways_to(target, to, (*seen, model)))
    several = [each for each in model._meta.many_to_many if each.related_model is target]
    yield from (f"{each.name}__pk" for each in several if target is Person)


def hangs_on_another(model) -> set[str]:
    """The ways, where words are held and whom they are about is said by another table alone."""
    words = (TextField, JSONField, CharField)
    if not any(isinstance(f, words) and not f.choices for f in model._meta.concrete_fields):
        return set()
    people = set(ways_to(Person, model))
    ways = people or set(ways_to(Account, model))
    return ways if all("__" in way for way in ways) else set()


def test_words_about_somebody_that_hang_on_another_table_are_exported_or_left_out_for_a_reason():
    hanging = {m._meta.label: ways for m in apps.get_models() if (ways := hangs_on_another(m))}
    assert len(hanging) > 15
    forgotten = hanging.keys() - THROUGH.keys() - LEFT_OUT.keys()
    assert not forgotten, "say in upkeep/subject.py how they reach whom they are about"
    assert not [name for name, way in THROUGH.items() if way not in hanging[name]]


def test_what_was_said_of_one_in_conversations_and_a_concern_is_in_it(let_out, db):
    trust = let_out.trust
    concern = opened(trust, AT)
    text = f"{trust.person('peer').name} and I looked at the letters."
    acting.answer(concern_id=concern.pk, text=text, by=trust.lead, at=AT)
    tables = export_of(trust.accounts["clinician"], AT)["tables"]
    said = {one["text"] for one in tables["conversations.Said"]}
    assert "Late letters: an hour kept free on Fridays." in said
    (note,) = tables["concerns.Note"]
    assert note["text"] == "a colleague and I looked at the letters."
    assert note["by"] == "Clinical director"
    of_a_peer = export_of(trust.accounts["peer"], AT)["tables"]
    assert "concerns.Note" not in of_a_peer
    assert "conversations.Said" not in of_a_peer


def test_ones_own_figures_records_and_what_was_done_about_one_are_in_it(found):
    assert found["subject"]["login"] == "clinician"
    assert {row["unit"] for row in found["figures"]} == {found["subject"]["code"]}
    assert len(found["records"]["spells"]) > 100
    assert found["tables"]["releases.ReleasedFigure"]
    assert found["history"]["about_you"]
    (account,) = found["tables"]["access.Account"]
    assert account["person"] == "you"


def test_nobody_else_is_named_and_no_secret_is_told(found, let_out):
    text = json.dumps(found, ensure_ascii=False)
    mine = let_out.trust.accounts["clinician"]
    others = Person.objects.exclude(pk=mine.person_id)
    assert not [one.name for one in others if one.name in text]
    assert not [one.code for one in others if f'"{one.code}"' in text]
    assert not [
        one.username
        for one in Account.objects.exclude(pk=mine.pk)
        if f'"{one.username}"' in text and one.username not in ("lead", "clinician")
    ]
    assert mine.password not in text
    assert "patient_key" not in text


def test_words_that_name_somebody_else_say_a_colleague(let_out, db):
    trust = let_out.trust
    about = About(trust.accounts["clinician"], AT)
    peer = trust.person("peer").name
    assert about.others.sub("a colleague", f"It was {peer}.") == "It was a colleague."
    own = trust.person("clinician").name
    assert about.others.sub("a colleague", f"It was {own}.") == f"It was {own}."


def test_one_downloads_ones_own_and_the_officers_making_is_told_to_its_subject(client, let_out, db):
    trust = let_out.trust
    client.force_login(trust.accounts["clinician"])
    answer = client.post("/me/export/")
    assert answer["Content-Type"] == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    client.force_login(trust.accounts["dpo"])
    assert client.post("/data-protection/exports/", {}).status_code == 422
    asked = {"account": trust.accounts["clinician"].pk, "purpose": "Request 7"}
    assert client.post("/data-protection/exports/", asked)["Content-Type"] == "application/zip"
    newest = readings_about(trust.person("clinician").pk).first()
    assert newest.by == trust.accounts["dpo"]
    assert newest.facts["details"]["reason"] == "Request 7"


def test_what_the_lead_wrote_of_one_in_a_review_is_in_it(let_out, db):
    review = handed_over(let_out.trust, begun(let_out.trust, AT), AT)
    found = export_of(let_out.trust.accounts["clinician"], AT)
    texts = {one["text"] for one in found["tables"]["reviews.Words"]}
    assert "The reviewer says, talent and development" in texts
    assert review.gatherings.count() == len(found["tables"]["reviews.Gathering"])


def test_a_zip_holds_the_same_as_tables(found, tmp_path):
    write(tmp_path / "all.zip", found)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert json.loads(archive.read("all.json")) == json.loads(json.dumps(found))
        spells = archive.read("records/spells.csv").decode().splitlines()
    assert len(spells) == len(found["records"]["spells"]) + 1
