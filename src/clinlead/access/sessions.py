"""Sessions end, and whoever sees named results proves who they are twice."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clinlead.access.policies import needs_second_factor

BEGAN, SEEN = "session_began", "session_seen"
TOUCH_SECONDS = 60  # how often an active session's end is moved, to spare writes
SETTING_UP = ("/me/second-factor/", "/me/confirm/", "/sign-out/", "/sign-in/", "/health/")


class SessionEndMiddleware:
    """Idle sessions end after the set minutes; every session ends after the set hours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            if now - request.session.setdefault(BEGAN, now) > settings.SESSION_LONGEST_SECONDS:
                logout(request)
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if now - request.session.get(SEEN, 0) > TOUCH_SECONDS:
                request.session[SEEN] = now
        return self.get_response(request)


class SecondFactorMiddleware:
    """Nobody reaches named results of others on a password alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR and owes_second_factor(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def owes_second_factor(request: HttpRequest) -> bool:
    if not request.user.is_authenticated or request.path.startswith(SETTING_UP):
        return False
    if not needs_second_factor(request.reader):  # type: ignore[attr-defined]
        return False
    records = get_authentication_records(request, request.user)
    return not any(one["method"] == "mfa" for one in records) and not is_mfa_enabled(request.user)
