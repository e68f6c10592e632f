"""How large a change of a figure against what was expected its own volumes would show. Pure."""

import numpy as np

from clinlead.figures.sums import Sums, value_of
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.wording.power import smallest_detectable_rate_ratio
from clinmeasures.wording.readings import could_show
from clinmeasures.wording.units import in_figures

LEAST = 0.1  # expected events or nights: what rounds to less is said so


def change_seen(own: Sums, before: Sums, definition: Definition) -> str:
    """The smallest change from what was usual that would probably show; blank where none is known.

    As many events as usual are those expected of these patients, times the ratio of before.
    """
    usual = value_of(before, definition) if before.n else None
    if definition.kind is not MeasureKind.OBSERVED_EXPECTED or not usual or not own.expected:
        return ""
    found = smallest_detectable_rate_ratio(usual * own.expected / spread_of(before, definition))
    volume = in_figures(own.expected, 1) if own.expected >= LEAST else f"fewer than {LEAST}"
    return f"With {volume} expected {definition.unit or 'events'}, {could_show(found)}."


def spread_of(before: Sums, definition: Definition) -> float:
    """How many amounts (nights) say together as much as one counted event: 1 for events."""
    from clinmeasures.funnels import spread_of_amounts

    if not definition.value:
        return 1.0
    return spread_of_amounts(np.array([before.expected]), np.array([before.squares])) or 1.0
