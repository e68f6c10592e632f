"""A new version on its way: drafted in a form, shown as what changes, checked and approved."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import NotAllowed, Reason, refuse_if
from clinlead.measures import redefining as acts
from clinlead.measures import redefinition as rules
from clinlead.measures.differing import differences
from clinlead.measures.models import MeasureVersion, Redefinition
from clinlead.measures.queries import read_definition
from clinlead.measures.redefining_forms import BecauseForm, DraftForm, NoteForm, first_text
from clinlead.measures.redefining_pages import DraftPage
from clinlead.measures.speaking_views import measure_or_404, reader_of
from clinmeasures.definitions import InvalidDefinition


def find(request: HttpRequest, code: str, draft_id: int) -> Redefinition:
    """Not found for whoever may not know of it."""
    visible = Redefinition.objects.visible_to(reader_of(request)).filter(code=code)
    related = ("written_by__person", "checked_by__person", "decided_by__person", "made")
    return get_object_or_404(visible.select_related(*related), pk=draft_id)


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    measure = measure_or_404(code)
    runs = Redefinition.objects.running().filter(code=code).exists()
    refuse_if(rules.why_not_draft(reader_of(request), another_runs=runs))
    form = DraftForm(request.POST or None, measure=measure, initial={"text": first_text(measure)})

    def act(form: DraftForm) -> Redefinition:
        wording, by = form.wording(), request.user
        return acts.draft(code=code, wording=wording, by=by, at=timezone.now())  # type: ignore[arg-type]

    return filled_in(request, measure, form, act)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    measure, found = measure_or_404(code), find(request, code, draft_id)
    refuse_if(rules.why_not_edit(reader_of(request), found.facts()))
    there = {
        "text": found.text,
        "because": found.changed_because,
        "feedback": list(found.feedback.all()),
        "revision": found.revision,
    }
    form = DraftForm(request.POST or None, measure=measure, initial=there)

    def act(form: DraftForm) -> Redefinition:
        return acts.save(
            draft_id=found.pk,
            revision=form.cleaned_data["revision"],
            wording=form.wording(),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )

    return filled_in(request, measure, form, act, found)


def filled_in(
    request: HttpRequest,
    measure: MeasureVersion,
    form: DraftForm,
    act: Callable[[DraftForm], Redefinition],
    found: Redefinition | None = None,
) -> HttpResponse:
    """Save the draft, or send it back with what is wrong: what was typed is never lost."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(act(form))
        except InvalidDefinition as error:
            form.add_error("text", str(error))
        except NotAllowed as refused:
            if refused.refusal.reason is not Reason.WRONG_STAGE or found is None:
                raise
            form.add_error(None, refused.refusal.because)
            theirs = Redefinition.objects.get(pk=found.pk)
            form.data = request.POST.copy()
            form.data["revision"] = str(theirs.revision)
    page = {"measure": measure, "form": form, "draft": found, "theirs": theirs}
    return render(request, "measures/draft_form.html", page, status=422 if form.errors else 200)


@require_GET
def show(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    page = DraftPage.of(found, measure_or_404(code), reader_of(request))
    return render(request, "measures/draft.html", {"page": page, "draft": found})


@require_POST
def send(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    acts.send(draft_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Sent. Somebody else checks it, and then an executive approves it.")
    return redirect(found)


@require_POST
def approve(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    made = acts.approve(draft_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(
        request,
        f"Approved: it is version {made.version}. Departments follow it once they decide to.",
    )
    return redirect(made)


@require_POST
def withdraw(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    acts.withdraw(draft_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Taken back. The list of versions keeps it.")
    return redirect(found)


Act = Callable[..., object]


def in_words(
    request: HttpRequest, found: Redefinition, form: Form, act: Act, *, said: str, page: dict
) -> HttpResponse:
    """An act that takes words: the form, or the act and back to the draft."""
    if request.method == "POST" and form.is_valid():
        act(draft_id=found.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, said)
        return redirect(found)
    measure = measure_or_404(found.code)
    page = {"measure": measure, "back": found.get_absolute_url(), "form": form, **page}
    return render(request, "measures/in_words.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    refuse_if(rules.why_not_check(reader_of(request), found.facts()))
    form = NoteForm(request.POST or None)
    page = {"heading": "Stand by this version", "button": "I have checked it"}
    return in_words(
        request, found, form, acts.check, said="Checked. An executive approves it.", page=page
    )


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    refuse_if(rules.why_not_send_back(reader_of(request), found.facts(), "words"))
    form = BecauseForm(request.POST or None)
    page = {"heading": "Send it back to its author", "button": "Send it back"}
    return in_words(request, found, form, acts.send_back, said="Sent back.", page=page)


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    found = find(request, code, draft_id)
    refuse_if(rules.why_not_decline(reader_of(request), found.facts(), "words"))
    form = BecauseForm(request.POST or None)
    page = {"heading": "Decline this version", "button": "Decline it"}
    return in_words(request, found, form, acts.decline, said="Declined.", page=page)


@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, code: str, version: int) -> HttpResponse:
    found = get_object_or_404(MeasureVersion, code=code, version=version)
    refuse_if(rules.why_not_retire(reader_of(request), acts.version_facts(found), "words"))
    form = BecauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, at = request.user, timezone.now()
        acts.retire(measure_id=found.pk, by=by, at=at, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, "Retired. What was computed and released under it stays.")
        return redirect(found)
    page = {"measure": found, "back": found.get_absolute_url(), "form": form}
    page |= {"heading": f"Retire version {version}", "button": "Retire it"}
    return render(request, "measures/in_words.html", page, status=422 if form.errors else 200)


@require_GET
def changes(request: HttpRequest, code: str, before: int, after: int) -> HttpResponse:
    """What one version in the register says otherwise than another; for all staff."""
    versions = MeasureVersion.objects.filter(code=code)
    old, new = (get_object_or_404(versions, version=number) for number in (before, after))
    found = differences(read_definition(old.definition), read_definition(new.definition))
    page = {"measure": new, "before": old, "after": new, "found": found}
    return render(request, "measures/changes.html", page)
