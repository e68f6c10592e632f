"""What a profile holds, and its shapes for documents and data frames."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.frames import Booleans, Floats, Integers, like

FEW_PROVIDERS = 10  # below which the variance between them is hardly known
FEW_EXPECTED = 20  # events, below which limits of shrunken effects hold less than they promise


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """Of a covariate, on the link's scale."""

    term: str
    estimate: float
    se: float


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Providers beside the standard, in the order in which they first appear. Arrays (n,).

    Each is compared with the standard, never with another: their patients differ. A provider with
    no complete row has n = 0 and NaN.
    """

    family: str
    effects: str
    test: str
    level: float
    null: float
    coefficients: list[Coefficient]
    between_variance: float | None
    residual_variance: float | None
    provider: list[str]
    n: Integers
    observed: Floats
    expected: Floats
    effect: Floats
    se: Floats
    effect_lower: Floats
    effect_upper: Floats
    indirect_ratio: Floats
    direct_ratio: Floats
    ratio_lower: Floats
    ratio_upper: Floats
    p_value: Floats
    flag: list[str | None]
    penalised: Booleans  # whose effect is Firth's: all cases had the event, or none
    left_out: int  # rows with a blank
    given: Any = field(default=None, repr=False)

    def notes(self) -> list[str]:
        """What a reader must know beside the figures, as sentences."""
        said = []
        if self.left_out:
            rows = "1 row" if self.left_out == 1 else f"{self.left_out} rows"
            verb = "was" if self.left_out == 1 else "were"
            said.append(f"{rows} with a blank value {verb} left out.")
        if self.penalised.any():
            said.append(
                f"{int(self.penalised.sum())} providers have the event in all of their cases or in "
                "none: their effects are finite by Firth's penalty, their limits one-sided."
            )
        if self.between_variance == 0:
            said.append(
                "Providers differ no more than by chance: every effect is shrunk to 0, and has no "
                "limits, as theirs would have no width; fixed effects have limits that hold."
            )
        return said + self._of_shrinking()

    def _of_shrinking(self) -> list[str]:
        """Where random effects are drawn from too little."""
        if self.between_variance is None:
            return []
        said, treated = [], self.n > 0
        if treated.sum() < FEW_PROVIDERS:
            said.append(
                f"The variance between providers is drawn from {int(treated.sum())} of them; below "
                f"{FEW_PROVIDERS} it is hardly known. Take it from a larger pool, or read fixed "
                "effects."
            )
        few = int((self.expected[treated] < FEW_EXPECTED).sum())
        if self.between_variance > 0 and few and self.residual_variance is None:
            said.append(
                f"{few} of {int(treated.sum())} providers expect fewer than {FEW_EXPECTED} events: "
                "95% limits of effects shrunk from so few hold the truth as seldom as 90 times in "
                "100; read fixed effects with exact limits, or take a longer period."
            )
        return said

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures providers`: what is missing or infinite is None."""
        columns = self._columns()
        rows = zip(*columns.values(), strict=True)
        return {
            "coefficients": [vars(each) for each in self.coefficients],
            "null": self.null,
            "between_variance": self.between_variance,
            "residual_variance": self.residual_variance,
            "providers": [dict(zip(columns, row, strict=True)) for row in rows],
        }

    def to_frame(self) -> Any:
        """One row a provider, as the kind of frame that came in (Arrow where arrays did)."""
        return like(self._columns(), self.given)

    def _columns(self) -> dict[str, list[Any]]:
        figures = (
            "observed",
            "expected",
            "effect",
            "se",
            "effect_lower",
            "effect_upper",
            "indirect_ratio",
            "direct_ratio",
            "ratio_lower",
            "ratio_upper",
            "p_value",
        )
        return {
            "provider": list(self.provider),
            "n": self.n.tolist(),
            **{name: finite_or_none(getattr(self, name)) for name in figures},
            "flag": list(self.flag),
        }


def finite_or_none(values: Floats) -> list[float | None]:
    """Floats for JSON: what is missing or without end is null."""
    known = np.isfinite(values).tolist()
    return [value if there else None for value, there in zip(values.tolist(), known, strict=True)]
