"""A review from what is known to two signatures; what changes, collides, or never ends."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone

from asking import seen_by, send, taken, words
from clinlead.access.models import RoleHolding
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.access.queries import reader_of
from clinlead.concerns.models import SeatHeld
from clinlead.feedback import actions as feedback
from clinlead.history.models import Entry
from clinlead.history.queries import readings_about
from clinlead.notices.models import Notice
from clinlead.recognition import actions as recognition
from clinlead.recognition.policies import Shown
from clinlead.reviews import beginning, queries, signing, writing
from clinlead.reviews.facts import Domain, Side, State
from clinlead.reviews.merging import after_merger
from clinlead.reviews.models import Review, Words
from clinlead.reviews.writing import Draft
from concerned import opened
from people import START, give
from reviewed import YEAR, agreed, begun, brought, drafts, handed_over, signed, wrote
from strategy_stated import stated

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def trust(let_out, db):
    return let_out.trust


def filled(words: str, based_on: int = 0) -> dict[str, object]:
    given = {str(one): f"{words} {one}" for one in Domain}
    return given | {f"{one}-based-on": based_on for one in Domain}


def test_two_people_write_meet_agree_and_sign(client, trust):
    stated(trust)
    who = f"{trust.person('clinician').code} cardiology"
    given = {"who": who, "first": "2025-08-01", "last": "2026-07-30"}
    assert send(client, trust, "peer", "/reviews/begin/", **given).status_code == 422
    send(client, trust, "lead", "/reviews/begin/", **given)
    review = Review.objects.get()
    at = review.get_absolute_url()
    assert Notice.objects.filter(account=trust.clinician, href=at).exists()
    assert send(client, trust, "clinician", f"{at}hand-over/").status_code == 403

    send(client, trust, "clinician", f"{at}write/", **filled("I say"))
    send(client, trust, "clinician", f"{at}hand-over/")
    assert "I say talent" not in words(client, trust, "lead", at)  # not before he wrote himself
    assert f"Write for the review of {trust.person('clinician')}" in words(
        client, trust, "lead", "/"
    )
    early = send(client, trust, "lead", f"{at}met/", on=f"{NOW:%Y-%m-%d}")
    assert early.status_code == 403
    send(client, trust, "lead", f"{at}write/", **filled("He says"))
    send(client, trust, "lead", f"{at}hand-over/")
    assert "I say talent" in words(client, trust, "lead", at)
    assert "He says ahead" in words(client, trust, "clinician", at)

    late = send(client, trust, "lead", f"{at}met/", on=f"{NOW + 3 * DAY:%Y-%m-%d}")
    assert late.status_code == 422
    send(client, trust, "lead", f"{at}met/", on=f"{NOW:%Y-%m-%d}")
    send(client, trust, "clinician", f"{at}agreed/", **filled("We agree on"))
    objective = {
        "text": "Shorter stays", "measure": "length-of-stay", "low": "", "high": "4.5",
        "due_on": f"{NOW + 200 * DAY:%Y-%m-%d}", "support": "An earlier round",
    }  # fmt: skip
    missing = send(client, trust, "lead", f"{at}objective/", **objective)
    assert missing.status_code == 422  # which outcome it serves
    nothing = {**objective, "measure": "", "outcome": ""}
    unchosen = send(client, trust, "lead", f"{at}objective/", **nothing).content.decode()
    assert "Choose a measure, or another way." in unchosen
    assert "Choose the outcome that it serves." in unchosen
    outcome = writing.outcomes_for(trust.cardiology)[0]
    send(client, trust, "lead", f"{at}objective/", **objective, outcome=outcome.pk)
    page = words(client, trust, "clinician", at)
    assert "at most 4.5 days" in page
    assert outcome.title in page

    review.refresh_from_db()
    send(client, trust, "lead", f"{at}sign/", digest=review.digest)
    assert "Agree on and sign your review" in words(client, trust, "clinician", "/")
    disagrees = "I asked for two Fridays."
    send(client, trust, "clinician", f"{at}sign/", digest=review.digest, disagrees=disagrees)
    review.refresh_from_db()
    assert review.state == State.SIGNED
    assert disagrees in words(client, trust, "lead", at)
    assert seen_by(client, trust, review) == {"clinician", "lead"}
    person = trust.person("clinician").pk
    assert readings_about(person).filter(object_kind="review").exists()
    acts = Entry.objects.filter(object_kind="review", object_id=str(review.pk))
    assert {"review begun", "review handed over", "review signed"} <= {one.act for one in acts}


def test_what_is_known_is_gathered_and_none_of_it_is_for_others(trust):
    stated(trust)
    person = trust.person("clinician")
    shown = recognition.thank(to=person, words="You stayed.", by=trust.wardstaff, at=NOW)
    recognition.show_thanks(thanks_id=shown.pk, shown=Shown.DEPARTMENT, by=trust.clinician, at=NOW)
    recognition.thank(to=person, words="Mine alone.", by=trust.wardstaff, at=NOW)
    looked = beginning.Looked(first=date(2025, 8, 1), last=timezone.localdate(NOW))
    review = beginning.begin(
        person=person, department=trust.cardiology, looked=looked, by=trust.lead, at=NOW
    )
    sections = {one["key"]: one for one in review.gatherings.get().sections}
    assert {"Deaths in hospital", "Length of stay"} == {
        one["text"].split(".")[0] for one in sections["figures"]["lines"]
    }
    assert sections["figures"]["kind"] == "improvement"
    assert "record" in sections["activity"]["lines"][0]["text"]
    assert [one["text"].split(" (")[0] for one in sections["thanks"]["lines"]] == ["You stayed."]
    assert "The department’s outcome" in sections["objectives"]["lines"][0]["text"]
    assert sections["job-plan"]["lines"] == []


def test_a_signature_is_of_the_text_that_was_signed(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    at, before = review.get_absolute_url(), review.digest
    signing.sign(review_id=review.pk, digest=before, by=trust.clinician, at=NOW)
    wrote_again = {Domain.AHEAD: Draft("Something else", 1)}
    writing.write(review_id=review.pk, side=Side.BOTH, drafts=wrote_again, by=trust.lead, at=NOW)
    with pytest.raises(NotAllowed) as refused:  # what he was shown is not what stands there now
        signing.sign(review_id=review.pk, digest=before, by=trust.lead, at=NOW)
    assert refused.value.refusal.reason is Reason.WRONG_STAGE
    review.refresh_from_db()
    signing.sign(review_id=review.pk, digest=review.digest, by=trust.lead, at=NOW)
    review.refresh_from_db()
    assert review.state == State.OPEN  # her signature was of other words
    assert "they have changed since" in words(client, trust, "clinician", at)
    signing.sign(review_id=review.pk, digest=review.digest, by=trust.clinician, at=NOW)
    review.refresh_from_db()
    assert review.state == State.SIGNED
    assert review.signatures.count() == 3  # nothing is lost


def test_two_who_write_at_once_lose_nothing(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    at = f"{review.get_absolute_url()}agreed/"
    send(client, trust, "clinician", at, **filled("Hers", 1))
    answer = send(client, trust, "lead", at, **filled("His", 1))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Hers talent" in page  # what she saved meanwhile
    assert "His talent" in page  # and what he was writing
    send(client, trust, "lead", at, **filled("Both", 2))
    texts = set(Words.objects.filter(review=review, side=Side.BOTH).values_list("text", flat=True))
    assert {"Hers talent", "Both talent", "We agree, talent and development"} <= texts
    with pytest.raises(NotAllowed):
        writing.write(
            review_id=review.pk, side=Side.BOTH, drafts=drafts("Late", 1), by=trust.lead, at=NOW
        )


def test_each_side_writes_beside_the_other(trust):
    review = begun(trust, NOW)
    wrote(review, trust.clinician, Side.CLINICIAN, NOW)
    wrote(review, trust.lead, Side.REVIEWER, NOW)
    assert review.words.count() == 2 * len(Domain)


def test_two_who_begin_at_once_begin_one(trust):
    begun(trust, NOW)
    with pytest.raises(NotAllowed):
        begun(trust, NOW, by="clinician")
    assert Review.objects.count() == 1


def test_nothing_is_lost_when_the_lead_changes(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    signing.sign(review_id=review.pk, digest=review.digest, by=trust.clinician, at=NOW)
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=START)
    give(trust, "third", Role.LEAD, department=trust.cardiology)
    give(trust, "fourth", Role.LEAD, department=trust.cardiology)
    assert seen_by(client, trust, review) == {"clinician", "third", "fourth"}
    at = review.get_absolute_url()
    assert "Dr Lead held this review before" in words(client, trust, "third", at)
    waits = "Agree on and sign the review of Dr Clinician"
    homes = {login: words(client, trust, login, "/") for login in ("lead", "third", "fourth")}
    assert {login for login, said in homes.items() if waits in said} == {"third", "fourth"}
    send(client, trust, "third", f"{at}sign/", digest=review.digest)
    review.refresh_from_db()
    assert review.state == State.SIGNED  # the clinician’s signature is of the same words
    assert review.held_by == trust.third
    assert seen_by(client, trust, review) == {"clinician", "third"}


def test_what_the_lead_before_signed_stays_signed(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    signing.sign(review_id=review.pk, digest=review.digest, by=trust.lead, at=NOW)
    RoleHolding.objects.filter(account=trust.lead).update(ends_on=START)
    signing.sign(review_id=review.pk, digest=review.digest, by=trust.clinician, at=NOW)
    review.refresh_from_db()
    assert review.state == State.SIGNED
    assert seen_by(client, trust, review) == {"clinician"}


def test_a_clinician_who_leaves_keeps_it_and_either_closes_it_with_all_that_was_written(
    client, trust
):
    review = handed_over(trust, begun(trust, NOW), NOW)
    at = review.get_absolute_url()
    trust.person("clinician").posts.update(ends_on=START)
    assert "The reviewer says, talent" in words(client, trust, "clinician", at)
    assert send(client, trust, "lead", f"{at}close/").status_code == 422
    send(client, trust, "lead", f"{at}close/", because="She has moved to another trust.")
    for login in ("clinician", "lead"):
        page = words(client, trust, login, at)
        assert "She has moved to another trust." in page
        assert "The clinician says, talent" in page
    assert send(client, trust, "lead", f"{at}close/", because="Again").status_code == 403


def test_a_review_that_is_unsigned_for_months_stands_late_on_both_home_pages(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    Review.objects.filter(pk=review.pk).update(met_on=timezone.localdate(NOW) - 90 * DAY)
    for login in ("clinician", "lead"):
        assert "Agree on and sign" in words(client, trust, login, "/")
    reader = reader_of(trust.lead, timezone.localdate(NOW))
    (running,) = queries.running_for(reader)
    assert queries.signed_sides(running) == frozenset()


def test_a_clinical_directors_own_review_is_with_the_chief(client, trust):
    give(trust, "second", Role.LEAD, department=trust.cardiology)  # a deputy
    review = begun(trust, NOW, about="lead", by="chief")
    assert seen_by(client, trust, review) == {"lead", "chief"}
    wrote(review, trust.chief, Side.REVIEWER, NOW)
    with pytest.raises(NotAllowed):
        wrote(review, trust.lead, Side.REVIEWER, NOW)


def test_a_chiefs_own_is_offered_to_the_medical_director_and_to_nobody_they_are_chief_of(
    client, trust
):
    give(trust, "second", Role.CHIEF, division=trust.cardiology.division)
    give(trust, "peer", Role.DIRECTOR)
    # The others: another medical director, and a clinical director whose division has no chief.
    assert "Begin 3 reviews of colleagues" in words(client, trust, "director", "/")
    assert "Begin 4 reviews of colleagues" in words(client, trust, "lead", "/")  # two less
    assert "Dr Second, Cardiology" in words(client, trust, "director", "/reviews/")
    who = f"{trust.person('second').code} cardiology"
    year = {"first": f"{YEAR.first}", "last": f"{YEAR.last}"}
    assert send(client, trust, "lead", "/reviews/begin/", who=who, **year).status_code == 422
    review = begun(trust, NOW, about="second", by="second")
    told = Notice.objects.filter(href=review.get_absolute_url())
    assert {one.account.username for one in told} == {"director", "peer"}
    assert "Write for the review of Dr Second" in words(client, trust, "director", "/")
    assert "Dr Second" not in words(client, trust, "lead", "/reviews/")
    assert seen_by(client, trust, review) == {"second", "director", "peer"}
    wrote(review, trust.director, Side.REVIEWER, NOW)
    assert seen_by(client, trust, review) == {"second", "director"}
    for by in (trust.second, trust.lead, trust.chief):
        with pytest.raises(NotAllowed):
            wrote(review, by, Side.REVIEWER, NOW)


def test_feedback_and_conversations_of_a_chief_are_with_the_medical_director(client, trust):
    give(trust, "second", Role.CHIEF, division=trust.cardiology.division)
    place = {"department": trust.cardiology, "at": NOW}
    asked = feedback.begin(person=trust.person("second"), by=trust.director, **place)
    assert seen_by(client, trust, asked) == {"second", "director"}
    for by in (trust.lead, trust.chief):
        with pytest.raises(NotAllowed):
            feedback.begin(person=trust.person("second"), by=by, **place)
    assert "Dr Second, Cardiology" in words(client, trust, "director", "/conversations/begin/")
    assert "Dr Second" not in words(client, trust, "lead", "/conversations/begin/")


def test_reviews_due_are_on_the_leads_home_page(client, trust):
    home = words(client, trust, "lead", "/")
    assert "Begin 6 reviews of colleagues" in home
    assert "none was held here before" in home  # rather than late by years
    signed(trust, begun(trust, NOW), NOW)
    assert "Begin 5 reviews of colleagues" in words(client, trust, "lead", "/")
    page = words(client, trust, "lead", "/reviews/")
    assert "signed by both" in page
    assert "7 people" in page  # the lead’s own among them, and the one who was just reviewed
    assert "No review is yours yet" in words(client, trust, "executive", "/reviews/")


def test_the_next_review_begins_with_what_was_agreed_in_the_last(trust):
    signed(trust, begun(trust, NOW - 400 * DAY), NOW - 380 * DAY)
    again = begun(trust, NOW)
    sections = {one["key"]: one for one in again.gatherings.get().sections}
    assert "Letters within a week" in sections["objectives"]["lines"][0]["text"]
    assert "at least 90%" in sections["objectives"]["lines"][0]["text"]


def test_the_clinician_brings_evidence_and_sees_which_of_the_six_kinds_are_missing(client, trust):
    review = begun(trust, NOW)
    at = review.get_absolute_url()
    missing = words(client, trust, "clinician", at).split("nothing is here yet of:")[1]
    assert "continuing professional development" in missing
    given = {"kind": "cpd", "on": "2026-05-01", "text": "Echo course", "kept": "Folder"}
    assert send(client, trust, "lead", f"{at}evidence/", **given).status_code == 403
    patient = {**given, "text": "A letter about NHS number 943 476 5919"}
    refused = send(client, trust, "clinician", f"{at}evidence/", **patient)
    assert refused.status_code == 422
    assert "Leave out what says who a patient is" in refused.content.decode()
    send(client, trust, "clinician", f"{at}evidence/", **given)
    page = words(client, trust, "clinician", at)
    assert "Echo course" in page
    assert "continuing professional" not in page.split("nothing is here yet of:")[1]
    one = brought(trust, review, NOW)
    send(client, trust, "clinician", f"{at}take-out-evidence/", number=one.pk)
    assert review.own_evidence.filter(withdrawn_at=None).count() == 1


def test_the_clinician_takes_it_away_with_the_evidence_by_kind(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    brought(trust, review, NOW)
    at = review.get_absolute_url()
    assert taken(client, trust, "lead", f"{at}review.pdf").status_code == 403
    assert taken(client, trust, "peer", f"{at}review.pdf").status_code == 404
    paper = taken(client, trust, "clinician", f"{at}review.pdf")
    assert paper.content.startswith(b"%PDF")
    answer = taken(client, trust, "clinician", f"{at}evidence.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        names = set(made.namelist())
        cpd = made.read("evidence/1 continuing professional development.csv").decode()
        kinds = made.read("kinds.csv").decode()
        said = json.loads(made.read("review.json"))
    assert {"review.pdf", "review.json", "kinds.csv"} <= names
    assert "evidence/2 quality improvement activity.csv" in names
    assert "evidence/7 other evidence.csv" in names  # after the six, whichever of them are there
    assert "(optional)" not in words(client, trust, "clinician", f"{at}write/")
    assert "Echo course, two days" in cpd
    assert "Feedback from patients,0" in kinds
    assert said["domains"][1]["agreed"] == ["We agree, behaviour and leadership"]
    assert Entry.objects.filter(act="review taken away", by=trust.clinician).count() == 2


def test_what_the_other_has_not_handed_over_is_in_no_file(client, trust):
    review = begun(trust, NOW)
    wrote(review, trust.lead, Side.REVIEWER, NOW, "Not yet for her")
    answer = taken(client, trust, "clinician", f"{review.get_absolute_url()}evidence.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        assert "Not yet for her" not in made.read("review.json").decode()


def test_hr_whom_a_concern_has_brought_in_reads_a_signed_review_and_is_logged(client, trust):
    review = signed(trust, begun(trust, NOW), NOW)
    concern = opened(trust, NOW - 90 * DAY)
    assert seen_by(client, trust, review) == {"clinician", "lead"}
    SeatHeld.objects.create(
        concern=concern, part="hr", account=trust.hr, taken_at=NOW, brought_in_by=trust.chief
    )
    assert seen_by(client, trust, review) == {"clinician", "lead", "hr"}
    assert "Dr Clinician" in words(client, trust, "hr", "/reviews/")
    looked = readings_about(review.person_id).filter(object_kind="review", by=trust.hr)
    assert looked.exists()


def test_evidence_gathered_again_keeps_what_was_gathered_and_signatures_of_the_same(client, trust):
    review = agreed(trust, begun(trust, NOW), NOW)
    signing.sign(review_id=review.pk, digest=review.digest, by=trust.clinician, at=NOW)
    send(client, trust, "lead", f"{review.get_absolute_url()}gather/")
    before = review.digest
    review.refresh_from_db()
    assert review.gatherings.count() == 2
    assert review.digest == before  # nothing new was known, so the signature still stands


def test_departments_that_merge_take_their_reviews_along(trust):
    review = begun(trust, NOW)
    other = Review.objects.create(
        person=review.person, department=trust.surgery, first_day=YEAR.first, last_day=YEAR.last,
        begun_by=trust.lead, begun_at=NOW + DAY,
    )  # fmt: skip
    new = type(trust.cardiology).objects.create(
        code="heart", name="Heart", division=trust.cardiology.division
    )
    after_merger(department=new, parts=[trust.cardiology, trust.surgery], at=NOW)
    review.refresh_from_db()
    other.refresh_from_db()
    assert review.department == new
    assert other.department == trust.surgery  # for the clinician to read and close
