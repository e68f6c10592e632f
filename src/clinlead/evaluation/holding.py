"""The key in the evaluator's hands: one half in their browser, the other in their session.

Neither half opens anything alone, so whoever reads the table of sessions finds no key. It is put
away after the set minutes, and with the end of the session.
"""

from base64 import b64decode, b64encode
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinlead.evaluation.models import Study
from clinlead.evaluation.sealing import CannotOpen, Key, handed_over, taken_back

COOKIE, SESSION = "study-key", "study_key"
HELD_FOR = timedelta(minutes=60)


def hand_over(request: HttpRequest, response: HttpResponse, study: Study, key: Key) -> None:
    token, half = handed_over(key)
    until = timezone.now() + HELD_FOR
    request.session[SESSION] = [study.pk, b64encode(half).decode(), until.timestamp()]
    response.set_cookie(
        COOKIE,
        token,
        max_age=HELD_FOR,
        path="/evaluation/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


def key_of(request: HttpRequest, study: Study) -> Key | None:
    """The key while this study is open; None where it is closed."""
    number, half, until = request.session.get(SESSION, (None, "", 0))
    token = request.COOKIES.get(COOKIE)
    if number != study.pk or not token or until < timezone.now().timestamp():
        return None
    try:
        return taken_back(token, b64decode(half))
    except CannotOpen:
        return None


def put_away(request: HttpRequest, response: HttpResponse) -> None:
    request.session.pop(SESSION, None)
    response.delete_cookie(COOKIE, path="/evaluation/", samesite="Strict")
