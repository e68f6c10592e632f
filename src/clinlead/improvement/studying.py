"""What a study sees: whether there is data enough, and the numbers frozen when it is written."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clinlead.figures.presenters import value_words
from clinlead.figures.sums import MonthSums, total, unit_of_figure
from clinlead.improvement.models import Cycle
from clinlead.improvement.policies import CycleFacts, Towards
from clinlead.improvement.series import Around, Sight, interrupted, shown_value
from clinmeasures.definitions import Definition
from clinmeasures.wording.association import association_words, regression_words
from clinmeasures.wording.units import in_words


def study_facts(
    cycle: Cycle,
    sight: Sight,
    happened: str = "so",
    learned: str = "so",
    members: frozenset[int] | None = None,
) -> CycleFacts:
    """For the rule on closing: with the months there are, and those that this person sees."""
    own, live = sight.own, sight.live
    return replace(
        cycle.facts(members),
        months_before=len(live.before) if live else 0,
        months_after=len(live.after) if live else 0,
        months_seen=len(own.after) if own else 0,
        said=bool(happened.strip() and learned.strip()),
    )


def result_of(cycle: Cycle, sight: Sight) -> dict[str, Any] | None:
    """Before, after and against the prediction, as somebody sees it; None where nothing is."""
    found = sight.own
    if found is None or not found.before or not found.after:
        return None
    return {
        "measure": found.definition.code,
        "version": found.definition.version,
        "rule": cycle.rule,
        "first_after": found.first_after,
        "last_month": found.after[-1].month,
        "left_out": [each.month for each in found.left_out],
        "before": side(found.before, found.definition),
        "after": side(found.after, found.definition),
        **against_prediction(cycle, found),
        **association(found),
        "balancing": balanced(sight.balancing),
    }


def side(months: Sequence[MonthSums], definition: Definition) -> dict[str, Any]:
    return {
        "months": len(months),
        "first": months[0].month,
        "last": months[-1].month,
        "value": shown_value(months, definition),
        "figure": value_words(total(months), definition),
    }


def against_prediction(cycle: Cycle, found: Around) -> dict[str, Any]:
    """Whether the figure after the start is what was predicted: a comparison of two numbers."""
    value = shown_value(found.after, found.definition)
    if cycle.predicted is None or value is None:
        return {"met": None}
    return {"met": Towards(cycle.towards).met(value, float(cycle.predicted))}


def association(found: Around) -> dict[str, Any]:
    told, why_not = interrupted(found)
    if told is None:
        return {"its": None, "said": [why_not], "assumptions": [], "to_the_mean": ""}
    unit = unit_of_figure(found.definition)
    return {
        "its": {name: dict(vars(getattr(told, name))) for name in ("level", "slope")},
        "said": association_words(told, unit),
        "assumptions": plain(told.assumptions, found.first_after),
        "to_the_mean": regression_words(told, unit),
    }


def plain(assumptions: Sequence[str], first_after: str) -> list[str]:
    """With the month in words. The expected return is left out: it stands in the shown unit."""
    day = f"{first_after}-01"
    kept = [each for each in assumptions if "regression to the mean" not in each]
    return [each.replace(day, in_words(day)) for each in kept]


def balanced(found: Around | None) -> dict[str, Any] | None:
    """The balancing measure over the same months."""
    if found is None or not found.before or not found.after:
        return None
    return {
        "title": found.definition.title,
        "before": side(found.before, found.definition),
        "after": side(found.after, found.definition),
    }


def prediction_words(cycle: Cycle) -> str:
    """ "at least 85%", "at most 4.2 days"; or that there is none."""
    if cycle.predicted is None:
        return "no number yet"
    number = f"{cycle.predicted.normalize():,f}"
    return f"{cycle.towards} {number}{'' if cycle.unit == '%' else ' '}{cycle.unit}".strip()
