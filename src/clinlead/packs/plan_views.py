"""The page of one's own plan after a release."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinlead.organisation.models import Person
from clinlead.packs import planning, policies
from clinlead.packs.forms import PlanForm
from clinlead.packs.views import facts_of, refuse, release_for


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, release_id: int) -> HttpResponse:
    """What one means to do after a release; nobody else has this page."""
    release = release_for(request, release_id)
    reader = request.reader  # type: ignore[attr-defined]
    in_it = Person.objects.filter(pk__in=release.figures.values("person_id"))
    person = get_object_or_404(in_it, pk=reader.person_id)
    refuse(policies.why_not_plan(reader, facts_of(release, person)))
    kept = planning.plan_of(release, person)
    start = {name: getattr(kept, name) for name in PlanForm.base_fields} if kept else None
    form = PlanForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = planning.PlanSaid(**form.cleaned_data)
        planning.write_plan(release_id=release.pk, said=said, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Saved. Your pack is made anew when you open it.")
        return redirect("/me/packs/")
    before = planning.plan_before(release, person)
    context = {"release": release, "form": form, "before": before, "kept": kept}
    return render(request, "packs/plan.html", context, status=422 if form.is_bound else 200)


@require_POST
def erase(request: HttpRequest, release_id: int) -> HttpResponse:
    """The owner takes a plan back."""
    release = release_for(request, release_id)
    in_it = Person.objects.filter(pk__in=release.figures.values("person_id"))
    person = get_object_or_404(in_it, pk=request.reader.person_id)  # type: ignore[attr-defined]
    refuse(policies.why_not_plan(request.reader, facts_of(release, person)))  # type: ignore[attr-defined]
    planning.erase_plan(release_id=release.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "Your plan is erased, and the pack that printed it.")
    return redirect("/me/packs/")
