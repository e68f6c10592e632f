"""In the invented trust one review is signed by both, and another is in preparation."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.demo.talking import who
from clinlead.feedback import actions as feedback
from clinlead.feedback.actions import Answered
from clinlead.feedback.facts import Scores
from clinlead.organisation.models import Department, Person
from clinlead.reviews import beginning, signing, writing
from clinlead.reviews.beginning import Looked
from clinlead.reviews.facts import Domain, Evidence, Side
from clinlead.reviews.models import Review
from clinlead.reviews.writing import Agreed, Brought, Draft

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

FILE = Path(__file__).parent / "reviewing.toml"
A_YEAR, TO_ANSWER = timedelta(days=365), timedelta(days=14)
Said = dict[str, Any]


def read_reviewing() -> Said:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def cardiology() -> Department:
    return Department.objects.get(code="cardiology")


def person_of(account: Account) -> Person:
    assert account.person is not None, "feedback and reviews are of clinicians"
    return account.person


def ask_colleagues(making: "Making") -> None:
    """Chosen, asked, answered by all, and the two agree how to read what they wrote."""
    said, at, lead = read_reviewing()["feedback"], making.now, who("lead")
    clinician = who(said["on"])
    begun = feedback.begin(
        person=person_of(clinician), department=cardiology(), by=clinician, at=at
    )
    for login in said["raters"]:
        feedback.choose(round_id=begun.pk, rater=who(login), by=clinician, at=at)
    until = timezone.localdate(at) + TO_ANSWER
    feedback.ask(round_id=begun.pk, closes_on=until, by=lead, at=at)
    own = scores(said, said["own"])
    feedback.assess_oneself(round_id=begun.pk, scores=own, by=clinician, at=at)
    answers = zip(said["raters"], said["scores"], said["well"], said["better"], strict=True)
    for login, row, well, better in answers:
        given = Answered(scores=scores(said, row), well=well, better=better)
        feedback.answer(round_id=begun.pk, said=given, by=who(login), at=at)
    for by, words in ((clinician, said["clinician_reads"]), (lead, said["reviewer_reads"])):
        feedback.agree_how_to_read(round_id=begun.pk, words=words, by=by, at=at)


def scores(said: Said, row: list[int]) -> Scores:
    return {code: step or None for code, step in zip(said["codes"], row, strict=True)}


def review_colleagues(making: "Making") -> None:
    """One from what is known to two signatures; one that waits for the lead to write."""
    for said in read_reviewing()["review"]:
        review = begin(said, making)
        bring(review, said, making)
        if "agreed" in said:
            agree_and_sign(review, said, making)


def begin(said: Said, making: "Making") -> Review:
    today = timezone.localdate(making.now)
    ahead = said.get("meets_in_days")
    looked = Looked(
        first=today - A_YEAR,
        last=today,
        meets_on=today + timedelta(days=ahead) if ahead else None,
    )
    return beginning.begin(
        person=person_of(who(said["about"])),
        department=cardiology(),
        looked=looked,
        by=who("lead"),
        at=making.now,
    )


def bring(review: Review, said: Said, making: "Making") -> None:
    """The clinician writes and hands over, and the lead where the story says what."""
    at, clinician = making.now, who(said["about"])
    for kind, days, text, kept in said.get("evidence", ()):
        on = making.days_ago(days).date()
        brought = Brought(kind=Evidence(kind), on=on, text=text, kept=kept)
        writing.bring_evidence(review_id=review.pk, brought=brought, by=clinician, at=at)
    sides = [(Side.CLINICIAN, clinician), (Side.REVIEWER, who("lead"))]
    for place, (side, by) in enumerate(sides[: len(said["objectives"])]):
        drafts = {domain: Draft(said[domain][place], 0) for domain in Domain}
        writing.write(review_id=review.pk, side=side, drafts=drafts, by=by, at=at)
        writing.hand_over(review_id=review.pk, by=by, at=at)


def agree_and_sign(review: Review, said: Said, making: "Making") -> None:
    at, lead = making.now, who("lead")
    met_on = making.days_ago(said["met_days_ago"]).date()
    beginning.meet(review_id=review.pk, on=met_on, by=lead, at=at)
    words = zip(Domain, said["agreed"], strict=True)
    drafts = {domain: Draft(text, 0) for domain, text in words}
    writing.write(review_id=review.pk, side=Side.BOTH, drafts=drafts, by=lead, at=at)
    writing.add_objective(review_id=review.pk, agreed=objective(said, making), by=lead, at=at)
    review.refresh_from_db()
    for by in (who(said["about"]), lead):
        signing.sign(review_id=review.pk, digest=review.digest, by=by, at=at)


def objective(said: Said, making: "Making") -> Agreed:
    wanted = said["objective"]
    outcomes = writing.outcomes_for(cardiology())
    return Agreed(
        text=wanted["text"],
        shown_by=wanted["shown_by"],
        low=Decimal(wanted["low"]),
        unit=wanted["unit"],
        support=wanted["support"],
        due_on=timezone.localdate(making.now) + timedelta(days=wanted["due_in_days"]),
        outcome=outcomes[0] if outcomes else None,
    )
