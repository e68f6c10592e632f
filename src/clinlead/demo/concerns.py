"""One concern of the invented trust, as it should go: explored in order, supported, closed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from clinlead.access.models import Account
from clinlead.concerns import acting, contacts, ending, equality, opening
from clinlead.concerns.acting import Explored
from clinlead.concerns.contacts import ContactSaid
from clinlead.concerns.models import Concern
from clinlead.concerns.policies import StepKind
from clinlead.conversations.subjects import of_words
from clinlead.demo.talking import read_talking, talk, who
from clinlead.organisation.models import Department, Person
from clinlead.releases.reasons import Finding

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

OPENED, STEP = 100, 12  # days ago, and days from step to step
EVERY = 4  # of so many people one gives nothing of themselves: it is optional


def support_and_close(making: "Making") -> None:
    """Contacts first; two conversations; then one concern, from its opening to what was learned."""
    said = read_talking()
    lines = [ContactSaid(*line.split(" | ")) for line in said["contacts"]["lines"]]
    contacts.set_contacts(contacts=lines, by=who("hr"), at=making.went_live_at)
    story = said["concern"]
    cardiology = Department.objects.get(code="cardiology")
    clinician = who(story["about"])
    assert clinician.person is not None, "a concern is about a clinician"
    for one in story["talk"]:
        at = making.days_ago(one["days_ago"]).isoformat()
        about = of_words(clinician.person, cardiology, one["words"], at)
        talk({**one, "by": "lead", "confirmed": True}, about, making)
    concern = opening.open_concern(
        person=clinician.person,
        department=cardiology,
        why=story["why"],
        by=who("lead"),
        at=making.days_ago(OPENED, 9),
    )
    go_through(concern, story, clinician, making)


def go_through(
    concern: Concern, story: dict[str, Any], clinician: Account, making: "Making"
) -> None:
    """Step by step, each answered; support before the last of them, and then it is closed."""
    lead, at = who("lead"), making.days_ago(OPENED, 9)
    for order, one in enumerate(story["step"], start=1):
        if order == len(story["step"]):
            give_support(concern, story["support"], clinician, at)
        answer(concern, one["answer"] if order > 1 else "I have read it.", clinician, at)
        at += timedelta(days=STEP)
        acting.record(concern_id=concern.pk, explored=explored(order, one, concern), by=lead, at=at)
    answer(concern, story["step"][-1]["answer"], clinician, at + timedelta(days=2))
    ending.close(
        concern_id=concern.pk,
        learned=story["learned"],
        explained_by=StepKind.STRUCTURE,
        by=lead,
        at=at + timedelta(days=5),
    )


def answer(concern: Concern, text: str, by: Account, at: datetime) -> None:
    acting.answer(concern_id=concern.pk, text=text, by=by, at=at + timedelta(hours=30))


def explored(order: int, said: dict[str, Any], concern: Concern) -> Explored:
    causes = concern.definition.causes if concern.definition else None
    return Explored(
        order=order,
        found=Finding(said["found"]),
        words=said["words"],
        evidence_words=said["evidence"],
        cause=causes.filter(name=said.get("cause", "")).first() if causes else None,
    )


def give_support(concern: Concern, said: dict[str, Any], clinician: Account, at: datetime) -> None:
    lead = who("lead")
    made = acting.offer_support(concern_id=concern.pk, what=said["what"], by=lead, at=at)
    acting.answer_support(
        support_id=made.pk, accepted=True, words=said["answer"], by=clinician, at=at
    )
    later = at + timedelta(days=STEP - 1)
    acting.record_result(support_id=made.pk, result=said["result"], by=lead, at=later)


def give_characteristics(making: "Making") -> None:
    """What HR holds of contracts and some gave of themselves; invented by the order of names."""
    hr = who("hr")
    sexes, contracts = equality.KINDS["sex"][1], equality.KINDS["contract"][1]
    for number, person in enumerate(Person.objects.filter(posts__isnull=False).distinct()[:120]):
        if number % EVERY == 0:
            continue
        given = {"sex": sexes[number % 2], "contract": contracts[number % 7 == 0]}
        equality.give(person=person, values=given, by=hr, at=making.days_ago(30))
