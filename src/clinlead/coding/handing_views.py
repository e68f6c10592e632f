"""The pages on which a study is handed on and taken over. They stand under the study's own
address, because its key is held for no other."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clinlead.access.policies import Role
from clinlead.coding.forms import HandOnForm, TakeOverForm, sent
from clinlead.coding.handing_on import (
    hand_on,
    handing_facts,
    take_offer_back,
    take_over,
)
from clinlead.coding.policies import why_not_take_over
from clinlead.evaluation.asking import Asked, of_study, opened
from clinlead.evaluation.handing import open_by_offer
from clinlead.evaluation.keeping import open_by_code
from clinlead.evaluation.models import Offer, Study
from clinlead.evaluation.sealing import Key
from clinlead.evaluation.views import code_page

NO_SUCH = "This opens no study that is yours to take over."


@require_http_methods(["GET", "POST"])
@of_study
@opened
def handing_on(request: Asked, study: Study, key: Key) -> HttpResponse:
    """To whom; then the code that they are told."""
    form = HandOnForm(sent(request), study=study, on=request.reader.on)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        code = hand_on(study=study, key=key, to=to, by=request.user, at=timezone.now())
        return render(request, "coding/offered.html", {"study": study, "to": to, "code": code})
    standing = Offer.objects.filter(study=study).select_related("to__person").first()
    page = {"study": study, "form": form, "offer": standing}
    return render(request, "coding/hand_on.html", page, status=422 if form.errors else 200)


@require_POST
@of_study
def offer_taken_back(request: Asked, study: Study) -> HttpResponse:
    take_offer_back(study=study, by=request.user, at=timezone.now())
    messages.success(request, "The offer is taken back; its code opens nothing.")
    return redirect(study)


@never_cache
@require_http_methods(["GET", "POST"])
def taking_over(request: Asked, pk: int | None = None) -> HttpResponse:
    """With the code of an offer; or, where an evaluator left, with the study's recovery code."""
    if not request.reader.has(Role.EVALUATOR):
        raise Http404
    offered = Offer.objects.filter(study=pk, to=request.user).select_related("study").first()
    if pk is not None and offered is None:
        raise Http404
    form = TakeOverForm(sent(request), offered=offered is not None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        study, key = (
            (offered.study, open_by_offer(offered.study, given["code"]))
            if offered
            else left_behind(request, given["number"], given["code"])
        )
        if study is not None and key is not None:
            code = take_over(
                study=study,
                key=key,
                passphrase=given["passphrase"],
                by=request.user,
                at=timezone.now(),
            )
            return code_page(request, study, key, code)
        form.add_error("code", NO_SUCH)
    page = {"form": form, "offer": offered}
    return render(request, "coding/take_over.html", page, status=422 if form.errors else 200)


def left_behind(request: Asked, number: int, code: str) -> tuple[Study | None, Key | None]:
    """A study whose evaluator is none any more, and its key. Whether it exists is not said."""
    study = Study.objects.filter(pk=number).select_related("evaluator", "key").first()
    if study is None or not hasattr(study, "key"):
        return None, None
    facts = handing_facts(study, request.user, timezone.now())
    if not facts.left or why_not_take_over(request.reader, facts):
        return None, None
    return study, open_by_code(study, code)
