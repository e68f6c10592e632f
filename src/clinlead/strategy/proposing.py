"""Proposing a first version, or new words for what is there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from clinlead.access.policies import refuse_if
from clinlead.organisation.models import Department
from clinlead.strategy.actions import propose
from clinlead.strategy.forms import FORMS, WordsForm
from clinlead.strategy.models import Statement, Wording
from clinlead.strategy.policies import Kind, State, why_not_start

DEFINITION_CODE = "poor-performance"
LONGEST_CODE = 70


@require_http_methods(["GET", "POST"])
def propose_words(request: HttpRequest, kind: str, code: str = "") -> HttpResponse:
    wanted = kind_of(kind)
    refuse_if(why_not_start(request.reader, wanted))  # type: ignore[attr-defined]
    code = DEFINITION_CODE if wanted is Kind.DEFINITION else code
    before, about = subject_of(wanted, code)
    form = form_for(request, wanted, code, before)
    if request.method == "POST" and form.is_valid():
        words = form.words()
        made = propose(
            kind=wanted,
            code=code or free_code(wanted, words.title),
            words=words,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, "Proposed. It is in force once an executive approves it.")
        return redirect(made)
    page = {"form": form, "kind": wanted, "before": before, "about": about}
    return render(request, "strategy/propose.html", page)


def kind_of(given: str) -> Kind:
    if given not in set(Kind):
        raise Http404
    return Kind(given)


def subject_of(kind: Kind, code: str) -> tuple[Wording | None, str]:
    """The words in force that would change, and what they are about.

    A mandate needs a department; an objective or outcome that is named must be there already.
    """
    about = get_object_or_404(Department, code=code).name if kind is Kind.MANDATE else ""
    statement = Statement.objects.filter(kind=kind, code=code).first()
    if code and statement is None and kind in {Kind.OBJECTIVE, Kind.OUTCOME}:
        raise Http404
    in_force = statement.wordings.filter(state=State.APPROVED).first() if statement else None
    return in_force, about


def form_for(request: HttpRequest, kind: Kind, code: str, before: Wording | None) -> WordsForm:
    reader = request.reader  # type: ignore[attr-defined]
    more = {}
    if kind is Kind.MANDATE:
        more["department"] = get_object_or_404(Department, code=code)
    return FORMS[kind](request.POST or None, reader=reader, before=before, **more)


def free_code(kind: Kind, title: str) -> str:
    """An address from the title that nothing else has."""
    base = slugify(title)[:LONGEST_CODE].strip("-") or kind
    taken = set(
        Statement.objects.filter(kind=kind, code__startswith=base).values_list("code", flat=True)
    )
    if base not in taken:
        return base
    tries = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in tries if one not in taken)
