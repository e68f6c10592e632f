"""How much units differ beyond chance: phi and tau squared (Spiegelhalter 2005)."""

from dataclasses import dataclass

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.funnels.limits import Scores


@dataclass(frozen=True)
class Dispersion:
    """None where it cannot be estimated from so few units."""

    phi: float | None  # mean square of the trimmed z; 1 by chance alone
    tau2: float | None  # variance between units on the transformed scale

    def widened(self, error: Floats, overdispersion: str) -> Floats:
        """A standard error with what units differ by beyond chance, as the limits use it."""
        if not self.widens(overdispersion):
            return error
        if overdispersion == "multiplicative":
            wide: Floats = error * np.sqrt(max(self.phi or 1.0, 1.0))
            return wide
        return np.sqrt(error**2 + (self.tau2 or 0.0))

    def differ(self, overdispersion: str) -> bool:
        """Whether what this kind of over-dispersion needs is more than chance alone makes it."""
        beyond = {"additive": self.tau2 or 0.0, "multiplicative": (self.phi or 0.0) - 1.0}
        return beyond.get(overdispersion, 0.0) > 0.0

    def widens(self, overdispersion: str) -> bool:
        """Whether what this kind of over-dispersion needs is known."""
        needed = {"additive": self.tau2, "multiplicative": self.phi}
        return needed.get(overdispersion) is not None


def dispersion(units: Scores, *, trim: str, trim_at: float, min_units: int) -> Dispersion:
    """Phi and tau squared from the units that have a score.

    `winsorise` pulls the outer z to the quantiles at `trim_at` and 1 - `trim_at`; `truncate`
    leaves the outer ranks out, as the national mortality indicator does.
    """
    known = np.isfinite(units.z)
    z, error = units.z[known], units.error[known]
    if len(z) < max(min_units, 2):
        return Dispersion(None, None)
    if trim == "winsorise":
        z = np.clip(z, *np.quantile(z, [trim_at, 1 - trim_at]))
    elif trim == "truncate":
        kept = _inner(z, trim_at)
        z, error = z[kept], error[kept]
    if len(z) < 2:
        return Dispersion(None, None)
    phi = float(np.mean(z**2))
    weight = 1 / error**2
    spare = float(weight.sum() - (weight**2).sum() / weight.sum())
    excess = len(z) * phi - (len(z) - 1)
    return Dispersion(phi, max(0.0, excess / spare) if spare > 0 else 0.0)


def _inner(z: Floats, trim_at: float) -> np.ndarray:
    """All but the lowest and highest ranks; ranks are cut into 1 / trim_at equal parts.

    Equal z share their mean rank, so that the order of the rows decides nothing.
    """
    _, place, count = np.unique(z, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    parts = round(1 / trim_at)
    part = np.floor(parts * rank / (len(z) + 1))
    return (part > 0) & (part < parts - 1)
