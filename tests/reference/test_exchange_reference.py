"""A project that another program wrote by its own export."""

from pathlib import Path

from clinlead.coding.refi import read_project

FILE = Path(__file__).parent / "results" / "exegete.qdpx"


def test_a_project_by_a_program_of_qualcoders_family_opens_at_its_characters():
    found = read_project(FILE.read_bytes())
    (source,) = found.sources
    codes = {code.guid: code.name for code in found.codes}
    assert [(codes[c.code], source.text[c.start : c.end]) for c in source.codings] == [
        ("Doubt <of> data", "nobody trusted the data & “figures”"),
        ("Mood", "🙂"),
        ("Mood", "Ana\u0308: 👩‍⚕️"),
    ]
    tree = {code.name: codes.get(code.parent, "") for code in found.codes}
    assert tree == {"Trust": "", "Doubt <of> data": "Trust", "Mood": ""}
    assert {note.text for note in found.notes} == {"Because & <so>"}
    assert found.left == []
