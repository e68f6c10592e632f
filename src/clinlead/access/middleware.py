"""Sign-in everywhere, the reader's facts on every request, refusals as a page that says why."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinlead.access.policies import NotAllowed
from clinlead.access.queries import reader_of

OPEN_PREFIXES = (
    *("/sign-in/", "/health/", "/metrics", settings.STATIC_URL, "/api/v1/"),
    *("/taking-part/", "/answer/"),  # of an evaluation: by a link, so that no account is noted
)


class SignInRequiredMiddleware:
    """Every page needs sign-in but that page, the health checks and one's own link to a study.

    The API and the metrics ask for their own tokens.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(OPEN_PREFIXES):
            return self.get_response(request)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


class ReaderMiddleware:
    """request.reader: who is asking, as the rules see them, today in the trust's own zone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: (
                reader_of(request.user, timezone.localdate())
                if request.user.is_authenticated
                else None
            )
        )
        return self.get_response(request)


class RefusalMiddleware:
    """Turns NotAllowed from any view into one page that says why."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, NotAllowed):
            return None
        page = {"refusal": exception.refusal}
        return render(request, "access/refused.html", page, status=403)
