"""Every row of a source read by its mapping and checked: one query, from text to typed columns."""

from collections.abc import Iterator
from datetime import date

from clinmeasures.activity import sql
from clinmeasures.activity.columns import PATIENT_TOKEN, Filled, trimmed
from clinmeasures.activity.mapping import Mapping
from clinmeasures.activity.moments import (
    NUMBER,
    change_days,
    local_moment,
    offset_moment,
)
from clinmeasures.activity.reasons import Reasons, listed
from clinmeasures.activity.record_types import Column, Kind

WHOLE = r"[+-]?\d{1,18}(\.0+)?"
TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")


class Checks:
    """The one query that reads, converts and checks the staged cells of one file."""

    def __init__(self, mapping: Mapping, filled: list[Filled], *, zone: str, today: date) -> None:
        self.mapping, self.filled = mapping, filled
        self.zone, self.today = zone, today
        self.record = mapping.record_type
        self.instants = [each for each in filled if each.column.kind is Kind.INSTANT]

    def query(self, staged: str) -> str:
        """From the staged cells to typed columns, with `_key`, `month`, `_same` and `reasons`."""
        layers = (
            self.texts_layer,
            self.values_layer,
            self.utc_layer,
            self.zone_layer,
            self.order_layer,
            self.final_layer,
        )
        query = staged
        for layer in layers:
            query = f"SELECT {', '.join(layer())} FROM ({query})"
        days = ",".join(str(day) for day in change_days(self.zone))
        changes = f"SELECT try_cast(unnest(string_split('{days}', ',')) AS DATE)"
        return f"WITH clock_changes AS ({changes}) {query}"

    # 1. trimmed texts, translated values

    def texts_layer(self) -> Iterator[str]:
        """What each column is filled with, as text without blanks around it."""
        yield from ("_row", "_file")
        for each in self.filled:
            yield f"{self.text_of(each)} AS t_{each.name}"
            if each.days:
                yield f"{self.present(each.days)} AS n_{each.name}"
            if each.condition:
                yield f"{each.condition} AS w_{each.name}"

    def text_of(self, each: Filled) -> str:
        """One column's text: date and time joined, and theirs turned into ours."""
        value = self.present(each.cell)
        if each.time:
            value = f"concat_ws(' ', {value}, {self.present(each.time)})"
            value = f"CASE WHEN {self.present(each.cell)} IS NOT NULL THEN {value} END"
        ours = sql.translated(value, self.mapping.values.get(each.name, {}))
        return self.decided(each, ours) if each.second else ours

    def decided(self, each: Filled, ours: str) -> str:
        """The word of the second column where it has one, unless the first says otherwise."""
        rule = self.mapping.instead[each.name]
        kept = f"{ours} IN ({sql.texts(rule.unless)})" if rule.unless else "false"
        second = self.present(each.second)
        arms = " ".join(
            f"WHEN {sql.text(theirs)} THEN {sql.text(word)}" for theirs, word in rule.values.items()
        )
        return f"CASE WHEN {kept} THEN {ours} ELSE coalesce(CASE {second} {arms} END, {ours}) END"

    def present(self, cell: str) -> str:
        """A cell as SQL text, NULL where it is blank or a word for missing."""
        if cell == "NULL":
            return "CAST(NULL AS VARCHAR)"
        text = trimmed(cell)
        if not self.mapping.missing:
            return text
        return f"CASE WHEN {text} NOT IN ({sql.texts(self.mapping.missing)}) THEN {text} END"

    # 2. values of the right type, null where the text cannot be read

    def values_layer(self) -> Iterator[str]:
        """Texts as values of the column's kind, NULL where they are none."""
        yield "*"
        for each in self.filled:
            text = f"t_{each.name}"
            match each.column.kind:
                case Kind.DATE | Kind.INSTANT:
                    yield from self.moment(each)
                case Kind.INTEGER:
                    yield (
                        f"CASE WHEN regexp_full_match({text}, '{WHOLE}') "
                        f"THEN try_cast(split_part({text}, '.', 1) AS BIGINT) END AS v_{each.name}"
                    )
                case Kind.DECIMAL:
                    yield (
                        f"CASE WHEN regexp_full_match({text}, '{NUMBER}') "
                        f"THEN try_cast({text} AS DECIMAL(18,6)) END AS v_{each.name}"
                    )
                case Kind.FLAG:
                    yield (
                        f"CASE WHEN lower({text}) IN ({sql.texts(TRUE)}) THEN true "
                        f"WHEN lower({text}) IN ({sql.texts(FALSE)}) THEN false END "
                        f"AS v_{each.name}"
                    )
                case _:
                    yield f"{self.word(each.column, text)} AS v_{each.name}"

    def word(self, column: Column, text: str) -> str:
        """A text as it is kept: codes in lower case, patients without blanks."""
        if column.patient:
            bare = f"upper(regexp_replace({text}, '\\s+', '', 'g'))"
            return f"CASE WHEN starts_with({text}, '{PATIENT_TOKEN}') THEN {text} ELSE {bare} END"
        if column.codes:
            plain = f"lower(replace(replace({text}, ' ', '_'), '-', '_'))"
            return f"CASE WHEN {plain} IN ({sql.texts(column.codes)}) THEN {plain} ELSE {text} END"
        return text

    def moment(self, each: Filled) -> Iterator[str]:
        """A date or time with its local value and, where it was written, its zone."""
        rules, text = each.rules(self.mapping), f"t_{each.name}"
        value = local_moment(text, rules)
        if each.days:
            value = (
                f"{value} + to_seconds(CAST(round(86400 * CASE "
                f"WHEN regexp_full_match(n_{each.name}, '{NUMBER}') "
                f"THEN try_cast(n_{each.name} AS DOUBLE) END) AS BIGINT))"
            )
        if each.condition:
            value = f"CASE WHEN w_{each.name} THEN {value} END"
        if each.column.kind is Kind.DATE:
            instant = offset_moment(text, rules)
            local = f"coalesce({value}, timezone({sql.text(self.zone)}, {instant}))"
            yield f"CAST({value if each.days else local} AS DATE) AS v_{each.name}"
        else:
            yield f"{value} AS l_{each.name}"
            yield f"{offset_moment(text, rules)} AS z_{each.name}"
            yield f"{text} IS NOT NULL AND NOT contains({text}, ':') AS d_{each.name}"

    # 3. the instant in UTC: a time in the hour that comes twice is read as the second

    def utc_layer(self) -> Iterator[str]:
        """Every time in UTC, and whether it is within a day of a change of the clocks."""
        yield "*"
        for each in self.instants:
            name = each.name
            yield f"CAST(l_{name} AS DATE) IN (FROM clock_changes) AS c_{name}"
            yield (
                f"timezone('UTC', CASE WHEN z_{name} IS NOT NULL THEN z_{name} "
                f"ELSE timezone({sql.text(self.zone)}, l_{name}) END) AS u_{name}"
            )

    # 4. the local time of that instant; a time the clocks skipped is moved on by what they skipped

    def zone_layer(self) -> Iterator[str]:
        """Local times as the zone has them, and which of them come twice when clocks go back."""
        yield "*"
        for each in self.instants:
            name = each.name
            unusual = f"z_{name} IS NOT NULL OR c_{name}"
            local = f"CASE WHEN {unusual} THEN {self.local(f'u_{name}')} ELSE l_{name} END"
            earlier = self.local(f"u_{name} - INTERVAL 1 HOUR")
            yield f"{local} AS v_{name}"
            twice = f"z_{name} IS NULL AND ({unusual})"
            yield f"CASE WHEN {twice} THEN {earlier} = l_{name} END AS a_{name}"

    def local(self, utc: str) -> str:
        """A UTC time on the clocks of the zone."""
        return f"timezone({sql.text(self.zone)}, timezone('UTC', {utc}))"

    # 5. a start in the hour that comes twice is the first of the two where the end demands it

    def order_layer(self) -> Iterator[str]:
        """Of an hour that comes twice the earlier, where the later would put an end before its
        start.
        """
        starts = self.starts()
        if not starts:
            yield "*"
            return
        replaced = ", ".join(
            f"CASE WHEN a_{start} AND ({late}) THEN u_{start} - INTERVAL 1 HOUR ELSE u_{start} END "
            f"AS u_{start}"
            for start, late in starts.items()
        )
        yield f"* REPLACE ({replaced})"

    def starts(self) -> dict[str, str]:
        """When each start is late: some end of its row comes before it."""
        names = {each.name for each in self.instants}
        late: dict[str, list[str]] = {}
        for start, end in self.record.in_order:
            if start in names:
                late.setdefault(start, []).append(f"u_{end} < u_{start}")
        return {start: " OR ".join(conditions) for start, conditions in late.items()}

    # 6. the columns of the store, and every reason against the row

    def final_layer(self) -> Iterator[str]:
        """Columns under their own names, times with their UTC and whether that is ambiguous."""
        yield from ("_row", "_file")
        for each in self.filled:
            yield f"v_{each.name} AS {sql.name(each.name)}"
            if each.column.kind is Kind.INSTANT:
                yield f"u_{each.name} AS {sql.name(each.name + '_utc')}"
                yield f"coalesce(a_{each.name}, false) AS {sql.name(each.name + '_ambiguous')}"
                yield f"z_{each.name} IS NULL AND v_{each.name} <> l_{each.name} AS s_{each.name}"
                yield f"d_{each.name}"
        yield f"strftime(v_{self.record.month_of}, '%Y-%m') AS month"
        yield f"{self.key()} AS _key"
        yield f"{self.left_out()} AS _left_out"
        yield f"hash({', '.join(f'v_{each.name}' for each in self.filled)}) AS _same"
        found = Reasons(self.mapping, self.filled, self.today).all()
        yield f"{listed(found)} AS reasons"

    def key(self) -> str:
        """The row's key as one text."""
        return (
            f"concat_ws('|', {', '.join(f'CAST(v_{part} AS VARCHAR)' for part in self.record.key)})"
        )

    def left_out(self) -> str:
        """Rows that are none of this data set: the condition of a required date fails."""
        unmet = [
            f"NOT w_{each.name}" for each in self.filled if each.condition and each.column.required
        ]
        return " OR ".join(unmet) or "false"
