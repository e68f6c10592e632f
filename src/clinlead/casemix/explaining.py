"""One record's risk in words: how probable the event was, and what the model knew. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.casemix.covariates import COVARIATES, OTHER
from clinmeasures.casemix import FrozenModel
from clinmeasures.wording.units import Unit, in_figures

CLOSE = 0.05  # odds within a twentieth of the reference's are said to be the same


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What is said of one record beside one model."""

    title: str
    sentence: str
    parts: Sequence[tuple[str, str]]  # what the model knew, and what that does to the risk
    model: str  # its name and version
    href: str


def per_hundred(risk: float) -> str:
    """Of 100 patients like this one, about 12; rare ones out of a thousand or ten thousand."""
    for many in (100, 1000, 10_000):
        if risk * many >= 0.95:
            return f"about {in_figures(round(risk * many))} of {many:,}"
    return "fewer than 1 of 10,000"


def sentence_of(model: FrozenModel, value: float, *, event: str, unit: Unit) -> str:
    if model.family == "binomial":
        return f"Of patients like this one, {per_hundred(value)} count, as {event}."
    return f"For patients like this one it is {unit.text(value)} on average."


def parts_of(model: FrozenModel, known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each thing the model knew of this patient, with what it does beside the usual level."""
    return [part_of(model, name, known[name]) for name in model.levels]


def part_of(model: FrozenModel, name: str, value: Any) -> tuple[str, str]:
    covariate, levels = COVARIATES[name], model.levels[name]
    label = covariate.label
    if not levels:
        return label, f"{in_figures(float(value))}"
    said = "one of the rarer ones" if value == OTHER else covariate.said(str(value))
    if str(value) == levels[0]:
        return label, f"{said} (what the others are compared with)"
    return label, f"{said}: {effect(model, f'{name}{value}')} {covariate.said(levels[0])}"


def effect(model: FrozenModel, term: str) -> str:
    """How a level's odds, or stay, stand beside the first level's."""
    ratio = math.exp(model.coefficients[term])
    what = "odds" if model.family == "binomial" else "stay"
    if abs(ratio - 1) < CLOSE:
        return f"much the same {what} as with"
    return f"{in_figures(ratio, 1 if ratio >= 1 else 2)} times the {what} of"


def unknown_words(lacking: Sequence[str]) -> str:
    """Why a record has no risk, and what follows from that."""
    what = " and ".join(COVARIATES[name].words for name in lacking)
    return (
        f"No risk: {what} {'is' if len(lacking) == 1 else 'are'} not recorded, or new to the "
        "model. So it counts neither as observed nor as expected."
    )
