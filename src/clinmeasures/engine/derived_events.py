"""The derived fields of records that are one event each."""

from typing import TYPE_CHECKING

from clinmeasures.engine.deriving_ways import Derive, age_band, elapsed, hours, weekend
from clinmeasures.engine.joined import FIRST_LETTER, Join
from clinmeasures.engine.sessions import EXPRESSIONS_OF_THEATRE
from clinmeasures.engine.times import days_between

if TYPE_CHECKING:
    import ibis.expr.types as ir

SEEN = ("attended", "late_seen")
A_SESSION = 1000  # thousandths, as in what is planned


def seen_as(attendance_type: str) -> Derive:
    """1 where a patient was seen at such an attendance, else 0."""

    def as_count(rows: "ir.Table") -> "ir.Value":
        """Of each attendance."""
        seen = rows["outcome"].isin(SEEN) & (rows["attendance_type"] == attendance_type)
        return seen.fill_null(False).cast("int64")

    return as_count


def unless_away(name: str) -> Derive:
    """What is planned or paid on the day; 0 on a day of leave."""
    return lambda rows: rows["leave_kind"].isnull().ifelse(rows[name], 0)


def as_joined(name: str) -> Derive:
    """What was joined to the line under this name."""
    return lambda rows: rows[name]


EXPRESSIONS_OF_JOBPLANS: dict[str, tuple[Join | None, Derive]] = {
    "planned_sessions": (None, as_joined("_planned")),
    "planned_sessions_net": (None, unless_away("_planned")),
    "delivered_sessions": (None, lambda t: t["_held"] * A_SESSION),
    "theatre_sessions": (None, as_joined("_theatre")),
    "clinic_sessions": (None, as_joined("_clinic")),
    "endoscopy_sessions": (None, as_joined("_endoscopy")),
    "acute_sessions": (None, as_joined("_acute")),
    "leave_kind": (None, as_joined("leave_kind")),
    "in_plan": (None, as_joined("in_plan")),
    "in_post": (None, as_joined("in_post")),
    "whole_time_weeks": (None, as_joined("_whole")),
    "whole_time_weeks_net": (None, unless_away("_whole")),
    "weighted_stays": (None, as_joined("_stays")),
    "weighted_cases": (None, as_joined("_cases")),
    "weighted_attendances": (None, as_joined("_attendances")),
    "weighted_by": (None, as_joined("weighted_by")),
}
EXPRESSIONS_OF_EVENTS: dict[str, dict[str, tuple[Join | None, Derive]]] = {
    "episodes": {"episode_minutes": (None, elapsed("started_at", "ended_at"))},
    "emergency": {
        "minutes_in_department": (None, elapsed("arrived_at", "left_at")),
        "minutes_to_decision": (None, elapsed("arrived_at", "decided_at")),
        "arrived_hour": (None, lambda t: t["arrived_at"].hour().cast("int64")),
        "arrived_at_weekend": (None, weekend("arrived_at")),
        "age_band": (None, age_band),
    },
    "theatre": EXPRESSIONS_OF_THEATRE,
    "jobplans": EXPRESSIONS_OF_JOBPLANS,
    "clinics": {
        "attended_firsts": (None, seen_as("first")),
        "attended_follow_ups": (None, seen_as("follow_up")),
        "hours_to_letter": (FIRST_LETTER, hours("slot_at", "_letter_at")),
        "days_to_letter": (FIRST_LETTER, lambda t: days_between(t["slot_at"], t["_letter_at"])),
    },
}
