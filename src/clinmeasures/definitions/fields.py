"""What a definition may speak of: a record type's columns and its closed list of derived fields."""

from functools import cache
from types import MappingProxyType

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.definitions.event_fields import DERIVED_OF_EVENTS
from clinmeasures.definitions.field import Field
from clinmeasures.definitions.spell_fields import DIAGNOSIS_CHAPTERS, SPELLS
from clinmeasures.definitions.staff_fields import JOBPLANS

__all__ = [
    "CASE_MIX_SCORES",
    "DERIVED",
    "DIAGNOSIS_CHAPTERS",
    "JOINED_FROM",
    "JOINING",
    "Field",
    "fields_of",
]

DERIVED: dict[str, tuple[Field, ...]] = {
    "spells": SPELLS,
    **DERIVED_OF_EVENTS,
    "jobplans": JOBPLANS,
}

# Record types whose rows the engine joins from several data sets, day by day (kind `joined`), and
# the fields that say what each row was joined from.
JOINED_FROM = {
    "jobplans": (
        *("leave_kind", "theatre_sessions", "clinic_sessions"),
        *("endoscopy_sessions", "acute_sessions"),
    )
}
JOINING = tuple(JOINED_FROM)
# Covariates that a case-mix model scores from several rows, rather than fields of one record.
CASE_MIX_SCORES = ("charlson", "elixhauser")


@cache
def fields_of(record: str) -> MappingProxyType[str, Field]:
    """Every field of a record type by name: its columns, then what is derived from them.

    Parameters
    ----------
    record : str
        A record type of the data sets reference, as `spells`.

    Returns
    -------
    mapping of str to Field
        Read-only, the same one every time. The patient's number is left out: no definition may
        speak of a person.
    """
    columns = {
        column.name: Field(
            name=column.name, kind=column.kind, words=_words(column.name), codes=column.codes
        )
        for column in RECORD_TYPES[record].columns
        if not column.patient
    }
    derived = {field.name: field for field in DERIVED.get(record, ())}
    return MappingProxyType(columns | derived)


def _words(column: str) -> str:
    return "the " + column.replace("_", " ")
