"""One concern of the invented trust, as it should go: explored in order, supported, closed."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.concerns import acting, contacts, ending, equality, opening
from clinlead.concerns.acting import Explored
from clinlead.concerns.contacts import ContactSaid
from clinlead.concerns.facts import StepKind
from clinlead.concerns.models import Concern
from clinlead.conversations.subjects import of_words
from clinlead.demo.talking import read_talking, talk, who
from clinlead.organisation.models import Department, Person
from clinlead.releases.reasons import Finding

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

AFTER_MERGER = 9  # days into the quarter: what the trust decided before is in the record by then
OPENED = 30  # days into the quarter
READ, STEP = timedelta(days=2), timedelta(days=12)  # until it is answered, and to the next step
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
    assert clinician.person is not None, "a concern is about a clinician"
    for one in story["talk"]:
        at = into_quarter(making, one["day"])
        yield at
        about = of_words(clinician.person, cardiology, one["words"], at.isoformat())
        talk({**one, "by": "lead", "confirmed": True}, about, met_on=at.date(), at=at)
    at = into_quarter(making, OPENED)
    yield at
    concern = opening.open_concern(
        person=clinician.person, department=cardiology, why=story["why"], by=who("lead"), at=at
    )
    yield from go_through(concern, story, clinician, at)


def into_quarter(making: "Making", days: int) -> datetime:
    day = making.plan.quarter[0] + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9)))


def go_through(
    concern: Concern, story: dict[str, Any], clinician: Account, at: datetime
) -> Iterator[datetime]:
    """Step by step, each answered; support before the last of them, and then it is closed."""
    answers = ["I have read it.", *(one["answer"] for one in story["step"])]
    for order, one in enumerate(story["step"], start=1):
        last = order == len(story["step"])
        offered = offer_support(concern, story["support"], clinician, at) if last else None
        yield at + READ
        acting.answer(concern_id=concern.pk, text=answers[order - 1], by=clinician, at=at + READ)
        at += STEP
        yield at
        if offered:
            result = story["support"]["result"]
            acting.record_result(support_id=offered, result=result, by=who("lead"), at=at)
        found = explored(order, one, concern)
        acting.record(concern_id=concern.pk, explored=found, by=who("lead"), at=at)
    yield at + READ
    acting.answer(concern_id=concern.pk, text=answers[-1], by=clinician, at=at + READ)
    yield at + STEP
    ending.close(
        concern_id=concern.pk,
        learned=story["learned"],
        explained_by=StepKind.STRUCTURE,
        by=who("lead"),
        at=at + STEP,
    )


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
    """What HR holds of contracts and some gave of themselves; invented by the order of names."""
    hr = who("hr")
    sexes, contracts = equality.KINDS["sex"][1], equality.KINDS["contract"][1]
    for number, person in enumerate(Person.objects.filter(posts__isnull=False).distinct()[:120]):
        if number % EVERY == 0:
            continue
        given = {"sex": sexes[number % 2], "contract": contracts[number % 7 == 0]}
        equality.give(person=person, values=given, by=hr, at=at)
