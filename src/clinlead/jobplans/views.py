"""The pages of job plans."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.deciding import owner_facts
from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Role,
    refuse_if,
    why_not_see_named,
)
from clinlead.history.actions import record_reading
from clinlead.jobplans.asking import answer, ask, close, rule_of
from clinlead.jobplans.concordance import Point
from clinlead.jobplans.fairness import ABOUT
from clinlead.jobplans.forms import AnswerForm, QuestionForm, sent
from clinlead.jobplans.models import PlanQuestion
from clinlead.jobplans.policies import (
    why_not_answer,
    why_not_ask,
    why_not_close,
    why_not_see_plan,
    why_not_see_plans,
)
from clinlead.jobplans.presenters import (
    MONTH_COLUMNS,
    NOT_COMPUTED,
    DepartmentPage,
    aggregate_rows,
    plan_page,
)
from clinlead.jobplans.queries import aggregate, checked, departments_for, in_post
from clinlead.organisation.models import Department, Person

SOMETHING = "words"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The way to one's own plan, to the departments one answers for, or to counts."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    mine = Department.objects.open().filter(pk__in=reader.departments)
    departments = departments_for(reader)
    executive = reader.has(Role.EXECUTIVE)
    if not (mine or departments or executive):
        raise Http404
    visible = PlanQuestion.objects.visible_to(reader).open()
    page = {
        "mine": list(mine),
        "own_code": request.user.person.code if mine else "",  # type: ignore[union-attr]
        "departments": departments,
        "questions": list(visible.select_related("department", "person", "asked_by__person")),
        "executive": executive,
        "aggregate": aggregate_rows(aggregate(reader)) if executive else [],
    }
    return render(request, "jobplans/index.html", page)


@require_GET
def department(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody's plan in short, by name, and how the work is shared."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    here = get_object_or_404(Department, code=code)
    if why_not_see_plans(reader, here.pk):
        raise Http404
    found = checked(here, reader.on)
    looked_at(request, [each.pk for each in found.people], here.code)
    page = DepartmentPage.of(here, found)
    more = {"about": ABOUT, "not_computed": "" if found.plans else NOT_COMPUTED}
    return render(request, "jobplans/department.html", {"page": page, **more})


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    """One clinician's plan; HR asks from here."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    here = get_object_or_404(Department, code=code)
    who = get_object_or_404(in_post(here, reader.on), code=person_code)
    owner = owner_facts(who, reader.on)
    if why_not_see_plan(reader, owner):
        raise Http404
    form = QuestionForm(sent(request))
    if request.method == "POST":
        refuse_if(why_not_ask(reader, owner, SOMETHING))
        if form.is_valid():
            asked(request, who, here, form)
            return redirect("job_plan", code=code, person_code=person_code)
    looked_at(request, [who.pk], who.code)
    page = person_page(request, here, who, owner)
    may_ask = why_not_ask(reader, owner, SOMETHING) is None
    page |= {"form": form if may_ask else None}
    return render(request, "jobplans/person.html", page, status=422 if form.errors else 200)


def person_page(request: HttpRequest, here: Department, who: Person, owner: OwnerFacts) -> dict:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found = checked(here, reader.on)
    questions = who.plan_questions.filter(department=here).select_related(
        "asked_by__person", "answered_by__person", "department", "person"
    )
    return {
        "page": plan_page(who, here, found, reader, named=why_not_see_named(reader, owner) is None),
        "questions": [question_line(each, reader, owner) for each in questions],
        "columns": MONTH_COLUMNS,
        "not_computed": NOT_COMPUTED,
        "lists": why_not_see_plans(reader, here.pk) is None,
    }


def question_line(question: PlanQuestion, reader: Reader, owner: OwnerFacts) -> dict:
    facts = rule_of(question, owner)
    return {
        "question": question,
        "may_answer": why_not_answer(reader, facts, SOMETHING) is None,
        "may_close": why_not_close(reader, facts) is None,
        "form": AnswerForm(auto_id=f"answer-{question.pk}-%s"),
    }


def asked(request: HttpRequest, who: Person, here: Department, form: QuestionForm) -> None:
    ask(
        person=who,
        department=here,
        point=Point(form.cleaned_data["point"]),
        text=form.cleaned_data["text"],
        by=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
    )
    messages.success(request, "Asked. The lead and the clinician are told.")


@require_http_methods(["POST"])
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """Answered by whoever decides for the clinician; closed by HR."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    visible = PlanQuestion.objects.visible_to(reader).select_related("department", "person")
    found = get_object_or_404(visible, pk=question_id)
    if request.POST.get("act") == "close":
        close(question_id=found.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Closed.")
    else:
        text = request.POST.get("text", "")
        answer(question_id=found.pk, text=text, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Answered. HR is told.")
    return redirect(found)


def looked_at(request: HttpRequest, people: list[int], what: str) -> None:
    """Every reading of somebody else's plan is logged, before it is shown."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    others = [each for each in people if each != reader.person_id]
    if others:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=others,
            object_kind="job plan",
            object_id=what,
        )
