"""Challenges: the list for whoever follows or settles them, one of them, and what is done to it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import Reader, Role
from clinlead.history.actions import record_reading
from clinlead.intake.models import Correction
from clinlead.organisation.models import ClinicianCode
from clinlead.validation import actions, evidence, ledger, queries, queues
from clinlead.validation.forms import (
    AgainForm,
    AnswerForm,
    ChangeForm,
    EvidenceForm,
    FindForm,
    SettleForm,
)
from clinlead.validation.ledger import Found
from clinlead.validation.models import Challenge
from clinlead.validation.owners import owners_of
from clinlead.validation.policies import (
    ChallengeFacts,
    ChallengeState,
    why_not_answer,
    why_not_count,
    why_not_investigate,
    why_not_see_queue,
    why_not_see_record,
    why_not_settle,
    why_not_withdraw,
)
from clinlead.validation.presenters.acts import buttons
from clinlead.validation.presenters.challenges import (
    challenge_line,
    change_lines,
    happenings,
    is_blind,
)
from clinlead.validation.presenters.records import correction_lines
from clinlead.validation.records import WrongValue, label
from clinlead.validation.views import who
from clinlead.validation.views.records import shown_of
from clinlead.validation.wording import in_words
from clinmeasures.activity.record_types import RECORD_TYPES

A_PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Challenges I may follow, by what I can do; bare counts for those who see counts alone."""
    reader = who.reader(request)
    follows = reader.has(Role.CLINICIAN) or why_not_see_queue(reader) is None
    if not follows and why_not_count(reader):
        raise Http404
    if not follows:
        page = {"counts": queues.counts(reader.on), "direction": queues.accepted_by_direction()}
        return render(request, "validation/counts.html", page)
    return render(request, "validation/challenges.html", listed(request, reader))


def listed(request: HttpRequest, reader: Reader) -> dict:
    queue = queues.queue_of(reader, queues.seen_by(reader))
    settled = Paginator(queue.settled, A_PAGE).get_page(request.GET.get("page"))
    parts = {
        "answer": queue.answer,
        "settle": queue.settle,
        "own": queue.own,
        "others": queue.others,
        "settled": list(settled.object_list),
    }
    note_readings(request, [one for some in parts.values() for one in some])
    leading = why_not_see_queue(reader) is None
    return {
        "total": queue.total,
        "lists": {
            name: [challenge_line(one, reader) for one in some] for name, some in parts.items()
        },
        "page": settled,
        "leading": leading,
        "together": SettleForm(auto_id="together_%s"),
        "analyst": reader.has(Role.ANALYST),
        "direction": queues.accepted_by_direction(departments_of(reader)) if leading else None,
        "again": queues.to_settle_again(reader) if leading else [],
    }


def departments_of(reader: Reader) -> frozenset[int] | None:
    """The departments whose settled challenges this person answers for; the analyst's: all."""
    return None if reader.has(Role.ANALYST) else reader.leads | reader.chief_of


def note_readings(request: HttpRequest, challenges: list[Challenge]) -> None:
    """One entry for the page, about everyone else named on it."""
    reader = who.reader(request)
    about = {one.person_id for one in challenges if not takes_part(reader, one)}
    if about:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=about,
            object_kind="challenge",
            object_id=challenges[0].pk if len(challenges) == 1 else "list",
        )


def takes_part(reader: Reader, challenge: Challenge) -> bool:
    return reader.account_id == challenge.raised_by_id or reader.person_id in {
        challenge.person_id,
        challenge.asked_id,
    }


