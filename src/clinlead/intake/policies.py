"""Who may load, look at loads and open a hospital number. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clinlead.access.policies import Reader, Reason, Refusal, Role

# Whose figures rest on the loads: they see the grade of each data set, not the rows.
SEES_GRADES = frozenset(
    {
        Role.CLINICIAN,
        Role.LEAD,
        Role.CHIEF,
        Role.OPERATIONS,
        Role.ANALYST,
        Role.PROJECT_TEAM,
        Role.EXECUTIVE,
    }
)
SEES_REPORTS = frozenset({Role.LEAD, Role.ANALYST})
NOT_AN_ANALYST = Refusal(Reason.NOT_AN_ANALYST, "Only an analyst can load and withdraw extracts.")


@dataclass(frozen=True, kw_only=True)
class NumberFacts:
    """What the rules need to know of a record whose hospital number is asked for."""

    owner_ids: frozenset[int] = field(default_factory=frozenset)  # people it counts for
    department_ids: frozenset[int] = field(default_factory=frozenset)  # theirs


def why_not_load(reader: Reader) -> Refusal | None:
    """Why this person may not load, see the rows of loads, or their quarantine."""
    return None if reader.has(Role.ANALYST) else NOT_AN_ANALYST


def why_not_withdraw(reader: Reader, *, active: bool, because: str | None = None) -> Refusal | None:
    """Why this load may not be withdrawn now; with a reason given, why not for it."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if not active:
        return Refusal(Reason.ALREADY_DONE, "This load is not in use, so nothing rests on it.")
    if because is not None and not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the load's page will show it.")
    return None


def why_not_settle_rows(
    reader: Reader, *, reason: str = "given", ids: Sequence[int] = (0,)
) -> Refusal | None:
    """Why this person may not say what became of failing rows; with a reason given, why not so."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if not ids:
        return Refusal(Reason.NO_REASON_GIVEN, "Choose at least one row.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; it stays beside the row.")
    return None


def why_not_see_grades(reader: Reader) -> Refusal | None:
    """Why this person may not see the quality grade of each data set."""
    if reader.has(*SEES_GRADES):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "The quality of loads is not yours to see.")


def why_not_see_report(reader: Reader) -> Refusal | None:
    """Why this person may not see how a data set came to its grade."""
    if reader.has(*SEES_REPORTS):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "The report behind the grade is not yours to see.")


def why_not_open_number(reader: Reader, record: NumberFacts) -> Refusal | None:
    """Why this person may not open the hospital number of this record's patient.

    Its owner, the lead who settles about it, and the analyst may, one record at a time.
    """
    if reader.person_id is not None and reader.person_id in record.owner_ids:
        return None
    if reader.leads & record.department_ids or reader.has(Role.ANALYST):
        return None
    return Refusal(
        Reason.NOT_THEIRS_TO_SEE,
        "Only a record's owner, their clinical director and the analyst open its hospital number.",
    )
