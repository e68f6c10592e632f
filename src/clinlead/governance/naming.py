"""Names of clinicians in what is written: found, so that the writer is asked, and taken out. Pure.

Minutes are read outside the department without names. A name is a member's whole name, or the
surname with a title before it; single given names are not looked for.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

TITLES = r"(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor)\.?"
SOMEBODY = "a colleague"
SHORTEST = 3  # shorter surnames are words too often


def named_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of these people a text names, in the order given."""
    return [name for name in names if pattern_of(name).search(text)]


def without_names(text: str, names: Iterable[str]) -> str:
    """The same text with each of these people as "a colleague"."""
    for name in names:
        text = pattern_of(name).sub(SOMEBODY, text)
    return text


@lru_cache(maxsize=2000)
def pattern_of(name: str) -> re.Pattern[str]:
    """The whole name, with or without its title; or any title and the surname."""
    bare = re.sub(rf"^{TITLES}\s+", "", name.strip())
    surname = bare.split()[-1] if bare else ""
    ways = [rf"(?:{TITLES}\s+)?{re.escape(bare)}"] if " " in bare else []
    if len(surname) >= SHORTEST:
        ways.append(rf"{TITLES}\s+(?:[A-Z]\.?\s+)?{re.escape(surname)}")
    return re.compile(rf"\b(?:{'|'.join(ways)})\b" if ways else r"(?!)", re.IGNORECASE)
