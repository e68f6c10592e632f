"""What is filled in to load an OMOP database or a FHIR export."""

from typing import Any

from django import forms

from clinlead.intake.forms import MappingForm, SourceForm
from clinlead.intake.several_uploads import KINDS, is_zip, own_name
from clinlead.intake.together import dataset_stated
from clinmeasures.activity import parse_mapping
from clinmeasures.errors import BadInput

MAPPING_HINT = (
    "TOML that puts our words in place of the source's, for one data set that it names at its "
    'top: dataset = "spells". Leave it empty where none is needed.'
)
MOST_FILES = 100  # that Django takes at once


class NamesItsDataSet(MappingForm):
    """A mapping for one data set of the source."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mapping_text"].help_text = MAPPING_HINT

    def clean_mapping_text(self) -> str:
        text = self.cleaned_data["mapping_text"].replace("\r\n", "\n")
        if text.strip():
            try:
                parse_mapping(text, dataset_stated(text, "mapping"))
            except BadInput as error:
                raise forms.ValidationError(str(error)) from error
        return text


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(each, initial) for each in data or [None]]


class SeveralForm(NamesItsDataSet, SourceForm):
    """The files, and how to read them."""

    field_order = ["kind", "chosen", "source", "mode", "covers_from", "covers_to", "mapping_text"]
    texts = ("kind", "source", "mode", "mapping_text")

    kind = forms.ChoiceField(
        label="What the files are",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Say what the files are."},
    )
    chosen = FilesField(
        label="Files",
        help_text=f"Choose all of them at once, up to {MOST_FILES}, or one zip file of them.",
        error_messages={"required": "Choose the files."},
    )

    def clean_chosen(self) -> list[Any]:
        files = self.cleaned_data["chosen"]
        names = [own_name(file) for file in files]
        twin = next((name for name in names if names.count(name) > 1), None)
        if twin:
            raise forms.ValidationError(f"Two files are called {twin}; keep one.")
        if len(files) > 1 and any(is_zip(name) for name in names):
            raise forms.ValidationError("Give one zip file, or the files themselves.")
        return files
