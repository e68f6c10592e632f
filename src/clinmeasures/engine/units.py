"""Attribution as expressions: the unit of a whole record, or the shares of several."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from clinmeasures.attribution.rules import OWN_COLUMN, UNATTRIBUTED, WHOLE
from clinmeasures.engine.joined import Beside
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.times import seconds_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHARES = "shares"


def with_own_unit(rows: "ir.Table", tables: Tables, record: str, rule: str) -> "ir.Table":
    """The rows with `unit_<rule>` from a column of their own; never null."""
    code, when = OWN_COLUMN[record][rule]
    return resolved(rows, tables, code=code, when=when, name=f"unit_{rule}")


def with_operating_unit(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """Spells with `unit_operating`; never null."""
    found = _operating(rows, tables)
    joined = rows.left_join(found, rows["spell_id"] == found["_of"]).drop("_of")
    return joined.mutate(unit_operating=joined["_unit"].fill_null(UNATTRIBUTED)).drop("_unit")


def resolved(rows: "ir.Table", tables: Tables, *, code: str, when: str, name: str) -> "ir.Table":
    """The rows with the unit that a clinician's code stands for on the day of `when`."""
    dated = tables.codes()
    if dated is None:
        return rows.mutate(**{name: rows[code].fill_null(UNATTRIBUTED)})
    day = rows[when].cast("date")
    joined = rows.left_join(
        dated, [rows[code] == dated["_code"], day >= dated["_from"], day <= dated["_to"]]
    )
    unit = joined["_stands_for"].fill_null(UNATTRIBUTED)
    return joined.mutate(**{name: unit}).drop("_code", "_from", "_to", "_stands_for")


def _lengths(tables: Tables) -> "ir.Table":
    episodes = _episodes(tables)
    # One integer: the length, and behind it the episode's number turned round, so that of two
    # equally long episodes the lower number wins.
    length = episodes["_seconds"] * 1_000_000 + (999_999 - episodes["episode"])
    return episodes.select(_of="spell_id", _whose="_unit", _length=length)


def _longest(sides: "ir.Table") -> dict[str, "ir.Value"]:
    return {"_longest": _arg_max()(sides["_whose"], sides["_length"])}


LONGEST_STAY = Beside("longest stay", _lengths, _longest)


@cache
def _arg_max() -> "Callable[[ir.Value, ir.Value], ir.Value]":
    """The text where a number is greatest; rows without either are passed over.

    Not Ibis's argmax: for DuckDB it orders each group, which takes twice the memory.
    """
    import ibis

    @ibis.udf.agg.builtin(name="arg_max")
    def arg_max(text: str, number: int) -> str:  # type: ignore[empty-body]
        """DuckDB's own aggregate of this name."""

    return arg_max


def with_longest_unit(rows: "ir.Table") -> "ir.Table":
    """Spells with `unit_longest_stay`, from what was gathered beside them; never null."""
    unit = rows["_longest"].fill_null(UNATTRIBUTED)
    return rows.mutate(unit_longest_stay=unit).drop("_longest")


def _episodes(tables: Tables) -> "ir.Table":
    """Episodes with their unit and length; an impossible length counts as none."""
    import ibis

    episodes = tables.table("episodes")
    resolved_ones = resolved(episodes, tables, code="consultant", when="ended_at", name="_unit")
    seconds = seconds_between(resolved_ones["started_at_utc"], resolved_ones["ended_at_utc"])
    return resolved_ones.select(
        "spell_id",
        "_unit",
        episode=resolved_ones["episode"].fill_null(999_999),
        _seconds=ibis.greatest(seconds.fill_null(0), 0),
    )


def _operating(rows: "ir.Table", tables: Tables) -> "ir.Table":
    import ibis

    done = resolved(
        tables.table("procedures"), tables, code="surgeon", when="performed_at", name="_unit"
    )
    primary = rows.select(_spell="spell_id", _primary="primary_procedure").distinct()
    both = done.inner_join(primary, done["spell_id"] == primary["_spell"])
    order = ibis.window(
        group_by=both["spell_id"],
        order_by=[
            (both["code"] == both["_primary"]).fill_null(False).desc(),
            both["performed_at_utc"].asc(nulls_first=False),
            both["procedure_id"],
        ],
    )
    ranked = both.select(_of="spell_id", _unit="_unit", _rank=ibis.row_number().over(order))
    return ranked.filter(ranked["_rank"] == 0).drop("_rank")


def shares(tables: Tables) -> "ir.Table":
    """Of every spell with episodes: `_of, _unit, _weight`, weights summing to exactly WHOLE."""
    import ibis

    episodes = _episodes(tables)
    minutes = (episodes["_seconds"] / 60.0).floor().cast("int64")
    units = episodes.group_by(_of="spell_id", _unit="_unit").aggregate(
        _minutes=minutes.sum().cast("int64"), _count=episodes.count()
    )
    of_spell = ibis.window(group_by=units["_of"])
    total = units["_minutes"].sum().over(of_spell).cast("int64")
    units = units.mutate(_time=(total > 0).ifelse(units["_minutes"], units["_count"]))
    total = units["_time"].sum().over(ibis.window(group_by=units["_of"])).cast("int64")
    units = units.mutate(
        _floor=(units["_time"] * WHOLE) // total, _rest=(units["_time"] * WHOLE) % total
    )
    return tables.once("shares", _largest_remainder(units))


def _largest_remainder(units: "ir.Table") -> "ir.Table":
    import ibis

    order = ibis.window(
        group_by=units["_of"],
        order_by=[units["_rest"].desc(), units["_time"].desc(), units["_unit"].asc()],
    )
    lacking = WHOLE - units["_floor"].sum().over(ibis.window(group_by=units["_of"])).cast("int64")
    extra = (ibis.row_number().over(order) < lacking).cast("int64")
    weighed = units.select("_of", "_unit", _weight=(units["_floor"].cast("int64") + extra))
    return weighed.filter(weighed["_weight"] > 0)


def spread(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """One row per record and unit it counts for, with `unit_shares` and `weight_millionths`."""
    import ibis

    found = shares(tables)
    joined = rows.left_join(found, rows["spell_id"] == found["_of"]).drop("_of")
    return joined.mutate(
        unit_shares=joined["_unit"].fill_null(UNATTRIBUTED),
        weight_millionths=joined["_weight"].fill_null(ibis.literal(WHOLE, "int64")),
    ).drop("_unit", "_weight")


def shares_listed(rows: "ir.Table", tables: Tables, name: str) -> "ir.Table":
    """The rows with their shares as one list of (unit, weight), in the order of the units."""
    import ibis

    found = shares(tables)
    share = ibis.struct({"unit": found["_unit"], "weight": found["_weight"]})
    listed = found.group_by("_of").aggregate(_shares=share.collect(order_by=found["_unit"]))
    nobody = ibis.struct({"unit": UNATTRIBUTED, "weight": ibis.literal(WHOLE, "int64")})
    joined = rows.left_join(listed, rows["spell_id"] == listed["_of"]).drop("_of")
    return joined.mutate(**{name: joined["_shares"].coalesce(ibis.array([nobody]))}).drop("_shares")
