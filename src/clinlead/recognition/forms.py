"""What people write here. A name that several people have is asked for again."""

from typing import Any

from django import forms

from clinlead.access.forms import DayInput
from clinlead.access.policies import Reader
from clinlead.organisation.models import Person
from clinlead.recognition.actions import Said
from clinlead.recognition.policies import Kind, Shown
from clinlead.recognition.queries import MOST_FOUND, people_called

LONGEST = 1000


class ThanksForm(forms.Form):
    """Whom, and for what."""

    to = forms.CharField(
        label="Whom do you thank?",
        help_text="Their name, or part of it.",
        max_length=120,
        error_messages={"required": "Write whom you thank."},
    )
    who = forms.ChoiceField(
        label="Which of them?", required=False, choices=[], widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What for?",
        help_text="They alone read it, until they choose to show it. Do not write of a patient in "
        "a way that others could recognise.",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Write what you thank them for."},
    )

    def __init__(self, data=None, *, reader: Reader, **more: Any) -> None:
        super().__init__(data, **more)
        self.found = self.named(reader)
        if len(self.found) > 1:
            choices = [(one.code, f"{one.name}, {one.grade}".rstrip(", ")) for one in self.found]
            self.fields["who"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["who"]

    def named(self, reader: Reader) -> list[Person]:
        """Whom what was written names; nobody where that is too many to choose from."""
        written = str(self.data.get("to", "")).strip() if self.is_bound else ""
        self.too_many = False
        if not written:
            return []
        found = people_called(written, reader.on)
        self.too_many = len(found) > MOST_FOUND
        return [] if self.too_many else found

    def clean_to(self) -> str:
        if self.too_many:
            raise forms.ValidationError(
                f"More than {MOST_FOUND} people are called so. Write more of the name."
            )
        if not self.found:
            raise forms.ValidationError("Nobody here has that name. Check how it is spelled.")
        return self.cleaned_data["to"]

    def clean_who(self) -> str:
        if not self.cleaned_data["who"]:
            raise forms.ValidationError("Several people are called so. Choose one.")
        return self.cleaned_data["who"]

    @property
    def person(self) -> Person:
        chosen = self.cleaned_data.get("who")
        return next(one for one in self.found if chosen in (None, one.code))


class ContributionForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(each.value, each.words) for each in Kind],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    words = forms.CharField(
        label="In your words",
        help_text="For example: I teach fourth-year students every Thursday.",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write what you do."},
    )
    starts_on = forms.DateField(
        label="From when?",
        widget=DayInput(),
        error_messages={
            "required": "Enter the day it began.",
            "invalid": "Enter the day as year, month and day, such as 2026-07-28.",
        },
    )
    ends_on = forms.DateField(
        label="Until when?",
        help_text="Leave it empty where it goes on.",
        widget=DayInput(),
        required=False,
        error_messages={"invalid": "Enter the day as year, month and day, such as 2026-07-28."},
    )
    shown = forms.ChoiceField(
        label="Where may it be read, once it is confirmed?",
        choices=[(each.value, each.words) for each in Shown if each is not Shown.HIDDEN],
        initial=Shown.OWN,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "It ends before it begins: correct one of the two days.")
        return given

    def said(self) -> Said:
        given = dict(self.cleaned_data)
        kind, shown = Kind(given.pop("kind")), Shown(given.pop("shown"))
        return Said(kind=kind, shown=shown, **given)


class ShownForm(forms.Form):
    """Where one thing is read."""

    shown = forms.ChoiceField(label="Where it is read", choices=[(e, e.words) for e in Shown])


class WhyForm(forms.Form):
    why = forms.CharField(
        label="What keeps you from confirming it?",
        help_text="The clinician reads it, and can write it anew.",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say why; the clinician reads it."},
    )
