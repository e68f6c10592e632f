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
    )
}

# Record types whose clinician stands in the record itself: rule → (column of the code, column of
# the date).
OWN_COLUMN: dict[str, dict[str, tuple[str, str]]] = {
    "spells": {
        "discharging": ("discharging_consultant", "discharged_at"),
        "admitting": ("admitting_consultant", "admitted_at"),
    },
    "procedures": {"operating": ("surgeon", "performed_at")},
    "theatre": {"operating": ("surgeon", "session_planned_start")},
}
FROM_EPISODES = ("longest_stay", "shares")


def rules_for(record: str) -> tuple[str, ...]:
    """The rules that this record type can be attributed by, in the order of RULES."""
    if record == "spells":
        return tuple(RULES)
    return tuple(rule for rule in RULES if rule in OWN_COLUMN.get(record, {}))
