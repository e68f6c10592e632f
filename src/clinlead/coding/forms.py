"""What people fill in to write codes, themes and the report."""

from datetime import date

from django import forms
from django.http import HttpRequest, QueryDict

from clinlead.access.models import Account
from clinlead.coding.comparing import Choice
from clinlead.coding.counting import GROUPS, IN_WORDS
from clinlead.coding.models import Code
from clinlead.coding.opening import possible_coders
from clinlead.coding.queries import codes_in_use
from clinlead.coding.spans import BadSpan, Span, checked, from_lines
from clinlead.evaluation.forms import LockForm
from clinlead.evaluation.models import Participant, Study, Transcript

FEW = {"rows": 2}
LINES = {"rows": 6}


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however empty; nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


class Codes(forms.ModelChoiceField):
    """A code of the study."""

    def __init__(self, study: Study, **more) -> None:
        super().__init__(codes_in_use(study), **more)


class Participants(forms.ModelMultipleChoiceField):
    def label_from_instance(self, who: Participant) -> str:
        return f"Number {who.number} ({who.group})"


class Versioned(forms.Form):
    """Words of which another version may have been saved meanwhile."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)


class ThemeForm(Versioned):
    title = forms.CharField(label="What the theme is called", max_length=150)
    summary = forms.CharField(
        label="What it says, in a few sentences", required=False, widget=forms.Textarea(LINES)
    )


class RowForm(forms.Form):
    """A row of a theme's table. Whom it counts within is asked in full, because rows differ."""

    code = forms.ModelChoiceField(Code.objects.none(), label="Which code is counted?")
    groups = forms.MultipleChoiceField(
        label="Within which groups?",
        help_text="None ticked: within all who were interviewed.",
        choices=[(group, IN_WORDS[group].capitalize()) for group in GROUPS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    within = forms.ModelChoiceField(
        Code.objects.none(),
        label="Only within those given another code?",
        required=False,
        empty_label="No: within all of them",
    )
    note = forms.CharField(label="What has to be known of this row", required=False, max_length=300)
    left_out = Participants(
        Participant.objects.none(),
        label="Whom to leave out",
        help_text="Somebody who was not asked, for example.",
        required=False,
        widget=forms.SelectMultiple,
    )
    because = forms.CharField(label="Why they are left out", required=False, max_length=200)

    def __init__(self, data=None, *, study: Study, **more) -> None:
        super().__init__(data, **more)
        codes = codes_in_use(study)
        self.fields["code"].queryset = self.fields["within"].queryset = codes  # type: ignore[attr-defined]
        self.fields["left_out"].queryset = study.participants.all()  # type: ignore[attr-defined]

    def clean(self):
        said = super().clean()
        if said.get("left_out") and not said.get("because", "").strip():
            self.add_error("because", "Say why; the table says it too.")
        if said.get("within") and said.get("within") == said.get("code"):
            self.add_error("within", "A code within itself is always all of it. Choose another.")
        return said


class PartForm(Versioned):
    text = forms.CharField(
        label="In your words", required=False, widget=forms.Textarea({"rows": 10})
    )


class PublishForm(forms.Form):
    """What staff read before the findings, and that the evaluator has looked."""

    introduction = forms.CharField(
        label="What staff should know first",
        help_text="For example why you asked, and where one can ask you.",
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    new = forms.CharField(label="What is new since the last version", widget=forms.Textarea(FEW))
    read_through = forms.BooleanField(
        label="I have read every word below, and nothing in it says who somebody is",
        error_messages={"required": "Read it through first, then tick this."},
    )

    def __init__(self, data=None, *, again: bool, **more) -> None:
        super().__init__(data, **more)
        if not again:
            del self.fields["new"]


class TakeBackForm(forms.Form):
    because = forms.CharField(
        label="Why it is taken back", help_text="Staff read this in its place.", max_length=500
    )


class CodePassageForm(forms.Form):
    """A code for selected words; or, without selecting, for lines and words quoted from them."""

    name = forms.CharField(
        label="Code",
        help_text="For words that you select, or the lines that are marked. Type a few letters.",
        widget=forms.TextInput({"list": "codes", "autocomplete": "off"}),
    )
    line = forms.IntegerField(label="From line", min_value=1, required=False)
    to_line = forms.IntegerField(label="To line", min_value=1, required=False)
    words = forms.CharField(
        label="Only these words of it",
        help_text="Copied exactly. Empty: whole lines.",
        required=False,
    )
    start = forms.IntegerField(widget=forms.HiddenInput, required=False)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, transcript: Transcript, **more) -> None:
        super().__init__(data, **more)
        self.transcript = transcript

    def clean_name(self) -> Code:
        said = self.cleaned_data["name"].strip()
        found = codes_in_use(self.transcript.study).filter(name=said).first()
        if found is None:
            raise forms.ValidationError(
                f"There is no code “{said}”. Write it into the codebook first."
            )
        return found

    def clean(self):
        said = super().clean()
        try:
            said["span"] = self.passage(said)
        except BadSpan as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return said

    def passage(self, said) -> Span:
        text = self.transcript.text
        if said.get("start") is not None and said.get("end") is not None:
            return checked(said["start"], said["end"], text)
        if not said.get("line"):
            raise BadSpan("Select some words, or give a line.")
        first = said["line"]
        return from_lines(text, first, said.get("to_line") or first, said.get("words") or "")


class RewriteForm(Versioned):
    """A memo written over; the words that it is about stay."""

    text = forms.CharField(label="Memo", widget=forms.Textarea({"rows": 4}))


class MemoForm(RewriteForm):
    start = forms.IntegerField(widget=forms.HiddenInput, required=False)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def span_in(self, text: str) -> Span | None:
        """The words that were selected, where some were."""
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        return checked(start, end, text) if start is not None and end is not None else None


class Evaluators(forms.ModelChoiceField):
    """Another independent evaluator than the study's own."""

    def __init__(self, study: Study, on: date, **more) -> None:
        found = [account.pk for account in possible_coders(study.evaluator_id, on)]
        rows = Account.objects.filter(pk__in=found).select_related("person")
        super().__init__(rows, empty_label="Choose one", **more)


class OpenForm(forms.Form):
    def __init__(self, data=None, *, study: Study, on: date, **more) -> None:
        super().__init__(data, **more)
        self.fields["coder"] = Evaluators(study, on, label="Who codes it too?")


class HandOnForm(forms.Form):
    def __init__(self, data=None, *, study: Study, on: date, **more) -> None:
        super().__init__(data, **more)
        missing = {"required": "Choose who is to have it."}
        self.fields["to"] = Evaluators(
            study, on, label="To which independent evaluator?", error_messages=missing
        )


class TakeOverForm(LockForm):
    """The code, and a passphrase of one's own; the study's number where nobody offered it."""

    number = forms.IntegerField(
        label="Number of the study", help_text="In the address of its page.", min_value=1
    )

    def __init__(self, data=None, *, offered: bool, **more) -> None:
        order = ["number", "code", "passphrase", "again"]
        super().__init__(data, opened=False, field_order=order, **more)
        if offered:
            del self.fields["number"]
            self.fields["code"].label = "The code that its evaluator told you"


class DecideForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(choices=[(c.value, c.value) for c in Choice])
    because = forms.CharField(required=False)  # the rule says in words that it is needed


class CodeForm(forms.Form):
    """A code of the codebook. `seen` is the codebook's version that was being looked at."""

    name = forms.CharField(label="Name", max_length=150)
    definition = forms.CharField(
        label="When it is used, and when not", required=False, widget=forms.Textarea({"rows": 3})
    )
    parent = forms.ModelChoiceField(
        Code.objects.none(), label="Below which code?", required=False, empty_label="None"
    )
    because = forms.CharField(label="Why?", help_text="The codebook’s history keeps it.")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, study: Study, code: Code | None = None, **more) -> None:
        super().__init__(data, **more)
        codes = codes_in_use(study)
        self.fields["parent"].queryset = codes.exclude(pk=code.pk) if code else codes  # type: ignore[attr-defined]


class CellForm(Versioned):
    text = forms.CharField(
        label="What this participant says to this theme", required=False,
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip


LARGEST_FILE = 50_000_000  # bytes


class ExchangeForm(forms.Form):
    """A project or a codebook of another program."""

    file = forms.FileField(label="A project (.qdpx) or a codebook (.qdc)")
    group = forms.ChoiceField(
        label="Texts that are not in this study yet",
        choices=[
            ("", "Refuse the file if there are any"),
            *((group, f"Add each as a new participant: {IN_WORDS[group]}") for group in GROUPS),
        ],
        required=False,
        help_text="Where the file itself says a group, that is kept.",
    )
    without_names = forms.BooleanField(
        label="The texts are without names: nobody can be known from them", required=False
    )
    finished = forms.BooleanField(label="They are coded to the end, so count them", required=False)

    def clean_file(self):
        given = self.cleaned_data["file"]
        if given.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Export it without "
                "pictures and recordings."
            )
        return given

    def clean(self):
        said = super().clean()
        if said.get("group") and not said.get("without_names"):
            self.add_error("without_names", "Take names out first; then say so here.")
        return said
