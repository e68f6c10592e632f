"""What people fill in to speak of a wording, and to redefine, check and retire it."""

from django import forms

from clinlead.measures.models import Feedback, MeasureVersion
from clinlead.measures.redefining import Wording, next_version
from clinlead.measures.restating import Values, restated
from clinmeasures.definitions import InvalidDefinition, parse_definition

LINES = {"rows": 3}


class FeedbackForm(forms.Form):
    text = forms.CharField(
        label="What is wrong with the wording?",
        help_text="All staff can read it. Name no person and no patient. For example: this "
        "definition counts planned second-stage procedures.",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )
    proposes = forms.CharField(
        label="What should it say instead?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(LINES),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="What becomes of it?",
        help_text="For example: it stays, because … . Where the wording is to change, begin a new "
        "version instead: approving that answers it.",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )


class FeedbackChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Feedback) -> str:  # type: ignore[override]
        return f"{obj.by}: {obj.text}"


class DraftForm(forms.Form):
    """A new version's TOML; what the register fills in itself is said in the hint."""

    because = forms.CharField(
        label="Why does the wording change?",
        help_text="Everybody reads it in the measure’s list of changes.",
        max_length=500,
        widget=forms.Textarea(LINES),
    )
    feedback = FeedbackChoice(
        Feedback.objects.none(),
        label="Which feedback does it answer?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label="The definition",
        help_text="Version, author, checker, the day it is agreed and why it changes are filled in "
        "by the register.",
        strip=False,
        widget=forms.Textarea({"rows": 30, "spellcheck": "false", "class": "app-code"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args, measure: MeasureVersion, **more) -> None:
        super().__init__(*args, **more)
        self.measure = measure
        opened = Feedback.objects.filter(measure=measure.code, answered_at=None)
        opened = opened.select_related("by__person")
        if opened:
            self.fields["feedback"].queryset = opened  # type: ignore[attr-defined]
        else:
            del self.fields["feedback"]

    def clean_text(self) -> str:
        """Refused with the line, in the words of the grammar."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            parse_definition(text, source="The definition", must_look_ahead=True)
        except InvalidDefinition as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def wording(self) -> Wording:
        said = self.cleaned_data
        return Wording(
            text=said["text"], because=said["because"], feedback=said.get("feedback", ())
        )


def first_text(measure: MeasureVersion) -> str:
    """The present wording as a new version begins: nobody has checked it yet."""
    said: Values = {"version": next_version(measure.code), "checker": ""}
    return restated(measure.definition, said)


class NoteForm(forms.Form):
    note = forms.CharField(
        label="What did you look at?",
        help_text="For example: the records that now count, with two colleagues.",
        max_length=500,
        widget=forms.Textarea(LINES),
    )


class BecauseForm(forms.Form):
    because = forms.CharField(label="Why?", max_length=500, widget=forms.Textarea(LINES))
