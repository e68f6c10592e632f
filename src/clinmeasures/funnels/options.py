"""What a funnel may be asked for, and refusals in words."""

from collections.abc import Sequence

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.funnels.limits import METHODS

KINDS = ("SR", "PR", "RC")
OVERDISPERSION = ("none", "additive", "multiplicative")
TRIMS = ("winsorise", "truncate", "none")
TRANSFORMS = ("sqrt", "log")
LIMITS = (95.0, 99.8)
MIN_UNITS = 10


def refuse_unknown(what: str, given: str, known: Sequence[str]) -> None:
    """Raise BadInput for a word that is none of the known ones, and list those."""
    if given not in known:
        raise BadInput(f"{what} {given!r} is not known; use one of {', '.join(known)}.")


def refuse_impossible(
    *,
    overdispersion: str,
    trim: str,
    trim_at: float,
    limits: Sequence[float],
) -> None:
    """Options that every funnel has."""
    refuse_unknown("over-dispersion", overdispersion, OVERDISPERSION)
    refuse_unknown("trim", trim, TRIMS)
    if not 0 < trim_at < 0.5:
        raise BadInput(f"trimming {trim_at} at each end leaves nothing; give a share below 0.5.")
    for percentage in limits:
        if not 0 < percentage < 100:
            raise BadInput(f"limits of {percentage:g}% cannot be drawn; give 95, 99.8 or so.")


def refuse_standards(*, target: float | None, pool_tau2: float | None) -> None:
    """What units are compared with, where the caller sets it."""
    if target is not None and not (np.isfinite(target) and target > 0):
        raise BadInput(f"the target {target:g} is not above 0; give one in the rate's own unit.")
    if pool_tau2 is not None and not (np.isfinite(pool_tau2) and pool_tau2 >= 0):
        raise BadInput(f"the pool's tau squared {pool_tau2:g} is not 0 or more; check it.")


def method_of(kind: str, given: str | None, target: float) -> str:
    """How limits of chance alone are worked out; the kind's first where none is asked for."""
    refuse_unknown("type", kind, KINDS)
    method = given or METHODS[kind][0]
    if method not in METHODS[kind]:
        known = ", ".join(METHODS[kind])
        raise BadInput(f"method {method!r} is not one for type {kind}; use {known}.")
    if kind == "PR" and target > 1:
        raise BadInput(f"the target {target:g} is not a proportion; give one of at most 1.")
    return method
