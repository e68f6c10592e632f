"""What people fill in about work streams."""

from datetime import date

from django import forms
from django.utils import timezone

from clinlead.access.forms import DayInput
from clinlead.access.models import Account
from clinlead.organisation.models import Department
from clinlead.workstreams.checks import CHECKS
from clinlead.workstreams.policies import (
    FAR_TOO_MANY,
    MOST_MEASURES,
    MOST_OF_A_PILOT,
    STAGES,
    PartPlayed,
    Route,
    Status,
)
from clinlead.workstreams.template import Criterion, Stages, StageText

LINES = {"rows": 3}
LONGEST_WORDING = 200


class ReasonForm(forms.Form):
    """Any act that needs a reason, and nothing else."""

    because = forms.CharField(
        label="Why?",
        help_text="Everybody reads it on the stream’s page.",
        widget=forms.Textarea(LINES),
    )


class BackForm(ReasonForm):
    """Which earlier stage, and why."""

    to = forms.TypedChoiceField(label="Back to which stage?", coerce=int)
    field_order = ("to", "because")

    def __init__(self, *args, stage: int, names: tuple[str, ...], **more) -> None:
        super().__init__(*args, **more)
        self.seen = stage  # so that a move by somebody else in the meantime is noticed
        passed = [(each, f"{each}. {names[each - 1]}") for each in STAGES if each < stage]
        self.fields["to"].choices = list(reversed(passed))  # type: ignore[attr-defined]


class StreamForm(forms.Form):
    """A new stream: one specialty across one or more departments."""

    name = forms.CharField(
        label="Its name", help_text="For example: Heart failure.", max_length=120
    )
    specialty = forms.CharField(
        label="Which specialty?", help_text="One; for example: Cardiology.", max_length=120
    )
    departments = forms.ModelMultipleChoiceField(
        Department.objects.open(),
        label="Across which departments?",
        widget=forms.CheckboxSelectMultiple,
    )
    route = forms.ChoiceField(
        label="How were they approached?",
        choices=[(each.value, each.value.capitalize()) for each in Route],
    )
    said = forms.CharField(
        label="Where is that recorded?",
        help_text="For example: e-mail of 3 March to the clinical director.",
        widget=forms.Textarea(LINES),
    )


class EngagementForm(forms.Form):
    status = forms.ChoiceField(
        label="Do the departments take part?",
        choices=[
            (Status.ENGAGED.value, "Yes: they engaged"),
            (Status.APPROACHED.value, "Not known yet: they were approached"),
            (Status.DID_NOT_ENGAGE.value, "No: they did not engage"),
        ],
        widget=forms.RadioSelect,
    )
    route = forms.ChoiceField(
        label="How were they approached?",
        choices=[(each.value, each.value.capitalize()) for each in Route],
    )
    said = forms.CharField(
        label="Where is it recorded, or why did they not engage?",
        help_text="Everybody reads it on the stream’s page.",
        widget=forms.Textarea(LINES),
    )


class PersonForm(forms.Form):
    """Somebody with an account, and the part they play."""

    part = forms.ChoiceField(
        label="Which part do they play?",
        choices=[(each.value, each.value.capitalize()) for each in PartPlayed],
    )
    login = forms.CharField(
        label="Their login", help_text="The name they sign in with.", max_length=150
    )

    def clean_login(self) -> Account:
        wanted = self.cleaned_data["login"].strip()
        found = Account.objects.filter(username__iexact=wanted, is_active=True).first()
        if found is None:
            raise forms.ValidationError(f"Nobody signs in as “{wanted}”; look at the spelling.")
        return found


class PreconditionForm(forms.Form):
    on = forms.DateField(label="On which day was it done?", widget=DayInput())
    evidence = forms.CharField(
        label="Where is the evidence?",
        help_text="For example: minutes of the joint staff committee, item 4.",
        widget=forms.Textarea(LINES),
    )

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("Give a day that has come: it is recorded once done.")
        return on


class HelpForm(forms.Form):
    text = forms.CharField(
        label="What would help?",
        help_text="The project team and the stream’s coach read it, and nobody else.",
        widget=forms.Textarea({"rows": 5}),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="What will be done?",
        help_text="Whoever asked reads it.",
        widget=forms.Textarea(LINES),
    )


class MoreMeasuresForm(ReasonForm):
    most = forms.IntegerField(
        label="How many measures may it have?",
        help_text=f"{MOST_MEASURES} is the most without an exception.",
        min_value=MOST_MEASURES + 1,
        max_value=FAR_TOO_MANY,
    )
    field_order = ("most", "because")


