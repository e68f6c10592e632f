"""The pages of safety signals. A reading of a named clinician's signal is recorded first."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from clinlead.access.policies import Reader
from clinlead.history.actions import record_reading
from clinlead.safety import actions
from clinlead.safety.answering import facts_of
from clinlead.safety.forms import AcknowledgeForm, DoneForm, OwnWordsForm
from clinlead.safety.models import Signal
from clinlead.safety.policies import SignalFacts, why_needs_purpose, why_not_see_signal
from clinlead.safety.presenters import lines_of, page_of
from clinlead.safety.queries import listed_for, seen_case_by_case, titles, watched

REASON = 300  # characters of a stated purpose


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What is watched, in words for all staff; and the signals that this person may know of."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    signals = list(listed_for(reader))
    lines = lines_of(signals, titles(one.measure for one in signals), reader)
    waits = [one for one in lines if one.colour in {"yellow", "orange"}]
    found = watched()
    page = {
        "watched": found,
        "case_by_case": seen_case_by_case(found, reader),
        "waiting": waits,
        "others": [one for one in lines if one not in waits],
    }
    return render(request, "safety/index.html", page)


def opened(request: HttpRequest, signal_id: int) -> tuple[Signal, SignalFacts, str]:
    """Not found for whoever may not see it; the purpose that the medical director stated."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    related = ("department", "person", "expectation", "acknowledged_by__person")
    signal = get_object_or_404(Signal.objects.select_related(*related), pk=signal_id)
    facts = facts_of(signal, timezone.now())
    purpose = request.GET.get("purpose", "").strip()[:REASON]
    if why_not_see_signal(reader, facts, purpose) and not why_needs_purpose(reader, facts):
        raise Http404
    return signal, facts, purpose


@require_GET
def show(request: HttpRequest, signal_id: int) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    signal, facts, purpose = opened(request, signal_id)
    if why_needs_purpose(reader, facts) and not purpose:
        return render(request, "safety/purpose.html", {})
    note(request, signal, purpose)
    page = {
        "page": page_of(signal, facts, reader),
        "acknowledge_form": AcknowledgeForm(),
        "done_form": DoneForm(),
        "own_form": OwnWordsForm(),
        "purpose": purpose,
        "talk": import_string(settings.TALK_ABOUT)(signal, reader),
    }
    return render(request, "safety/signal.html", page)


def note(request: HttpRequest, signal: Signal, purpose: str) -> None:
    """Log the reading before the page is shown; one's own is nobody's business."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if signal.person_id is not None and signal.person_id != reader.person_id:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=[signal.person_id],
            object_kind="safety signal",
            object_id=signal.pk,
            reason=purpose,
        )


@require_POST
def acknowledge(request: HttpRequest, signal_id: int) -> HttpResponse:
    signal, text = seen_and_said(request, signal_id)
    actions.acknowledge(signal_id=signal.pk, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Acknowledged. The clinician can read what you wrote.")
    return redirect(signal)


@require_POST
def done(request: HttpRequest, signal_id: int) -> HttpResponse:
    signal, text = seen_and_said(request, signal_id)
    actions.say_done(signal_id=signal.pk, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Saved. It stands in the signal’s history.")
    return redirect(signal)


@require_POST
def read_own(request: HttpRequest, signal_id: int) -> HttpResponse:
    signal, text = seen_and_said(request, signal_id)
    actions.read_own(signal_id=signal.pk, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Thank you. Your clinical director sees that you have read it.")
    return redirect(signal)


def seen_and_said(request: HttpRequest, signal_id: int) -> tuple[Signal, str]:
    """The signal for whoever may see it without a purpose, and what they wrote."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    signal, facts, _ = opened(request, signal_id)
    if why_not_see_signal(reader, facts):
        raise Http404
    return signal, request.POST.get("text", "")
