"""Rows of one date gathered into a subgroup, for X-bar and S charts."""

from dataclasses import replace

import numpy as np

from clinmeasures.frames import Floats
from clinmeasures.spc.phases import ratio
from clinmeasures.spc.points import Rows


def gathered(rows: Rows, *, spreads: bool) -> tuple[Rows, Floats, Floats]:
    """One row a date and series, its plotted value, and its standard deviation.

    `rows` are in order. The new rows' `size` is how many values the subgroup has; a date whose
    values are all missing stays as a gap, and so does the spread of a single value.
    """
    assert rows.keys is not None
    assert rows.dates is not None
    begins = (np.diff(rows.keys, prepend=rows.keys[0]) != 0) | (
        np.diff(rows.series, prepend=-1) != 0
    )
    starts = np.flatnonzero(begins)
    which = np.cumsum(begins) - 1
    there = np.isfinite(rows.value)
    size = np.add.reduceat(there.astype(float), starts)
    total = np.add.reduceat(np.where(there, rows.value, 0.0), starts)
    average = ratio(total, size)
    gaps = np.where(there, rows.value - average[which], 0.0)
    spread = np.sqrt(ratio(np.add.reduceat(gaps**2, starts), size - 1))
    one_each = replace(
        rows,
        series=rows.series[starts],
        keys=rows.keys[starts],
        dates=rows.dates.taken(starts),
        value=total,
        size=size,
    )
    return one_each, spread if spreads else average, spread
