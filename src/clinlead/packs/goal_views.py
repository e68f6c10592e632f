"""One's own goal for a measure, and everything that one wrote here as a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.figures.sums import unit_of_figure
from clinlead.packs import goals
from clinlead.packs.exporting import written_by
from clinlead.packs.forms import GoalForm
from clinlead.pages.figures.views.mine import own_person, own_subject


@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest, measure: str) -> HttpResponse:
    """Nobody else has this page."""
    definition = own_subject(request, measure).definition
    kept = goals.running(own_person(request).pk, measure).first()
    by, at = request.user, timezone.now()
    if request.method == "POST" and "end" in request.POST:
        goals.end_goal(measure=measure, by=by, at=at)  # type: ignore[arg-type]
        messages.success(request, "Ended. Nothing is compared with it any more.")
        return redirect("my-figure", measure=measure)
    start = {name: getattr(kept, name) for name in ("towards", "value", "agreed")} if kept else {}
    form = GoalForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        goals.set_goal(measure=measure, shown=True, said=form.said(), by=by, at=at)  # type: ignore[arg-type]
        messages.success(request, "Saved. It is yours: nobody is shown it.")
        return redirect("my-figure", measure=measure)
    unit = unit_of_figure(definition).name
    context = {"form": form, "definition": definition, "kept": kept, "unit": unit}
    return render(request, "packs/goal.html", context, status=422 if form.is_bound else 200)


@require_GET
def written(request: HttpRequest) -> HttpResponse:
    """Plans, goals and what one compares with: to read, to keep, or to give to somebody."""
    answer = JsonResponse(written_by(own_person(request)), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="what-i-wrote.json"'
    answer["Cache-Control"] = "no-store"
    return answer
