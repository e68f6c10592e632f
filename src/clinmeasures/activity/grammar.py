"""The closed grammar of a mapping; every refusal names the line and the reason."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NoReturn

from clinmeasures.activity.mapping import (
    Dates,
    Instead,
    InvalidMapping,
    Mapping,
    Sum,
    Where,
    nhs_codes,
    zone_exists,
)
from clinmeasures.activity.record_types import RECORD_TYPES, Kind

ROW_NUMBER = ("row number", "row_number", "row")
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|"}
ENCODINGS = ("utf-8", "utf-16", "windows-1252")
SINGLE = ("dataset", "source", "timezone", "encoding", "delimiter", "sheet", "codes", "note")
TABLES = ("columns", "values", "dates", "constants", "keys", "sums", "times", "instead")
DATE_KEYS = ("format", "origin", "origin_is_day", "timezone")


class Grammar:
    """Checks one mapping's table, piece by piece; every refusal names its line."""

    def __init__(self, text: str, name: str, dataset: str) -> None:
        self.lines = text.splitlines()
        self.name = name
        self.record = RECORD_TYPES[dataset]

    def mapping(self, table: dict[str, Any]) -> Mapping:
        """The whole mapping, every table of it checked."""
        self.only(table, (*SINGLE, *TABLES, "missing", "extracted_on"), ())
        for key in SINGLE:
            self.text(table.get(key, ""), (), key)
        if table.get("dataset", self.record.name) != self.record.name:
            self.refuse((), "dataset", f"is for {table['dataset']}, not for {self.record.name}")
        dates = self.table(table, "dates")
        parsed = Mapping(
            dataset=self.record.name,
            source=table.get("source", ""),
            columns=self.columns(self.table(table, "columns")),
            values=self.values(self.table(table, "values"), table.get("codes", "")),
            dates=self.dates({k: v for k, v in dates.items() if k in DATE_KEYS}, ("dates",)),
            dates_of=self.dates_of({k: v for k, v in dates.items() if k not in DATE_KEYS}),
            timezone=self.zone(table, dates),
            constants=self.constants(self.table(table, "constants")),
            keys=self.keys(self.table(table, "keys")),
            sums=self.sums(self.table(table, "sums")),
            times=self.times(self.table(table, "times")),
            instead=self.instead(self.table(table, "instead")),
            missing=self.words(table.get("missing", []), (), "missing"),
            encoding=self.choice(table, "encoding", ENCODINGS),
            delimiter=DELIMITERS.get(self.choice(table, "delimiter", tuple(DELIMITERS)), ""),
            sheet=table.get("sheet", ""),
            extracted_on=self.day(table.get("extracted_on"), (), "extracted_on"),
            note=table.get("note", ""),
        )
        self.once(parsed)
        return parsed

    def once(self, parsed: Mapping) -> None:
        """Each of our columns is filled in one way only."""
        ways: dict[str, Iterable[str]] = {
            "columns": parsed.columns,
            "constants": parsed.constants,
            "keys": dict.fromkeys(parsed.keys),
            "sums": parsed.sums,
        }
        seen: dict[str, str] = {}
        for way, filled in ways.items():
            for column in filled:
                if column in seen:
                    self.refuse(
                        (way,), column, f"is filled twice, in [{seen[column]}] and in [{way}]"
                    )
                seen[column] = way

    def columns(self, table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Which of theirs fill each of ours."""
        self.ours(table, "columns")
        return {ours: self.words(theirs, ("columns",), ours) for ours, theirs in table.items()}

    def values(self, table: dict[str, Any], codes: str) -> dict[str, dict[str, str]]:
        """What their words mean in ours, column by column."""
        self.ours(table, "values")
        if codes not in ("", "nhs"):
            self.refuse((), "codes", f'is {codes!r}; only "nhs" is known')
        known = nhs_codes(self.record.name) if codes else {}
        return known | {ours: self.value_table(ours, pairs) for ours, pairs in table.items()}

    def value_table(self, ours: str, pairs: Any) -> dict[str, str]:
        """One column's words."""
        where = ("values", ours)
        if not isinstance(pairs, dict):
            self.refuse(
                ("values",), ours, f'needs a table: [values.{ours}] with lines theirs = "ours"'
            )
        return {theirs: self.text(word, where, theirs) for theirs, word in pairs.items()}

    def dates(self, table: dict[str, Any], where: tuple[str, ...]) -> Dates:
        """How dates are written: forms, or days counted from an origin."""
        self.only(table, DATE_KEYS, where)
        formats = self.words(table.get("format", []), where, "format")
        for each in formats:
            self.check_format(each, where)
        origin = self.day(table.get("origin"), where, "origin")
        if origin and formats:
            self.refuse(where, "origin", "cannot stand beside format: dates have one or the other")
        first = table.get("origin_is_day")
        if (origin is None) != (first is None):
            self.refuse(
                where,
                "origin" if origin else "origin_is_day",
                "needs both origin (a date) and origin_is_day (0 or 1: the number that date has)",
            )
        if first not in (None, 0, 1) or isinstance(first, bool):
            self.refuse(where, "origin_is_day", f"is {first!r}; it is 0 or 1")
        return Dates(formats=formats, origin=origin, origin_is_day=first or 0)

    def check_format(self, form: str, where: tuple[str, ...]) -> None:
        """Refuse a form that does not say a whole date, or that DuckDB does not read."""
        from clinmeasures.activity.sql import format_is_understood

        parts = all(re.search(f"%-?{part}", form) for part in ("[yY]", "[mbB]", "d"))
        if "%z" in form.lower():
            self.refuse(where, "format", f"{form!r} holds a time zone; say timezone instead")
        if not parts or not format_is_understood(form):
            self.refuse(
                where,
                "format",
                f"{form!r} is not a date form with a year, a month and a day, such as "
                "'%d/%m/%Y' or '%d/%m/%Y %H:%M'",
            )

    def dates_of(self, table: dict[str, Any]) -> dict[str, Dates]:
        """How single columns are written where that is not as the others."""
        self.ours(table, "dates", kinds=(Kind.DATE, Kind.INSTANT))
        for column, rules in table.items():
            if not isinstance(rules, dict):
                self.refuse(
                    ("dates",), column, f"needs a table: [dates.{column}] with format or origin"
                )
            if "timezone" in rules:
                self.refuse(
                    ("dates", column), "timezone", "belongs at the top: one file has one zone"
                )
        return {column: self.dates(rules, ("dates", column)) for column, rules in table.items()}

    def zone(self, table: dict[str, Any], dates: dict[str, Any]) -> str:
        """The time zone of local times, blank where none is said."""
        name = table.get("timezone") or dates.get("timezone") or ""
        where = () if "timezone" in table else ("dates",)
        if name and not zone_exists(name):
            self.refuse(
                where,
                "timezone",
                f"is {name!r}, which is no time zone; write one such as Europe/London",
            )
        return str(name)

    def constants(self, table: dict[str, Any]) -> dict[str, str]:
        """Columns that have one value throughout."""
        self.ours(table, "constants")
        return {
            column: str(value).lower() if isinstance(value, bool) else str(value)
            for column, value in table.items()
            if not self.nested(value, column)
        }

    def nested(self, value: Any, column: str) -> bool:
        """False for one plain value; anything else is refused."""
        if isinstance(value, (dict, list)):
            self.refuse(("constants",), column, "needs one plain value")
        return False

    def keys(self, table: dict[str, Any]) -> tuple[str, ...]:
        """Columns that the number of the row fills."""
        self.ours(table, "keys")
        for column, value in table.items():
            if value not in ROW_NUMBER:
                self.refuse(("keys",), column, f'is {value!r}; only "row number" is known')
        return tuple(table)

    def sums(self, table: dict[str, Any]) -> dict[str, Sum]:
        """Dates that are a date and so many days after it."""
        self.ours(table, "sums", kinds=(Kind.DATE, Kind.INSTANT))
        return {column: self.sum(column, parts) for column, parts in table.items()}

    def sum(self, column: str, parts: Any) -> Sum:
        """One of them."""
        where = ("sums", column)
        if not isinstance(parts, dict):
            self.refuse(("sums",), column, 'needs { date = "their column", days = "their column" }')
        self.only(parts, ("date", "days", "only_where"), where)
        for part in ("date", "days"):
            if part not in parts:
                self.refuse(where, column, f"names no {part} column")
        return Sum(
            date=self.text(parts["date"], where, "date"),
            days=self.text(parts["days"], where, "days"),
            only_where=self.where(parts.get("only_where"), where),
        )

    def where(self, parts: Any, where: tuple[str, ...]) -> Where | None:
        """The condition under which a sum counts."""
        if parts is None:
            return None
        if not isinstance(parts, dict) or set(parts) != {"column", "equals"}:
            self.refuse(where, "only_where", 'is { column = "their column", equals = "value" }')
        return Where(
            column=self.text(parts["column"], where, "only_where"),
            equals=self.words(parts["equals"], where, "only_where"),
        )

    def times(self, table: dict[str, Any]) -> dict[str, str]:
        """Which of theirs holds the time of each date."""
        self.ours(table, "times", kinds=(Kind.INSTANT,))
        return {column: self.text(theirs, ("times",), column) for column, theirs in table.items()}

    def instead(self, table: dict[str, Any]) -> dict[str, Instead]:
        """Which second column of theirs may decide one of ours, and by which values."""
        self.ours(table, "instead")
        return {column: self.decided(column, parts) for column, parts in table.items()}

    def decided(self, column: str, parts: Any) -> Instead:
        """One of them."""
        where = ("instead", column)
        if not isinstance(parts, dict) or not {"column", "values"} <= set(parts):
            self.refuse(
                ("instead",),
                column,
                f'needs a table: [instead.{column}] with column = "theirs" and '
                'values = { theirs = "ours" }',
            )
        self.only(parts, ("column", "values", "unless"), where)
        if not isinstance(parts["values"], dict) or not parts["values"]:
            self.refuse(where, "values", 'needs pairs: { theirs = "ours" }')
        return Instead(
            column=self.words(parts["column"], where, "column"),
            values={k: self.text(v, where, "values") for k, v in parts["values"].items()},
            unless=self.words(parts.get("unless", []), where, "unless"),
        )

    # what the pieces share

    def table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        """The table under a key, empty where there is none."""
        found = table.get(key, {})
        if not isinstance(found, dict):
            self.refuse((), key, f"needs a table: [{key}]")
        return dict(found)

    def ours(self, table: dict[str, Any], way: str, *, kinds: tuple[Kind, ...] = ()) -> None:
        """Refuse names that are no columns of the record, or not of the kinds that can be meant."""
        for name in table:
            column = self.record.column(name)
            if column is None:
                has = ", ".join(each.name for each in self.record.columns)
                self.refuse((way,), name, f"is no column of {self.record.name}; it has {has}")
            elif kinds and column.kind not in kinds:
                self.refuse((way,), name, f"is no {' or '.join(kinds)} in {self.record.name}")

    def only(self, table: dict[str, Any], allowed: Iterable[str], where: tuple[str, ...]) -> None:
        """Refuse keys that are not allowed here."""
        allowed = tuple(allowed)
        for key in table:
            if key not in allowed:
                self.refuse(where, key, f"is not known here; there are {', '.join(allowed)}")

    def text(self, value: Any, where: tuple[str, ...], key: str) -> str:
        """A text; anything without quotation marks is refused."""
        if not isinstance(value, str):
            self.refuse(where, key, f"is {value!r}; it needs quotation marks")
        return str(value)

    def words(self, value: Any, where: tuple[str, ...], key: str) -> tuple[str, ...]:
        """One text or a list of them."""
        given = value if isinstance(value, list) else [value]
        return tuple(self.text(each, where, key) for each in given)

    def choice(self, table: dict[str, Any], key: str, choices: tuple[str, ...]) -> str:
        """One of the known words in lower case; blank where none is given."""
        value = str(table.get(key, ""))
        if value and value.lower() not in choices:
            known = ", ".join(repr(each) for each in choices)
            self.refuse((), key, f"is {value!r}; it is one of {known}")
        return value.lower()

    def day(self, value: Any, where: tuple[str, ...], key: str) -> date | None:
        """A date, as TOML's own or as ISO 8601 text."""
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.refuse(where, key, f"is {value!r}; write a date such as 1992-01-01")
        if value is not None and type(value) is not date:
            self.refuse(where, key, f"is {value!r}; write a date such as 1992-01-01")
        return value

    def refuse(self, where: tuple[str, ...], key: str, because: str) -> NoReturn:
        """Raise InvalidMapping with the file, the line and what is wrong."""
        raise InvalidMapping(f"{self.name}, line {self.line_of(where, key)}: {key} {because}.")

    def line_of(self, where: tuple[str, ...], key: str) -> int:
        """Where the key stands; the line of its table where it stands inside braces."""
        header: tuple[str, ...] = ()
        best = 1
        for number, line in enumerate(self.lines, start=1):
            if found := re.match(r"\s*\[([^\]]+)\]", line):
                header = tuple(part.strip().strip("\"'") for part in found[1].split("."))
                if header in (where, (*where, key)):
                    best = number
            elif (
                name := re.match(r"\s*(\"[^\"]*\"|'[^']*'|[\w.-]+)\s*=", line)
            ) and header == where[: len(header)]:
                names = (*header, *name[1].strip("\"'").split("."))
                if names == (*where, key):
                    return number
                if names == where:
                    best = number
        return best
