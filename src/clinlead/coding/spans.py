"""Passages of a text, by the characters at which they begin and end. Pure.

Positions count Unicode code points from 0, as REFI-QDA does and as Python does: an emoji is one,
and a letter with its accent is one or two, as it was typed. The end is the first character after.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

WORD = re.compile(r"\w+|\W")  # every character is in one


class BadSpan(Exception):
    """A passage that is not in the text; the message says where it should have been."""


@dataclass(frozen=True, order=True)
class Span:
    start: int
    end: int

    def overlaps(self, other: "Span") -> int:
        """How many characters both have."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def joined(self, other: "Span") -> "Span":
        """From where the first begins to where the last ends."""
        return Span(min(self.start, other.start), max(self.end, other.end))


def checked(start: int, end: int, text: str) -> Span:
    """A passage of this text that has words in it, without the blanks around them."""
    if not 0 <= start < end <= len(text):
        raise BadSpan(
            f"The passage from {start} to {end} is not in a text of {len(text)} characters."
        )
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    if start >= end:
        raise BadSpan("The passage has no words. Choose some before you code.")
    return Span(start, end)


def lines_of(text: str) -> list[Span]:
    """Every line that has words, in order, without its end."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found


def lines_touched(lines: list[Span], span: Span) -> range:
    """The places of the lines of which a passage has some words."""
    first = max(0, bisect_right(lines, span.start, key=lambda line: line.start) - 1)
    while first < len(lines) and not lines[first].overlaps(span):
        first += 1
    last = first
    while last < len(lines) and lines[last].overlaps(span):
        last += 1
    return range(first, last)


@dataclass(frozen=True)
class Piece:
    """Words that have the same marks throughout."""

    start: int
    text: str
    marks: tuple[int, ...]  # places in the list of spans that was given

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def pieces(text: str, line: Span, spans: Iterable[Span]) -> Iterator[Piece]:
    """A line cut wherever a passage begins or ends, so that passages may overlap."""
    marked = [(n, span) for n, span in enumerate(spans) if span.overlaps(line)]
    inside = {min(max(at, line.start), line.end) for _, s in marked for at in (s.start, s.end)}
    cuts = sorted({line.start, line.end} | inside)
    for start, end in pairwise(cuts):
        here = tuple(n for n, span in marked if span.start <= start and end <= span.end)
        yield Piece(start, text[start:end], here)


def from_lines(text: str, first: int, last: int, words: str = "") -> Span:
    """Some lines, numbered from 1, or the words quoted from them: for whoever cannot select."""
    lines = lines_of(text)
    if not 1 <= first <= last <= len(lines):
        raise BadSpan(f"The text has lines 1 to {len(lines)}. Give the first, and a last after it.")
    whole = Span(lines[first - 1].start, lines[last - 1].end)
    if not words.strip():
        return whole
    at = text.find(words.strip(), whole.start, whole.end)
    if at < 0:
        raise BadSpan("These words are not in those lines. Copy them exactly as they stand.")
    return Span(at, at + len(words.strip()))


def carried(old: str, new: str, spans: Iterable[Span]) -> list[Span | None]:
    """Where passages of an older text are in a newer one; None where their words are gone.

    Lines that stayed carry their passages along; in changed ones the words that stayed do.
    """
    place = placing(old, new)
    found: list[Span | None] = []
    for span in spans:
        start, end = place(span.start, before=False), place(span.end, before=True)
        found.append(Span(start, end) if new[start:end].strip() else None)
    return found


def placing(old: str, new: str) -> "Placed":
    """How each position of an older text moved."""
    lines = [text.splitlines(keepends=True) for text in (old, new)]
    blocks = []
    for start_old, start_new, was, now in stretches(*lines):
        if was == now:
            blocks.append((start_old, start_new, len(was)))
            continue
        words = [WORD.findall(text) for text in (was, now)]
        blocks += [
            (start_old + a, start_new + b, len(one))
            for a, b, one, other in stretches(*words)
            if one == other
        ]
    return Placed(blocks, len(new))


def stretches(before: list[str], after: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """Pieces of two texts that stayed or changed, in order, with where each begins."""
    at_old = [0, *accumulate(map(len, before))]
    at_new = [0, *accumulate(map(len, after))]
    for _, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        yield at_old[a], at_new[c], "".join(before[a:b]), "".join(after[c:d])


@dataclass(frozen=True)
class Placed:
    """Stretches that stayed, in order."""

    blocks: list[tuple[int, int, int]]
    length: int

    def __call__(self, position: int, *, before: bool) -> int:
        """A position in the newer text; of words that went, the nearest before or after."""
        last = 0
        for old, new, size in self.blocks:
            if position < old or (position == old and before):
                return last if before else new
            if position < old + size or (position == old + size and before):
                return new + position - old
            last = new + size
        return last if before else self.length
