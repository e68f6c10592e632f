"""UTC from local civil time, as arithmetic that any engine can do."""

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import ibis.expr.types as ir

FIRST_YEAR, LAST_YEAR = 1990, 2060


def zone(name: str) -> ZoneInfo:
    """The time zone of that name, or a plain refusal."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(
            f"there is no time zone '{name}'; use a name such as Europe/London."
        ) from error


def as_utc(local: datetime, zone_name: str) -> datetime:
    """The UTC instant (naive) of a local civil time; of an hour that happens twice, the first."""
    offset = local.replace(tzinfo=zone(zone_name)).utcoffset() or timedelta(0)
    return local - offset


@cache
def changes(zone_name: str) -> tuple[tuple[datetime, int], ...]:
    """Local times from which a new offset holds, with that offset in seconds, oldest first.

    An hour that happens twice, and one that never happens, keep the offset before the change,
    which is what `datetime` does with `fold=0`.
    """
    trust = zone(zone_name)
    hour, at = timedelta(hours=1), datetime(FIRST_YEAR, 1, 1)  # noqa: DTZ001 (local civil time)
    offset = _offset(at, trust)
    found = [(at, offset)]
    while at.year <= LAST_YEAR:
        at += hour * 24
        if _offset(at, trust) != offset:
            at = _first_hour_after(at - hour * 24, offset, trust)
            offset = _offset(at, trust)
            found.append((at, offset))
    return tuple(found)


def _first_hour_after(at: datetime, offset: int, trust: ZoneInfo) -> datetime:
    quarter = timedelta(minutes=15)
    while _offset(at, trust) == offset:
        at += quarter
    return at


def _offset(local: datetime, trust: ZoneInfo) -> int:
    return int((local.replace(tzinfo=trust).utcoffset() or timedelta(0)).total_seconds())


def changes_within(
    zone_name: str, first: datetime | None, last: datetime | None
) -> tuple[tuple[datetime, int], ...]:
    """Those of `changes` that bear on local times from `first` to `last`: at least one."""
    steps = changes(zone_name)
    earlier = [step for step in steps if first is None or step[0] <= first]
    inside = [step for step in steps if first and last and first < step[0] <= last]
    return (*(earlier[-1:] or steps[:1]), *inside)


def utc_expression(
    local: "ir.TimestampColumn", steps: tuple[tuple[datetime, int], ...]
) -> "ir.TimestampColumn":
    """The UTC instant (naive) of a column of local civil times, given the zone's changes."""
    import ibis

    branches = [(local >= ibis.timestamp(at), offset) for at, offset in reversed(steps)]
    offset = ibis.cases(*branches, else_=steps[0][1])
    return (local.epoch_seconds().cast("int64") - offset).as_timestamp("s").cast("timestamp")
