"""What people type: choices and words; the rules behind them are in actions and policies."""

import re
from collections.abc import Iterable
from datetime import date

from django import forms

from clinlead.organisation.models import Person, Post
from clinlead.validation.policies import ChallengeReason, Outcome
from clinlead.validation.records import DATES, DETAILS, Record, correctable, label

DAY = forms.DateInput(attrs={"type": "date"})
TEXT = forms.Textarea(attrs={"rows": 3})
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class ChallengeForm(forms.Form):
    """What is wrong with a record; only what belongs to the reason chosen is read."""

    reason = forms.ChoiceField(
        label="What is wrong?",
        widget=forms.RadioSelect,
        choices=[(r.value, r.label) for r in ChallengeReason if r is not ChallengeReason.MISSING],
        error_messages={"required": "Choose what is wrong."},
    )
    goes_to = forms.ChoiceField(
        label="Whose patient was it?",
        required=False,
        help_text="They are told, and must agree or dispute.",
    )
    places = forms.MultipleChoiceField(
        label="Which entries are wrong?", required=False, widget=forms.CheckboxSelectMultiple
    )
    date_field = forms.ChoiceField(label="Which date or time?", required=False)
    date_value = forms.CharField(
        label="What should it say?",
        required=False,
        help_text="Local time, for example 2026-03-27 14:30. Leave it empty if it should be blank.",
    )
    detail_field = forms.ChoiceField(label="Which detail?", required=False)
    detail_value = forms.CharField(
        label="What should the detail say?",
        required=False,
        help_text="Leave it empty if it should be blank.",
    )
    same_as = forms.CharField(
        label="Number of the record that should stay", required=False, max_length=200
    )
    text = forms.CharField(
        label="Anything that helps us check",
        required=False,
        widget=TEXT,
        help_text="Do not write the patient's name.",
    )

    def __init__(self, *args, record: Record, entries: Iterable, me: Person, **more) -> None:
        super().__init__(*args, **more)
        mine = [each for each in entries if each.mine]
        self.fields["goes_to"].choices = [  # type: ignore[attr-defined]
            ("", "I do not know whose it was"),
            *colleagues(me, record.day),
        ]
        self.fields["places"].choices = [(one.id, one.words) for one in mine]  # type: ignore[attr-defined]
        self.fields["places"].initial = [one.id for one in mine if one.usual]
        self.fields["date_field"].choices = columns(record, *DATES)  # type: ignore[attr-defined]
        self.fields["detail_field"].choices = columns(record, *DETAILS)  # type: ignore[attr-defined]


def columns(record: Record, *kinds) -> list[tuple[str, str]]:
    return [(c.name, label(c.name)) for c in correctable(record.dataset, *kinds)]


def colleagues(me: Person, on: date | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everyone with a post on the day, by department, one's own department first."""
    posts = Post.objects.exclude(person=me)
    if on is not None:
        posts = posts.on(on)
    groups: dict[str, dict[str, str]] = {}
    asked = ("department__name", "person__code", "person__name")
    for department, code, name in posts.order_by(asked[0], asked[2]).values_list(*asked):
        groups.setdefault(department, {})[code] = name
    own = set(me.posts.values_list("department__name", flat=True))
    ordered = sorted(groups.items(), key=lambda group: (group[0] not in own, group[0]))
    return [(name, list(people.items())) for name, people in ordered]


class ClaimForm(forms.Form):
    named = forms.CharField(
        label="Number of the stay", required=False, max_length=200, help_text="If you know it."
    )
    text = forms.CharField(
        label="What you know of it",
        required=False,
        widget=TEXT,
        help_text="Dates, ward, what was done. Do not write the patient's name.",
    )


class AwayForm(forms.Form):
    starts_on = forms.DateField(label="First day away", widget=DAY)
    ends_on = forms.DateField(label="Last day away", widget=DAY)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why do you need to open this record?",
        max_length=500,
        help_text="The person it counts for will read this.",
        error_messages={"required": "Say why you need to open this record."},
    )


class AnswerForm(forms.Form):
    text = forms.CharField(label="Your words", required=False, widget=TEXT)


class EvidenceForm(forms.Form):
    text = forms.CharField(label="What you found", widget=TEXT)


class FindForm(forms.Form):
    key = forms.CharField(label="Number of the record it is about", max_length=200)


class ChangeForm(forms.Form):
    field = forms.ChoiceField(label="Which value should change?")
    value = forms.CharField(
        label="What should it say?",
        required=False,
        help_text="A clinician by their code. Leave it empty if it should be blank.",
    )

    def __init__(self, *args, choices: list[tuple[str, str]], **more) -> None:
        super().__init__(*args, **more)
        self.fields["field"].choices = choices  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    because = forms.CharField(
        label="Why?",
        widget=TEXT,
        help_text="The person who raised it reads this.",
        error_messages={"required": "Say why; the person who raised it reads it."},
    )


class AgainForm(forms.Form):
    keep = forms.ChoiceField(
        label="What is right?",
        widget=forms.RadioSelect,
        choices=[("yes", "What was put right before"), ("no", "What the source says now")],
        error_messages={"required": "Choose what is right."},
    )
    because = forms.CharField(label="Why?", widget=TEXT, error_messages={"required": "Say why."})


class MonthField(forms.CharField):
    widget = forms.TextInput(attrs={"type": "month", "pattern": r"\d{4}-\d{2}"})

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not MONTH.fullmatch(value):
            raise forms.ValidationError("Give the month as year and month, for example 2026-03.")


class WindowForm(forms.Form):
    department = forms.ChoiceField(label="Department")
    first_month = MonthField(label="First month", help_text="For example 2026-01.")
    last_month = MonthField(label="Last month", help_text="For example 2026-03.")
    closes_on = forms.DateField(label="Last day to check", widget=DAY)

    def __init__(self, *args, choices: list[tuple[str, str]], **more) -> None:
        super().__init__(*args, **more)
        self.fields["department"].choices = choices  # type: ignore[attr-defined]


class DrawForm(forms.Form):
    size = forms.IntegerField(label="How many records?", min_value=1, max_value=200, initial=20)


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label="What did you find?",
        widget=forms.RadioSelect,
        choices=[
            (Outcome.RIGHT, "The record is right"),
            (Outcome.WRONG, "The record is wrong"),
            (Outcome.CANNOT_TELL, "Cannot tell"),
        ],
    )
    note = forms.CharField(label="What you looked at", required=False, widget=TEXT)

    def clean(self) -> dict:
        given = super().clean() or {}
        found = given.get("outcome")
        if found and found != Outcome.RIGHT and not given.get("note", "").strip():
            self.add_error("note", "Say what you found.")
        return given
