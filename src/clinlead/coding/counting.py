"""How many of whom: each row of a theme counts within a denominator of its own. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from clinmeasures.intervals import wilson

GROUPS = ("CD", "CoS", "Manager")  # the only names under which anybody is quoted
IN_WORDS = {
    "CD": "clinical directors",
    "CoS": "chiefs of service",
    "Manager": "non-clinical managers",
}
ONE = {"CD": "clinical director", "CoS": "chief of service", "Manager": "non-clinical manager"}
EVERYBODY = "all who were interviewed"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One participant, as findings know them: never by name."""

    key: int
    number: int
    group: str
    role: str = ""
    level: str = ""
    held_on: date | None = None  # the interview


@dataclass(frozen=True, kw_only=True)
class Among:
    """Whom a row counts within: some groups or all, those given another code or not."""

    groups: frozenset[str] = frozenset()  # none named: all
    code: int | None = None
    left_out: frozenset[int] = field(default_factory=frozenset)  # cases, each with a reason

    def has(self, case: Case, codes: Collection[int]) -> bool:
        if case.key in self.left_out or (self.groups and case.group not in self.groups):
            return False
        return self.code is None or self.code in codes

    def in_words(self, code_name: str = "") -> str:
        """What the denominator counts, as the table says it."""
        groups = " and ".join(IN_WORDS[g] for g in GROUPS if g in self.groups)
        if self.code is None:
            return groups or EVERYBODY
        return f"{groups or 'those'} coded “{code_name}”"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """n of N, and the 95% interval of the share where there is one."""

    n: int
    of: int
    lower: float | None
    upper: float | None
    by_group: Mapping[str, tuple[int, int]]  # each group's own n and N

    @property
    def share(self) -> float | None:
        return self.n / self.of if self.of else None


def count(code: int, among: Among, given: Mapping[Case, Collection[int]]) -> Counted:
    """How many of the cases within a denominator were given a code."""
    inside = {case: codes for case, codes in given.items() if among.has(case, codes)}
    n, of = sum(code in codes for codes in inside.values()), len(inside)
    lower, upper = interval(n, of)
    by_group = {
        group: (
            sum(code in codes for case, codes in inside.items() if case.group == group),
            sum(case.group == group for case in inside),
        )
        for group in GROUPS
    }
    return Counted(n=n, of=of, lower=lower, upper=upper, by_group=by_group)


def interval(n: int, of: int) -> tuple[float | None, float | None]:
    """Wilson's; none of nobody."""
    if not of:
        return None, None
    found = wilson([n], [of])
    return float(found.lower[0]), float(found.upper[0])
