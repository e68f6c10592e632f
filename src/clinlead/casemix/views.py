"""Case-mix models: what they know and how well they do; fitting, giving and using them."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.policies import Reader
from clinlead.background.models import Job
from clinlead.casemix import actions
from clinlead.casemix.forms import FitForm, GiveForm, RecordsForm, UseForm, as_text
from clinlead.casemix.models import CaseMixModel, Fitting
from clinlead.casemix.policies import why_not_fit, why_not_put_in_force, why_not_see_models
from clinlead.casemix.presenters import fitting_page, index_page, model_page
from clinlead.casemix.queries import versions_of


def reader_of(request: HttpRequest) -> Reader:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def refuse_strangers(request: HttpRequest) -> None:
    if why_not_see_models(reader_of(request)):
        raise Http404


def refuse_others(request: HttpRequest) -> None:
    """Whoever fits no models does not find the pages on which that is done."""
    if why_not_fit(reader_of(request)):
        raise Http404


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however empty; nothing where it is only opened."""
    return request.POST if request.method == "POST" else None


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    refuse_strangers(request)
    return render(request, "casemix/index.html", {"page": index_page(reader_of(request))})


@require_GET
def show(request: HttpRequest, code: str, version: int) -> HttpResponse:
    refuse_strangers(request)
    versions = versions_of(code)
    found = next((each for each in versions if each.version == version), None)
    if found is None:
        raise Http404
    page = model_page(found, versions, reader_of(request))
    return render(request, "casemix/model.html", {"page": page, "form": UseForm()})


@require_GET
def file(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The model as a file, which scores the same anywhere (`clinmeasures score`)."""
    refuse_strangers(request)
    found = get_object_or_404(CaseMixModel, code=code, version=version)
    answer = HttpResponse(as_text(found.frozen), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{version}.json"'
    return answer


@require_http_methods(["GET", "POST"])
def fit(request: HttpRequest) -> HttpResponse:
    refuse_others(request)
    return asked_for(request, FitForm(sent(request)), "Fit a case-mix model", "Fit it")


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    refuse_others(request)
    form = GiveForm(sent(request), request.FILES or None)
    return asked_for(request, form, "Give a model’s coefficients", "Judge it on our records")


def asked_for(request: HttpRequest, form: RecordsForm, heading: str, button: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        made = actions.ask(asking=form.asking(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return redirect(made)
    page = {"form": form, "heading": heading, "button": button}
    return render(request, "casemix/ask.html", page, status=422 if form.errors else 200)


@require_GET
def fitting(request: HttpRequest, fitting_id: int) -> HttpResponse:
    refuse_others(request)
    asked = get_object_or_404(Fitting.objects.select_related("made"), pk=fitting_id)
    if asked.made is not None:
        messages.success(
            request, "The model is frozen. See how well it does, then put it in force."
        )
        return redirect(asked.made)
    job = Job.objects.filter(kind=actions.FIT, key=str(asked.pk)).first()
    return render(request, "casemix/fitting.html", {"page": fitting_page(asked, job)})


@require_http_methods(["POST"])
def use(request: HttpRequest, code: str, version: int) -> HttpResponse:
    refuse_strangers(request)
    found = get_object_or_404(CaseMixModel, code=code, version=version)
    form: Form = UseForm(request.POST)
    if why_not_put_in_force(reader_of(request), found.facts(), "a reason") or form.is_valid():
        because = form.cleaned_data.get("because", "") if form.is_valid() else ""
        actions.put_in_force(model_id=found.pk, because=because, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "In force. The figures beside it are computed in the background.")
        return redirect(found)
    page = model_page(found, versions_of(code), reader_of(request))
    return render(request, "casemix/model.html", {"page": page, "form": form}, status=422)
