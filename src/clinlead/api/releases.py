"""Releases: the list, one of them with its gate or its figures, its manifest, and releasing."""

from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from clinlead.api.application import (
    NO_NUL,
    REFUSALS,
    Asking,
    Number,
    PageNumber,
    PageSize,
    page_of,
)
from clinlead.history.actions import record_reading
from clinlead.releases import actions
from clinlead.releases.models import Release
from clinlead.releases.queries import seen_by
from clinlead.releases.standing import gate_of, is_preparing, standing
from clinlead.releases.views import needs_purpose

router = Router(tags=["releases"])


class ReleaseOut(Schema):
    """A release; the digest is there once it is made."""

    id: int
    department: str
    first_month: str
    last_month: str
    edition: int
    because: str
    state: str
    due_on: date
    released_at: datetime | None
    invitation: str
    digest: str | None


class ReleasesOut(Schema):
    count: int
    page: int
    pages: int
    results: list[ReleaseOut]


class CriterionOut(Schema):
    """One thing the gate asks for."""

    code: str
    words: str
    passed: bool
    missing: str
    who: str
    note: str


class BriefFigure(Schema):
    """A figure of a release, as far as the reader may see it."""

    measure: str
    rule: str
    unit: str
    title: str
    figure: str
    reading: str
    signals: list[list[str]]
    beside_colleagues: str  # "unusually high" or "unusually low"; blank otherwise


class ReleaseDetail(ReleaseOut):
    gate: list[CriterionOut]
    figures: list[BriefFigure]


class ManifestOut(Schema):
    digest: str
    manifest: dict[str, Any]


class Invitation(Schema):
    invitation: str = Field("", max_length=10_000, pattern=NO_NUL)


def as_row(release: Release) -> dict[str, Any]:
    names = ("first_month", "last_month", "edition", "because", "state", "due_on", "released_at")
    row = {name: getattr(release, name) for name in names}
    return row | {
        "id": release.pk,
        "department": release.department.code,
        "invitation": release.invitation,
        "digest": release.digest or None,
    }


def find(request: Asking, number: int) -> Release:
    visible = Release.objects.visible_to(request.reader).select_related("department", "supersedes")
    return get_object_or_404(visible, pk=number)


@router.get("/releases", response={200: ReleasesOut, **REFUSALS}, operation_id="releases")
def releases(request: Asking, page: PageNumber = 1, size: PageSize = 50) -> dict[str, Any]:
    """Every release that this account may know of, newest first."""
    visible = Release.objects.visible_to(request.reader).select_related("department")
    return page_of(visible, page, size, as_row)


@router.get("/releases/{number}", response={200: ReleaseDetail, **REFUSALS}, operation_id="release")
def release(request: Asking, number: Number) -> dict[str, Any]:
    """One release: its gate before it is made, and the figures that this account may see."""
    found = find(request, number)
    gate: list[Any] = []
    if is_preparing(found):
        now = standing(found, request.reader.on)
        figures: list[Any] = now.seen_by(request.reader)
        gate = [vars(each) for each in gate_of(now)]
    else:
        seen = seen_by(found, request.reader)
        figures = [each for each in seen if not needs_purpose(request.reader, each)]
    note_reading(request, found, figures)
    return as_row(found) | {"gate": gate, "figures": [brief(each) for each in figures]}


def brief(figure: Any) -> dict[str, Any]:
    statistics = figure.statistics
    return {
        **figure.key._asdict(),
        "title": figure.title,
        "figure": statistics["figure"],
        "reading": statistics["reading"],
        "signals": statistics["signals"],
        "beside_colleagues": figure.beside or "",
    }


def note_reading(request: Asking, release: Release, figures: list[Any]) -> None:
    people = {figure.person.pk for figure in figures if figure.person is not None}
    about = people - {request.reader.person_id}
    if about:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=about,
            object_kind="release",
            object_id=release.pk,
        )


@router.get(
    "/releases/{number}/manifest", response={200: ManifestOut, **REFUSALS}, operation_id="manifest"
)
def manifest(request: Asking, number: Number) -> dict[str, Any]:
    """What a release was made from. Its digest is over the part named `digested`."""
    found = find(request, number)
    if is_preparing(found):
        raise Http404
    return {"digest": found.digest, "manifest": found.manifest}


@router.post(
    "/releases/{number}/release",
    response={200: ReleaseOut, **REFUSALS},
    operation_id="make_release",
)
def make(request: Asking, number: Number, body: Invitation | None = None) -> dict[str, Any]:
    """Release the figures; refused in the gate's own words while it is shut."""
    found = find(request, number)
    invitation = body.invitation.strip() if body else ""
    if not invitation:
        raise HttpError(422, "invitation: write what you invite those who own these figures to.")
    made = actions.release_figures(
        release_id=found.pk, invitation=invitation, by=request.user, at=timezone.now()
    )
    return as_row(made)
