"""CSV files of an activity store made by hand: how they are cut, said from their heading."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clinmeasures.activity import sql
from clinmeasures.errors import BadInput

MARKS = ",;\t|"


def as_cut(files: Sequence[Path | str]) -> dict[str, Any]:
    """DuckDB's options for CSV files of one heading; every column is text.

    Nothing is left to its guessing, which takes a row of another length for a sign that the file is
    cut by another mark, or that its heading stands further down, and so loses all rows before it.

    Raises
    ------
    BadInput
        If a file is empty, a column has no name or one twice, or the headings differ.
    """
    names, mark = agreed(files)
    return {
        "auto_detect": False,
        "header": True,
        "delim": mark,
        "quote": '"',
        "escape": '"',
        "columns": dict.fromkeys(names, "VARCHAR"),
    }


def reading_csv(files: Sequence[Path | str]) -> str:
    """The same as an SQL source."""
    names, mark = agreed(files)
    columns = ", ".join(f"{sql.text(name)}: 'VARCHAR'" for name in names)
    how = f"auto_detect = false, header = true, delim = {sql.text(mark)}"
    how += f""", quote = '"', escape = '"', columns = {{{columns}}}"""
    return f"read_csv([{sql.texts([str(file) for file in files])}], {how})"


def agreed(files: Sequence[Path | str]) -> tuple[list[str], str]:
    """The columns and the mark of the first file, which the others must have too."""
    first = heading(Path(files[0]))
    for file in files[1:]:
        if heading(Path(file)) != first:
            raise BadInput(f"{file}: has another heading than {files[0]}; give them the same.")
    return first


def heading(file: Path) -> tuple[list[str], str]:
    """A file's columns, and the mark that its heading line has most of."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            line = opened.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise BadInput(f"{file}: is not UTF-8 text; save it as CSV UTF-8.") from None
    if not line.strip():
        raise BadInput(f"{file}: is empty; it needs a heading line.")
    mark = max(MARKS, key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=mark))]
    for name in names:
        if not name or names.count(name) > 1:
            said = f"the column '{name}' twice" if name else "a column without a name"
            raise BadInput(f"{file}: its heading has {said}; give each column a name of its own.")
    return names, mark
