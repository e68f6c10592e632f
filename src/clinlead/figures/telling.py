"""How well colleagues' figures tell people apart: reliability over tallies already read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from clinlead.figures.expected import (
    spread_among,
    stands_beside,
    volume_words,
    volumes_seen,
)
from clinlead.figures.sums import MILLION, Sums, cases_of
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.funnels import Funnel
from clinmeasures.reliability import Reliability, reliability
from clinmeasures.wording.telling_apart import (
    chance_among,
    reaches,
    reliability_of_all,
    reliability_of_one,
    smallest_seen,
)

KEPT = 512  # comparisons whose reliability a process remembers


@dataclass(frozen=True, kw_only=True)
class Apart:
    """What is honest to say beside a comparison, and whether it may be drawn."""

    drawn: bool
    said: Sequence[str]
    needed: float = 0  # cases that a reliable figure takes, where that is known


def has_method(sums: Sequence[Sums], definition: Definition) -> bool:
    """Whole records with an event or without: of other kinds it is said not to be known."""
    yes_or_no = definition.kind is MeasureKind.PROPORTION or stands_beside(definition)
    return yes_or_no and not any(s.fractional for s in sums)


def reliability_among(
    sums: Sequence[Sums], definition: Definition, threshold: float
) -> Reliability | None:
    """Of each of these, in their order; None where the kind of figure has no method."""
    if not has_method(sums, definition):
        return None
    if stands_beside(definition):
        spread = spread_among(sums, definition)
        counts = tuple((each.observed / spread, each.expected / spread) for each in sums)
        return in_amounts(fitted(counts, threshold, "ratio"), spread)
    return fitted(tuple((each.numerator // MILLION, each.n) for each in sums), threshold)


def in_amounts(found: Reliability, spread: float) -> Reliability:
    """The same with its cases as the amounts (nights) that say as much as so many events."""
    needed = None if found.cases_needed is None else found.cases_needed * spread
    return replace(found, n=found.n * spread, cases_needed=needed)


@lru_cache(maxsize=KEPT)
def fitted(
    counts: tuple[tuple[float, float], ...], threshold: float, kind: str = "proportion"
) -> Reliability:
    """Over events and cases, or events and what was expected: the same are fitted once."""
    return reliability(
        None,
        kind=kind,
        unit=[str(place) for place in range(len(counts))],
        numerator=[events for events, _ in counts],
        denominator=[cases for _, cases in counts],
        threshold=threshold,
    )


def one_apart(
    own: Sums,
    others: Sequence[Sums],
    definition: Definition,
    limits: Funnel | None,
    *,
    threshold: float,
    case_word: str,
) -> Apart:
    """One person's figure among others': drawn unless it is known to be too unreliable."""
    found = reliability_among([own, *others], definition, threshold)
    word = volume_words(definition).removesuffix("s") if stands_beside(definition) else case_word
    said = [reliability_of_one(found, 0, case_word=word)]
    if limits is not None:
        said += [] if stands_beside(definition) else [seen_in(own, limits, case_word)]
        said.append(chance_among(len(limits.units)))
    return Apart(drawn=is_drawn(found, 0), said=said)


def all_apart(
    people: Sequence[Sums],
    definition: Definition,
    limits: Funnel | None,
    *,
    threshold: float,
    case_word: str,
) -> Apart:
    """Everybody's figures side by side: drawn unless nobody's is known to be reliable enough."""
    found = reliability_among(people, definition, threshold)
    word = volume_words(definition).removesuffix("s") if stands_beside(definition) else case_word
    said = [reliability_of_all(found, case_word=word)]
    if limits is not None and stands_beside(definition):
        said += volumes_seen(people, definition)
    elif limits is not None:
        volumes = sorted({min(each.n for each in people), max(each.n for each in people)})
        said += [smallest_seen(n, limits.target, case_word=case_word) for n in volumes]
    drawn = found is None or any(is_drawn(found, place) for place in range(len(people)))
    return Apart(drawn=drawn, said=said, needed=(found and found.cases_needed) or 0)


def seen_in(own: Sums, limits: Funnel, case_word: str) -> str:
    return smallest_seen(cases_of(own), limits.target, case_word=case_word)


def is_drawn(found: Reliability | None, place: int) -> bool:
    """Reliable enough; or not known, and then drawn with that said beside it."""
    return found is None or found.between is None or bool(reaches(found)[place])
