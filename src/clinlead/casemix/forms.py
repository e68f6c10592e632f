"""What an analyst fills in to have a model fitted, or to give one."""

import json
from datetime import date
from typing import Any

from django import forms

from clinlead.casemix.actions import Asking
from clinlead.casemix.covariates import COVARIATES, USUAL
from clinlead.casemix.giving import model_in
from clinlead.casemix.queries import fitted_measures
from clinmeasures.casemix import FrozenModel
from clinmeasures.errors import BadInput

LINES = {"rows": 2}
LARGEST = 1_000_000  # bytes of a given model


class RecordsForm(forms.Form):
    """For which measure, on which records, and why."""

    code = forms.ChoiceField(label="What is foreseen?")
    first_day = forms.DateField(
        label="Records from", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label="Records to",
        help_text="By the day on which they count in the measure.",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    because = forms.CharField(
        label="Why is it made?",
        help_text="It stands beside the model and is never changed.",
        max_length=500,
        widget=forms.Textarea(LINES),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.titles = {each.code: each.title for each in fitted_measures()}
        self.fields["code"].choices = list(self.titles.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        first, last = typed.get("first_day"), typed.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last_day", "The last day comes before the first; change one of them.")
        return typed

    def asking(self) -> Asking:
        typed = self.cleaned_data
        return Asking(
            code=typed["code"],
            first_day=typed["first_day"],
            last_day=typed["last_day"],
            because=typed["because"],
            covariates=typed.get("covariates", ()),
            given=typed.get("model"),
        )


class FitForm(RecordsForm):
    covariates = forms.MultipleChoiceField(
        label="What does the model know of a patient?",
        help_text="Only what was so before treatment began.",
        choices=[(each.name, each.words) for each in COVARIATES.values()],
        initial=list(USUAL),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("code", "covariates", "first_day", "last_day", "because")


class GiveForm(RecordsForm):
    file = forms.FileField(
        label="The model",
        help_text="A file that clinmeasures freeze wrote, or a CSV of coefficients with the "
        "columns covariate, level and estimate.",
    )
    field_order = ("code", "file", "first_day", "last_day", "because")

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        file = typed.get("file")
        if file is not None and typed.get("code"):
            try:
                typed["model"] = self.read(file, typed["code"])
            except BadInput as error:
                self.add_error("file", str(error))
        return typed

    def read(self, file: Any, code: str) -> FrozenModel:
        if file.size > LARGEST:
            raise BadInput(f"{file.name} is larger than a model's file can be; choose another.")
        return model_in(file.read(), name=file.name, code=code)


class UseForm(forms.Form):
    because = forms.CharField(
        label="Why this version?",
        help_text="It stands beside every figure that is compared with what it expects.",
        max_length=500,
        widget=forms.Textarea(LINES),
    )


def as_text(model: FrozenModel) -> str:
    return json.dumps(model.to_dict(), indent=2, ensure_ascii=False) + "\n"
