"""The text of a transcript file: plain text or a Word document, with every letter and line of it.

A Word document is a zip of XML. It is read as a stream, never beyond a limit and never with a
document type, so that a file made to unpack without end, or to unfold its entities, is refused with
a sentence. Nothing here knows Django.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

LARGEST_FILE = 20 * 2**20  # bytes of the file as it comes
LARGEST_XML = 50 * 2**20  # bytes of the document once unpacked: some thousand pages
LONGEST_TEXT = 2_000_000  # letters: a hundred hours of talk
STEP = 2**16
DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
TEXT_OF = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
# Not part of the text as it reads: deleted, moved away, how a paragraph looks, and the same again
# for old readers.
LEFT_OUT = {(COMPATIBLE, "Fallback")} | {
    (space, word) for space in (W, STRICT_W) for word in ("del", "moveFrom", "pPr")
}
WINGDINGS = {0xF04A: "☺", 0xF04B: "😐", 0xF04C: "☹", 0xF0E0: "→", 0xF0DF: "←", 0xF0FC: "✓"}
NO_LETTER = "□"
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


class CannotRead(Exception):
    """The file is not a transcript that can be read; says why in a sentence."""


def text_of(name: str, content: bytes) -> str:
    """The text of a file, by what it is and then by its name."""
    if len(content) > LARGEST_FILE:
        raise CannotRead(f"The file is larger than {LARGEST_FILE // 2**20} MB.")
    if content.startswith(b"PK"):
        return plain_lines(word_text(content))
    if content.startswith(b"\xd0\xcf\x11\xe0") or name.lower().endswith(".doc"):
        raise CannotRead("This is an old Word file. Save it as .docx or as plain text.")
    if content.startswith(b"%PDF"):
        raise CannotRead("This is a PDF. Save the transcript as .docx or as plain text.")
    return plain_lines(decoded(content))


def plain_lines(text: str) -> str:
    """Every line ends in one "\\n"; nothing else is changed."""
    if "\0" in text:
        raise CannotRead("This is not a text: it has bytes that no text has.")
    if len(text) > LONGEST_TEXT:
        raise CannotRead(f"The text is longer than {LONGEST_TEXT:,} letters.")
    return LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))


def decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 as the file says; else what Windows writes."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CannotRead("The letters of this file cannot be read. Save it as text in UTF-8.")


# ---- Word ----------------------------------------------------------------------------------------


def word_text(content: bytes) -> str:
    """The paragraphs of a Word document, one a line."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            part = main_part(packed)
            document = WordDocument()
            parse(unpacked(packed, part), document.start, document.end, document.text)
    except DAMAGED as error:
        raise CannotRead("The Word file is damaged, or locked with a password.") from error
    return document.whole()


def main_part(packed: zipfile.ZipFile) -> str:
    """Which part holds the document: what the package says, else where Word puts it."""
    found = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(posixpath.normpath(attributes.get("Target", "").lstrip("/")))

    names = set(packed.namelist())
    if "_rels/.rels" in names:
        parse(unpacked(packed, "_rels/.rels"), start, nothing, nothing)
    part = found[0] if found else "word/document.xml"
    if part not in names:
        raise CannotRead("This is not a Word document (.docx).")
    return part


def unpacked(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part in steps, and never more than the limit, whatever the file says its size is."""
    if packed.getinfo(part).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CannotRead("The Word file is packed in a way that Word does not use.")
    read = 0
    with packed.open(part) as stream:
        while step := stream.read(STEP):
            read += len(step)
            if read > LARGEST_XML:
                size = f"{LARGEST_XML // 2**20} MB"
                raise CannotRead(
                    f"The Word file unpacks to more than {size}, which no transcript does. It was "
                    "not read. Save the text alone, without pictures, and try again."
                )
            yield step


def parse(steps: Iterator[bytes], start, end, text) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        for step in steps:
            parser.Parse(step, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise CannotRead("The Word file is damaged: its text cannot be read.") from error


def refuse_doctype(*_: object) -> None:
    raise CannotRead("The Word file holds declarations that no Word document has. It was not read.")


def nothing(*_: object) -> None:
    """For what is not looked at."""


def letter_of(sign: str) -> str:
    """A sign of a font of pictures, which Word puts for :) and -->, as a letter that every font
    has; of one that is not known, that there is one."""
    place = int(sign, 16) if re.fullmatch("[0-9A-Fa-f]{1,4}", sign) else 0
    return chr(place) if " " <= chr(place) < "\ud800" else WINGDINGS.get(place, NO_LETTER)


class WordDocument:
    """Gathers the text of paragraphs as the document goes by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open: list[list[str]] = []  # paragraphs; one in a text box lies within another
        self.left_out = 0
        self.reading = False
        self.letters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, word = name.rpartition(" ")
        if self.left_out or (space, word) in LEFT_OUT:
            self.left_out += 1
        elif space in (W, STRICT_W):
            self.begin(word, attributes.get(f"{space} char", ""))

    def begin(self, word: str, sign: str) -> None:
        if word == "p":
            self.open.append([])
        elif word == "t":
            self.reading = True
        elif self.open and word in TEXT_OF:
            self.longer_by(1)
            self.open[-1].append(TEXT_OF[word])
        elif self.open and word == "sym":
            self.longer_by(1)
            self.open[-1].append(letter_of(sign))

    def end(self, name: str) -> None:
        space, _, word = name.rpartition(" ")
        if self.left_out:
            self.left_out -= 1
        elif space in (W, STRICT_W) and word == "t":
            self.reading = False
        elif space in (W, STRICT_W) and word == "p":
            self.longer_by(1)
            self.lines.append("".join(self.open.pop()))

    def text(self, words: str) -> None:
        if self.reading and self.open and not self.left_out:
            self.longer_by(len(words))
            self.open[-1].append(words)

    def longer_by(self, letters: int) -> None:
        """A paragraph’s end is one: empty ones without end are long too."""
        self.letters += letters
        if self.letters > LONGEST_TEXT:
            raise CannotRead(f"The text is longer than {LONGEST_TEXT:,} letters.")

    def whole(self) -> str:
        return "\n".join(self.lines)
