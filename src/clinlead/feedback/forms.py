"""What is filled in about a colleague, and by the two who ask."""

from collections.abc import Iterable
from typing import Any

from django import forms

from clinlead.access.forms import DayInput
from clinlead.access.models import Account
from clinlead.feedback.actions import Answered
from clinlead.feedback.facts import Scores
from clinlead.feedback.queries import MOST_FOUND, accounts_called
from clinlead.feedback.questionnaire import questionnaire
from clinlead.organisation.models import Department, Person

CANNOT_SAY = "0"
Pair = tuple[Person, Department]


class BeginForm(forms.Form):
    who = forms.ChoiceField(label="On whom?")

    def __init__(self, *args: Any, pairs: Iterable[Pair], person: int | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.pairs = {f"{one.code} {where.code}": (one, where) for one, where in pairs}
        named = {
            key: f"{'Myself' if one.pk == person else one.name}, {where}"
            for key, (one, where) in self.pairs.items()
        }
        self.fields["who"].choices = list(named.items())  # type: ignore[attr-defined]


class ScaleForm(forms.Form):
    """Every question on one scale; "cannot say" is an answer."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        asked = questionnaire()
        steps = [(str(step), words) for step, words in asked.scale.items()]
        for question in asked.questions:
            self.fields[question.code] = forms.ChoiceField(
                label=question.text,
                choices=[*steps, (CANNOT_SAY, "Cannot say")],
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose an answer: {question.text.lower()}."},
            )

    def scores(self) -> Scores:
        codes = [one.code for one in questionnaire().questions]
        return {code: int(self.cleaned_data[code]) or None for code in codes}


class AnswerForm(ScaleForm):
    """The scale, and room for words."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in (("well", "What goes well?"), ("better", "What could be better?")):
            self.fields[name] = forms.CharField(
                label=label,
                help_text="Read as you write them: leave out what shows who you are.",
                required=False,
                max_length=2000,
                widget=forms.Textarea({"rows": 3}),
            )

    def answered(self) -> Answered:
        given = self.cleaned_data
        return Answered(scores=self.scores(), well=given["well"], better=given["better"])


class RaterForm(forms.Form):
    name = forms.CharField(
        label="Add a colleague by name",
        max_length=120,
        error_messages={"required": "Write a name."},
    )

    def clean_name(self) -> Account:
        words = self.cleaned_data["name"].strip()
        found = accounts_called(words)
        if not found:
            raise forms.ValidationError(f"Nobody with an account is called “{words}”.")
        if len(found) > 1:
            some = ", ".join(f"{one} ({one.username})" for one in found[:MOST_FOUND])
            raise forms.ValidationError(f"Several are: {some}. Write the name in brackets.")
        return found[0]


class UntilForm(forms.Form):
    closes_on = forms.DateField(
        label="Until which day can they answer?",
        widget=DayInput(),
        error_messages={
            "required": "Enter a day.",
            "invalid": "Enter the day as year, month and day, such as 2026-07-28.",
        },
    )


class ReadForm(forms.Form):
    words = forms.CharField(
        label="How do you read what colleagues wrote in their own words?",
        help_text="Such as: together, when we meet on Tuesday, with time to talk.",
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say how you read it."},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why do you need to read it?",
        help_text="The clinician reads this.",
        max_length=300,
        error_messages={"required": "Say why you need to read it."},
    )


class NumberForm(forms.Form):
    number = forms.IntegerField()
