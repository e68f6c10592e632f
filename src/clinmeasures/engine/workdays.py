"""Job plans joined with what was done: one row for each line of a plan and weekday it holds on.

Two tallies are joined where they meet exactly: the day of a person. What is planned (net of leave)
and the whole time worked come from job plans, leave and the staff list; what was delivered from
theatre lists, clinics, endoscopy lists and acute assessments. The line of direct care (`dcc`)
carries what its person did that day; where a plan has none, or somebody has no plan, such a line
without sessions is added, so that nothing that was done falls out.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import UNATTRIBUTED
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.times import minute_of_day
from clinmeasures.engine.units import resolved
from clinmeasures.engine.weights import WORK, weighed_by, weighed_work

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

DIRECT_CARE = "dcc"
A_SESSION, WEEKDAYS = 1000, 5  # thousandths, so that halves add up exactly
MIDDAY, AFTERNOON = 13 * 60, 13 * 60 + 30  # a morning begins before, an afternoon ends after
HELD = ("attended", "late_seen", "dna", "late_not_seen")  # the clinician was there
DELIVERING = ("theatre", "clinics", "endoscopy", "emergency", "spells")
SOURCES = ("theatre", "clinic", "endoscopy", "acute")


def daily(tables: Tables) -> "ir.Table":
    """The job plans' rows, each spread over the days on which it holds, with what was done."""
    days = calendar(tables)
    plans = tables.computed("plan_days", plan_days(tables, days))
    lines = tables.computed("plan_lines", plan_lines(tables, plans))
    joined = with_what_was_done(anchors(tables, days, lines), tables, days, plans)
    others = lines.filter(lines["activity"] != DIRECT_CARE)
    others = leave_of(others, tables, days).mutate(in_plan=True, in_post=True)
    return as_rows(tables.computed("workdays", _alike(joined, others)))


# ---- days ----------------------------------------------------------------------------------------


def calendar(tables: Tables) -> "ir.Table":
    """`_day, _weekday` of every day that the data of what was done covers, in the months asked."""
    import ibis

    if tables.days is not None:
        return tables.days
    return ibis.memtable(days_between(*span(tables), tables.months))


def days_between(first: date | None, last: date | None, months: Sequence[str] | None) -> "pa.Table":
    """The same of the days from a first to a last one; none where there is neither."""
    import pyarrow as pa

    found = [day for day in _days(first, last) if _asked(day, months)]
    rows = {
        "_day": pa.array(found, pa.date32()),
        "_weekday": pa.array([day.weekday() < WEEKDAYS for day in found], pa.bool_()),
    }
    return pa.table(rows)


def _asked(day: date, months: Sequence[str] | None) -> bool:
    return months is None or f"{day:%Y-%m}" in months


def _days(first: date | None, last: date | None) -> Iterator[date]:
    while first and last and first <= last:
        yield first
        first += timedelta(days=1)


def span(tables: Tables) -> tuple[date | None, date | None]:
    """The first and last day of what was done: as the loads declare, else as the rows say."""
    ends = [end for name in DELIVERING if tables.loads(name) for end in covered(tables, name)]
    known = [end for end in ends if end is not None]
    return (min(known), max(known)) if known else (None, None)


def covered(tables: Tables, dataset: str) -> list[date | None]:
    """The first and last day of one data set."""
    loads = tables.loads(dataset)
    declared = [day for each in loads for day in (each.coverage_from, each.coverage_to)]
    if all(declared):
        return declared
    when = tables.table(dataset)[RECORD_TYPES[dataset].month_of].cast("date")
    found = tables.connection.answer(
        tables.table(dataset).aggregate(first=when.min(), last=when.max())
    )
    return list(found.to_pylist()[0].values())


# ---- what is planned -----------------------------------------------------------------------------


def plan_days(tables: Tables, days: "ir.Table") -> "ir.Table":
    """`_who, _day, _weekday, _from`: the days on which somebody's job plan holds, and which.

    A later plan of the same person takes the place of the whole plan before it; a plan ends with
    the person's last post in the staff list.
    """
    import ibis

    plans = tables.table("jobplans")
    plans = plans.select(_who="person_code", _from="from").distinct()
    of_person = ibis.window(group_by="_who", order_by="_from")
    plans = plans.mutate(_next=plans["_from"].lead().over(of_person))
    ends = employed_until(tables)
    plans = plans.left_join(ends, plans["_who"] == ends["_employed"]).drop("_employed")
    both = plans.inner_join(days, [days["_day"] >= plans["_from"]])
    before_next = (both["_day"] < both["_next"]).fill_null(True)
    before_end = (both["_day"] <= both["_until"]).fill_null(True)
    return both.filter(before_next & before_end).select("_who", "_day", "_weekday", "_from")


