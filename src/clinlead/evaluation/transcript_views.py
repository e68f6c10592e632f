"""Taking a transcript in, taking the names out, and reading it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import refuse_if
from clinlead.evaluation import transcribing
from clinlead.evaluation.asking import Asked, of_study, opened, participant_in
from clinlead.evaluation.forms import NamesForm, TranscriptForm, sent
from clinlead.evaluation.models import Participant, Study, Transcript
from clinlead.evaluation.policies import why_not_take_in
from clinlead.evaluation.pseudonyms import replaced
from clinlead.evaluation.queries import participant_facts
from clinlead.evaluation.sealing import Key

SOMETHING = "words"


@require_http_methods(["GET", "POST"])
@of_study
@opened
def take_in(request: Asked, study: Study, key: Key, number: int) -> HttpResponse:
    """A file, or what was typed; then on to taking the names out."""
    participant = participant_in(study, number)
    refuse_if(why_not_take_in(participant_facts(participant), SOMETHING))
    held_on = participant.interview.held_on if hasattr(participant, "interview") else None
    form = TranscriptForm(sent(request), request.FILES or None, initial={"recorded_on": held_on})
    if request.method == "POST" and form.is_valid():
        transcribing.take_in(
            participant=participant,
            key=key,
            text=form.cleaned_data["text"],
            recorded_on=form.cleaned_data["recorded_on"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("evaluation_names", pk=study.pk, number=number)
    page = {"study": study, "participant": participant, "form": form}
    return render(request, "evaluation/take_in.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@of_study
@opened
def names(request: Asked, study: Study, key: Key, number: int) -> HttpResponse:
    """Which words say who somebody is: suggested, and decided by the evaluator alone."""
    participant = participant_in(study, number)
    if not hasattr(participant, "raw_transcript"):
        raise Http404
    text = transcribing.raw_text(participant.raw_transcript, key)
    suggested = transcribing.suggested(participant, key, text, timezone.now())
    form = NamesForm(sent(request), suggested=suggested)
    ready = request.method == "POST" and form.is_valid()
    if ready and "keep" in request.POST:
        return keep(request, participant, key, form)
    page = {
        "study": study,
        "participant": participant,
        "form": form,
        "text": replaced(text, form.legend()) if ready else text,
        "tried": ready,
    }
    return render(request, "evaluation/names.html", page, status=422 if form.errors else 200)


def keep(request: Asked, participant: Participant, key: Key, form: NamesForm) -> HttpResponse:
    made = transcribing.keep_without_names(
        participant=participant,
        key=key,
        legend=form.legend(),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "Kept without the names. The text with them is deleted.")
    return redirect("evaluation_transcript", pk=participant.study_id, transcript_id=made.pk)


def transcript_in(study: Study, transcript_id: int) -> Transcript:
    found = study.transcripts.select_related("participant").filter(pk=transcript_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@of_study
def show(request: Asked, study: Study, transcript_id: int) -> HttpResponse:
    """A transcript without names, line by line; it needs no key."""
    found = transcript_in(study, transcript_id)
    page = {"study": study, "transcript": found, "lines": found.text.split("\n")}
    return render(request, "evaluation/transcript.html", page)


@require_POST
@of_study
def drop(request: Asked, study: Study, transcript_id: int) -> HttpResponse:
    found = transcript_in(study, transcript_id)
    participant = found.participant
    transcribing.drop_version(transcript=found, by=request.user, at=timezone.now())
    messages.success(request, "This version is deleted, with all that was marked in it.")
    return redirect("evaluation_participant", pk=study.pk, number=participant.number)
