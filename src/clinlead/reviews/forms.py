"""What the two fill in."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from clinlead.access.forms import DayInput
from clinlead.figures.sums import unit_of_figure
from clinlead.identifying import Sort, find
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import read_definition
from clinlead.reviews.beginning import Looked
from clinlead.reviews.facts import Domain, Evidence, Side
from clinlead.reviews.queries import Due
from clinlead.reviews.text import Contents
from clinlead.reviews.writing import Agreed, Brought, Draft
from clinlead.strategy.models import Wording

LONGEST = 6000
OF_PATIENTS = frozenset({Sort.NHS_NUMBER, Sort.BIRTH})
WRONG_DAY = "Enter the day as year, month and day, such as 2026-07-28."
ANOTHER_WAY = "other"
A_YEAR = timedelta(days=365)


class BeginForm(forms.Form):
    """Whose review, of which months, and when the two mean to meet."""

    who = forms.ChoiceField(label="Whose review?")
    first = forms.DateField(
        label="From which day do you look back?",
        widget=DayInput(),
        error_messages={"required": "Enter the first day.", "invalid": WRONG_DAY},
    )
    last = forms.DateField(
        label="Until which day?",
        widget=DayInput(),
        error_messages={"required": "Enter the last day.", "invalid": WRONG_DAY},
    )
    meets_on = forms.DateField(
        label="When do you mean to meet?",
        help_text="You can set the day later.",
        widget=DayInput(),
        required=False,
        error_messages={"invalid": WRONG_DAY},
    )

    def __init__(
        self, *args: Any, offered: Iterable[Due], person: int | None, today: date, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.offered = {one.key: one for one in offered}
        self.today = today
        choices = [(key, whose(one, person)) for key, one in self.offered.items()]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]
        self.fields["first"].initial = today - A_YEAR
        self.fields["last"].initial = today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day comes after the first.")
        if last and last > self.today:
            self.add_error("last", "Look back until today at most.")
        return given

    def looked(self) -> Looked:
        given = self.cleaned_data
        return Looked(first=given["first"], last=given["last"], meets_on=given["meets_on"])


def whose(one: Due, person: int | None) -> str:
    name = "My own" if one.person.pk == person else one.person.name
    return f"{name}, {one.department}"


PROMPTS: Mapping[Side, Mapping[Domain, str]] = {
    Side.CLINICIAN: {
        Domain.OBJECTIVES: "What did you mean to reach, and how far did you come? What helped, "
        "what stood in the way?",
        Domain.BEHAVIOUR: "How do you work with colleagues and patients, and what do you lead?",
        Domain.TALENT: "What are you good at that is not used yet? What do you want to learn?",
        Domain.AHEAD: "What do you want to reach next, and what would it take?",
    },
    Side.REVIEWER: {
        Domain.OBJECTIVES: "What did you see reached, and what stood in the way? Figures are a "
        "beginning, never the answer.",
        Domain.BEHAVIOUR: "What did you see or hear yourself? Give examples, with when and where.",
        Domain.TALENT: "Where do you see this colleague going, and what can the department do?",
        Domain.AHEAD: "What does the department need, and what support can you give?",
    },
    Side.BOTH: dict.fromkeys(Domain, "What you agree on. Where you do not, write both."),
}


class Words(forms.CharField):
    """Saved as often as one likes, empty too; asked for before it is handed over or signed."""

    asked = True


class WordsForm(forms.Form):
    """A side’s words of the four domains, each with the version that it was written on."""

    def __init__(self, *args: Any, side: Side, contents: Contents, **more: Any) -> None:
        super().__init__(*args, **more)
        for domain in Domain:
            self.fields[domain] = Words(
                label=domain.words,
                help_text=PROMPTS[side][domain],
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea({"rows": 6}),
                initial=contents.text(side, domain),
            )
            self.fields[base(domain)] = forms.IntegerField(
                widget=forms.HiddenInput, initial=contents.version(side, domain)
            )

    def drafts(self) -> dict[Domain, Draft]:
        given = self.cleaned_data
        return {each: Draft(given[each], given[base(each)]) for each in Domain}

    def rebase(self, contents: Contents, side: Side) -> None:
        """Onto what is kept now, once its writer has been shown it."""
        kept = {base(each): str(contents.version(side, each)) for each in Domain}
        self.data = {**self.data.dict(), **kept}  # type: ignore[attr-defined]


def base(domain: Domain) -> str:
    return f"{domain}-based-on"


class ObjectiveForm(forms.Form):
    text = forms.CharField(
        label="What is to be reached?",
        max_length=300,
        error_messages={"required": "Write what is to be reached."},
    )
    measure = forms.ChoiceField(
        label="Which measure shows it?",
        error_messages={"required": "Choose a measure, or another way."},
    )
    shown_by = forms.CharField(
        label="How else will you tell?",
        help_text="Where no measure shows it.",
        max_length=200,
        required=False,
    )
    low = forms.DecimalField(
        label="Target: at least", max_digits=12, decimal_places=3, required=False
    )
    high = forms.DecimalField(
        label="Target: at most", max_digits=12, decimal_places=3, required=False
    )
    unit = forms.CharField(
        label="Unit",
        help_text="Of a measure, its own. Else such as %, days, or sessions.",
        max_length=40,
        required=False,
    )
    due_on = forms.DateField(
        label="By when?",
        widget=DayInput(),
        error_messages={"required": "Enter a day.", "invalid": WRONG_DAY},
    )
    support = forms.CharField(
        label="What support is needed, and from whom?",
        help_text="“None” is an answer too.",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say what support is needed; “none” is an answer too."},
    )
    outcome = forms.ChoiceField(
        label="Which outcome of the strategy does it serve?",
        error_messages={"required": "Choose the outcome that it serves."},
    )

    def __init__(
        self,
        *args: Any,
        measures: Iterable[DepartmentMeasure],
        outcomes: Iterable[Wording],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.used = {one.measure.code: one.measure for one in measures}
        self.outcomes = {str(one.pk): one for one in outcomes}
        choices = [("", "Choose"), *((code, one.title) for code, one in self.used.items())]
        self.fields["measure"].choices = [*choices, (ANOTHER_WAY, "Another way")]  # type: ignore[attr-defined]
        if self.outcomes:
            stated = [("", "Choose"), *((key, one.title) for key, one in self.outcomes.items())]
            self.fields["outcome"].choices = stated  # type: ignore[attr-defined]
        else:
            del self.fields["outcome"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        low, high = given.get("low"), given.get("high")
        if low is None and high is None:
            self.add_error("low", "Give one end of the target at least.")
        elif low is not None and high is not None and high < low:
            self.add_error("high", "The target ends where it begins, or above.")
        if given.get("measure") == ANOTHER_WAY and not given.get("shown_by", "").strip():
            self.add_error("shown_by", "Say how you will tell.")
        return given

    def agreed(self) -> Agreed:
        given = dict(self.cleaned_data)
        given["outcome"] = self.outcomes.get(given.get("outcome", ""))
        measure = self.used.get(given["measure"])
        given["measure"] = measure.code if measure else ""
        if measure:
            given["shown_by"] = measure.title
            given["unit"] = unit_of_figure(read_definition(measure.definition)).name
        return Agreed(**given)


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(
        label="What kind of evidence is it?",
        help_text="The six kinds that the GMC asks for.",
        choices=[(each.value, each.words) for each in Evidence],
    )
    on = forms.DateField(
        label="Of which day?",
        widget=DayInput(),
        error_messages={"required": "Enter a day.", "invalid": WRONG_DAY},
    )
    text = forms.CharField(
        label="What is it?",
        help_text="No patient’s name, number or date of birth.",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write what it is."},
    )
    kept = forms.CharField(
        label="Where is it kept?",
        help_text="Such as your appraisal folder. Clinlead keeps no files of yours.",
        max_length=200,
        required=False,
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        found = [one for one in find(text, on=timezone.localdate()) if one.sort in OF_PATIENTS]
        if sure := [f"“{one.text}” ({one.sort.words})" for one in found if one.sure]:
            raise forms.ValidationError(f"Leave out what says who a patient is: {sure[0]}.")
        return text

    def brought(self) -> Brought:
        given = self.cleaned_data
        return Brought(**{**given, "kind": Evidence(given["kind"])})


class DayForm(forms.Form):
    on = forms.DateField(
        label="On which day?",
        widget=DayInput(),
        error_messages={"required": "Enter a day.", "invalid": WRONG_DAY},
    )


class MetForm(DayForm):
    """The day on which they met: not one to come."""

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("That day is still to come. Say it once you have met.")
        return on


class SignForm(forms.Form):
    digest = forms.CharField(widget=forms.HiddenInput)
    disagrees = forms.CharField(
        label="I sign, and do not agree with everything",
        help_text="Say with what. Your words stand in the review, beside the signatures.",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class CloseForm(forms.Form):
    because = forms.CharField(
        label="Why will it not be signed?",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Say why; the other of you reads it."},
    )


class NumberForm(forms.Form):
    """Which objective, or which evidence."""

    number = forms.IntegerField()
