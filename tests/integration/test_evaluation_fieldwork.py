"""An interview from invitation to transcript without names, and what goes with consent."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinlead.access.policies import NotAllowed
from clinlead.evaluation import cohort, inviting, keeping, transcribing
from clinlead.evaluation.models import (
    Consent,
    Identity,
    Interview,
    Mailing,
    Participant,
    RawTranscript,
    Study,
    Transcript,
)
from clinlead.evaluation.policies import FIRST_REMINDER, Because, Group, State
from clinlead.history.models import Entry
from clinlead.notices.models import Notice
from people import small_trust
from studied import NAMES, PASSPHRASE, SAID, again, begun

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LEGEND = {"Tamsin Yardley": "[colleague 1]", "Dr Clinician": "[colleague 2]"}


@pytest.fixture(scope="module")
def study_made(django_db_setup, django_db_blocker):
    """Made once for all tests here; what each changes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield begun(small_trust(), NOW)
        transaction.set_rollback(True)


@pytest.fixture
def studied(study_made, db):
    return study_made


@pytest.fixture
def evaluator(client, studied):
    """Their browser, with the study open."""
    client.force_login(studied.trust.evaluator)
    opened = client.post(f"{studied.study.get_absolute_url()}open/", {"passphrase": PASSPHRASE})
    assert opened.status_code == 302
    return client


def words(response) -> str:
    assert response.status_code == 200, response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def everything_kept() -> str:
    """All rows of all tables of the room, and of those that say what happened."""
    rooms = ("evaluation", "history", "notices", "sessions", "background")
    models = [model for model in apps.get_models() if model._meta.app_label in rooms]
    rows = [list(model._default_manager.values()) for model in models]
    return repr(rows) + json.dumps(rows, default=str, ensure_ascii=False)


# ---- the key -------------------------------------------------------------------------------------


def test_a_study_begins_with_a_code_that_is_shown_once(client, studied):
    client.force_login(studied.trust.evaluator)
    sent = {"title": "What has changed", "passphrase": PASSPHRASE, "again": "another"}
    assert client.post("/evaluation/begin/", sent).status_code == 422
    shown = client.post("/evaluation/begin/", {**sent, "again": PASSPHRASE})
    (code,) = re.findall(r"(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}", words(shown))
    study = Study.objects.latest("pk")
    assert keeping.open_by_code(study, code.lower()) is not None
    assert code not in words(client.get(study.get_absolute_url()))
    assert code not in everything_kept()


def test_names_are_shown_while_the_study_is_open_and_to_nobody_else(studied, evaluator):
    one = studied.add(Group.COS)
    here, name = studied.study.get_absolute_url(), NAMES[Group.COS]
    for page in (here, one.get_absolute_url()):
        assert name in words(evaluator.get(page))
    other_browser = Client()
    other_browser.force_login(studied.trust.evaluator)
    assert name not in words(other_browser.get(one.get_absolute_url()))
    evaluator.post(f"{here}close/")
    assert name not in words(evaluator.get(here))
    asked = evaluator.get(f"{here}participants/add/")
    add = f"{here}participants/add/".replace("/", "%2F")
    assert asked.headers["Location"] == f"{here}open/?to={add}"


def test_nothing_that_is_kept_says_who_takes_part(studied, evaluator):
    one = studied.taken_in(studied.interviewed(Group.MANAGER))
    evaluator.get(one.get_absolute_url())
    kept = everything_kept()
    for secret in (NAMES[Group.MANAGER], "manager@trust", "Yardley", studied.token(one), "Laughed"):
        assert secret not in kept


def test_a_wrong_passphrase_opens_nothing_and_the_code_chooses_another(client, studied):
    client.force_login(studied.trust.evaluator)
    here = studied.study.get_absolute_url()
    wrong = client.post(f"{here}open/", {"passphrase": "moss lantern quiet fery"})
    assert (wrong.status_code, "study-key" in client.cookies) == (422, False)
    another = {"passphrase": "seven new unrelated words", "again": "seven new unrelated words"}
    assert client.post(f"{here}lock/", {**another, "code": "0000"}).status_code == 422
    assert client.post(f"{here}lock/", {**another, "code": studied.code}).status_code == 200
    study = Study.objects.get()
    assert keeping.open_study(study, another["passphrase"]) == studied.key
    assert keeping.open_study(study, PASSPHRASE) is None
    assert keeping.open_by_code(study, studied.code) is None


