"""The pages of recognition."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.organisation.models import Department
from clinlead.recognition import actions, queries
from clinlead.recognition.forms import ContributionForm, ShownForm, ThanksForm, WhyForm
from clinlead.recognition.models import Contribution, Thanks
from clinlead.recognition.policies import Shown, why_not_record
from clinlead.recognition.presenters import lines_of, mine_of

PAGE = 20


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


@require_GET
def index(request: Asked) -> HttpResponse:
    """What colleagues show to this person, and what waits to be confirmed by them."""
    reader = request.reader
    lines = lines_of(queries.others_thanks(reader), queries.others_contributions(reader))
    page = {
        "lines": Paginator(lines, PAGE).get_page(request.GET.get("page")),
        "waiting": queries.to_confirm(reader),
        "why": WhyForm(auto_id=False),
        "departments": Department.objects.filter(pk__in=reader.departments | reader.leads),
    }
    return render(request, "recognition/index.html", page)


@require_http_methods(["GET", "POST"])
def give(request: Asked) -> HttpResponse:
    initial = {"to": request.GET.get("to", "")[:120]}
    form = ThanksForm(request.POST or None, reader=request.reader, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        actions.thank(to=form.person, words=words, by=request.user, at=timezone.now())
        messages.success(request, "Sent. They decide who else reads it; you can take it back.")
        return redirect("my_recognition")
    status = 422 if form.is_bound else 200
    return render(request, "recognition/give.html", {"form": form}, status=status)


@require_GET
def mine(request: Asked) -> HttpResponse:
    reader = request.reader
    page = {
        "received": mine_of(queries.received(reader)),
        "given": queries.given(reader),
        "contributions": mine_of(queries.contributions_of(reader)),
        "may_record": why_not_record(reader, "words") is None,
    }
    return render(request, "recognition/mine.html", page)


@require_http_methods(["GET", "POST"])
def record(request: Asked) -> HttpResponse:
    """A contribution in one's own words."""
    refuse_if(why_not_record(request.reader, "words"))
    form = ContributionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_contribution(said=form.said(), by=request.user, at=timezone.now())
        messages.success(request, "Saved. Whoever leads you is asked to confirm it.")
        return redirect("my_recognition")
    status = 422 if form.is_bound else 200
    return render(request, "recognition/record.html", {"form": form}, status=status)


def thanks_of(request: Asked, pk: int) -> Thanks:
    return get_object_or_404(Thanks.objects.visible_to(request.reader), pk=pk)


@require_POST
def take_back(request: Asked, pk: int) -> HttpResponse:
    found = thanks_of(request, pk)
    actions.take_back(thanks_id=found.pk, by=request.user, at=timezone.now())
    messages.success(request, "Taken back. Nobody reads it any more.")
    return redirect("my_recognition")


def where(request: Asked) -> Shown:
    """Where it is to be read; what is not one of the choices is refused as not found."""
    form = ShownForm(request.POST)
    if not form.is_valid():
        raise Http404
    return Shown(form.cleaned_data["shown"])


@require_POST
def show_thanks(request: Asked, pk: int) -> HttpResponse:
    found, shown = thanks_of(request, pk), where(request)
    actions.show_thanks(thanks_id=found.pk, shown=shown, by=request.user, at=timezone.now())
    messages.success(request, f"Saved. Where it is read now: {shown.words}.")
    return redirect("my_recognition")


@require_POST
def change_contribution(request: Asked, pk: int) -> HttpResponse:
    """Where it is read, or that it is withdrawn."""
    found = get_object_or_404(Contribution.objects.visible_to(request.reader), pk=pk)
    if "withdraw" in request.POST:
        actions.withdraw_contribution(contribution_id=found.pk, by=request.user, at=timezone.now())
        messages.success(request, "Withdrawn. Nobody reads it any more.")
    else:
        shown = where(request)
        actions.show_contribution(
            contribution_id=found.pk, shown=shown, by=request.user, at=timezone.now()
        )
        messages.success(request, "Saved.")
    return redirect("my_recognition")


@require_POST
def answer(request: Asked, pk: int) -> HttpResponse:
    """Confirmed by whoever leads them, or not, with the reason."""
    waiting = {one.pk: one for one in queries.to_confirm(request.reader)}
    if pk not in waiting:
        raise Http404
    if "confirm" in request.POST:
        actions.confirm(contribution_id=pk, by=request.user, at=timezone.now())
        messages.success(request, "Confirmed. They decide who reads it.")
    else:
        why = request.POST.get("why", "")
        actions.decline(contribution_id=pk, why=why, by=request.user, at=timezone.now())
        messages.success(request, "Answered. They read why.")
    return redirect("recognition")


@require_GET
def department(request: Asked, code: str) -> HttpResponse:
    """What its members show to one another."""
    reader = request.reader
    near = reader.departments | reader.leads
    shown = get_object_or_404(Department.objects.filter(pk__in=near), code=code)
    lines = lines_of(*queries.of_department(shown, reader.on))
    page = {"department": shown, "lines": Paginator(lines, PAGE).get_page(request.GET.get("page"))}
    return render(request, "recognition/department.html", page)
