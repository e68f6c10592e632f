"""How well figures side by side tell units apart, in plain words: reliability, never validity."""

import math

import numpy as np

from clinmeasures.frames import Booleans
from clinmeasures.reliability import Reliability
from clinmeasures.wording.detecting import LIMIT_LEVEL, POWER, detectable_ratios
from clinmeasures.wording.power import expected_chance_signals
from clinmeasures.wording.readings import times
from clinmeasures.wording.units import how_many, in_figures

FEWEST_UNITS = 10  # as `reliability` itself asks
CLOSE = 1e-9
NOT_VALID = (
    "Reliable does not mean right: a difference may come from the patients, from coding, or from "
    "whom a case is counted for."
)
MEANS = "(0 is all chance, 1 is none)"


def reaches(found: Reliability) -> Booleans:
    """Which units' figures are reliable enough, shape (n_units,); none where it is not known."""
    return np.asarray(found.reliability >= found.threshold - CLOSE)


def reliability_of_one(
    found: Reliability | None, at: int, *, case_word: str = "patient", unit_word: str = "clinician"
) -> str:
    """The reliability of one unit's figure among the others'.

    Parameters
    ----------
    found : Reliability or None
        Of all that are compared; None where the kind of figure has no method.
    at : int
        The unit's place in it.
    case_word, unit_word : str
        What is counted, and who is compared, in the singular.

    Returns
    -------
    str
        Sentences for the reader. Reliability is rounded down, so that none seems to reach the
        threshold that does not.
    """
    if found is None or found.between is None:
        return unknown(found, unit_word=unit_word)
    share = below_rounded(float(found.reliability[at]))
    interval = f"{in_figures(found.lower[at], 2)} to {in_figures(found.upper[at], 2)}"
    said = f"Reliability {MEANS}: {share}, with a 95% interval of {interval}."
    if reaches(found)[at]:
        return f"{said} {NOT_VALID}"
    enough = needed(found, case_word, here=float(found.n[at]))
    return f"{said} At least {asked(found)} is asked for. {enough}"


def reliability_of_all(
    found: Reliability | None, *, case_word: str = "patient", unit_word: str = "clinician"
) -> str:
    """The reliability of everybody's figures: from the fewest cases to the most, and who reaches.

    Parameters
    ----------
    found : Reliability or None
        None where the kind of figure has no method.
    case_word, unit_word : str
        What is counted, and who is compared, in the singular.
    """
    if found is None or found.between is None:
        return unknown(found, unit_word=unit_word)
    there = found.reliability[found.n > 0]
    least, most = (below_rounded(float(each)) for each in (there.min(), there.max()))
    span = least if least == most else f"from {least} (the fewest {case_word}s) to {most}"
    high = int(reaches(found).sum())
    who = "None" if not high else in_figures(high)
    said = f"Reliability {MEANS}: {span}. {who} of {how_many(len(there), unit_word)} "
    said += f"{'reaches' if high == 1 else 'reach'} {asked(found)}."
    if high == len(there):
        return f"{said} {NOT_VALID}"
    return f"{said} {needed(found, case_word)} {NOT_VALID}"


def needed(found: Reliability, case_word: str, *, here: float | None = None) -> str:
    """How many cases would be enough; that none would, where units do not differ."""
    if found.cases_needed is None:
        return (
            "The figures differ no more than chance alone makes them, so no number of "
            f"{case_word}s is known to be enough."
        )
    said = f"That takes {how_many(math.ceil(found.cases_needed), case_word)}"
    if here is None:
        return f"{said}."
    return f"{said}; here there {'is' if here == 1 else 'are'} {in_figures(here)}."


def unknown(found: Reliability | None, *, unit_word: str = "clinician") -> str:
    """Why reliability is not known, and to read with care."""
    if found is None:
        return (
            f"How well this tells {unit_word}s apart is not known: there is no method here for "
            "this kind of figure. Read it with care."
        )
    count = int((found.n > 0).sum())
    why = "some cases must have the event and some not, with more than one case each"
    if count < FEWEST_UNITS:
        why = f"that takes at least {FEWEST_UNITS} with figures, and here there are {count}"
    return f"How well this tells {unit_word}s apart cannot be estimated: {why}. Read it with care."


def asked(found: Reliability) -> str:
    """The threshold of reliability, in figures."""
    return in_figures(found.threshold, 2)


def below_rounded(share: float) -> str:
    """To two decimals, down."""
    return in_figures(math.floor(share * 100 + CLOSE) / 100, 2)


def chance_among(units: int, *, unit_word: str = "clinician") -> str:
    """How many of so many units chance alone puts outside the outer limits.

    Examples
    --------
    >>> chance_among(12)
    'Of 12 clinicians, chance alone would put about 0.02 outside the 99.8% limits.'
    """
    expected = in_figures(expected_chance_signals(units), 2)
    return (
        f"Of {how_many(units, unit_word)}, chance alone would put about {expected} outside the "
        f"{in_figures(LIMIT_LEVEL * 100, 1)}% limits."
    )


def smallest_seen(cases: float, baseline: float, *, case_word: str = "patient") -> str:
    """The smallest ratio to the average that would probably show, and how probably.

    Examples
    --------
    >>> smallest_seen(100, 0.08)
    'With 100 patients, a true figure has to be 2.7 times the average to show 8 times in 10.'
    """
    if baseline in {0.0, 1.0}:
        return "None had the event, or all had it, so nothing can be said of what would show."
    above = float(detectable_ratios([cases], baseline).above[0])
    volume = f"With {how_many(math.floor(cases), case_word)}"
    if math.isnan(above):
        return f"{volume}, not even the highest true figure would be sure to show."
    return (
        f"{volume}, a true figure has to be {times(above)} the average to show "
        f"{round(POWER * 10)} times in 10."
    )
