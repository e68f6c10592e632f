"""The derived fields of job plans: a line of a plan on one day, with what was done that day."""

from clinmeasures.activity.record_types import Kind
from clinmeasures.definitions.field import Field, flag, text, whole

_SESSION = "thousandths of a session"
_WEEK = "thousandths of a whole-time week"
_HELD = (
    "A half-day is one session, however many lists, clinics or patients it held: a morning begins "
    "before 13:00, an afternoon ends after 13:30. A theatre list counts for the surgeon and the "
    "supervisor of a case that was begun, a clinic for the slots' owner unless every slot was "
    "cancelled, an endoscopy list for endoscopist and supervisor, acute assessments for the "
    "reviewer. Stands with the line of direct care (dcc)"
)
_DONE = ("theatre", "clinics", "endoscopy", "emergency")
_WEIGHED = (
    "By the weights that stand with the activity, of the source that weighted_by names; blank "
    "without them. Stands with the line of direct care (dcc)."
)
_SPREAD = (
    "A line of a job plan holds from its date until the person's next plan begins, or the last "
    "post in the staff list ends; each weekday takes a fifth of its sessions a week"
)


def _thousandths(unit: str, name: str, words: str, how: str, *reads: str) -> Field:
    return whole(name, unit, words, how, *reads)


JOBPLANS = (
    _thousandths(_SESSION, "planned_sessions", "the sessions planned", f"{_SPREAD}."),
    _thousandths(
        _SESSION,
        "planned_sessions_net",
        "the sessions planned, net of leave",
        f"As planned_sessions, and 0 on a day of leave of any kind. {_SPREAD}.",
        "leave",
        "workforce",
    ),
    _thousandths(
        _SESSION, "delivered_sessions", "the sessions delivered", f"{_HELD}; 0 on others.", *_DONE
    ),
    whole("theatre_sessions", "sessions", "the theatre lists held", f"{_HELD}.", "theatre"),
    whole("clinic_sessions", "sessions", "the clinics held", f"{_HELD}.", "clinics"),
    whole("endoscopy_sessions", "sessions", "the endoscopy lists held", f"{_HELD}.", "endoscopy"),
    whole("acute_sessions", "sessions", "the half-days of assessing", f"{_HELD}.", "emergency"),
    Field(
        name="leave_kind",
        kind=Kind.TEXT,
        words="the kind of leave",
        how="The kind of the leave that covers the day (of two, the first in order); blank "
        "without.",
        reads=("leave",),
    ),
    flag("in_plan", "a job plan holds", "Some plan of the person holds on the day."),
    flag("in_post", "in post", "Some post of the person in the staff list holds on the day."),
    _thousandths(
        _WEEK,
        "whole_time_weeks",
        "the whole-time weeks in post",
        "A fifth of the person's whole-time equivalents on each weekday, added over posts in force "
        "in the staff list. Stands with the line of direct care (dcc).",
        "workforce",
    ),
    _thousandths(
        _WEEK,
        "whole_time_weeks_net",
        "the whole-time weeks in post, net of leave",
        "As whole_time_weeks, and 0 on a day of leave of any kind.",
        "workforce",
        "leave",
    ),
    _thousandths(
        "thousandths of a weighted stay",
        "weighted_stays",
        "the stays ended, weighted",
        f"Stays discharged that day under the person, weighted. {_WEIGHED}",
        "spells",
    ),
    _thousandths(
        "thousandths of a weighted case",
        "weighted_cases",
        "the cases operated on, weighted",
        f"Theatre cases that the person began that day, weighted. {_WEIGHED}",
        "theatre",
    ),
    _thousandths(
        "thousandths of a weighted attendance",
        "weighted_attendances",
        "the attendances seen, weighted",
        f"Attendances that took place in the person's slots that day, weighted. {_WEIGHED}",
        "clinics",
    ),
    text("weighted_by", "the source of the weights", f"Its own name. {_WEIGHED}"),
)
