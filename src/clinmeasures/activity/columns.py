"""Where each of our columns comes from in one file."""

from dataclasses import dataclass

from clinmeasures.activity import sql
from clinmeasures.activity.mapping import Dates, Mapping
from clinmeasures.activity.record_types import Column
from clinmeasures.activity.source import Source, UnreadableFile, loose

PATIENT_TOKEN = "patient-key:"  # noqa: S105 - a patient already hashed, in a quarantine file
KEY_BYTES = 16  # of a patient's hash: 128 bits, so that no two of a billion share one
QUARANTINE = "quarantine_"
QUARANTINE_ROW = f"{QUARANTINE}row"  # in a quarantine file that comes back mended
WHITE = " \t\r\n\u00a0\ufeff"
PLAIN = "BETWEEN 33 AND 126"  # signs of ASCII that are no blanks


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Where one of our columns comes from in this file."""

    column: Column
    theirs: str = ""  # as the header has it; empty where a constant or the row number fills it
    cell: str = ""  # the staged cell, or an expression
    days: str = ""  # the staged cell with a number of days to add
    condition: str = ""  # only rows where this holds have a value
    time: str = ""
    second: str = ""  # the staged cell of a second column that may decide
    typed: bool = False  # the source itself holds dates there, so no form has to be guessed

    @property
    def name(self) -> str:
        """Of the column of ours that is filled."""
        return self.column.name

    def rules(self, mapping: Mapping) -> Dates:
        """How its dates are read: nothing to say where the file has typed ones."""
        return Dates() if self.typed else mapping.dates_for(self.name)

    @property
    def said(self) -> str:
        """The column as both sides call it."""
        if not self.theirs or self.theirs == self.name:
            return self.name
        return f"{self.name} (their {self.theirs})"


def resolve(mapping: Mapping, source: Source) -> list[Filled]:
    """Find each of our columns in the file's header.

    Raises
    ------
    UnreadableFile
        A column that is required, or that the mapping names, is not there; with the names looked
        for and the names there are.
    """
    return [_filled(column, mapping, source) for column in mapping.record_type.columns]


def _filled(column: Column, mapping: Mapping, source: Source) -> Filled:
    if column.name in mapping.constants:
        return Filled(column=column, cell=sql.text(mapping.constants[column.name]))
    if column.name in mapping.keys:
        return Filled(column=column, cell=_row_number(column, mapping, source))
    if column.name in mapping.sums:
        return _sum(column, mapping, source)
    wanted = mapping.theirs(column.name)
    found = next((place for name in wanted if (place := find(source, name)) is not None), None)
    if found is None:
        named = column.name in mapping.columns and not mapping.supplied
        if column.required or named:
            raise _absent(column.name, wanted, source)
        return Filled(column=column, cell="NULL")
    time = mapping.times.get(column.name, "")
    place = find(source, time) if time else None
    if time and place is None and not mapping.supplied:
        raise _absent(column.name, (time,), source)
    return Filled(
        column=column,
        theirs=source.header[found],
        cell=f"c{found}",
        time="" if place is None else f"c{place}",
        second=_second(column, mapping, source),
        typed=source.header[found] in source.dated,
    )


def _second(column: Column, mapping: Mapping, source: Source) -> str:
    """The staged cell of the column that may decide instead; blank where there is none."""
    if column.name not in mapping.instead:
        return ""
    wanted = mapping.instead[column.name].column
    places = (find(source, name) for name in wanted)
    place = next((each for each in places if each is not None), None)
    if place is None and not mapping.supplied:
        raise _absent(column.name, wanted, source)
    return "" if place is None else f"c{place}"


def _row_number(column: Column, mapping: Mapping, source: Source) -> str:
    """The row's number, or the one it had before it was quarantined.

    A patient known by it alone is told apart from other sources' patients.
    """
    before = find(source, QUARANTINE_ROW)
    number = "CAST(_row AS VARCHAR)" if before is None else f"c{before}"
    if column.patient and mapping.source:
        return f"{sql.text(mapping.source + ':')} || {number}"
    return number


def _sum(column: Column, mapping: Mapping, source: Source) -> Filled:
    parts = mapping.sums[column.name]
    day, days = _place(column.name, parts.date, source), _place(column.name, parts.days, source)
    condition = ""
    if parts.only_where:
        place = _place(column.name, parts.only_where.column, source)
        condition = (
            f"coalesce({trimmed(f'c{place}')}, '') IN ({sql.texts(parts.only_where.equals)})"
        )
    return Filled(
        column=column,
        theirs=parts.date,
        cell=f"c{day}",
        days=f"c{days}",
        condition=condition,
        typed=source.header[day] in source.dated,
    )


def _place(ours: str, theirs: str, source: Source) -> int:
    place = find(source, theirs)
    if place is None:
        raise _absent(ours, (theirs,), source)
    return place


def find(source: Source, name: str) -> int | None:
    """Where the header has this name: as written, or else loosely if only one column is like it."""
    if name in source.header:
        return source.header.index(name)
    like = [i for i, each in enumerate(source.header) if loose(each) == loose(name)]
    return like[0] if len(like) == 1 else None


def _absent(ours: str, wanted: tuple[str, ...], source: Source) -> UnreadableFile:
    names = " or ".join(repr(name) for name in wanted)
    return UnreadableFile(
        f"{source.label}: has no column {names} for {ours}; its columns are "
        f"{', '.join(source.header)}. Name the right one in [columns] of the mapping."
    )


def trimmed(cell: str) -> str:
    """A cell without blanks around it, NULL where nothing is left, as SQL.

    Most begin and end with a plain sign, and asking that is much cheaper than trimming.
    """
    plain = f"ascii({cell}) {PLAIN} AND ascii(right({cell}, 1)) {PLAIN}"
    return f"CASE WHEN {plain} THEN {cell} ELSE nullif(trim({cell}, {sql.text(WHITE)}), '') END"


def unused(source: Source, filled: list[Filled], mapping: Mapping) -> tuple[str, ...]:
    """The file's columns that the mapping makes nothing of."""
    cells = {each.cell for each in filled} | {each.days for each in filled}
    cells |= {each.time for each in filled} | {each.second for each in filled}
    conditions = {s.only_where.column for s in mapping.sums.values() if s.only_where}
    return tuple(
        name
        for i, name in enumerate(source.header)
        if f"c{i}" not in cells and name not in conditions and not name.startswith(QUARANTINE)
    )
