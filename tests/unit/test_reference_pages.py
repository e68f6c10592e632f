"""Reference pages that are made from data say what the data says."""

from pathlib import Path

from clinmeasures.definitions import Definition
from clinmeasures.definitions.reference import fields_page
from clinmeasures.engine.tallies import tally_schema

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_page_of_fields_is_the_one_that_the_library_writes():
    assert (REFERENCE / "fields.md").read_text(encoding="utf-8") == fields_page()


def test_the_page_of_definitions_names_every_key():
    page = (REFERENCE / "definitions.md").read_text(encoding="utf-8")
    assert [key for key in Definition.model_fields if f"`{key}`" not in page] == []


def test_the_page_of_commands_names_every_column_of_the_tally_file():
    page = (REFERENCE / "measure-commands.md").read_text(encoding="utf-8")
    assert [name for name in tally_schema().names if f"`{name}`" not in page] == []
