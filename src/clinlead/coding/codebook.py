"""The codebook as a tree, and what changed from one version to the next. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class BadCodebook(Exception):
    """The codes do not make a tree; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A code as a version of the codebook has it."""

    guid: str
    name: str
    definition: str = ""
    parent: str = ""  # the guid of the code above

    def as_content(self) -> dict[str, str]:
        return dict(vars(self))


def entries(content: Sequence[Mapping[str, Any]]) -> list[Entry]:
    return [Entry(**one) for one in content]


@dataclass(frozen=True)
class Placed:
    """A code with how deep it stands."""

    entry: Entry
    depth: int


def tree(codes: Collection[Entry]) -> list[Placed]:
    """Every code once, each below the one above it, in the order given."""
    below: dict[str, list[Entry]] = {}
    for code in codes:
        below.setdefault(code.parent, []).append(code)
    found = list(descended(below, "", 0))
    if len(found) != len(codes):
        lost = next(c for c in codes if c not in {p.entry for p in found})
        raise BadCodebook(f"The code “{lost.name}” stands below itself, or below one not there.")
    return found


def descended(below: Mapping[str, list[Entry]], guid: str, depth: int) -> Iterator[Placed]:
    for code in below.get(guid, ()):
        yield Placed(code, depth)
        yield from descended(below, code.guid, depth + 1)


def would_circle(codes: Collection[Entry], guid: str, parent: str) -> bool:
    """Whether a code would come to stand below itself."""
    above = {code.guid: code.parent for code in codes}
    while parent:
        if parent == guid:
            return True
        parent = above.get(parent, "")
    return False


def changes(before: Collection[Entry], after: Collection[Entry]) -> list[str]:
    """What is different, in sentences."""
    old, new = {c.guid: c for c in before}, {c.guid: c for c in after}
    return [
        *(f"New: “{c.name}”" for g, c in new.items() if g not in old),
        *(f"Retired: “{c.name}”" for g, c in old.items() if g not in new),
        *(line for g, c in new.items() if g in old for line in differing(old[g], c, new)),
    ]


def differing(old: Entry, new: Entry, all_new: Mapping[str, Entry]) -> Iterator[str]:
    if old.name != new.name:
        yield f"“{old.name}” is now “{new.name}”"
    if old.definition != new.definition:
        yield f"“{new.name}” is defined anew"
    if old.parent != new.parent:
        above = all_new.get(new.parent)
        yield f"“{new.name}” stands below “{above.name}”" if above else f"“{new.name}” stands alone"
