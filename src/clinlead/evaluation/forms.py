"""What an evaluator fills in, and what those who take part do."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from clinlead.access.forms import DayInput
from clinlead.evaluation.documents import CannotRead, plain_lines, text_of
from clinlead.evaluation.models import QuestionnaireVersion, Study, digest_of
from clinlead.evaluation.policies import SHORTEST_PASSPHRASE, Because, Group, VersionState
from clinlead.evaluation.pseudonyms import NotALegend, Suggestion, legend_of
from clinlead.evaluation.questions import Purpose
from clinlead.evaluation.rows import NotARow, Row, rows_of
from clinlead.evaluation.wording import EVALUATOR, LINK, NAME

LONGEST = 20_000
HOW = [("in person", "In person"), ("by telephone", "By telephone"), ("by video", "By video")]
CONSENT_HOW = [("on paper", "On paper"), ("spoken", "Spoken"), ("by e-mail", "By e-mail")]


def sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def words(label: str, missing: str = "", help_text: str = "", rows: int = 3, **more: Any):
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=more.pop("max_length", LONGEST),
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": missing},
        **more,
    )


def line(label: str, missing: str = "", **more: Any):
    more.setdefault("max_length", 150)
    return forms.CharField(label=label, error_messages={"required": missing}, **more)


def secret(label: str, missing: str, help_text: str = ""):
    widget = forms.PasswordInput({"autocomplete": "off"})
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        widget=widget,
        error_messages={"required": missing},
    )


# ---- the study and its key -----------------------------------------------------------------------


class TwiceForm(forms.Form):
    """A passphrase typed twice, because nobody can help whoever mistyped it."""

    passphrase = secret(
        "A passphrase for this study",
        "Choose a passphrase.",
        f"At least {SHORTEST_PASSPHRASE} characters; four or more unconnected words do well. "
        "Another than your sign-in password. Nobody can tell you what it was.",
    )
    again = secret("The passphrase again", "Type the passphrase again.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("again") and given.get("again") != given.get("passphrase"):
            self.add_error("again", "This is not the same passphrase.")
        return given


class BeginForm(TwiceForm):
    title = line("What is the study called?", "Give the study a name.")

    field_order = ["title", "passphrase", "again"]


class ApprovalForm(forms.Form):
    approval = line("Ethics reference, or why none is needed", required=False, max_length=300)


class OpenForm(forms.Form):
    passphrase = secret("Passphrase of this study", "Type the passphrase.")


class LockForm(TwiceForm):
    code = line("Recovery code", "Type the recovery code.", max_length=80, required=False)

    field_order = ["code", "passphrase", "again"]

    def __init__(self, *args: Any, opened: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if opened:
            del self.fields["code"]
        else:
            self.fields["code"].required = True


# ---- the cohort ----------------------------------------------------------------------------------


class IdentityForm(forms.Form):
    name = line("Name", "Type the name.", help_text="Kept under the study’s key alone.")
    email = forms.EmailField(label="E-mail address", required=False)


class ParticipantForm(IdentityForm):
    group = forms.ChoiceField(
        label="Group",
        choices=[(group.value, group.value) for group in Group],
        help_text="CD: clinical directors and leads. CoS: chiefs of service and the medical "
        "director. Manager: everybody else. Reports say no more than this.",
    )
    role = line("Role", required=False, max_length=60, help_text="Such as operational, HR or BI.")
    level = line("Level", required=False, max_length=60, help_text="Such as departmental, senior.")


class SeveralForm(forms.Form):
    lines = words(
        "Several at once",
        "Paste at least one line.",
        "One a line: name; e-mail; group; role; level. A paste from a spreadsheet does as well.",
        rows=6,
    )

    def clean_lines(self) -> list[Row]:
        try:
            return rows_of(self.cleaned_data["lines"])
        except NotARow as error:
            raise forms.ValidationError(str(error)) from error


class RefusalForm(forms.Form):
    because = forms.ChoiceField(
        label="Why not?",
        choices=[(each.value, each.value.capitalize()) for each in Because],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason; “gave no reason” is one."},
    )
    words = words("In their words", rows=2, required=False)


class OwnRefusalForm(RefusalForm):
    """By those who were asked."""

    because = forms.ChoiceField(
        label="Would you say why?",
        choices=[(Because.NO_REASON.value, "I would rather not say"),
                 (Because.TIME.value, "I have no time"),
                 (Because.NOT_INVOLVED.value, "I was not involved enough"),
                 (Because.CONFIDENCE.value, "I worry about confidentiality"),
                 (Because.OTHER.value, "Another reason")],
        widget=forms.RadioSelect,
        initial=Because.NO_REASON.value,
    )  # fmt: skip
    words = words("In your words", rows=2, required=False)


class ConsentForm(forms.Form):
    """Recorded by the evaluator, of what somebody signed or said."""

    version = forms.TypedChoiceField(label="Version of the text", coerce=int)
    how = forms.ChoiceField(label="How did they consent?", choices=CONSENT_HOW)

    def __init__(self, *args: Any, versions: list[int], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(number, f"Version {number}") for number in versions]
        self.fields["version"].choices = choices  # type: ignore[attr-defined]


class OwnConsentForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label="I have read what it is about, and I agree to take part",
        error_messages={"required": "Tick the box if you agree to take part."},
    )


class SureForm(forms.Form):
    sure = forms.BooleanField(
        label="Yes, delete what was said",
        error_messages={"required": "Tick the box to say that you are sure."},
    )


class ConsentTextForm(forms.Form):
    text = words("The text", "Write the text that people consent to.", rows=20)


class LetterForm(forms.Form):
    subject = line("Subject", "Give it a subject.")
    text = words(
        "Text",
        "Write the letter.",
        f"{NAME}, {LINK} and {EVALUATOR} are filled in as it is sent.",
        rows=14,
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if LINK not in text:
            raise forms.ValidationError(f"The text needs {LINK}, where the answer is given.")
        return text


# ---- interviews and transcripts ------------------------------------------------------------------


class PlanForm(forms.Form):
    day = forms.DateField(label="Day", widget=DayInput)
    time = forms.TimeField(label="Time", widget=forms.TimeInput({"type": "time"}))
    how = forms.ChoiceField(label="How do you meet?", choices=HOW)


class InterviewForm(forms.Form):
    held_on = forms.DateField(label="Held on", widget=DayInput)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=600)
    how = forms.ChoiceField(label="How did you meet?", choices=HOW)
    guide = forms.ModelChoiceField(
        QuestionnaireVersion.objects.none(),
        label="Which guide was used?",
        required=False,
        empty_label="None of them",
    )
    notes = words("Your notes", required=False, help_text="Kept under the study’s key alone.")

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = QuestionnaireVersion.objects.filter(
            questionnaire__study=study, questionnaire__purpose=Purpose.GUIDE
        ).exclude(state=VersionState.DRAFT)
        self.fields["guide"].queryset = rows.select_related("questionnaire")  # type: ignore[attr-defined]

    def clean_held_on(self):
        held_on = self.cleaned_data["held_on"]
        if held_on > timezone.localdate():
            raise forms.ValidationError("That day has not come.")
        return held_on


class TranscriptForm(forms.Form):
    """A file or a text: either will do."""

    file = forms.FileField(
        label="A file",
        required=False,
        help_text="Plain text or Word (.docx). Line breaks, accents and emoji stay as they are.",
    )
    text = forms.CharField(
        label="Or type or paste it",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 14}),
    )
    recorded_on = forms.DateField(label="Day of the interview", widget=DayInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file, typed = given.get("file"), given.get("text", "")
        try:
            given["text"] = text_of(file.name, file.read()) if file else plain_lines(typed)
        except CannotRead as error:
            self.add_error("file" if file else "text", str(error))
            return given
        if not given["text"].strip():
            self.add_error("file", "Choose a file with text in it, or type the transcript.")
        return given


class NamesForm(forms.Form):
    """For each suggested word: whether something is put for it, and what."""

    more = words(
        "Other words to replace",
        "",
        "One a line: St Elsewhere = [another hospital]",
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput)  # which list was decided on

    def __init__(self, data: Any = None, *, suggested: list[Suggestion]) -> None:
        listed = digest_of("\n".join(each.word for each in suggested))
        super().__init__(data, initial={"seen": listed})
        self.listed, self.suggested = listed, suggested
        for place, each in enumerate(suggested):
            self.fields[f"put-{place}"] = forms.BooleanField(
                label=f"Replace “{each.word}”", required=False, initial=each.sure
            )
            self.fields[f"instead-{place}"] = forms.CharField(
                label=f"What is put for “{each.word}”", max_length=80, initial=each.instead
            )

    @property
    def lines(self) -> list[tuple[Suggestion, forms.BoundField, forms.BoundField]]:
        numbered = enumerate(self.suggested)
        return [(each, self[f"put-{at}"], self[f"instead-{at}"]) for at, each in numbered]

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.listed:
            raise forms.ValidationError("The list of words has changed. Look at it again.")
        return self.listed

    def clean_more(self) -> dict[str, str]:
        try:
            return legend_of(self.cleaned_data["more"])
        except NotALegend as error:
            raise forms.ValidationError(str(error)) from error

    def legend(self) -> dict[str, str]:
        given = self.cleaned_data
        chosen = {
            each.word: given[f"instead-{place}"]
            for place, each in enumerate(self.suggested)
            if given[f"put-{place}"]
        }
        return {**chosen, **given["more"]}
