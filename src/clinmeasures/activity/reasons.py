"""Everything that can be wrong with one row, each as a condition and a plain sentence."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from clinmeasures.activity import sql
from clinmeasures.activity.columns import KEY_BYTES, PATIENT_TOKEN, Filled
from clinmeasures.activity.mapping import Mapping
from clinmeasures.activity.moments import NUMBER, form_in_words, local_moment
from clinmeasures.activity.record_types import Kind

LONGEST_TEXT = 1000
LONGEST_KEY = 200
EARLIEST = date(1900, 1, 1)  # nothing we load happened before; a two-digit year read as four did


class Finding(NamedTuple):
    """Something wrong with a row: when it is so, and what is then said, as expressions."""

    condition: str
    found: str


class Reasons:
    """The checks of one file's rows, as DuckDB expressions over the layer before the last.

    There `t_x` is a column's text, `v_x` its value, `u_x` its instant in UTC, `n_x` its number of
    days to add and `w_x` its condition.
    """

    def __init__(self, mapping: Mapping, filled: list[Filled], today: date) -> None:
        self.mapping, self.filled, self.today = mapping, filled, today
        self.record = mapping.record_type

    def all(self) -> Iterator[Finding]:
        """Everything that can be wrong with a row of these columns."""
        for each in self.filled:
            yield from self.reasons_of(each)
        for start, end in self.record.in_order:
            yield self.backwards(start, end)
        for part in self.record.key:
            yield from self.bad_key(part)

    def reasons_of(self, each: Filled) -> Iterator[Finding]:
        """What can be wrong with one cell."""
        text, value = f"t_{each.name}", f"v_{each.name}"
        if each.column.required:
            yield reason(f"{text} IS NULL", "missing", each, sql.text(f"{each.said} is missing"))
        if each.days:
            yield self.bad_days(each)
        match each.column.kind:
            case Kind.DATE | Kind.INSTANT:
                yield self.unreadable_date(each)
                yield from self.impossible_date(each)
            case Kind.INTEGER | Kind.DECIMAL:
                whole = " whole" if each.column.kind is Kind.INTEGER else ""
                yield unreadable(each, f"is not a{whole} number")
                yield from self.out_of_range(each)
            case Kind.FLAG:
                yield unreadable(each, "is neither yes nor no")
            case _:
                if each.column.patient:
                    yield self.bad_token(each)
                yield reason(
                    f"length({value}) > {LONGEST_TEXT}",
                    "too long",
                    each,
                    f"{sql.text(each.said + ' is ')} || length({value}) || "
                    f"{sql.text(f' characters long; at most {LONGEST_TEXT} are kept')}",
                )

    def unreadable_date(self, each: Filled) -> Finding:
        """A date that is not written as the mapping says."""
        rules = each.rules(self.mapping)
        unread = f"v_{each.name} IS NULL"
        if each.condition:
            unread += f" AND w_{each.name}"
        if each.days:
            unread += f" AND {local_moment(f't_{each.name}', rules)} IS NULL"
        return reason(
            f"t_{each.name} IS NOT NULL AND {unread}",
            "bad date",
            each,
            f"{sql.text(each.said + ' ')} || {quoted(f't_{each.name}')} || "
            f"{sql.text(' is not a date ' + form_in_words(rules))}",
        )

    def bad_days(self, each: Filled) -> Finding:
        """A number of days that is missing or no number."""
        days = f"n_{each.name}"
        met = f" AND w_{each.name}" if each.condition else ""
        return reason(
            f"({days} IS NULL OR NOT regexp_full_match({days}, '{NUMBER}')){met}",
            "bad number",
            each,
            f"{sql.text(each.name + ': the number of days ')} || "
            f"coalesce({quoted(days)}, '(blank)') || ' is not a number'",
        )

    def impossible_date(self, each: Filled) -> Iterator[Finding]:
        """A date before any patient's, or after today where that cannot be."""
        value = f"v_{each.name}"
        shown = f"{sql.text(each.said + ' ')} || strftime({value}, '%Y-%m-%d')"
        yield reason(
            f"{value} < DATE '{EARLIEST}'",
            "impossible date",
            each,
            f"{shown} || {sql.text(f' is before {EARLIEST}')}",
        )
        if not each.column.may_be_future:
            yield reason(
                f"CAST({value} AS DATE) > DATE '{self.today}'",
                "future date",
                each,
                f"{shown} || {sql.text(f' is later than {self.today}: it cannot have happened')}",
            )

    def out_of_range(self, each: Filled) -> Iterator[Finding]:
        """A number below the lowest or above the highest there can be."""
        low, high = each.column.lowest, each.column.highest
        outside = [f"v_{each.name} < {low}"] if low is not None else []
        outside += [f"v_{each.name} > {high}"] if high is not None else []
        if outside:
            bounds = f"is not between {low} and {high}" if high is not None else f"is below {low}"
            yield reason(
                " OR ".join(outside),
                "impossible number",
                each,
                f"{sql.text(each.said + ' ')} || t_{each.name} || {sql.text(' ' + bounds)}",
            )

    def backwards(self, start: str, end: str) -> Finding:
        """An end before its start."""
        instant = {each.name for each in self.filled if each.column.kind is Kind.INSTANT}
        before = f"u_{end} < u_{start}" if start in instant else f"v_{end} < v_{start}"
        form = "'%Y-%m-%d %H:%M'" if start in instant else "'%Y-%m-%d'"
        kind = "negative stay" if end == "discharged_at" else "wrong order"
        shown = [f"strftime(v_{name}, {form})" for name in (end, start)]
        ended = next(each for each in self.filled if each.name == end)
        because = f"{sql.text(end + ' ')} || {shown[0]} || {sql.text(f' is before {start} ')}"
        return reason(before, kind, ended, f"{because} || {shown[1]}")

    def bad_token(self, each: Filled) -> Finding:
        """A patient's token that is not whole."""
        value, token = f"v_{each.name}", sql.text(PATIENT_TOKEN)
        whole = sql.text(f"{PATIENT_TOKEN}[0-9a-f]{{{2 * KEY_BYTES}}}")
        return reason(
            f"starts_with({value}, {token}) AND NOT regexp_full_match({value}, {whole})",
            "bad key",
            each,
            sql.text(f"{each.said} begins with {PATIENT_TOKEN} and is no key of a patient"),
        )

    def bad_key(self, part: str) -> Iterator[Finding]:
        """A key with characters that would break it."""
        column = self.record.column(part)
        if column is None or column.kind not in (Kind.TEXT, Kind.CODE):
            return
        each = next(each for each in self.filled if each.name == part)
        forbidden = "[[:cntrl:]]" + ("|\\|" if len(self.record.key) > 1 else "")
        yield reason(
            f"length(v_{part}) > {LONGEST_KEY} OR regexp_matches(v_{part}, {sql.text(forbidden)})",
            "bad key",
            each,
            sql.text(
                f"{each.said} holds a line break or a bar, or is over {LONGEST_KEY} characters"
            ),
        )