def employed_until(tables: Tables) -> "ir.Table":
    """`_employed, _until`: the last day of each person's posts; blank while one is open."""
    staff = tables.table("workforce")
    gathered = staff.group_by(_employed="person_code").aggregate(
        _last=staff["to"].max(), _open=staff["to"].isnull().cast("int64").sum()
    )
    return gathered.select(
        "_employed", _until=(gathered["_open"] == 0).ifelse(gathered["_last"], None)
    )


def plan_lines(tables: Tables, plans: "ir.Table") -> "ir.Table":
    """`_who, _day, activity, sessions_per_week, _planned`: on each weekday a fifth of the week."""
    written = tables.table("jobplans").select(
        _of="person_code",
        _since="from",
        activity="activity",
        sessions_per_week="sessions_per_week",
    )
    weekdays = plans.filter(plans["_weekday"])
    both = weekdays.inner_join(
        written, [weekdays["_who"] == written["_of"], weekdays["_from"] == written["_since"]]
    )
    daily_share = (both["sessions_per_week"] * (A_SESSION // WEEKDAYS)).round().cast("int64")
    return both.select(
        "_who", "_day", "activity", "sessions_per_week", _planned=daily_share.fill_null(0)
    )


def leave_of(rows: "ir.Table", tables: Tables, days: "ir.Table") -> "ir.Table":
    """The rows with `leave_kind`: why the person was away that day; blank where they were not."""
    taken = tables.table("leave")
    taken = taken.select(_away="person_code", _first="from", _last="to", _kind="kind")
    both = taken.inner_join(days, [days["_day"] >= taken["_first"], days["_day"] <= taken["_last"]])
    each = both.group_by(_away="_away", _on="_day").aggregate(leave_kind=both["_kind"].min())
    return rows.left_join(each, [rows["_who"] == each["_away"], rows["_day"] == each["_on"]]).drop(
        "_away", "_on"
    )


# ---- what was done -------------------------------------------------------------------------------


def sessions_held(tables: Tables) -> "ir.Table":
    """`_by, _at` and, of each source, how many half-days a person held that day: at most two."""
    import ibis

    halves = ibis.union(*half_days(tables))
    halves = halves.filter(halves["_by"] != UNATTRIBUTED)
    marks = {f"_{name}": (halves["_source"] == name).cast("int64").max() for name in SOURCES}
    each = halves.group_by("_by", "_at", "_half").aggregate(**marks)
    counts = {f"_{name}": each[f"_{name}"].sum().cast("int64") for name in SOURCES}
    return each.group_by("_by", "_at").aggregate(_held=each.count().cast("int64"), **counts)


def half_days(tables: Tables) -> Iterator["ir.Table"]:
    """`_by, _at, _half, _source` of everything held, once for each patient or list."""
    lists = tables.table("theatre")
    lists = lists.filter(lists["anaesthetic_start"].coalesce(lists["knife_to_skin"]).notnull())
    for code in ("surgeon", "supervisor"):
        yield from _of_list(lists, tables, code)
    clinics = tables.table("clinics")
    clinics = clinics.filter(clinics["outcome"].isin(HELD))
    yield _of_moment(clinics, tables, "slot_owner", "slot_at", "clinic")
    for code in ("endoscopist", "supervisor"):
        yield _of_moment(tables.table("endoscopy"), tables, code, "performed_at", "endoscopy")
    yield _of_moment(tables.table("emergency"), tables, "reviewed_by", "arrived_at", "acute")


def _of_list(lists: "ir.Table", tables: Tables, code: str) -> Iterator["ir.Table"]:
    known = _by(lists, tables, code, "session_planned_start")
    day = known["session_planned_start"].cast("date")
    begins = minute_of_day(known["session_planned_start"]) < MIDDAY
    ends = minute_of_day(known["session_planned_end"]) > AFTERNOON
    for half, there in (("am", begins), ("pm", ends)):
        yield known.filter(there).select(
            "_by", _at=day, _half=_word(half), _source=_word("theatre")
        )


def _of_moment(rows: "ir.Table", tables: Tables, code: str, when: str, source: str) -> "ir.Table":
    known = _by(rows, tables, code, when)
    half = (minute_of_day(known[when]) < MIDDAY).ifelse("am", "pm")
    return known.select("_by", _at=known[when].cast("date"), _half=half, _source=_word(source))


def _by(rows: "ir.Table", tables: Tables, code: str, when: str) -> "ir.Table":
    named = tables.of_months(rows.filter(rows[code].notnull() & rows[when].notnull()), when)
    return resolved(named, tables, code=code, when=when, name="_by")


def _word(text: str) -> "ir.StringScalar":
    import ibis

    return ibis.literal(text)


def whole_time(tables: Tables, days: "ir.Table") -> "ir.Table":
    """`_post, _paid, _weekday, _whole` of every day in post: a fifth of the week's whole-time
    equivalents on each weekday, nothing at a weekend.
    """
    staff = tables.table("workforce")
    posts = staff.select(
        _post="person_code", _begins="from", _ends="to", _share="whole_time_equivalent"
    )
    both = posts.inner_join(days, [days["_day"] >= posts["_begins"]])
    both = both.filter((both["_day"] <= both["_ends"]).fill_null(True))
    share = (both["_share"] * (A_SESSION // WEEKDAYS)).round().cast("int64").fill_null(0)
    share = both["_weekday"].ifelse(share, 0)
    return both.group_by("_weekday", _post="_post", _paid="_day").aggregate(
        _whole=share.sum().cast("int64")
    )


# ---- joined --------------------------------------------------------------------------------------


def anchors(tables: Tables, days: "ir.Table", lines: "ir.Table") -> "ir.Table":
    """One line of direct care for every person and day with anything planned, worked or done."""
    import ibis

    direct = lines.filter(lines["activity"] == DIRECT_CARE).drop("activity")
    held = tables.computed("sessions_held", sessions_held(tables))
    whole = tables.computed("whole_time", whole_time(tables, days))
    weighed = tables.computed("weighed_work", weighed_work(tables))
    worked = whole.filter(whole["_weekday"])
    people = ibis.union(
        direct.select("_who", "_day"),
        held.select(_who="_by", _day="_at"),
        worked.select(_who="_post", _day="_paid"),
        weighed.select(_who="_did", _day="_done"),
        distinct=True,
    )
    rows = people.filter(people["_day"].isin(days["_day"]))
    direct = direct.rename(_w="_who", _d="_day")
    for other, who, day in (
        (direct, "_w", "_d"),
        (held, "_by", "_at"),
        (whole.drop("_weekday"), "_post", "_paid"),
        (weighed, "_did", "_done"),
    ):
        rows = rows.left_join(other, [rows["_who"] == other[who], rows["_day"] == other[day]])
        rows = rows.drop(who, day)
    return rows.mutate(activity=ibis.literal(DIRECT_CARE))


def with_what_was_done(
    rows: "ir.Table", tables: Tables, days: "ir.Table", plans: "ir.Table"
) -> "ir.Table":
    """The lines of direct care with why the person was away, and whether a plan holds at all."""
    rows = weighed(leave_of(rows, tables, days), weighed_by(tables))
    known = plans.select(_p="_who", _q="_day", in_plan=plans["_day"].notnull())
    joined = rows.left_join(known, [rows["_who"] == known["_p"], rows["_day"] == known["_q"]])
    flags = {"in_plan": joined["in_plan"].fill_null(False), "in_post": joined["_whole"].notnull()}
    return joined.mutate(**flags).drop("_p", "_q")


def weighed(rows: "ir.Table", source: str) -> "ir.Table":
    """Where work is weighed, a day without any weighs nothing; else its weight is not known."""
    import ibis

    if not source:
        return rows.mutate(weighted_by=ibis.null("string"))
    known = {name: rows[name].fill_null(0) for name in WORK}
    return rows.mutate(**known, weighted_by=ibis.literal(source))


COUNTED = ("_planned", "_held", *(f"_{name}" for name in SOURCES), "_whole")


def _alike(joined: "ir.Table", others: "ir.Table") -> "ir.Table":
    """Lines of direct care and the others as one table."""
    import ibis

    schema = joined.schema()
    filled = {
        name: others[name] if name in others.columns else ibis.null(kind)
        for name, kind in schema.items()
    }
    return ibis.union(joined.select(*schema), others.select(**filled))


def as_rows(rows: "ir.Table") -> "ir.Table":
    """In the form of the data set: `from` is the day; the key names person, day and activity."""
    import ibis

    key = rows["_who"] + "|" + rows["_day"].cast("string") + "|" + rows["activity"]
    return rows.mutate(
        **{name: rows[name].fill_null(0).cast("int64") for name in COUNTED},
        **{"person_code": rows["_who"], "from": rows["_day"], "unit_job_plan": rows["_who"]},
        _key=key,
        _row=ibis.null("int64"),
        load=ibis.null("string"),
    )
