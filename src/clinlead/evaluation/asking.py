"""What every page of a study begins with: whose it is, and whether it is open."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.evaluation.holding import key_of
from clinlead.evaluation.models import Participant, Study
from clinlead.evaluation.queries import find


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


View = Callable[..., HttpResponse]


def of_study(view: View) -> View:
    """The evaluator's own study; to anybody else the page does not exist. Nothing is cached."""

    @wraps(view)
    def shown(request: Asked, pk: int, **more) -> HttpResponse:
        study = find(request.reader, pk)
        if study is None:
            raise Http404
        return view(request, study, **more)

    return never_cache(shown)


def opened(view: View) -> View:
    """For what needs the key: where the study is closed, its passphrase is asked for first."""

    @wraps(view)
    def shown(request: Asked, study: Study, **more) -> HttpResponse:
        key = key_of(request, study)
        if key is None:
            to = request.path if request.method == "GET" else study.get_absolute_url()
            return redirect(f"{study.get_absolute_url()}open/?{urlencode({'to': to})}")
        return view(request, study, key, **more)

    return shown


def participant_in(study: Study, number: int) -> Participant:
    rows = study.participants.select_related(
        "identity", "interview__guide__questionnaire", "raw_transcript"
    )
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    found.study = study
    return found


def address_of(request: HttpRequest) -> str:
    """Where links in letters lead to: what the installation says, else where one is."""
    said = settings.CONFIGURATION.address.rstrip("/")
    return said or request.build_absolute_uri("/").rstrip("/")
