"""Figures and their uncertainty in plain words, by rule."""

from clinmeasures.wording.association import association_words, change_words, regression_words
from clinmeasures.wording.detecting import (
    DetectableRatios,
    detectable_rate_ratios,
    detectable_ratios,
    discoveries,
)
from clinmeasures.wording.power import (
    Detectable,
    expected_chance_signals,
    smallest_detectable_difference,
    smallest_detectable_rate_ratio,
    smallest_detectable_ratio,
)
from clinmeasures.wording.readings import compared, could_show, no_signal, reading_of, signal_phrase
from clinmeasures.wording.small_numbers import (
    caution_for_chart,
    caution_for_direct,
    caution_for_means,
    caution_for_proportions,
    cautions_for_charts,
    cautions_for_funnel,
)
from clinmeasures.wording.telling_apart import (
    chance_among,
    reaches,
    reliability_of_all,
    reliability_of_one,
    smallest_seen,
)
from clinmeasures.wording.units import Unit, how_many, in_figures, in_words, unit_of

__all__ = [
    "Detectable",
    "DetectableRatios",
    "Unit",
    "association_words",
    "caution_for_chart",
    "caution_for_direct",
    "caution_for_means",
    "caution_for_proportions",
    "cautions_for_charts",
    "cautions_for_funnel",
    "chance_among",
    "change_words",
    "compared",
    "could_show",
    "detectable_rate_ratios",
    "detectable_ratios",
    "discoveries",
    "expected_chance_signals",
    "how_many",
    "in_figures",
    "in_words",
    "no_signal",
    "reaches",
    "reading_of",
    "regression_words",
    "reliability_of_all",
    "reliability_of_one",
    "signal_phrase",
    "smallest_detectable_difference",
    "smallest_detectable_rate_ratio",
    "smallest_detectable_ratio",
    "smallest_seen",
    "unit_of",
]
