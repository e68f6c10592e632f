"""The work list of corrections for the sources: to look through, to take away, to mark as sent."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinlead.history.actions import record_export
from clinlead.intake.at_source import Office, Standing, why_not_follow
from clinlead.intake.models import Correction
from clinlead.intake.sending import mark_sent
from clinlead.validation import at_source
from clinlead.validation.views import who

ON_A_PAGE = 50
PAGE = "/corrections/"


def asked(request: HttpRequest) -> tuple[Standing, Office | None]:
    """What is listed; to everybody but the analyst there is no such page."""
    if why_not_follow(who.reader(request)):
        raise Http404
    chosen = request.GET if request.method == "GET" else request.POST
    standing = next((s for s in Standing if s.name.lower() == chosen.get("state")), Standing.OPEN)
    office = next((o for o in Office if o.name.lower() == chosen.get("office")), None)
    return standing, office


def listed(standing: Standing, office: Office | None) -> list[Correction]:
    return at_source.for_office(at_source.corrections_standing(standing), office)


@require_GET
def work_list(request: HttpRequest) -> HttpResponse:
    standing, office = asked(request)
    found = listed(standing, office)
    shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = f"state={standing.name.lower()}&office={office.name.lower() if office else ''}"
    context = {
        "standing": standing,
        "open": standing is Standing.OPEN,
        "office": office,
        "offices": list(Office),
        "counts": at_source.counts(),
        "total": len(found),
        "shown": shown,
        "lines": at_source.lines_of(list(shown)),
        "through": max((one.pk for one in found), default=0),
        "query": query,
    }
    return render(request, "validation/at_source.html", context)


@require_GET
def work_list_file(request: HttpRequest) -> HttpResponse:
    """The list as CSV, for the office; that it was taken is in the record."""
    standing, office = asked(request)
    found = listed(standing, office)
    record_export(
        at=timezone.now(),
        by_id=who.account(request).pk,
        about=(),
        object_kind="corrections",
        object_id=office.name.lower() if office else "all",
        details={"file": "csv", "corrections": len(found), "state": standing.value},
    )
    answer = HttpResponse(at_source.as_csv(at_source.lines_of(found)), content_type="text/csv")
    place = office.name.lower() if office else "all"
    answer["Content-Disposition"] = f'attachment; filename="corrections-{place}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def sent(request: HttpRequest) -> HttpResponse:
    """Everything on the list that was shown is marked as sent; what came later is not."""
    _, office = asked(request)
    through = request.POST.get("through", "")
    count = mark_sent(
        office=office,
        through=int(through) if through.isdecimal() and len(through) < 18 else 0,
        by=who.account(request),
        at=timezone.now(),
    )
    messages.success(request, f"Marked as sent: {count}. Each closes when an extract agrees.")
    return redirect(f"{PAGE}?state=sent")
