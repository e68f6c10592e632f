"""The rules of attribution: whose a record is, as data. How they are computed is in `compute`."""

from dataclasses import dataclass

UNATTRIBUTED = "unattributed"
WHOLE = 1_000_000  # a record's weights sum to exactly this many millionths, under every rule


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way to say which clinician a record counts for."""

    name: str
    words: str
    how: str


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            name="discharging",
            words="the consultant at discharge",
            how="The whole record counts for discharging_consultant, on the date of discharge.",
        ),
        Rule(
            name="admitting",
            words="the consultant on admission",
            how="The whole record counts for admitting_consultant, on the date of admission.",
        ),
        Rule(
            name="longest_stay",
            words="the consultant of the longest episode",
            how="The whole record counts for the consultant of the spell's longest episode, on the "
            "date that episode ended; of two equally long, the one with the lower episode number.",
        ),
        Rule(
            name="operating",
            words="the operating surgeon",
            how="The whole record counts for the surgeon of the spell's primary procedure, on its "
            "date; where none carries the primary procedure's code, the first procedure "
            "performed (then the lower procedure_id).",
        ),
        Rule(
            name="shares",
            words="every consultant, by the time spent under each",
            how="Each consultant counts in proportion to the minutes of their episodes, in "
            "millionths that sum to exactly 1,000,000: whole millionths first, then one more to "
            "the largest remainders (then the longer time, then the unit's code). Where no "
            "episode has any length, each episode counts alike.",
        ),
        Rule(
            name="session_owner",
            words="the surgeon of most of the session",
            how="Every case of a theatre session counts for one surgeon: whoever touched the most "
            "of its minutes (then who had most cases not cancelled before the day, then the first "
            "unit in order), by the code's meaning on the day of the session. A list that two "
            "share counts once.",
        ),
        Rule(
            name="slot_owner",
            words="the owner of the clinic slot",
            how="The whole record counts for slot_owner, on the date of the slot, whoever saw the "
            "patient in the end.",
        ),
        Rule(
            name="reviewing",
            words="the clinician who reviewed the patient",
            how="The whole record counts for reviewed_by, on the date of arrival: whoever decided, "
            "not the consultant whose ward the patient went to.",
        ),
        Rule(
            name="performing",
            words="the endoscopist who performed it",
            how="The whole record counts for endoscopist, on the date of the procedure, supervised "
            "or not.",
        ),
        Rule(
            name="supervising",
            words="the clinician who supervised",
            how="The whole record counts for supervisor, on the date of the procedure or list; "
            "where nobody supervised it is unattributed.",
        ),
        Rule(
            name="job_plan",
            words="the clinician whose job plan it is",
            how="Each day of the plan counts for person_code, who is a person and not a code; what "
            "was done that day is joined to it by the codes' meaning on the day.",
        ),
        Rule(
            name="author",
            words="the author of the document",
            how="The whole record counts for author, on the date it was sent.",
        ),
    )
}

# Record types whose clinician stands in the record itself: rule → (column of the code, column of
# the date).
OWN_COLUMN: dict[str, dict[str, tuple[str, str]]] = {
    "spells": {
        "discharging": ("discharging_consultant", "discharged_at"),
        "admitting": ("admitting_consultant", "admitted_at"),
    },
    "procedures": {
        "operating": ("surgeon", "performed_at"),
        "supervising": ("supervisor", "performed_at"),
    },
    "theatre": {
        "operating": ("surgeon", "session_planned_start"),
        "supervising": ("supervisor", "session_planned_start"),
    },
    "clinics": {"slot_owner": ("slot_owner", "slot_at")},
    "emergency": {"reviewing": ("reviewed_by", "arrived_at")},
    "endoscopy": {
        "performing": ("endoscopist", "performed_at"),
        "supervising": ("supervisor", "performed_at"),
    },
    "documents": {"author": ("author", "sent_at")},
}
WORKED_OUT = {"theatre": ("session_owner",), "jobplans": ("job_plan",)}
OF_SPELLS = ("discharging", "admitting", "longest_stay", "operating", "shares")


def rules_for(record: str) -> tuple[str, ...]:
    """The rules that this record type can be attributed by, in the order of RULES."""
    if record == "spells":
        return OF_SPELLS
    own = OWN_COLUMN.get(record, {})
    return tuple(rule for rule in RULES if rule in own or rule in WORKED_OUT.get(record, ()))
