"""One's own notices, and how one is told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinlead.notices import actions, queries
from clinlead.notices.forms import MailForm
from clinlead.notices.sending import is_set_up


@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What one was told, and the choice to be told by e-mail as well."""
    reader = request.reader  # type: ignore[attr-defined]
    start = {
        "by_mail": queries.wants_mail(reader.account_id),
        "address": request.user.email,  # type: ignore[union-attr]
    }
    form = MailForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.choose_mail(by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Saved.")
        return redirect("/me/notices/")
    context = {
        "notices": queries.recent(reader.account_id, reader.on),
        "form": form,
        "sends": is_set_up(),
    }
    return render(request, "notices/mine.html", context, status=422 if form.is_bound else 200)
