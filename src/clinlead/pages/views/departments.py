"""The trust's departments: who leads them, what they measure, and the way to their figures."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.access.queries import grants_visible_to, people_visible_to
from clinlead.measures.models import DepartmentMeasure
from clinlead.organisation.models import Department, Post
from clinlead.pages.navigation import exists


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    listed = Department.objects.select_related("division", "specialty").order_by(
        "division__name", "name"
    )
    posts = Post.objects.on(reader.on).values_list("department_id", flat=True)
    page = {
        "listed": listed,
        "clinicians": Counter(posts),
        "leads": leads_by_department(reader),
        "mine": reader.departments | reader.leads,
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


def figures_address(shown: Department) -> str:
    """Where its figures are, in an installation that has that page."""
    address = f"/departments/{shown.code}/figures/"
    return address if exists(address) else ""
