"""What is kept for how long, and what goes when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from clinlead.history.forgetting import by_month, forgettable
from clinlead.intake.models import Erasure, Load, LoadState, RetentionPeriod
from clinlead.intake.queries import first_months
from clinlead.intake.retaining import KEPT_BY_PERIOD, RECORD_OF_ACTS, Asked, month_kept_from


@dataclass(frozen=True, kw_only=True)
class Due:
    """A data set of which older months may be erased today."""

    dataset: str
    first_month: str  # that is kept
    period: RetentionPeriod


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A data set: what is held of it, for how long, and what goes next."""

    dataset: str
    period: RetentionPeriod | None
    rows: int  # in all loads, those superseded too
    oldest: str  # month; empty: no row has one
    erased_to: str  # the first month kept after what was erased so far; empty: nothing was
    goes: dict[str, int]  # month → rows that go at the next erasure
    goes_on: date | None


def periods() -> dict[str, RetentionPeriod]:
    """Data set → the period that holds."""
    found = RetentionPeriod.objects.select_related("set_by__person").order_by("pk")
    return {each.dataset: each for each in found}


def dues(today: date) -> Iterator[Due]:
    """Data sets with a period whose notice is over."""
    for dataset, period in sorted(periods().items()):
        if dataset in KEPT_BY_PERIOD and period.erases_from <= today:
            first = month_kept_from(today, period.years)
            yield Due(dataset=dataset, first_month=first, period=period)


def is_anything_due(today: date) -> bool:
    """Whether an erasure would find something to do, as the loads say; four questions."""
    record = record_due(today)
    if record and forgettable(begins(record.first_month)).exists():
        return True
    unfinished = Erasure.objects.filter(done_at=None).exists()
    held = rows_by_month()
    return unfinished or any(
        month < due.first_month for due in dues(today) for month in held.get(due.dataset, ())
    )


def asked_beside_others(asked: Asked) -> Asked:
    """A period that somebody would set, with those that hold beside it."""
    years = {name: period.years for name, period in periods().items()}
    record = years.pop(RECORD_OF_ACTS, 0)
    return replace(asked, longest=max(years.values(), default=0), record=record)


def record_due(today: date) -> Due | None:
    """The record of acts, where older months of it are to be forgotten today."""
    period = periods().get(RECORD_OF_ACTS)
    if period is None or period.erases_from > today:
        return None
    first = month_kept_from(today, period.years)
    return Due(dataset=RECORD_OF_ACTS, first_month=first, period=period)


def record_holding(today: date) -> Holding:
    """The record of acts beside the data sets; two questions."""
    period = periods().get(RECORD_OF_ACTS)
    return holding_of(RECORD_OF_ACTS, by_month(), period, "", today)


def begins(month: str) -> datetime:
    """The first moment of a month, here."""
    return datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=timezone.get_current_timezone())


def rows_by_month() -> dict[str, dict[str, int]]:
    """Data set → month → rows of it in all loads, but for months that are erased."""
    found: dict[str, dict[str, int]] = {}
    kept = first_months()
    loads = Load.objects.filter(state__in=[LoadState.ACTIVE, LoadState.WITHDRAWN])
    for dataset, months in loads.values_list("dataset", "report__months"):
        mine = found.setdefault(dataset, {})
        for month, rows in (months or {}).items():
            if month >= kept.get(dataset, ""):
                mine[month] = mine.get(month, 0) + rows
    return found


def holdings(today: date) -> list[Holding]:
    """Every data set that can have a period and of which something was ever loaded."""
    held, known, erased = rows_by_month(), periods(), first_months()
    names = [name for name in KEPT_BY_PERIOD if name in held or name in known]
    return [
        holding_of(name, held.get(name, {}), known.get(name), erased.get(name, ""), today)
        for name in names
    ]


def holding_of(
    dataset: str,
    held: dict[str, int],
    period: RetentionPeriod | None,
    erased_to: str,
    today: date,
) -> Holding:
    goes_on, goes = None, {}
    if period is not None and held:
        goes_on = next_erasure(min(held), period, today)
        first = month_kept_from(goes_on, period.years)
        goes = {month: rows for month, rows in sorted(held.items()) if month < first}
    return Holding(
        dataset=dataset,
        period=period,
        rows=sum(held.values()),
        oldest=min(held, default=""),
        erased_to=erased_to,
        goes=goes,
        goes_on=goes_on,
    )


def next_erasure(oldest: str, period: RetentionPeriod, today: date) -> date:
    """The first day on which the oldest month, at least, has been kept long enough."""
    year, month = int(oldest[:4]), int(oldest[5:7])
    over = date(year + period.years + month // 12, month % 12 + 1, 1)
    return max(over, period.erases_from, today)
