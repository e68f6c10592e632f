"""The trust's departments: who leads them, what they measure, and the way to their figures."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinlead.access.mergers import grants_left_behind
from clinlead.access.merging_policies import why_not_open_mergers
from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.access.queries import grants_visible_to, people_visible_to
from clinlead.measures.merging import left_open
from clinlead.measures.models import DepartmentMeasure
from clinlead.organisation.models import Department, Post
from clinlead.pages.navigation import exists


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    gone_last = F("closed_on").asc(nulls_first=True)
    listed = Department.objects.select_related("division", "specialty").order_by(
        gone_last, "division__name", "name"
    )
    posts = Post.objects.on(reader.on).values_list("department_id", flat=True)
    page = {
        "listed": listed,
        "clinicians": Counter(posts),
        "leads": leads_by_department(reader),
        "mine": reader.departments | reader.leads,
        "may_merge": why_not_open_mergers(reader) is None,
    }
    return render(request, "pages/departments.html", page)


def leads_by_department(reader: Reader) -> dict[int, list[str]]:
    """Who leads each department today, deputies too; one query."""
    leading = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD)
    found: dict[int, list[str]] = {}
    for holding in leading.select_related("account__person"):
        if holding.department_id:
            found.setdefault(holding.department_id, []).append(str(holding.account))
    return found


@require_GET
def department(request: HttpRequest, code: str) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    shown = get_object_or_404(Department.objects.select_related("division", "specialty"), code=code)
    members = Post.objects.on(reader.on).filter(department=shown)
    leading = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD, department=shown)
    measures = DepartmentMeasure.objects.filter(department=shown, ended_on=None)
    page = {
        "department": shown,
        **merged(shown, reader),
        "leading": leading.select_related("account__person", "deputises_for"),
        "clinicians": members.values("person_id").distinct().count(),
        "named": people_visible_to(reader).filter(pk__in=members.values("person_id")),
        "measures": measures.select_related("measure"),
        "grants": grants_visible_to(reader).filter(department=shown, revoked_at=None),
        "figures": figures_address(shown),
        "member": shown.pk in reader.departments,
        "profiles": shown.pk in reader.leads | reader.chief_of or reader.has(Role.HR),
        "reads_names": bool({shown.pk} & (reader.leads | reader.granted_named))
        or reader.has(Role.ANALYST, Role.DIRECTOR),
    }
    return render(request, "pages/department.html", page)


def merged(shown: Department, reader: Reader) -> dict:
    """What it came from, what it went on in, and what a merger left for others to decide."""
    began = shown.opened_on is not None
    near = shown.pk in reader.departments | reader.leads | reader.chief_of
    keeps = near or why_not_open_mergers(reader) is None
    return {
        "before": shown.continues.filter(closed_on=eve(shown)) if began else (),
        "after": shown.continued_by.order_by("opened_on").first() if shown.closed_on else None,
        "left_open": left_open(shown) if began else (),
        "left_behind": grants_left_behind(shown, reader.on) if began and keeps else (),
    }


def eve(shown: Department) -> date | None:
    """The last day of the departments that merged into it."""
    return shown.opened_on - timedelta(days=1) if shown.opened_on else None


def figures_address(shown: Department) -> str:
    """Where its figures are, in an installation that has that page."""
    address = f"/departments/{shown.code}/figures/"
    return address if exists(address) else ""