class StagesForm(forms.Form):
    """The eight stages as text: a name, what it is about, and a criterion a line."""

    because = forms.CharField(
        label="Why do the stages change?",
        help_text="Everybody reads it beside the versions.",
        widget=forms.Textarea(LINES),
    )

    def __init__(self, data=None, *, stages: Stages) -> None:
        super().__init__(data, initial=as_initial(stages))
        for number in STAGES:
            name = f"Stage {number}"
            self.fields[f"name_{number}"] = forms.CharField(label=f"{name}: name", max_length=60)
            self.fields[f"about_{number}"] = forms.CharField(
                label=f"{name}: what it is about", max_length=300, required=False
            )
            self.fields[f"criteria_{number}"] = forms.CharField(
                label=f"{name}: exit criteria",
                help_text="One a line: check | wording. The checks are listed below.",
                widget=forms.Textarea({"rows": 5}),
            )
        self.order_fields([*(n for n in self.fields if n != "because"), "because"])

    def clean(self) -> dict:
        given = super().clean() or {}
        seen: dict[str, int] = {}
        for number in STAGES:
            try:
                lines = criteria_of(number, given.get(f"criteria_{number}", ""), seen)
                given[f"criteria_{number}"] = lines
            except forms.ValidationError as error:
                self.add_error(f"criteria_{number}", error)
        return given

    def stages(self) -> list[StageText]:
        given = self.cleaned_data
        return [
            StageText(
                number,
                given[f"name_{number}"],
                given[f"about_{number}"],
                given[f"criteria_{number}"],
            )
            for number in STAGES
        ]


def as_initial(stages: Stages) -> dict[str, str]:
    """What is in force, to be changed rather than typed again."""
    said = {}
    for each in stages.stages:
        said[f"name_{each.number}"] = each.name
        said[f"about_{each.number}"] = each.about
        lines = (f"{one.key} | {one.wording}" for one in each.criteria)
        said[f"criteria_{each.number}"] = "\n".join(lines)
    return said


def criteria_of(number: int, text: str, seen: dict[str, int]) -> tuple[Criterion, ...]:
    """The lines of one stage, or a sentence that says what is wrong with one of them."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = []
    for place, line in enumerate(lines, start=1):
        key, _, wording = (part.strip() for part in line.partition("|"))
        if key not in CHECKS:
            raise forms.ValidationError(
                f"Stage {number}, line {place}: there is no check “{key[:40]}”."
            )
        if not 0 < len(wording) <= LONGEST_WORDING:
            raise forms.ValidationError(
                f"Stage {number}, line {place}: give the check words, {LONGEST_WORDING} letters "
                "at most."
            )
        if key in seen:
            raise forms.ValidationError(
                f"Stage {number}, line {place}: “{key}” is in stage {seen[key]} already."
            )
        seen[key] = number
        found.append(Criterion(key, wording))
    return tuple(found)


class PilotForm(forms.Form):
    """One department, up to three measures, and what for."""

    department = forms.ModelChoiceField(
        Department.objects.open(), label="Which department?", empty_label=None
    )
    objective = forms.CharField(
        label="What for? The provisional objective, in one line",
        help_text="For example: Patients go home as soon as they are ready.",
        max_length=200,
    )
    measures = forms.MultipleChoiceField(
        label=f"Which measures? {MOST_OF_A_PILOT} at most",
        widget=forms.CheckboxSelectMultiple,
    )
    said = forms.CharField(
        label="Where is the department’s yes recorded?",
        help_text="For example: department meeting of 3 March, item 2.",
        widget=forms.Textarea(LINES),
    )
    because = forms.CharField(
        label="Why can the rest wait?",
        help_text="Everybody reads it beside each criterion that the pilot begins without.",
        widget=forms.Textarea(LINES),
    )

    def __init__(self, *args, measures: list[tuple[str, str]], **more) -> None:
        super().__init__(*args, **more)
        self.fields["measures"].choices = measures  # type: ignore[attr-defined]

    def clean_measures(self) -> list[str]:
        chosen = self.cleaned_data["measures"]
        if len(chosen) > MOST_OF_A_PILOT:
            raise forms.ValidationError(
                f"Choose {MOST_OF_A_PILOT} measures at most; you chose {len(chosen)}."
            )
        return chosen
