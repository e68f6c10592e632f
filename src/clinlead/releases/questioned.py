"""A figure with and without the records that somebody challenged and nobody has settled yet."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from clinlead.figures.presenters import Period, sentence
from clinlead.figures.sums import NOTHING, MonthSums, Sums, total
from clinlead.intake.queries import activity
from clinlead.releases.live import Draft
from clinlead.releases.statistics import as_columns
from clinmeasures.engine import compute_records

MILLION = 1_000_000


def without_challenged(draft: Draft, keys: Collection[str]) -> dict[str, Any]:
    """The figure's tallies and its sentence as they would be without some records."""
    apart = challenged_sums(draft, keys)
    months = [
        MonthSums(
            month=month.month,
            complete=month.complete,
            sums=less(month.sums, apart.get(month.month, NOTHING)),
            contributors=month.contributors,
        )
        for month in draft.in_period
    ]
    period = Period(first=draft.period[0], last=draft.period[-1])
    return {
        "tallies": as_columns(months),
        "sentence": sentence(total(months), draft.definition, period),
    }


def challenged_sums(draft: Draft, keys: Collection[str]) -> dict[str, Sums]:
    """What the records in question add to the figure, by month."""
    rows = compute_records(
        draft.definition,
        activity(),
        rule=draft.key.rule,
        months=[month.month for month in draft.in_period],
    ).to_pylist()
    mine = [row for row in rows if row["_key"] in keys and counts_here(draft, row)]
    months = {row["month"] for row in mine}
    return {month: added(row for row in mine if row["month"] == month) for month in months}


def counts_here(draft: Draft, row: Mapping[str, Any]) -> bool:
    if draft.key.is_team:
        return row["unit"] in draft.composition.get(row["month"], ())
    return row["unit"] == draft.key.unit


def added(rows: Iterable[Mapping[str, Any]]) -> Sums:
    """Records as a tally of their own; the engine's tallies are made in the same way."""
    found = NOTHING
    for row in rows:
        weight, value = row["weight_millionths"], row["value"]
        number = value if isinstance(value, int) else None  # words are told apart, not added
        found += Sums(
            n=1,
            numerator=row["numerator"],
            denominator=row["denominator"] or 0,
            weight=weight,
            weight_squared=weight**2,
            value_sum=number,
            value_sum_squared=None if number is None else number**2,
            histogram=None if value is None else {value: weight},
        )
    return found


def less(whole: Sums, part: Sums) -> Sums:
    """A tally without some of its records."""
    numbers = ("n", "numerator", "denominator", "weight", "weight_squared")
    left: dict[str, Any] = {name: getattr(whole, name) - getattr(part, name) for name in numbers}
    for name in ("value_sum", "value_sum_squared"):
        all_of_it = getattr(whole, name)
        left[name] = None if all_of_it is None else all_of_it - (getattr(part, name) or 0)
    if whole.histogram is not None:
        bars = Counter(whole.histogram)
        bars.subtract(part.histogram or {})
        left["histogram"] = {value: weight for value, weight in bars.items() if weight}
    return Sums(**left)
