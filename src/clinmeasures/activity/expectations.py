"""Checks of a data set as data: a rule in words, its severity, and who answers for what fails it.

They stand in `expected/<data set>.toml`, in a closed grammar. A row that fails one is loaded all
the same; a row that a check does not apply to counts neither for it nor against it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

from clinmeasures.activity import sql
from clinmeasures.activity.aside import set_aside
from clinmeasures.activity.record_types import RECORD_TYPES, Kind, RecordType
from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    from clinmeasures.activity.prepare import PreparedLoad

Severity = Literal["serious", "minor"]
Answer = Literal["passed", "failed", "not applicable", "cannot be checked"]
KEYS = {"code", "says", "severity", "owner", "where", "holds"}
EXAMPLES = 5
MOST_LISTED = 2_000  # rows of one rule that are listed one by one; beyond that it is the source
BROKEN_KEYS = ("duplicate key", "bad key", "ragged row")  # their key names no one row


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One rule: of the rows where `where` is so, `holds` should be so."""

    code: str
    says: str
    severity: Severity
    owner: str
    where: tuple[Mapping[str, Any], ...]
    holds: tuple[Mapping[str, Any], ...]

    @property
    def fields(self) -> set[str]:
        """The columns it looks at."""
        tests = (*self.where, *self.holds)
        others = (each.get("not_before") or each.get("same_day_as") for each in tests)
        return {each["field"] for each in tests} | {other for other in others if other}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a load's rows say to one rule. Only rows that it applies to can pass."""

    code: str
    says: str
    severity: Severity
    owner: str
    answer: Answer
    applicable: int
    failed: int
    examples: tuple[int, ...]  # numbers of the first rows that fail
    because: str = ""  # why it cannot be checked


@dataclass(frozen=True, kw_only=True)
class Failing:
    """One row that fails a rule, or was set aside."""

    code: str
    says: str
    severity: Severity
    owner: str
    row: int
    key: str
    month: str = ""  # as 2026-03, by the data set's own date; blank where that cannot be read


@cache
def expectations(dataset: str) -> tuple[Expectation, ...]:
    """The rules of a data set, read and held to their grammar."""
    table = table_of(dataset)
    return tuple(
        expectation(each, table["owner"], RECORD_TYPES[dataset]) for each in table["check"]
    )


def owner_of(dataset: str) -> str:
    """Who answers for the rows of a data set that are set aside."""
    return str(table_of(dataset)["owner"])


@cache
def table_of(dataset: str) -> Mapping[str, Any]:
    """What the file of a data set's rules says, read once a process."""
    path = files("clinmeasures.activity") / "expected" / f"{dataset}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def expectation(said: Mapping[str, Any], owner: str, record: RecordType) -> Expectation:
    """One rule from its table.

    Raises
    ------
    BadInput
        An unknown key, severity, column or test.
    """
    name = f"{record.name}: {said.get('code', 'a check')}"
    if unknown := set(said) - KEYS:
        raise BadInput(f"{name}: {sorted(unknown)[0]} is no part of a check.")
    if said.get("severity") not in get_args(Severity):
        raise BadInput(f"{name}: its severity must be serious or minor.")
    found = Expectation(
        code=said["code"],
        says=said["says"],
        severity=said["severity"],
        owner=said.get("owner", owner),
        where=tuple(said.get("where", ())),
        holds=tuple(said["holds"]),
    )
    for field in sorted(found.fields):
        if record.column(field) is None:
            raise BadInput(f"{name}: {field} is no column of {record.name}.")
    for each in (*found.where, *found.holds):
        condition(each, record)
    return found


def condition(test: Mapping[str, Any], record: RecordType) -> str:
    """One test as SQL over the accepted rows."""
    (operator,) = set(test) - {"field"}
    if operator not in TESTS:
        raise BadInput(f"{record.name}: {operator} is no test; there are {', '.join(TESTS)}.")
    return TESTS[operator](sql.name(test["field"]), test[operator], record)


def literal(value: Any) -> str:
    """A value of a test as SQL."""
    return sql.text(value) if isinstance(value, str) else repr(value)


def moment(field: str, record: RecordType) -> str:
    """A column as it can be compared with another: instants in UTC."""
    column = record.column(field)
    instant = column is not None and column.kind is Kind.INSTANT
    return sql.name(f"{field}_utc" if instant else field)


TESTS: dict[str, Any] = {
    "present": lambda f, v, _: f"{f} IS {'NOT ' if v else ''}NULL",
    "equals": lambda f, v, _: f"{f} = {literal(v)}",
    "in": lambda f, v, _: f"{f} IN ({', '.join(literal(each) for each in v)})",
    "at_least": lambda f, v, _: f"{f} >= {literal(v)}",
    "at_most": lambda f, v, _: f"{f} <= {literal(v)}",
    "between": lambda f, v, _: f"{f} BETWEEN {literal(v[0])} AND {literal(v[1])}",
    "matches": lambda f, v, _: f"regexp_full_match({f}, {sql.text(v)})",
    "same_day_as": lambda f, v, _: f"CAST({f} AS DATE) = CAST({sql.name(v)} AS DATE)",
    "not_before": lambda f, v, record: f"{moment(f.strip(chr(34)), record)} >= {moment(v, record)}",
}


