"""What people fill in to plan, hold and minute a meeting."""

from datetime import date

from django import forms

from clinlead.access.forms import AccountChoice, DayInput
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.governance.agenda import to_table
from clinlead.governance.meetings import Body
from clinlead.governance.models import Meeting
from clinlead.organisation.models import Department, Division, Post
from clinlead.releases.models import Release

LINES = {"rows": 3}


class PlanForm(forms.Form):
    """Whose meeting, when and where, and who takes the minutes besides the chair."""

    body = forms.ChoiceField(label="Whose meeting is it?")
    on = forms.DateField(label="On which day?", widget=DayInput())
    place = forms.CharField(label="Where, and at what time?", max_length=200, required=False)
    minuted_by = AccountChoice(
        Account.objects.none(),
        label="Who takes the minutes, besides the chair?",
        required=False,
        empty_label="Nobody else",
    )

    def __init__(self, *args, reader: Reader, **more) -> None:
        super().__init__(*args, **more)
        self.bodies = bodies_of(reader)
        self.fields["body"].choices = [  # type: ignore[attr-defined]
            (key, str(body.department or body.division)) for key, body in self.bodies.items()
        ]
        self.fields["minuted_by"].queryset = people_in(  # type: ignore[attr-defined]
            reader.leads | reader.chief_of, reader.on
        )

    def chosen(self) -> Body:
        return self.bodies[self.cleaned_data["body"]]


def bodies_of(reader: Reader) -> dict[str, Body]:
    """The departments that this person leads, and the divisions that they are chief of."""
    led = Department.objects.open().filter(pk__in=reader.leads)
    unled = (
        Department.objects.open()
        .filter(pk__in=reader.chief_of)
        .exclude(
            pk__in=RoleHolding.objects.on(reader.on)
            .filter(role=Role.LEAD, department__isnull=False)
            .values("department_id")
        )
    )
    divisions = Division.objects.filter(departments__in=reader.chief_of).distinct()
    found = {f"department:{each.code}": Body(department=each) for each in [*led, *unled]}
    return found | {f"division:{each.code}": Body(division=each) for each in divisions}


def people_in(departments: frozenset[int], on: date):
    """Accounts of everybody who works for these departments, leads or manages them."""
    members = Post.objects.on(on).filter(department__in=departments)
    held = RoleHolding.objects.on(on).filter(department__in=departments)
    chiefs = RoleHolding.objects.on(on).filter(division__departments__in=departments)
    found = Account.objects.filter(person__in=members.values("person_id"))
    found |= Account.objects.filter(pk__in=held.values("account_id"))
    found |= Account.objects.filter(pk__in=chiefs.values("account_id"))
    return found.select_related("person").order_by("person__name", "username").distinct()


class MoveForm(forms.Form):
    on = forms.DateField(label="To which day?", widget=DayInput())
    because = forms.CharField(
        label="Why?", help_text="Whoever meant to come reads it.", widget=forms.Textarea(LINES)
    )


class CallOffForm(forms.Form):
    because = forms.CharField(
        label="Why?",
        help_text="What was on its agenda comes on the next one’s.",
        widget=forms.Textarea(LINES),
    )


class ItemForm(forms.Form):
    text = forms.CharField(
        label="Put something on the agenda",
        help_text="Name nobody beside a result.",
        max_length=300,
    )


class ReleaseChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Release) -> str:  # type: ignore[override]
        return str(obj)


class PeopleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Account) -> str:  # type: ignore[override]
        return str(obj)


class HoldForm(forms.Form):
    """Who was there, and which releases were looked at."""

    present = PeopleChoice(
        Account.objects.none(), label="Who was there?", widget=forms.CheckboxSelectMultiple
    )
    others_present = forms.CharField(label="And who else?", max_length=300, required=False)
    releases = ReleaseChoice(
        Release.objects.none(),
        label="Which releases were looked at?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, meeting: Meeting, reader: Reader, **more) -> None:
        super().__init__(*args, **more)
        departments = meeting.departments()
        self.fields["present"].queryset = people_in(departments, meeting.on)  # type: ignore[attr-defined]
        listed = [each.pk for each in to_table(departments & reader.leads, meeting.on)]
        if listed:
            out = Release.objects.filter(pk__in=listed).select_related("department")
            self.fields["releases"].queryset = out  # type: ignore[attr-defined]
            self.fields["releases"].initial = listed
        else:
            del self.fields["releases"]


class MinutesForm(forms.Form):
    text = forms.CharField(
        label="What was said and decided?",
        help_text="Write of the team. Name nobody beside a result, and no patient.",
        widget=forms.Textarea({"rows": 20}),
    )
    names_meant = forms.BooleanField(label="The names in it stand beside no result", required=False)
    based_on = forms.IntegerField(widget=forms.HiddenInput)


class ActionForm(forms.Form):
    text = forms.CharField(label="What is to be done?", max_length=300)
    owner = AccountChoice(Account.objects.none(), label="By whom?", empty_label="Choose somebody")
    due_on = forms.DateField(label="By when?", widget=DayInput())

    def __init__(self, *args, meeting: Meeting, **more) -> None:
        super().__init__(*args, **more)
        here = people_in(meeting.departments(), meeting.on)
        self.fields["owner"].queryset = here  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    words = forms.CharField(
        label="What came of it?",
        help_text="The next meeting reads it.",
        widget=forms.Textarea(LINES),
    )
    done = forms.TypedChoiceField(
        label="Was it done?",
        choices=[("yes", "Yes, it was done"), ("no", "No, it is dropped")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
