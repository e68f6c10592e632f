"""The data sets that can be loaded, their columns and keys, as data."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    DATE = "date"
    INSTANT = "instant"  # a local civil time in the source; kept so, beside the UTC instant
    CODE = "code"  # one of `codes`; others are kept, counted and reported


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a data set."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    codes: tuple[str, ...] = ()
    patient: bool = False  # the patient's hospital number: stored only as a keyed hash
    clinician: bool = False  # a clinician's code in the source system
    lowest: int | None = None  # a number outside these cannot be true
    highest: int | None = None
    may_be_future: bool = False  # a plan, so later than today is no mistake


@dataclass(frozen=True, kw_only=True)
class RecordType:
    """A data set: one row is one thing that happened, made unique by its key within a source."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    month_of: str  # the column whose local month files the row in the store
    in_order: tuple[tuple[str, str], ...] = ()  # (start, end): an end before its start is a mistake
    together: str = ""  # rows alike in this column are measured together: a patient's, a session's

    def column(self, name: str) -> Column | None:
        """The column of this name; None where there is none."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def of_events(self) -> bool:
        """Rows are things that happened, not something that lasts from a day on (a post, leave)."""
        return self.month_of != "from"

    @property
    def clinician_columns(self) -> tuple[str, ...]:
        """The columns that name a clinician."""
        return tuple(column.name for column in self.columns if column.clinician)


def text(name: str, *, required: bool = False) -> Column:
    """A column of free text."""
    return Column(name=name, required=required)


def instant(name: str, *, required: bool = False, may_be_future: bool = False) -> Column:
    """A column of moments."""
    return Column(name=name, kind=Kind.INSTANT, required=required, may_be_future=may_be_future)


def day(name: str, *, required: bool = False, may_be_future: bool = False) -> Column:
    """A column of dates."""
    return Column(name=name, kind=Kind.DATE, required=required, may_be_future=may_be_future)


def number(
    name: str, *, required: bool = False, lowest: int | None = 0, highest: int | None = None
) -> Column:
    """A column of whole numbers."""
    return Column(name=name, kind=Kind.INTEGER, required=required, lowest=lowest, highest=highest)


def age() -> Column:
    """The patient's age, in whole years."""
    return number("age_years", highest=OLDEST_YEARS)


def decimal(name: str, *, required: bool = False) -> Column:
    """A column of numbers from 0 upwards."""
    return Column(name=name, kind=Kind.DECIMAL, required=required, lowest=0)


def flag(name: str) -> Column:
    """A column of yes and no."""
    return Column(name=name, kind=Kind.FLAG)


def code(name: str, *codes: str, required: bool = False) -> Column:
    """A column of listed codes."""
    return Column(name=name, kind=Kind.CODE, codes=codes, required=required)


def clinician(name: str, *, required: bool = False) -> Column:
    """A column that names a clinician."""
    return Column(name=name, clinician=True, required=required)


def patient() -> Column:
    """The column that says whose record it is."""
    return Column(name="patient_id", patient=True, required=True)


def record_type(
    name: str,
    *columns: Column,
    key: tuple[str, ...] | None = None,
    month_of: str,
    in_order: tuple[tuple[str, str], ...] = (),
    together: str = "",
) -> RecordType:
    """A record type; its key is the first column unless said."""
    of_patients = any(column.patient for column in columns)
    return RecordType(
        name=name,
        columns=columns,
        key=key or (columns[0].name,),
        month_of=month_of,
        in_order=in_order,
        together=together or ("patient_key" if of_patients else ""),
    )


OLDEST_YEARS = 125  # the longest verified human life is 122 years


ADMISSION_METHODS = ("elective", "emergency", "maternity", "transfer", "other")
DISCHARGE_METHODS = ("home", "died", "transferred", "self", "other")
CLINIC_OUTCOMES = (
    "attended",
    "late_seen",
    "dna",
    "late_not_seen",
    "cancelled_patient",
    "cancelled_hospital",
)

