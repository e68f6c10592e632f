"""Looking into a zip and an XML file that a stranger may have made. Nothing is unpacked to disk."""

import lzma
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from clinlead.coding.refi.project import CannotRead

MOST_UNPACKED = 100_000_000  # bytes; two thousand long interviews have fewer
MOST_ENTRIES = 20_000
PACKING = (BadZipFile, zlib.error, lzma.LZMAError, OSError)  # the last: of bzip2
DAMAGED = (*PACKING, NotImplementedError, RuntimeError, EOFError, ValueError)
NOT_A_PROJECT = "This is not a REFI-QDA project (.qdpx). Export one from your program again."


def unpacked(content: bytes) -> Mapping[str, bytes]:
    """Every text and description in a zip, by name. Pictures and recordings are passed over."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return dict(read_in(archive))
    except DAMAGED as wrong:
        raise CannotRead(NOT_A_PROJECT) from wrong


WANTED = (".qde", ".txt")


def read_in(archive: ZipFile):
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise CannotRead(f"The file holds {len(entries)} parts; at most {MOST_ENTRIES} are read.")
    room = MOST_UNPACKED
    for entry in entries:
        if not entry.filename.lower().endswith(WANTED):
            continue
        with archive.open(entry) as part:
            read = part.read(room + 1)  # what an entry says of its size may be wrong
        room -= len(read)
        if room < 0:
            raise CannotRead(
                f"Unpacked, the file is larger than {MOST_UNPACKED // 1_000_000} MB. Nothing was "
                "read. Export it without pictures and recordings."
            )
        yield entry.filename.replace("\\", "/"), read


def parsed(content: bytes, what: str):
    """The root of an XML file that refers to nothing outside itself."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise CannotRead(f"{what} is not well-formed XML: {wrong}. Export it again.") from wrong
    if root.getroottree().docinfo.doctype:
        raise CannotRead(
            f"{what} declares entities, which no REFI-QDA file needs and which can do harm. "
            "Nothing was read."
        )
    return root
