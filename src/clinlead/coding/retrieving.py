"""Coded passages looked at in other ways: together, by whom, and when nothing new came. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from clinlead.coding.counting import GROUPS, Case
from clinlead.coding.spans import Span


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A code on a passage of one participant's transcript."""

    case: int
    transcript: int
    code: int
    span: Span


def codes_of_cases(cases: Iterable[Case], coded: Iterable[Coded]) -> dict[Case, frozenset[int]]:
    """Each participant with the codes their transcripts were given, those with none as well."""
    given: dict[int, set[int]] = {}
    for each in coded:
        given.setdefault(each.case, set()).add(each.code)
    return {case: frozenset(given.get(case.key, ())) for case in cases}


def together(coded: Collection[Coded]) -> dict[tuple[int, int], int]:
    """For each two codes, how many pairs of passages have words in common."""
    by_transcript: dict[int, list[Coded]] = {}
    for each in coded:
        by_transcript.setdefault(each.transcript, []).append(each)
    found: Counter[tuple[int, int]] = Counter()
    for some in by_transcript.values():
        for one, other in combinations(sorted(some, key=lambda c: c.code), 2):
            if one.code != other.code and one.span.overlaps(other.span):
                found[one.code, other.code] += 1
    return dict(found)


def in_one_case(given: Mapping[Case, frozenset[int]]) -> dict[tuple[int, int], int]:
    """For each two codes, how many participants were given both."""
    found: Counter[tuple[int, int]] = Counter()
    for codes in given.values():
        found.update(combinations(sorted(codes), 2))
    return dict(found)


def by_group(given: Mapping[Case, frozenset[int]], code: int) -> dict[str, tuple[int, int]]:
    """Of each group, how many were given a code, and how many there are."""
    return {
        group: (
            sum(code in codes for case, codes in given.items() if case.group == group),
            sum(case.group == group for case in given),
        )
        for group in GROUPS
    }


@dataclass(frozen=True)
class Step:
    """One transcript more: how many codes it brought, and how many there were then."""

    case: Case
    new: tuple[int, ...]
    so_far: int


def saturation(order: Sequence[Case], given: Mapping[Case, frozenset[int]]) -> list[Step]:
    """New codes with each interview, in the order in which they were held."""
    seen: set[int] = set()
    found = []
    for case in order:
        new = tuple(sorted(given[case] - seen))
        seen |= given[case]
        found.append(Step(case, new, len(seen)))
    return found


BASE, RUN = 4, 2  # interviews of the base, and of each run after it
ENOUGH = 0.05  # of what the base brought


def saturated_after(steps: Sequence[Step]) -> int | None:
    """After how many interviews a run of two brought at most a twentieth of what four had.

    Guest, Namey and Chen 2020, 10.1371/journal.pone.0232076: base of four, run of two, 5%.
    """
    if len(steps) < BASE + RUN or not steps[BASE - 1].so_far:
        return None
    base = steps[BASE - 1].so_far
    for last in range(BASE + RUN - 1, len(steps)):
        new = sum(len(step.new) for step in steps[last - RUN + 1 : last + 1])
        if new / base <= ENOUGH:
            return last + 1
    return None
