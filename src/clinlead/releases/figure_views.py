"""The page of one figure of a release: what the lead makes of it, and the owner's own words."""

from datetime import datetime
from typing import TypedDict
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from clinlead.access.models import Account
from clinlead.figures.charting import Charted, charted
from clinlead.figures.graded import NOT_GRADED, Graded, marks
from clinlead.figures.presenters import table
from clinlead.figures.sums import unit_of_figure
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.releases import actions, bench, forms, policies, presenters
from clinlead.releases.asking import Asked
from clinlead.releases.grades import graded_then
from clinlead.releases.live import Draft
from clinlead.releases.models import FigureKey, Release, ReleasedFigure
from clinlead.releases.out import ONLY_TO_VERIFY
from clinlead.releases.queries import facts_of, months_shown, seen_by_name
from clinlead.releases.reasons import Found
from clinlead.releases.standing import Standing, is_preparing, leading, standing
from clinlead.releases.statistics import kept_breaks
from clinlead.releases.views import (
    TRAIL,
    find,
    needs_purpose,
    note_own_look,
    note_reading,
    stated_purpose,
)
from clinlead.strategy.streams import streams_for
from clinmeasures.charts import Event, trend_chart

WIDE, NARROW = 720, 320
BACK = "quarter"  # the field that says that the quarter's page sent a form


@require_GET
def show(request: Asked, release_id: int, measure: str, rule: str, unit: str) -> HttpResponse:
    return page_of(request, find(request, release_id), FigureKey(measure, rule, unit))


def page_of(
    request: Asked, release: Release, key: FigureKey, *, status: int = 200, form=None
) -> HttpResponse:
    if is_preparing(release):
        now, draft = find_draft(request, release, key)
        return draft_page(request, now, draft, status, form)
    return released_page(request, release, find_figure(request, release, key), status, form)


def find_draft(request: Asked, release: Release, key: FigureKey) -> tuple[Standing, Draft]:
    """A figure being prepared, where this person may see it."""
    now = standing(release, timezone.localdate())
    draft = now.figures.find(key)
    reader = request.reader
    if draft is None or policies.why_not_see_figure(now.facts_of(draft, reader), reader):
        raise Http404
    return now, draft


def find_figure(request: Asked, release: Release, key: FigureKey) -> ReleasedFigure:
    """A released figure, where this person may see it; the director says what for first."""
    reader = request.reader
    found = release.figures.filter(**key._asdict()).select_related("person").first()
    if found is None:
        raise Http404
    streams = streams_for(reader, release.department_id)
    leads = leading(release.department_id, reader.on)
    others = release.figures.filter(measure=key.measure) if streams.members else ()
    seen = seen_by_name(others, streams, reader)
    facts = facts_of(release, found, leads, streams, seen)
    if policies.why_not_see_figure(facts, reader):
        raise Http404
    return found


def draft_page(request: Asked, now: Standing, draft: Draft, status: int, form) -> HttpResponse:
    """A figure being prepared; asked for by the quarter's page, its bench alone."""
    release = now.release
    note_reading(request, release, [draft.person])
    found = bench.of(now, draft, request.user, request.reader, form)
    context = {
        "release": release,
        "trail": [*TRAIL, (str(release), release.get_absolute_url())],
        "bench": found,
        "from_quarter": request.htmx or BACK in request.POST,
        "back": BACK,
        **drawn(draft, draft.definition, draft.months, found.chart),
    }
    template = "releases/bench.html" if request.htmx else "releases/draft.html"
    return render(request, template, context, status=status)


def drawn(figure: Draft | ReleasedFigure, definition, months, chart=None) -> dict:
    """The chart in two widths and the same numbers as a table, with the grades that are frozen."""
    title, breaks = figure.title, kept_breaks(figure.statistics)
    chart = chart or charted(months, definition, team=figure.key.is_team, breaks=breaks)
    graded = graded_then(figure, chart) if isinstance(figure, ReleasedFigure) else NOT_GRADED
    if chart.series is None:
        return {"chart": {}, "rows": [], "graded": graded}
    pictures = {}
    for name, width in (("wide", WIDE), ("narrow", NARROW)):
        pictures[name] = trend_chart(
            chart.series,
            title=title,
            description=f"{title}, month by month. The table below says the same.",
            unit=unit_of_figure(definition),
            id_prefix=f"chart-{name}",
            width=width,
            provisional=chart.provisional,
            breaks=[Event(f"{month}-01", "Recording changed") for month in chart.breaks],
            doubts=marks(graded.by_month, chart),
        )
    return {"chart": pictures, "rows": rows_of(chart, graded), "graded": graded}


def rows_of(chart: Charted, graded: Graded) -> list[list[str]]:
    """The chart as a table, newest month first; with what the data were worth, where it is kept."""
    rows = [[row.words, row.cases, row.figure, row.usual, row.state] for row in table(chart)]
    if graded.by_month:
        for row, each in zip(rows, reversed(chart.months), strict=True):
            known = graded.by_month.get(each.month)
            row.append(known.words if known else "")
    return rows


