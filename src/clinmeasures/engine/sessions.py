"""Theatre sessions: planned time, touched time and whose they are, worked out of their cases.

Every case carries the part of its session that it alone adds, so that cases summed are sessions:
minutes in which another case had begun already are the earlier case's, and the planned minutes
stand once, with the session's first case.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clinmeasures.engine.deriving_ways import Derive
from clinmeasures.engine.joined import Join, OfPatient
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.times import days_between
from clinmeasures.engine.units import resolved

if TYPE_CHECKING:
    import ibis.expr.types as ir

SESSION_OWNER = "session_owner"
Ends = tuple[tuple[str, ...], tuple[str, ...]]
# Touch starts with the anaesthetic (with the knife where there was none) and ends as the patient
# leaves the theatre (as the wound is closed where that is not known).
TOUCH: Ends = (("anaesthetic_start", "knife_to_skin"), ("out_of_theatre", "closed_at"))
KNIFE: Ends = (("knife_to_skin",), ("closed_at",))


def minute(instant: "ir.Value") -> "ir.IntegerValue":
    """Whole minutes since 1970 of a UTC instant."""
    return (instant.epoch_seconds() / 60.0).floor().cast("int64")


def of_session(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The cases with what their session says of them: one grouping, joined to each case."""
    found = of_cases(tables)
    joined = rows.left_join(found, rows["session_id"] == found["_session"]).drop("_session")
    return joined.mutate(_leads=joined["_key"] == joined["_first"])


def of_cases(tables: Tables) -> "ir.Table":
    """Of every session: its planned window, its first case, how its cases went and were timed."""
    cases, ever = tables.table("theatre"), tables.ever_loaded("theatre")
    if ever is cases:
        return cases.group_by(_session="session_id").aggregate(**window(cases), **course(cases))
    known = cases.group_by(_session="session_id").aggregate(**course(cases))
    windows = ever.group_by(_planned="session_id").aggregate(**window(ever))
    return known.left_join(windows, known["_session"] == windows["_planned"]).drop("_planned")


def window(ever: "ir.Table") -> dict[str, "ir.Value"]:
    """`_from`, `_to`: the longest window that any load ever gave the session.

    A session that is made shorter in a later extract stays as long as it was planned; only a
    recorded correction changes that.
    """
    return {
        "_from": minute(ever["session_planned_start_utc"]).min(),
        "_to": minute(ever["session_planned_end_utc"]).max(),
    }


def course(cases: "ir.Table") -> dict[str, "ir.Value"]:
    """`_first`: the key of its first case; `_ran`, `_untimed`: how many cases were booked, and how
    many are timed by half; `_shared`: whether several surgeons operated.
    """
    _, _, whole, begun = touched(cases, TOUCH)
    surgeon = whole.ifelse(cases["surgeon"].nullif(""), None)
    return {
        "_first": cases["_key"].min(),
        "_ran": booked(cases).cast("int64").sum().cast("int64"),
        "_untimed": (begun & ~whole).cast("int64").sum().cast("int64"),
        "_shared": (surgeon.min() != surgeon.max()).fill_null(False),
    }


def booked(cases: "ir.Table") -> "ir.BooleanValue":
    """Whether a case was still on the list on the day."""
    before = days_between(cases["cancelled_at"], cases["session_planned_start"])
    return ~(before > 0).fill_null(False)


def touched(cases: "ir.Table", ends: Ends) -> "tuple[ir.Value, ir.Value, ir.Value, ir.Value]":
    """Start and end in minutes, whether both are known and in order, and whether either is."""
    start, end = (
        minute(cases[first[0] + "_utc"].coalesce(*(cases[n + "_utc"] for n in first[1:])))
        for first in ends
    )
    return start, end, (end >= start).fill_null(False), start.notnull() | end.notnull()


def timed(name: str, ends: Ends) -> "Callable[[ir.Table, Tables], ir.Table]":
    """`_<name>_start`, `_end` in minutes where both are known and in order; `_earlier`: the latest
    end of the session's cases that began before.
    """

    def join(rows: "ir.Table", _tables: Tables) -> "ir.Table":
        """The cases with their own minutes and those of earlier ones."""
        import ibis

        start, end, whole, _ = touched(rows, ends)
        own = {f"_{name}_start": whole.ifelse(start, None), f"_{name}_end": whole.ifelse(end, None)}
        rows = rows.mutate(**own)
        earlier = ibis.window(
            group_by=rows["session_id"],
            order_by=[rows[f"_{name}_start"].asc(nulls_first=False), rows["_key"]],
            rows=(None, -1),
        )
        return rows.mutate(**{f"_{name}_earlier": rows[f"_{name}_end"].max().over(earlier)})

    return join


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
    rows = resolved(
        rows, tables, code="surgeon", when="session_planned_start", name="_surgeon_unit"
    )
    owners = owners_of(rows)
    joined = rows.left_join(owners, rows["session_id"] == owners["_owned"]).drop("_owned")
    owner = joined["_owner"]["unit"].fill_null(joined["_surgeon_unit"])
    return joined.mutate(unit_session_owner=owner).drop("_owner")


def owners_of(rows: "ir.Table") -> "ir.Table":
    """Of every session `_owner`: the unit of most minutes, then of most cases, then the first."""
    import ibis

    each = rows.group_by("session_id", "_surgeon_unit").aggregate(
        _minutes=added("touch", inside=False)(rows).sum().cast("int64"),
        _cases=booked(rows).cast("int64").sum().cast("int64"),
    )
    least = {"minutes": -each["_minutes"], "cases": -each["_cases"], "unit": each["_surgeon_unit"]}
    return each.group_by(_owned="session_id").aggregate(_owner=ibis.struct(least).min())


SESSION = OfPatient("session", lambda _rows: {}, of_session)
TOUCHED = OfPatient("touched", lambda _rows: {}, timed("touch", TOUCH), after=(SESSION,))
CUT = OfPatient("under the knife", lambda _rows: {}, timed("knife", KNIFE), after=(SESSION,))
Fields = dict[str, tuple[Join | None, Derive]]
EXPRESSIONS_OF_THEATRE: Fields = {
    "session_minutes": (SESSION, session_minutes),
    "touch_minutes": (TOUCHED, added("touch", inside=False)),
    "touch_minutes_in_session": (TOUCHED, added("touch", inside=True)),
    "knife_minutes": (CUT, added("knife", inside=False)),
    "knife_minutes_in_session": (CUT, added("knife", inside=True)),
    "session_ran": (SESSION, lambda t: t["_ran"] > 0),
    "session_cases_untimed": (SESSION, lambda t: t["_untimed"]),
    "session_shared": (SESSION, lambda t: t["_shared"]),
    "cancelled_days_before": (
        None,
        lambda t: days_between(t["cancelled_at"], t["session_planned_start"]),
    ),
}
