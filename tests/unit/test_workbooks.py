"""Excel workbooks as extracts: one sheet, streamed; what is too large is refused in a sentence."""

import struct
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from clinmeasures.activity import UnreadableFile, parse_mapping, prepare_load, workbook
from clinmeasures.activity.preview import preview

TODAY = date(2026, 11, 28)
moment = datetime.fromisoformat
HEADER = ["spell_id", "patient_id", "admitted_at", "admission_method", "age_years", None]
ROWS = [
    [None, " "],
    HEADER,
    ["S1", 4001, moment("2026-01-05T09:30:00"), "elective", 71.0],
    [],
    ["S2", 4002.0, moment("2026-01-06T00:00:00"), "elective", "old"],
]


@pytest.fixture
def book(tmp_path):
    """A workbook of these sheets."""

    def made(**sheets):
        book = Workbook(write_only=True)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "extract.xlsx")
        return tmp_path / "extract.xlsx"

    return made


def read(path, **options):
    with prepare_load([path], "spells", today=TODAY, **options) as prepared:
        return prepared.rows().to_pylist(), prepared.report


def test_a_sheet_is_read_as_csv_would_be(book):
    (row,), report = read(book(January=ROWS))
    assert (row["_row"], row["patient_id"], row["age_years"]) == (1, "4001", 71)
    assert row["admitted_at"] == moment("2026-01-05T09:30")
    (reason,) = report.reasons
    assert (reason.kind, reason.column, reason.example_row) == ("bad number", "age_years", 3)
    assert report.files[0].encoding == "Excel, sheet January"
    assert report.files[0].header == tuple(HEADER[:-1])


def test_of_several_sheets_the_one_asked_for_or_named_as_the_data_set_is_read(book):
    path = book(Notes=[["read me"]], Spells=ROWS, Old=[HEADER[:4], ["S9", "P", "x", "elective"]])
    assert read(path)[1].rows == 2
    assert read(path, sheet="spells ")[1].rows == 2
    assert read(path, sheet="Old")[1].rows == 1
    with pytest.raises(UnreadableFile, match="has no sheet 'May'; its sheets are Notes, Spells, O"):
        read(path, sheet="May")
    mapping = parse_mapping('sheet = "Old"', "spells")
    with prepare_load([path], "spells", mapping, today=TODAY) as prepared:
        assert prepared.report.rows == 1


def test_naming_a_sheet_is_what_tells_two_loads_of_one_workbook_apart(book):
    path = book(A=ROWS, B=ROWS)
    digests = {read(path, sheet=name)[1].files[0].sha256 for name in "AB"}
    assert len(digests) == 2
    with pytest.raises(UnreadableFile, match=r"has 2 sheets \(A, B\); say which one to read"):
        read(path)


def test_the_first_rows_are_shown_before_anything_is_loaded(book, tmp_path):
    path = book(A=ROWS, B=[["x"]])
    work = tmp_path / "work"
    work.mkdir()
    shown = preview(
        path, "spells", None, today=TODAY, timezone="Europe/London", work=work, sheet="A"
    )
    assert [row.row for row in shown.rows] == [1, 3]
    assert shown.rows[1].reasons == ("age_years 'old' is not a whole number",)
    assert not list(work.iterdir())


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(book, monkeypatch):
    path = book(A=ROWS)
    monkeypatch.setattr(workbook, "LARGEST_SHEET", 300)
    with pytest.raises(UnreadableFile, match=r"MB in xl/worksheets/sheet1\.xml, too much to read"):
        read(path)
    monkeypatch.setattr(workbook, "LARGEST_FILE", 300)
    with pytest.raises(UnreadableFile, match="has 0 MB, too much to read as a workbook; save the"):
        read(path)


def rewritten(path, name: str, change) -> None:
    """The workbook with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)


SHEET = "xl/worksheets/sheet1.xml"


def test_what_is_damaged_is_one_sentence(book, tmp_path):
    path = book(A=ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="is a damaged Excel workbook; open and save it again"):
        read(path)
    path.write_bytes(whole)
    rewritten(path, SHEET, lambda xml: xml[:-60])
    with pytest.raises(UnreadableFile, match="is damaged; open and save it again"):
        read(path)
    rewritten(path, SHEET, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml)
    with pytest.raises(UnreadableFile, match="is a damaged Excel workbook"):
        read(path)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("spells.csv", "spell_id")
    with pytest.raises(UnreadableFile, match="is a zip archive and no Excel workbook; unpack it"):
        read(other)


def test_a_part_that_says_less_than_it_unpacks_to_is_damaged(book):
    path = book(A=[HEADER, *[[f"S{n}", n, "2026-01-01", "elective"] for n in range(500)]])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    said = path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 400))
    path.write_bytes(said)
    with pytest.raises(UnreadableFile, match="damaged"):
        read(path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "is empty; it needs a heading and rows"),
        ([["a", "a"]], "the heading has the column 'a' twice"),
        ([[*HEADER[:5]], [1, 2, 3, 4, 5, 6]], "row 1: has more cells than the heading"),
        ([HEADER], "has a header and no rows"),
    ],
)
def test_a_sheet_that_cannot_be_a_table_is_one_sentence(book, rows, said):
    with pytest.raises(UnreadableFile, match=said):
        read(book(A=rows))
