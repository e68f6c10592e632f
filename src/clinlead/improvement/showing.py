"""A cycle’s figures on its page, as far as this reader may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.access.policies import Reader
from clinlead.figures.presenters import month_words
from clinlead.improvement.drawing import Picture, event_of, over_time
from clinlead.improvement.models import Cycle
from clinlead.improvement.queries import cycles_on
from clinlead.improvement.series import Around, around, chart_of
from clinlead.improvement.studying import result_of


@dataclass(frozen=True, kw_only=True)
class CycleFigures:
    """The chart with the cycle on it, and before and after in words."""

    hidden: str
    notes: Sequence[str]
    picture: Picture | None
    result: Mapping[str, Any] | None
    balancing: Picture | None
    left_out: str  # months that are no baseline, because they started the cycle


def cycle_figures(cycle: Cycle, reader: Reader) -> CycleFigures:
    found = around(cycle, reader)
    if found is None or found.hidden or not found.months:
        why = found.hidden if found else ""
        return CycleFigures(
            hidden=why or "There is no figure of this measure for the department yet.",
            notes=(),
            picture=None,
            result=None,
            balancing=None,
            left_out="",
        )
    question = f"{found.definition.title}: what followed?"
    return CycleFigures(
        hidden="",
        notes=found.notes,
        picture=pictured(found, cycle, reader, question, "cycle"),
        result=result_of(cycle, reader),
        balancing=balancing_of(cycle, reader),
        left_out=", ".join(month_words(each.month) for each in found.left_out),
    )


def balancing_of(cycle: Cycle, reader: Reader) -> Picture | None:
    """What must not get worse, over the same months."""
    if not cycle.balancing:
        return None
    found = around(cycle, reader, measure=cycle.balancing)
    if found is None or not found.months:
        return None
    question = f"{found.definition.title}: did it get worse?"
    return pictured(found, cycle, reader, question, "balancing")


def pictured(
    found: Around, cycle: Cycle, reader: Reader, question: str, prefix: str
) -> Picture | None:
    """The chart, with every started cycle of the department on this measure marked."""
    others = cycles_on(cycle.department, found.definition.code, reader)
    events = [event_of(each) for each in {each.pk: each for each in [*others, cycle]}.values()]
    return over_time(chart_of(found), question=question, events=events, prefix=prefix)


@dataclass(frozen=True, kw_only=True)
class Study:
    """What was seen when a cycle was studied; the numbers only once their months are out."""

    result: Mapping[str, Any]
    numbers: bool


def frozen_study(cycle: Cycle, reader: Reader) -> Study | None:
    if cycle.result is None:
        return None
    found = around(cycle, reader)
    last = found.months[-1].month if found and found.months else ""
    return Study(result=cycle.result, numbers=cycle.result["last_month"] <= last)
