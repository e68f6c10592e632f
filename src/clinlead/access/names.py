"""Names inside a department: a member agrees or withdraws, and sees how many have agreed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.actions import agree_to_names, withdraw_from_names
from clinlead.access.queries import names_facts
from clinlead.organisation.models import Department


@require_http_methods(["GET", "POST"])
def names(request: HttpRequest, code: str) -> HttpResponse:
    """To everybody but the department's members the page does not exist."""
    reader = request.reader  # type: ignore[attr-defined]
    mine = Department.objects.filter(pk__in=reader.departments, closed_on=None)
    department = get_object_or_404(mine, code=code)
    if request.method == "POST":
        return answered(request, department)
    facts = names_facts(department, reader.on)
    page = {
        "department": department,
        "facts": facts,
        "agreed": reader.person_id in facts.agreed,
    }
    return render(request, "access/names.html", page)


def answered(request: HttpRequest, department: Department) -> HttpResponse:
    """Keep what this member says for themselves; anything but yes is a no."""
    agrees = request.POST.get("answer") == "agree"
    act = agree_to_names if agrees else withdraw_from_names
    act(department=department, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    said = "You have agreed to names." if agrees else "You do not agree to names. None is shown."
    messages.success(request, said)
    return redirect("names", code=department.code)
