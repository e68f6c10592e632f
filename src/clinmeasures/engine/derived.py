"""The derived fields of every record type, as expressions over what is joined to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clinmeasures.definitions.fields import DIAGNOSIS_CHAPTERS
from clinmeasures.engine.derived_events import EXPRESSIONS_OF_EVENTS
from clinmeasures.engine.deriving_ways import (
    Derive,
    age_band,
    elapsed,
    hours,
    minutes,
    month,
    weekend,
)
from clinmeasures.engine.joined import (
    DEATH,
    FIRST_PREDICTION,
    FIRST_SUMMARY,
    FIRST_VTE,
    NEXT_ADMISSIONS,
    Join,
    predicted_day,
    seconds_to_prediction,
)
from clinmeasures.engine.times import (
    day_number,
    days_between,
    possible,
    seconds_between,
    stay_seconds,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir


def diagnosis_chapter(rows: "ir.Table") -> "ir.StringValue":
    """The ICD-10 chapter of the first diagnosis; NULL where it is no such code."""
    import ibis

    group = _group("primary_diagnosis")(rows)
    outside = group.isnull() | (group.length() < 3) | (group < "A00") | (group > "Z99")
    chapters = [(group <= last, words) for last, words in DIAGNOSIS_CHAPTERS]
    return ibis.cases((outside, ibis.null("string")), *chapters)


def _if_possible_stay(rows: "ir.Table", value: "ir.Value") -> "ir.Value":
    return stay_seconds(rows).notnull().ifelse(value, None)


def _stay_days(rows: "ir.Table") -> "ir.IntegerValue":
    return possible(
        _if_possible_stay(rows, days_between(rows["admitted_at"], rows["discharged_at"]))
    )


def _hours_from_decision(rows: "ir.Table") -> "ir.FloatingValue":
    since = rows["decided_to_admit_at_utc"].coalesce(rows["admitted_at_utc"])
    return seconds_between(since, rows["_vte_at_utc"]) / 3600.0


def _group(name: str) -> Callable[["ir.Table"], "ir.StringValue"]:
    return lambda rows: rows[name].upper().left(3)


# Of every field what must be joined first, and how it is worked out of what then stands there.
EXPRESSIONS: dict[str, dict[str, tuple[Join | None, Derive]]] = {
    "spells": {
        "stay_minutes": (None, elapsed("admitted_at", "discharged_at")),
        "stay_days": (None, _stay_days),
        "days_to_next_emergency_admission": (
            NEXT_ADMISSIONS,
            lambda t: _if_possible_stay(t, days_between(t["discharged_at"], t["_next_emergency"])),
        ),
        "days_to_next_inpatient_admission": (
            NEXT_ADMISSIONS,
            lambda t: days_between(t["admitted_at"], t["_next_inpatient"]),
        ),
        "hours_to_first_prediction": (
            FIRST_PREDICTION,
            lambda t: seconds_to_prediction(t) / 3600.0,
        ),
        "minutes_to_first_prediction": (
            FIRST_PREDICTION,
            lambda t: (seconds_to_prediction(t) / 60.0).floor().cast("int64"),
        ),
        "days_from_prediction_to_discharge": (
            FIRST_PREDICTION,
            lambda t: day_number(t["discharged_at"]) - predicted_day(t),
        ),
        "days_from_prediction_to_ready": (
            FIRST_PREDICTION,
            lambda t: day_number(t["ready_at"].coalesce(t["discharged_at"])) - predicted_day(t),
        ),
        "hours_to_summary": (FIRST_SUMMARY, hours("discharged_at", "_sent_at")),
        "minutes_to_summary": (FIRST_SUMMARY, minutes("discharged_at", "_sent_at")),
        "hours_to_vte": (FIRST_VTE, hours("admitted_at", "_vte_at")),
        "hours_from_decision_to_vte": (FIRST_VTE, _hours_from_decision),
        "days_to_death": (DEATH, lambda t: possible(days_between(t["admitted_at"], t["_died_on"]))),
        "days_from_discharge_to_death": (
            DEATH,
            lambda t: possible(
                _if_possible_stay(t, days_between(t["discharged_at"], t["_died_on"]))
            ),
        ),
        "days_ready_before_discharge": (
            None,
            lambda t: possible(days_between(t["ready_at"], t["discharged_at"])),
        ),
        "age_band": (None, age_band),
        "diagnosis_group": (None, _group("primary_diagnosis")),
        "diagnosis_chapter": (None, diagnosis_chapter),
        "procedure_group": (None, _group("primary_procedure")),
        "admitted_at_weekend": (None, weekend("admitted_at")),
        "discharged_at_weekend": (None, weekend("discharged_at")),
        "admitted_hour": (None, lambda t: t["admitted_at"].hour().cast("int64")),
        "admitted_month": (None, month("admitted_at")),
        "discharged_month": (None, month("discharged_at")),
    },
    **EXPRESSIONS_OF_EVENTS,
}


def own_fields(record: str) -> frozenset[str]:
    """The derived fields that a record's own columns decide, with nothing joined."""
    known = EXPRESSIONS.get(record, {})
    return frozenset(name for name, (join, _) in known.items() if join is None)
