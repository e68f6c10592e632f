"""The arithmetic of the chain: pure, so that anyone can check it without this application."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

START = "0" * 64


def canonical(facts: Mapping[str, object]) -> str:
    """Facts as one text, the same on every machine."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commitment_to(facts: Mapping[str, object], salt: str) -> str:
    """A seal on the facts that says nothing about them without the salt."""
    return hmac.new(bytes.fromhex(salt), canonical(facts).encode(), hashlib.sha256).hexdigest()


def digest_of(number: int, previous: str, commitment: str) -> str:
    """The link: this entry's place, the one before it, and its own seal."""
    return hashlib.sha256(f"{number}\n{previous}\n{commitment}".encode()).hexdigest()


def digest_of_rows(rows: Iterable[tuple[int, tuple[object, ...]]]) -> str:
    """A digest of what entries are found by, for those whose facts are erased."""
    found = hashlib.sha256()
    for number, row in rows:
        found.update(json.dumps([number, *row], separators=(",", ":")).encode())
    return found.hexdigest()


def as_ranges(numbers: Iterable[int]) -> str:
    """1, 2, 3, 7 → "1-3 7": numbers as few words."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)


def numbers_in(ranges: str) -> Iterable[int]:
    """What `as_ranges` says, as numbers again."""
    for run in ranges.split():
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


@dataclass(frozen=True, kw_only=True)
class Link:
    """What verification needs of one entry. Erased facts are None."""

    number: int
    previous: str
    commitment: str
    digest: str
    salt: str
    facts: Mapping[str, object] | None


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold, and why, in words."""

    number: int
    because: str


def first_break(links: Iterable[Link]) -> Broken | None:
    """The first entry that does not fit, oldest first; None when the chain holds."""
    previous = START
    for number, link in enumerate(links, start=1):
        why = why_broken(link, number, previous)
        if why:
            return Broken(link.number, why)
        previous = link.digest
    return None


def why_broken(link: Link, number: int, previous: str) -> str | None:
    if link.number != number:
        return f"entry {number} is missing"
    if link.previous != previous:
        return "it does not follow the entry before it"
    if link.digest != digest_of(link.number, link.previous, link.commitment):
        return "its digest does not match its place and seal"
    if link.facts is not None and link.commitment != commitment_to(link.facts, link.salt):
        return "its facts were changed after they were recorded"
    return None
