"""How long the records of a data set are kept, and who says so. Pure rules."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinlead.access.policies import Reader, Reason, Refusal, Role
from clinmeasures.activity.record_types import RECORD_TYPES

NOTICE = timedelta(days=28)  # for objections, before a period that was set or changed erases
SHORTEST, LONGEST = 1, 30  # years
# What lasts from a day on (a post, leave, a job plan) is replaced by its next load, not erased.
KEPT_BY_PERIOD = tuple(name for name, record in RECORD_TYPES.items() if record.of_events)
# Who did and read what is no data set, and has a period of its own.
RECORD_OF_ACTS = "record of acts"
HAVE_PERIODS = (*KEPT_BY_PERIOD, RECORD_OF_ACTS)
SEES = (Role.DPO, Role.ANALYST)  # the analyst's loads are what is erased


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A period that somebody would set."""

    dataset: str
    years: int
    reason: str
    longest: int = 0  # period of any data set
    record: int = 0  # period of the record of acts; 0: for ever


def why_not_see_retention(reader: Reader) -> Refusal | None:
    if reader.has(*SEES):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "How long data are kept is not yours to see here.")


def why_not_decide_retention(reader: Reader) -> Refusal | None:
    """Why this person may not say how long records are kept, nor have them erased."""
    if reader.has(Role.DPO):
        return None
    return Refusal(
        Reason.NOT_YOURS, "The data protection officer says how long the records are kept."
    )


def why_not_set_period(reader: Reader, asked: Asked) -> Refusal | None:
    """Why this person may not set this period."""
    refusal = why_not_decide_retention(reader)
    if refusal is None and asked.dataset not in HAVE_PERIODS:
        refusal = Refusal(
            Reason.WRONG_STAGE, "This data set has no period: its next load replaces it."
        )
    if refusal is None and not SHORTEST <= asked.years <= LONGEST:
        refusal = Refusal(Reason.WRONG_STAGE, f"Say {SHORTEST} to {LONGEST} whole years.")
    if refusal is None and not asked.reason.strip():
        refusal = Refusal(Reason.NO_REASON_GIVEN, "Say why; the schedule or rule it follows.")
    return refusal or why_record_too_short(asked)


def why_record_too_short(asked: Asked) -> Refusal | None:
    """Who read and changed records is kept at least as long as the records are."""
    if asked.dataset == RECORD_OF_ACTS and asked.years < asked.longest:
        return Refusal(
            Reason.WRONG_STAGE,
            "The record of acts is kept at least as long as any data set: "
            f"{asked.longest} years or more.",
        )
    if asked.dataset != RECORD_OF_ACTS and 0 < asked.record < asked.years:
        return Refusal(
            Reason.WRONG_STAGE,
            f"The record of acts is kept for {asked.record} years, and no data set for longer. Set "
            "a longer one for it first.",
        )
    return None


def erases_from(set_on: date) -> date:
    """The day from which a period that is set now erases anything."""
    return set_on + NOTICE


def month_kept_from(day: date, years: int) -> str:
    """The first month kept on a day: each is kept until it ended `years` years ago."""
    return f"{day.year - years:04d}-{day.month:02d}"
