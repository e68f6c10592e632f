"""A concern from the first conversation to what was learned; what changes, waits or collides."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinlead.access.disclosing import NOT_SHOWN
from clinlead.access.models import RoleHolding
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.concerns import acting, bypassing, counting, equality, opening, steps
from clinlead.concerns.facts import Part
from clinlead.concerns.models import BypassUsed, Characteristic, Concern, Contact, Route
from clinlead.history.models import Entry
from clinlead.notices.models import Notice
from clinlead.organisation.models import Absence, Person, Post
from clinlead.validation.models import Challenge
from concerned import DAY, answered, explored, opened, supported, talked, through
from people import START, give
from strategy_stated import approved, definition

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BEFORE = NOW - 100 * DAY
MOST = 20


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, (login, address)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def seen_by(client, trust, concern: Concern) -> set[str]:
    def answer(login: str) -> int:
        client.force_login(trust.accounts[login])
        return client.get(concern.get_absolute_url()).status_code

    return {login for login in trust.accounts if answer(login) == 200}


def questions(client, trust, login: str, address: str) -> int:
    """How often a page asks the database, but for the frames of transactions."""
    words(client, trust, login, address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return sum("SAVEPOINT" not in each["sql"] for each in asked)


def refused(act, **given) -> Reason:
    with pytest.raises(NotAllowed) as no:
        act(**given)
    return no.value.refusal.reason


def set_contacts(client, trust) -> None:
    lines = "Occupational health | extension 4410 | Sleep and strain\nMentor | Dr Second"
    contacts = "/concerns/contacts/"
    assert send(client, trust, "hr", contacts, contacts="Nobody").status_code == 422
    send(client, trust, "hr", contacts, contacts=lines)
    assert send(client, trust, "lead", contacts, contacts=lines).status_code == 404
    assert Contact.objects.count() == 2


def test_home_pages_say_whose_turn_it_is_and_name_nobody(client, trust):
    concern = opened(trust, NOW)
    asked = words(client, trust, "clinician", "/")
    assert "Read, and answer if you wish you have time until" in asked
    assert "step of a concern" not in words(client, trust, "lead", "/")
    answered(concern, trust.clinician, NOW)
    assert "Take the next step of a concern" in words(client, trust, "lead", "/")
    assert "answer if you wish" not in words(client, trust, "clinician", "/")
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=START)
    assert "step of a concern" not in words(client, trust, "lead", "/")  # not theirs any more


def test_a_concern_goes_from_two_conversations_to_support_and_what_was_learned(client, trust):
    set_contacts(client, trust)
    who = f"{trust.person('clinician').code} cardiology"
    begin = {"who": who, "why": "Letters are three weeks late."}
    assert send(client, trust, "wardstaff", "/concerns/open/", **begin).status_code == 404
    refusal = send(client, trust, "lead", "/concerns/open/", **begin)
    assert "No definition of poor performance is approved" in refusal.content.decode()
    approved(trust, definition(trust))
    talked(trust, BEFORE)
    refusal = send(client, trust, "lead", "/concerns/open/", **begin)
    assert "2 recorded conversations come before a concern" in refusal.content.decode()
    assert not Concern.objects.exists()
    talked(trust, BEFORE + 9 * DAY, words="Letters again")
    assert "Nothing stands in the way" in words(client, trust, "lead", f"/concerns/open/?who={who}")
    send(client, trust, "lead", "/concerns/open/", **begin)
    concern = Concern.objects.get()
    at = concern.get_absolute_url()
    assert seen_by(client, trust, concern) == {"clinician", "lead"}
    assert Notice.objects.filter(account=trust.clinician, href=at).exists()

    page = words(client, trust, "clinician", at)
    for said in ("A concern about you", "extension 4410", "an hour kept free", begin["why"]):
        assert said in page
    found = {"order": 1, "found": "not-it", "words": "The dates are right."}
    waits = send(client, trust, "lead", f"{at}record/", **found, evidence="0")
    assert "The clinician has until" in waits.content.decode()
    send(client, trust, "clinician", f"{at}say/", text="The secretary left in May.")
    without = send(client, trust, "lead", f"{at}record/", **found)
    assert without.status_code == 422
    assert "The dates are right." in without.content.decode()  # nothing that was written is lost
    send(client, trust, "lead", f"{at}record/", **found, evidence="0")
    finding = concern.findings.get()
    assert "Late letters: the dates are right." in finding.evidence[0]  # of their conversation
    assert "The secretary left in May." in words(client, trust, "lead", at)

    concern.refresh_from_db()
    later = through(trust, concern, 3, timezone.now())
    assert concern.step == 5
    answered(concern, trust.clinician, later)
    early = {"concern_id": concern.pk, "explored": explored(5), "by": trust.lead, "at": later}
    assert refused(acting.record, **early) is Reason.WRONG_STAGE  # support first
    supported(trust, concern, later)
    assert questions(client, trust, "lead", at) <= MOST
    send(
        client, trust, "lead", f"{at}close/", explained_by="structure", learned="A post was vacant."
    )
    concern.refresh_from_db()
    assert (concern.state, concern.explained_by) == ("closed", "structure")
    assert "A post was vacant." in words(client, trust, "clinician", at)
    assert send(client, trust, "clinician", f"{at}say/", text="Thank you.").status_code == 302
    assert send(client, trust, "lead", f"{at}say/", text="More").status_code == 403
    acts = Entry.objects.filter(object_kind="concern")
    assert not [one for one in acts if "letters" in str(one.facts).lower()]  # no word of the case


def test_it_reaches_the_chief_and_a_review_outside_and_can_be_handed_over(client, trust):
    concern = opened(trust, BEFORE)
    at = through(trust, concern, 4, BEFORE)
    supported(trust, concern, at)
    at = through(trust, concern, 1, at)
    answered(concern, trust.clinician, at)
    address = concern.get_absolute_url()
    because = {"because": "It did not help enough."}
    assert seen_by(client, trust, concern) == {"clinician", "lead"}
    wrong = send(client, trust, "lead", f"{address}escalate/", **because, to=trust.peer.pk)
    assert wrong.status_code == 422
    send(client, trust, "lead", f"{address}escalate/", **because, to=trust.chief.pk)
    assert seen_by(client, trust, concern) == {"clinician", "lead", "chief"}
    record = {"concern_id": concern.pk, "explored": explored(6), "at": NOW}
    assert refused(acting.record, **record, by=trust.lead) is Reason.NOT_YOURS
    acting.record(**record, by=trust.chief)
    answered(concern, trust.clinician, NOW)
    outside = {"because": "Afresh", "to": trust.otherlead.pk, "hr": trust.hr.pk}
    send(client, trust, "chief", f"{address}escalate/", **outside)
    inside = {"clinician", "lead", "chief", "otherlead", "hr"}
    assert seen_by(client, trust, concern) == inside
    asked = {login: questions(client, trust, login, address) for login in inside}
    assert max(asked.values()) <= MOST, asked
    acting.record(concern_id=concern.pk, explored=explored(7), by=trust.otherlead, at=NOW)
    assert refused(acting.record, **{**record, "explored": explored(8)}, by=trust.otherlead) is (
        Reason.ALREADY_DONE
    )
    over = {"procedure": "Capability procedure", "on": "2026-07-01"}
    send(client, trust, "hr", f"{address}hand-over/", **over)
    concern.refresh_from_db()
    assert (concern.state, concern.learned) == ("handed over", "")
    logged = Entry.objects.get(act="concern handed over", facts__details__has_key="procedure")
    assert logged.facts["details"] == {"procedure": "Capability procedure", "on": "2026-07-01"}


def test_a_bypass_works_at_once_and_a_second_person_reviews_it(client, trust):
    who = f"{trust.person('clinician').code} cardiology"
    given = {"who": who, "reason": "Two wrong-side marks today."}
    assert send(client, trust, "director", "/concerns/bypass/", **given).status_code == 404
    assert send(client, trust, "chief", "/concerns/bypass/", who=who).status_code == 422
    send(client, trust, "chief", "/concerns/bypass/", **given)  # no definition, no conversation
    concern = Concern.objects.get()
    at = concern.get_absolute_url()
    assert seen_by(client, trust, concern) == {"clinician", "lead", "chief", "director"}
    assert Notice.objects.filter(account=trust.clinician, href=at).exists()
    assert questions(client, trust, "chief", at) <= MOST  # explores and may bring in others
    assert send(client, trust, "chief", "/concerns/bypass/", **given).status_code == 403
    acting.record(concern_id=concern.pk, explored=explored(1), by=trust.chief, at=NOW)  # no waiting
    with pytest.raises(IntegrityError), transaction.atomic():
        BypassUsed.objects.update(reviewed_by=trust.chief, reviewed_at=NOW)
    give(trust, "chief", Role.DIRECTOR)  # the same person in both offices
    assert "Review a patient-safety bypass" in words(client, trust, "director", "/")
    assert "Review a patient-safety bypass" not in words(client, trust, "chief", "/")
    review = {"concern_id": concern.pk, "upheld": False, "words": "It could have waited."}
    assert refused(bypassing.review_bypass, **review, by=trust.chief, at=NOW) is Reason.OWN_WORK
    send(client, trust, "director", f"{at}review/", upheld="no", words="It could have waited.")
    concern.refresh_from_db()
    assert concern.state == "closed"  # what the bypass opened, the second person ended
    assert "It could have waited." in words(client, trust, "clinician", at)
    assert seen_by(client, trust, concern) == {"clinician", "lead", "chief", "director"}


def test_nothing_is_lost_when_people_change_leave_wait_or_act_at_once(client, trust):
    concern = opened(trust, BEFORE)
    record = {"concern_id": concern.pk, "explored": explored(1, "The first.")}
    # Nobody answered for months: leave stopped the clock, then it may go on.
    away = Absence.objects.create(person=concern.person, kind="sick", starts_on=BEFORE.date())
    assert refused(acting.record, **record, by=trust.lead, at=NOW) is Reason.WINDOW_CLOSED
    away.ends_on = NOW.date() - 20 * DAY
    away.save()
    acting.record(**record, by=trust.lead, at=NOW)
    # Another who had the same step before them: both findings stay, and the step is taken once.
    second = {"concern_id": concern.pk, "explored": explored(1, "The second.")}
    acting.record(**second, by=trust.lead, at=NOW)
    concern.refresh_from_db()
    assert (concern.step, concern.findings.count()) == (2, 2)
    page = words(client, trust, "clinician", concern.get_absolute_url())
    assert "The first." in page
    assert "The second." in page
    # A second concern about the same person in the same department is refused.
    again = {"person": concern.person, "department": concern.department, "why": "Again"}
    assert refused(opening.open_concern, **again, by=trust.lead, at=NOW) is Reason.ALREADY_DONE
    # The lead changes: whoever leads now finds it on their home page, takes it up, and has all.
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=date(2026, 1, 2))
    give(trust, "third", Role.LEAD, department=trust.cardiology)
    assert seen_by(client, trust, concern) == {"clinician", "third"}
    assert "Take up a concern" in words(client, trust, "third", "/")
    assert "Take up a concern" not in words(client, trust, "chief", "/")
    address = concern.get_absolute_url()
    assert send(client, trust, "third", f"{address}support/", what="Time").status_code == 403
    send(client, trust, "third", f"{address}take/", part="lead")
    assert "Take up a concern" not in words(client, trust, "third", "/")
    assert send(client, trust, "third", f"{address}support/", what="Time").status_code == 302
    assert concern.seats.count() == 2
    # The clinician leaves: they still read and answer, and it can be closed.
    Post.objects.filter(person=concern.person).update(ends_on=START)
    assert (
        send(client, trust, "clinician", f"{address}say/", text="I have moved.").status_code == 302
    )
    send(client, trust, "third", f"{address}close/", explained_by="", learned="We acted late.")
    concern.refresh_from_db()
    assert concern.state == "closed"


def test_whoever_decides_in_another_department_learns_nothing_of_a_concern(client, trust):
    concern = opened(trust, BEFORE)
    person = concern.person
    Post.objects.create(person=person, department=trust.surgery, starts_on=START)
    page = words(client, trust, "otherlead", f"/concerns/open/?who={person.pk}-{trust.surgery.pk}")
    assert "open already" not in page
    used = bypassing.use_bypass(
        person=person,
        department=trust.surgery,
        reason="Two patients came to harm this week.",
        done="Lists stopped.",
        by=trust.otherlead,
        at=NOW,
    )
    assert used.concern != concern
    assert "otherlead" not in seen_by(client, trust, concern)
    assert "lead" not in seen_by(client, trust, used.concern)


def test_the_list_asks_no_more_for_many_concerns_than_for_one(client, trust):
    opened(trust, BEFORE)
    logins = ("clinician", "lead", "director")
    of_one = {login: questions(client, trust, login, "/concerns/") for login in logins}
    for about in ("peer", "second", "third", "fourth", "fifth"):
        for day in (60, 30):
            talked(trust, BEFORE - day * DAY, about=about)
        person = trust.person(about)
        give(trust, about, Role.HR)
        made = opening.open_concern(
            person=person, department=trust.cardiology, why="Late", by=trust.lead, at=BEFORE
        )
        hr = trust.accounts[about]
        made.seats.create(part=Part.HR, account=hr, taken_at=BEFORE, brought_in_by=trust.chief)
        bypass = {"person": person, "department": trust.cardiology, "reason": "Harm", "done": ""}
        bypassing.use_bypass(**bypass, by=trust.lead, at=NOW)
    assert "6 concerns" in words(client, trust, "lead", "/concerns/")
    asked = {login: questions(client, trust, login, "/concerns/") for login in logins}
    assert max(asked.values()) <= MOST, asked
    assert asked["lead"] <= of_one["lead"] + 1, (of_one, asked)  # who reviewed a bypass


def test_words_said_of_support_at_the_same_time_are_all_kept(trust, monkeypatch):
    concern = opened(trust, BEFORE)
    offered = acting.offer_support(
        concern_id=concern.pk, what="A secretary", by=trust.lead, at=BEFORE
    )
    said = {"support_id": offered.pk, "by": trust.lead, "at": NOW}

    def meanwhile(concern_id, by, at):
        """The other's words are in before this one holds the concern."""
        monkeypatch.undo()
        acting.record_result(result="Letters go out sooner.", **said)
        return acting.held(concern_id, by, at)

    monkeypatch.setattr(acting, "held", meanwhile)
    acting.record_result(result="They are shorter, too.", **said)
    offered.refresh_from_db()
    assert offered.result.splitlines() == ["Letters go out sooner.", "They are shorter, too."]


