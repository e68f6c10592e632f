"""The pages of releases: find what this person may see, act, say so, go somewhere."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery, prefetch_related_objects
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from clinlead.access.policies import Button, Role, refuse_if
from clinlead.history.actions import LOOKS, record_reading
from clinlead.history.queries import entries_of
from clinlead.organisation.models import Person
from clinlead.releases import actions, forms, policies, presenters
from clinlead.releases.asking import Asked
from clinlead.releases.gate import gate
from clinlead.releases.models import LONG, Release, ReleasedFigure, ReleaseState
from clinlead.releases.queries import (
    calendar,
    listed,
    measured_departments,
    seen_by,
    with_frozen,
    without_frozen,
)
from clinlead.releases.standing import (
    gate_facts,
    is_preparing,
    release_facts,
    standing,
    team_figures,
    totals_against,
    with_window,
)
from clinmeasures.wording.units import in_figures

A_PAGE = 25
TRAIL = [("Home", "/"), ("Releases", "/releases/")]


def find(request: Asked, release_id: int) -> Release:
    """The release, where this person may know that it exists."""
    visible = with_window(Release.objects.visible_to(request.reader))
    sent = Release.objects.filter(department=OuterRef("department")).exclude(invitation="")
    last = sent.order_by("-released_at").values("invitation")[:1]
    found = visible.annotate(last_invitation=Subquery(last)).select_related(
        "department", "supersedes", "checked_by__person", "released_by__person", "tabled_by__person"
    )
    before = (f"supersedes__{name}" for name in LONG)
    return get_object_or_404(found.defer(*before), pk=release_id)


def note_reading(
    request: Asked, release: Release, people: Iterable[Person | None], reason: str = ""
) -> None:
    """One entry a page, naming everyone whose figures it shows to somebody else."""
    own = request.reader.person_id
    about = {person.pk for person in people if person is not None and person.pk != own}
    if about:
        record_reading(
            at=timezone.now(),
            by_id=request.user.pk,
            about=about,
            object_kind="release",
            object_id=release.pk,
            reason=reason,
        )


def note_own_look(request: Asked, release: Release, people: Iterable[int | None]) -> None:
    """That somebody opened a release with figures of their own; only the share is ever shown."""
    own = request.reader.person_id
    if own is not None and own in set(people):
        for path in settings.OWN_RELEASE_SEEN:
            import_string(path)(release.pk, own, timezone.now())


@require_GET
def index(request: Asked) -> HttpResponse:
    reader = request.reader
    today = timezone.localdate()
    releases = Release.objects.visible_to(reader).select_related(
        "department", "released_by__person"
    )
    page = Paginator(releases, A_PAGE).get_page(request.GET.get("page"))
    due = calendar(measured_departments(reader, today), today)
    known = set(releases.filter(state=ReleaseState.PREPARING).values_list("pk", flat=True))
    rows = [(each, each.release is not None and each.release.pk in known) for each in due]
    may_prepare = {
        each.department.pk
        for each in due
        if each.release is None
        and each.period.ends_on < today
        and policies.why_not_prepare(each.department.pk, reader) is None
    }
    context = {"page": page, "due": rows, "may_prepare": may_prepare, "trail": TRAIL[:1]}
    return render(request, "releases/index.html", context)


@require_POST
def prepare(request: Asked, code: str) -> HttpResponse:
    """Begin the department's next release by hand; the calendar says which period it is."""
    today = timezone.localdate()
    near = measured_departments(request.reader, today)
    department = get_object_or_404(near, code=code)
    due = calendar([department], today)[0]
    if due.period.ends_on >= today:
        messages.info(request, f"{due.period} is not over yet, so there is nothing to prepare.")
        return redirect("/releases/")
    made = actions.prepare(
        department=department, period=due.period, by=request.user, at=timezone.now()
    )
    return redirect(made)


@require_GET
def show(request: Asked, release_id: int) -> HttpResponse:
    return page_of(request, find(request, release_id))


