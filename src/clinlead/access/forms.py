"""What people fill in to give sight of a department's figures, or a role."""

from datetime import date, timedelta

from django import forms
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role
from clinlead.access.roles import RoleWanted
from clinlead.organisation.models import Department, Division, Post, WorkStream

LONGEST_GRANT = timedelta(days=366)


class DayInput(forms.DateInput):
    """A day as 2026-07-01 in the browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AccountChoice(forms.ModelChoiceField):
    def label_from_instance(self, account) -> str:
        return (
            f"{account} ({account.username})" if str(account) != account.username else str(account)
        )


class GrantForm(forms.Form):
    """Who may see what of a department, why, and until when."""

    department = forms.ModelChoiceField(Department.objects.none(), empty_label=None)
    to = AccountChoice(
        Account.objects.none(), label="Who may see it", empty_label="Choose somebody"
    )
    named = forms.TypedChoiceField(
        label="What they may see",
        choices=[("no", "Team and department figures"), ("yes", "Figures by name as well")],
        coerce=lambda said: said == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why",
        help_text="The people named will read this.",
        widget=forms.Textarea({"rows": 3}),
    )
    agreement = forms.CharField(
        label="Where the department agreed to this",
        help_text="For example: minutes of the department meeting, 12 June.",
    )
    until = forms.DateField(label="Until", widget=DayInput(), help_text="A year at most.")

    def __init__(self, *args, reader: Reader, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        mine = Department.objects.filter(pk__in=reader.leads)
        inside = Post.objects.on(reader.on).filter(department__in=reader.leads)
        outside = Account.objects.filter(is_active=True).exclude(pk=reader.account_id)
        outside = outside.exclude(person_id__in=inside.values("person_id"))
        self.fields["department"].queryset = mine  # type: ignore[attr-defined]
        self.fields["to"].queryset = by_name(outside)  # type: ignore[attr-defined]
        self.today = reader.on

    def clean_until(self) -> date:
        until = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError("Give a day that is still to come.")
        if until > self.today + LONGEST_GRANT:
            raise forms.ValidationError("A grant lasts a year at most; it can be given again.")
        return until


class RoleForm(forms.Form):
    """Who should hold which role, where, why and for how long."""

    account = AccountChoice(Account.objects.none(), label="Who", empty_label="Choose somebody")
    role = forms.ChoiceField(
        label="Role",
        choices=[(role, role.label) for role in Role if role is not Role.CLINICIAN],
        help_text="Somebody with a post in a department is a clinician by that post.",
    )
    department = forms.ModelChoiceField(
        Department.objects.open(),
        required=False,
        label="Department, for a clinical director",
        empty_label="None",
    )
    division = forms.ModelChoiceField(
        Division.objects.all(),
        required=False,
        label="Division, for a chief of service",
        empty_label="None",
    )
    stream = forms.ModelChoiceField(
        WorkStream.objects.all(),
        required=False,
        label="Work stream, for a stream lead",
        empty_label="None",
    )
    starts_on = forms.DateField(label="From", widget=DayInput())
    ends_on = forms.DateField(label="Last day", widget=DayInput(), required=False)
    reason = forms.CharField(label="Why", widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, reader: Reader, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = Account.objects.filter(is_active=True).exclude(pk=reader.account_id)
        self.fields["account"].queryset = by_name(others)  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = reader.on

    def clean(self) -> dict:
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day falls before the first.")
        return given

    def wanted(self) -> RoleWanted:
        given = self.cleaned_data
        return RoleWanted(
            role=Role(given["role"]),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            department=given["department"],
            division=given["division"],
            stream=given["stream"],
        )


def by_name(accounts):
    return accounts.select_related("person").order_by("person__name", "username")


def matching(text: str):
    """Accounts by login or by their person's name."""
    found = Q(username__icontains=text) | Q(person__name__icontains=text)
    return by_name(Account.objects.filter(found))
