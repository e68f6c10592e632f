"""A clinician and their lead who have talked, and a concern that a person opened."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from clinlead.access.models import Account
from clinlead.concerns import acting, opening
from clinlead.concerns.acting import Explored
from clinlead.concerns.facts import Part
from clinlead.concerns.models import Concern
from clinlead.concerns.steps import propose_route, text_in_force
from clinlead.conversations import actions as talking
from clinlead.conversations.actions import Agreement
from clinlead.conversations.models import Conversation
from clinlead.conversations.subjects import of_words
from clinlead.dataprotection.actions import ask_for_erasure
from clinlead.recognition import actions as recognition
from clinlead.recognition.policies import Kind
from clinlead.releases.reasons import Finding
from clinlead.releases.reasons import Reason as Explanation
from clinlead.strategy.queries import definition_in_force
from people import Trust
from strategy_stated import approved, definition

DAY = timedelta(days=1)


def talked(
    trust: Trust, at: datetime, *, about: str = "clinician", words: str = "Late letters"
) -> Conversation:
    """The lead talks with a clinician, looks into something, and writes down what they agree."""
    subject = of_words(trust.person(about), trust.cardiology, words, at.isoformat())
    talk = talking.open_conversation(about=subject, by=trust.lead, at=at)
    talking.try_explanation(
        conversation_id=talk.pk,
        reason=Explanation.QUALITY,
        finding=Finding.NOT_IT,
        text=f"{words}: the dates are right.",
        by=trust.lead,
        at=at,
    )
    agreement = Agreement(met_on=at.date(), text=f"{words}: an hour kept free on Fridays.")
    talking.agree(conversation_id=talk.pk, agreement=agreement, by=trust.lead, at=at)
    return talk


def in_world(trust: Trust) -> dict[str, object]:
    """Thanks from the ward, a contribution to confirm, a conversation, a concern, other steps."""
    at = timezone.now() - 90 * DAY
    person = trust.person("clinician")
    thanks = recognition.thank(to=person, words="You stayed.", by=trust.wardstaff, at=at)
    said = recognition.Said(kind=Kind.TEACHING, words="Thursdays", starts_on=at.date())
    contribution = recognition.record_contribution(said=said, by=trust.clinician, at=at)
    concern = opened(trust, at)
    hr_brought_in(trust, concern, at)
    longer = replace(text_in_force(), answer_days=14)
    proposed = propose_route(route=longer, because="More time", by=trust.projectteam, at=at)
    asked = ask_for_erasure(
        account=trust.clinician, says="My plans", received_on=at.date(), by=trust.clinician, at=at
    )
    return {
        "thanks": thanks.pk,
        "contribution": contribution.pk,
        "talk": Conversation.objects.first().pk,
        "concern": concern.pk,
        "steps": proposed.version,
        "erasure": asked.pk,
    }


def opened(trust: Trust, at: datetime) -> Concern:
    """After two conversations, under an approved definition."""
    if definition_in_force() is None:
        approved(trust, definition(trust))
    talked(trust, at - 60 * DAY)
    talked(trust, at - 30 * DAY, words="Letters again")
    return opening.open_concern(
        person=trust.person("clinician"),
        department=trust.cardiology,
        why="Letters are still three weeks late.",
        by=trust.lead,
        at=at,
    )


def hr_brought_in(trust: Trust, concern: Concern, at: datetime) -> None:
    """As at the step outside the department; by whom it is escalated is told elsewhere."""
    concern.seats.create(part=Part.HR, account=trust.hr, taken_at=at, brought_in_by=trust.chief)


def explored(order: int, words: str = "It was looked into.") -> Explored:
    return Explored(
        order=order,
        found=Finding.NOT_IT,
        words=words,
        evidence_words="Minutes of May, shared drive",
    )


def answered(concern: Concern, by: Account, at: datetime) -> None:
    acting.answer(concern_id=concern.pk, text="I have read it.", by=by, at=at)


def through(trust: Trust, concern: Concern, steps: int, at: datetime) -> datetime:
    """So many steps, each answered by the clinician before the next; when the last was."""
    for order in range(concern.step, concern.step + steps):
        answered(concern, trust.clinician, at)
        acting.record(concern_id=concern.pk, explored=explored(order), by=trust.lead, at=at)
        at += DAY
    concern.refresh_from_db()
    return at


def supported(trust: Trust, concern: Concern, at: datetime) -> None:
    offered = acting.offer_support(
        concern_id=concern.pk, what="A secretary for three months", by=trust.lead, at=at
    )
    acting.answer_support(
        support_id=offered.pk, accepted=True, words="Thank you", by=trust.clinician, at=at
    )
    acting.record_result(
        support_id=offered.pk, result="Letters go out in a week.", by=trust.lead, at=at
    )
