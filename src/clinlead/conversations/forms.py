"""What the two write."""

from datetime import date
from typing import Any

from django import forms

from clinlead.access.forms import DayInput
from clinlead.access.policies import Reader
from clinlead.conversations.actions import Agreement
from clinlead.conversations.subjects import talkable
from clinlead.organisation.models import Person
from clinlead.releases.reasons import FOUND, LABELS, Finding, Reason

LINES = {"rows": 4}
LONGEST = 4000
WRONG_DAY = "Enter the day as year, month and day, such as 2026-07-28."


class WordsForm(forms.Form):
    text = forms.CharField(
        label="Your words",
        help_text="The other of you reads them, and nobody else.",
        max_length=LONGEST,
        widget=forms.Textarea(LINES),
        error_messages={"required": "Write something before you save it."},
    )


class TriedForm(forms.Form):
    reason = forms.ChoiceField(
        label="Which explanation did you look into?",
        choices=[(each.value, LABELS[each]) for each in Reason],
    )
    finding = forms.ChoiceField(
        label="What did you find?",
        choices=[(each.value, FOUND[each]) for each in Finding],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found."},
    )
    text = forms.CharField(
        label="How do you know?",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say how you know: records, times, people you asked."},
    )


class AgreedForm(forms.Form):
    met_on = forms.DateField(
        label="When did you talk?",
        widget=DayInput(),
        error_messages={"required": "Enter the day on which you talked.", "invalid": WRONG_DAY},
    )
    text = forms.CharField(
        label="What did you agree?",
        help_text="Who does what. “Nothing to do” is an agreement too.",
        max_length=LONGEST,
        widget=forms.Textarea(LINES),
        error_messages={"required": "Write what you agreed."},
    )
    next_on = forms.DateField(
        label="When do you talk again?",
        help_text="Leave it empty where there is no need.",
        widget=DayInput(),
        required=False,
        error_messages={"invalid": WRONG_DAY},
    )

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_met_on(self) -> date:
        met_on: date = self.cleaned_data["met_on"]
        if met_on > self.today:
            raise forms.ValidationError("That day is still to come. Write it down once you talked.")
        return met_on

    def clean_next_on(self) -> date | None:
        next_on: date | None = self.cleaned_data["next_on"]
        met_on = self.cleaned_data.get("met_on")
        if next_on and met_on and next_on <= met_on:
            raise forms.ValidationError("You talk again after you talked: choose a later day.")
        return next_on

    def agreement(self) -> Agreement:
        return Agreement(**self.cleaned_data)


class BeginForm(forms.Form):
    """Something else than a signal: with whom, and about what."""

    who = forms.ChoiceField(label="With whom?")
    words = forms.CharField(
        label="What do you want to talk about?",
        help_text="In a few words, as the other would put it.",
        max_length=200,
        error_messages={"required": "Say what you want to talk about."},
    )

    def __init__(self, *args: Any, reader: Reader, **more: Any) -> None:
        super().__init__(*args, **more)
        self.pairs = {f"{one.code} {where.code}": (one, where) for one, where in talkable(reader)}
        choices = [
            (key, f"{whom(one, reader)} {where}") for key, (one, where) in self.pairs.items()
        ]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]


def whom(person: Person, reader: Reader) -> str:
    return "Whoever leads you in" if person.pk == reader.person_id else f"{person.name},"