def test_a_study_that_was_brought_in_without_names_gets_its_key_later(client, studied):
    brought = Study.objects.create(
        title="Brought in", evaluator=studied.trust.evaluator, created_at=NOW
    )
    one = Participant.objects.create(study=brought, number=1, group=Group.CD)
    client.force_login(studied.trust.evaluator)
    here = brought.get_absolute_url()
    assert "brought in without names" in words(client.get(here))
    assert client.get(f"{here}open/").headers["Location"] == f"{here}lock/"
    assert "There is none yet" in words(client.get(f"{here}consent/"))
    chosen = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert client.post(f"{here}lock/", chosen).status_code == 200
    assert "No name is kept for them" in words(client.get(one.get_absolute_url()))
    assert client.post(f"{one.get_absolute_url()}invite/").status_code == 403
    client.post(f"{one.get_absolute_url()}identity/", {"name": "Ada Quill", "email": ""})
    assert "Ada Quill" in words(client.get(one.get_absolute_url()))
    assert "/taking-part/" in words(client.get(one.get_absolute_url()))
    client.post(f"{here}approval/", {"approval": "Service evaluation 7"})
    assert "Service evaluation 7" in words(client.get(here))


def test_opening_leads_to_pages_of_the_study_alone(client, studied):
    client.force_login(studied.trust.evaluator)
    here = studied.study.get_absolute_url()
    for to, lands in ((f"{here}letters/", f"{here}letters/"), ("https://elsewhere.example/", here),
                      ("//elsewhere.example/", here), ("/rules/", here)):  # fmt: skip
        done = client.post(f"{here}open/", {"passphrase": PASSPHRASE, "to": to})
        assert done.headers["Location"] == lands


# ---- the cohort and its letters ------------------------------------------------------------------


def test_a_cohort_is_pasted_and_a_wrong_line_adds_nobody(studied, evaluator):
    add = f"{studied.study.get_absolute_url()}participants/add/"
    assert evaluator.post(add, {"lines": "Ada Quill; ; CoS\n; ; CD"}).status_code == 422
    assert not Participant.objects.exists()
    evaluator.post(add, {"lines": "Ada Quill; ; CoS; ; senior\nTamsin; t@x.example; Manager; HR"})
    evaluator.post(add, {"name": "Zdeňka", "email": "", "group": "CD", "role": "", "level": ""})
    numbered = Participant.objects.values_list("number", "group", "role", "level")
    assert list(numbered) == [(1, "CoS", "", "senior"), (2, "Manager", "HR", ""), (3, "CD", "", "")]


def test_invitations_go_out_once_and_reminders_after_a_week(studied, evaluator, settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"email": "smtp"})
    one, two = studied.add(Group.CD), studied.add(Group.MANAGER)
    cohort.correct_identity(
        participant=two, key=studied.key, name="T. Yardley", email="", **studied.given
    )
    letters = f"{studied.study.get_absolute_url()}letters/"
    said = words(evaluator.post(letters, {"send": "invitations"}, follow=True))
    assert "1 letter sent" in said
    assert "Not sent to participants 2 (There is no address for them" in said
    (letter,) = mail.outbox
    assert letter.to == ["cd@trust.example"]
    assert f"/taking-part/{studied.token(one)}/" in letter.body
    assert f"Dear {NAMES[Group.CD]}," in letter.body
    evaluator.post(letters, {"send": "invitations"})
    evaluator.post(letters, {"send": "reminders"})
    assert len(mail.outbox) == 1
    Mailing.objects.update(at=NOW - FIRST_REMINDER)
    assert inviting.remind_evaluators(NOW) == "1 evaluator told of reminders"
    assert inviting.remind_evaluators(NOW) == "0 evaluators told of reminders"
    evaluator.post(letters, {"send": "reminders"})
    assert len(mail.outbox) == 2


def test_a_letter_that_the_server_did_not_take_may_go_out_again(studied, settings, monkeypatch):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"email": "smtp"})
    one = studied.add(Group.CD)
    sending = {"participant": one, "reminder": False, "post": studied.post, **studied.given}

    def gone(*_):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.open", gone, raising=False)
        assert "does not answer" in inviting.send(**sending).reason
    assert inviting.send(**sending).state == "sent"
    with pytest.raises(NotAllowed):
        inviting.send(**sending)
    assert len(mail.outbox) == 1


def test_a_letter_without_its_link_is_not_kept(studied, evaluator):
    letters = f"{studied.study.get_absolute_url()}letters/"
    sent = {"which": "invitation", "subject": "Hello", "text": "Dear {name}"}
    assert evaluator.post(letters, sent).status_code == 422
    evaluator.post(letters, {**sent, "text": "Dear {name}: {link}"})
    assert studied.study.letters.get(reminder=False).text == "Dear {name}: {link}"


