"""A study's report as a Word document, as another program reads it."""

from datetime import UTC, datetime
from io import BytesIO

from docx import Document

from clinlead.coding.document import as_docx
from clinlead.coding.report import Block, Report, Section

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MADE = Report(
    title="Who owns the data? <A & B>\x0b",
    sections=[
        Section("Methods", 2, [Block("words", "One\tand\ntwo  spaces 😀")]),
        Section(
            "Theme 1",
            3,
            [
                Block(
                    "table", "Counts", columns=("Code", "Of"), rows=[["“Owned” & <used>", "7/9"]]
                ),
                Block("quote", "We > they", who="Manager 1"),
                Block("list", "Not counted", rows=[["One declined"]]),
            ],
        ),
    ],
)


def read(made: Report = MADE):
    return Document(BytesIO(as_docx(made, at=AT)))


def test_a_report_opens_in_word_with_its_words_in_words_own_styles():
    assert [(each.style.name, each.text) for each in read().paragraphs] == [
        ("Title", "Who owns the data? <A & B>"),
        ("Heading 1", "Methods"),
        ("Normal", "One\tand\ntwo  spaces 😀"),
        ("Heading 2", "Theme 1"),
        ("Caption", "Counts"),
        ("Intense Quote", "“We > they” (Manager 1)"),
        ("Caption", "Not counted"),
        ("List Bullet", "One declined"),
    ]


def test_a_table_has_its_columns_above_its_rows():
    (table,) = read().tables
    assert table.style.name == "Light Grid Accent 1"
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Code", "Of"],
        ["“Owned” & <used>", "7/9"],
    ]
    assert {run.font.size.pt for run in table.rows[1].cells[0].paragraphs[0].runs} == {9}


def test_a_document_says_what_it_is_and_when_it_was_made():
    about = read().core_properties
    assert (about.title, about.author) == ("Who owns the data? <A & B>", "Clinlead")
    assert (about.language, about.created) == ("en-GB", AT)


def test_one_report_leaves_nothing_in_the_next():
    read()
    assert len(read(Report(title="Empty", sections=[])).paragraphs) == 1
