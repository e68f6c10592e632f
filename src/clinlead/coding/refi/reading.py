"""Reading projects and codebooks that another program wrote, whatever version of the format."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from clinlead.coding.refi.archive import NOT_A_PROJECT, parsed, unpacked
from clinlead.coding.refi.elements import (
    Element,
    each,
    first,
    guid_of,
    local,
    moment,
    shown,
    target,
    words,
)
from clinlead.coding.refi.positions import Place, Quoted, normalised, places
from clinlead.coding.refi.project import (
    CannotRead,
    CodeFound,
    CodingFound,
    NoteFound,
    Project,
    SourceFound,
)

Ends = tuple[str | None, str | None]  # as the file has them
INTERNAL = "internal://"
COLOUR = re.compile("#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?")
WITHIN = ("Representation", "Transcript")  # the text of a PDF, of a recording
SELECTIONS = ("PlainTextSelection", "TranscriptSelection")


def read_project(content: bytes) -> Project:
    """A whole project, or a sentence that says what is wrong with it."""
    files = unpacked(content)
    described = next((name for name in files if name.lower().endswith(".qde")), None)
    if described is None:
        raise CannotRead(NOT_A_PROJECT)
    root = parsed(files[described], described)
    if local(root) != "Project":
        raise CannotRead(NOT_A_PROJECT)
    return Reading(root, files).project()


def read_codebook(content: bytes) -> list[CodeFound]:
    """The codes of a codebook (.qdc), each after the one above it."""
    root = parsed(content, "The codebook")
    if local(root) != "CodeBook":
        raise CannotRead("This is not a REFI-QDA codebook (.qdc).")
    codes = list(codes_in(root))
    return by_prefix(codes) if (root.get("origin") or "").startswith("Taguette") else codes


def by_prefix(codes: list[CodeFound]) -> list[CodeFound]:
    """Taguette keeps a tree in the names: “trust.data” stands below “trust”."""
    guids = {code.name: code.guid for code in codes}
    return [replace(code, parent=guids.get(code.name.rpartition(".")[0], "")) for code in codes]


def quoted_in(selections: Iterable[Element]) -> list[Quoted]:
    """Where each begins, and what it says that it quotes."""
    begun = [(each.get("startPosition") or "", each.get("name") or "") for each in selections]
    return [(int(start), words) for start, words in begun if start.isdecimal() and words]


def ends_of(selection: Element, points: Mapping[str, str | None]) -> Ends:
    """Where it begins and ends: in a transcript by the points at which it is tied to the time."""
    if local(selection) == "TranscriptSelection":
        begin, stop = guid_of(selection, "fromSyncPoint"), guid_of(selection, "toSyncPoint")
        return points.get(begin), points.get(stop)
    return selection.get("startPosition"), selection.get("endPosition")


def codes_in(book: Element | None) -> Iterator[CodeFound]:
    def below(parent: Element, above: str) -> Iterator[CodeFound]:
        for code in each(parent, "Code"):
            if not (guid := guid_of(code)) or not (code.get("name") or "").strip():
                raise CannotRead("A code has no name or no guid. Export the file again.")
            yield CodeFound(
                guid=guid,
                name=code.get("name").strip(),
                definition=words(code, "Description"),
                parent=above,
                colour=colour_of(code.get("color") or ""),
                codable=code.get("isCodable") != "false",
            )
            yield from below(code, guid)

    for codes in each(book, "Codes"):
        yield from below(codes, "")


def colour_of(said: str) -> str:
    return said if COLOUR.fullmatch(said) else ""


@dataclass
class Reading:
    """One project while it is read."""

    root: Element
    files: Mapping[str, bytes]
    left: list[str] = field(default_factory=list)
    about: dict[str, dict[str, Any]] = field(default_factory=dict)  # what a note is about
    find: dict[str, Place] = field(default_factory=dict)  # by source
    described: list[NoteFound] = field(default_factory=list)

    def project(self) -> Project:
        codes = list(self.codes())
        known = {code.guid for code in codes}
        sources = [self.source(*found, known) for found in self.texts()]
        self.say_left_out()
        users = each(first(self.root, "Users"), "User")
        return Project(
            name=self.root.get("name") or "",
            origin=self.root.get("origin") or "",
            users={guid_of(user): user.get("name") or "" for user in users},
            codes=codes,
            sources=sources,
            notes=list(self.notes()),
            left=self.left,
        )

    def codes(self) -> Iterator[CodeFound]:
        book = first(self.root, "CodeBook")
        yield from codes_in(book)
        for element in book.iter() if book is not None else ():
            if local(element) == "Code":
                for ref in each(element, "NoteRef"):
                    self.about[target(ref)] = {"code": guid_of(element)}

    def say_left_out(self) -> None:
        """Sources without any text."""
        held, known = first(self.root, "Sources"), [source for source, _ in self.texts()]
        others = sum(local(s) != "" and s not in known for s in (held if held is not None else ()))
        if others == 1:
            self.left.append("1 picture, PDF or recording was left out")
        elif others:
            self.left.append(f"{others} pictures, PDFs or recordings were left out")

    # ---- sources ---------------------------------------------------------------------------------

    def texts(self) -> Iterator[tuple[Element, Element]]:
        """Each source with the element that has its text: of a PDF or a recording one within."""
        held = first(self.root, "Sources")
        for source in held if held is not None else ():
            if local(source) == "TextSource":
                yield source, source
            for text in each(source, *WITHIN):
                if text.get("plainTextPath") or first(text, "PlainTextContent") is not None:
                    yield source, text

    def source(self, holder: Element, element: Element, known: set[str]) -> SourceFound:
        name = element.get("name") or holder.get("name") or "a text without a name"
        guid = guid_of(element)
        raw = self.text_of(element, name)
        text = normalised(raw)
        for ref in each(element, "NoteRef"):
            self.about[target(ref)] = {"source": guid}
        self.describe(element, source=guid)
        codings: list[CodingFound] = []
        selections = list(each(element, *SELECTIONS))
        points = {guid_of(p): p.get("position") for p in each(element, "SyncPoint")}
        find = places(raw, self.root.get("origin") or "", quoted_in(selections))
        self.find[guid] = find
        for selection in selections:
            start, end = self.passage(ends_of(selection, points), name, text, find)
            place = {"source": guid, "start": start, "end": end}
            self.about |= {target(ref): place for ref in each(selection, "NoteRef")}
            self.describe(selection, **place)
            codings += self.codings(selection, start, end, known, name)
        return SourceFound(
            guid=guid, name=name, text=text, codings=codings, values=self.values(holder, element)
        )

    def text_of(self, element: Element, name: str) -> str:
        inside = first(element, "PlainTextContent")
        if inside is not None:
            return inside.text or ""
        path = element.get("plainTextPath") or ""
        if not path.startswith(INTERNAL):
            raise CannotRead(
                f"The text “{name}” is not in the file. Export the project with its sources."
            )
        wanted = path.removeprefix(INTERNAL).rsplit("/", 1)[-1].lower()
        held = (file for at, file in self.files.items() if at.lower().endswith(f"/{wanted}"))
        if (content := next(held, self.files.get(wanted))) is None:
            raise CannotRead(f"The text “{name}” is missing from the file. Export it again.")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise CannotRead(
                f"The text “{name}” is not UTF-8. Export the project again."
            ) from wrong
        if "\x00" in text:
            raise CannotRead(f"The text “{name}” holds what no text has. Export the project again.")
        return text

    def describe(self, element: Element, **about: Any) -> None:
        """QualCoder’s memo on a text or a passage; one that a note says too is not said twice."""
        said = normalised(words(element, "Description")).strip()
        if said and first(element, "NoteRef") is None:
            self.described.append(NoteFound(guid=guid_of(element), text=said, **about))

    def passage(self, ends: Ends, name: str, text: str, find) -> tuple[int, int]:
        begin, stop = ends
        try:
            start, end = find(int(begin or "")), find(int(stop or ""))
        except (TypeError, ValueError) as wrong:
            raise CannotRead(
                f"A passage of “{name}” from “{shown(begin)}” to “{shown(stop)}” has no position."
            ) from wrong
        if start is None or end is None or not 0 <= start < end <= len(text):
            raise CannotRead(
                f"A passage of “{name}” from {shown(begin)} to {shown(stop)} is outside its text "
                f"of {len(text)} characters. The text was changed after it was coded, or the file "
                "is damaged."
            )
        return start, end

    def codings(
        self, selection: Element, start: int, end: int, known: set[str], name: str
    ) -> Iterator[CodingFound]:
        for coding in each(selection, "Coding"):
            for ref in each(coding, "CodeRef"):
                if target(ref) not in known:
                    raise CannotRead(
                        f"A passage of “{name}” has a code that is not in the codebook."
                    )
                yield CodingFound(
                    guid=guid_of(coding),
                    code=target(ref),
                    start=start,
                    end=end,
                    user=guid_of(coding, "creatingUser") or guid_of(selection, "creatingUser"),
                    at=moment(coding.get("creationDateTime")),
                )

    # ---- what is known of whoever said it --------------------------------------------------------

    @cached_property
    def cases(self) -> dict[str, list[Element]]:
        """By the source that they refer to."""
        found: dict[str, list[Element]] = {}
        for case in each(first(self.root, "Cases"), "Case"):
            for ref in each(case, "SourceRef"):
                found.setdefault(target(ref), []).append(case)
        return found

    def values(self, holder: Element, element: Element) -> dict[str, str]:
        """Of the source itself, and of the cases that refer to it or to its text."""
        names = {
            guid_of(v): v.get("name") or "" for v in each(first(self.root, "Variables"), "Variable")
        }
        guids = dict.fromkeys(map(guid_of, (holder, element)))
        holders = [holder, *(case for guid in guids for case in self.cases.get(guid, ()))]
        found: dict[str, str] = {}
        for value in (v for holder in holders for v in each(holder, "VariableValue")):
            ref = first(value, "VariableRef")
            said = next((v.text or "" for v in value if local(v).endswith("Value")), "")
            if ref is not None and names.get(target(ref)) and said:
                found[names[target(ref)]] = said.strip()
        return found

    def notes(self) -> Iterator[NoteFound]:
        for note in each(first(self.root, "Notes"), "Note"):
            name = note.get("name") or "a note"
            text = normalised(self.text_of(note, name)).strip()
            if text:
                about = self.about.get(guid_of(note), {})
                yield NoteFound(guid=guid_of(note), text=text, **about, **self.within(note, about))
        yield from self.described

    def within(self, note: Element, about: Mapping[str, Any]) -> dict[str, Any]:
        """QualCoder says the passage inside of the note, and in the source only that there is one.
        A passage outside of the text is none: the note is then about the whole."""
        inside, find = first(note, "PlainTextSelection"), self.find.get(about.get("source", ""))
        if inside is None or find is None or "start" in about:
            return {}
        said = [inside.get(name) or "" for name in ("startPosition", "endPosition")]
        start, end = (find(int(each)) if each.isdecimal() else None for each in said)
        return {"start": start, "end": end} if start is not None and end and start < end else {}