def visible(request: HttpRequest, pk: int) -> Challenge:
    reader = who.reader(request)
    return get_object_or_404(queues.seen_by(reader), pk=pk)


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One challenge with its evidence side by side and everything that happened to it."""
    challenge = visible(request, pk)
    note_readings(request, [challenge])
    return render(request, "validation/one_challenge.html", page_of(request, challenge))


def page_of(request: HttpRequest, challenge: Challenge, **typed) -> dict:
    reader = who.reader(request)
    facts = queries.challenge_facts(challenge, reader.on)
    changes = list(challenge.changes.all())
    hides = is_blind(challenge, reader)
    found = ledger.found(challenge.dataset, challenge.key) if challenge.key else None
    codes = evidence.codes_named(found, changes)
    return {
        "challenge": challenge,
        "line": challenge_line(challenge, reader),
        "record": None if hides or not found else record_page(reader, facts, found, codes),
        "hides": hides,
        "changes": [] if hides else change_lines(changes, evidence.names_of(codes)),
        "evidence": list(challenge.evidence.select_related("by__person")),
        "figures": evidence.figures_changed_by(challenge),
        "happened": [] if hides else happenings(challenge),
        "may": buttons_of(reader, facts),
        "forms": {**forms_of(challenge), **typed},
    }


def forms_of(challenge: Challenge) -> dict:
    return {
        "settle": SettleForm(),
        "answer": AnswerForm(),
        "evidence": EvidenceForm(auto_id="evidence_%s"),
        "find": FindForm(initial={"key": challenge.named}),
        "change": ChangeForm(choices=correctable_fields(challenge), auto_id="change_%s"),
    }


def correctable_fields(challenge: Challenge) -> list[tuple[str, str]]:
    if not challenge.dataset:
        return []
    kind = RECORD_TYPES[challenge.dataset]
    columns = [c for c in kind.columns if c.name not in kind.key and not c.patient]
    return [(column.name, label(column.name)) for column in columns]


def buttons_of(reader: Reader, facts: ChallengeFacts) -> dict:
    return buttons(
        accept=("Accept", why_not_settle(reader, facts, accept=True)),
        decline=("Decline", why_not_settle(reader, facts)),
        agree=("Agree", why_not_answer(reader, facts)),
        dispute=("Dispute", why_not_answer(reader, facts)),
        withdraw=("Withdraw this challenge", why_not_withdraw(reader, facts)),
        investigate=("Add what you found", why_not_investigate(reader, facts)),
    )


def record_page(
    reader: Reader, challenge: ChallengeFacts, found: Found, codes: list[ClinicianCode]
) -> dict | None:
    """The record as its source says, for those who may open it; settling it is the reason."""
    owners = owners_of(found.record, reader.on)
    is_open = challenge.state is ChallengeState.OPEN
    facts = queries.facts_about(owners, [challenge] if is_open else [])
    if why_not_see_record(reader, facts, "Settling a challenge about it"):
        return None
    return shown_of(found, owners, codes)


Act = Callable[[Challenge, datetime], object]


def done(request: HttpRequest, pk: int, act: Act, words: str, form: str = "") -> HttpResponse:
    """Do something to a challenge; what cannot be meant goes back to the form it came from."""
    challenge = visible(request, pk)
    try:
        act(challenge, timezone.now())
    except WrongValue as wrong:
        typed = forms_of(challenge)[form].__class__
        more = {"choices": correctable_fields(challenge)} if typed is ChangeForm else {}
        bound = typed(request.POST, **more)
        bound.is_valid()
        bound.add_error(wrong.part if wrong.part in bound.fields else None, wrong.because)
        page = page_of(request, challenge, **{form: bound})
        return render(request, "validation/one_challenge.html", page, status=422)
    messages.success(request, words)
    return redirect(challenge)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline, with a reason."""
    accept = request.POST.get("decision") == "accept"
    if not accept and request.POST.get("decision") != "decline":
        raise Http404
    chosen = request.POST.getlist("change") if "changes_shown" in request.POST else None

    def act(challenge: Challenge, at: datetime) -> object:
        return actions.settle_challenge(
            challenge_id=challenge.pk,
            accept=accept,
            because=request.POST.get("because", ""),
            by=who.account(request),
            at=at,
            chosen=None if chosen is None else [int(one) for one in chosen if one.isdecimal()],
        )

    words = "Accepted. The figures it changes were computed again." if accept else "Declined."
    return done(request, pk, act, words, "settle")