def test_the_steps_are_data_and_a_running_concern_keeps_its_own(client, trust):
    concern = opened(trust, BEFORE)
    text = "\n".join(f"{o.kind} | {o.title} | {o.about}" for o in steps.shipped().steps)
    more = text.replace("person |", "structure | Handover | Who handed over?\nperson |", 1)
    given = {"steps": more, "answer_days": 14, "discussions": 3, "because": "Handover was missed."}
    assert send(client, trust, "lead", "/concerns/steps/", **given).status_code == 404
    early = {**given, "steps": "person | First | Them\n" + text}
    answer = send(client, trust, "projectteam", "/concerns/steps/", **early)
    assert "must come in this order" in answer.content.decode()
    send(client, trust, "projectteam", "/concerns/steps/", **given)
    waits = Route.objects.get(state="waiting")
    decide = f"/concerns/steps/{waits.version}/decide/"
    assert send(client, trust, "projectteam", decide, approve="yes").status_code == 403
    assert "Handover was missed." in words(client, trust, "wardstaff", "/concerns/steps/")
    send(client, trust, "executive", decide, approve="yes")
    assert steps.text_in_force().discussions == 3
    assert "3 recorded conversations" in words(client, trust, "wardstaff", "/concerns/")
    concern.refresh_from_db()
    assert concern.route.steps.count() == 7


