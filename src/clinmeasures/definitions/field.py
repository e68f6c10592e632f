"""One thing that a condition, a value or a case-mix list may name."""

from dataclasses import dataclass

from clinmeasures.activity.record_types import Kind


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing a condition, a value or a case-mix list may name."""

    name: str
    kind: Kind
    words: str  # how it reads in a sentence: "the number of nights from admission to discharge"
    how: str = ""  # how it is computed, for the reference pages; empty for a column of the source
    unit: str = ""  # of a number: minutes, days, hours, years
    reads: tuple[str, ...] = ()  # data sets needed beyond the record's own
    codes: tuple[str, ...] = ()  # the only values that rows hold; empty where any text may stand
    after: bool = False  # what follows the record, so that a measure of it must look ahead

    @property
    def derived(self) -> bool:
        """Whether the engine works it out, rather than reads it."""
        return bool(self.how)

    @property
    def whole(self) -> bool:
        """Whether it holds whole numbers, which is what can be summed exactly."""
        return self.kind is Kind.INTEGER


def whole(name: str, unit: str, words: str, how: str, *reads: str, after: bool = False) -> Field:
    """A derived field of whole numbers."""
    kind = Kind.INTEGER
    return Field(name=name, kind=kind, unit=unit, words=words, how=how, reads=reads, after=after)


def hours(name: str, words: str, how: str, *reads: str, after: bool = False) -> Field:
    """A derived field of hours, with fractions."""
    kind = Kind.DECIMAL
    return Field(name=name, kind=kind, unit="hours", words=words, how=how, reads=reads, after=after)


def text(name: str, words: str, how: str) -> Field:
    """A derived field of words."""
    return Field(name=name, kind=Kind.TEXT, words=words, how=how)


def flag(name: str, words: str, how: str) -> Field:
    """A derived field of yes and no."""
    return Field(name=name, kind=Kind.FLAG, words=words, how=how)
