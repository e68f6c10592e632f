"""Passages of a text, by the characters at which they begin and end. Pure.

Positions count Unicode code points from 0, as REFI-QDA does and as Python does: an emoji is one,
and a letter with its accent is one or two, as it was typed. The end is the first character after.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise


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
    first = max(0, bisect_right([line.start for line in lines], span.start) - 1)
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
