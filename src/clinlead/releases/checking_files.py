"""Whether a file that was taken away still says what was released: row by row, by its digests."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isclose
from pathlib import Path
from typing import Any

from clinlead.printing.cells import harmless
from clinlead.releases.fhir import definitions_of
from clinlead.releases.files import COLUMNS, FIGURE_DIGEST, QUALITY, RELEASE_DIGEST, VALUE, Frozen
from clinlead.releases.filing import frozen_of, words_of
from clinlead.releases.manifest import NUMBERS
from clinlead.releases.models import FigureKey, Release, ReleasedFigure
from clinlead.releases.out import months_of
from clinmeasures.errors import BadInput

NEEDED = (RELEASE_DIGEST, FIGURE_DIGEST, "measure", "rule", "unit", "month", *NUMBERS)
SHOWN = ("version", "title", *VALUE, *QUALITY)  # compared where the file has them
CLOSE = 1e-9  # of a figure that was written in decimals
Row = Mapping[str, Any]


def rows_of(path: str) -> list[dict[str, Any]]:
    """The rows of a CSV or Parquet file that was taken away."""
    file = Path(path)
    if not file.is_file():
        raise BadInput(f"{path}: there is no such file.")
    rows = from_parquet(file) if file.suffix.lower() == ".parquet" else from_csv(file)
    if not rows:
        raise BadInput(f"{path}: the file has no rows.")
    lacking = [name for name in NEEDED if name not in rows[0]]
    if lacking:
        raise BadInput(
            f"{path}: it has no column {lacking[0]}; give a CSV or Parquet file of a release."
        )
    return rows


def from_csv(file: Path) -> list[dict[str, Any]]:
    try:
        with file.open(newline="", encoding="utf-8") as source:
            return list(csv.DictReader(source))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{file}: it cannot be read as CSV ({error}).") from error


def from_parquet(file: Path) -> list[dict[str, Any]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.read_table(file).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"{file}: it cannot be read as Parquet ({error}).") from error


def digest_in(rows: Iterable[Row], path: str) -> str:
    """The one release that a file is of."""
    digests = {row[RELEASE_DIGEST] for row in rows}
    if len(digests) != 1:
        raise BadInput(f"{path}: its rows name {len(digests)} releases; a file is of one.")
    return str(digests.pop())


def changes_to(release: Release, rows: Iterable[Row]) -> Iterator[str]:
    """Where the file's rows are not what was released, in the file's order."""
    kept = {figure.key: figure for figure in release.figures.all()}
    said = said_of(release, list(named_in(rows, kept)))
    for row in rows:
        key = FigureKey(row["measure"], row["rule"], row["unit"])
        figure = kept.get(key)
        place = f"{'/'.join(map(str, key))} {row['month']}"
        if figure is None:
            yield f"{place}: the release has no such figure"
        elif row[FIGURE_DIGEST] != figure.digest or row["month"] not in figure.tallies["month"]:
            yield f"{place}: it is not the figure that was released"
        else:
            yield from (
                f"{place}: {name} was changed" for name in changed_in(row, said[key][row["month"]])
            )


def named_in(
    rows: Iterable[Row], kept: Mapping[FigureKey, ReleasedFigure]
) -> Iterator[ReleasedFigure]:
    """Each figure that the file names, once."""
    keys = {FigureKey(row["measure"], row["rule"], row["unit"]) for row in rows}
    return (figure for key, figure in kept.items() if key in keys)


def said_of(release: Release, figures: Sequence[ReleasedFigure]) -> dict[FigureKey, dict[str, Row]]:
    """Of each figure, what a file says of every month; one question."""
    words, definitions = dict(words_of(release)), definitions_of(figures)
    return {
        figure.key: by_month(
            frozen_of(figure, months_of(figure), definitions[figure.measure, figure.version], words)
        )
        for figure in figures
    }


def by_month(figure: Frozen) -> dict[str, Row]:
    columns = figure.columns(lambda cell: cell)
    rows = (dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=True))
    return {row["month"]: row for row in rows}


def changed_in(row: Row, said: Row) -> list[str]:
    """The columns that say something else than what was released."""
    numbers = [name for name in NUMBERS if as_number(row[name]) != as_number(said[name])]
    return numbers + [name for name in SHOWN if name in row and not same(row[name], said[name])]


def same(cell: Any, said: Any) -> bool:
    """Whether a cell says what was released; decimals to `CLOSE`, however they are written."""
    if isinstance(said, float) and cell not in (None, ""):
        number = as_decimal(cell)
        return number is not None and isclose(number, said, rel_tol=CLOSE, abs_tol=CLOSE)
    found = "" if cell is None else str(cell)
    return found in {"" if word is None else str(word) for word in (said, harmless(said))}


def as_decimal(cell: Any) -> float | None:
    try:
        return float(cell)
    except (ValueError, TypeError):
        return None


def as_number(cell: Any) -> object:
    """A whole number, bars by value, or nothing; text that is none of them stays as it is."""
    if cell is None or cell == "":
        return None
    try:
        bars = json.loads(cell) if isinstance(cell, str) else cell
        return bars if isinstance(bars, dict) else int(bars)
    except (ValueError, TypeError):
        return cell