# ---- their own page ------------------------------------------------------------------------------


def test_somebody_answers_through_their_link_without_signing_in(client, studied):
    one = studied.invited()
    theirs = f"/taking-part/{studied.token(one)}/"
    first = client.get(theirs)
    assert "Would you talk with the evaluator?" in words(first)
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in first.headers["Cache-Control"]
    assert NAMES[Group.CD] not in first.content.decode()
    assert client.post(theirs, {"answer": "yes", "version": "1"}).status_code == 422
    client.post(theirs, {"answer": "yes", "version": "1", "read": "on"})
    assert again(one).state == State.CONSENTED
    assert Consent.objects.get().text.version == 1
    assert "Participant 1 agreed" in Notice.objects.get().words
    assert Entry.objects.filter(by=None, facts__details__number=1).exists()
    assert client.get("/taking-part/guessed/").status_code == 404


def test_a_refusal_has_its_reason_and_the_mind_may_change(client, studied):
    one = studied.invited()
    theirs = f"/taking-part/{studied.token(one)}/"
    client.post(theirs, {"answer": "no", "because": Because.TIME, "words": "Two clinics a day"})
    refused = again(one)
    assert (refused.state, refused.because) == (State.REFUSED, Because.TIME)
    assert refused.because_words == "Two clinics a day"
    client.post(theirs, {"answer": "yes", "version": "1", "read": "on"})
    assert (again(one).state, again(one).because) == (State.CONSENTED, "")


def test_consent_is_to_the_version_that_was_read(client, studied, evaluator):
    one = studied.invited()
    theirs = f"/taking-part/{studied.token(one)}/"
    evaluator.post(f"{studied.study.get_absolute_url()}consent/", {"text": "Another text"})
    client.post(theirs, {"answer": "yes", "version": "1", "read": "on"})
    assert Consent.objects.get().text.version == 1
    client.post(theirs, {"answer": "yes", "version": "9", "read": "on"})
    assert Consent.objects.count() == 1


def test_taking_consent_back_deletes_what_was_said_and_who_it_was(client, studied):
    one, two = studied.interviewed(), studied.interviewed(Group.COS)
    studied.transcribed(one)
    studied.taken_in(one)
    kept = studied.transcribed(two)
    theirs = f"/taking-part/{studied.token(one)}/"
    assert client.post(theirs, {"answer": "no-longer"}).status_code == 422
    assert "taken your consent back" in words(
        client.post(theirs, {"answer": "no-longer", "sure": "on"}, follow=True)
    )
    gone = again(one)
    assert (gone.state, gone.role, gone.level) == (State.WITHDRAWN, "", "")
    for model in (Identity, Interview, RawTranscript, Transcript, Mailing):
        assert not [row for row in model.objects.all() if row.participant_id == one.pk]
    assert Transcript.objects.get() == kept
    assert Consent.objects.get(participant=one).withdrawn_at is not None
    with pytest.raises(NotAllowed):
        cohort.consent(participant=gone, version=1, how="spoken", **studied.given)


# ---- interviews and transcripts ------------------------------------------------------------------


def test_the_evaluator_does_each_step_on_the_participants_page(studied, evaluator):
    one = studied.add(Group.CD)
    here = one.get_absolute_url()
    guide = studied.validated(studied.questionnaire("manager-interview"))
    assert "The letter, to send it yourself" in words(evaluator.get(here))
    steps = [
        ("by-hand", {}, State.INVITED),
        ("refuse", {"because": Because.TIME, "words": ""}, State.REFUSED),
        ("consent", {"version": "1", "how": "spoken"}, State.CONSENTED),
        ("plan", {"day": "2026-07-01", "time": "09:30", "how": "by video"}, State.CONSENTED),
        ("interview", {"held_on": studied.held_on.isoformat(), "minutes": "40",
                       "how": "by video", "notes": "Laughed", "guide": str(guide.pk)},
         State.INTERVIEWED),
        ("identity", {"name": "Zdeňka Novotná", "email": ""}, State.INTERVIEWED),
    ]  # fmt: skip
    for what, sent, state in steps:
        assert evaluator.post(f"{here}{what}/", sent).status_code == 302, what
        assert again(one).state == state
    said = words(evaluator.get(here))
    assert "Zdeňka Novotná" in said
    assert "Laughed" in said
    assert "with Interview with a manager, version 1" in said
    assert evaluator.post(f"{here}refuse/", {"because": Because.TIME}).status_code == 403
    assert evaluator.post(f"{here}plan/", {"day": ""}).status_code == 422
    assert evaluator.post(f"{here}dance/").status_code == 404
    evaluator.post(f"{here}withdraw/", {"sure": "on"})
    assert again(one).state == State.WITHDRAWN


