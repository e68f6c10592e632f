"""What people fill in to propose what the trust states."""

from collections.abc import Callable
from typing import Any

from django import forms

from clinlead.access.deciding import leads_of
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader
from clinlead.organisation.models import Department
from clinlead.strategy.actions import CauseSaid, Words
from clinlead.strategy.models import Wording
from clinlead.strategy.policies import GIVES_MANDATES, Kind
from clinlead.strategy.queries import in_force

LINES = {"rows": 4}
PARTS_OF_A_CAUSE = 3


class WordsForm(forms.Form):
    """A title, the text, and for every version after the first what changed."""

    title = forms.CharField(max_length=200)
    text = forms.CharField(widget=forms.Textarea(LINES))
    because = forms.CharField(
        label="Why do the words change?",
        help_text="Everybody reads it beside the versions.",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data=None, *, reader: Reader, before: Wording | None) -> None:
        super().__init__(data, initial=self.of(before))
        self.reader = reader
        if before is None:
            del self.fields["because"]

    @staticmethod
    def of(before: Wording | None) -> dict[str, Any]:
        """The words in force, to be changed rather than typed again."""
        return {"title": before.title, "text": before.text} if before else {}

    def words(self) -> Words:
        return Words(**self.cleaned_data)


class ObjectiveForm(WordsForm):
    title = forms.CharField(
        label="The objective, in one line",
        help_text="For example: Patients go home as soon as they are ready.",
        max_length=200,
    )
    text = forms.CharField(
        label="Why does it matter?",
        help_text="To patients and to the people who care for them.",
        widget=forms.Textarea(LINES),
    )


class OutcomeForm(WordsForm):
    """An outcome names the objective it serves and the departments it is for."""

    title = forms.CharField(
        label="The outcome, in one line",
        help_text="For example: Every patient has a predicted discharge date on the first day.",
        max_length=200,
    )
    text = forms.CharField(label="What does success look like?", widget=forms.Textarea(LINES))
    objective = forms.ChoiceField(label="Which objective does it serve?")
    departments = forms.ModelMultipleChoiceField(
        Department.objects.open(),
        label="For which departments?",
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("title", "text", "objective", "departments", "because")

    def __init__(self, data=None, **more) -> None:
        super().__init__(data, **more)
        self.serving = {one.statement.code: one for one in in_force(Kind.OBJECTIVE)}
        self.fields["objective"].choices = [  # type: ignore[attr-defined]
            (code, one.title) for code, one in self.serving.items()
        ]

    @staticmethod
    def of(before: Wording | None) -> dict[str, Any]:
        if before is None:
            return {}
        return {
            **WordsForm.of(before),
            "objective": before.objective.code if before.objective else "",
            "departments": list(before.departments.all()),
        }

    def words(self) -> Words:
        given = dict(self.cleaned_data)
        objective = self.serving[given.pop("objective")].statement
        return Words(objective=objective, **given)


class DefinitionForm(WordsForm):
    """The definition, and its causes as lines that can be read aloud."""

    title = forms.CharField(
        label="Its title", max_length=200, initial="What we mean by poor performance"
    )
    text = forms.CharField(
        label="The definition",
        help_text="What is poor performance here, and what is not.",
        widget=forms.Textarea({"rows": 6}),
    )
    causes = forms.CharField(
        label="Its causes, in the order they are looked at",
        help_text="One a line: group | cause | what it means. For example: Data | Wrong owner | "
        "The patient was somebody else’s.",
        widget=forms.Textarea({"rows": 12}),
    )
    field_order = ("title", "text", "causes", "because")

    @staticmethod
    def of(before: Wording | None) -> dict[str, Any]:
        if before is None:
            return {}
        lines = (f"{one.group} | {one.name} | {one.about}" for one in before.causes.all())
        return {**WordsForm.of(before), "causes": "\n".join(lines)}

    def clean_causes(self) -> list[CauseSaid]:
        lines = [line for line in self.cleaned_data["causes"].splitlines() if line.strip()]
        causes = [cause_of(number, line) for number, line in enumerate(lines, start=1)]
        names = [one.name for one in causes]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise forms.ValidationError(f"The cause “{twice}” is there twice; keep one.")
        return causes


def cause_of(number: int, line: str) -> CauseSaid:
    """One line as a cause, or a sentence that says what is wrong with it."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != PARTS_OF_A_CAUSE or not all(parts):
        raise forms.ValidationError(
            f"Line {number} of the causes needs three parts: group | cause | what it means."
        )
    group, name, about = parts
    for words, most in ((group, 60), (name, 100), (about, 300)):
        if len(words) > most:
            raise forms.ValidationError(
                f"Line {number} of the causes: “{words[:30]}…” is longer than {most} letters."
            )
    return CauseSaid(group=group, name=name, about=about)


class MandateForm(WordsForm):
    """What a medical manager may decide, the time they have, and who stands behind them."""

    holder = forms.ModelChoiceField(
        Account.objects.none(), label="Whose mandate is it?", empty_label=None
    )
    text = forms.CharField(
        label="What may they decide?",
        help_text="The authority that is delegated to them; all staff read it.",
        widget=forms.Textarea(LINES),
    )
    protected_time = forms.CharField(
        label="What time is protected for it?",
        help_text="For example: 2 programmed activities a week.",
        max_length=200,
    )
    sponsor = forms.ModelChoiceField(
        Account.objects.none(),
        label="Who stands behind them?",
        help_text="Their sponsor: a chief of service, the medical director or an executive.",
        empty_label=None,
    )
    field_order = ("holder", "text", "protected_time", "sponsor", "because")

    def __init__(self, data=None, *, department: Department, **more) -> None:
        super().__init__(data, **more)
        self.department = department
        del self.fields["title"]
        leads = [one.pk for one in leads_of(department, self.reader.on)]
        above = RoleHolding.objects.on(self.reader.on).filter(role__in=GIVES_MANDATES)
        every = Account.objects.select_related("person").order_by("person__name", "username")
        self.fields["holder"].queryset = every.filter(pk__in=leads)  # type: ignore[attr-defined]
        self.fields["sponsor"].queryset = every.filter(  # type: ignore[attr-defined]
            pk__in=above.values("account_id")
        )

    @staticmethod
    def of(before: Wording | None) -> dict[str, Any]:
        if before is None:
            return {}
        return {
            **WordsForm.of(before),
            "holder": before.holder_id,
            "protected_time": before.protected_time,
            "sponsor": before.sponsor_id,
        }

    def words(self) -> Words:
        title = f"Mandate of the clinical director, {self.department}"
        return Words(title=title, departments=[self.department], **self.cleaned_data)


FORMS: dict[Kind, Callable[..., WordsForm]] = {
    Kind.OBJECTIVE: ObjectiveForm,
    Kind.OUTCOME: OutcomeForm,
    Kind.DEFINITION: DefinitionForm,
    Kind.MANDATE: MandateForm,
}


class DeclineForm(forms.Form):
    because = forms.CharField(
        label="Why?", help_text="Its author reads it.", widget=forms.Textarea({"rows": 3})
    )


class MeasureChoiceForm(forms.Form):
    """One of the register's measures that the outcome does not have yet."""

    measure = forms.ChoiceField(label="Add a measure")

    def __init__(self, *args, choices: list[tuple[str, str]], **more) -> None:
        super().__init__(*args, **more)
        self.fields["measure"].choices = choices  # type: ignore[attr-defined]