@require_POST
def accept_several(request: HttpRequest) -> HttpResponse:
    """Accept the challenges that were ticked, for one reason: all of them or none."""
    reader = who.reader(request)
    if why_not_see_queue(reader):
        raise Http404
    ticked = {int(one) for one in request.POST.getlist("challenge") if one.isdecimal()}
    if not ticked:
        messages.error(request, "Tick at least one challenge.")
        return redirect("challenges")
    if queues.seen_by(reader).filter(pk__in=ticked).count() != len(ticked):
        raise Http404
    done = actions.accept_together(
        challenge_ids=ticked,
        because=request.POST.get("because", ""),
        by=who.account(request),
        at=timezone.now(),
    )
    words = f"{len(done)} accepted. The figures they change were computed again."
    messages.success(request, words)
    return redirect("challenges")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to or dispute a transfer."""
    agrees = request.POST.get("answer") == "agree"
    if not agrees and request.POST.get("answer") != "dispute":
        raise Http404

    def act(challenge: Challenge, at: datetime) -> object:
        text = request.POST.get("text", "")
        by = who.account(request)
        return actions.answer_transfer(
            challenge_id=challenge.pk,
            agrees=agrees,
            text=text,
            by=by,
            at=at,
        )

    return done(request, pk, act, "Thank you. Your answer is beside the challenge.", "answer")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a challenge back."""

    def act(challenge: Challenge, at: datetime) -> object:
        return actions.withdraw(challenge_id=challenge.pk, by=who.account(request), at=at)

    return done(request, pk, act, "Withdrawn.")


@require_POST
def add_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was found."""

    def act(challenge: Challenge, at: datetime) -> object:
        text = request.POST.get("text", "")
        return actions.add_evidence(
            challenge_id=challenge.pk, text=text, by=who.account(request), at=at
        )

    return done(request, pk, act, "Added.", "evidence")


@require_POST
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which record a claim is about."""

    def act(challenge: Challenge, at: datetime) -> object:
        dataset, _, key = request.POST.get("key", "").strip().rpartition(":")
        dataset = dataset or "spells"
        if dataset not in RECORD_TYPES or ledger.record(dataset, key) is None:
            raise WrongValue("key", f"There is no record {key} in {dataset}.")
        by = who.account(request)
        return actions.find_claimed(
            challenge_id=challenge.pk,
            dataset=dataset,
            key=key,
            by=by,
            at=at,
        )

    return done(request, pk, act, "The claim is tied to this record.", "find")


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which value should change."""

    def act(challenge: Challenge, at: datetime) -> object:
        return actions.propose_change(
            challenge_id=challenge.pk,
            field=request.POST.get("field", ""),
            value=request.POST.get("value", ""),
            by=who.account(request),
            at=at,
        )

    return done(request, pk, act, "Added to what would change.", "change")


@require_http_methods(["GET", "POST"])
def settle_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The source contradicts a correction: put it right once more, or believe the source."""
    reader = who.reader(request)
    doubtful = next((one for one in queues.to_settle_again(reader) if one.pk == pk), None)
    if doubtful is None:
        raise Http404
    challenge = visible(request, doubtful.changes.latest("pk").challenge_id)
    note_readings(request, [challenge])
    form = AgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.settle_again(
            correction_id=pk,
            keep=form.cleaned_data["keep"] == "yes",
            because=form.cleaned_data["because"],
            by=who.account(request),
            at=timezone.now(),
        )
        messages.success(request, "Settled. The figures it changes were computed again.")
        return redirect(challenge)
    return render(request, "validation/again.html", again_page(challenge, doubtful, form))


def again_page(challenge: Challenge, doubtful: Correction, form: AgainForm) -> dict:
    record = ledger.record(doubtful.dataset, doubtful.key)
    now = record.fields.get(doubtful.field) if record else None
    return {
        "challenge": challenge,
        "line": correction_lines([doubtful])[0],
        "now": in_words(now),
        "form": form,
    }
