"""Who is quoted: CD, CoS or Manager with a number drawn afresh for each theme. Pure.

So that nobody can be followed from one theme to the next, a number belongs to a theme: it comes
from a secret of that theme, and the same person has another in the next.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from clinlead.coding.counting import GROUPS, Case


def labels(draw: str, quoted: Iterable[Case]) -> dict[int, str]:
    """Each quoted case's label in a theme, by the case’s key."""
    found: dict[int, str] = {}
    everyone = {case.key: case for case in quoted}.values()
    for group in GROUPS:
        drawn = sorted((c for c in everyone if c.group == group), key=lambda c: lot(draw, c.key))
        found |= {case.key: f"{group} {place}" for place, case in enumerate(drawn, start=1)}
    return found


def lot(draw: str, key: int) -> str:
    """What a case draws in a theme; nobody without the secret can tell it."""
    return hmac.new(draw.encode(), str(key).encode(), sha256).hexdigest()