def page_of(request: Asked, release: Release, *, status: int = 200, **bound) -> HttpResponse:
    """The release's page, before or after it is out; `bound` are forms sent back with errors."""
    if is_preparing(release):
        return preparing_page(request, release, status=status, **bound)
    return released_page(request, release, status=status, **bound)


def preparing_page(request: Asked, release: Release, *, status: int, **bound) -> HttpResponse:
    reader = request.reader
    prefetch_related_objects([release], "control_totals")
    now = standing(release, timezone.localdate())
    facts = gate_facts(now)
    page = presenters.preparing(now, facts, gate(facts), reader, request.GET.get("figure", ""))
    note_reading(request, release, [draft.person for draft in now.seen_by(reader)])
    context = {
        "release": release,
        "page": page,
        "trail": TRAIL,
        "tolerance": in_figures(settings.CONFIGURATION.release_totals_tolerance),
        "totals": (bound.get("totals") or total_forms(now)) if page.checks else [],
        "check_form": bound.get("check_form") or forms.CheckForm(),
        "release_form": bound.get("release_form") or release_form(release),
        "colour": presenters.STATE_COLOURS[release.state],
    }
    return render(request, "releases/preparing.html", context, status=status)


def release_form(release: Release) -> forms.ReleaseForm:
    """It opens with the invitation that went out with the release before; `find` asked for it."""
    last = release.last_invitation  # type: ignore[attr-defined]
    return forms.ReleaseForm(initial={"invitation": last or ""})


def total_forms(now, data=None) -> list[tuple]:
    """Each measure with its form, and with how the totals entered before differ from ours."""
    entered: dict[str, dict] = {}
    for each in now.release.control_totals.all():
        entered.setdefault(each.measure, {})[each.month] = each
    found = []
    for draft in team_figures(now.figures):
        mine = entered.get(draft.key.measure, {})
        known = [each for each in totals_against(draft, mine) if each.entered]
        form = forms.TotalForm.for_measure(draft, mine, data)
        said = [f"{each.month or form.span}: {each.stands}" for each in known]
        found.append((draft, form, said))
    return found


def released_page(request: Asked, release: Release, *, status: int, **bound) -> HttpResponse:
    reader = request.reader
    seen = seen_by(release, reader, listed(release))
    purpose, purpose_form = stated_purpose(request, release, seen)
    figures = [each for each in seen if purpose or not needs_purpose(reader, each)]
    lines = [presenters.line_of(release, each, reader, said=each.said) for each in figures]  # type: ignore[attr-defined]
    note_reading(request, release, [figure.person for figure in figures], purpose)
    note_own_look(request, release, [figure.person_id for figure in figures])
    rules = release_facts(release)
    context = {
        "release": release,
        "trail": TRAIL,
        "own": [line for line in lines if line.own],
        "team": [x for x, figure in zip(lines, figures, strict=True) if figure.key.is_team],
        "named": [
            x for x, f in zip(lines, figures, strict=True) if not f.key.is_team and not x.own
        ],
        "changed": changed(release, figures, reader),
        "successor": successor(release, reader),
        "purpose_form": purpose_form,
        "purpose": purpose,
        "again": Button.guarded(
            "Release again", policies.why_not_release_again(rules, "a reason", reader)
        ),
        "table": Button.guarded("Save the date", policies.why_not_table(rules, reader)),
        "may_act": release.department_id in reader.leads or reader.has(Role.ANALYST),
        "again_form": bound.get("again_form") or forms.AgainForm(),
        "table_form": bound.get("table_form") or forms.TableForm(),
        "acts": entries_of("release", release.pk).exclude(act__in=[*LOOKS, "owner wrote"]),
        "colour": presenters.STATE_COLOURS[release.state],
    }
    return render(request, "releases/released.html", context, status=status)


def needs_purpose(reader, figure: ReleasedFigure) -> bool:
    """The medical director sees named figures for a stated purpose; their own work needs none."""
    if figure.person_id in {None, reader.person_id} or not reader.has(Role.DIRECTOR):
        return False
    here = figure.release.department_id
    return here not in reader.leads | reader.granted_named and not reader.has(Role.ANALYST)


