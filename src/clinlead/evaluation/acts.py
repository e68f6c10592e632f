"""The acts of a participant's page: one form each, read and handed to its action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.evaluation import cohort, interviewing, inviting
from clinlead.evaluation.forms import (
    ConsentForm,
    IdentityForm,
    InterviewForm,
    PlanForm,
    RefusalForm,
    SureForm,
)
from clinlead.evaluation.models import Participant
from clinlead.evaluation.policies import (
    Because,
    State,
    why_not_correct,
    why_not_move,
    why_not_plan,
)
from clinlead.evaluation.queries import participant_facts
from clinlead.evaluation.sealing import Key
from clinlead.notices.policies import LetterState


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Who does what to whom, with the key in their hands."""

    participant: Participant
    key: Key
    address: str
    by: Account
    at: datetime

    @property
    def post(self) -> inviting.Post:
        return inviting.Post(key=self.key, address=self.address)


def forms_for(participant: Participant, data: Mapping | None = None) -> dict[str, forms.Form]:
    """Every form of the page by its act; `data` where one was sent."""
    interview = getattr(participant, "interview", None)
    names = ("held_on", "minutes", "how", "guide")
    held = {name: getattr(interview, name) for name in names} if interview else {}
    versions = list(participant.study.consent_texts.values_list("version", flat=True))
    return {
        "invite": forms.Form(data, auto_id="invite-%s"),
        "remind": forms.Form(data, auto_id="remind-%s"),
        "by-hand": forms.Form(data, auto_id="by-hand-%s"),
        "identity": IdentityForm(data, auto_id="identity-%s"),
        "refuse": RefusalForm(data, auto_id="refuse-%s"),
        "consent": ConsentForm(data, versions=versions, auto_id="consent-%s"),
        "withdraw": SureForm(data, auto_id="withdraw-%s"),
        "plan": PlanForm(data, auto_id="plan-%s"),
        "interview": InterviewForm(
            data, study=participant.study, initial=held, auto_id="interview-%s"
        ),
    }


def offered(participant: Participant, at: datetime) -> set[str]:
    """Which acts the rules allow now."""
    facts, named = participant_facts(participant), hasattr(participant, "identity")
    invites = inviting.why_not_write(participant, reminder=False, at=at) is None
    reminds = inviting.why_not_write(participant, reminder=True, at=at) is None
    allowed = {
        "invite": named and invites,
        "remind": named and reminds,
        "by-hand": named and (invites or reminds),
        "identity": why_not_correct(facts) is None,
        "refuse": why_not_move(facts, State.REFUSED) is None,
        "consent": why_not_move(facts, State.CONSENTED) is None,
        "withdraw": why_not_move(facts, State.WITHDRAWN) is None,
        "plan": why_not_plan(facts) is None,
        "interview": why_not_plan(facts) is None,
    }
    return {name for name, yes in allowed.items() if yes}


def invite(doing: Doing, _form: forms.Form) -> str:
    return posted(doing, reminder=False)


def remind(doing: Doing, _form: forms.Form) -> str:
    return posted(doing, reminder=True)


def posted(doing: Doing, *, reminder: bool) -> str:
    mailing = inviting.send(
        participant=doing.participant, reminder=reminder, post=doing.post, by=doing.by, at=doing.at
    )
    if mailing.state == LetterState.SENT:
        return "Sent."
    return f"Not sent: {mailing.reason}"


def by_hand(doing: Doing, _form: forms.Form) -> str:
    reminder = inviting.why_not_write(doing.participant, reminder=False, at=doing.at) is not None
    inviting.sent_by_hand(
        participant=doing.participant, reminder=reminder, by=doing.by, at=doing.at
    )
    return "Noted that you wrote to them yourself."


def identity(doing: Doing, form: forms.Form) -> str:
    cohort.correct_identity(
        participant=doing.participant,
        key=doing.key,
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        by=doing.by,
        at=doing.at,
    )
    return "Saved under the study’s key."


def refuse(doing: Doing, form: forms.Form) -> str:
    cohort.refuse(
        participant=doing.participant,
        because=Because(form.cleaned_data["because"]),
        words=form.cleaned_data["words"],
        by=doing.by,
        at=doing.at,
    )
    return "Noted. They are not asked again."


def consent(doing: Doing, form: forms.Form) -> str:
    given = form.cleaned_data
    cohort.consent(
        participant=doing.participant,
        version=given["version"],
        how=given["how"],
        by=doing.by,
        at=doing.at,
    )
    return "Consent is recorded."


def withdraw(doing: Doing, _form: forms.Form) -> str:
    cohort.withdraw(participant=doing.participant, by=doing.by, at=doing.at)
    return "What they said, and who they are, is deleted."


def plan(doing: Doing, form: forms.Form) -> str:
    given = form.cleaned_data
    when = timezone.make_aware(datetime.combine(given["day"], given["time"]))
    interviewing.plan(
        participant=doing.participant, planned_for=when, how=given["how"], by=doing.by, at=doing.at
    )
    return "Planned. They see it through their link."


def interview(doing: Doing, form: forms.Form) -> str:
    interviewing.record_interview(
        participant=doing.participant, key=doing.key, by=doing.by, at=doing.at, **form.cleaned_data
    )
    return "The interview is recorded."


ACTS: dict[str, Callable[[Doing, forms.Form], str]] = {
    "invite": invite,
    "remind": remind,
    "by-hand": by_hand,
    "identity": identity,
    "refuse": refuse,
    "consent": consent,
    "withdraw": withdraw,
    "plan": plan,
    "interview": interview,
}