RECORD_TYPES: dict[str, RecordType] = {
    each.name: each
    for each in (
        record_type(
            "spells",
            text("spell_id", required=True),
            patient(),
            instant("admitted_at", required=True),
            instant("discharged_at"),
            code("admission_method", *ADMISSION_METHODS, required=True),
            code("patient_class", "inpatient", "day_case", "regular"),
            text("intended_management"),
            code("discharge_method", *DISCHARGE_METHODS),
            age(),
            text("sex"),
            text("specialty"),
            text("site"),
            clinician("admitting_consultant"),
            clinician("discharging_consultant"),
            text("primary_diagnosis"),
            text("primary_procedure"),
            instant("ready_at"),
            instant("decided_to_admit_at"),
            number("deprivation_decile", lowest=1, highest=10),
            month_of="discharged_at",
            in_order=(("admitted_at", "discharged_at"),),
        ),
        record_type(
            "episodes",
            text("spell_id", required=True),
            number("episode", required=True),
            instant("started_at", required=True),
            instant("ended_at", required=True),
            clinician("consultant", required=True),
            text("specialty"),
            key=("spell_id", "episode"),
            month_of="ended_at",
            in_order=(("started_at", "ended_at"),),
        ),
        record_type(
            "diagnoses",
            text("spell_id", required=True),
            number("position", required=True),
            text("code", required=True),
            instant("coded_at"),
            key=("spell_id", "position"),
            month_of="coded_at",
        ),
        record_type(
            "procedures",
            text("procedure_id", required=True),
            text("spell_id", required=True),
            text("code", required=True),
            instant("performed_at"),
            clinician("surgeon"),
            clinician("supervisor"),
            month_of="performed_at",
        ),
        record_type(
            "wardstays",
            text("wardstay_id", required=True),
            text("spell_id", required=True),
            text("ward", required=True),
            instant("started_at", required=True),
            instant("ended_at"),
            month_of="started_at",
            in_order=(("started_at", "ended_at"),),
        ),
        record_type(
            "predictions",
            text("spell_id", required=True),
            instant("entered_at", required=True),
            day("predicted_discharge_date", required=True, may_be_future=True),
            text("entered_by"),
            key=("spell_id", "entered_at"),
            month_of="entered_at",
        ),
        record_type(
            "theatre",
            text("case_id", required=True),
            text("session_id", required=True),
            text("theatre", required=True),
            instant("session_planned_start", required=True, may_be_future=True),
            instant("session_planned_end", required=True, may_be_future=True),
            instant("booked_at"),
            instant("cancelled_at"),
            text("cancellation_reason"),
            instant("anaesthetic_start"),
            instant("knife_to_skin"),
            instant("closed_at"),
            instant("out_of_theatre"),
            clinician("surgeon"),
            clinician("supervisor"),
            text("specialty"),
            text("procedure"),
            month_of="session_planned_start",
            in_order=(
                ("session_planned_start", "session_planned_end"),
                ("anaesthetic_start", "out_of_theatre"),
                ("knife_to_skin", "closed_at"),
                ("closed_at", "out_of_theatre"),
            ),
            together="session_id",
        ),
        record_type(
            "clinics",
            text("attendance_id", required=True),
            patient(),
            instant("slot_at", required=True, may_be_future=True),
            clinician("slot_owner", required=True),
            code("attendance_type", "first", "follow_up", required=True),
            code("outcome", *CLINIC_OUTCOMES, required=True),
            text("specialty"),
            text("procedure"),
            flag("is_child"),
            month_of="slot_at",
        ),
        record_type(
            "emergency",
            text("attendance_id", required=True),
            patient(),
            instant("arrived_at", required=True),
            clinician("reviewed_by"),
            code("decision", "admit", "discharge", "refer", "same_day_care"),
            instant("decided_at"),
            instant("left_at"),
            text("acuity"),
            age(),
            text("diagnosis"),
            month_of="arrived_at",
            in_order=(("arrived_at", "decided_at"), ("arrived_at", "left_at")),
        ),
        record_type(
            "deaths",
            patient(),
            day("died_on", required=True),
            code("source", "in_hospital", "linked"),
            month_of="died_on",
        ),
        record_type(
            "documents",
            text("document_id", required=True),
            code("kind", "discharge_summary", "clinic_letter", required=True),
            text("refers_to", required=True),
            instant("sent_at"),
            clinician("author"),
            month_of="sent_at",
        ),
        record_type(
            "assessments",
            text("assessment_id", required=True),
            text("spell_id", required=True),
            code("kind", "vte", required=True),
            instant("completed_at", required=True),
            month_of="completed_at",
        ),
        record_type(
            "endoscopy",
            text("procedure_id", required=True),
            clinician("endoscopist", required=True),
            instant("performed_at", required=True),
            text("intended_extent", required=True),
            text("reached_extent", required=True),
            clinician("supervisor"),
            flag("photo_proof"),
            month_of="performed_at",
        ),
        record_type(
            "workforce",
            text("person_code", required=True),
            day("from", required=True, may_be_future=True),
            day("to", may_be_future=True),
            text("name"),
            text("grade"),
            text("department"),
            decimal("whole_time_equivalent"),
            text("supervises"),
            key=("person_code", "from"),
            month_of="from",
            in_order=(("from", "to"),),
        ),
        record_type(
            "jobplans",
            text("person_code", required=True),
            day("from", required=True, may_be_future=True),
            code("activity", "dcc", "spa", "on_call", "additional", "external", required=True),
            decimal("sessions_per_week", required=True),
            key=("person_code", "from", "activity"),
            month_of="from",
        ),
        record_type(
            "leave",
            text("person_code", required=True),
            day("from", required=True, may_be_future=True),
            day("to", required=True, may_be_future=True),
            text("kind", required=True),
            key=("person_code", "from"),
            month_of="from",
            in_order=(("from", "to"),),
        ),
    )
}
