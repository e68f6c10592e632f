"""What a source of several data sets holds, ready to be checked data set by data set."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from clinmeasures.activity.staged import Staged


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The data sets that a folder holds rows for, and what it holds that no data set takes."""

    source: str  # the name its loads have where nobody says another
    datasets: dict[str, Staged] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)  # data set → why there is no row for it
    notes: tuple[str, ...] = ()


def digest_of(digests: Iterable[str]) -> str:
    """One digest for a source of several files."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
