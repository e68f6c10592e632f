"""Writing projects (.qdpx) and codebooks (.qdc), valid by the standard's schema."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from clinlead.coding.refi.project import (
    CODEBOOK,
    PROJECT,
    CodeFound,
    CodingFound,
    NoteFound,
    Project,
    SourceFound,
)

PROJECT_FILE = "project.qde"
SOURCES = "Sources"
NOT_IN_XML = re.compile("[^\t\n\x20-\ufffd\U00010000-\U0010ffff]")


def write_project(project: Project, *, at: datetime) -> bytes:
    """A zip with the project's description and each text as a file of its own, in UTF-8.

    Equal content and time give equal bytes.
    """
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        put(archive, PROJECT_FILE, as_xml(project_element(project, at)), at)
        for source in project.sources:
            put(archive, f"{SOURCES}/{source.guid}.txt", source.text.encode(), at)
    return stream.getvalue()


def put(archive: ZipFile, name: str, content: bytes, at: datetime) -> None:
    info = ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    archive.writestr(info, content)


def write_codebook(codes: Sequence[CodeFound], *, origin: str) -> bytes:
    root = etree.Element(tag("CodeBook", CODEBOOK), {"origin": origin}, nsmap={None: CODEBOOK})
    add_codes(root, codes, {}, CODEBOOK)
    return as_xml(root)


def as_xml(root) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def tag(name: str, space: str = PROJECT) -> str:
    return f"{{{space}}}{name}"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def project_element(project: Project, at: datetime):
    root = etree.Element(
        tag("Project"),
        {
            "name": plain(project.name),
            "origin": project.origin,
            "creationDateTime": moment(at),
        },
        nsmap={None: PROJECT},
    )
    if project.users:
        users = etree.SubElement(root, tag("Users"))
        for guid, name in project.users.items():
            etree.SubElement(users, tag("User"), guid=guid, name=plain(name))
    notes = notes_by_target(project.notes)
    if project.codes:
        add_codes(etree.SubElement(root, tag("CodeBook")), project.codes, notes, PROJECT)
    names = list(dict.fromkeys(name for s in project.sources for name in s.values))
    if names:
        add_variables(root, names)
        add_cases(root, project.sources)
    if project.sources:
        sources = etree.SubElement(root, tag("Sources"))
        for source in project.sources:
            add_source(sources, source, project.notes)
    add_notes(root, project.notes, at)
    return root


def notes_by_target(notes: Sequence[NoteFound]) -> Mapping[str, list[str]]:
    """The notes on codes, by the code’s guid."""
    found: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        if note.code:
            found[note.code].append(note.guid)
    return found


def add_codes(book, codes: Sequence[CodeFound], notes: Mapping[str, list[str]], space: str) -> None:
    below: dict[str, list[CodeFound]] = defaultdict(list)
    known = {code.guid for code in codes}
    for code in codes:
        below[code.parent if code.parent in known else ""].append(code)

    def add(parent, code: CodeFound) -> None:
        given = {"guid": code.guid, "name": plain(code.name)}
        given["isCodable"] = "true" if code.codable else "false"
        if code.colour:
            given["color"] = code.colour
        element = etree.SubElement(parent, tag("Code", space), given)
        if code.definition:
            etree.SubElement(element, tag("Description", space)).text = plain(code.definition)
        for guid in notes.get(code.guid, ()):
            etree.SubElement(element, tag("NoteRef", space), targetGUID=guid)
        for each in below[code.guid]:
            add(element, each)

    held = etree.SubElement(book, tag("Codes", space))
    for code in below[""]:
        add(held, code)


def variable(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"variable {name}"))


def add_variables(root, names: Sequence[str]) -> None:
    held = etree.SubElement(root, tag("Variables"))
    for name in names:
        given = {"guid": variable(name), "name": name, "typeOfVariable": "Text"}
        etree.SubElement(held, tag("Variable"), given)


def add_cases(root, sources: Sequence[SourceFound]) -> None:
    """A case a source: whoever said it, with what is known of them."""
    held = etree.SubElement(root, tag("Cases"))
    for source in sources:
        guid = str(uuid5(NAMESPACE_URL, f"case {source.guid}"))
        case = etree.SubElement(held, tag("Case"), guid=guid, name=plain(source.name))
        for name, value in source.values.items():
            given = etree.SubElement(case, tag("VariableValue"))
            etree.SubElement(given, tag("VariableRef"), targetGUID=variable(name))
            etree.SubElement(given, tag("TextValue")).text = plain(value)
        etree.SubElement(case, tag("SourceRef"), targetGUID=source.guid)


Place = tuple[int, int, str]  # from, to, and whose: other programs know a passage by its coder


def add_source(sources, source: SourceFound, notes: Sequence[NoteFound]) -> None:
    element = etree.SubElement(
        sources,
        tag("TextSource"),
        guid=source.guid,
        name=plain(source.name),
        plainTextPath=f"internal://{source.guid}.txt",
    )
    mine = [note for note in notes if note.source == source.guid]
    passages: dict[Place, tuple[list[CodingFound], list[NoteFound]]] = defaultdict(lambda: ([], []))
    for coding in source.codings:
        passages[coding.start, coding.end, coding.user][0].append(coding)
    for note in mine:
        if note.start is not None and note.end is not None:
            passages[note.start, note.end, ""][1].append(note)
    for place, (codings, about) in sorted(passages.items()):
        add_selection(element, source, place, codings, about)
    for note in mine:
        if note.start is None:
            etree.SubElement(element, tag("NoteRef"), targetGUID=note.guid)


def add_selection(
    element,
    source: SourceFound,
    place: Place,
    codings: Sequence[CodingFound],
    about: Sequence[NoteFound],
) -> None:
    start, end, user = place
    given = {
        "guid": str(uuid5(NAMESPACE_URL, f"passage {source.guid} {start} {end} {user}".strip())),
        "name": plain(source.text[start : min(end, start + 50)]),
        "startPosition": str(start),
        "endPosition": str(end),
        **by_whom(user, min((c.at for c in codings if c.at), default=None)),
    }
    selection = etree.SubElement(element, tag("PlainTextSelection"), given)
    if about and not codings:  # who reads no notes of a passage reads what it is described by
        words = plain("\n\n".join(note.text for note in about))
        etree.SubElement(selection, tag("Description")).text = words
    for coding in codings:
        more = {"guid": coding.guid, **by_whom(coding.user, coding.at)}
        made = etree.SubElement(selection, tag("Coding"), more)
        etree.SubElement(made, tag("CodeRef"), targetGUID=coding.code)
    for note in about:
        etree.SubElement(selection, tag("NoteRef"), targetGUID=note.guid)


def by_whom(user: str, at: datetime | None) -> dict[str, str]:
    given = {"creatingUser": user} if user else {}
    return {**given, "creationDateTime": moment(at)} if at else given


def add_notes(root, notes: Sequence[NoteFound], at: datetime) -> None:
    if not notes:
        return
    held = etree.SubElement(root, tag("Notes"))
    for number, note in enumerate(notes, start=1):
        given = {"guid": note.guid, "name": f"Memo {number}", "creationDateTime": moment(at)}
        made = etree.SubElement(held, tag("Note"), given)
        etree.SubElement(made, tag("PlainTextContent")).text = plain(note.text)
    for note in notes:
        if not (note.code or note.source):
            etree.SubElement(root, tag("NoteRef"), targetGUID=note.guid)
