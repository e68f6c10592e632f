"""Released figures taken away as files: what the pages show this reader, logged as an export."""

from collections.abc import Sequence

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.policies import refuse_if
from clinlead.dataprotection.actions import Said, disclosed
from clinlead.dataprotection.policies import Basis
from clinlead.history.actions import record_export
from clinlead.printing import CannotPrint
from clinlead.releases import files
from clinlead.releases.asking import Asked
from clinlead.releases.figure_views import find_figure
from clinlead.releases.files import Kind
from clinlead.releases.filing import made, parts_shown, words_of
from clinlead.releases.models import FigureKey, Release, ReleasedFigure
from clinlead.releases.queries import seen_by, without_frozen
from clinlead.releases.standing import is_preparing
from clinlead.releases.views import find, needs_purpose, stated_purpose


@require_GET
def of_release(request: Asked, release_id: int, kind: str) -> HttpResponse:
    """Every figure of a release that its page shows this reader."""
    release, wanted = released(request, release_id), kind_of(kind)
    if wanted not in files.OF_A_RELEASE:
        raise Http404
    seen = seen_by(release, request.reader, without_frozen(release))
    purpose, _ = stated_purpose(request, release, seen)
    figures = [each for each in seen if purpose or not needs_purpose(request.reader, each)]
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
    shown = parts_shown(release, figures, request.reader)
    refuse_if(files.why_not_take_away(months=len(shown)))
    try:
        content = made(kind, release.pk, words_of(release), tuple(shown.values()))
    except CannotPrint as problem:
        return HttpResponse(str(problem), content_type="text/plain", status=503)
    note(request, release, [each for each in figures if each.pk in shown], kind, purpose)
    headers = {
        "Content-Disposition": f'attachment; filename="{name_of(release, figures, kind)}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=files.CONTENT_TYPES[kind], headers=headers)


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
