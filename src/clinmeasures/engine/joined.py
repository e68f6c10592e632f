"""What derived fields hang on besides their own record: gathered beside a spell, or a patient's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmeasures.engine.look_ahead import admission, next_admissions
from clinmeasures.engine.tables import Tables
from clinmeasures.engine.times import day_number, since_1800

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DAY_BITS = 22  # hold any day from 1800 to the year 9999, see _predictions
_DAY_MASK = (1 << _DAY_BITS) - 1


@dataclass(frozen=True)
class Beside:
    """One value for each record, gathered from the rows of another data set that belong to it."""

    name: str
    rows: Callable[[Tables], "ir.Table"]  # `_of`, the record, and columns no other Beside has
    gathered: Callable[["ir.Table"], dict[str, "ir.Value"]]


@dataclass(frozen=True)
class OfPatient:
    """What a record's patient's other records say of it.

    `own` is worked out of the record's own columns before anything is joined, so that these need
    be carried no further.
    """

    name: str
    own: Callable[["ir.Table"], dict[str, "ir.Value"]]
    join: Callable[["ir.Table", Tables], "ir.Table"]
    after: tuple["OfPatient", ...] = ()  # what must be joined before it


Join = Beside | OfPatient


# ---- beside a record -----------------------------------------------------------------------------


def side_rows(tables: Tables, besides: Sequence[Beside]) -> "ir.Table":
    """The rows that are gathered, as one table; each data set fills its own columns."""
    import ibis

    each = [beside.rows(tables) for beside in besides]
    columns = {name: kind for rows in each for name, kind in rows.schema().items()}
    alike = [
        rows.select(
            **{
                name: rows[name] if name in rows.columns else ibis.null(kind)
                for name, kind in columns.items()
            }
        )
        for rows in each
    ]
    return alike[0] if len(alike) == 1 else ibis.union(*alike)


def gathered(sides: "ir.Table", besides: Sequence[Beside]) -> "ir.Table":
    """Of every record what is gathered beside it: one grouping serves all."""
    values = {name: value for each in besides for name, value in each.gathered(sides).items()}
    return sides.group_by("_of").aggregate(**values)


def beside(rows: "ir.Table", found: "ir.Table", key: str) -> "ir.Table":
    """The rows with what was gathered for their key; blank where nothing was."""
    return rows.left_join(found, rows[key] == found["_of"]).drop("_of")


def _predictions(tables: Tables) -> "ir.Table":
    made = tables.table("predictions")
    # One integer holds the instant and, behind it, the date: the least is the first entered, and of
    # two entered at once the earlier date, whatever order the rows come in.
    both = (since_1800(made["entered_at_utc"]) << _DAY_BITS) + day_number(
        made["predicted_discharge_date"]
    )
    return made.select(_of=made["spell_id"], _prediction=both)


def _summaries(tables: Tables) -> "ir.Table":
    documents = tables.table("documents")
    sent = documents.filter(documents["kind"] == "discharge_summary")
    return sent.select(_of=sent["refers_to"], _sent_at_utc=sent["sent_at_utc"])


def _letters(tables: Tables) -> "ir.Table":
    documents = tables.table("documents")
    sent = documents.filter(documents["kind"] == "clinic_letter")
    return sent.select(
        _of=sent["refers_to"], _letter_at_utc=sent["sent_at_utc"], _letter_at=sent["sent_at"]
    )


def _vte_assessments(tables: Tables) -> "ir.Table":
    made = tables.table("assessments")
    vte = made.filter(made["kind"] == "vte")
    return vte.select(_of=vte["spell_id"], _vte_at_utc=vte["completed_at_utc"])


FIRST_PREDICTION = Beside(
    "first prediction", _predictions, lambda t: {"_prediction": t["_prediction"].min()}
)
FIRST_SUMMARY = Beside(
    "first summary", _summaries, lambda t: {"_sent_at_utc": t["_sent_at_utc"].min()}
)

FIRST_LETTER = Beside(
    "first letter",
    _letters,
    lambda t: {
        "_letter_at_utc": t["_letter_at_utc"].min(),
        "_letter_at": t["_letter_at"].min(),
    },
)
FIRST_VTE = Beside(
    "first VTE assessment", _vte_assessments, lambda t: {"_vte_at_utc": t["_vte_at_utc"].min()}
)


def seconds_to_prediction(rows: "ir.Table") -> "ir.IntegerValue":
    """From admission to the first prediction; negative where it came before."""
    entered = rows["_prediction"] >> _DAY_BITS
    return entered - since_1800(rows["admitted_at_utc"])


def predicted_day(rows: "ir.Table") -> "ir.IntegerValue":
    """The date first predicted, in days since 1800."""
    return rows["_prediction"] & _DAY_MASK


# ---- of the patient ------------------------------------------------------------------------------


def _death_here(rows: "ir.Table") -> dict[str, "ir.Value"]:
    """The day of discharge of a spell that ended in death."""
    day = rows["discharged_at"].cast("date")
    return {"_died_here": (rows["discharge_method"] == "died").ifelse(day, None)}


def _death(rows: "ir.Table", tables: Tables) -> "ir.Table":
    """The patient's day of death: the earliest known, a spell that ended in death included."""
    import ibis

    deaths = tables.table("deaths")
    known = deaths.group_by(_of="patient_key").aggregate(_linked=deaths["died_on"].min())
    known = tables.once("death", known)
    joined = rows.left_join(known, rows["patient_key"] == known["_of"]).drop("_of")
    return joined.mutate(_died_on=ibis.least(joined["_linked"], joined["_died_here"]))


NEXT_ADMISSIONS = OfPatient("next admissions", admission, next_admissions)
DEATH = OfPatient("death", _death_here, _death)
