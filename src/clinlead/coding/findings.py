"""What a study found, ready to be shown: themes with their tables, quotes and exclusions. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clinlead.coding.counting import GROUPS, IN_WORDS, ONE, Case, Counted


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Somebody invited, and what became of it."""

    group: str
    role: str = ""
    level: str = ""
    interviewed: bool = False
    because: str = ""  # why not
    finished: bool = False  # what they said is coded


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Who was invited, who took part, and who did not."""

    invitations: Sequence[Invitation]

    @property
    def invited(self) -> int:
        return len(self.invitations)

    @property
    def interviewed(self) -> int:
        return sum(each.interviewed for each in self.invitations)

    def in_group(self, group: str) -> int:
        return sum(each.interviewed and each.group == group for each in self.invitations)

    @property
    def exclusions(self) -> list[str]:
        """Everybody who is in no count, and why, so that the numbers add up."""
        because = Counter(e.because for e in self.invitations if not e.interviewed and e.because)
        silent = sum(not e.interviewed and not e.because for e in self.invitations)
        waiting = sum(e.interviewed and not e.finished for e in self.invitations)
        lines = [f"{n} of {self.invited} invited: {why}" for why, n in sorted(because.items())]
        if silent:
            lines.append(f"{silent} of {self.invited} invited: not interviewed")
        if waiting:
            lines.append(f"{waiting} of {self.interviewed} interviewed: not coded to the end yet")
        return lines

    def sentence(self) -> str:
        numbers = {group: self.in_group(group) for group in GROUPS}
        groups = ", ".join(
            f"{n} {(ONE if n == 1 else IN_WORDS)[g]}" for g, n in numbers.items() if n
        )
        return f"{self.interviewed} of {self.invited} invited were interviewed: {groups or 'none'}."


@dataclass(frozen=True, kw_only=True)
class RowFound:
    """One line of a theme's table."""

    code: str
    counted: Counted
    among: str  # what the denominator counts
    note: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)  # why, and how many
    key: int = 0

    @property
    def share(self) -> str:
        return f"{self.counted.n}/{self.counted.of}"

    @property
    def percent(self) -> str:
        return "–" if self.counted.share is None else f"{100 * self.counted.share:.0f}%"

    @property
    def interval(self) -> str:
        if self.counted.lower is None or self.counted.upper is None:
            return "–"
        return f"{100 * self.counted.lower:.0f} to {100 * self.counted.upper:.0f}%"

    @property
    def remarks(self) -> str:
        """What has to be known of this row alone."""
        out = [f"{n} left out: {why}" for why, n in self.left_out.items()]
        return ". ".join([*out, self.note] if self.note else out)


@dataclass(frozen=True, kw_only=True)
class QuoteFound:
    """Words somebody said, under a label of this theme."""

    words: str
    who: str
    code: str
    key: int = 0


@dataclass(frozen=True, kw_only=True)
class ThemeFound:
    number: int
    title: str
    summary: str
    rows: Sequence[RowFound] = ()
    quotes: Sequence[QuoteFound] = ()
    key: int = 0


TABLE = ("Code", "n/N", "%", "95% interval", "N counts", "Remarks")


def as_table(rows: Iterable[RowFound]) -> list[list[str]]:
    """As page, paper and document have it."""
    return [[r.code, r.share, r.percent, r.interval, r.among, r.remarks] for r in rows]


def quoted(cases: Iterable[Case], keys: Iterable[int]) -> list[Case]:
    """The cases of these keys."""
    by_key = {case.key: case for case in cases}
    return [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
