"""Two coders side by side: how far they agree, and where they do not. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clinlead.coding.spans import Span, lines_of, lines_touched
from clinmeasures.agreement import Agreement, agreement

NOTHING = ""  # a line that a coder read and gave no code; codes are numbers


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A code on a passage, as one coder gave it."""

    key: int
    code: int
    span: Span


class Likeness(StrEnum):
    SAME = "the same"
    OTHER_WORDS = "the same code on other words"
    FIRST_ONLY = "only the first coder"
    SECOND_ONLY = "only the second coder"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What the two coders did about one code in one place."""

    code: int
    first: Mark | None = None
    second: Mark | None = None

    @property
    def likeness(self) -> Likeness:
        if self.first is None:
            return Likeness.SECOND_ONLY
        if self.second is None:
            return Likeness.FIRST_ONLY
        same = self.first.span == self.second.span
        return Likeness.SAME if same else Likeness.OTHER_WORDS

    @property
    def span(self) -> Span:
        """All the words that either meant."""
        spans = [mark.span for mark in (self.first, self.second) if mark]
        return spans[0].joined(spans[-1])


def paired(first: Sequence[Mark], second: Sequence[Mark]) -> list[Pair]:
    """Every mark once, with the other's mark of the same code that has most words in common."""
    left, found = list(second), []
    for mark in sorted(first, key=lambda m: (m.span, m.code)):
        other = likest(mark, left)
        if other:
            left.remove(other)
        found.append(Pair(code=mark.code, first=mark, second=other))
    found += [Pair(code=mark.code, second=mark) for mark in left]
    return sorted(found, key=lambda pair: (pair.span, pair.code))


def likest(mark: Mark, others: Iterable[Mark]) -> Mark | None:
    near = [o for o in others if o.code == mark.code and o.span.overlaps(mark.span)]
    return max(near, key=lambda o: (o.span.overlaps(mark.span), -o.span.start), default=None)


class Choice(StrEnum):
    """What was decided about a difference."""

    FIRST = "as the first coder"
    SECOND = "as the second coder"
    ALL = "all the words of both"
    NEITHER = "not coded"


def choices_for(pair: Pair) -> list[Choice]:
    """What can be decided about a pair; nothing where both did the same."""
    match pair.likeness:
        case Likeness.SAME:
            return []
        case Likeness.OTHER_WORDS:
            return list(Choice)
        case Likeness.FIRST_ONLY:
            return [Choice.FIRST, Choice.NEITHER]
        case Likeness.SECOND_ONLY:
            return [Choice.SECOND, Choice.NEITHER]


def settled(pair: Pair, choice: Choice) -> Span | None:
    """The words that stay coded after a decision."""
    match choice:
        case Choice.FIRST:
            return pair.first.span if pair.first else None
        case Choice.SECOND:
            return pair.second.span if pair.second else None
        case Choice.ALL:
            return pair.span
        case Choice.NEITHER:
            return None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One text that both have finished, with what each of them marked."""

    key: int
    text: str
    by_coder: tuple[Sequence[Mark], Sequence[Mark]]


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """How far two coders agree, code by code, line by line."""

    lines: int
    codes: Mapping[int, Agreement]
    overall: Agreement


def agreed(readings: Collection[Reading]) -> Agreed | None:
    """Per code, applied or not to each line; None where there is nothing that both coded."""
    rows = [row for reading in readings for row in rows_of(reading)]
    if not any(code for _, _, code in rows):
        return None
    items, coders, codes = zip(*rows, strict=True)
    found = agreement(None, item=items, coder=coders, code=[code or "none" for code in codes])
    each = {int(code): value for code, value in found.codes.items() if code != "none"}
    return Agreed(lines=found.items, codes=each, overall=found.overall)


def rows_of(reading: Reading) -> Iterable[tuple[str, str, str]]:
    """Item, coder and code: a row a code that a coder gave a line, or one that says none."""
    lines = lines_of(reading.text)
    for coder, marks in enumerate(reading.by_coder):
        given: dict[int, set[int]] = {place: set() for place in range(len(lines))}
        for mark in marks:
            for place in lines_touched(lines, mark.span):
                given[place].add(mark.code)
        for place, codes in given.items():
            for code in [str(code) for code in sorted(codes)] or [NOTHING]:
                yield f"{reading.key}:{place}", str(coder), code
