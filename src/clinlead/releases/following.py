"""Which version of a measure a department's releases follow: looked at first, then decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinlead.access.policies import Button, Reader, Refusal, Role, refuse_if
from clinlead.figures.models import Computing
from clinlead.figures.policies import why_not_compute
from clinlead.figures.versions import is_computed, newest_computing, start_computing
from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.moving import Stand, move_facts, move_to_version, using_now
from clinlead.measures.redefinition import why_not_move
from clinlead.organisation.models import Department
from clinlead.releases.asking import Asked
from clinlead.releases.models import ReleasedFigure, ReleaseState
from clinlead.releases.periods import month_of, number_of
from clinlead.releases.policies import NOT_LEAD

MONTHS_AHEAD = 4


def released_to(department: Department, code: str) -> str:
    """The last month of a measure that the department has released."""
    out = ReleasedFigure.objects.filter(release__department=department, measure=code)
    out = out.exclude(release__state=ReleaseState.PREPARING)
    last = out.order_by("-release__last_month").values_list("release__last_month", flat=True)
    return last.first() or ""


def stand_of(department: Department, measure: MeasureVersion) -> Stand:
    return Stand(
        computed=is_computed(measure.code, measure.version),
        released_to=released_to(department, measure.code),
    )


class MoveForm(forms.Form):
    """From which month a department's figures are those of this version."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label="Department", to_field_name="code", empty_label=None
    )
    month = forms.RegexField(
        r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        label="From which month",
        help_text="Year and month, such as 2026-04. Releases up to the month before keep the "
        "version they follow now.",
        error_messages={"invalid": "Write the year and the month, such as 2026-04."},
    )
    because = forms.CharField(
        label="Where was this decided, and why?",
        help_text="For example: the department’s meeting of 3 June; the new wording leaves out "
        "planned second stages.",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, reader: Reader, measure: MeasureVersion, **more) -> None:
        super().__init__(*args, **more)
        mine = could_move(reader, measure)
        self.fields["department"].queryset = mine  # type: ignore[attr-defined]
        self.fields["month"].initial = next_release_month(mine, measure, reader)


def could_move(reader: Reader, measure: MeasureVersion):
    """Departments that this person leads and that follow another version of the measure."""
    following = DepartmentMeasure.objects.filter(measure__code=measure.code, ended_on=None)
    others = following.exclude(measure=measure).values("department_id")
    return Department.objects.open().filter(pk__in=others).filter(pk__in=reader.leads)


def next_release_month(mine, measure: MeasureVersion, reader: Reader) -> str:
    """The first month that is not released yet, for the first of these departments."""
    department = mine.first()
    last = released_to(department, measure.code) if department else ""
    return month_of(number_of(last) + 1) if last else f"{reader.on:%Y-%m}"


@dataclass(frozen=True, kw_only=True)
class UsePage:
    """One version's figures and who follows them."""

    computed: bool
    computing: Computing | None
    compute: Button | None
    following: Sequence[DepartmentMeasure]
    followed: Sequence[DepartmentMeasure]
    move: Button | None

    @classmethod
    def of(cls, measure: MeasureVersion, reader: Reader) -> "UsePage":
        chosen = DepartmentMeasure.objects.filter(measure=measure)
        rows = list(chosen.select_related("department", "decided_by__person"))
        last = newest_computing(measure.code, measure.version)
        compute = why_not_compute(reader, runs=last is not None and last.running)
        return cls(
            computed=is_computed(measure.code, measure.version),
            computing=last,
            compute=Button.guarded("Compute its figures", compute)
            if reader.has(Role.ANALYST)
            else None,
            following=[one for one in rows if one.ended_on is None],
            followed=[one for one in rows if one.ended_on is not None],
            move=move_button(measure, reader),
        )


def move_button(measure: MeasureVersion, reader: Reader) -> Button | None:
    """None for whoever leads no department that could move."""
    department = could_move(reader, measure).first()
    if department is None:
        return None
    facts = move_facts(
        department,
        measure,
        using_now(department, measure.code),
        stand_of(department, measure),
        "9999-12",
    )
    return Button.guarded("Follow this version", why_not_move(reader, facts, "a reason"))


def version_of(code: str, version: int) -> MeasureVersion:
    return get_object_or_404(MeasureVersion, code=code, version=version, approved=True)


@require_GET
def use(request: Asked, code: str, version: int) -> HttpResponse:
    """Whether a version is computed and who follows it: definitions are for all staff."""
    return page_of(request, version_of(code, version))


def page_of(request: Asked, measure: MeasureVersion, form: MoveForm | None = None) -> HttpResponse:
    page = UsePage.of(measure, request.reader)
    if page.move and form is None:
        form = MoveForm(reader=request.reader, measure=measure)
    context = {"measure": measure, "page": page, "form": form}
    return render(
        request, "releases/use.html", context, status=422 if form and form.errors else 200
    )


@require_POST
def compute(request: Asked, code: str, version: int) -> HttpResponse:
    measure = version_of(code, version)
    start_computing(measure=measure, by=request.user, at=timezone.now())
    return redirect("measure-use", code=code, version=version)


@require_POST
def move(request: Asked, code: str, version: int) -> HttpResponse:
    measure = version_of(code, version)
    refuse_if(why_not_lead(request.reader))
    form = MoveForm(request.POST, reader=request.reader, measure=measure)
    if not form.is_valid():
        return page_of(request, measure, form)
    department = form.cleaned_data["department"]
    made = move_to_version(
        department=department,
        measure=measure,
        month=form.cleaned_data["month"],
        because=form.cleaned_data["because"],
        stand=stand_of(department, measure),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        f"{department} follows version {version} from {made.decided_on:%B %Y} on. Earlier "
        "releases keep theirs.",
    )
    return redirect("measure-use", code=code, version=version)


def why_not_lead(reader: Reader) -> Refusal | None:
    return None if reader.has(Role.LEAD) else NOT_LEAD
