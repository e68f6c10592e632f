"""The pages on which the framework measures itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.access.policies import Reader
from clinlead.framework.counting import sections
from clinlead.framework.drawing import over_starts
from clinlead.framework.policies import why_not_read
from clinlead.framework.starting import CAUTION, before_and_after, measured


def reader_of_it(request: HttpRequest) -> Reader:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if why_not_read(reader):
        raise Http404
    return reader


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """Counts alone: of streams, releases, challenges, cycles, grants and support."""
    reader = reader_of_it(request)
    return render(request, "framework/counts.html", {"sections": sections(reader.on)})


@require_GET
def starts(request: HttpRequest) -> HttpResponse:
    """One measure before and after each stream's start."""
    reader = reader_of_it(request)
    choices = measured(reader.on)
    asked = request.GET.get("measure", "")
    chosen = next((each for each in choices if each.code == asked), choices[0] if choices else None)
    found = before_and_after(chosen, reader.on) if chosen else None
    page = {
        "choices": choices,
        "chosen": chosen,
        "found": found,
        "pictures": over_starts(found.lines, chosen.definition) if found and chosen else [],
        "caution": CAUTION,
    }
    return render(request, "framework/starts.html", page)
