"""The derived fields of every record type, as expressions over what is joined to it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from clinmeasures.definitions.fields import DIAGNOSIS_CHAPTERS
from clinmeasures.engine.tables import Tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DAY_BITS = 22  # hold any day from 1800 to the year 9999, see first_prediction
_DAY_MASK = (1 << _DAY_BITS) - 1
_SECONDS_1800_TO_1970 = 5_364_662_400
AGE_BANDS = ((18, "0-17"), (45, "18-44"), (65, "45-64"), (75, "65-74"), (85, "75-84"))  # below each


def with_fields(rows: "ir.Table", tables: Tables, record: str, wanted: Iterable[str]) -> "ir.Table":
    """The rows with the wanted derived fields; only what these need is joined."""
    known = EXPRESSIONS.get(record, {})
    names = [name for name in known if name in set(wanted)]
    for join in dict.fromkeys(known[name][0] for name in names):
        if join is not None:
            rows = join(rows, tables)
    return rows.mutate(**{name: known[name][1](rows) for name in names})


def days_between(start: "ir.Value", end: "ir.Value") -> "ir.IntegerValue":
    """Midnights from one local instant or date to another; negative where the end comes first."""
    return end.cast("date").delta(start.cast("date"), unit="day").cast("int64")


def day_number(value: "ir.Value") -> "ir.IntegerValue":
    """Days since the year 1800 of a local instant or date."""
    import ibis

    return value.cast("date").delta(ibis.date(1800, 1, 1), unit="day").cast("int64")


def seconds_between(start: "ir.Value", end: "ir.Value") -> "ir.IntegerValue":
    """Elapsed whole seconds between two UTC instants; negative where the end comes first."""
    return end.delta(start, unit="second").cast("int64")


def minutes_between(start: "ir.Value", end: "ir.Value") -> "ir.IntegerValue":
    """Elapsed whole minutes, rounded down (-30 seconds is -1)."""
    return (seconds_between(start, end) / 60.0).floor().cast("int64")


def possible(value: "ir.IntegerValue") -> "ir.IntegerValue":
    """The value, or blank where it is negative, which no stay can be."""
    return (value >= 0).ifelse(value, None)


def age_band(rows: "ir.Table") -> "ir.StringValue":
    import ibis

    age = rows["age_years"]
    below = [(age < limit, band) for limit, band in AGE_BANDS]
    return ibis.cases((age.isnull() | (age < 0), ibis.null("string")), *below, else_="85+")


def diagnosis_chapter(rows: "ir.Table") -> "ir.StringValue":
    import ibis

    group = _group("primary_diagnosis")(rows)
    outside = group.isnull() | (group.length() < 3) | (group < "A00") | (group > "Z99")
    chapters = [(group <= last, words) for last, words in DIAGNOSIS_CHAPTERS]
    return ibis.cases((outside, ibis.null("string")), *chapters)


def _stay_seconds(rows: "ir.Table") -> "ir.IntegerValue":
    return possible(seconds_between(rows["admitted_at_utc"], rows["discharged_at_utc"]))


def _if_possible_stay(rows: "ir.Table", value: "ir.Value") -> "ir.Value":
    return _stay_seconds(rows).notnull().ifelse(value, None)


def _stay_days(rows: "ir.Table") -> "ir.IntegerValue":
    return possible(
        _if_possible_stay(rows, days_between(rows["admitted_at"], rows["discharged_at"]))
    )


def _elapsed(start: str, end: str) -> Callable[["ir.Table"], "ir.IntegerValue"]:
    return lambda rows: possible(minutes_between(rows[f"{start}_utc"], rows[f"{end}_utc"]))


def _minutes(start: str, end: str) -> Callable[["ir.Table"], "ir.IntegerValue"]:
    return lambda rows: minutes_between(rows[f"{start}_utc"], rows[f"{end}_utc"])


def _hours(start: str, end: str) -> Callable[["ir.Table"], "ir.FloatingValue"]:
    return lambda rows: seconds_between(rows[f"{start}_utc"], rows[f"{end}_utc"]) / 3600.0


def _to_prediction(rows: "ir.Table") -> "ir.IntegerValue":
    return rows["_entered_second"] - _since_1800(rows["admitted_at_utc"])


def _since_1800(instant: "ir.TimestampValue") -> "ir.IntegerValue":
    return instant.epoch_seconds().cast("int64") + _SECONDS_1800_TO_1970


def _month(name: str) -> Callable[["ir.Table"], "ir.StringValue"]:
    return lambda rows: rows[name].strftime("%Y-%m")


def _weekend(name: str) -> Callable[["ir.Table"], "ir.BooleanValue"]:
    return lambda rows: rows[name].day_of_week.index() >= 5  # Monday is 0


def _group(name: str) -> Callable[["ir.Table"], "ir.StringValue"]:
    return lambda rows: rows[name].upper().left(3)


# ---- what is joined, each at most once -----------------------------------------------------------


def next_admissions(rows: "ir.Table", _tables: Tables) -> "ir.Table":
    """The patient's next emergency admission after this discharge, and next inpatient admission.

    Both in one ordered pass over each patient's admissions. The emergency frame opens at the
    discharge, and never before the second after the admission, so that no spell follows itself.
    """
    import ibis

    rows = rows.mutate(
        _admitted=rows["admitted_at_utc"].epoch_seconds().cast("int64"),
        _stay=ibis.greatest(_stay_seconds(rows).fill_null(1), 1),
        _emergency=(rows["admission_method"] == "emergency").ifelse(rows["admitted_at"], None),
        _inpatient=(rows["patient_class"] == "inpatient").ifelse(rows["admitted_at"], None),
    )
    after = ibis.window(
        group_by=rows["patient_key"], order_by=rows["_admitted"], range=(rows["_stay"], None)
    )
    later = ibis.window(
        group_by=rows["patient_key"], order_by=[rows["_admitted"], rows["_key"]], rows=(1, None)
    )
    return rows.mutate(
        _next_emergency=_if_known_patient(rows, rows["_emergency"].min().over(after)),
        _next_inpatient=_if_known_patient(rows, rows["_inpatient"].min().over(later)),
    )


def _if_known_patient(rows: "ir.Table", value: "ir.Value") -> "ir.Value":
    """Spells without a patient's key are not all one patient's."""
    return rows["patient_key"].notnull().ifelse(value, None)


def first_prediction(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The prediction entered first for each spell."""
    made = tables.table("predictions")
    # One integer holds the instant and, behind it, the date: the least is the first entered, and of
    # two entered at once the earlier date, whatever order the rows come in.
    both = (_since_1800(made["entered_at_utc"]) << _DAY_BITS) + day_number(
        made["predicted_discharge_date"]
    )
    firsts = tables.once(
        "first_prediction", made.group_by(_of="spell_id").aggregate(_first=both.min())
    )
    joined = _beside(rows, firsts, rows["spell_id"] == firsts["_of"])
    return joined.mutate(
        _entered_second=joined["_first"] >> _DAY_BITS, _predicted_day=joined["_first"] & _DAY_MASK
    )


