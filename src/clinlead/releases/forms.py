"""What people write into a release. Who may is a rule; here is only what a form needs."""

from collections.abc import Mapping

from django import forms

from clinlead.figures.presenters import Period, month_words
from clinlead.releases.deciding import Seen
from clinlead.releases.live import Draft
from clinlead.releases.models import ControlTotal
from clinlead.releases.reasons import NOT_LOOKED, Finding, Reason, findings
from clinlead.releases.totals import TotalSaid, do_not_add_up
from clinmeasures.wording.units import in_figures

LINES = {"rows": 4}


CHECKED = [("", NOT_LOOKED), *((each.value, each.label) for each in Finding)]


class InterpretForm(forms.Form):
    """What the lead makes of a figure, and what they found of each possible explanation."""

    text = forms.CharField(
        label="What do you make of this figure?",
        help_text="The owner will read it beside the chart. Say what you know of the work.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what you make of this figure."},
    )
    others = forms.BooleanField(
        label="I looked at all the others too: they are not the reason", required=False
    )
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    words = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *given, **named) -> None:
        super().__init__(*given, **named)
        for reason in Reason:
            self.fields[reason.value] = forms.ChoiceField(
                label=f"{reason.label}: what did you find?", required=False, choices=CHECKED
            )

    @property
    def found(self) -> dict[Reason, Finding]:
        """The checklist as it was filled in."""
        said = {reason.value: self.cleaned_data.get(reason.value, "") for reason in Reason}
        return findings(said, others=self.cleaned_data["others"])

    @property
    def seen(self) -> Seen | None:
        """What was on the page; nothing where the page did not say."""
        digest = self.cleaned_data["digest"]
        return Seen(digest=digest, words=self.cleaned_data["words"] or 0) if digest else None


class KeepForm(InterpretForm):
    """The same before it is finished: nothing is asked for."""

    def __init__(self, *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["text"].required = False


class WordsForm(forms.Form):
    text = forms.CharField(
        label="Your own words",
        help_text="They stand beside your figure, for you and for everyone who may see it.",
        widget=forms.Textarea(attrs=LINES),
        error_messages={"required": "Write your words before you save them."},
    )


class CheckForm(forms.Form):
    note = forms.CharField(
        label="What you checked",
        help_text="For example: counts against the source system, the five largest changes.",
        widget=forms.Textarea(attrs=LINES),
        error_messages={"required": "Say what you checked."},
    )


class TotalForm(forms.Form):
    """One measure's control totals, for the period or by month. No number: none exists, and why."""

    source = forms.CharField(label="Where their total is from", required=False, max_length=200)
    theirs = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**62,
        error_messages={"invalid": "Write the total as a whole number, such as 512."},
    )
    explained = forms.CharField(
        label="Why it differs, or why there is none",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, months: Mapping[str, int], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.months = [month for month in months if month]
        self.fields[
            "theirs"
        ].label = f"Their total for {self.span} (ours is {in_figures(months[''])})"
        for month in self.months:
            self.fields[month] = forms.IntegerField(
                label=f"Their total for {month_words(month)} (ours is {in_figures(months[month])})",
                required=False,
                min_value=0,
                max_value=2**62,
                error_messages={"invalid": "Write the total as a whole number, such as 512."},
            )

    @property
    def span(self) -> str:
        """The months that go out: those that are held back are in no total of ours."""
        return Period(first=min(self.months), last=max(self.months)).in_words

    @property
    def by_month(self) -> list[forms.BoundField]:
        return [self[month] for month in self.months]

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        said = self.said("")
        if not said.months and said.theirs is None and not said.explained.strip():
            self.add_error("theirs", "Enter their total, or say below why there is none.")
        elif (said.months or said.theirs is not None) and not said.source.strip():
            self.add_error("source", "Say where their total is from.")
        elif apart := do_not_add_up(said, self.months):
            self.add_error("theirs", apart)
        return given

    def said(self, measure: str) -> TotalSaid:
        """What was entered of a measure."""
        given = self.cleaned_data
        return TotalSaid(
            measure=measure,
            source=given.get("source", ""),
            theirs=given.get("theirs"),
            explained=given.get("explained", ""),
            months={m: given[m] for m in self.months if given.get(m) is not None},
        )

    @classmethod
    def for_measure(
        cls, draft: Draft, entered: Mapping[str, ControlTotal], data=None
    ) -> "TotalForm":
        """The form of one measure, with what was entered before."""
        any_of_them = next(iter(entered.values()), None)
        before = {
            "source": any_of_them.source if any_of_them else "",
            "theirs": entered[""].theirs if "" in entered else None,
            "explained": any_of_them.explained if any_of_them else "",
        }
        return cls(
            data,
            months=draft.records_by_month,
            initial=before | {month: total.theirs for month, total in entered.items() if month},
            prefix=draft.key.measure,
            empty_permitted=True,  # what is left as it was is neither wrong nor saved
            use_required_attribute=False,
        )


class ReleaseForm(forms.Form):
    invitation = forms.CharField(
        label="Your invitation to talk",
        help_text="Everyone whose figures go out will read it.",
        widget=forms.Textarea(attrs=LINES),
        error_messages={"required": "Write an invitation: figures go out with an offer to talk."},
    )


class AgainForm(forms.Form):
    because = forms.CharField(
        label="Why are these figures released again?",
        help_text="Everyone who sees the release reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why; everyone who sees the release reads it."},
    )


class TableForm(forms.Form):
    on = forms.DateField(
        label="Date of the governance meeting",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the date of the meeting.",
            "invalid": "Enter the date as year, month and day, such as 2026-07-28.",
        },
    )
    note = forms.CharField(label="Where the minutes are", required=False, max_length=500)


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label="The statutory purpose you need the named figures for",
        help_text="It is recorded, and the people named will read it.",
        max_length=300,
        error_messages={"required": "State the purpose."},
    )
