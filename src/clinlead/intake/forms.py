"""What is filled in: by an analyst to load an extract, by the officer to say how long it stays."""

from typing import Any

from django import forms

from clinlead.intake.retaining import (
    HAVE_PERIODS,
    LONGEST,
    SHORTEST,
    Asked,
    why_record_too_short,
)
from clinlead.intake.retention import asked_beside_others
from clinmeasures.activity import RECORD_TYPES, parse_mapping
from clinmeasures.errors import BadInput

MAPPING_HINT = (
    "TOML that says what the file's columns mean. Leave it empty to use the one saved for the "
    "source, or our template's and the NHS Data Dictionary's names."
)


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MappingForm(forms.Form):
    """The mapping alone, to mend it on the preview."""

    mapping_text = forms.CharField(
        label="Mapping",
        required=False,
        help_text=MAPPING_HINT,
        strip=False,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
    )

    def __init__(self, *args, for_dataset: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.for_dataset = for_dataset

    def clean_mapping_text(self) -> str:
        text = self.cleaned_data["mapping_text"].replace("\r\n", "\n")
        dataset = self.for_dataset or self.cleaned_data.get("dataset", "")
        if text.strip() and dataset:
            try:
                parse_mapping(text, dataset)
            except BadInput as error:
                raise forms.ValidationError(str(error)) from error
        return text


class SourceForm(MappingForm):
    """Where rows come from, what becomes of earlier ones, and which days they answer for."""

    texts: tuple[str, ...] = ("source", "mode", "mapping_text")

    source = forms.CharField(
        label="Source",
        required=False,
        max_length=60,
        help_text="The system it comes from, always by the same name. Later extracts of a source "
        "supersede earlier rows by key.",
    )
    mode = forms.ChoiceField(
        label="What happens to earlier rows of this source",
        choices=[
            ("upsert", "They stay, but for those that the extract has again"),
            ("replace", "Those inside the extract's coverage count no more"),
        ],
        initial="upsert",
        widget=forms.RadioSelect,
    )
    covers_from = forms.DateField(
        label="Covers from", required=False, widget=Day(), help_text="If not the first event's day."
    )
    covers_to = forms.DateField(
        label="Covers to", required=False, widget=Day(), help_text="If not the last event's day."
    )

    def clean(self) -> dict:
        given = super().clean() or {}
        first, last = given.get("covers_from"), given.get("covers_to")
        if bool(first) != bool(last):
            self.add_error("covers_to", "Give both days of the coverage, or neither.")
        elif first and last and last < first:
            self.add_error("covers_to", "The coverage ends before it begins.")
        return given

    def asked(self) -> dict[str, str]:
        """The answers as text, but for the file."""
        given = self.cleaned_data
        days = {
            name: given[name].isoformat() if given[name] else ""
            for name in ("covers_from", "covers_to")
        }
        return days | {name: given[name] for name in self.texts}


class UploadForm(SourceForm):
    """The extract and how to read it."""

    texts = ("dataset", "sheet", "source", "mode", "mapping_text")
    field_order = [
        "file",
        "sheet",
        "dataset",
        "source",
        "mode",
        "covers_from",
        "covers_to",
        "mapping_text",
    ]

    file = forms.FileField(label="Extract", help_text="CSV, Parquet or an Excel workbook (.xlsx).")
    sheet = forms.CharField(
        label="Sheet",
        required=False,
        max_length=60,
        help_text="Of a workbook with several sheets: the one to read.",
    )
    dataset = forms.ChoiceField(label="Data set", choices=[(name, name) for name in RECORD_TYPES])


class PeriodForm(forms.Form):
    """How long a data set is kept."""

    dataset = forms.ChoiceField(
        label="Data set", choices=[("", "Choose one"), *((name, name) for name in HAVE_PERIODS)],
        error_messages={"required": "Choose a data set."},
    )  # fmt: skip
    years = forms.IntegerField(
        label="Years",
        min_value=SHORTEST,
        max_value=LONGEST,
        help_text="Whole years after the month in which it happened.",
        error_messages={"required": "Say for how many years."},
    )
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="The schedule, rule or decision that it follows.",
        error_messages={"required": "Say why; everybody who reads this page sees it."},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and (refusal := why_record_too_short(asked_beside_others(self.asked()))):
            self.add_error("years", refusal.because)
        return given

    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(dataset=given["dataset"], years=given["years"], reason=given["reason"])