def stated_purpose(request: Asked, release: Release, seen: Iterable[ReleasedFigure] | None = None):
    """What the medical director says the named figures are for; nobody else is asked.

    `seen`: the figures that they may see, where these are known already.
    """
    reader = request.reader
    if not reader.has(Role.DIRECTOR):
        return "", None
    seen = seen_by(release, reader, without_frozen(release)) if seen is None else seen
    if not any(needs_purpose(reader, figure) for figure in seen):
        return "", None
    form = forms.PurposeForm(request.GET if "purpose" in request.GET else None)
    return (form.cleaned_data["purpose"] if form.is_valid() else ""), form


def changed(release: Release, figures: list[ReleasedFigure], reader) -> list[presenters.Changed]:
    """What this edition changed, among what this reader may see."""
    before = release.supersedes
    if before is None:
        return []
    was = {each.key: each for each in seen_by(before, reader, without_frozen(before))}
    new = [each for each in figures if each.key not in was or was[each.key].digest != each.digest]
    old = [was[each.key] for each in new if each.key in was]
    whole = with_frozen([*old, *new])
    return presenters.changes_between(
        [each for each in whole if each.release_id == before.pk],
        [each for each in whole if each.release_id == release.pk],
        reader,
    )


def successor(release: Release, reader) -> Release | None:
    return Release.objects.visible_to(reader).filter(supersedes=release).first()


@require_GET
def manifest(request: Asked, release_id: int) -> HttpResponse:
    release = find(request, release_id)
    if is_preparing(release):
        raise Http404
    return JsonResponse({"digest": release.digest, "manifest": release.manifest})


Act = Callable[..., Release]  # release_id, by, at → the release to show next


def filled_in(request: Asked, release_id: int, act: Act, said: str, **bound: Form) -> HttpResponse:
    """Find the release, act on the one form bound, say so; or send the form back."""
    release = find(request, release_id)
    (form,) = bound.values()
    if not form.is_valid():
        return page_of(request, release, status=422, **bound)
    shown = act(release_id=release.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, said)
    return redirect(shown)


@require_POST
def check(request: Asked, release_id: int) -> HttpResponse:
    form, said = forms.CheckForm(request.POST), "The BI check is recorded."
    return filled_in(request, release_id, actions.bi_check, said, check_form=form)


@require_POST
def make(request: Asked, release_id: int) -> HttpResponse:
    form, said = forms.ReleaseForm(request.POST), "Released. The owners can see their figures now."
    return filled_in(request, release_id, actions.release_figures, said, release_form=form)


@require_POST
def again(request: Asked, release_id: int) -> HttpResponse:
    form = forms.AgainForm(request.POST)
    said = "A new edition is being prepared. The present one stays until then."
    return filled_in(request, release_id, actions.release_again, said, again_form=form)


@require_POST
def table(request: Asked, release_id: int) -> HttpResponse:
    form, act = forms.TableForm(request.POST), actions.table_at_governance
    return filled_in(request, release_id, act, "Noted.", table_form=form)


@require_POST
def totals(request: Asked, release_id: int) -> HttpResponse:
    """Every measure's control total in one form; what is left blank is not entered."""
    release = find(request, release_id)
    refuse_if(policies.why_not_check(release_facts(release), request.reader))
    bound = total_forms(standing(release, timezone.localdate()), request.POST)
    wrong = [form for _, form, _ in bound if not form.is_valid()]
    if wrong:
        return page_of(request, release, status=422, totals=bound)
    said = [form.said(draft.key.measure) for draft, form, _ in bound if form.has_changed()]
    count = actions.control_totals(
        release_id=release.pk, totals=said, by=request.user, at=timezone.now()
    )
    messages.success(request, f"Control totals saved: {count}.")
    return redirect(release)


@require_POST
def sign_off(request: Asked, release_id: int) -> HttpResponse:
    release = find(request, release_id)
    count = actions.sign_off_together(
        release_id=release.pk,
        by=request.user,
        at=timezone.now(),
        seen=request.POST.get("seen", ""),
    )
    messages.success(request, f"Signed off together: {count}.")
    return redirect(release)
