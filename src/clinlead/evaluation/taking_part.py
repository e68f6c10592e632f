"""The page of somebody who was asked, behind their own link and without sign-in.

The link is all they need, so that nothing here ties an account to a participant. The page names
nobody: whoever opens it knows who they are.
"""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinlead.evaluation import cohort
from clinlead.evaluation.forms import OwnConsentForm, OwnRefusalForm, SureForm, sent
from clinlead.evaluation.models import Participant
from clinlead.evaluation.policies import Because, State, why_not_move
from clinlead.evaluation.queries import participant_facts

BY_LINK = "through their link"


@never_cache
@require_http_methods(["GET", "POST"])
def taking_part(request: HttpRequest, token: str) -> HttpResponse:
    """What it is about, and yes, no, or no longer."""
    participant = participant_of(token)
    answered = request.POST.get("answer", "")
    made = forms_of(participant, sent(request), answered)
    form = made.get(answered)
    if form is not None and form.is_valid():
        ANSWERS[answered](participant, form)
        return private(redirect("taking_part", token=token))
    consent = participant.consents.select_related("text").first()
    page = {
        "study": participant.study,
        "participant": participant,
        "consent": consent,
        "text": consent.text if consent else newest_text(participant),
        "interview": getattr(participant, "interview", None),
        "forms": made,
        "wrong": form if form is not None and form.errors else None,
    }
    status = 422 if page["wrong"] else 200
    return private(render(request, "evaluation/taking_part.html", page, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """The address is a secret: it is passed on to no other site."""
    response["Referrer-Policy"] = "no-referrer"
    return response


def participant_of(token: str) -> Participant:
    rows = Participant.objects.select_related("study__evaluator__person", "interview")
    found = rows.filter(link_digest=cohort.link_digest(token)).first()
    if found is None:
        raise Http404
    return found


def newest_text(participant: Participant):
    return participant.study.consent_texts.first()


def forms_of(participant: Participant, data, answered: str) -> dict[str, forms.Form]:
    """What may be answered now; the one that was sent with what was sent."""
    facts = participant_facts(participant)
    read = {"version": newest_text(participant).version}
    kinds = {
        "yes": (State.CONSENTED, OwnConsentForm, read),
        "no": (State.REFUSED, OwnRefusalForm, None),
        "no-longer": (State.WITHDRAWN, SureForm, None),
    }
    return {
        name: kind(data if name == answered else None, initial=initial, auto_id=f"{name}-%s")
        for name, (state, kind, initial) in kinds.items()
        if why_not_move(facts, state) is None
    }


def say_yes(participant: Participant, form: forms.Form) -> None:
    version = form.cleaned_data["version"]
    if not participant.study.consent_texts.filter(version=version).exists():
        raise Http404
    cohort.consent(participant=participant, version=version, how=BY_LINK, at=timezone.now())


def say_no(participant: Participant, form: forms.Form) -> None:
    cohort.refuse(
        participant=participant,
        because=Because(form.cleaned_data["because"]),
        words=form.cleaned_data["words"],
        at=timezone.now(),
    )


def say_no_longer(participant: Participant, _form: forms.Form) -> None:
    cohort.withdraw(participant=participant, at=timezone.now())


ANSWERS = {"yes": say_yes, "no": say_no, "no-longer": say_no_longer}
