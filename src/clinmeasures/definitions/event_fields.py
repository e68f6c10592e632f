"""The derived fields of what happens outside a stay, or within one: one record, one event."""

from clinmeasures.definitions.field import flag, hours, text, whole

_AGE_BAND = text(
    "age_band", "the age band", "0-17, 18-44, 45-64, 65-74, 75-84 or 85+, from age_years."
)

EPISODES = (
    whole(
        "episode_minutes",
        "minutes",
        "the minutes of the episode",
        "Whole minutes between the UTC instants of its start and end. Blank where impossible.",
    ),
)

EMERGENCY = (
    whole(
        "minutes_in_department",
        "minutes",
        "the minutes from arrival to leaving",
        "Whole minutes between the UTC instants of arrival and leaving. Blank where impossible.",
    ),
    whole(
        "minutes_to_decision",
        "minutes",
        "the minutes from arrival to the decision",
        "Whole minutes between the UTC instants of arrival and decision. Blank where impossible.",
    ),
    whole("arrived_hour", "", "the hour of arrival", "Local hour of arrival, 0 to 23."),
    flag(
        "arrived_at_weekend",
        "arrived at a weekend",
        "The local day of arrival is Saturday or Sunday.",
    ),
    _AGE_BAND,
)

CLINICS = (
    whole(
        "attended_firsts",
        "",
        "first attendances that took place",
        "1 where attendance_type is 'first' and the patient was seen (outcome 'attended' or "
        "'late_seen'), else 0.",
    ),
    whole(
        "attended_follow_ups",
        "",
        "follow-up attendances that took place",
        "1 where attendance_type is 'follow_up' and the patient was seen (outcome 'attended' or "
        "'late_seen'), else 0.",
    ),
    hours(
        "hours_to_letter",
        "the hours from the attendance to the first clinic letter being sent",
        "Elapsed hours (with fractions) between UTC instants from slot_at to the first document of "
        "kind 'clinic_letter' that refers to the attendance; negative where it was sent before. "
        "However often it was sent again, the first counts. Blank where none was sent.",
        "documents",
        after=True,
    ),
    whole(
        "days_to_letter",
        "days",
        "the days from the attendance to the first clinic letter being sent",
        "Local date of sending less the local date of the slot: 0 on the same day. The first "
        "sent counts. Blank where none was sent.",
        "documents",
        after=True,
    ),
)

_ONCE = (
    "Minutes in which an earlier case of the session was still going on are the earlier case's "
    "alone, so that overlapping cases count once. 0 for a case without both times."
)
_TOUCH = (
    "Touch starts with anaesthetic_start (knife_to_skin where that is blank) and ends with "
    f"out_of_theatre (closed_at where that is blank). {_ONCE}"
)
_KNIFE = f"From knife_to_skin to closed_at. {_ONCE}"

THEATRE = (
    whole(
        "session_minutes",
        "minutes",
        "the planned minutes of the session",
        "From the earliest session_planned_start to the latest session_planned_end that any row of "
        "the session gives, in any load in use: a later extract does not shorten a session, only a "
        "recorded correction does. It stands with the first case of the session (by case_id), and "
        "is 0 for the others.",
    ),
    whole("touch_minutes", "minutes", "the minutes that the case adds to its session", _TOUCH),
    whole(
        "touch_minutes_in_session",
        "minutes",
        "the minutes that the case adds inside the planned session",
        f"As touch_minutes, of which only what lies inside the planned session counts. {_TOUCH}",
    ),
    whole("knife_minutes", "minutes", "the operating minutes that the case adds", _KNIFE),
    whole(
        "knife_minutes_in_session",
        "minutes",
        "the operating minutes that the case adds inside the planned session",
        f"As knife_minutes, of which only what lies inside the planned session counts. {_KNIFE}",
    ),
    flag(
        "session_ran",
        "the session had a case on its day",
        "At least one case of the session was not cancelled before the day.",
    ),
    whole(
        "session_cases_untimed",
        "",
        "the session's cases whose times are incomplete",
        "Cases of the session with a time for touch but not both, or in the wrong order.",
    ),
    flag(
        "session_shared",
        "two surgeons operated in the session",
        "The cases with times name more than one surgeon.",
    ),
    whole(
        "cancelled_days_before",
        "days",
        "the days from the cancellation to the session",
        "Local date of session_planned_start less the local date of cancelled_at: 0 on the day "
        "itself, negative after it. Blank where the case was not cancelled.",
    ),
)

DERIVED_OF_EVENTS = {
    "episodes": EPISODES,
    "theatre": THEATRE,
    "emergency": EMERGENCY,
    "clinics": CLINICS,
}
