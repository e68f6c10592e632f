"""Something somebody may want to do. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from clinlead.access.policies import Reader, Refusal


@dataclass(frozen=True)
class Act:
    """One thing somebody may want to do, and the policy that answers."""

    words: str
    why_not: Callable[[Reader], Refusal | None]
