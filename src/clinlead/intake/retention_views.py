"""The page of how long records are kept: set by the data protection officer, read by analysts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.intake.actions import set_period
from clinlead.intake.forms import PeriodForm
from clinlead.intake.models import Erasure
from clinlead.intake.retaining import NOTICE, why_not_decide_retention, why_not_see_retention
from clinlead.intake.retention import holdings, record_holding
from clinlead.intake.views import only_if

NEWEST = 24


@require_http_methods(["GET", "POST"])
@only_if(why_not_see_retention)
def retention(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_period(asked=form.asked(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Set. Nothing of it is erased for {NOTICE.days} days.")
        return redirect("retention")
    erasures = Erasure.objects.select_related("period", "begun_by__person")
    page = {
        "holdings": holdings(timezone.localdate()),
        "record": record_holding(timezone.localdate()),
        "erasures": erasures[:NEWEST],
        "form": form,
        "notice": NOTICE.days,
        "may_set": why_not_decide_retention(request.reader) is None,  # type: ignore[attr-defined]
    }
    status = 422 if form.errors else 200
    return render(request, "intake/retention.html", page, status=status)