def test_executives_see_counts_alone_and_only_of_enough_people(client, trust):
    people = [
        Person.objects.create(code=f"Q{number}", name=f"Dr Q{number}") for number in range(24)
    ]
    Post.objects.bulk_create(
        Post(person=one, department=trust.cardiology, starts_on=START) for one in people
    )
    for number, one in enumerate(people):
        value = {"sex": "Female"} if number < 12 else {"sex": "Male", "contract": "Locum"}
        equality.give(person=one, values=value, by=trust.hr, at=NOW)
    span = counting.Span.before(timezone.localdate())
    Challenge.objects.bulk_create(
        Challenge(
            department=trust.cardiology, dataset="spells", key=f"S{number}", month="2026-01",
            reason="other", raised_by=trust.clinician, person=people[number // 2], raised_at=NOW,
            due_on=span.first, state="declined", settled_by=trust.lead,
            settled_at=timezone.make_aware(
                timezone.datetime(span.first.year, span.first.month, 15)
            ),
        )
        for number in range(26)  # 24 of women, 2 of men
    )  # fmt: skip
    by_sex = next(one for one in counting.tables(timezone.localdate()) if one.caption == "Sex")
    assert [row[0] for row in by_sex.rows] == ["Female", "Male", "Together"] or len(
        by_sex.rows
    ) == 3
    hidden = [row[3] for row in by_sex.rows]
    assert hidden.count(NOT_SHOWN) >= 2  # the small one, and what would give it away
    address = "/concerns/counts/"
    assert "not shown" in words(client, trust, "executive", address)
    client.force_login(trust.hr)
    assert client.get(address).status_code == 404

    mine = "/me/equality/"
    send(client, trust, "clinician", mine, sex="Female", age="40 to 49")
    assert Characteristic.objects.filter(person=trust.person("clinician")).count() == 2
    send(client, trust, "clinician", mine, sex="Female")
    assert Characteristic.objects.filter(person=trust.person("clinician")).count() == 1
    theirs = {"name": "Dr Peer", "contract": "Locum"}
    assert send(client, trust, "lead", "/concerns/equality/", **theirs).status_code == 404
    assert send(client, trust, "hr", "/concerns/equality/", name="Zebra").status_code == 422
    send(client, trust, "hr", "/concerns/equality/", **theirs)
    page = client.get("/concerns/equality/").content.decode()
    assert 'value="Locum" selected' not in page
    assert not Entry.objects.filter(facts__icontains="Locum").exists()
    assert timedelta(days=300) < span.until - span.first < timedelta(days=370)
