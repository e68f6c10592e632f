"""A governance meeting: its agenda from real objects, its minutes, its actions carried forward."""

import re
from datetime import date, timedelta

import pytest

from clinlead.access.models import RoleHolding
from clinlead.access.policies import NotAllowed
from clinlead.governance import meetings, minuting
from clinlead.governance.agenda import gathered
from clinlead.governance.calendar import after_releases, day_after
from clinlead.governance.models import Action, Meeting, Minutes
from clinlead.governance.policies import State
from clinlead.notices.models import Notice
from clinlead.releases import live
from clinlead.releases.actions import release_again
from clinlead.releases.models import Release
from met import HELD_ON, NEXT_ON, asked, held, minuted, planned
from small_release import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(let_out, db):
    yield let_out.trust
    live._assembled.clear()


@pytest.fixture
def release(trust):
    return Release.objects.get(department=trust.cardiology)


def words(client, trust, login: str, address: str, status: int = 200) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == status, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def test_the_agenda_holds_what_was_released_and_names_nobody(client, trust, release):
    meeting = planned(trust)
    page = words(client, trust, "peer", meeting.get_absolute_url())
    assert "Cardiology, January to March 2026" in page
    assert "Length of stay" in page
    assert "clinicians were released to their owners" in page
    assert "Dr Clinician" not in page
    assert "Table Cardiology’s figures for January to March 2026 at governance" in words(
        client, trust, "lead", "/home/meetings/"
    )
    (one,) = gathered(meeting, AT.date())["releases"]
    assert all(figure["contributors"] >= 6 for figure in one["figures"])


def test_a_small_teams_figures_are_not_on_the_agenda(client, trust, release):
    release.figures.update(contributors=5)
    page = words(client, trust, "lead", planned(trust).get_absolute_url())
    assert "too few clinicians stand behind" in page


def test_from_plan_to_minutes_to_the_next_agenda(client, trust, release):
    plan = {"body": "department:cardiology", "on": HELD_ON.isoformat(), "place": "Room 2"}
    address = send(client, trust, "lead", "/governance/plan/", **plan).url
    send(client, trust, "peer", f"{address}items/", text="Night cover")
    assert "Night cover" in words(client, trust, "lead", address)
    meeting = Meeting.objects.get()
    present = [trust.lead.pk, trust.peer.pk]
    meetings.hold(
        meeting_id=meeting.pk,
        present=[trust.lead, trust.peer],
        releases=[release],
        by=trust.lead,
        at=AT,
    )
    assert sorted(meeting.present.values_list("pk", flat=True)) == sorted(present)
    release.refresh_from_db()
    assert release.tabled_on == HELD_ON
    found = send(client, trust, "lead", f"{address}minutes/", text="We talked.", based_on=0)
    assert found.status_code == 302
    action = {"text": "Ask pharmacy", "owner": trust.peer.pk, "due_on": "2026-09-01"}
    assert send(client, trust, "lead", f"{address}actions/", **action).status_code == 302
    assert "approved them" in words(client, trust, "peer", address)
    assert "Ask pharmacy" in words(client, trust, "peer", "/home/meetings/")
    assert send(client, trust, "peer", f"{address}approve/").status_code == 403
    assert send(client, trust, "lead", f"{address}approve/").status_code == 302
    assert "We talked." in words(client, trust, "peer", address)
    following = planned(trust)
    page = words(client, trust, "lead", following.get_absolute_url())
    assert "Ask pharmacy" in page
    assert "Nothing was released that a meeting has not looked at already" in page
    one = Action.objects.get()
    close = send(
        client, trust, "peer", one.get_absolute_url(), words="They come at nine", done="yes"
    )
    assert close.status_code == 302
    assert "No action is open" in words(client, trust, "lead", following.get_absolute_url())
    assert "They come at nine" in words(client, trust, "lead", address)
    assert words(client, trust, "peer", f"/releases/{release.pk}/").count("Tabled at governance on")


def test_the_calendar_plans_a_meeting_after_a_release_once(client, trust, release):
    minuted(trust, (before := held(trust)))
    asked(trust, before)
    Release.objects.filter(pk=release.pk).update(released_at=AT + timedelta(days=1))
    later = AT + timedelta(days=2)
    said = [after_releases(later), after_releases(later + timedelta(days=1))]
    assert said == ["1 governance meeting planned", "0 governance meetings planned"]
    made = Meeting.objects.get(planned_for=release.last_month)
    assert made.on == date(2026, 8, 14)  # 31 July and fourteen days: a Friday
    page = words(client, trust, "lead", made.get_absolute_url())
    assert "The calendar planned this day after the release" in page
    assert "Ask pharmacy for an earlier round" in page
    (told,) = Notice.objects.filter(key=f"meeting {made.pk}")
    assert (told.account, "14 August" in told.words) == (trust.lead, True)
    meetings.call_off(meeting_id=made.pk, because="Nobody is here", by=trust.lead, at=later)
    assert after_releases(later) == "0 governance meetings planned"


