"""The acts of a concern's page: one form each, read and handed to its action."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.concerns import acting, bypassing, ending
from clinlead.concerns.facts import CALLED_IN, ConcernFacts, Part, StepKind
from clinlead.concerns.forms import (
    CloseForm,
    EscalateForm,
    HandOverForm,
    NoteForm,
    RecordForm,
    ResultForm,
    ReviewForm,
    SupportAnswerForm,
    SupportForm,
)
from clinlead.concerns.models import Concern
from clinlead.concerns.offices import could_hold
from clinlead.concerns.policies import next_office
from clinlead.concerns.presenters import May
from clinlead.concerns.queries import evidence_at

Act = Callable[[Concern, forms.Form, Account, datetime], object]


def record_form(concern: Concern, facts: ConcernFacts, data=None) -> RecordForm:
    kind = facts.kind or StepKind.OUTSIDE
    causes = concern.definition.causes.all() if concern.definition else ()
    return RecordForm(
        data,
        lines=evidence_at(concern, kind),
        causes=causes,
        initial={"order": concern.step},
        auto_id="record-%s",
    )


def escalate_form(concern: Concern, facts: ConcernFacts, data=None) -> EscalateForm:
    kind, on = next_office(facts) or StepKind.CHIEF, timezone.localdate()
    taken = {one.account_id for one in facts.seats}
    outside = kind is StepKind.OUTSIDE
    to = could_hold(CALLED_IN[kind], concern.department, facts.owner, on)
    hr = could_hold(Part.HR, concern.department, facts.owner, on) if outside else None
    free = [one for one in to if one.pk not in taken]
    return EscalateForm(data, to=free, hr=hr, auto_id="escalate-%s")


def plain(kind: type[forms.Form], what: str) -> Callable[..., forms.Form]:
    return lambda _concern, _facts, data=None: kind(data, auto_id=f"{what}-%s")


FORMS: dict[str, Callable[..., forms.Form]] = {
    "record": record_form,
    "escalate": escalate_form,
    "say": plain(NoteForm, "say"),
    "support": plain(SupportForm, "support"),
    "take-support": plain(SupportAnswerForm, "take-support"),
    "result": plain(ResultForm, "result"),
    "review": plain(ReviewForm, "review"),
    "close": plain(CloseForm, "close"),
    "hand-over": plain(HandOverForm, "hand-over"),
    "take": plain(forms.Form, "take"),
}


def forms_of(concern: Concern, facts: ConcernFacts, may: May) -> dict[str, forms.Form]:
    """Only those that this person may send."""
    offered = {
        "record": may.record is None,
        "escalate": may.escalate,
        "say": may.write,
        "support": may.support,
        "review": may.review,
        "close": may.close,
        "hand-over": may.hand_over,
    }
    return {name: FORMS[name](concern, facts) for name, yes in offered.items() if yes}


def record(concern: Concern, form: RecordForm, by: Account, at: datetime) -> None:
    acting.record(concern_id=concern.pk, explored=form.explored(), by=by, at=at)


def escalate(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    given = form.cleaned_data
    acting.escalate(
        concern_id=concern.pk,
        because=given["because"],
        to=given["to"],
        hr=given.get("hr"),
        by=by,
        at=at,
    )


def say(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    acting.answer(concern_id=concern.pk, text=form.cleaned_data["text"], by=by, at=at)


def support(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    acting.offer_support(concern_id=concern.pk, what=form.cleaned_data["what"], by=by, at=at)


def support_in(concern: Concern, form: forms.Form) -> int:
    """The support that was answered; not found where it is another concern's."""
    return get_object_or_404(concern.support, pk=form.cleaned_data["support"]).pk


def take_support(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    given = form.cleaned_data
    acting.answer_support(
        support_id=support_in(concern, form),
        accepted=given["accepted"],
        words=given["words"],
        by=by,
        at=at,
    )


def result(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    words = form.cleaned_data["result"]
    acting.record_result(support_id=support_in(concern, form), result=words, by=by, at=at)


def review(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    given = form.cleaned_data
    bypassing.review_bypass(
        concern_id=concern.pk, upheld=given["upheld"], words=given["words"], by=by, at=at
    )


def close(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    given = form.cleaned_data
    explained = StepKind(given["explained_by"]) if given["explained_by"] else None
    ending.close(
        concern_id=concern.pk, learned=given["learned"], explained_by=explained, by=by, at=at
    )


def hand_over(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    given = form.cleaned_data
    ending.hand_over(
        concern_id=concern.pk, procedure=given["procedure"], on=given["on"], by=by, at=at
    )


def take(concern: Concern, form: forms.Form, by: Account, at: datetime) -> None:
    part = form.data.get("part", "")
    if part not in set(Part):
        raise Http404
    acting.take_up(concern_id=concern.pk, part=Part(part), by=by, at=at)


ACTS: dict[str, Act] = {
    "record": record,  # type: ignore[dict-item]
    "escalate": escalate,
    "say": say,
    "support": support,
    "take-support": take_support,
    "result": result,
    "review": review,
    "close": close,
    "hand-over": hand_over,
    "take": take,
}
SAID = {
    "record": "Saved. The clinician has been told, and has time to answer.",
    "escalate": "They are in it now. The clinician has been told.",
    "say": "Saved. All who are in it are told.",
    "support": "Offered. The clinician has been told.",
    "take-support": "Thank you. All who are in it are told.",
    "result": "Saved.",
    "review": "Reviewed. All who are in it are told.",
    "close": "Closed. The clinician reads what was learned.",
    "hand-over": "Handed over. The record of acts holds the procedure and the day, nothing else.",
    "take": "It is yours to go on with. The clinician has been told.",
}


def done(request, concern: Concern, what: str, form: forms.Form) -> HttpResponse:
    ACTS[what](concern, form, request.user, timezone.now())
    messages.success(request, SAID[what])
    return redirect(concern)
