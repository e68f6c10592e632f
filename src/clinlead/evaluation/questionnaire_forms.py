"""What an evaluator fills in to write and validate a questionnaire, and what others answer."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from clinlead.access.forms import DayInput
from clinlead.evaluation.authoring import Asked
from clinlead.evaluation.branching import Answer
from clinlead.evaluation.forms import line, words
from clinlead.evaluation.policies import RELEVANCE, RoundKind
from clinlead.evaluation.questions import Content, Kind, Purpose, Question, shipped

EMPTY = {f"empty {purpose}": purpose for purpose in Purpose}
LONGEST_ANSWER = 4000


class BeginQuestionnaireForm(forms.Form):
    title = line("What is it called?", "Give it a name.")
    start = forms.ChoiceField(label="Begin with")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        ours = [(each.code, f"{each.title} ({each.purpose})") for each in shipped().values()]
        bare = [(code, f"An empty {purpose}") for code, purpose in EMPTY.items()]
        self.fields["start"].choices = [*ours, *bare]  # type: ignore[attr-defined]

    @property
    def begun(self) -> dict[str, Any]:
        """Its title, its purpose and what it begins with."""
        start = self.cleaned_data["start"]
        template = shipped().get(start)
        purpose = template.purpose if template else EMPTY[start]
        return {"title": self.cleaned_data["title"], "purpose": purpose, "template": template}


class WordsForm(forms.Form):
    welcome = words("Before the first question", required=False, rows=5)
    thanks = words("After the last", required=False)


class ThemeForm(forms.Form):
    title = line("Theme", "Give the theme a name.")
    about = words("What it is about", required=False, rows=2)


class QuestionForm(forms.Form):
    """A question of a guide needs its words and prompts alone; one of a form how it is answered."""

    text = words("Question", "Write the question.", rows=2, max_length=500)
    prompts = words(
        "Prompts", required=False, help_text="One a line, to ask after if it does not come up."
    )
    kind = forms.TypedChoiceField(
        label="How is it answered?",
        choices=[(kind.value, kind.value.capitalize()) for kind in Kind],
        coerce=Kind,
    )
    options = words("Answers to choose from", required=False, help_text="One a line.")
    points = forms.IntegerField(
        label="Points of the scale", min_value=2, max_value=11, initial=5, required=False
    )
    low = line("What the lowest point means", required=False, max_length=60)
    high = line("What the highest point means", required=False, max_length=60)
    required = forms.BooleanField(label="It has to be answered", required=False)
    only_after = forms.ChoiceField(label="Shown only after an answer to", required=False)
    among = words("Which answers show it", required=False, rows=2, help_text="One a line.")

    def __init__(self, *args: Any, content: Content, purpose: Purpose, **more: Any) -> None:
        super().__init__(*args, **more)
        if purpose is Purpose.GUIDE:
            for name in set(self.fields) - {"text", "prompts"}:
                del self.fields[name]
            return
        del self.fields["prompts"]
        others = [(each.key, each.text) for each in content.questions if each.answers]
        choices = [("", "Always shown"), *others]
        self.fields["only_after"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(
            text=given["text"].strip(),
            kind=given.get("kind") or Kind.OPEN,
            prompts=lines_of(given.get("prompts", "")),
            options=lines_of(given.get("options", "")),
            points=given.get("points") or 5,
            low=given.get("low", ""),
            high=given.get("high", ""),
            required=given.get("required", False),
            only_after=given.get("only_after", ""),
            among=lines_of(given.get("among", "")),
        )


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def as_initial(asked: Asked) -> dict[str, Any]:
    """A question as its form shows it."""
    plain = vars(asked)
    several = ("prompts", "options", "among")
    return {**plain, **{name: "\n".join(plain[name]) for name in several}}


# ---- rounds and openings -------------------------------------------------------------------------


class AnotherForm(forms.Form):
    because = words("What changes, and why?", "Say why it changes.", rows=2)


class RoundForm(forms.Form):
    kind = forms.TypedChoiceField(
        label="What kind of round?",
        choices=[(kind.value, kind.value.capitalize()) for kind in RoundKind],
        coerce=RoundKind,
    )
    after_interviews = forms.IntegerField(
        label="After how many interviews?",
        min_value=1,
        required=False,
        help_text="Of an interim analysis.",
    )


class CommentForm(forms.Form):
    role = line(
        "Role",
        "Say which role it comes from.",
        max_length=80,
        help_text="Such as “senior medical manager 2”. A role, and never a name.",
    )
    question = forms.ChoiceField(label="Of which question?", required=False)
    relevance = forms.TypedChoiceField(
        label="How relevant is it?",
        required=False,
        empty_value=None,
        coerce=int,
        choices=[("", "Not rated"), *((n, f"{n} of 4") for n in RELEVANCE)],
    )
    text = words("What they said", required=False, rows=2)

    def __init__(self, *args: Any, content: Content, **more: Any) -> None:
        super().__init__(*args, **more)
        asked = [(each.key, each.text) for each in content.questions]
        self.fields["question"].choices = [("", "The whole"), *asked]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    comment = forms.IntegerField(widget=forms.HiddenInput)
    answer = words("What was done about it", "Say what was done, or why nothing.", rows=2)


class EndForm(forms.Form):
    learned = words("What was learned, and what changes?", "Say what was learned.")


class OpeningForm(forms.Form):
    closes_on = forms.DateField(label="Last day", widget=DayInput)

    def clean_closes_on(self) -> date:
        day: date = self.cleaned_data["closes_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("That day is over.")
        return day


# ---- an anonymous form, a step at a time ---------------------------------------------------------


class StepForm(forms.Form):
    """The questions of one step, each as its kind is answered."""

    def __init__(self, data: Any = None, *, questions: Iterable[Question], **more: Any) -> None:
        super().__init__(data, **more)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question.key] = field_of(question)

    def answers(self) -> dict[str, Answer]:
        """What was answered; what was left out is left out."""
        said = {question.key: self.cleaned_data[question.key] for question in self.questions}
        return {key: answer for key, answer in said.items() if answer}


def field_of(question: Question) -> forms.Field:
    choices = [(each, label) for each, label in zip(question.answers, ends(question), strict=True)]
    missing = {"required": "Please answer this, or go back."}
    common: dict[str, Any] = {
        "label": question.text,
        "required": question.required,
        "error_messages": missing,
    }
    if question.kind is Kind.OPEN:
        area = forms.Textarea({"rows": 3})
        return forms.CharField(widget=area, max_length=LONGEST_ANSWER, **common)
    if question.kind is Kind.SEVERAL:
        ticks = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=choices, widget=ticks, **common)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


def ends(question: Question) -> list[str]:
    """The answers as they are shown; the ends of a scale with their words."""
    if question.kind is not Kind.SCALE:
        return list(question.answers)
    words_at = {"1": question.low, str(question.points): question.high}
    return [f"{p}: {words_at[p]}" if p in words_at else p for p in question.answers]