def released_page(
    request: Asked, release: Release, figure: ReleasedFigure, status: int, form
) -> HttpResponse:
    reader = request.reader
    purpose, purpose_form = stated_purpose(request, release)
    if needs_purpose(reader, figure) and not purpose:
        context = {"release": release, "trail": TRAIL, "form": purpose_form}
        return render(request, "releases/purpose.html", context)
    note_reading(request, release, [figure.person], purpose)
    note_own_look(request, release, [figure.person_id])
    facts = facts_of(release, figure, leading(release.department_id, reader.on))
    register = MeasureVersion.objects.filter(code=figure.measure, version=figure.version)
    definition = read_definition(register.get().definition)
    months = months_shown(figure, reader)
    words = release.interpretations.filter(**figure.key._asdict()).select_related("by__person")
    context = {
        "release": release,
        "trail": [*TRAIL, (str(release), release.get_absolute_url())],
        "figure": figure,
        "title": figure.title,
        "owner": presenters.owner_label(figure.person, release.department, reader),
        "statistics": figure.statistics,
        "definition": definition,
        **drawn(figure, definition, months),
        "hidden": len(figure.tallies["month"]) - len(months),
        "purpose": purpose,
        "beside": presenters.beside_words(figure.beside),
        "said": presenters.said_of(words, figure.digest),
        "own": policies.why_not_append(facts, "words", reader) is None,
        "form": form or forms.WordsForm(),
        "here": presenters.address(release, figure.key),
        "editions": editions(release, figure, reader),
        "talk": import_string(settings.TALK_ABOUT)(figure, reader),
    }
    return render(request, "releases/figure.html", context, status=status)


def editions(release: Release, figure: ReleasedFigure, reader) -> list[tuple[Release, str]]:
    """The same figure in every edition, oldest first: what was released stays visible."""
    same = Release.objects.visible_to(reader).filter(
        department=release.department_id,
        first_month=release.first_month,
        last_month=release.last_month,
    )
    found = ReleasedFigure.objects.filter(release__in=same, **figure.key._asdict())
    ordered = found.select_related("release__department").order_by("release__edition")
    rows = ordered.defer(*ONLY_TO_VERIFY)
    return [(each.release, each.statistics["figure"]) for each in rows]


@require_POST
def interpret(request: Asked, release_id: int, measure: str, rule: str, unit: str) -> HttpResponse:
    """What the lead makes of a figure before it goes out. What they wrote is kept first."""
    release, key = find(request, release_id), FigureKey(measure, rule, unit)
    seen(request, release, key)
    form = forms.InterpretForm(request.POST)
    if not form.is_valid():
        return page_of(request, release, key, status=422, form=form)
    said = said_in(request, release, key, form)
    actions.keep_words(**said)
    actions.interpret(**said, seen=form.seen)
    messages.success(request, "Saved, and the figure is signed off.")
    return redirect(next_after(request, release, key))


class SaidOfFigure(TypedDict):
    """What a form says of a figure, as both acts take it."""

    release_id: int
    key: FigureKey
    text: str
    found: Found
    by: Account
    at: datetime


def said_in(
    request: Asked, release: Release, key: FigureKey, form: forms.InterpretForm
) -> SaidOfFigure:
    return SaidOfFigure(
        release_id=release.pk,
        key=key,
        text=form.cleaned_data["text"],
        found=form.found,
        by=request.user,
        at=timezone.now(),
    )


@require_POST
def keep(request: Asked, release_id: int, measure: str, rule: str, unit: str) -> HttpResponse:
    """Keep what is written so far: on the way, or to come back to it later."""
    release, key = find(request, release_id), FigureKey(measure, rule, unit)
    seen(request, release, key)
    form = forms.KeepForm(request.POST)
    if not form.is_valid():
        return page_of(request, release, key, status=422, form=form)
    said = said_in(request, release, key, form)
    actions.keep_words(**said)
    if request.htmx:
        return render(request, "releases/kept.html", {"at": said["at"]})
    messages.success(request, "Kept for you. Nobody else sees it until you save it.")
    return redirect(next_after(request, release, key))


def next_after(request: Asked, release: Release, key: FigureKey) -> str:
    """Where a lead goes on: the next figure that waits for their words, else the quarter."""
    now = standing(release, timezone.localdate())
    waiting = presenters.waiting(now, request.reader)
    after = [draft.key for draft in waiting if draft.key > key] or [d.key for d in waiting]
    others = [each for each in after if each != key]
    if not others:
        return release.get_absolute_url()
    if BACK in request.POST:
        place = "/".join(others[0])
        return f"{release.get_absolute_url()}?{urlencode({'figure': place})}#interpret"
    return presenters.address(release, others[0])


@require_POST
def sign_off(request: Asked, release_id: int, measure: str, rule: str, unit: str) -> HttpResponse:
    release, key = find(request, release_id), FigureKey(measure, rule, unit)
    seen(request, release, key)
    actions.sign_off(release_id=release.pk, keys=[key], by=request.user, at=timezone.now())
    messages.success(request, "Signed off.")
    return redirect(release)


def seen(request: Asked, release: Release, key: FigureKey) -> None:
    """Not found, unless this person may see the figure."""
    if is_preparing(release):
        find_draft(request, release, key)
    else:
        find_figure(request, release, key)


@require_POST
def write(request: Asked, release_id: int, measure: str, rule: str, unit: str) -> HttpResponse:
    """The owner's own words beside a released figure."""
    release, key = find(request, release_id), FigureKey(measure, rule, unit)
    seen(request, release, key)
    form = forms.WordsForm(request.POST)
    if not form.is_valid():
        return page_of(request, release, key, status=422, form=form)
    actions.append_words(
        release_id=release.pk,
        key=key,
        text=form.cleaned_data["text"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "Your words are saved.")
    return redirect(presenters.address(release, key))