def all_of(tests: tuple[Mapping[str, Any], ...], record: RecordType) -> str:
    """Whether every test is so, never unknown."""
    joined = " AND ".join(f"({condition(each, record)})" for each in tests) or "true"
    return f"coalesce({joined}, false)"


def checked(prepared: "PreparedLoad") -> tuple[Checked, ...]:
    """Every rule of the data set, asked of a prepared load's accepted rows."""
    rules = expectations(prepared.dataset)
    absent = without_a_source(prepared)
    asked = [rule for rule in rules if not rule.fields & set(absent)]
    found = dict(zip((rule.code for rule in asked), counts(prepared, asked), strict=True))
    return tuple(answered(rule, found.get(rule.code), absent) for rule in rules)


def without_a_source(prepared: "PreparedLoad") -> dict[str, str]:
    """Columns that the source cannot fill; one that it has and leaves blank can fail a check."""
    return {
        name: why
        for name, why in prepared.report.not_held.items()
        if all(
            each.cell == "NULL"
            for filled in prepared.filled
            for each in filled
            if each.name == name
        )
    }


def failing(prepared: "PreparedLoad") -> list[Failing]:
    """The rows that fail a rule or were set aside, at most so many a rule, each with its owner."""
    record, absent = prepared.record_type, set(without_a_source(prepared))
    found: list[Failing] = []
    for rule in expectations(prepared.dataset):
        if rule.fields & absent:
            continue
        wrong = f"{all_of(rule.where, record)} AND NOT {all_of(rule.holds, record)}"
        rows = prepared.query(
            f"SELECT _row, _key, month FROM ({prepared.accepted}) WHERE {wrong} "
            f"ORDER BY _row LIMIT {MOST_LISTED}"
        ).fetchall()
        found += [
            Failing(
                code=rule.code,
                says=rule.says,
                severity=rule.severity,
                owner=rule.owner,
                row=r,
                key=k,
                month=month or "",
            )
            for r, k, month in rows
        ]
    return found + refused(prepared)


def refused(prepared: "PreparedLoad") -> list[Failing]:
    """The rows set aside, each by its first reason."""
    rows = prepared.query(f"{aside_in_order(prepared)} LIMIT {MOST_LISTED}").fetchall()
    ragged = [(each.row, "", "ragged row", "", "") for raw in prepared.raws for each in raw.ragged]
    owner = owner_of(prepared.dataset)
    return [
        Failing(
            code=f"set aside: {kind}",
            says=f"Set aside: {kind}{f' in {column}' if column else ''}.",
            severity="serious",
            owner=owner,
            row=row,
            key=key if kind not in BROKEN_KEYS else "",
            month=month or "",
        )
        for row, key, kind, column, month in [*rows, *ragged[:MOST_LISTED]]
    ]


def aside_in_order(prepared: "PreparedLoad") -> str:
    """A query of every row set aside, in the file's order: row, key, first reason, month."""
    return (
        "SELECT aside._row, _key, aside.reasons[1].kind, aside.reasons[1].column, month "
        f"FROM ({set_aside(prepared)}) AS aside JOIN ({prepared.checked}) AS rows USING (_row) "
        "ORDER BY 1"
    )


def unlisted(prepared: "PreparedLoad") -> dict[str, int]:
    """How many rows were set aside beyond those that are listed one by one, by month."""
    beyond = f"{aside_in_order(prepared)} OFFSET {MOST_LISTED}"
    found = prepared.query(
        f"SELECT month, count(*) FROM ({beyond}) WHERE month IS NOT NULL GROUP BY month"
    ).fetchall()
    return dict(sorted(found))


def counts(
    prepared: "PreparedLoad", rules: list[Expectation]
) -> list[tuple[int, int, list[int] | None]]:
    """Of each rule how many rows it applies to, how many fail, and the first of these."""
    if not rules:
        return []
    record = prepared.record_type
    parts = []
    for rule in rules:
        applies, holds = all_of(rule.where, record), all_of(rule.holds, record)
        failing = f"FILTER ({applies} AND NOT {holds})"
        parts.append(
            f"count(*) FILTER ({applies}), count(*) {failing}, min(_row, {EXAMPLES}) {failing}"
        )
    row = prepared.query(f"SELECT {', '.join(parts)} FROM ({prepared.accepted})").fetchone() or ()
    return [(row[i], row[i + 1], row[i + 2]) for i in range(0, len(row), 3)]


def answered(
    rule: Expectation, found: tuple[int, int, list[int] | None] | None, absent: Mapping[str, str]
) -> Checked:
    """A rule with its answer; nothing to look at is never a pass."""
    applicable, failed, rows = found or (0, 0, None)
    missing = sorted(rule.fields & set(absent))
    answer: Answer = "failed" if failed else "passed" if applicable else "not applicable"
    return Checked(
        code=rule.code,
        says=rule.says,
        severity=rule.severity,
        owner=rule.owner,
        answer="cannot be checked" if found is None else answer,
        applicable=applicable,
        failed=failed,
        examples=tuple(rows or ()),
        because=f"{missing[0]}: {absent[missing[0]]}" if found is None and missing else "",
    )
