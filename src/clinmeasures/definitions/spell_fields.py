"""The derived fields of spells."""

from clinmeasures.definitions.field import flag, hours, text, whole

# ICD-10's chapters: the last three-character code of each, in order, and its name here.
DIAGNOSIS_CHAPTERS = (
    ("B99", "infections"),
    ("C99", "cancer"),
    ("D49", "other neoplasms"),
    ("D99", "blood"),
    ("E99", "endocrine"),
    ("F99", "mental health"),
    ("G99", "nervous system"),
    ("H59", "eye"),
    ("H99", "ear"),
    ("I99", "circulation"),
    ("J99", "breathing"),
    ("K99", "digestion"),
    ("L99", "skin"),
    ("M99", "bones and muscles"),
    ("N99", "kidney and genital"),
    ("O99", "pregnancy"),
    ("P99", "newborn"),
    ("Q99", "congenital"),
    ("R99", "symptoms"),
    ("T99", "injury"),
    ("U99", "special codes"),
    ("Y99", "external causes"),
    ("Z99", "other contact"),
)

_FIRST_PREDICTION = (
    "The first prediction is the one entered earliest; of two entered at the same instant, the "
    "earlier date. Revisions are kept and do not count here."
)
_DEATH = (
    "The day of death is the earliest of the deaths data (in hospital or linked) and, where the "
    "spell "
    "ended with discharge method 'died', the day of discharge."
)

SPELLS = (
    whole(
        "stay_minutes",
        "minutes",
        "the minutes from admission to discharge",
        "Whole minutes between the UTC instants of admission and discharge, so that a night on "
        "which "
        "the clocks change has its true length. Blank where either is blank or discharge comes "
        "first.",
    ),
    whole(
        "stay_days",
        "days",
        "the number of nights from admission to discharge",
        "Midnights passed: the local date of discharge less the local date of admission, as the "
        "NHS "
        "Data Dictionary counts length of stay; 0 for a discharge on the day of admission. Blank "
        "where either is blank or discharge comes first.",
    ),
    whole(
        "days_to_next_emergency_admission",
        "days",
        "the days from discharge to the patient's next emergency admission",
        "Local date of the patient's first emergency admission that begins at or after this "
        "discharge "
        "(and after this admission), less the local date of discharge: 0 on the same day. Only "
        "admission method 'emergency' counts: a transfer in, or an admission that began before "
        "this "
        "discharge, is a continuation and does not. Admissions to other hospitals are unseen. "
        "Blank "
        "where there is none or the stay is impossible.",
        after=True,
    ),
    whole(
        "days_to_next_inpatient_admission",
        "days",
        "the days from this admission to the patient's next inpatient admission",
        "Local date of the patient's next admission with patient class 'inpatient', less the local "
        "date of this admission. Of two admissions at one instant the one with the greater key "
        "comes later. Blank where there is none.",
        after=True,
    ),
    hours(
        "hours_to_first_prediction",
        "the hours from admission to the first predicted discharge date being entered",
        "Elapsed hours (with fractions) between UTC instants; negative where it was entered before "
        f"admission. {_FIRST_PREDICTION} Blank where none was entered.",
        "predictions",
    ),
    whole(
        "minutes_to_first_prediction",
        "minutes",
        "the minutes from admission to the first predicted discharge date being entered",
        f"As hours_to_first_prediction, in whole minutes rounded down. {_FIRST_PREDICTION}",
        "predictions",
    ),
    whole(
        "days_from_prediction_to_discharge",
        "days",
        "the days from the first predicted discharge date to the discharge",
        "Local date of discharge less the first predicted date: positive where the patient left "
        "later "
        f"than predicted. {_FIRST_PREDICTION}",
        "predictions",
    ),
    whole(
        "days_from_prediction_to_ready",
        "days",
        "the days from the first predicted discharge date to the day the patient was ready to "
        "leave",
        "As days_from_prediction_to_discharge, but against the date of ready_at where that is "
        "known; "
        "the date of discharge where it is not.",
        "predictions",
    ),
    hours(
        "hours_to_summary",
        "the hours from discharge to the first discharge summary being sent",
        "Elapsed hours (with fractions) between UTC instants; negative where it was sent before "
        "the "
        "patient left. The first sent counts, however often it was sent again. Blank where none "
        "was.",
        "documents",
        after=True,
    ),
    whole(
        "minutes_to_summary",
        "minutes",
        "the minutes from discharge to the first discharge summary being sent",
        "As hours_to_summary, in whole minutes rounded down.",
        "documents",
        after=True,
    ),
    whole(
        "days_to_death",
        "days",
        "the days from admission to death",
        f"{_DEATH} Less the local date of admission. Blank where no death is known or it falls "
        f"before "
        "the admission.",
        "deaths",
        after=True,
    ),
    whole(
        "days_from_discharge_to_death",
        "days",
        "the days from discharge to death",
        f"{_DEATH} Less the local date of discharge. Blank where no death is known, or it falls "
        f"before "
        "the discharge, or the stay is impossible.",
        "deaths",
        after=True,
    ),
    hours(
        "hours_to_vte",
        "the hours from admission to the first VTE risk assessment",
        "Elapsed hours (with fractions) between UTC instants from admitted_at to the earliest "
        "assessment of kind 'vte'; negative where it was made before admission. Blank where none "
        "was made.",
        "assessments",
    ),
    hours(
        "hours_from_decision_to_vte",
        "the hours from the decision to admit to the first VTE risk assessment",
        "As hours_to_vte, but from decided_to_admit_at where that is known; from the admission "
        "where it is not.",
        "assessments",
    ),
    whole(
        "days_ready_before_discharge",
        "days",
        "the days from being ready to leave to discharge",
        "Local date of discharge less the local date of ready_at. Blank where either is blank or "
        "the "
        "order is impossible.",
    ),
    text("age_band", "the age band", "0-17, 18-44, 45-64, 65-74, 75-84 or 85+, from age_years."),
    text(
        "diagnosis_group",
        "the first three characters of the primary diagnosis",
        "First three characters of primary_diagnosis, in capitals.",
    ),
    text(
        "diagnosis_chapter",
        "the chapter of the primary diagnosis",
        "The chapter of ICD-10 that holds primary_diagnosis, with cancer (C00 to C99) apart "
        "from other neoplasms: " + ", ".join(words for _, words in DIAGNOSIS_CHAPTERS) + ".",
    ),
    text(
        "procedure_group",
        "the first three characters of the primary procedure",
        "First three characters of primary_procedure, in capitals.",
    ),
    flag(
        "admitted_at_weekend",
        "admitted at a weekend",
        "The local day of admission is Saturday or Sunday.",
    ),
    flag(
        "discharged_at_weekend",
        "discharged at a weekend",
        "The local day of discharge is Saturday or Sunday.",
    ),
    whole("admitted_hour", "", "the hour of admission", "Local hour of admission, 0 to 23."),
    text("admitted_month", "the month of admission", "Local month of admission, as 2026-03."),
    text("discharged_month", "the month of discharge", "Local month of discharge, as 2026-03."),
)