def first_summary(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The discharge summary sent first for each spell."""
    documents = tables.table("documents")
    summaries = documents.filter(documents["kind"] == "discharge_summary")
    sent = summaries.group_by(_of="refers_to").aggregate(
        _sent_at_utc=summaries["sent_at_utc"].min()
    )
    firsts = tables.once("first_summary", sent)
    return _beside(rows, firsts, rows["spell_id"] == firsts["_of"])


def death(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The patient's day of death: the earliest known, a spell that ended in death included."""
    import ibis

    deaths = tables.table("deaths")
    known = tables.once(
        "death", deaths.group_by(_of="patient_key").aggregate(_linked=deaths["died_on"].min())
    )
    joined = _beside(rows, known, rows["patient_key"] == known["_of"])
    in_hospital = (joined["discharge_method"] == "died").ifelse(
        joined["discharged_at"].cast("date"), None
    )
    return joined.mutate(_died_on=ibis.least(joined["_linked"], in_hospital)).drop("_linked")


def _beside(rows: "ir.Table", firsts: "ir.Table", on: "ir.BooleanValue") -> "ir.Table":
    return rows.left_join(firsts, on).drop("_of")


Join = Callable[["ir.Table", Tables], "ir.Table"]
Derive = Callable[["ir.Table"], "ir.Value"]

EXPRESSIONS: dict[str, dict[str, tuple[Join | None, Derive]]] = {
    "spells": {
        "stay_minutes": (None, _elapsed("admitted_at", "discharged_at")),
        "stay_days": (None, _stay_days),
        "days_to_next_emergency_admission": (
            next_admissions,
            lambda t: _if_possible_stay(t, days_between(t["discharged_at"], t["_next_emergency"])),
        ),
        "days_to_next_inpatient_admission": (
            next_admissions,
            lambda t: days_between(t["admitted_at"], t["_next_inpatient"]),
        ),
        "hours_to_first_prediction": (first_prediction, lambda t: _to_prediction(t) / 3600.0),
        "minutes_to_first_prediction": (
            first_prediction,
            lambda t: (_to_prediction(t) / 60.0).floor().cast("int64"),
        ),
        "days_from_prediction_to_discharge": (
            first_prediction,
            lambda t: day_number(t["discharged_at"]) - t["_predicted_day"],
        ),
        "days_from_prediction_to_ready": (
            first_prediction,
            lambda t: day_number(t["ready_at"].coalesce(t["discharged_at"])) - t["_predicted_day"],
        ),
        "hours_to_summary": (first_summary, _hours("discharged_at", "_sent_at")),
        "minutes_to_summary": (first_summary, _minutes("discharged_at", "_sent_at")),
        "days_to_death": (death, lambda t: possible(days_between(t["admitted_at"], t["_died_on"]))),
        "days_from_discharge_to_death": (
            death,
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
        "admitted_at_weekend": (None, _weekend("admitted_at")),
        "discharged_at_weekend": (None, _weekend("discharged_at")),
        "admitted_hour": (None, lambda t: t["admitted_at"].hour().cast("int64")),
        "admitted_month": (None, _month("admitted_at")),
        "discharged_month": (None, _month("discharged_at")),
    },
    "episodes": {"episode_minutes": (None, _elapsed("started_at", "ended_at"))},
    "emergency": {
        "minutes_in_department": (None, _elapsed("arrived_at", "left_at")),
        "minutes_to_decision": (None, _elapsed("arrived_at", "decided_at")),
        "age_band": (None, age_band),
    },
}
