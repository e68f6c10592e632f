"""A cycle’s figures on its page, as far as this reader may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.figures.presenters import month_words
from clinlead.improvement.drawing import Picture, event_of, over_time
from clinlead.improvement.models import Cycle
from clinlead.improvement.series import Around, Sight, chart_of
from clinlead.improvement.studying import result_of


@dataclass(frozen=True, kw_only=True)
class CycleFigures:
    """The chart with the cycle on it, and before and after in words."""

    hidden: str = ""
    notes: Sequence[str] = ()
    picture: Picture | None = None
    result: Mapping[str, Any] | None = None
    balancing: Picture | None = None
    left_out: str = ""  # months that are no baseline, because they started the cycle


NOTHING = "There is no figure of this measure for the department yet."


def cycle_figures(cycle: Cycle, sight: Sight, marked: Sequence[Cycle]) -> CycleFigures:
    """`marked`: the started cycles of the department on either measure."""
    found = sight.own
    if found is None or found.hidden or not found.months:
        return CycleFigures(hidden=(found.hidden if found else "") or NOTHING)
    question = f"{found.definition.title}: what followed?"
    return CycleFigures(
        notes=found.notes,
        picture=pictured(found, cycle, marked, question, "cycle"),
        result=result_of(cycle, sight),
        balancing=balancing_of(cycle, sight.balancing, marked),
        left_out=", ".join(month_words(each.month) for each in found.left_out),
    )


def balancing_of(cycle: Cycle, found: Around | None, marked: Sequence[Cycle]) -> Picture | None:
    """What must not get worse, over the same months."""
    if found is None or not found.months:
        return None
    question = f"{found.definition.title}: did it get worse?"
    return pictured(found, cycle, marked, question, "balancing")


def pictured(
    found: Around, cycle: Cycle, marked: Sequence[Cycle], question: str, prefix: str
) -> Picture | None:
    """The chart, with every started cycle on this measure marked, and this one in any case."""
    here = {each.pk: each for each in marked if each.measure == found.definition.code}
    events = [event_of(each) for each in {**here, cycle.pk: cycle}.values()]
    return over_time(chart_of(found), question=question, events=events, prefix=prefix)


@dataclass(frozen=True, kw_only=True)
class Study:
    """What was seen when a cycle was studied; the numbers only once their months are out."""

    result: Mapping[str, Any]
    numbers: bool


def frozen_study(cycle: Cycle, sight: Sight) -> Study | None:
    if cycle.result is None:
        return None
    found = sight.own
    last = found.months[-1].month if found and found.months else ""
    return Study(result=cycle.result, numbers=cycle.result["last_month"] <= last)
