"""The page of rows that fail a check: every one with its owner and its outcome."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.policies import Button
from clinlead.intake.failing import settle_rows
from clinlead.intake.models import FailingRow, LoadState, Outcome
from clinlead.intake.policies import why_not_load, why_not_settle_rows
from clinlead.intake.views import ON_A_PAGE, only_if
from clinmeasures.activity import RECORD_TYPES


@require_http_methods(["GET", "POST"])
@only_if(why_not_load)
def failing_rows(request: HttpRequest, dataset: str) -> HttpResponse:
    """The open ones first; what became of those chosen is said here."""
    if dataset not in RECORD_TYPES:
        raise Http404
    if request.method == "POST":
        return settle(request, dataset)
    rows = FailingRow.objects.filter(dataset=dataset, load__state=LoadState.ACTIVE)
    tally = rows.aggregate(**{each: Count("pk", filter=Q(outcome=each)) for each in Outcome.values})
    first = Case(When(outcome=Outcome.OPEN, then=Value(0)), default=1, output_field=IntegerField())
    ordered = rows.select_related("load").order_by(first, "check_code", "row")
    page = {
        "dataset": dataset,
        "tally": tally,
        "shown": Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("page")),
        "settle": Button.guarded("Save", why_not_settle_rows(request.reader)),  # type: ignore[attr-defined]
    }
    return render(request, "intake/failing.html", page)


def settle(request: HttpRequest, dataset: str) -> HttpResponse:
    outcome = request.POST.get("outcome", "")
    if outcome not in (Outcome.ACCEPTED, Outcome.CORRECTED):
        outcome = Outcome.ACCEPTED
    count = settle_rows(
        dataset=dataset,
        ids=[int(each) for each in request.POST.getlist("row") if each.isdecimal()],
        outcome=outcome,
        reason=request.POST.get("reason", ""),
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, f"Saved for {count} {'row' if count == 1 else 'rows'}.")
    return redirect("failing_rows", dataset=dataset)
