"""Feedback from colleagues: chosen, asked, answered, and read so that nobody can be known."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from asking import seen_by, send, words
from clinlead.access.models import RoleHolding
from clinlead.access.policies import NotAllowed, Role
from clinlead.concerns.facts import State
from clinlead.feedback import actions
from clinlead.feedback.models import Rater, Round, Sheet
from clinlead.history.models import Entry
from clinlead.history.queries import readings_about
from clinlead.notices.models import Notice
from clinlead.reviews.gathering import Months, feedback
from clinlead.upkeep.subject import export_of
from concerned import hr_brought_in, opened
from people import START, give
from rated import DAYS, DOCTORS, OTHERS, answered, asked, begun, chosen, over, scores

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
pytestmark = pytest.mark.django_db
FILLED = dict.fromkeys(scores(), "4")


def test_colleagues_are_chosen_by_both_asked_by_the_lead_and_answer(client, trust):
    person = trust.person("clinician")
    send(client, trust, "clinician", "/feedback/begin/", who=f"{person.code} cardiology")
    found = Round.objects.get()
    at = found.get_absolute_url()
    for login in DOCTORS:
        send(client, trust, "clinician", f"{at}choose/", name=login)
    assert send(client, trust, "lead", f"{at}choose/", name="nobody at all").status_code == 422
    assert send(client, trust, "clinician", f"{at}choose/", name="lead").status_code == 403
    until = f"{TODAY + DAYS:%Y-%m-%d}"
    assert "Choose at least 8 people" in words(client, trust, "lead", at)
    assert send(client, trust, "lead", f"{at}ask/", closes_on=until).status_code == 403
    for login in OTHERS:
        send(client, trust, "lead", f"{at}choose/", name=login)
    assert send(client, trust, "clinician", f"{at}ask/", closes_on=until).status_code == 403
    send(client, trust, "lead", f"{at}ask/", closes_on=until)
    assert Notice.objects.filter(account=trust.wardstaff, href=f"{at}answer/").exists()

    assert "Give feedback on a colleague" in words(client, trust, "wardstaff", "/home/asked/")
    wrong = send(client, trust, "wardstaff", f"{at}answer/", team="4", well="Stays late")
    assert wrong.status_code == 422
    assert "Stays late" in wrong.content.decode()
    send(client, trust, "wardstaff", f"{at}answer/", **FILLED, well="Stays late")
    assert send(client, trust, "wardstaff", f"{at}answer/", **FILLED).status_code == 403
    assert "Nobody asks you" in words(client, trust, "wardstaff", "/feedback/")
    assert "Give feedback" not in words(client, trust, "wardstaff", "/home/asked/")
    assert seen_by(client, trust, found) == {"clinician", "lead"}
    for login in ("clinician", "lead"):
        page = words(client, trust, login, at)
        assert "1 of 9 answered" in page
        assert "until then a new one could be told from the rest" in page
        assert "Stays late" not in page


def test_scales_stand_with_their_own_numbers_and_words_wait_for_both(client, trust):
    found = asked(trust, NOW)
    at = found.get_absolute_url()
    send(client, trust, "clinician", f"{at}oneself/", **{**FILLED, "team": "2"})
    answered(trust, found, DOCTORS, NOW)
    answered(trust, found, OTHERS[:-1], NOW, step=None)
    last = actions.Answered(scores={**scores(None), "team": 4}, better="Fewer e-mails")
    actions.answer(round_id=found.pk, said=last, by=trust.analyst, at=NOW)
    page = words(client, trust, "clinician", at)
    assert "easy to speak up Answers 6 Hardly ever 0 Sometimes 0 Often 5 Always 1" in page
    assert "Always 0 Cannot say 4 Own view Always" in page
    assert "Groups do not stand apart" in page
    assert "Fewer e-mails" not in page
    send(client, trust, "lead", f"{at}agree/", words="Together, on Tuesday.")
    assert "Fewer e-mails" not in words(client, trust, "lead", at)
    send(client, trust, "clinician", f"{at}agree/", words="With my mentor.")
    for login in ("clinician", "lead"):
        page = words(client, trust, login, at)
        assert "Fewer e-mails" in page
        assert "Together, on Tuesday." in page


def test_groups_stand_apart_where_each_has_three_answers(client, trust):
    found = asked(trust, NOW, raters=(*DOCTORS, "operations", "hr", "analyst"))
    answered(trust, found, (*DOCTORS, "operations", "hr", "analyst"), NOW)
    page = words(client, trust, "lead", found.get_absolute_url())
    assert "Managers and others: often or always" in page
    assert "Is honest and fair 3 of 3" in page


def test_too_few_answers_show_nothing_and_more_time_can_be_given(client, trust):
    found = answered(trust, asked(trust, NOW - 20 * timedelta(days=1)), DOCTORS[:4], NOW - DAYS)
    at = found.get_absolute_url()
    page = words(client, trust, "lead", at)
    assert "Fewer than 5 answered" in page
    assert "thanks her" not in page
    assert send(client, trust, "lead", f"{at}agree/", words="Now").status_code == 403
    send(client, trust, "lead", f"{at}longer/", closes_on=f"{TODAY + DAYS:%Y-%m-%d}")
    answered(trust, found, OTHERS[:1], NOW)
    assert send(client, trust, "peer", f"{at}answer/", **FILLED).status_code == 403


def test_no_trace_leads_from_an_answer_to_who_gave_it(trust):
    found = over(trust, NOW)
    fields = {field.name for field in Sheet._meta.get_fields()}
    assert fields == {"id", "round", "group", "scores", "well", "better"}
    assert not Entry.objects.filter(object_kind="feedback", by__in=[trust.peer, trust.hr]).exists()
    assert Rater.objects.filter(round=found, answered=True).count() == found.sheets.count()
    for login in ("clinician", "lead", "peer"):
        held = json.dumps(export_of(trust.accounts[login], NOW), ensure_ascii=False)
        assert "thanks her" not in held


def test_nothing_is_lost_when_the_lead_changes_and_there_is_one_round_at_a_time(client, trust):
    found = chosen(trust, NOW)
    with pytest.raises(NotAllowed):
        begun(trust, NOW, by="clinician")
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=START)
    give(trust, "fifth", Role.LEAD, department=trust.cardiology)
    actions.ask(round_id=found.pk, closes_on=TODAY + DAYS, by=trust.fifth, at=NOW)
    assert seen_by(client, trust, found) == {"clinician", "fifth"}


def test_hr_reads_it_for_a_reason_that_the_clinician_reads_once_a_concern_brought_them_in(
    client, trust
):
    raters = (*DOCTORS, "wardstaff", "operations", "analyst")
    found = answered(trust, asked(trust, NOW, raters=raters), raters, NOW)
    at = f"{found.get_absolute_url()}escalated/"
    concern = opened(trust, NOW)
    assert send(client, trust, "hr", at, reason="Why not").status_code == 404
    hr_brought_in(trust, concern, NOW)
    assert "Dr Clinician, asked on" in words(client, trust, "hr", "/feedback/")
    assert "thanks her" not in words(client, trust, "hr", at)
    read = send(client, trust, "hr", at, reason="The review outside").content.decode()
    assert "Works with the team" in read
    assert "held back until both agree" in read
    assert "wardstaff" not in read
    assert "Dr Peer" not in read
    (look,) = readings_about(found.person_id).filter(object_kind="feedback", by=trust.hr)
    assert look.facts["details"]["reason"] == "The review outside"
    seen = words(client, trust, "clinician", "/me/readings/")
    assert "what colleagues said of you" in seen
    assert "The review outside" in seen
    for by in (trust.clinician, trust.lead):
        actions.agree_how_to_read(round_id=found.pk, words="With care", by=by, at=NOW)
    assert "peer thanks her" in send(client, trust, "hr", at, reason="Again").content.decode()
    concern.state, concern.ended_at, concern.ended_by = State.CLOSED, NOW, trust.lead
    concern.save()
    assert send(client, trust, "hr", at, reason="Once more").status_code == 404


def test_a_review_is_told_totals_alone_and_marked_as_feedback_from_colleagues(trust):
    person = trust.person("clinician")
    months = Months(person, trust.cardiology, TODAY - DAYS, TODAY + 2 * DAYS, TODAY)
    assert feedback(months).lines == []
    over(trust, NOW)
    section = feedback(months)
    assert section.kind == "colleagues"
    assert "Is honest and fair: 9 of 9 colleagues say often or always." in {
        one.text for one in section.lines
    }
