"""The columns that stand behind a measure's fields: what its figures rest on.

A name with a dot is a column of another data set; a test holds the table to the list of fields.
"""

from collections.abc import Collection

from clinmeasures.attribution.rules import OWN_COLUMN
from clinmeasures.definitions.definition import Definition
from clinmeasures.definitions.fields import fields_of

Column = tuple[str, str]  # data set, column

_STAY = ("admitted_at", "discharged_at")
_PREDICTED = ("predictions.entered_at", "predictions.predicted_discharge_date")
_DIED = ("deaths.died_on", "discharge_method", "discharged_at")
_SENT = ("documents.kind", "documents.refers_to", "documents.sent_at")
_ASSESSED = ("assessments.kind", "assessments.completed_at")
_SESSION = ("session_id", "session_planned_start", "session_planned_end")
_TOUCH = ("session_id", "anaesthetic_start", "knife_to_skin", "closed_at", "out_of_theatre")
_KNIFE = ("session_id", "knife_to_skin", "closed_at")
_AWAY = ("leave.from", "leave.to")
_POST = ("workforce.from", "workforce.to")
_LISTS = ("theatre.surgeon", "theatre.supervisor", "theatre.session_planned_start")
_CLINICS = ("clinics.slot_owner", "clinics.slot_at", "clinics.outcome")
_SCOPES = ("endoscopy.endoscopist", "endoscopy.supervisor", "endoscopy.performed_at")
_ACUTE = ("emergency.reviewed_by", "emergency.arrived_at")
_SPELLS_ENDED = ("spells.discharging_consultant", "spells.discharged_at")

BEHIND: dict[str, dict[str, tuple[str, ...]]] = {
    "spells": {
        "stay_minutes": _STAY,
        "stay_days": _STAY,
        "days_to_next_emergency_admission": (*_STAY, "admission_method"),
        "days_to_next_inpatient_admission": ("admitted_at", "patient_class"),
        "hours_to_first_prediction": ("admitted_at", *_PREDICTED),
        "minutes_to_first_prediction": ("admitted_at", *_PREDICTED),
        "days_from_prediction_to_discharge": ("discharged_at", *_PREDICTED),
        "days_from_prediction_to_ready": ("ready_at", "discharged_at", *_PREDICTED),
        "hours_to_summary": ("discharged_at", *_SENT),
        "minutes_to_summary": ("discharged_at", *_SENT),
        "days_to_death": ("admitted_at", *_DIED),
        "days_from_discharge_to_death": _DIED,
        "hours_to_vte": ("admitted_at", *_ASSESSED),
        "hours_from_decision_to_vte": ("admitted_at", "decided_to_admit_at", *_ASSESSED),
        "days_ready_before_discharge": ("ready_at", "discharged_at"),
        "age_band": ("age_years",),
        "diagnosis_group": ("primary_diagnosis",),
        "diagnosis_chapter": ("primary_diagnosis",),
        "procedure_group": ("primary_procedure",),
        "admitted_at_weekend": ("admitted_at",),
        "discharged_at_weekend": ("discharged_at",),
        "admitted_hour": ("admitted_at",),
        "admitted_month": ("admitted_at",),
        "discharged_month": ("discharged_at",),
    },
    "episodes": {"episode_minutes": ("started_at", "ended_at")},
    "emergency": {
        "minutes_in_department": ("arrived_at", "left_at"),
        "minutes_to_decision": ("arrived_at", "decided_at"),
        "arrived_hour": ("arrived_at",),
        "arrived_at_weekend": ("arrived_at",),
        "age_band": ("age_years",),
    },
    "clinics": {
        "attended_firsts": ("attendance_type", "outcome"),
        "attended_follow_ups": ("attendance_type", "outcome"),
        "hours_to_letter": ("slot_at", *_SENT),
        "days_to_letter": ("slot_at", *_SENT),
    },
    "theatre": {
        "session_minutes": _SESSION,
        "touch_minutes": _TOUCH,
        "touch_minutes_in_session": (*_TOUCH, *_SESSION),
        "knife_minutes": _KNIFE,
        "knife_minutes_in_session": (*_KNIFE, *_SESSION),
        "session_ran": ("session_id", "cancelled_at", "session_planned_start"),
        "session_cases_untimed": _TOUCH,
        "session_shared": (*_TOUCH, "surgeon"),
        "cancelled_days_before": ("cancelled_at", "session_planned_start"),
    },
    "jobplans": {
        "planned_sessions": ("sessions_per_week",),
        "planned_sessions_net": ("sessions_per_week", *_AWAY, *_POST),
        "delivered_sessions": (*_LISTS, *_CLINICS, *_SCOPES, *_ACUTE),
        "theatre_sessions": _LISTS,
        "clinic_sessions": _CLINICS,
        "endoscopy_sessions": _SCOPES,
        "acute_sessions": _ACUTE,
        "leave_kind": ("leave.kind", *_AWAY),
        "in_plan": ("from",),
        "in_post": _POST,
        "whole_time_weeks": ("workforce.whole_time_equivalent", *_POST),
        "whole_time_weeks_net": ("workforce.whole_time_equivalent", *_POST, *_AWAY),
        "weighted_stays": _SPELLS_ENDED,
        "weighted_cases": _LISTS,
        "weighted_attendances": _CLINICS,
        "weighted_by": (),
    },
}
_EPISODES = ("episodes.consultant", "episodes.started_at", "episodes.ended_at")
_OPERATED = (
    "primary_procedure",
    "procedures.code",
    "procedures.surgeon",
    "procedures.performed_at",
)
BEHIND_RULES = {
    "longest_stay": _EPISODES,
    "shares": _EPISODES,
    "operating": _OPERATED,
    "session_owner": (*_TOUCH, "surgeon"),
}


def columns_behind(definition: Definition, rule: str) -> frozenset[Column]:
    """Every column of the source that a measure's figures under a rule are worked out from.

    Parameters
    ----------
    definition : Definition
    rule : str
        The rule of attribution.

    Returns
    -------
    frozenset of (data set, column)
        A derived field stands for the columns it is derived from, of whichever data set.
    """
    record = definition.record
    named = [name for field in definition.fields for name in names_behind(record, field)]
    own = OWN_COLUMN.get(record, {}).get(rule)
    named += own or BEHIND_RULES.get(rule, ())
    return frozenset(as_column(name, record) for name in named)


def names_behind(record: str, field: str) -> frozenset[str]:
    """The columns that a field of a record type is worked out from; itself if it is one."""
    return frozenset(BEHIND.get(record, {}).get(field, (field,)))


def as_column(name: str, record: str) -> Column:
    """A column's data set and name, where its data set may go without saying."""
    dataset, dot, column = name.partition(".")
    return (dataset, column) if dot else (record, name)


# Deaths in hospital stand in the stay itself: without the deaths data they are told all the same.
_TOLD_WITHOUT = frozenset({"days_to_death", "days_from_discharge_to_death"})


def rests_on(definition: Definition) -> dict[str, tuple[str, ...]]:
    """Of each field that other data sets alone answer, which: without any of them it says nothing.

    A stay without a summary looks like a stay whose summaries were never loaded.
    """
    known = fields_of(definition.record)
    return {
        name: others
        for name in sorted(definition.fields - _TOLD_WITHOUT)
        if (others := tuple(each for each in known[name].reads if each != definition.record))
    }


def lacking(definition: Definition, held: Collection[str]) -> list[tuple[str, ...]]:
    """Of each field that none of the data sets held answers, those of which one would."""
    asked = dict.fromkeys(rests_on(definition).values())
    return [others for others in asked if set(others).isdisjoint(held)]
