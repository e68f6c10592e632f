"""Two concerns of the invented trust: one is explored, supported and closed; one went further."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.concerns import acting, contacts, ending, equality, opening
from clinlead.concerns.acting import Explored
from clinlead.concerns.contacts import ContactSaid
from clinlead.concerns.facts import Part, StepKind
from clinlead.concerns.models import Concern
from clinlead.concerns.offices import could_hold, facts_of
from clinlead.conversations.subjects import of_words
from clinlead.demo import honest
from clinlead.demo.talking import read_talking, talk, who
from clinlead.organisation.models import Department, Person, Post
from clinlead.releases.reasons import Finding

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

AFTER_MERGER = 9  # days into the quarter: what the trust decided before is in the record by then
OPENED = 30  # days into the quarter
READ, STEP = timedelta(days=2), timedelta(days=12)  # until it is answered, and to the next step
SOON = timedelta(days=7)  # with an answer one goes on at once
STORIES_OF_THEIR_OWN = ("clinician", "peer")
EVERY = 4  # of so many people one gives nothing of themselves: it is optional


def support_and_close(making: "Making") -> Iterator[datetime]:
    """Contacts first; two conversations; then one concern, from its opening to what was learned."""
    said, at = read_talking(), into_quarter(making, AFTER_MERGER)
    yield at
    lines = [ContactSaid(*line.split(" | ")) for line in said["contacts"]["lines"]]
    contacts.set_contacts(contacts=lines, by=who("hr"), at=at)
    give_characteristics(at)
    story, cardiology = said["concern"], Department.objects.get(code="cardiology")
    clinician = who(story["about"])
    yield from talk_first(making, story, clinician, cardiology)
    at = into_quarter(making, OPENED)
    yield at
    concern = opening.open_concern(
        person=person_of(clinician), department=cardiology, why=story["why"], by=who("lead"), at=at
    )
    yield from go_through(concern, story, clinician, at)


def bring_in_others(making: "Making") -> Iterator[datetime]:
    """Support did not help, so the chief looked, and brought in a reviewer from outside and HR.

    The invented trust counts whole quarters that are over: all of it was in the one before this.
    """
    story, cardiology = read_talking()["escalated"], Department.objects.get(code="cardiology")
    at = into_quarter(making, AFTER_MERGER)
    yield at
    clinician = colleague_in(cardiology, at)
    yield from talk_first(making, story, clinician, cardiology)
    at = into_quarter(making, story["opened"])
    yield at
    concern = opening.open_concern(
        person=person_of(clinician), department=cardiology, why=story["why"], by=who("lead"), at=at
    )
    yield from explore(concern, story, clinician, at, gap=SOON)
    at += SOON * len(story["step"]) + 2 * READ
    yield at
    yield from escalate(concern, story, clinician, at)


def escalate(
    concern: Concern, story: dict[str, Any], clinician: Account, at: datetime
) -> Iterator[datetime]:
    """To the chief, who looks at all of it afresh; then outside the department, with HR."""
    because, chief_said = story["because"], story["chief"]
    day = timezone.localdate(at)
    owner = facts_of(concern, day).owner
    chief = honest.chief_of(concern.department, day)
    acting.escalate(
        concern_id=concern.pk, because=because, to=chief, hr=None, by=who("lead"), at=at
    )
    at += READ
    yield at
    acting.answer(concern_id=concern.pk, text=story["to_chief"], by=clinician, at=at)
    found = explored(concern.route.steps.get(kind=StepKind.CHIEF).order, chief_said, concern)
    at += READ
    yield at
    acting.record(concern_id=concern.pk, explored=found, by=chief, at=at)
    acting.answer(concern_id=concern.pk, text=chief_said["answer"], by=clinician, at=at)
    others = could_hold(Part.REVIEWER, concern.department, owner, day)
    reviewer = next((one for one in others if one.username == "otherlead"), others[0])
    outside = story["outside"]
    acting.escalate(
        concern_id=concern.pk, because=outside, to=reviewer, hr=who("hr"), by=chief, at=at
    )


def colleague_in(department: Department, at: datetime) -> Account:
    """Somebody of the department whom no visitor is."""
    here = Post.objects.on(timezone.localdate(at)).filter(department=department)
    nobody = Account.objects.filter(person__in=here.values("person"), roles=None)
    return nobody.exclude(username__in=STORIES_OF_THEIR_OWN).order_by("username")[0]


def talk_first(
    making: "Making", story: dict[str, Any], clinician: Account, department: Department
) -> Iterator[datetime]:
    for one in story["talk"]:
        at = into_quarter(making, one["day"])
        yield at
        about = of_words(person_of(clinician), department, one["words"], at.isoformat())
        talk({**one, "by": "lead", "confirmed": True}, about, met_on=at.date(), at=at)


def person_of(clinician: Account) -> Person:
    assert clinician.person is not None, "a concern is about a clinician"
    return clinician.person


def into_quarter(making: "Making", days: int) -> datetime:
    day = making.plan.quarter[0] + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9)))


def go_through(
    concern: Concern, story: dict[str, Any], clinician: Account, at: datetime
) -> Iterator[datetime]:
    """Step by step to what was learned."""
    yield from explore(concern, story, clinician, at, gap=STEP)
    at += STEP * (len(story["step"]) + 1)
    yield at
    ending.close(
        concern_id=concern.pk,
        learned=story["learned"],
        explained_by=StepKind.STRUCTURE,
        by=who("lead"),
        at=at,
    )


def explore(
    concern: Concern, story: dict[str, Any], clinician: Account, at: datetime, *, gap: timedelta
) -> Iterator[datetime]:
    """The department’s own steps, each answered; support before the last of them."""
    answers = ["I have read it.", *(one["answer"] for one in story["step"])]
    for order, one in enumerate(story["step"], start=1):
        last = order == len(story["step"])
        offered = offer_support(concern, story["support"], clinician, at) if last else None
        yield at + READ
        acting.answer(concern_id=concern.pk, text=answers[order - 1], by=clinician, at=at + READ)
        at += gap
        yield at
        if offered:
            result = story["support"]["result"]
            acting.record_result(support_id=offered, result=result, by=who("lead"), at=at)
        found = explored(order, one, concern)
        acting.record(concern_id=concern.pk, explored=found, by=who("lead"), at=at)
    yield at + READ
    acting.answer(concern_id=concern.pk, text=answers[-1], by=clinician, at=at + READ)


def explored(order: int, said: dict[str, Any], concern: Concern) -> Explored:
    causes = concern.definition.causes if concern.definition else None
    return Explored(
        order=order,
        found=Finding(said["found"]),
        words=said["words"],
        evidence_words=said["evidence"],
        cause=causes.filter(name=said.get("cause", "")).first() if causes else None,
    )


def offer_support(concern: Concern, said: dict[str, Any], clinician: Account, at: datetime) -> int:
    made = acting.offer_support(concern_id=concern.pk, what=said["what"], by=who("lead"), at=at)
    acting.answer_support(
        support_id=made.pk, accepted=True, words=said["answer"], by=clinician, at=at
    )
    return made.pk


def give_characteristics(at: datetime) -> None:
    """What HR holds of contracts, and most gave of themselves; invented by the order of names."""
    hr = who("hr")
    sexes, contracts = equality.KINDS["sex"][1], equality.KINDS["contract"][1]
    for number, person in enumerate(Person.objects.filter(posts__isnull=False).distinct()):
        given = {"contract": contracts[number % 7 == 0]}
        if number % EVERY:
            given["sex"] = sexes[number % 2]
        equality.give(person=person, values=given, by=hr, at=at)
