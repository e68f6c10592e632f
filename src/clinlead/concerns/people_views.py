"""The steps as data, whom to turn to, and what one gives of oneself."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinlead.access.policies import Role
from clinlead.concerns import contacts, equality, policies, queries, routing, steps
from clinlead.concerns.acts import FORMS, done
from clinlead.concerns.forms import ContactsForm, RouteForm
from clinlead.concerns.models import Route
from clinlead.concerns.views import Asked, concern_of, page_of
from clinlead.recognition.queries import MOST_FOUND, people_called


@require_POST
def act(request: Asked, pk: int, what: str) -> HttpResponse:
    """One of the acts of a concern's page."""
    concern, facts = concern_of(request, pk)
    if what not in FORMS:
        raise Http404
    form = FORMS[what](concern, facts, request.POST)
    if not form.is_valid():
        return page_of(request, concern, facts, {what: form})
    return done(request, concern, what, form)


@require_http_methods(["GET", "POST"])
def route(request: Asked) -> HttpResponse:
    """The steps in force and every version, for all staff; another one by the project team."""
    reader, now = request.reader, steps.text_in_force()
    writes = reader.has(Role.PROJECT_TEAM)
    form = RouteForm(request.POST or None, initial=RouteForm.of(now)) if writes else None
    if request.method == "POST" and form is None:
        raise Http404
    if form is not None and form.is_bound and form.is_valid():
        wrong = routing.wrong_with(form.route())
        if not wrong:
            because = form.cleaned_data["because"]
            steps.propose_route(
                route=form.route(), because=because, by=request.user, at=timezone.now()
            )
            messages.success(request, "Proposed. It is in force once an executive approves it.")
            return redirect("concern_steps")
        form.add_error("steps", wrong)
    page = {
        "now": now,
        "waiting": steps.waiting(),
        "form": form,
        "versions": Route.objects.select_related("written_by__person", "decided_by__person"),
        "decides": reader.has(Role.EXECUTIVE),
    }
    bound = form is not None and form.is_bound
    return render(request, "concerns/steps.html", page, status=422 if bound else 200)


@require_POST
def decide(request: Asked, version: int) -> HttpResponse:
    found = get_object_or_404(Route, version=version)
    approve = "approve" in request.POST
    steps.decide_route(version=found.version, approve=approve, by=request.user, at=timezone.now())
    said = "Approved. Concerns that are opened from now on follow it." if approve else "Declined."
    messages.success(request, said)
    return redirect("concern_steps")


@require_http_methods(["GET", "POST"])
def set_contacts(request: Asked) -> HttpResponse:
    if policies.why_not_set_contacts(request.reader):
        raise Http404
    lines = (f"{o.who} | {o.how} | {o.about}".rstrip(" |") for o in queries.contacts())
    form = ContactsForm(request.POST or None, initial={"contacts": "\n".join(lines)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["contacts"]
        contacts.set_contacts(contacts=said, by=request.user, at=timezone.now())
        messages.success(request, "Saved. Everybody can read it.")
        return redirect("concerns")
    status = 422 if form.is_bound else 200
    return render(request, "concerns/contacts.html", {"form": form}, status=status)


class CharacteristicsForm(forms.Form):
    """Every one is optional."""

    def __init__(self, *args, named: bool = False, **more) -> None:
        super().__init__(*args, **more)
        if named:
            self.fields["name"] = forms.CharField(label="Whose are they?", max_length=120)
        for kind, (label, values) in equality.KINDS.items():
            choices = [("", equality.NOT_GIVEN), *((value, value) for value in values)]
            self.fields[kind] = forms.ChoiceField(label=label, choices=choices, required=False)

    @property
    def values(self) -> dict[str, str]:
        return {kind: self.cleaned_data[kind] for kind in equality.KINDS}


@require_http_methods(["GET", "POST"])
def mine(request: Asked) -> HttpResponse:
    """What one gives of oneself; nobody else reads it but in counts."""
    person = request.user.person
    if person is None:
        raise Http404
    form = CharacteristicsForm(request.POST or None, initial=equality.own(person.pk))
    if request.method == "POST" and form.is_valid():
        equality.give(person=person, values=form.values, by=request.user, at=timezone.now())
        messages.success(request, "Saved.")
        return redirect("my_equality")
    return render(request, "concerns/equality.html", {"form": form, "own": True})


@require_http_methods(["GET", "POST"])
def theirs(request: Asked) -> HttpResponse:
    """HR gives what the staff system holds; the page never shows what is kept."""
    if not request.reader.has(Role.HR):
        raise Http404
    form = CharacteristicsForm(request.POST or None, named=True)
    if request.method == "POST" and form.is_valid():
        found = people_called(form.cleaned_data["name"].strip(), request.reader.on)
        if len(found) == 1:
            given = {kind: value for kind, value in form.values.items() if value}
            equality.give(person=found[0], values=given, by=request.user, at=timezone.now())
            messages.success(request, "Saved. It is read in counts alone.")
            return redirect("equality")
        many = f"{len(found)} people" if len(found) <= MOST_FOUND else f"more than {MOST_FOUND}"
        said = f"{many} are called so; write the name in full." if found else "Nobody is called so."
        form.add_error("name", said)
    status = 422 if form.is_bound else 200
    return render(request, "concerns/equality.html", {"form": form, "own": False}, status=status)
