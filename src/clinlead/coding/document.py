"""A report as a Word document. Pure.

Only the text and the properties of a document are its own: everything else (styles, fonts, theme)
is python-docx's empty document, kept packed once a process.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document

from clinlead.coding.refi.writing import plain
from clinlead.coding.report import Block, Report

HEADINGS = ("Title", *(f"Heading {level}" for level in range(1, 4)))
CAPTION, QUOTE, LINE, TABLE = "Caption", "Intense Quote", "List Bullet", "Light Grid Accent 1"
TEXT, PROPERTIES = "word/document.xml", "docProps/core.xml"
TEXT_WIDTH = 8640  # between the margins, in twentieths of a point
IN_TABLES = '<w:rPr><w:sz w:val="18"/></w:rPr>'  # 9 points
LOOK = (
    '<w:tblW w:type="auto" w:w="0"/><w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" '
    'w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"/>'
)
ABOUT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    "<cp:coreProperties "
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>Clinlead</dc:creator>"
    "<dc:language>en-GB</dc:language>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{at:%Y-%m-%dT%H:%M:%SZ}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{at:%Y-%m-%dT%H:%M:%SZ}</dcterms:modified>'
    "</cp:coreProperties>"
)
BREAKS = {"\t": "<w:tab/>", "\n": "<w:br/>"}


def as_docx(made: Report, *, at: datetime) -> bytes:
    """Headings, paragraphs, tables and quotes in the styles that Word knows."""
    empty = empty_document()
    stream = BytesIO()
    stream.write(empty.packed)
    with ZipFile(stream, "a", ZIP_DEFLATED) as packed:
        packed.writestr(TEXT, empty.before + "".join(body(made)) + empty.after)
        packed.writestr(PROPERTIES, about(made.title, at.astimezone(UTC)))
    return stream.getvalue()


@dataclass(frozen=True)
class Empty:
    """A document with nothing in it: its other parts packed, and what stands around its text."""

    packed: bytes
    before: str
    after: str
    styles: dict[str, str]  # name → how the text names it


@cache
def empty_document() -> Empty:
    document, saved, kept = Document(), BytesIO(), BytesIO()
    document.save(saved)
    with ZipFile(saved) as whole, ZipFile(kept, "w", ZIP_DEFLATED) as others:
        text = whole.read(TEXT).decode()
        for name in whole.namelist():
            if name not in {TEXT, PROPERTIES}:
                others.writestr(name, whole.read(name))
    place = text.index("<w:sectPr")
    styles = {style.name: style.style_id for style in document.styles}
    return Empty(kept.getvalue(), text[:place], text[place:], styles)


def about(title: str, at: datetime) -> str:
    return ABOUT.format(title=escape(plain(title)), at=at)


def body(made: Report) -> Iterator[str]:
    yield paragraph(made.title, HEADINGS[0])
    for section in made.sections:
        yield paragraph(section.title, HEADINGS[section.level - 1])
        for block in section.blocks:
            yield from lines_of(block)


def lines_of(block: Block) -> Iterator[str]:
    match block.kind:
        case "words":
            yield paragraph(block.words)
        case "quote":
            yield paragraph(f"“{block.words}” ({block.who})", QUOTE)
        case "list":
            yield paragraph(block.words, CAPTION)
            yield from (paragraph(line, LINE) for (line,) in block.rows)
        case "table":
            yield paragraph(block.words, CAPTION)
            yield table(block)


def paragraph(words: str, style: str = "", look: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style_id(style)}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r>{look}{''.join(pieces(words))}</w:r></w:p>"


def style_id(name: str) -> str:
    return empty_document().styles[name]


def pieces(words: str) -> Iterator[str]:
    """Text as it is, with its tabs and line breaks."""
    for piece in re.split("([\t\n])", plain(words)):
        if piece:
            text = f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
            yield BREAKS.get(piece, text)


def table(block: Block) -> str:
    """Columns of one width, the first row their names."""
    width = TEXT_WIDTH // len(block.columns)
    grid = f'<w:gridCol w:w="{width}"/>' * len(block.columns)
    rows = "".join(row(cells, width) for cells in (block.columns, *block.rows))
    look = f'<w:tblPr><w:tblStyle w:val="{style_id(TABLE)}"/>{LOOK}</w:tblPr>'
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def row(cells: Iterable[str], width: int) -> str:
    measured = f'<w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>'
    made = (f"<w:tc>{measured}{paragraph(words, look=IN_TABLES)}</w:tc>" for words in cells)
    return f"<w:tr>{''.join(made)}</w:tr>"
