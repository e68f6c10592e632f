"""Asking for erasure, answering it, and the register of disclosures."""

import csv

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.models import Account
from clinlead.access.policies import Button, Reader
from clinlead.dataprotection import actions, queries
from clinlead.dataprotection.forms import AnswerForm, AskForm, DisclosureForm, LetterForm
from clinlead.dataprotection.policies import why_not_answer, why_not_keep_register

ON_A_PAGE = 25


class Asked(HttpRequest):
    """Every page here is behind the sign-in."""

    user: Account  # type: ignore[assignment]
    reader: Reader


def for_the_officer(request: Asked) -> None:
    """To everybody else the page does not exist."""
    if why_not_keep_register(request.reader):
        raise Http404


@require_http_methods(["GET", "POST"])
def own(request: Asked) -> HttpResponse:
    """What one asked to have erased, and what was answered."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.ask_for_erasure(
            account=request.user,
            says=form.cleaned_data["says"],
            received_on=timezone.localdate(),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Sent. The data protection officer answers within a month.")
        return redirect("own_erasure")
    page = {"form": form, "requests": queries.requests_of(request.user)}
    status = 422 if form.errors else 200
    return render(request, "dataprotection/own.html", page, status=status)


@require_http_methods(["GET", "POST"])
def requests(request: Asked) -> HttpResponse:
    for_the_officer(request)
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.ask_for_erasure(**form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"Written down. It is due on {made.due_on:%d/%m/%Y}.")
        return redirect(made)
    found = queries.requests_for(request.reader)
    shown = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    page = {"form": form, "shown": shown}
    return render(request, "dataprotection/requests.html", page, status=status)


@require_http_methods(["GET", "POST"])
def answer(request: Asked, pk: int) -> HttpResponse:
    asked = get_object_or_404(queries.requests_for(request.reader), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.answer_request(
            request_id=pk, answer=form.answer(), by=request.user, at=timezone.now()
        )
        messages.success(request, "Answered. The person is told.")
        return redirect(asked)
    button = Button.guarded("Answer", why_not_answer(request.reader, asked.facts()))
    page = {"asked": asked, "form": form, "button": button}
    status = 422 if form.errors else 200
    return render(request, "dataprotection/answer.html", page, status=status)


@require_http_methods(["GET", "POST"])
def disclosures(request: Asked) -> HttpResponse:
    for_the_officer(request)
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.note_disclosure(said=form.said(), by=request.user, at=timezone.now())
        messages.success(request, "Entered. Whoever is named reads it.")
        return redirect("disclosures")
    shown = Paginator(queries.register(), ON_A_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    page = {"form": form, "shown": shown}
    return render(request, "dataprotection/disclosures.html", page, status=status)


@require_GET
def disclosures_file(request: Asked) -> HttpResponse:
    for_the_officer(request)
    name = f"disclosures-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
    out = csv.writer(answer)
    out.writerow(queries.COLUMNS)
    out.writerows(queries.lines(queries.register()))
    return answer
