"""A report as a Word document. Pure."""

from datetime import datetime
from io import BytesIO

from docx import Document
from docx.shared import Pt

from clinlead.coding.refi.writing import plain
from clinlead.coding.report import Block, Report

TABLE_STYLE = "Light Grid Accent 1"


def as_docx(made: Report, *, at: datetime) -> bytes:
    """Headings, paragraphs, tables and quotes in the styles that Word knows."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = plain(made.title), "Clinlead"
    properties.language = "en-GB"
    properties.created = properties.modified = at.replace(tzinfo=None)
    document.add_heading(plain(made.title), 0)
    for section in made.sections:
        document.add_heading(plain(section.title), section.level - 1)
        for block in section.blocks:
            add(document, block)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def add(document, block: Block) -> None:
    match block.kind:
        case "words":
            document.add_paragraph(plain(block.words))
        case "quote":
            document.add_paragraph(f"“{plain(block.words)}” ({block.who})", style="Intense Quote")
        case "list":
            document.add_paragraph(block.words, style="Caption")
            for (line,) in block.rows:
                document.add_paragraph(line, style="List Bullet")
        case "table":
            add_table(document, block)


def add_table(document, block: Block) -> None:
    document.add_paragraph(block.words, style="Caption")
    table = document.add_table(rows=1, cols=len(block.columns), style=TABLE_STYLE)
    for cell, words in zip(table.rows[0].cells, block.columns, strict=True):
        cell.text = plain(words)
    for row in block.rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = plain(words)
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(9)
