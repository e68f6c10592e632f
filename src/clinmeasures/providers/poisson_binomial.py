"""The exact distribution of a provider's events: sums of unequal chances (Poisson-binomial).

All providers of a block at once. The distribution is taken at the provider's own effect, where the
observed count is in its middle, and carried to any other effect by exponential tilting:
P(S = k; effect + d) = P(S = k; effect) exp(d k) / M(d). Tails however small keep their relative
accuracy, and one distribution serves the test and both limits.
"""

import numpy as np

from clinmeasures.frames import Floats, Integers

ADDED_UP_TO = 192  # cases; beyond, a Fourier sum costs less than adding cases one by one
NOTHING = 42.0  # exp(-42) is beyond what a double holds beside 1


def masses(chance: Floats, starts: Integers, counts: Integers, about: Integers) -> Floats:
    """Chances of so many events less or more than `about`, for each provider.

    Parameters
    ----------
    chance : array of float, shape (n_rows,)
        Of an event in each row; each provider's rows together.
    starts, counts, about : array of int, shape (n_units,)
        Its first row, its number of rows, and the count of events in the middle.

    Returns
    -------
    array of float, shape (2 k + 1, n_units)
        Row k is the chance of `about` events, row k + j of j more. Counts that cannot be, or are
        rarer than 1e-18, are 0.
    """
    if counts.max() <= ADDED_UP_TO:
        return _centred(_added_up(chance, starts, counts), about)
    return _by_fourier(chance, starts, about)


def _added_up(chance: Floats, starts: Integers, counts: Integers) -> Floats:
    """Case by case, every term positive: relative accuracy however rare the count."""
    units, most = len(counts), int(counts.max())
    table = np.zeros((most, units))
    place = np.arange(len(chance)) - np.repeat(starts, counts)
    table[place, np.repeat(np.arange(units), counts)] = chance
    found = np.zeros((most + 1, units))
    found[0] = 1.0
    with np.errstate(under="ignore"):
        for case, event in enumerate(table):
            moved = found[: case + 1] * event
            found[: case + 1] *= 1 - event
            found[1 : case + 2] += moved
    return found


def _centred(found: Floats, about: Integers) -> Floats:
    """With each provider's middle count in the middle row."""
    most, units = found.shape[0] - 1, found.shape[1]
    place = np.arange(-most, most + 1)[:, None] + about
    there = (place >= 0) & (place <= most)
    return np.where(there, found[np.clip(place, 0, most), np.arange(units)], 0.0)


def _by_fourier(chance: Floats, starts: Integers, about: Integers) -> Floats:
    """From the characteristic function, folded on a circle wide enough that nothing overlaps.

    Only as many frequencies as the distribution's width needs: a number that does not grow with
    the cases, so that the cost is linear in them.
    """
    spread = np.add.reduceat(chance * (1 - chance), starts)
    reach = int(np.ceil(_reach(float(spread.max()))))
    length = 2 * reach + 1
    turn = 2 * np.pi / length
    slow = float(spread.min()) * (1 - np.cos(turn * np.arange(reach + 1))) < NOTHING
    needed = int(np.flatnonzero(slow)[-1]) + 1
    spectrum = np.zeros((reach + 1, len(starts)), dtype=complex)
    for frequency in range(needed):
        steps = 1 + chance * (np.exp(-1j * turn * frequency) - 1)
        home = (frequency * (about - reach)) % length
        spectrum[frequency] = np.multiply.reduceat(steps, starts) * np.exp(1j * turn * home)
    return np.maximum(np.fft.irfft(spectrum, n=length, axis=0), 0.0)


def _reach(variance: float) -> float:
    """How far from its mean a sum of chances strays less than once in 1e18 (Bernstein)."""
    return NOTHING / 3 + np.sqrt((NOTHING / 3) ** 2 + 2 * NOTHING * variance) + 1
