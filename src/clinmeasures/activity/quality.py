"""How good a load is, in five parts with a grade each, by docs/reference/quality-grades.md."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.expectations import Checked, checked, unlisted
from clinmeasures.activity.record_types import Kind, RecordType
from clinmeasures.activity.report import LoadReport

if TYPE_CHECKING:
    from clinmeasures.activity.prepare import PreparedLoad


class Grade(StrEnum):
    """A: use it. B: use it, mend it. C: use with care. D: not yet."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Part(StrEnum):
    COMPLETENESS = "completeness"
    TIMELINESS = "timeliness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    ATTRIBUTION = "attribution"


# The least share (or for timeliness the most days) for A, B and C; below that it is D.
SHARES = {
    Part.COMPLETENESS: (0.98, 0.95, 0.90),
    Part.VALIDITY: (0.99, 0.97, 0.90),
    Part.UNIQUENESS: (0.995, 0.98, 0.95),
    Part.ATTRIBUTION: (0.98, 0.95, 0.90),
}
DAYS = (35, 65, 95)


@dataclass(frozen=True, kw_only=True)
class PartOfQuality:
    """One part: a share of 0 to 1, or for timeliness a number of days."""

    part: Part
    value: float
    grade: Grade
    because: str  # in words, for the page


@dataclass(frozen=True, kw_only=True)
class ColumnQuality:
    """One column over the accepted rows."""

    column: str
    filled: float
    required: bool
    unlisted: int  # rows with a code that is in no list of ours


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """The parts that apply, and the grade of the whole: that of its worst part.

    `unlisted` are rows set aside beyond those that are listed one by one.
    """

    grade: Grade
    parts: tuple[PartOfQuality, ...]
    columns: tuple[ColumnQuality, ...]
    checks: tuple[Checked, ...] = ()
    unlisted: Mapping[str, int] = field(default_factory=dict)  # month → rows set aside

    def to_dict(self) -> dict[str, Any]:
        """The grade with its parts, as JSON would hold it."""
        return asdict(self)


def quality(
    prepared: "PreparedLoad", *, known_codes: Collection[str] | None = None
) -> QualityReport:
    """Grade a prepared load.

    Parameters
    ----------
    prepared : PreparedLoad
    known_codes : collection of str, optional
        Clinician codes that a person or a pool has. Default: any code that is not blank counts.

    Returns
    -------
    QualityReport
        Timeliness counts from the last event to the day of the extract (`extracted_on` in the
        mapping, else the day of loading).
    """
    extracted = prepared.mapping.extracted_on or prepared.today
    attributed = attributed_rows(prepared, known_codes)
    graded = grade_report(
        prepared.report, prepared.record_type, extracted=extracted, attributed=attributed
    )
    return replace(graded, checks=checked(prepared), unlisted=unlisted(prepared))


def attributed_rows(prepared: "PreparedLoad", known: Collection[str] | None) -> int | None:
    """Accepted rows with at least one known clinician; None where there is no such column."""
    columns = [sql.name(column) for column in prepared.record_type.clinician_columns]
    if not columns:
        return None
    if known is None:
        held = " OR ".join(f"{column} IS NOT NULL" for column in columns)
    else:
        keep_known(prepared, known)
        # Looked up in a table: DuckDB compares every row with each of a list's codes in turn.
        held = " OR ".join(f"{column} IN (FROM known_codes)" for column in columns)
    found = prepared.query(
        f"SELECT count(*) FROM (SELECT {', '.join(columns)} FROM ({prepared.accepted})) "
        f"WHERE {held}"
    ).fetchone()
    return int(found[0]) if found else 0


def keep_known(prepared: "PreparedLoad", known: Collection[str]) -> None:
    """Make the table of codes that are known."""
    codes = sql.texts(sorted(known))
    prepared.query(
        "CREATE OR REPLACE TEMP TABLE known_codes AS "
        f"SELECT CAST(unnest([{codes}]) AS VARCHAR) AS code"
    )


def grade_report(
    report: LoadReport, record: RecordType, *, extracted: date, attributed: int | None
) -> QualityReport:
    """The grades from the counts alone; see `quality`."""
    parts = [completeness(report), validity(report), uniqueness(report)]
    if report.last and record.of_events:
        parts.append(timeliness(report.last, extracted))
    if attributed is not None:
        parts.append(attribution_of(attributed, report.accepted))
    return QualityReport(
        grade=max(each.grade for each in parts),
        parts=tuple(parts),
        columns=columns_of(report, record),
    )


def completeness(report: LoadReport) -> PartOfQuality:
    """Rows read with every required column present."""
    rows = belonging(report)
    return by_share(
        Part.COMPLETENESS,
        rows - report.incomplete,
        rows,
        "rows have every column that must be there",
    )


def validity(report: LoadReport) -> PartOfQuality:
    """Rows that can be counted, and whose codes are all in our lists."""
    rows = belonging(report)
    good = rows - report.quarantined - report.with_unlisted
    return by_share(Part.VALIDITY, good, rows, "rows can be counted, with codes we know")


def uniqueness(report: LoadReport) -> PartOfQuality:
    """Rows that are not another row's copy, and share their key with no different row."""
    clashing = sum(each.rows for each in report.reasons if each.kind == "duplicate key")
    rows = belonging(report)
    return by_share(Part.UNIQUENESS, rows - report.copies - clashing, rows, "rows are there once")


def attribution_of(attributed: int, accepted: int) -> PartOfQuality:
    """Accepted rows with at least one clinician's code that is known."""
    return by_share(
        Part.ATTRIBUTION, attributed, accepted, "accepted rows name a clinician we know"
    )


def timeliness(last: date, extracted: date) -> PartOfQuality:
    """Days from the last event to the extract."""
    days = max((extracted - last).days, 0)
    grade = next((g for g, most in zip(Grade, DAYS, strict=False) if days <= most), Grade.D)
    return PartOfQuality(
        part=Part.TIMELINESS,
        value=float(days),
        grade=grade,
        because=f"the last event is of {last}, {days} days before the extract was taken",
    )


def by_share(part: Part, good: int, rows: int, what: str) -> PartOfQuality:
    """The grade of so many good rows of so many."""
    share = good / rows if rows else 0.0
    grade = next(
        (g for g, least in zip(Grade, SHARES[part], strict=False) if share >= least), Grade.D
    )
    return PartOfQuality(
        part=part, value=share, grade=grade, because=f"{good:,} of {rows:,} {what}"
    )


def belonging(report: LoadReport) -> int:
    """Rows that are of this data set at all."""
    return report.rows - report.left_out


def unlisted_rows(report: LoadReport) -> dict[str, int]:
    """How many rows of each column have a code that is not listed."""
    found: dict[str, int] = {}
    for each in report.unlisted:
        found[each.column] = found.get(each.column, 0) + each.rows
    return found


def columns_of(report: LoadReport, record: RecordType) -> tuple[ColumnQuality, ...]:
    """Of each column how often it is filled, and how often by a code that is not listed."""
    unlisted = unlisted_rows(report)
    rows = max(report.accepted, 1)
    return tuple(
        ColumnQuality(
            column=column.name,
            filled=report.filled.get(column.name, 0) / rows,
            required=column.required,
            unlisted=unlisted.get(column.name, 0) if column.kind is Kind.CODE else 0,
        )
        for column in record.columns
    )
