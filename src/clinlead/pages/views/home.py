"""The way in: what needs you, what is new, where to go."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinlead.access.policies import DIRECTORS_DECIDE
from clinlead.pages.homes import home_of
from clinlead.pages.homes.above import left_in, own_figures
from clinlead.pages.homes.asked import asked_tasks
from clinlead.pages.homes.governance import MeetingsPart
from clinlead.pages.homes.leads import Quarter
from clinlead.pages.homes.streams import StreamsPart
from clinlead.releases.models import Release, ReleaseState


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html", {"page": home_of(request.reader)})  # type: ignore[attr-defined]


@require_GET
def quarter(request: HttpRequest, release_id: int) -> HttpResponse:
    """A department's quarter as five steps, for its clinical director's home."""
    reader = request.reader  # type: ignore[attr-defined]
    mine = Release.objects.filter(state=ReleaseState.PREPARING, department__in=reader.leads)
    release = get_object_or_404(mine.select_related("department"), pk=release_id)
    return render(request, "pages/quarter.html", {"quarter": Quarter.of(release, reader.on)})


@require_GET
def home_streams(request: HttpRequest) -> HttpResponse:
    """What work streams ask of this reader, for their home."""
    part = StreamsPart.of(request.reader)  # type: ignore[attr-defined]
    return render(request, "pages/home_streams.html", {"part": part})


@require_GET
def home_meetings(request: HttpRequest) -> HttpResponse:
    """What governance meetings ask of this reader, for their home."""
    part = MeetingsPart.of(request.reader)  # type: ignore[attr-defined]
    return render(request, "pages/home_meetings.html", {"part": part})


@require_GET
def home_own_figures(request: HttpRequest) -> HttpResponse:
    """Releases in which somebody's own figures wait for this chief or medical director."""
    reader = request.reader  # type: ignore[attr-defined]
    if not reader.has(*DIRECTORS_DECIDE):
        raise Http404
    releases = own_figures(reader)
    return render(request, "pages/home_above.html", {"releases": releases})


@require_GET
def home_own_figures_of(request: HttpRequest, release_id: int) -> HttpResponse:
    """How much of one of them is left for this reader."""
    reader = request.reader  # type: ignore[attr-defined]
    waits = next(iter(own_figures(reader, release_id)), None)
    if waits is None:
        raise Http404
    context = {"said": left_in(waits, reader), "when": waits.when}
    return render(request, "pages/home_own_figures.html", context)


@require_GET
def home_asked(request: HttpRequest) -> HttpResponse:
    """What colleagues and HR ask of this reader, for their home."""
    tasks = asked_tasks(request.reader)  # type: ignore[attr-defined]
    return render(request, "pages/home_asked.html", {"tasks": tasks})
