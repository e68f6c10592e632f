"""For the machines that watch this one: alive, ready, and counts without identifiers."""

import hmac
from http import HTTPStatus

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinlead import __version__
from clinlead.access.models import Account
from clinlead.history.queries import head
from clinlead.intake.models import Load
from clinlead.pages import readiness
from clinlead.pages.serve import is_loopback
from clinlead.releases.models import Release
from clinlead.validation.models import Challenge

PLAIN = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    checks = readiness.state()
    good = all(checks.values())
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": good, "checks": checks}, status=status)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for a monitoring server on this machine, or one that holds the metrics token."""
    if not may_watch(request):
        raise Http404
    lines = [
        line for name, (about, value) in gauges().items() for line in gauge(name, about, value)
    ]
    lines.append(f'clinlead_info{{version="{__version__}"}} 1')
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


def may_watch(request: HttpRequest) -> bool:
    token = settings.CONFIGURATION.metrics_token
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and is_loopback(request.META.get("REMOTE_ADDR", ""))


def gauges() -> dict[str, tuple[str, int]]:
    """Each with a sentence; every one is a count over the whole trust."""
    sessions = Session.objects.filter(expire_date__gt=timezone.now())
    return {
        "clinlead_up": ("Always 1.", 1),
        "clinlead_ready": ("1 when every readiness check holds.", int(all_ready())),
        "clinlead_accounts": ("Accounts in use.", Account.objects.filter(is_active=True).count()),
        "clinlead_sessions": ("Sessions that have not ended.", sessions.count()),
        "clinlead_loads": ("Loads in use.", Load.objects.filter(state="active").count()),
        "clinlead_challenges_open": ("Open.", Challenge.objects.filter(state="open").count()),
        "clinlead_releases": ("Made.", Release.objects.filter(state="released").count()),
        "clinlead_history_entries": ("Entries in the record of acts.", head()[0]),
    }


def all_ready() -> bool:
    return all(readiness.state().values())


def gauge(name: str, about: str, value: int) -> list[str]:
    return [f"# HELP {name} {about}", f"# TYPE {name} gauge", f"{name} {value}"]
