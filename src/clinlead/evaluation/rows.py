"""A cohort pasted as lines: name; e-mail; group; role; level."""

from dataclasses import dataclass

from clinlead.evaluation.policies import Group

COLUMNS = ("name", "e-mail", "group", "role", "level")
GROUPS = {group.value.lower(): group for group in Group}


class NotARow(Exception):
    """A line that cannot be read; says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    email: str
    group: Group
    role: str
    level: str


def rows_of(text: str) -> list[Row]:
    """Every line that is not empty; tabs, as a spreadsheet pastes them, do as well."""
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    return [row_of(at, line) for at, line in lines]


def row_of(at: int, line: str) -> Row:
    cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ";")]
    if len(cells) > len(COLUMNS):
        raise NotARow(f"Line {at} has more than {len(COLUMNS)} parts: {'; '.join(COLUMNS)}.")
    name, email, group, role, level = cells + [""] * (len(COLUMNS) - len(cells))
    if not name:
        raise NotARow(f"Line {at} has no name.")
    if email and "@" not in email:
        raise NotARow(f"Line {at}: “{email}” is not an e-mail address.")
    if group.lower() not in GROUPS:
        raise NotARow(f"Line {at}: the group “{group}” is none of {', '.join(Group)}.")
    return Row(name=name, email=email, group=GROUPS[group.lower()], role=role, level=level)
