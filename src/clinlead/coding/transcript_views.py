"""The pages on which transcripts are coded, opened to a second coder, compared and settled."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.coding.comparing import Choice
from clinlead.coding.comparison import ComparePage, agreement_of
from clinlead.coding.forms import CodePassageForm, DecideForm, MemoForm, OpenForm
from clinlead.coding.marking import carry_over, code_passage, finish, own_codings, take_up, uncode
from clinlead.coding.memos import About, memos_on, write_memo
from clinlead.coding.opening import close, open_to
from clinlead.coding.policies import TranscriptFacts, why_not_compare
from clinlead.coding.queries import find_transcript, transcripts_in_use, with_work
from clinlead.coding.reading import page_of
from clinlead.coding.reconciling import decide, reconcile
from clinlead.coding.spans import Span, lines_of, lines_touched
from clinlead.coding.states import state_of
from clinlead.coding.views import study_in
from clinlead.evaluation.models import Transcript

Found = tuple[Transcript, TranscriptFacts]


def transcript_in(request: HttpRequest, transcript_id: int) -> Found:
    """The evaluator's, or one that was opened to them; to everybody else there is none."""
    found = find_transcript(request.reader, transcript_id)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@require_GET
def transcripts(request: HttpRequest, study_id: int) -> HttpResponse:
    study = study_in(request, study_id)
    rows = with_work(transcripts_in_use(study)).defer("text")
    page = {"study": study, "lines": [(each, state_of(each)) for each in rows]}
    return render(request, "coding/transcripts.html", page)


@require_GET
def transcript(request: HttpRequest, transcript_id: int) -> HttpResponse:
    found = transcript_in(request, transcript_id)
    return shown(request, found, CodePassageForm(transcript=found[0]))


def shown(
    request: HttpRequest,
    found: Found,
    form: CodePassageForm,
    memo: MemoForm | None = None,
) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    transcript, facts = found
    memo = memo or MemoForm()
    page = {
        "page": page_of(reader, transcript, facts, memos_on(reader, transcript, facts)),
        "transcript": transcript,
        "study": transcript.study if reader.account_id == transcript.study.evaluator_id else None,
        "form": form,
        "memo_form": memo,
        "open_form": OpenForm(study=transcript.study, on=reader.on),
        "second": next(iter(Account.objects.filter(pk__in=facts.opened_to)), None),
    }
    wrong = form.errors or memo.errors
    return render(request, "coding/transcript.html", page, status=422 if wrong else 200)


@require_POST
def coded(request: HttpRequest, transcript_id: int) -> HttpResponse:
    """A code for a passage; the page comes back where one was."""
    found = transcript_in(request, transcript_id)
    form = CodePassageForm(request.POST, transcript=found[0])
    if not form.is_valid():
        return shown(request, found, form)
    span = form.cleaned_data["span"]
    code_passage(
        transcript=found[0],
        code=form.cleaned_data["name"],
        start=span.start,
        end=span.end,
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    return back_to(found[0], span)


@require_POST
def uncoded(request: HttpRequest, transcript_id: int, coding_id: int) -> HttpResponse:
    transcript, _ = transcript_in(request, transcript_id)
    coding = get_object_or_404(own_codings(transcript, request.user), pk=coding_id)  # type: ignore[arg-type]
    uncode(coding=coding, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return back_to(transcript, coding.span)


def back_to(transcript: Transcript, span: Span | None = None) -> HttpResponse:
    """To the page, where the passage begins."""
    here = reverse("coding_transcript", kwargs={"transcript_id": transcript.pk})
    touched = lines_touched(lines_of(transcript.text), span) if span else range(0)
    return redirect(f"{here}#line-{touched.start + 1}" if touched else here)


@require_POST
def finished(request: HttpRequest, transcript_id: int) -> HttpResponse:
    transcript, _ = transcript_in(request, transcript_id)
    finish(transcript=transcript, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Finished. You can take it up again until the other coder finishes.")
    return back_to(transcript)


@require_POST
def taken_up(request: HttpRequest, transcript_id: int) -> HttpResponse:
    transcript, _ = transcript_in(request, transcript_id)
    take_up(transcript=transcript, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return back_to(transcript)


@require_POST
def carried_over(request: HttpRequest, transcript_id: int) -> HttpResponse:
    """From the version before, where its names or words were put right."""
    transcript, _ = transcript_in(request, transcript_id)
    made, of = carry_over(transcript=transcript, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(
        request, f"{made} of {of} codes carried over; the words of the others are gone."
    )
    return back_to(transcript)


@require_POST
def memo(request: HttpRequest, transcript_id: int) -> HttpResponse:
    """On the transcript, or on the words that were selected."""
    found = transcript_in(request, transcript_id)
    form = MemoForm(request.POST)
    if not form.is_valid():
        return shown(request, found, CodePassageForm(transcript=found[0]), form)
    write_memo(
        study=found[0].study,
        about=About(transcript=found[0], span=form.span_in(found[0].text)),
        text=form.cleaned_data["text"],
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Kept. Until both have finished only you read it.")
    return back_to(found[0])


# ---- the second coder ----------------------------------------------------------------------------


@require_POST
def opened(request: HttpRequest, transcript_id: int) -> HttpResponse:
    transcript, _ = transcript_in(request, transcript_id)
    study_in(request, transcript.study_id)
    form = OpenForm(request.POST, study=transcript.study, on=request.reader.on)  # type: ignore[attr-defined]
    if form.is_valid():
        coder = form.cleaned_data["coder"]
        open_to(transcript=transcript, coder=coder, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Opened to {coder}, who is told. You are blind to each other.")
    else:
        messages.error(request, "Choose another independent evaluator.")
    return back_to(transcript)


@require_POST
def closed(request: HttpRequest, transcript_id: int, account_id: int) -> HttpResponse:
    transcript, _ = transcript_in(request, transcript_id)
    study_in(request, transcript.study_id)
    coder = get_object_or_404(Account, pk=account_id)
    close(transcript=transcript, coder=coder, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "It is not theirs to see any more.")
    return back_to(transcript)


@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, transcript_id: int) -> HttpResponse:
    """Both coders' marks side by side; each difference is settled with a reason."""
    transcript, facts = transcript_in(request, transcript_id)
    reader: Reader = request.reader  # type: ignore[attr-defined]
    refuse_if(why_not_compare(reader, facts))
    if request.method == "POST":
        form = DecideForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            decide(
                transcript=transcript,
                key=said["key"],
                choice=Choice(said["choice"]),
                because=said["because"],
                by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        else:
            messages.error(request, "Choose what stays coded.")
        return redirect("coding_compare", transcript_id=transcript.pk)
    page = {
        "page": ComparePage.of(transcript, facts),
        "transcript": transcript,
        "own": transcript.study if reader.account_id == transcript.study.evaluator_id else None,
    }
    return render(request, "coding/compare.html", page)


@require_POST
def reconciled(request: HttpRequest, transcript_id: int) -> HttpResponse:
    transcript, _ = transcript_in(request, transcript_id)
    reconcile(transcript=transcript, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Settled: what you agreed on is what counts.")
    return back_to(transcript)


@require_GET
def agreement(request: HttpRequest, study_id: int) -> HttpResponse:
    """How far two coders agreed before they settled, code by code."""
    study = study_in(request, study_id)
    page = {"study": study, "agreed": agreement_of(study)}
    return render(request, "coding/agreement.html", page)
