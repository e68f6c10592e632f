"""Counts over many people, as those outside the departments may see them: the one way there is."""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings

from clinmeasures.disclosure import disclose
from clinmeasures.wording.units import in_figures

NOT_SHOWN = "not shown, because numbers are small"
KEPT = 256


def counts_shown(counts: Sequence[int]) -> list[str]:
    """The counts and, last, their total; the small hidden, and what would give them away.

    Counts must not overlap. All that is hidden is said alike, for whatever its reason.
    """
    return list(suppressed(tuple(counts), settings.CONFIGURATION.disclosure_rule))


@lru_cache(maxsize=KEPT)
def suppressed(counts: tuple[int, ...], rule: str) -> tuple[str, ...]:
    found = disclose(list(counts), rule=rule)
    about = "about " if found.rule.nearest > 1 else ""
    return tuple(
        NOT_SHOWN if hidden else f"{about if value else ''}{in_figures(value)}"
        for value, hidden in zip(found.shown.tolist(), found.hidden.tolist(), strict=True)
    )
