"""Theatre sessions: planned time, touched time and whose they are, worked out of their cases.

Every case carries the part of its session that it alone adds, so that cases summed are sessions:
minutes in which another case had begun already are the earlier case's, and the planned minutes
stand once, with the session's first case.
"""

from typing import TYPE_CHECKING

from clinmeasures.engine.deriving_ways import Derive
from clinmeasures.engine.joined import Join, OfPatient
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.times import days_between
from clinmeasures.engine.units import resolved

if TYPE_CHECKING:
    import ibis.expr.types as ir

SESSION_OWNER = "session_owner"
# Touch starts with the anaesthetic (with the knife where there was none) and ends as the patient
# leaves the theatre (as the wound is closed where that is not known).
TOUCH = (("anaesthetic_start", "knife_to_skin"), ("out_of_theatre", "closed_at"))
KNIFE = (("knife_to_skin",), ("closed_at",))


def minute(instant: "ir.Value") -> "ir.IntegerValue":
    """Whole minutes since 1970 of a UTC instant."""
    return (instant.epoch_seconds() / 60.0).floor().cast("int64")


def of_session(rows: "ir.Table", _tables: Tables) -> "ir.Table":
    """The cases with what their session says of them."""
    import ibis

    rows = planned(rows, _tables)
    rows = timed(timed(rows, "touch", TOUCH), "knife", KNIFE)
    session = ibis.window(group_by=rows["session_id"])
    before = days_between(rows["cancelled_at"], rows["session_planned_start"])
    booked = ~(before > 0).fill_null(False)
    surgeon = rows["surgeon"].nullif("")
    operated = rows["_touch_start"].notnull()
    rows = rows.mutate(
        _before=before,
        _booked=booked,
        _ran=booked.cast("int64").sum().over(session).cast("int64"),
        _untimed=rows["_touch_untimed"].cast("int64").sum().over(session).cast("int64"),
        _surgeon=operated.ifelse(surgeon, None),
    )
    least = rows["_surgeon"].min().over(session)
    most = rows["_surgeon"].max().over(session)
    return rows.mutate(_shared=(least != most).fill_null(False))


def planned(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """`_from`, `_to`: the longest window that any load ever gave the session; `_leads`: its first.

    A session that is made shorter in a later extract stays as long as it was planned; only a
    recorded correction changes that.
    """
    import ibis

    ever = tables.ever_loaded("theatre")
    windows = ever.group_by(_session="session_id").aggregate(
        _from=minute(ever["session_planned_start_utc"]).min(),
        _to=minute(ever["session_planned_end_utc"]).max(),
    )
    joined = rows.left_join(windows, rows["session_id"] == windows["_session"]).drop("_session")
    order = ibis.window(group_by=joined["session_id"], order_by=joined["_key"])
    return joined.mutate(_leads=ibis.row_number().over(order) == 0)


def timed(rows: "ir.Table", name: str, ends: tuple[tuple[str, ...], tuple[str, ...]]) -> "ir.Table":
    """`_<name>_start`, `_end` in minutes where both are known and in order; `_before`: the latest
    end of the session's cases that began earlier; `_untimed`: something is known, but not both.
    """
    import ibis

    start, end = (
        minute(rows[first[0] + "_utc"].coalesce(*(rows[n + "_utc"] for n in first[1:])))
        for first in ends
    )
    whole = (end >= start).fill_null(False)
    begun = start.notnull() | end.notnull()
    rows = rows.mutate(
        **{
            f"_{name}_start": whole.ifelse(start, None),
            f"_{name}_end": whole.ifelse(end, None),
            f"_{name}_untimed": begun & ~whole,
        }
    )
    earlier = ibis.window(
        group_by=rows["session_id"],
        order_by=[rows[f"_{name}_start"].asc(nulls_first=False), rows["_key"]],
        rows=(None, -1),
    )
    return rows.mutate(**{f"_{name}_earlier": rows[f"_{name}_end"].max().over(earlier)})


def added(name: str, *, inside: bool) -> Derive:
    """The minutes that this case adds to its session: those that no earlier case had begun."""

    def minutes(rows: "ir.Table") -> "ir.Value":
        """Of each case."""
        import ibis

        start, end = rows[f"_{name}_start"], rows[f"_{name}_end"]
        start = ibis.greatest(start, rows[f"_{name}_earlier"].fill_null(start))
        if inside:
            start, end = ibis.greatest(start, rows["_from"]), ibis.least(end, rows["_to"])
        known = rows[f"_{name}_start"].notnull()
        return known.ifelse(ibis.greatest(end - start, 0), 0).cast("int64")

    return minutes


def session_minutes(rows: "ir.Table") -> "ir.IntegerValue":
    """The planned minutes, with the session's first case; 0 with the others."""
    length = rows["_to"] - rows["_from"]
    return rows["_leads"].ifelse((length > 0).ifelse(length, None), 0).cast("int64")


def with_owner(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The cases with `unit_session_owner`; never null."""
    import ibis

    rows = resolved(
        rows, tables, code="surgeon", when="session_planned_start", name="_surgeon_unit"
    )
    rows = rows.mutate(_touched=added("touch", inside=False)(rows))
    mine = ibis.window(group_by=[rows["session_id"], rows["_surgeon_unit"]])
    rows = rows.mutate(
        _of_unit=rows["_touched"].sum().over(mine).cast("int64"),
        _cases=rows["_booked"].cast("int64").sum().over(mine).cast("int64"),
    )
    order = ibis.window(
        group_by=rows["session_id"],
        order_by=[rows["_of_unit"].desc(), rows["_cases"].desc(), rows["_surgeon_unit"].asc()],
        rows=(None, None),
    )
    return rows.mutate(unit_session_owner=rows["_surgeon_unit"].first().over(order))


SESSION = OfPatient("session", lambda _rows: {}, of_session)
Fields = dict[str, tuple[Join | None, Derive]]
EXPRESSIONS_OF_THEATRE: Fields = {
    "session_minutes": (SESSION, session_minutes),
    "touch_minutes": (SESSION, added("touch", inside=False)),
    "touch_minutes_in_session": (SESSION, added("touch", inside=True)),
    "knife_minutes": (SESSION, added("knife", inside=False)),
    "knife_minutes_in_session": (SESSION, added("knife", inside=True)),
    "session_ran": (SESSION, lambda t: t["_ran"] > 0),
    "session_cases_untimed": (SESSION, lambda t: t["_untimed"]),
    "session_shared": (SESSION, lambda t: t["_shared"]),
    "cancelled_days_before": (
        None,
        lambda t: days_between(t["cancelled_at"], t["session_planned_start"]),
    ),
}
