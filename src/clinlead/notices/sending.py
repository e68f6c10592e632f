"""Sending what waits: claim the row, send, mark it. At most once, whatever happens between.

A worker that ends while it sends leaves its row claimed. Nobody can know whether that e-mail went
out, so it is marked unsure and not sent again: a second "your pack is ready" costs trust, while a
missing one costs little, because the notice stands on the home page as well.
"""

from datetime import datetime, timedelta
from smtplib import SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F

from clinlead.background.working import CannotDo, Progress
from clinlead.notices.models import Letter
from clinlead.notices.policies import LetterState
from clinmeasures.wording.units import how_many

UNSURE_AFTER = timedelta(minutes=10)
TRIES = 5
BODY = """{words}.

{where}

This message carries no figures and no names of patients or colleagues. To choose how you are told,
sign in and open My notices.
"""


def is_set_up() -> bool:
    return settings.CONFIGURATION.email != "none"


def send_urgent(key: str, at: datetime, progress: Progress) -> str:
    """What is about safety, which no pause holds."""
    return send_waiting(key, at, progress, urgent=True)


def send_waiting(_key: str, at: datetime, progress: Progress, *, urgent: bool = False) -> str:
    """Send every e-mail that waits; what a dead worker left is marked and left alone."""
    forgotten = leave_alone_what_died(at)
    if not is_set_up():
        return "This installation sends no e-mail."
    rows = Letter.objects.filter(state=LetterState.WAITING, urgent=urgent)
    waiting = list(rows.select_related("notice__account"))
    sent = 0
    for done, letter in enumerate(waiting):
        progress(done, len(waiting))
        sent += claim(letter, at) and deliver(letter, at)
    progress(len(waiting), len(waiting))
    said = f"{how_many(sent, 'e-mail')} sent"
    return f"{said}, {forgotten} perhaps sent and not tried again." if forgotten else f"{said}."


def leave_alone_what_died(at: datetime) -> int:
    """Claimed long ago and never marked: perhaps sent."""
    claimed = Letter.objects.filter(state=LetterState.CLAIMED, claimed_at__lt=at - UNSURE_AFTER)
    return claimed.update(
        state=LetterState.UNSURE, ended_at=at, reason="The server stopped while it was being sent."
    )


def claim(letter: Letter, at: datetime) -> bool:
    """Whether this worker, and no other, sends it. Committed before anything is sent."""
    waiting = Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING)
    return bool(waiting.update(state=LetterState.CLAIMED, claimed_at=at, tries=F("tries") + 1))


def deliver(letter: Letter, at: datetime) -> bool:
    """Send one claimed e-mail and mark what came of it."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # nothing was handed over, so it can wait
        put_back(letter, at, f"The mail server does not answer ({type(error).__name__}).")
        raise CannotDo("The mail server does not answer; it is tried again.") from error
    try:
        message_of(letter, connection).send()
    except SMTPServerDisconnected as error:
        mark(letter, LetterState.UNSURE, at, f"The mail server broke off: {type(error).__name__}.")
    except SMTPResponseException as error:  # an answer in the negative: certainly not sent
        put_back(letter, at, f"The mail server refused it with code {error.smtp_code}.")
    except OSError as error:
        mark(letter, LetterState.UNSURE, at, f"Sending broke off ({type(error).__name__}).")
    else:
        mark(letter, LetterState.SENT, at, "")
        return True
    finally:
        connection.close()
    return False


def message_of(letter: Letter, connection) -> EmailMessage:
    """That something is ready, and where; nothing of what it says."""
    notice, address = letter.notice, settings.CONFIGURATION.address.rstrip("/")
    where = f"{address}{notice.href}" if address else "Sign in to Clinlead to see it."
    return EmailMessage(
        subject=notice.words,
        body=BODY.format(words=notice.words, where=where),
        from_email=settings.CONFIGURATION.email_from,
        to=[notice.account.email],
        connection=connection,
    )


def put_back(letter: Letter, at: datetime, reason: str) -> None:
    """To be tried again, unless it was tried often enough."""
    again = Letter.objects.filter(pk=letter.pk, state=LetterState.CLAIMED)
    if not again.filter(tries__lt=TRIES).update(state=LetterState.WAITING, reason=reason):
        mark(letter, LetterState.REFUSED, at, reason)


def mark(letter: Letter, state: LetterState, at: datetime, reason: str) -> None:
    claimed = Letter.objects.filter(pk=letter.pk, state=LetterState.CLAIMED)
    claimed.update(state=state, ended_at=at, reason=reason)