@pytest.mark.parametrize("typed", [True, False])
def test_a_transcript_is_taken_in_and_kept_without_the_names(studied, evaluator, typed):
    one = studied.interviewed()
    here = one.get_absolute_url()
    file = SimpleUploadedFile("talk.txt", SAID.replace("\n", "\r\n").encode())
    given = {"text": SAID.replace("\n", "\r\n")} if typed else {"file": file}
    day = {"recorded_on": studied.held_on.isoformat()}
    done = evaluator.post(f"{here}transcript/", {**given, **day})
    assert done.headers["Location"] == f"{here}names/"
    page = evaluator.get(f"{here}names/")

    said = page.content.decode()
    assert "Tamsin Yardley" in said
    sent = names_sent(said)
    tried = words(evaluator.post(f"{here}names/", {**sent, "try": "yes"}))
    assert "[name 1] asked me" in tried

    evaluator.post(f"{here}names/", {**sent, "keep": "yes", "more": "asked = begged"})
    kept = Transcript.objects.get()
    assert kept.text == (
        "Well, [name 1] begged me.\n\nÉté – naïve 🙂.\n\tThen [colleague 1] laughed."
    )
    assert (kept.version, kept.recorded_on) == (1, studied.held_on)
    assert not RawTranscript.objects.exists()
    legend = transcribing.legend_of_study(studied.study, studied.key)
    assert legend == {
        "Tamsin Yardley": "[name 1]",
        "Dr Clinician": "[colleague 1]",
        "asked": "begged",
    }


def names_sent(page: str) -> dict[str, str]:
    """What the browser sends of the form as it stands, every word ticked."""
    inputs = re.findall(r'<input[^>]*name="((?:put|instead|seen)[^"]*)"[^>]*>', page)
    values = {
        name: re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page) for name in inputs
    }
    values |= {
        name: re.search(rf'<input[^>]*value="([^"]*)"[^>]*name="{name}"', page)
        for name, found in values.items()
        if found is None
    }
    return {name: found[1] if found else "on" for name, found in values.items()}


def test_a_file_that_is_no_transcript_is_refused_on_its_page(studied, evaluator):
    one = studied.interviewed()
    address = f"{one.get_absolute_url()}transcript/"
    day = {"recorded_on": studied.held_on.isoformat()}
    for file, said in ((io.BytesIO(b"%PDF-1.7"), "This is a PDF"), (None, "Choose a file")):
        given = {"file": file, **day} if file else day
        response = evaluator.post(address, given)
        assert response.status_code == 422
        assert said in response.content.decode()
    assert not RawTranscript.objects.exists()


def test_what_was_put_for_a_name_is_put_again_and_a_bad_version_is_deleted(studied, evaluator):
    first = studied.transcribed(studied.interviewed(), **LEGEND)
    two = studied.taken_in(studied.interviewed(Group.COS), "So said Dr Clinician.")
    page = evaluator.get(f"{two.get_absolute_url()}names/").content.decode()
    assert "[colleague 2]" in page
    shown = f"{studied.study.get_absolute_url()}transcripts/{first.pk}/"
    assert "[colleague 1] asked me" in words(evaluator.get(shown))
    evaluator.post(f"{shown}drop/")
    assert not Transcript.objects.exists()


def test_the_evaluators_pages_cost_the_same_for_three_or_nine(studied, evaluator):
    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert evaluator.get(address).status_code == 200
        return len(asked)

    here = studied.study.get_absolute_url()
    pages = ("/", here, f"{here}letters/")
    studied.taken_in(studied.interviewed())
    few = [cost(page) for page in pages]
    for group in (*Group, *Group):
        studied.consented(group)
    assert [cost(page) for page in pages] == few
    assert max(few) <= 20


def test_nobody_else_finds_a_study_whatever_they_may_elsewhere(studied, client):
    one = studied.interviewed()
    kept = studied.transcribed(one)
    for login in ("sysadmin", "dpo", "director", "projectteam", "lead"):
        client.force_login(studied.trust.accounts[login])
        for address in ("/evaluation/", studied.study.get_absolute_url(), one.get_absolute_url(),
                        f"{studied.study.get_absolute_url()}transcripts/{kept.pk}/"):  # fmt: skip
            assert client.get(address).status_code == 404


def test_reminders_wait_for_a_week(studied):
    studied.invited()
    assert inviting.remind_evaluators(NOW + timedelta(days=6)).startswith("0")
    assert inviting.remind_evaluators(NOW + timedelta(days=7)).startswith("1")
