"""Writing a questionnaire, having it validated, and an anonymous form that keeps nobody."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db import transaction
from django.test import Client
from django.utils import timezone

from clinlead.access.policies import NotAllowed
from clinlead.evaluation import filling, versions
from clinlead.evaluation.answering import SALT
from clinlead.evaluation.models import FilledIn, Opening, QuestionnaireVersion, RoundComment
from clinlead.evaluation.questions import content_of
from clinlead.history.models import Entry
from people import small_trust
from studied import begun

pytestmark = pytest.mark.django_db
NOW = timezone.now()


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
    client.force_login(studied.trust.evaluator)
    return client


def words(response) -> str:
    assert response.status_code == 200, response
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_guide_is_written_from_ours_and_from_nothing(studied, evaluator):
    here = f"{studied.study.get_absolute_url()}questionnaires/"
    ours = evaluator.post(here, {"title": "Managers", "start": "manager-interview"}, follow=True)
    assert "How was the performance of clinicians managed here" in words(ours)
    bare = evaluator.post(here, {"title": "Chiefs", "start": "empty interview guide"}, follow=True)
    at = bare.redirect_chain[-1][0]
    assert "There is no theme yet" in words(bare)
    evaluator.post(f"{at}theme/", {"title": "Before", "about": ""})
    evaluator.post(f"{at}themes/0/", {"text": "What was it like?", "prompts": "When?\nWho?\n"})
    (question,) = content_of(QuestionnaireVersion.objects.latest("pk").content).questions
    assert question.prompts == ("When?", "Who?")
    evaluator.post(f"{at}questions/what-was-it-like/", {"text": "How was it?", "prompts": ""})
    assert "How was it?" in words(evaluator.get(at))
    evaluator.post(f"{at}words/", {"welcome": "Hello", "thanks": "Thank you"})
    assert "Hello" in words(evaluator.get(at))
    assert evaluator.get(f"{at}paper/").content.startswith(b"%PDF")


def test_a_question_of_a_form_has_answers_and_may_wait_for_another(studied, evaluator):
    version = studied.questionnaire("clinician-form")
    at = version.get_absolute_url()
    waits = {"text": "Which?", "kind": "in words", "only_after": "seen", "among": "Perhaps"}
    refused = evaluator.post(f"{at}themes/3/", waits)
    assert refused.status_code == 422
    assert "is no answer to" in refused.content.decode()
    evaluator.post(f"{at}themes/3/", {**waits, "among": "Yes"})
    assert "Only after “Yes” to “Have you seen figures" in words(evaluator.get(at))
    gone = evaluator.post(f"{at}drop-question/", {"question": "seen"})
    assert gone.status_code == 422
    assert evaluator.post(f"{at}themes/9/", waits).status_code == 404
    assert evaluator.post(f"{at}move/", {"question": "nothing"}).status_code == 404


def test_a_wording_is_validated_by_roles_before_it_is_used(studied, evaluator):
    version = studied.questionnaire("manager-interview")
    at = version.get_absolute_url()
    assert evaluator.post(f"{at}use/").status_code == 403
    evaluator.post(f"{at}round/", {"kind": "content validation"})
    said = {"role": "senior medical manager 1", "question": "before", "relevance": "2"}
    evaluator.post(f"{at}comment/", {**said, "text": "Nobody will know."})
    evaluator.post(f"{at}comment/", {**said, "relevance": "4", "role": "senior clinician 3"})
    evaluator.post(f"{at}end-round/", {"learned": "Ask when it began."})
    assert "relevant to 50% of 2 who rated it" in words(evaluator.get(at))
    assert evaluator.post(f"{at}use/").status_code == 403
    comment = RoundComment.objects.exclude(text="").get()
    evaluator.post(f"{at}answer/", {"comment": comment.pk, "answer": "A date was added."})
    assert evaluator.post(f"{at}use/").status_code == 302
    edited = evaluator.post(f"{at}theme/", {"title": "Late", "about": ""})
    assert edited.status_code == 403
    evaluator.post(f"{at}round/", {"kind": "interim analysis", "after_interviews": "5"})
    evaluator.post(f"{at}end-round/", {"learned": "Nobody speaks of strategy unasked."})
    evaluator.post(f"{at}another/", {"because": "Strategy earlier"})
    second = QuestionnaireVersion.objects.get(number=2)
    assert (second.state, second.changed_because) == ("draft", "Strategy earlier")
    versions.put_into_use(version=second, **studied.given)
    version.refresh_from_db()
    assert version.state == "retired"


def filled(client, opening: Opening, answers: dict) -> list[str]:
    """Somebody without an account goes through the form; the headings they saw."""
    address, seen = f"/answer/{opening.token}/", []
    page = client.get(address)
    while page.status_code == 200:
        text = page.content.decode()
        seen.append(re.search(r"<h1>(.*?)</h1>", text, re.S)[1])
        so_far = re.search(r'name="so_far" value="([^"]+)"', text)[1]
        page = client.post(address, {"so_far": so_far, **answers})
    assert page.headers["Location"] == f"{address}done/", page
    return seen


def test_a_form_is_filled_in_by_whoever_has_the_link_and_says_nothing_of_them(studied, evaluator):
    version = studied.validated(studied.questionnaire("clinician-form"))
    at = version.get_absolute_url()
    day = (NOW + timedelta(days=3)).date().isoformat()
    evaluator.post(f"{at}open-form/", {"closes_on": day})
    opening = Opening.objects.get()
    assert f"/answer/{opening.token}/" in words(evaluator.get(at))
    before = Entry.objects.count()
    said = {"seen": "Yes", "right": "2", "changed": "It is the same", "did": "Wir redeten 🙂"}
    seen = filled(Client(), opening, said)
    assert seen[0] == "How is performance managed where you work?"
    assert len(seen) == 6
    (kept,) = FilledIn.objects.values()
    assert kept["said"] == said
    assert set(kept) == {"id", "opening_id", "on", "said"}
    assert Entry.objects.count() == before
    page = words(evaluator.get(f"{at}results/"))
    assert "Answered on 1 of 1 form that showed it; median 2" in page
    assert "Wir redeten 🙂" in page


def test_a_signed_in_colleague_leaves_no_trace_in_the_form_either(studied):
    opening = studied.opened(studied.validated(studied.questionnaire("clinician-form")))
    client = Client()
    client.force_login(studied.trust.clinician)
    filled(client, opening, {"seen": "No"})
    assert FilledIn.objects.get().said == {"seen": "No"}
    assert not Entry.objects.filter(by=studied.trust.clinician).exists()


def test_whoever_comes_back_days_later_loses_nothing(studied, client, monkeypatch):
    opening = studied.opened(studied.validated(studied.questionnaire("clinician-form")))
    with monkeypatch.context() as earlier:
        before = (NOW - timedelta(days=2)).timestamp()
        earlier.setattr("django.core.signing.time.time", lambda: before)
        text = client.get(f"/answer/{opening.token}/").content.decode()
    so_far = re.search(r'name="so_far" value="([^"]+)"', text)[1]
    page = client.post(f"/answer/{opening.token}/", {"so_far": so_far, "seen": "Yes"})
    assert page.status_code == 200


def test_answers_that_we_did_not_sign_are_not_taken(studied, client):
    opening = studied.opened(studied.validated(studied.questionnaire("clinician-form")))
    for so_far in ("", "guessed", "WzQseyJzZWVuIjoiWWVzIn1d:1:1"):
        assert client.post(f"/answer/{opening.token}/", {"so_far": so_far}).status_code == 404
    another = signing.dumps([0, {"seen": "Yes"}], salt=f"{SALT} of another form")
    assert client.post(f"/answer/{opening.token}/", {"so_far": another}).status_code == 404
    assert client.get("/answer/guessed/").status_code == 404


def test_a_form_that_is_closed_takes_nothing(studied, evaluator):
    version = studied.validated(studied.questionnaire("clinician-form"))
    opening = studied.opened(version)
    with pytest.raises(NotAllowed):
        studied.opened(version)
    evaluator.post(f"{version.get_absolute_url()}close-form/", {"opening": opening.pk})
    assert "This form is closed" in words(Client().get(f"/answer/{opening.token}/"))
    opening.refresh_from_db()
    with pytest.raises(NotAllowed):
        filling.hand_in(opening=opening, answers={}, at=NOW)
