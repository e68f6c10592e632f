"""The way in: what needs you, what is new, where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinlead.pages.homes import home_of
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
