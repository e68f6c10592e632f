"""Invitations and reminders. They go out while the evaluator has the study open: only then does
anybody know to whom. Each is a row that is claimed and committed before it is sent, so none goes
out twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.evaluation.cohort import Who, check, held, moved, who_is
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import LetterText, Mailing, Participant, Study
from clinlead.evaluation.policies import State, why_not_invite, why_not_remind
from clinlead.evaluation.queries import participant_facts
from clinlead.evaluation.sealing import Key
from clinlead.evaluation.wording import Letter, why_not_letter
from clinlead.notices.actions import tell
from clinlead.notices.policies import LetterState
from clinlead.notices.sending import is_set_up


@dataclass(frozen=True, kw_only=True)
class Post:
    """What it takes to write to somebody: the key, and where Clinlead is found."""

    key: Key
    address: str  # https://clinlead.example.nhs.uk, without the last stroke


@transaction.atomic
def write_letter(
    *, study: Study, reminder: bool, letter: Letter, by: Account, at: datetime
) -> LetterText:
    """The evaluator's own words for invitations or reminders."""
    check(study, by, at)
    refuse_if(why_not_letter(letter.text))
    made, _ = LetterText.objects.update_or_create(
        study=study,
        reminder=reminder,
        defaults={"subject": letter.subject, "text": letter.text, "written_at": at},
    )
    noted("evaluation: letter written", study, by, at, reminder=reminder)
    return made


def send(
    *, participant: Participant, reminder: bool, post: Post, by: Account, at: datetime
) -> Mailing:
    """Invite or remind one person by e-mail."""
    to = who(participant, post.key)
    refuse_if(why_not_mail(to))
    made = claim(participant=participant, reminder=reminder, by_hand=False, by=by, at=at)
    state, reason = delivered(letter_for(participant, reminder, post), to)
    return marked(made, state, reason)


@transaction.atomic
def sent_by_hand(*, participant: Participant, reminder: bool, by: Account, at: datetime) -> Mailing:
    """The evaluator wrote or spoke to them in another way."""
    made = claim(participant=participant, reminder=reminder, by_hand=True, by=by, at=at)
    return marked(made, LetterState.SENT, "")


@transaction.atomic
def claim(
    *, participant: Participant, reminder: bool, by_hand: bool, by: Account, at: datetime
) -> Mailing:
    found = held(participant)
    check(found.study, by, at)
    refuse_if(why_not_write(found, reminder=reminder, at=at))
    made = Mailing.objects.create(
        participant=found, reminder=reminder, by_hand=by_hand, state=LetterState.CLAIMED, at=at
    )
    if found.state == State.CHOSEN:
        moved(found, State.INVITED, at)
    what = "reminder" if reminder else "invitation"
    noted(f"evaluation: {what} sent", found.study, by, at, number=found.number)
    return made


def why_not_write(participant: Participant, *, reminder: bool, at: datetime) -> Refusal | None:
    facts = participant_facts(participant)
    return why_not_remind(facts, timezone.localdate(at)) if reminder else why_not_invite(facts)


def who(participant: Participant, key: Key) -> Who:
    found = who_is(participant, key)
    if found is None:
        raise NotAllowed(Refusal(Reason.NOT_AGREED, "There is no name for them; give one first."))
    return found


def link_of(participant: Participant, post: Post) -> str:
    return f"{post.address}/taking-part/{who(participant, post.key).token}/"


def letter_for(participant: Participant, reminder: bool, post: Post) -> Letter:
    """The letter with this person's name and link in it."""
    study = participant.study
    kept = study.letters.get(reminder=reminder)
    return Letter(kept.subject, kept.text).filled(
        name=who(participant, post.key).name,
        link=link_of(participant, post),
        evaluator=str(study.evaluator),
    )


def why_not_mail(to: Who) -> Refusal | None:
    """Why no e-mail can go to somebody; the evaluator can still write to them by hand."""
    if not is_set_up():
        return Refusal(Reason.NOT_AGREED, "This installation sends no e-mail; write by hand.")
    if not to.email:
        return Refusal(Reason.NOT_AGREED, "There is no address for them; write by hand.")
    return None


def delivered(letter: Letter, to: Who) -> tuple[LetterState, str]:
    """Hand one letter to the mail server; what became of it, without a word on whose it is."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        return LetterState.REFUSED, f"The mail server does not answer ({type(error).__name__})."
    try:
        message_of(letter, to, connection).send()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:  # certainly not sent
        return LetterState.REFUSED, f"The mail server did not take it ({type(error).__name__})."
    except OSError as error:
        return LetterState.UNSURE, f"Sending broke off ({type(error).__name__})."
    finally:
        connection.close()
    return LetterState.SENT, ""


def message_of(letter: Letter, to: Who, connection) -> EmailMessage:
    return EmailMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.CONFIGURATION.email_from,
        to=[to.email],
        connection=connection,
    )


def marked(mailing: Mailing, state: LetterState, reason: str) -> Mailing:
    mailing.state, mailing.reason = state, reason
    mailing.save(update_fields=["state", "reason"])
    return mailing


def due(participants: Iterable[Participant], at: datetime, *, reminder: bool) -> list[Participant]:
    """To whom an invitation or a reminder may go out now."""
    return [p for p in participants if why_not_write(p, reminder=reminder, at=at) is None]


def remind_evaluators(at: datetime) -> str:
    """Each evaluator hears once a day how many reminders are due; nobody else, and no names."""
    told = 0
    for study in Study.objects.select_related("evaluator"):
        waiting = len(due(study.participants.prefetch_related("mailings"), at, reminder=True))
        if waiting:
            told += len(tell(
                [study.evaluator],
                key=f"evaluation {study.pk} reminders {timezone.localdate(at).isoformat()}",
                words=f"{waiting} invitation{'' if waiting == 1 else 's'} to an interview "
                "may be followed by a reminder",
                href=f"{study.get_absolute_url()}letters/",
                at=at,
            ))  # fmt: skip
    return f"{told} evaluator{'' if told == 1 else 's'} told of reminders"
