"""How well a report's comparison tells its units apart, in words and in a column."""

from collections.abc import Sequence

from clinmeasures.frames import Floats
from clinmeasures.funnels import Funnel
from clinmeasures.reliability import Reliability, reliability
from clinmeasures.wording import in_figures, reliability_of_all, smallest_seen
from clinmeasures.wording.telling_apart import below_rounded


def reliability_between(units: Sequence[str], events: Floats, cases: Floats) -> Reliability | None:
    """Of proportions of whole cases; shares of cases have no method."""
    if (events % 1).any() or (cases % 1).any():
        return None
    return reliability(None, unit=list(units), numerator=events, denominator=cases)


def reliability_of_values(units: Sequence[str], values: Floats) -> Reliability:
    """Of means, from one value a row (NaN unknown), by units in order of first appearance."""
    return reliability(None, unit=list(units), value=values, kind="mean")


def reliability_column(found: Reliability | None) -> list[str]:
    """Each unit's with its 95% interval ("none" without cases); empty where it is not known."""
    if found is None or found.between is None:
        return []
    return [
        f"{below_rounded(share)} ({in_figures(low, 2)} to {in_figures(high, 2)})" if n else "none"
        for n, share, low, high in zip(
            *(each.tolist() for each in (found.n, found.reliability, found.lower, found.upper)),
            strict=True,
        )
    ]


def said_of(
    found: Reliability | None, limits: Funnel | None, *, case_word: str, unit_word: str
) -> tuple[str, ...]:
    """Who is told apart from the others, and what the fewest and the most cases could show."""
    said = [reliability_of_all(found, case_word=case_word, unit_word=unit_word)]
    if limits is not None:
        there = limits.denominator[limits.denominator > 0]
        volumes = sorted({float(there.min()), float(there.max())})
        said += [smallest_seen(n, limits.target, case_word=case_word) for n in volumes]
    return tuple(said)