def test_where_somebody_planned_a_meeting_the_calendar_plans_none(trust, release):
    planned(trust)
    assert after_releases(AT) == "0 governance meetings planned"
    after_christmas = day_after(date(2026, 12, 11), date(2026, 12, 1))
    assert after_christmas == date(2026, 12, 29)


def test_a_second_writer_is_shown_the_firsts_words_and_loses_nothing(client, trust):
    meeting = held(trust)
    address = f"{meeting.get_absolute_url()}minutes/"
    send(client, trust, "lead", address, text="The first words", based_on=0)
    late = send(client, trust, "lead", address, text="The second words", based_on=0)
    page = late.content.decode()
    assert late.status_code == 422
    assert "The first words" in page
    assert "The second words" in page
    assert Minutes.objects.count() == 1
    assert send(client, trust, "lead", address, text="Both", based_on=1).status_code == 302


def test_a_name_in_the_minutes_is_asked_about_and_taken_out_for_outsiders(client, trust):
    meeting = held(trust)
    address = meeting.get_absolute_url()
    form = {"text": "Dr Clinician will ask.", "based_on": 0}
    asked_about = send(client, trust, "lead", f"{address}minutes/", **form)
    assert asked_about.status_code == 422
    assert "The text names Dr Clinician" in asked_about.content.decode()
    assert not Minutes.objects.exists()
    send(client, trust, "lead", f"{address}minutes/", **form, names_meant="on")
    asked(trust, meeting)
    send(client, trust, "lead", f"{address}approve/")
    assert "Dr Clinician will ask." in words(client, trust, "peer", address)
    for login in ("chief", "executive", "director"):
        page = words(client, trust, login, address)
        assert "a colleague will ask." in page
        for name in ("Dr Clinician", "Dr Peer", "Dr Lead"):
            assert name not in page


@pytest.mark.parametrize("login", ["stranger", "otherlead", "hr", "analyst", "wardstaff", "dpo"])
def test_others_cannot_tell_that_there_is_a_meeting(client, trust, login):
    meeting = planned(trust)
    words(client, trust, login, meeting.get_absolute_url(), status=404)
    assert "Room 2" not in words(client, trust, login, "/governance/")


def test_search_finds_a_meeting_for_who_may_know_of_it(client, trust):
    meeting = str(planned(trust))
    assert meeting in words(client, trust, "peer", "/search/?q=cardio")
    assert meeting not in words(client, trust, "stranger", "/search/?q=cardio")


def test_a_meeting_is_moved_with_its_agenda_and_a_reason(client, trust):
    meeting = planned(trust)
    meetings.add_item(meeting_id=meeting.pk, text="Night cover", by=trust.peer, at=AT)
    address = meeting.get_absolute_url()
    moved = {"on": "2026-11-05", "because": "A strike"}
    assert send(client, trust, "peer", f"{address}move/", **moved).status_code == 403
    assert send(client, trust, "lead", f"{address}move/", **moved).status_code == 302
    page = words(client, trust, "peer", address)
    assert "A strike" in page
    assert "Night cover" in page
    taken = planned(trust)
    with pytest.raises(NotAllowed):
        meetings.move(meeting_id=taken.pk, on=date(2026, 11, 5), because="x", by=trust.lead, at=AT)


def test_a_lead_whose_role_ended_does_not_approve_and_the_chief_does(client, trust):
    meeting = minuted(trust, held(trust))
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=date(2026, 7, 1))
    with pytest.raises(NotAllowed):
        minuting.approve(meeting_id=meeting.pk, by=trust.lead, at=AT)
    minuting.approve(meeting_id=meeting.pk, by=trust.chief, at=AT)
    meeting.refresh_from_db()
    assert meeting.state == State.APPROVED


def test_what_is_released_again_after_it_was_tabled_comes_on_the_next_agenda(trust, release):
    first = held(trust, release)
    again = release_again(release_id=release.pk, because="A stay moved", by=trust.lead, at=AT)
    Release.objects.filter(pk=release.pk).update(state="superseded")
    Release.objects.filter(pk=again.pk).update(
        state="released", released_at=AT, released_by=trust.lead, digest="x"
    )
    (one,) = gathered(planned(trust), NEXT_ON)["releases"]
    assert "Edition 2 replaces edition 1, tabled on 30 July 2026: A stay moved" in one["again"]
    first.refresh_from_db()
    assert first.agenda["releases"][0]["release"] == release.pk  # kept as it was


def test_an_edition_that_was_replaced_meanwhile_is_not_tabled(trust, release):
    meeting = planned(trust, HELD_ON)
    Release.objects.filter(pk=release.pk).update(state="superseded")
    with pytest.raises(NotAllowed):
        meetings.hold(
            meeting_id=meeting.pk, present=[trust.lead], releases=[release], by=trust.lead, at=AT
        )
    meeting.refresh_from_db()
    assert meeting.state == State.PLANNED


def test_the_pack_is_a_tagged_pdf_that_names_nobody(client, trust, release):
    meeting = held(trust, release)
    client.force_login(trust.peer)
    answer = client.get(f"{meeting.get_absolute_url()}pack.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert b"pdfuaid" in answer.content
