"""Pages of a source of several data sets: upload, see what is in it, load all of it, follow."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinlead.intake.policies import why_not_load
from clinlead.intake.several_forms import NamesItsDataSet, SeveralForm
from clinlead.intake.several_presenters import SeveralPage
from clinlead.intake.several_running import go_on
from clinlead.intake.several_uploads import (
    SeveralUpload,
    Stage,
    find_several,
    keep_asked,
    keep_several,
)
from clinlead.intake.views import only_if


@require_http_methods(["GET", "POST"])
@only_if(why_not_load)
def upload(request: HttpRequest) -> HttpResponse:
    form = SeveralForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_several(
            files=form.cleaned_data["chosen"],
            asked=form.asked(),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        go_on(kept)
        return redirect("several", token=kept.token)
    return render(request, "intake/several_upload.html", {"form": form})


def mine(request: HttpRequest, token: str) -> SeveralUpload:
    found = find_several(token, request.user.pk or 0)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@only_if(why_not_load)
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What the files hold and lack; with another mapping they are read again."""
    asked = mine(request, token)
    page = SeveralPage(asked, asked.standing())
    form = NamesItsDataSet(request.POST or None, initial={"mapping_text": asked.mapping_text})
    if request.method == "POST" and page.can_be_read_again and form.is_valid():
        again = replace(asked, mapping_text=form.cleaned_data["mapping_text"])
        keep_asked(again)
        go_on(again)
        return redirect("several", token=token)
    return render(request, "intake/several.html", {"page": page, "form": form})


@require_POST
@only_if(why_not_load)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Load what was read; pressed twice, it is loaded once."""
    asked = mine(request, token)
    if SeveralPage(asked, asked.standing()).can_be_loaded:
        asked.note(Stage.LOADING, doing="waiting to start")
        go_on(asked)
    return redirect("several", token=token)
