"""The pages of concerns. A stranger finds nothing; readings by others are logged."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.concerns import counting, policies, queries, steps
from clinlead.concerns.acts import forms_of
from clinlead.concerns.bypassing import use_bypass
from clinlead.concerns.facts import ConcernFacts
from clinlead.concerns.forms import BypassForm, OpenForm
from clinlead.concerns.models import Concern
from clinlead.concerns.opening import open_concern, opening_facts
from clinlead.concerns.presenters import COLOURS, ConcernPage
from clinlead.history.actions import record_reading
from clinlead.strategy.queries import definition_in_force


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


@require_GET
def index(request: Asked) -> HttpResponse:
    """How it is done, for all staff; and one's own, which nobody else finds."""
    reader = request.reader
    found = queries.visible_to(reader)
    page = {
        "concerns": [(one, COLOURS[facts.state]) for one, facts in found],
        "route": steps.text_in_force(),
        "definition": definition_in_force(),
        "contacts": queries.contacts(),
        "leads": bool(reader.leads | reader.chief_of),
        "counts": policies.why_not_see_counts(reader) is None,
    }
    return render(request, "concerns/index.html", page)


@require_http_methods(["GET", "POST"])
def begin(request: Asked) -> HttpResponse:
    """The one way in. What stands in the way is said before anything is written."""
    reader = request.reader
    given = request.POST or request.GET or None
    form = OpenForm(request.POST or None, reader=reader, initial=request.GET.dict())
    if not form.pairs:
        raise Http404
    if request.method == "POST" and form.is_valid():
        person, department = form.pair
        why = form.cleaned_data["why"]
        made = open_concern(
            person=person, department=department, why=why, by=request.user, at=timezone.now()
        )
        messages.success(request, "Opened. The clinician has been told.")
        return redirect(made)
    page = {"form": form, "facts": standing(form, given, reader), "route": steps.text_in_force()}
    return render(request, "concerns/open.html", page, status=422 if form.is_bound else 200)


def standing(form: OpenForm, given, reader: Reader):
    """What stands in the way with the clinician that was chosen, if one was."""
    pair = form.pairs.get(given.get("who", "")) if given else None
    if pair is None:
        return None
    facts = opening_facts(*pair, reader.on)
    return facts, policies.why_not_open(reader, facts, "words")


@require_http_methods(["GET", "POST"])
def bypass(request: Asked) -> HttpResponse:
    """For patients' safety: always there, for clinical directors and chiefs."""
    form = BypassForm(request.POST or None, reader=request.reader, chiefs=True)
    if not form.pairs:
        raise Http404
    if request.method == "POST" and form.is_valid():
        person, department = form.pair
        used = use_bypass(
            person=person,
            department=department,
            reason=form.cleaned_data["reason"],
            done=form.cleaned_data["done"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Done. The medical director is asked to review it.")
        return redirect(used.concern)
    status = 422 if form.is_bound else 200
    return render(request, "concerns/bypass.html", {"form": form}, status=status)


def concern_of(request: Asked, pk: int) -> tuple[Concern, ConcernFacts]:
    found = queries.find(request.reader, pk)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: Asked, pk: int) -> HttpResponse:
    concern, facts = concern_of(request, pk)
    return page_of(request, concern, facts, {})


def page_of(
    request: Asked, concern: Concern, facts: ConcernFacts, wrong: dict[str, forms.Form]
) -> HttpResponse:
    """The page; what was filled in wrongly is still in its form."""
    note(request, concern)
    page = ConcernPage.of(concern, facts, request.reader)
    context = {
        "page": page,
        "forms": {**forms_of(concern, facts, page.may), **wrong},
        "wrong": next(iter(wrong.values()), None),
    }
    return render(request, "concerns/concern.html", context, status=422 if wrong else 200)


def note(request: Asked, concern: Concern) -> None:
    """Log the reading before the page is shown; one's own is nobody's business."""
    if concern.person_id != request.reader.person_id:
        record_reading(
            at=timezone.now(),
            by_id=request.reader.account_id,
            about=[concern.person_id],
            object_kind="concern",
            object_id=concern.pk,
        )


@require_GET
def counts(request: Asked) -> HttpResponse:
    """All that executives, the project team and the medical director see of concerns."""
    if policies.why_not_see_counts(request.reader):
        raise Http404
    today = request.reader.on
    page = {
        "span": counting.Span.before(today),
        "whole": counting.whole(today),
        "tables": counting.tables(today),
        "columns": ["Group", *counting.COLUMNS],
    }
    return render(request, "concerns/counts.html", page)
