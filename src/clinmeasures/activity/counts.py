"""The numbers of a load's report, counted over the staged rows."""

from datetime import date
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.aside import set_aside
from clinmeasures.activity.record_types import Kind
from clinmeasures.activity.report import LoadReport, Reason, Unlisted

if TYPE_CHECKING:
    from clinmeasures.activity.prepare import PreparedLoad

MOST_UNLISTED = 200
NO_COLUMN = "the source has no column for it"
ALL_BLANK = "it is blank in every row"


def report_of(prepared: "PreparedLoad") -> LoadReport:
    """Count what became of every row."""
    ragged = sum(len(raw.ragged) for raw in prepared.raws)
    seen, left_out = row(
        prepared, f"SELECT count(*), count(*) FILTER (WHERE _left_out) FROM ({prepared.checked})"
    )
    first, last, accepted = span(prepared)
    aside = row(prepared, f"SELECT count(*) FROM ({set_aside(prepared)})")[0]
    found = filled(prepared)
    return LoadReport(
        dataset=prepared.dataset,
        rows=seen + ragged,
        accepted=accepted,
        quarantined=aside + ragged,
        copies=seen - left_out - accepted - aside,
        left_out=left_out,
        reasons=(*reasons(prepared), *ragged_reason(prepared, ragged)),
        incomplete=incomplete(prepared),
        unlisted=unlisted(prepared),
        with_unlisted=with_unlisted(prepared),
        filled=found,
        **times(prepared),
        first=first,
        last=last,
        months=months(prepared),
        files=prepared.files(),
        note=prepared.mapping.note,
        not_held=not_held(prepared, found if accepted else {}),
        notes=tuple(dict.fromkeys(note for raw in prepared.raws for note in raw.source.notes)),
    )


def not_held(prepared: "PreparedLoad", filled: dict[str, int]) -> dict[str, str]:
    """The columns of ours that no row has, each with why: what a source does not hold is said."""
    absent = [{each.name for each in columns if each.cell == "NULL"} for columns in prepared.filled]
    why = {name: words for raw in prepared.raws for name, words in raw.source.not_held.items()}
    found = {}
    for column in prepared.record_type.columns:
        if all(column.name in each for each in absent):
            found[column.name] = why.get(column.name, NO_COLUMN)
        elif filled.get(column.name) == 0:
            found[column.name] = ALL_BLANK
    return found


def row(prepared: "PreparedLoad", query: str) -> tuple[Any, ...]:
    """The first row of a query's answer; none is an empty one."""
    return prepared.query(query).fetchone() or ()


def span(prepared: "PreparedLoad") -> tuple[date | None, date | None, int]:
    """First and last day of the accepted rows, and how many those are."""
    day = f"CAST({sql.name(prepared.record_type.month_of)} AS DATE)"
    first, last, accepted = row(
        prepared, f"SELECT min({day}), max({day}), count(*) FROM ({prepared.accepted})"
    )
    return first, last, accepted


def reasons(prepared: "PreparedLoad") -> list[Reason]:
    """Why rows were set aside: each reason and column once, commonest first."""
    found = prepared.query(
        'SELECT r.kind, r."column", count(*), min(_row), arg_min(r.because, _row) '
        f"FROM (SELECT _row, unnest(reasons) AS r FROM ({set_aside(prepared)})) "
        "GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    return [
        Reason(kind=kind, column=column, rows=rows, example_row=example, example=because)
        for kind, column, rows, example, because in found
    ]


def ragged_reason(prepared: "PreparedLoad", rows: int) -> list[Reason]:
    """Rows with too many or too few cells, as a reason of their own."""
    first = next((each for raw in prepared.raws for each in raw.ragged), None)
    if first is None:
        return []
    return [
        Reason(
            kind="ragged row", column="", rows=rows, example_row=first.row, example=first.because
        )
    ]


def unlisted(prepared: "PreparedLoad") -> tuple[Unlisted, ...]:
    """Codes that the record type does not list, and how many rows have them."""
    return tuple(
        Unlisted(column=column.name, code=code, rows=rows)
        for column in prepared.record_type.columns
        if column.kind is Kind.CODE
        for code, rows in prepared.query(
            f"SELECT {sql.name(column.name)}, count(*) FROM ({prepared.accepted}) "
            f"WHERE {sql.name(column.name)} NOT IN ({sql.texts(column.codes)}) "
            f"GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT {MOST_UNLISTED}"
        ).fetchall()
    )


def incomplete(prepared: "PreparedLoad") -> int:
    """How many rows were set aside for a missing cell."""
    found = "list_contains(list_transform(reasons, lambda each: each.kind), 'missing')"
    return int(
        row(prepared, f"SELECT count(*) FILTER (WHERE {found}) FROM ({set_aside(prepared)})")[0]
    )


def with_unlisted(prepared: "PreparedLoad") -> int:
    """How many accepted rows have a code that is not listed."""
    outside = " OR ".join(
        f"coalesce({sql.name(column.name)} NOT IN ({sql.texts(column.codes)}), false)"
        for column in prepared.record_type.columns
        if column.kind is Kind.CODE
    )
    query = f"SELECT count(*) FILTER (WHERE {outside or 'false'}) FROM ({prepared.accepted})"
    return int(row(prepared, query)[0])


def filled(prepared: "PreparedLoad") -> dict[str, int]:
    """How many accepted rows have each column."""
    names = [column.name for column in prepared.record_type.columns]
    counts = ", ".join(f"count({sql.name(name)})" for name in names)
    return dict(
        zip(names, row(prepared, f"SELECT {counts} FROM ({prepared.accepted})"), strict=True)
    )


def times(prepared: "PreparedLoad") -> dict[str, dict[str, int]]:
    """Instants that needed a rule, by column, over all rows read; only columns that have any."""
    names = [c.name for c in prepared.record_type.columns if c.kind is Kind.INSTANT]
    ways = {"ambiguous": "{}_ambiguous", "shifted": "s_{}", "without_time": "d_{}"}
    result: dict[str, dict[str, int]] = {}
    for way, form in ways.items():
        counts = ", ".join(
            f"count(*) FILTER (WHERE {sql.name(form.format(name))})" for name in names
        )
        found = row(prepared, f"SELECT {counts} FROM ({prepared.checked})") if names else ()
        result[way] = {name: n for name, n in zip(names, found, strict=True) if n}
    return result


def months(prepared: "PreparedLoad") -> dict[str, int]:
    """How many accepted rows each month has; "none" where a row has none."""
    found = prepared.query(
        f"SELECT coalesce(month, 'none'), count(*) FROM ({prepared.accepted}) "
        "GROUP BY ALL ORDER BY 1"
    ).fetchall()
    return dict(found)
