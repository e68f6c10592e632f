"""Lessons answered, rights that wait, progress between two, and the forum, through the pages."""

import re

import pytest
from django.test import Client

import learned
from clinlead.history.models import Entry
from clinlead.learning.course import lessons
from clinlead.learning.models import Attempt, Post, RightWaits
from clinlead.learning.waiting import why_not_act
from clinlead.workstreams.policies import PartPlayed
from people import small_trust
from streams_run import name, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def trust(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = small_trust()
        name(made, set_up(made), PartPlayed.COACH, made.hr)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def client(db):
    return Client()


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def answers(code: str, *, right: bool) -> dict[str, str]:
    every = enumerate(lessons()[code].question)
    return {f"question-{n}": str((e.right + (not right)) % len(e.options)) for n, e in every}


def test_a_lesson_is_scored_with_explanations_and_progress_is_ones_own_and_the_coachs(
    client, trust, db
):
    page = "/learning/lessons/small-numbers/"
    assert send(client, trust, "lead", page).status_code == 422  # nothing chosen, nothing lost
    said = send(client, trust, "lead", page, **answers("small-numbers", right=False))
    assert "0 of 4 right; 3 are enough" in said.content.decode()
    assert "Even a true rate of 10%" in said.content.decode()
    send(client, trust, "lead", page, **answers("small-numbers", right=True))
    assert Attempt.objects.count() == 2
    assert "done: 4 of 4 right" in words(client, trust, "lead", "/learning/")
    progress = f"/learning/progress/{trust.lead.pk}/"
    assert "1 of 11 lessons done" in words(client, trust, "hr", progress)  # the stream's coach
    send(client, trust, "hr", progress, text="Try case mix next.")
    assert "Try case mix next." in words(client, trust, "lead", "/learning/")
    for login in ("peer", "chief", "projectteam", "director"):
        client.force_login(trust.accounts[login])
        assert client.get(progress).status_code == 404, login
    looked = Entry.objects.filter(object_kind="learning progress", act="read")
    assert {each.by for each in looked} == {trust.hr}


def test_a_right_waits_only_while_the_project_team_says_so_and_says_on_which_lesson(
    client, trust, db
):
    assert why_not_act("sign off figures", trust.lead.pk) is None
    data = {"right": "sign off figures", "lesson": "small-numbers", "because": "Nine patients"}
    assert send(client, trust, "projectteam", "/learning/rights/", **data).status_code == 302
    refusal = why_not_act("sign off figures", trust.lead.pk)
    assert "“Small numbers”" in refusal.because
    assert "Nine patients" in words(client, trust, "lead", "/learning/")
    send(
        client, trust, "lead", "/learning/lessons/small-numbers/",
        **answers("small-numbers", right=True),
    )  # fmt: skip
    assert why_not_act("sign off figures", trust.lead.pk) is None
    assert why_not_act("sign off figures", trust.otherlead.pk) is not None
    send(client, trust, "projectteam", "/learning/rights/", end="sign off figures")
    assert why_not_act("sign off figures", trust.otherlead.pk) is None
    assert RightWaits.objects.get().ended_by == trust.projectteam


def test_a_post_that_names_somebody_is_held_marked_worded_anew_and_then_appears(client, trust, db):
    held = learned.held(trust)
    assert {what for _, _, what in held.marks} == {"name of a colleague", "NHS number"}
    assert held.thread.title not in words(client, trust, "peer", "/forum/")
    said = words(client, trust, "clinician", held.get_absolute_url())
    assert "943 476 5919 (NHS number)" in said
    assert "Moderate 1 post in the forum" in words(client, trust, "projectteam", "/")
    answer = send(
        client, trust, "clinician", held.get_absolute_url(),
        title=held.thread.title, text="A colleague asked me about a patient.",
    )  # fmt: skip
    assert answer.url == held.thread.get_absolute_url()
    assert held.thread.title in words(client, trust, "peer", "/forum/")
    assert "Dr Clinician" not in words(client, trust, "peer", held.thread.get_absolute_url())


def test_a_moderator_lets_a_false_alarm_appear_and_hides_with_a_reason(client, trust, db):
    held = learned.held(trust)
    send(client, trust, "projectteam", held.get_absolute_url(), because="Invented", to="shown")
    assert held.thread.title in words(client, trust, "hr", "/forum/?q=NHS")
    assert "has all of these words" in words(client, trust, "hr", "/forum/?q=nothing+such")
    send(client, trust, "projectteam", held.get_absolute_url(), because="Too close", to="hidden")
    assert held.thread.title not in words(client, trust, "hr", "/forum/")
    assert "Too close" in words(client, trust, "clinician", held.get_absolute_url())
    assert "is hidden" in words(client, trust, "clinician", "/")
    reply = f"/forum/{held.thread_id}/"
    assert send(client, trust, "clinician", reply, text="Why?").status_code == 403


def test_a_topic_leads_from_a_page_to_the_lesson_and_to_what_colleagues_asked(client, trust, db):
    thread = learned.shown(trust).thread
    said = words(client, trust, "lead", "/learning/?topic=small-numbers")
    assert "Read the lesson" in said
    assert thread.title in said
    assert thread.title not in words(client, trust, "wardstaff", "/learning/?topic=small-numbers")
    send(client, trust, "peer", thread.get_absolute_url(), text="Say what nine cannot show.")
    assert Post.objects.filter(thread=thread).count() == 2
    assert "Say what nine cannot show." in words(client, trust, "lead", thread.get_absolute_url())
