"""People of the invented trust thank one another, and talk signals through, two by two."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.conversations import actions as talks
from clinlead.conversations.actions import Agreement
from clinlead.conversations.models import Conversation
from clinlead.conversations.subjects import Subject, of_figure, of_words
from clinlead.organisation.models import Department
from clinlead.recognition import actions as recognition
from clinlead.recognition.policies import Kind, Shown
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.reasons import Finding, Reason

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

FILE = Path(__file__).parent / "talking.toml"
AGAIN = timedelta(days=10)  # from today: when those who agreed talk again


def read_talking() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def who(login: str) -> Account:
    return Account.objects.select_related("person").get(username=login)


def thank_and_contribute(making: "Making") -> None:
    """Thanks that their receivers show, and contributions: some confirmed, some left to confirm."""
    said = read_talking()
    for one in said["thanks"]:
        thank(one, making.now)
    for one in said["contribution"]:
        contribute(one, making)


def thank(said: dict[str, Any], at: datetime) -> None:
    receiver = who(said["to"])
    assert receiver.person is not None, "thanks are for somebody who works here"
    by = who(said["by"])
    made = recognition.thank(to=receiver.person, words=said["words"], by=by, at=at)
    shown = Shown(said["shown"])
    if shown is not Shown.OWN:
        recognition.show_thanks(thanks_id=made.pk, shown=shown, by=receiver, at=at)


def contribute(said: dict[str, Any], making: "Making") -> None:
    words = recognition.Said(
        kind=Kind(said["kind"]),
        words=said["words"],
        starts_on=making.days_ago(said["days_ago"]).date(),
        shown=Shown(said["shown"]),
    )
    at = making.now
    made = recognition.record_contribution(said=words, by=who(said["by"]), at=at)
    if "confirmed_by" in said:
        recognition.confirm(contribution_id=made.pk, by=who(said["confirmed_by"]), at=making.now)


def talk_signals_through(making: "Making") -> None:
    """The first of cardiology's clinicians with a signal, the lead's own with the chief, and one
    conversation about something that no signal shows."""
    said = read_talking()
    for one in said["talk"]:
        about = subject_of(one, making)
        if about is not None:
            met_on = making.days_ago(one["days_ago"]).date()
            talk(one, about, met_on=met_on, at=making.now)


def subject_of(said: dict[str, Any], making: "Making") -> Subject | None:
    """A figure with a signal; nothing where the invented patients gave none."""
    if "words" in said:
        person, department = who(said["with"]).person, Department.objects.get(code="cardiology")
        assert person is not None, "a conversation is with a clinician"
        at = making.days_ago(said["days_ago"]).isoformat()
        return of_words(person, department, said["words"], at)
    lead = who("lead").person
    out = ReleasedFigure.objects.filter(
        release__department__code="cardiology", has_signal=True, person__isnull=False
    ).exclude(release__released_at=None)
    own = out.filter(person=lead) if said["own"] else out.exclude(person=lead)
    related = own.select_related("release__department", "person")
    figure = related.order_by("title", "unit").first()
    return of_figure(figure) if figure else None


def talk(said: dict[str, Any], about: Subject, *, met_on: date, at: datetime) -> Conversation:
    """Begun, looked into, agreed; confirmed by the other where they have an account to do it."""
    by = who(said["by"])
    made = talks.open_conversation(about=about, by=by, at=at)
    for reason, finding, words in said["tried"]:
        talks.try_explanation(
            conversation_id=made.pk,
            reason=Reason(reason),
            finding=Finding(finding),
            text=words,
            by=by,
            at=at,
        )
    agreement = Agreement(
        met_on=met_on,
        text=said["agreed"],
        next_on=next_day(said, timezone.localdate(at)),
    )
    agreed = talks.agree(conversation_id=made.pk, agreement=agreement, by=by, at=at)
    other = Account.objects.filter(person=about.person).get()
    talks.say(conversation_id=made.pk, text=said["answer"], by=other, at=at)
    if said.get("confirmed"):
        talks.confirm(said_id=agreed.pk, by=other, at=at)
    return made


def next_day(said: dict[str, Any], today: date) -> date | None:
    return today + AGAIN if said.get("again") else None
