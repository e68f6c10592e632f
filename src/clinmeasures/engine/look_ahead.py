"""A patient's next admissions, in one ordered pass over each patient's spells."""

from typing import TYPE_CHECKING

from clinmeasures.engine.tables import Tables
from clinmeasures.engine.times import stay_seconds

if TYPE_CHECKING:
    import ibis.expr.types as ir


def admission(rows: "ir.Table") -> dict[str, "ir.Value"]:
    """When the patient came and for how long; the day, if as an emergency or an inpatient."""
    import ibis

    day = rows["admitted_at"].cast("date")
    return {
        "_admitted": rows["admitted_at_utc"].epoch_seconds().cast("int64"),
        "_stay": ibis.greatest(stay_seconds(rows).fill_null(1), 1),
        "_emergency": (rows["admission_method"] == "emergency").ifelse(day, None),
        "_inpatient": (rows["patient_class"] == "inpatient").ifelse(day, None),
    }


def next_admissions(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The day of the patient's next emergency admission after this discharge, and next inpatient's.

    The next emergency begins at the discharge or later, and never before the second after the
    admission, so that no spell follows itself.
    """
    return _in_one_frame(rows) if tables.keeper.frames_by_row else _standing_twice(rows)


def _in_one_frame(rows: "ir.Table") -> "ir.Table":
    """Each row's frame opens where its stay ends."""
    import ibis

    after = ibis.window(
        group_by=rows["patient_key"], order_by=rows["_admitted"], range=(rows["_stay"], None)
    )
    later = ibis.window(
        group_by=rows["patient_key"], order_by=[rows["_admitted"], rows["spell_id"]], rows=(1, None)
    )
    return rows.mutate(
        _next_emergency=_if_known_patient(rows, rows["_emergency"].min().over(after)),
        _next_inpatient=_if_known_patient(rows, rows["_inpatient"].min().over(later)),
    )


def _standing_twice(rows: "ir.Table") -> "ir.Table":
    """For frames that open at the same distance from every row: the same, from the end backwards.

    Every spell stands at its admission, where it tells, and once more where its stay ends, where it
    asks: what it then looks for are all who told so far. Spells without a patient are each a
    patient of their own, because an engine holds a patient's rows together.
    """
    import ibis

    both = rows.mutate(
        _asks=ibis.array([False, True]).unnest(),
        _alone=rows["patient_key"].isnull().ifelse(rows["spell_id"], None),
    )
    both = both.mutate(
        _at=both["_admitted"] + both["_asks"].ifelse(both["_stay"], 0),
        _told=both["_asks"].ifelse(None, both["_emergency"]),
    )
    so_far = ibis.window(
        group_by=[both["patient_key"], both["_alone"]],
        order_by=both["_at"].desc(nulls_first=True),
        range=(None, 0),
    )
    both = both.mutate(_next_emergency=both["_told"].min().over(so_far))
    asking = both.filter(both["_asks"]).drop("_asks", "_at", "_told")
    before = ibis.window(
        group_by=[asking["patient_key"], asking["_alone"]],
        order_by=[asking["_admitted"].desc(nulls_first=True), asking["spell_id"].desc()],
        rows=(None, -1),
    )
    found = asking.mutate(
        _next_emergency=_if_known_patient(asking, asking["_next_emergency"]),
        _next_inpatient=_if_known_patient(asking, asking["_inpatient"].min().over(before)),
    )
    return found.drop("_alone")


def _if_known_patient(rows: "ir.Table", value: "ir.Value") -> "ir.Value":
    """Spells without a patient's key are not all one patient's."""
    return rows["patient_key"].notnull().ifelse(value, None)
