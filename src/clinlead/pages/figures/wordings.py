"""Earlier wordings of a measure: a chart each, beside the present one and never joined to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clinlead.figures.charting import charted, reading
from clinlead.figures.presenters import (
    Period,
    month_words,
    sentence,
    usual_period,
    value_words,
    within,
)
from clinlead.figures.sums import MonthSums, total
from clinlead.measures.breaks import Breaks
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import read_definition
from clinlead.pages.figures.drawing import Picture, over_time
from clinlead.pages.figures.released import Out
from clinmeasures.definitions import Definition

MonthsOf = Callable[[DepartmentMeasure], Sequence[MonthSums]]


@dataclass(frozen=True, kw_only=True)
class EarlierWording:
    """A wording that the department followed before, with the months in which it did."""

    version: int
    since: int  # the version that came after it
    until: str
    because: str
    sentence: str
    reading: str
    picture: Picture | None
    bridge: str  # the same months under the present wording


def under_another(out: Out, definition: Definition) -> str:
    """That what is released is of another wording, where it is."""
    version = out.figure.version
    return "" if version == definition.version else f" under version {version} of the wording"


def followed_before(choice: DepartmentMeasure) -> list[DepartmentMeasure]:
    """The department's earlier choices of other wordings of the measure, the latest first."""
    if choice.measure.version == 1:
        return []  # nothing is asked of the database for a first wording
    rows = DepartmentMeasure.objects.filter(
        department=choice.department_id,
        measure__code=choice.measure.code,
        measure__version__lt=choice.measure.version,
        ended_on__isnull=False,
    )
    listed = rows.select_related("measure", "department").order_by("-decided_on")
    by_version: dict[int, DepartmentMeasure] = {}
    for one in listed:
        if one.ended_on and one.decided_on <= one.ended_on:
            by_version.setdefault(one.measure.version, one)
    return list(by_version.values())


def earlier_wordings(
    choice: DepartmentMeasure,
    months_of: MonthsOf,
    *,
    now: Sequence[MonthSums],
    whose: str,
    breaks: Breaks,
    team: bool = False,
) -> list[EarlierWording]:
    """Each with a chart of its own; `now` are the months under the present wording, to compare."""
    found, after = [], choice
    for past in followed_before(choice):
        assert past.ended_on is not None
        last = f"{past.ended_on:%Y-%m}"
        months = [each for each in months_of(past) if each.month <= last]
        if months:
            shown = shown_of(past, after, months, whose=whose, breaks=breaks, team=team)
            bridge = bridge_words(past, choice, months, now)
            found.append(EarlierWording(**shown, bridge=bridge))
        after = past
    return found


def shown_of(
    past: DepartmentMeasure,
    after: DepartmentMeasure,
    months: Sequence[MonthSums],
    *,
    whose: str,
    breaks: Breaks,
    team: bool,
) -> dict:
    definition = read_definition(past.measure.definition)
    chart = charted(months, definition, team=team, breaks=breaks)
    period, said = usual_period(months), reading(chart)
    return {
        "version": definition.version,
        "since": after.measure.version,
        "until": month_words(months[-1].month),
        "because": after.measure.changed_because,
        "sentence": sentence(total(within(months, period)), definition, period) if period else "",
        "reading": said,
        "picture": over_time(
            chart, whose=whose, reading=said, prefix=f"version-{definition.version}"
        ),
    }


def bridge_words(
    past: DepartmentMeasure,
    choice: DepartmentMeasure,
    months: Sequence[MonthSums],
    now: Sequence[MonthSums],
) -> str:
    """The last months of the earlier wording under both: how much the wording alone changes."""
    both = {each.month for each in now if each.complete and each.sums.n}
    shared = [each for each in months if each.month in both and each.complete and each.sums.n]
    period = usual_period(shared)
    if period is None:
        return ""
    old, new = (read_definition(one.measure.definition) for one in (past, choice))
    under_old = value_words(total(within(shared, period)), old)
    under_new = value_words(total(within(now, period)), new)
    return (
        f"The same months under both, {Period(first=period.first, last=period.last).in_words}: "
        f"{under_old} by version {old.version}; {under_new} by version {new.version}. The "
        "difference is the wording’s."
    )


def followed_from(choice: DepartmentMeasure, earlier: Sequence[EarlierWording]) -> str:
    """The month in which the present wording took another's place."""
    return f"{choice.decided_on:%Y-%m}" if earlier else ""
