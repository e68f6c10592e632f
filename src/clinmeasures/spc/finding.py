"""Limits, signals and icons of ordered points: what a chart shows, whoever gave the rows."""

from dataclasses import dataclass, replace

import numpy as np

from clinmeasures.frames import Signs
from clinmeasures.spc.limits import CHARTS, Limits
from clinmeasures.spc.phases import Screen
from clinmeasures.spc.points import Points
from clinmeasures.spc.readings import assurances_of, readings_of, variations_of
from clinmeasures.spc.signals import Signals, anhoej, making_data_count, without_run_rules

# Neighbouring moving ranges share a value, so that their runs are long by chance.
RULES_OF = {"xmr": making_data_count, "mr": without_run_rules}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options of a chart that points do not hold."""

    chart: str
    improvement: str
    target: float | None
    screen: Screen
    run_rules: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the charts of some series show."""

    limits: Limits
    signals: Signals
    reading_codes: Signs  # per point, an index into the words of a reading
    variations: list[str]  # per series
    assurances: list[str | None]  # per series


def found_in(points: Points, asked: Asked) -> Found:
    """What all series show: block by block, so that the work stays in a processor's own cache."""
    parts = [_found_in_block(block, asked) for block in points.blocks()]
    if len(parts) == 1:
        return parts[0]
    derived = asked.chart == "mr"
    value = np.concatenate([part.limits.value for part in parts]) if derived else points.value
    return Found(
        limits=Limits.joined([part.limits for part in parts], value),
        signals=Signals.joined([part.signals for part in parts]),
        reading_codes=np.concatenate([part.reading_codes for part in parts]),
        variations=[word for part in parts for word in part.variations],
        assurances=[word for part in parts for word in part.assurances],
    )


def _found_in_block(points: Points, asked: Asked) -> Found:
    limits = CHARTS[asked.chart](points, screen=asked.screen)
    signals = RULES_OF.get(asked.chart, anhoej)(points, limits, asked.run_rules)
    readings = readings_of(signals, asked.improvement)
    return Found(
        limits=replace(limits),  # a copy that has not spread its lines over the points
        signals=signals,
        reading_codes=readings,
        variations=variations_of(points, signals, readings, limits),
        assurances=assurances_of(
            points,
            limits,
            chart=asked.chart,
            improvement=asked.improvement,
            target=asked.target,
        ),
    )
