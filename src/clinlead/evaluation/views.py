"""The pages of a study and of its key."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.evaluation import keeping
from clinlead.evaluation.asking import Asked, of_study
from clinlead.evaluation.forms import ApprovalForm, BeginForm, LockForm, OpenForm, sent
from clinlead.evaluation.holding import hand_over, key_of, put_away
from clinlead.evaluation.models import Offer, Study
from clinlead.evaluation.policies import why_not_begin
from clinlead.evaluation.presenters import StudyPage
from clinlead.evaluation.queries import studies_of
from clinlead.evaluation.sealing import Key


@require_GET
def index(request: Asked) -> HttpResponse:
    """One's own studies; nobody else has this page."""
    if why_not_begin(request.reader):
        raise Http404
    offers = Offer.objects.filter(to=request.user).select_related("study")
    page = {"studies": list(studies_of(request.user)), "offers": list(offers)}
    return render(request, "evaluation/index.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: Asked) -> HttpResponse:
    """A study and its passphrase; the recovery code is shown this once."""
    if why_not_begin(request.reader):
        raise Http404
    form = BeginForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        begun = keeping.begin_study(
            title=given["title"], passphrase=given["passphrase"], by=request.user, at=timezone.now()
        )
        return code_page(request, begun.study, begun.key, begun.code)
    status = 422 if form.errors else 200
    return render(request, "evaluation/begin.html", {"form": form}, status=status)


def code_page(request: Asked, study: Study, key: Key, code: str) -> HttpResponse:
    response = render(request, "evaluation/code.html", {"study": study, "code": code})
    hand_over(request, response, study, key)
    return response


@require_GET
@of_study
def show(request: Asked, study: Study) -> HttpResponse:
    page = StudyPage.of(study, key_of(request, study), timezone.now())
    return render(request, "evaluation/study.html", {"page": page})


@require_http_methods(["GET", "POST"])
@of_study
def open_(request: Asked, study: Study) -> HttpResponse:
    """The passphrase, and on to where one was going."""
    if not hasattr(study, "key"):
        return redirect("evaluation_lock", pk=study.pk)
    form = OpenForm(sent(request))
    if request.method == "POST" and form.is_valid():
        key = keeping.open_study(study, form.cleaned_data["passphrase"])
        if key is not None:
            response = redirect(where_to(request, study))
            hand_over(request, response, study, key)
            return response
        form.add_error("passphrase", "This does not open the study.")
    page = {"form": form, "study": study, "to": where_to(request, study)}
    return render(request, "evaluation/open.html", page, status=422 if form.errors else 200)


def where_to(request: Asked, study: Study) -> str:
    """A page of this study, and nowhere else."""
    here = study.get_absolute_url()
    to = request.POST.get("to") or request.GET.get("to") or here
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    return to if safe and to.startswith(here) else here


@require_POST
@of_study
def approval(request: Asked, study: Study) -> HttpResponse:
    form = ApprovalForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data["approval"]
        keeping.note_approval(study=study, approval=said, by=request.user, at=timezone.now())
        messages.success(request, "Saved.")
    else:
        messages.error(request, "Not saved: it is longer than 300 letters.")
    return redirect(study)


@require_POST
@of_study
def close(request: Asked, study: Study) -> HttpResponse:
    response = redirect(study)
    put_away(request, response)
    messages.success(request, "Closed. Names can be read again after the passphrase.")
    return response


@require_http_methods(["GET", "POST"])
@of_study
def lock(request: Asked, study: Study) -> HttpResponse:
    """Another passphrase: while the study is open, or with the recovery code. A first one, where
    the study was brought in without names."""
    keyed = hasattr(study, "key")
    key = key_of(request, study) if keyed else Key.new()
    form = LockForm(sent(request), opened=key is not None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        key = key or keeping.open_by_code(study, given["code"])
        if key is not None:
            code = keeping.lock_anew(
                study=study,
                key=key,
                passphrase=given["passphrase"],
                by=request.user,
                at=timezone.now(),
            )
            return code_page(request, study, key, code)
        form.add_error("code", "This code does not open the study.")
    page = {"form": form, "study": study, "keyed": keyed}
    return render(request, "evaluation/lock.html", page, status=422 if form.errors else 200)
