"""The pages of requests for help, and of the stage template."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.workstreams.checks import ALL
from clinlead.workstreams.forms import AnswerForm, HelpForm, StagesForm
from clinlead.workstreams.helping import answer_help, ask_for_help, help_facts
from clinlead.workstreams.models import HelpRequest, Template
from clinlead.workstreams.policies import (
    why_not_answer_help,
    why_not_ask_for_help,
    why_not_edit_stages,
)
from clinlead.workstreams.template import edit_stages, first_template, in_force, stages_of
from clinlead.workstreams.views import SOME_REASON, act_page, stream_of

HELP = ("Requests for help", "/streams/help/")


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """One's own requests; all of them for those who answer."""
    visible = HelpRequest.objects.visible_to(request.reader)  # type: ignore[attr-defined]
    related = ("stream", "raised_by__person", "answered_by__person")
    return render(
        request, "workstreams/help.html", {"requests": list(visible.select_related(*related))}
    )


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    here, form = stream_of(code), HelpForm(request.POST or None)
    reader = request.reader  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        ask_for_help(stream=here, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Sent to the project team. The answer will be here.")
        return redirect("help_requests")
    return act_page(
        request,
        form,
        heading=f"Ask for help with {here.name}",
        about="Coaching, training, an analyst’s hour, somebody beside you in a conversation.",
        button="Ask for help",
        back=(here.name, here.get_absolute_url()),
        refusal=why_not_ask_for_help(reader, help_facts(here, reader.on), SOME_REASON),
    )


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    visible = HelpRequest.objects.visible_to(reader).select_related("stream", "raised_by__person")
    shown = get_object_or_404(visible, pk=request_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        answer_help(request_id=shown.pk, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Answered.")
        return redirect("help_requests")
    facts = help_facts(shown.stream, reader.on, shown)
    return act_page(
        request,
        form,
        heading=f"{shown.raised_by} asks for help",
        about=f"{shown.stream.name}: {shown.text}",
        button="Answer",
        back=HELP,
        refusal=why_not_answer_help(reader, facts, SOME_REASON),
    )


@require_GET
def template(request: HttpRequest, version: int = 0) -> HttpResponse:
    """The stages in force, or those of one version."""
    versions = list(Template.objects.select_related("made_by__person"))
    shown = get_object_or_404(Template, version=version) if version else None
    page = {
        "stages": stages_of(shown.pk) if shown else in_force(),
        "versions": versions,
        "newest": shown is None or shown == versions[0],
        "may_edit": why_not_edit_stages(request.reader, SOME_REASON) is None,  # type: ignore[attr-defined]
    }
    return render(request, "workstreams/template.html", page)


@require_http_methods(["GET", "POST"])
def edit_template(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    form = StagesForm(request.POST or None, stages=in_force())
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        first_template(now)
        because = form.cleaned_data["because"]
        edit_stages(stages=form.stages(), because=because, by=request.user, at=now)  # type: ignore[arg-type]
        messages.success(request, "The stages have changed. Earlier versions stay readable.")
        return redirect("stage_template")
    refusal = why_not_edit_stages(reader, SOME_REASON)
    page = {"form": form, "checks": ALL, "refusal": refusal}
    return render(request, "workstreams/edit_template.html", page)
