"""Released figures taken away as files: what the pages show this reader, logged as an export."""

from collections.abc import Sequence

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.policies import refuse_if
from clinlead.dataprotection.actions import Said, disclosed
from clinlead.dataprotection.policies import Basis
from clinlead.figures.sums import MonthSums
from clinlead.history.actions import record_export
from clinlead.printing import CannotPrint
from clinlead.releases import fhir, files
from clinlead.releases.asking import Asked
from clinlead.releases.figure_views import find_figure
from clinlead.releases.files import Kind
from clinlead.releases.models import FigureKey, Release, ReleasedFigure
from clinlead.releases.picture import chart_as_png, chart_as_svg
from clinlead.releases.queries import months_shown, seen_by
from clinlead.releases.standing import is_preparing
from clinlead.releases.views import find, needs_purpose, stated_purpose
from clinmeasures.definitions import Definition

Shown = Sequence[tuple[ReleasedFigure, list[MonthSums]]]


@require_GET
def of_release(request: Asked, release_id: int, kind: str) -> HttpResponse:
    """Every figure of a release that its page shows this reader."""
    release, wanted = released(request, release_id), kind_of(kind)
    if wanted not in files.OF_A_RELEASE:
        raise Http404
    purpose, _ = stated_purpose(request, release)
    figures = [
        each
        for each in seen_by(release, request.reader)
        if purpose or not needs_purpose(request.reader, each)
    ]
    return taken(request, release, figures, wanted, purpose)


@require_GET
def of_figure(request: Asked, release_id: int, kind: str, **key: str) -> HttpResponse:
    """One figure: its numbers, or its chart."""
    release, wanted = released(request, release_id), kind_of(kind)
    figure = find_figure(request, release, FigureKey(**key))
    purpose, _ = stated_purpose(request, release)
    missing = needs_purpose(request.reader, figure) and not purpose
    refuse_if(files.why_not_take_away(months=1, purpose_missing=missing))
    return taken(request, release, [figure], wanted, purpose)


def released(request: Asked, release_id: int) -> Release:
    """A release that is out, or was; what is being prepared cannot be taken away by anybody."""
    release = find(request, release_id)
    if is_preparing(release):
        raise Http404
    return release


def kind_of(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError as unknown:
        raise Http404 from unknown


def taken(
    request: Asked, release: Release, figures: Sequence[ReleasedFigure], kind: Kind, purpose: str
) -> HttpResponse:
    """The file, once that it is taken is in the record."""
    for figure in figures:
        figure.release = release
    shown = [(each, months_shown(each, request.reader)) for each in figures]
    shown = [(figure, months) for figure, months in shown if months]
    refuse_if(files.why_not_take_away(months=sum(len(months) for _, months in shown)))
    try:
        content = content_of(shown, kind)
    except CannotPrint as problem:
        return HttpResponse(str(problem), content_type="text/plain", status=503)
    note(request, release, [figure for figure, _ in shown], kind, purpose)
    headers = {
        "Content-Disposition": f'attachment; filename="{name_of(release, figures, kind)}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=files.CONTENT_TYPES[kind], headers=headers)


def content_of(shown: Shown, kind: Kind) -> bytes:
    figures = [figure for figure, _ in shown]
    definitions = fhir.definitions_of(figures)
    if kind is Kind.FHIR:
        made = fhir.bundle(figures, at=timezone.now(), kind="collection")
        return made.model_dump_json().encode()
    if kind in files.OF_A_RELEASE:
        frozen = [
            frozen_of(figure, months, definitions[figure.measure, figure.version])
            for figure, months in shown
        ]
        return files.as_csv(frozen) if kind is Kind.CSV else files.as_parquet(frozen)
    (figure, months), *_ = shown
    return picture_of(figure, months, definitions[figure.measure, figure.version], kind)


def picture_of(
    figure: ReleasedFigure, months: list[MonthSums], definition: Definition, kind: Kind
) -> bytes:
    """The chart; not found where there is none to draw."""
    svg = chart_as_svg(figure, definition, months)
    if not svg:
        raise Http404
    return svg.encode() if kind is Kind.SVG else chart_as_png(svg, figure)


def frozen_of(
    figure: ReleasedFigure, months: list[MonthSums], definition: Definition
) -> files.Frozen:
    release = figure.release
    words = {name: getattr(release, name) for name in files.WORDS if hasattr(release, name)}
    words |= {"department": release.department.code, files.RELEASE_DIGEST: release.digest}
    names = {name: getattr(figure, name) for name in files.NAMES if name != "month"}
    return files.Frozen(
        release=words, **names, months=months, definition=definition, digest=figure.digest
    )


@transaction.atomic
def note(
    request: Asked, release: Release, figures: Sequence[ReleasedFigure], kind: Kind, purpose: str
) -> None:
    """One entry a file, naming everyone else whose figures are in it."""
    people = {figure.person_id for figure in figures if figure.person_id is not None}
    details = {"file": kind.value, "figures": len(figures)}
    record_export(
        at=timezone.now(),
        by_id=request.user.pk,
        about=people - {request.reader.person_id},
        object_kind="release",
        object_id=release.pk,
        details=details | ({"reason": purpose} if purpose else {}),
    )
    if files.leaves_the_department(request.reader, release.department_id):
        note_outside(request, release, people, purpose)


def note_outside(request: Asked, release: Release, people: set[int], purpose: str) -> None:
    """Whoever takes a department's figures out of it stands in the register of disclosures."""
    said = Said(
        to_whom=str(request.user),
        what=f"{release.department}, {release.period}: a file of released figures",
        basis=Basis.PUBLIC_TASK,
        because=purpose or "By the rules of who reads them",
        on=timezone.localdate(),
        people=tuple(people),
    )
    disclosed(said=said, by=request.user, at=timezone.now())


def name_of(release: Release, figures: Sequence[ReleasedFigure], kind: Kind) -> str:
    """What the file is called: no person in it, for names of files travel."""
    one = f"-{figures[0].measure}" if len(figures) == 1 else ""
    months = f"{release.first_month}-to-{release.last_month}"
    return f"{release.department.code}-{months}-edition-{release.edition}{one}.{kind.value}"
