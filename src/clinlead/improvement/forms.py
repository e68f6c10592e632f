"""What people write in this room. Who may is a rule; here is only what a form needs."""

from decimal import Decimal
from typing import Any

from django import forms

from clinlead.access.models import Account
from clinlead.improvement.cycling import Plan, Study
from clinlead.improvement.deciding import Decided
from clinlead.improvement.models import ChangeIdea, Cycle
from clinlead.improvement.policies import Act, Kind, Towards
from clinlead.organisation.models import WorkStream

LINES = {"rows": 3}
DAY = {"type": "date"}
WRONG_DAY = {
    "required": "Enter the date.",
    "invalid": "Enter the date as year, month and day, such as 2026-07-28.",
}
ABOUT = {
    Kind.NO_ACTION: "No action: nothing to do now",
    Kind.CORRECT: "Correct the data: the records behind it are not right",
    Kind.REDEFINE: "Redefine the measure: it does not count what matters",
    Kind.IMPROVE: "Improve: try a change, in a PDSA cycle",
    Kind.SPREAD: "Learn and spread: something here works, and others should know",
}
ACTS = {
    Act.ADOPT: "Adopt: it becomes the way we work",
    Act.ADAPT: "Adapt: change it and try again",
    Act.ABANDON: "Abandon: it did not help",
}


def text(label: str, help_text: str = "", **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs=LINES), **more
    )


def day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        error_messages=WRONG_DAY,
    )


class DecideForm(forms.Form):
    kind = forms.ChoiceField(
        label="What do you decide?",
        choices=list(ABOUT.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide."},
    )
    because = text(
        "Why?",
        "The department reads it. Write of the work and the data, never of one person.",
        error_messages={"required": "Say why; the department reads it."},
    )
    stream = forms.ModelChoiceField(
        WorkStream.objects.none(),
        label="For which work stream?",
        required=False,
        empty_label="None: for the department",
    )

    def __init__(self, *args, streams: list[WorkStream], needed: bool = False, **more) -> None:
        """`needed`: whoever decides here decides for a stream alone."""
        super().__init__(*args, **more)
        if not streams:
            del self.fields["stream"]
            return
        found = WorkStream.objects.filter(pk__in=[one.pk for one in streams])
        self.fields["stream"].queryset = found  # type: ignore[attr-defined]
        self.fields["stream"].required = needed

    def said(self, measure: str) -> Decided:
        given = self.cleaned_data
        return Decided(
            measure=measure,
            kind=Kind(given["kind"]),
            because=given["because"],
            stream=given.get("stream"),
        )


class BecauseForm(forms.Form):
    because = text("Why?", "Everyone who can see this page reads it.")


class CycleForm(forms.Form):
    """A plan. The prediction may be written later, and before the cycle starts."""

    title = forms.CharField(
        label="Name of the cycle",
        help_text="For example: Board round on ward 3.",
        max_length=100,
    )
    aim = text("What are you trying to achieve?")
    theory = text("Why should it work?", "The theory that this cycle tests.")
    scale = forms.CharField(
        label="How much do you try?",
        help_text="As little as can teach something. For example: one ward, for three months.",
        max_length=200,
    )
    measure = forms.ChoiceField(label="Which measure will show it?")
    towards = forms.ChoiceField(
        label="You predict that the figure will be",
        choices=[(way, way) for way in Towards],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose at least or at most."},
    )
    predicted = forms.DecimalField(
        label="The number you predict",
        help_text="In the measure’s unit: 85 for 85%, 4.5 for 4.5 days. The cycle does not start "
        "without it.",
        required=False,
        max_digits=12,
        decimal_places=3,
        min_value=Decimal(0),
        error_messages={"invalid": "Write a number, such as 85 or 4.5."},
    )
    balancing = forms.ChoiceField(
        label="Which measure must not get worse?",
        help_text="The balancing measure: what the change could harm.",
        required=False,
    )
    starts_on = day("When does the change begin?")
    ends_on = day(
        "When will you study it?",
        "A study needs three complete months with figures after the start.",
    )
    idea = forms.ModelChoiceField(
        ChangeIdea.objects.none(),
        label="Which change idea of the driver diagram does it try?",
        required=False,
        empty_label="None of them",
    )

    def __init__(self, *args, measures: list[tuple[str, str]], ideas, **more) -> None:
        super().__init__(*args, **more)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]
        none = ("", "None")
        self.fields["balancing"].choices = [none, *measures]  # type: ignore[attr-defined]
        self.fields["idea"].queryset = ideas  # type: ignore[attr-defined]
        if not ideas:
            del self.fields["idea"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begins, ends = given.get("starts_on"), given.get("ends_on")
        if begins and ends and ends <= begins:
            self.add_error("ends_on", "Study it on a day after the change begins.")
        if given.get("balancing") and given["balancing"] == given.get("measure"):
            self.add_error("balancing", "Choose another measure than the one that shows it.")
        return given

    def plan(self) -> Plan:
        given = dict(self.cleaned_data)
        return Plan(**{**given, "towards": Towards(given["towards"])})

    @staticmethod
    def of(cycle: Cycle) -> dict[str, Any]:
        """What was written before, to be changed; also as the start of the next cycle."""
        names = ("title", "aim", "theory", "scale", "measure", "towards", "predicted", "balancing")
        again = {name: getattr(cycle, name) for name in (*names, "starts_on", "ends_on")}
        return again | {"idea": cycle.idea_id}


class StudyForm(forms.Form):
    happened = text("What happened?", "What was done, what got in the way, what nobody expected.")
    learned = text("What did you learn?", "Against your prediction and your theory.")
    act = forms.ChoiceField(
        label="What follows?",
        choices=list(ACTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what follows."},
    )

    def study(self) -> Study:
        given = self.cleaned_data
        return Study(happened=given["happened"], learned=given["learned"], act=Act(given["act"]))


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        Account.objects.none(), label="Who runs it from now on?", empty_label=None
    )

    def __init__(self, *args, accounts, **more) -> None:
        super().__init__(*args, **more)
        self.fields["to"].queryset = accounts  # type: ignore[attr-defined]


class DriverForm(forms.Form):
    text = forms.CharField(
        label="Add a driver",
        help_text="What must be right for the outcome to be reached, in a few words.",
        max_length=120,
        error_messages={"required": "Write the driver in a few words."},
    )


class IdeaForm(forms.Form):
    text = forms.CharField(
        label="Add a change idea",
        help_text="Something that could be tried, in a few words.",
        max_length=120,
        error_messages={"required": "Write the idea in a few words."},
    )
    driver = forms.ChoiceField(label="For which driver?")
    measure = forms.ChoiceField(label="Which measure would show it?", required=False)

    def __init__(self, *args, drivers, measures, **more) -> None:
        super().__init__(*args, **more)
        self.fields["driver"].choices = drivers  # type: ignore[attr-defined]
        self.fields["measure"].choices = [("", "Not known yet"), *measures]  # type: ignore[attr-defined]
