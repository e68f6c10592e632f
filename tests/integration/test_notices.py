"""Notices and their e-mail: said once, sent at most once, and never with a figure."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as live
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinlead.background.models import Job
from clinlead.background.working import CannotDo
from clinlead.notices import sending
from clinlead.notices.actions import choose_mail, tell
from clinlead.notices.models import Letter, Notice
from clinlead.notices.policies import MOVES, LetterState
from clinlead.notices.sending import UNSURE_AFTER, claim, send_waiting
from people import small_trust

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 20, 9, 0, tzinfo=UTC)
WORDS = "Your pack for April to June 2026 is ready"


class Server(EmailBackend):
    """A mail server that does what the test says, one answer a message."""

    answers: list = []

    def open(self):
        if self.answers and isinstance(self.answers[0], ConnectionRefusedError):
            raise self.answers.pop(0)

    def send_messages(self, messages):
        answer = self.answers.pop(0) if self.answers else None
        before = getattr(answer, "before", True)
        if answer is not None and before:
            raise answer
        sent = super().send_messages(messages)
        if answer is not None:
            raise answer
        return sent


class Killed(KeyboardInterrupt):
    """The worker's process ends: before the message is handed over, or after."""

    def __init__(self, *, before: bool) -> None:
        self.before = before
        super().__init__()


@pytest.fixture
def trust(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(live.CONFIGURATION, "email", "smtp")
    monkeypatch.setattr(sending, "get_connection", Server)
    Server.answers = []
    mail.outbox = []
    made = small_trust()
    choose_mail(by_mail=True, address="doctor@example.org", by=made.clinician, at=AT)
    return made


def told(trust, key="pack 1"):
    return tell([trust.clinician], key=key, words=WORDS, href="/me/packs/", at=AT)


def send(at=AT) -> str:
    return send_waiting("notices", at, lambda _done, _total: None)


def state() -> str:
    return Letter.objects.get().state


def test_an_e_mail_says_that_something_is_ready_and_where(trust, monkeypatch):
    monkeypatch.setattr(live.CONFIGURATION, "address", "https://clinlead.example.org/")
    told(trust)
    assert send() == "1 e-mail sent."
    (message,) = mail.outbox
    assert (message.subject, message.to) == (WORDS, ["doctor@example.org"])
    assert "https://clinlead.example.org/me/packs/" in message.body
    assert "%" not in message.body
    assert state() == LetterState.SENT


def test_the_same_is_said_and_sent_once(trust):
    told(trust)
    assert told(trust) == []
    assert (send(), send()) == ("1 e-mail sent.", "0 e-mails sent.")
    assert (Notice.objects.count(), len(mail.outbox)) == (1, 1)


def test_whoever_did_not_ask_for_e_mail_is_told_on_the_home_page_alone(client, trust):
    tell([trust.peer], key="pack 1", words=WORDS, href="/me/packs/", at=datetime.now(UTC))
    assert not Letter.objects.exists()
    client.force_login(trust.peer)
    assert WORDS in client.get("/").content.decode()


def test_where_none_is_set_up_nothing_is_kept_to_be_sent_later_and_the_page_says_so(
    client, trust, monkeypatch
):
    monkeypatch.setattr(live.CONFIGURATION, "email", "none")
    told(trust)
    assert not Letter.objects.exists()
    assert not Job.objects.exists()
    client.force_login(trust.clinician)
    assert "This installation sends no e-mail" in client.get("/me/notices/").content.decode()


def test_two_workers_never_send_the_same_e_mail(trust):
    told(trust)
    seen = [Letter.objects.get(), Letter.objects.get()]
    assert [claim(each, AT) for each in seen] == [True, False]


def test_a_server_that_is_down_is_tried_again_and_nothing_is_lost(trust):
    told(trust)
    Server.answers = [ConnectionRefusedError()]
    with pytest.raises(CannotDo, match="does not answer"):
        send()
    assert state() == LetterState.WAITING
    assert send() == "1 e-mail sent."


def test_an_address_that_is_refused_is_given_up_after_five_tries(trust):
    told(trust)
    for _ in range(5):
        Server.answers = [smtplib.SMTPDataError(550, b"no such mailbox")]
        send()
    assert state() == LetterState.REFUSED
    assert Letter.objects.get().reason == "The mail server refused it with code 550."
    assert mail.outbox == []


@pytest.mark.parametrize("before", [True, False])
def test_a_worker_that_ends_while_sending_errs_on_the_side_of_not_sending_twice(trust, before):
    told(trust)
    Server.answers = [Killed(before=before)]
    with pytest.raises(Killed):
        send()
    assert state() == LetterState.CLAIMED
    assert send(AT + timedelta(minutes=1)) == "0 e-mails sent."
    later = AT + UNSURE_AFTER + timedelta(minutes=1)
    assert send(later) == "0 e-mails sent, 1 perhaps sent and not tried again."
    assert state() == LetterState.UNSURE
    assert len(mail.outbox) == (0 if before else 1)


answers = st.sampled_from(
    [
        None,
        Killed(before=True),
        Killed(before=False),
        ConnectionRefusedError(),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPServerDisconnected("gone"),
        TimeoutError(),
    ]
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(answers, st.integers(0, 15)), min_size=1, max_size=7))
def test_whatever_goes_wrong_nobody_gets_the_same_e_mail_twice(trust, runs):
    Letter.objects.all().delete()
    Notice.objects.all().delete()
    mail.outbox = []
    told(trust)
    at = AT
    for answer, minutes in runs:
        Server.answers = [answer] if answer is not None else []
        at += timedelta(minutes=minutes)
        try:
            send(at)
        except (Killed, CannotDo):
            told(trust)  # the job that told is begun again as well
    assert len(mail.outbox) <= 1
    assert (state() == LetterState.SENT) <= (len(mail.outbox) == 1)


def test_what_has_left_waiting_never_waits_again_but_where_it_was_surely_not_sent():
    assert set(MOVES) == set(LetterState)
    assert [s for s, to in MOVES.items() if LetterState.WAITING in to] == [LetterState.CLAIMED]


def test_everybody_chooses_for_themselves_and_an_address_is_needed(client, trust):
    client.force_login(trust.peer)
    page = client.post("/me/notices/", {"by_mail": "on", "address": ""})
    assert page.status_code == 422
    assert "Give the address" in page.content.decode()
    client.post("/me/notices/", {"by_mail": "on", "address": "peer@example.org"})
    trust.peer.refresh_from_db()
    assert trust.peer.email == "peer@example.org"


def test_a_reminder_to_check_is_told_without_saying_how_many(trust):
    from clinlead.validation.reminding import tell_owner

    class Reminder:
        person_id = trust.person("clinician").pk
        window_id = 3
        left = 41
        last_day = AT.date()

    tell_owner(Reminder(), AT)
    assert Notice.objects.get().words == "Your records wait to be checked by 20 July 2026"