def reason(condition: str, kind: str, each: Filled, because: str) -> Finding:
    """A condition with the reason it gives, as SQL."""
    found = f"{{'kind': {sql.text(kind)}, 'column': {sql.text(each.name)}, 'because': {because}}}"
    return Finding(f"coalesce({condition}, false)", found)


def listed(findings: Iterable[Finding]) -> str:
    """The list of every finding that holds; built only for rows that have one, which are few."""
    findings = list(findings)
    any_holds = " OR ".join(each.condition for each in findings)
    each_one = ", ".join(f"CASE WHEN {each.condition} THEN {each.found} END" for each in findings)
    nothing = f"[{findings[0].found}][:0]"
    return (
        f"CASE WHEN {any_holds} THEN list_filter([{each_one}], lambda each: each IS NOT NULL) "
        f"ELSE {nothing} END"
    )


def unreadable(each: Filled, what: str) -> Finding:
    """A cell that is filled, but not by what the column holds."""
    return reason(
        f"t_{each.name} IS NOT NULL AND v_{each.name} IS NULL",
        "bad number" if "number" in what else "bad flag",
        each,
        f"{sql.text(each.said + ' ')} || {quoted(f't_{each.name}')} || {sql.text(' ' + what)}",
    )


def quoted(text: str) -> str:
    """A text in quotation marks, cut short, as SQL."""
    return f"'''' || left({text}, 60) || ''''"
