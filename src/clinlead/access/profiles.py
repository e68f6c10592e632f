"""Role profiles: what makes a clinician's work unlike their colleagues', in dated versions."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinlead.access.deciding import owner_facts
from clinlead.access.forms import DayInput
from clinlead.access.policies import (
    Reader,
    Refusal,
    Role,
    refuse_if,
    why_not_record_profile,
    why_not_see_profile,
)
from clinlead.organisation.actions import ProfileTooEarly, record_profile
from clinlead.organisation.models import Department, Person, Post, RoleProfile

LINES = {"rows": 3}


class ProfileForm(forms.Form):
    """What a clinician does, from which day, and whether comparing it is fair."""

    starts_on = forms.DateField(label="From", widget=DayInput())
    role = forms.CharField(
        max_length=200, help_text="For example: interventional cardiologist, two lists a week."
    )
    workload = forms.CharField(required=False, widget=forms.Textarea(LINES))
    skill_mix = forms.CharField(
        required=False,
        label="Skill mix",
        help_text="What they do that colleagues do not, and who works with them.",
        widget=forms.Textarea(LINES),
    )
    comparable = forms.TypedChoiceField(
        label="Is this work like colleagues’ work?",
        choices=[("yes", "Yes"), ("no", "No: their figures are not set beside colleagues’")],
        coerce=lambda said: said == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    caveat = forms.CharField(
        required=False,
        label="What a reader must know before comparing",
        help_text="It stands beside every comparison. Where the work is not alike, it says why.",
        widget=forms.Textarea(LINES),
    )

    def clean(self) -> dict:
        given = super().clean() or {}
        if given.get("comparable") is False and not given.get("caveat", "").strip():
            self.add_error("caveat", "Say why this work is not like colleagues’ work.")
        return given


@require_GET
def profiles(request: HttpRequest, code: str) -> HttpResponse:
    """A department's clinicians and their profiles, for whoever may write them."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    department = get_object_or_404(Department, code=code)
    if department.pk not in reader.leads | reader.chief_of and not reader.has(Role.HR):
        raise Http404
    members = Post.objects.on(reader.on).filter(department=department).values("person_id")
    people = Person.objects.filter(pk__in=members)
    held = RoleProfile.objects.on(reader.on).filter(person__in=people).order_by("starts_on")
    by_person = {each.person_id: each for each in held}
    rows = [(person, by_person.get(person.pk)) for person in people]
    return render(request, "access/profiles.html", {"department": department, "rows": rows})


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest, code: str, person_code: str) -> HttpResponse:
    """One clinician's profile and the ones before it; a form for whoever may write it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    department = get_object_or_404(Department, code=code)
    members = Post.objects.on(reader.on).filter(department=department)
    person = get_object_or_404(Person, code=person_code, pk__in=members.values("person_id"))
    owner = owner_facts(person, reader.on)
    if why_not_see_profile(reader, owner):
        raise Http404
    refusal = why_not_record_profile(reader, owner)
    versions = list(person.profiles.order_by("-starts_on"))
    form = ProfileForm(request.POST or None, initial=beginning(versions, reader))
    if request.method == "POST":
        refuse_if(refusal)
        if form.is_valid() and recorded(request, person, form):
            return redirect("profile", code=code, person_code=person_code)
    page = context(department, person, versions, form, refusal)
    return render(request, "access/profile.html", page, status=422 if form.errors else 200)


def context(
    department: Department,
    person: Person,
    versions: list[RoleProfile],
    form: ProfileForm,
    refusal: Refusal | None,
) -> dict:
    return {
        "department": department,
        "person": person,
        "versions": versions,
        "form": form,
        "refusal": refusal,
    }


def beginning(versions: list[RoleProfile], reader: Reader) -> dict:
    """The newest version to change, from today on."""
    start: dict = {"starts_on": reader.on}
    if versions:
        newest = versions[0]
        start |= {name: getattr(newest, name) for name in ("role", "workload", "skill_mix")}
        start |= {"comparable": "yes" if newest.comparable else "no", "caveat": newest.caveat}
    return start


def recorded(request: HttpRequest, person: Person, form: ProfileForm) -> bool:
    """Whether it could be recorded; else the form says why not."""
    by_id = request.reader.account_id  # type: ignore[attr-defined]
    try:
        record_profile(person=person, by_id=by_id, at=timezone.now(), **form.cleaned_data)
    except ProfileTooEarly as early:
        said = (
            f"The newest profile begins on {early.latest:%d %B %Y}. Give that day or a later one."
        )
        form.add_error("starts_on", said)
        return False
    messages.success(request, f"The profile of {person.name} is recorded.")
    return True
