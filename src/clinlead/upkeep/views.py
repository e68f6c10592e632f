"""Everything held about a person, as a file: their own, or for the officer who is asked."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.access.models import Account
from clinlead.releases.asking import Asked
from clinlead.upkeep.actions import export
from clinlead.upkeep.forms import ExportForm
from clinlead.upkeep.policies import why_not_export_for_others
from clinlead.upkeep.subject import LEFT_OUT, ROOMS_LEFT_OUT


@require_http_methods(["GET", "POST"])
def own(request: Asked) -> HttpResponse:
    if request.method == "POST":
        content = export(account=request.user, by=request.user, at=timezone.now())
        return as_file(content, request.user)
    reasons = (LEFT_OUT | ROOMS_LEFT_OUT).values()
    return render(request, "upkeep/own.html", {"left_out": dict.fromkeys(reasons)})


@require_http_methods(["GET", "POST"])
def of_others(request: Asked) -> HttpResponse:
    """For the data protection officer alone; nobody else knows of it."""
    if why_not_export_for_others(request.reader):
        raise Http404
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        said = form.cleaned_data["purpose"]
        content = export(account=account, purpose=said, by=request.user, at=timezone.now())
        return as_file(content, account)
    status = 422 if form.errors else 200
    return render(request, "upkeep/exports.html", {"form": form}, status=status)


def as_file(content: bytes, account: Account) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/zip")
    name = f"held-about-{account.get_username()}-{timezone.localdate().isoformat()}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
