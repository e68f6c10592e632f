"""A correction on its way back to the source: where it stands, and which office it is for. Pure."""

from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role


class Standing(StrEnum):
    """Where a correction stands with whoever keeps the record."""

    OPEN = "to send"
    SENT = "sent"
    FIXED = "fixed at source"
    CONTRADICTED = "source says a third thing"
    TAKEN_BACK = "taken back after it was sent"


class Office(StrEnum):
    """Who keeps what was corrected, and puts it right there."""

    ADMINISTRATION = "patient administration"
    CODING = "clinical coding"
    THEATRES = "theatres"
    EMERGENCY = "emergency department"
    ENDOSCOPY = "endoscopy"
    WARDS = "wards"
    CORRESPONDENCE = "correspondence"
    STAFFING = "medical staffing"


CODED_DATA_SETS = frozenset({"diagnoses", "procedures"})
CODED_FIELDS = frozenset({"primary_diagnosis", "primary_procedure"})
KEPT_BY = {
    "theatre": Office.THEATRES,
    "emergency": Office.EMERGENCY,
    "endoscopy": Office.ENDOSCOPY,
    "wardstays": Office.WARDS,
    "predictions": Office.WARDS,
    "assessments": Office.WARDS,
    "documents": Office.CORRESPONDENCE,
    "workforce": Office.STAFFING,
    "jobplans": Office.STAFFING,
    "leave": Office.STAFFING,
}

# The states of a correction, with whether it was sent, to where it stands. A correction taken back
# before anybody was told of it concerns nobody.
STANDS: dict[tuple[str, bool], Standing] = {
    ("active", False): Standing.OPEN,
    ("active", True): Standing.SENT,
    ("fixed at source", False): Standing.FIXED,
    ("fixed at source", True): Standing.FIXED,
    ("to settle again", False): Standing.CONTRADICTED,
    ("to settle again", True): Standing.CONTRADICTED,
    ("revoked", True): Standing.TAKEN_BACK,
}


def standing_of(state: str, *, sent: bool) -> Standing | None:
    """Where a correction stands; none where the source need not know of it."""
    return STANDS.get((state, sent))


def office_of(dataset: str, field: str) -> Office:
    """Who puts this field of this data set right."""
    if dataset in CODED_DATA_SETS or field in CODED_FIELDS:
        return Office.CODING
    return KEPT_BY.get(dataset, Office.ADMINISTRATION)


def why_not_follow(reader: Reader) -> Refusal | None:
    """Why this person may not work through the corrections for the sources."""
    if reader.has(Role.ANALYST):
        return None
    return Refusal(Reason.NOT_AN_ANALYST, "Only a BI analyst sends corrections to the sources.")


def why_not_send(reader: Reader, *, waiting: int) -> Refusal | None:
    """Why these corrections may not be marked as sent now."""
    refusal = why_not_follow(reader)
    if refusal is None and not waiting:
        return Refusal(Reason.ALREADY_DONE, "There is nothing here that was not sent already.")
    return refusal
