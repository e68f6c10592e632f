"""Results on standard output: one JSON document, or a plain table to read."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def print_json(document: Any) -> None:
    """One line, full precision; a NaN that slipped through is an error, never output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")


def print_json_of(name: str, documents: Iterable[Any]) -> None:
    """`print_json` of one list of many documents, each written and let go before the next."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode
    texts = ", ".join(map(encode, documents))
    sys.stdout.write(f"{{{json.dumps(name)}: [{texts}]}}\n")


def print_table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns lined up for a person; numbers to five figures."""
    lines = [list(heading), *([as_text(cell) for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heading))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def as_text(cell: Any) -> str:
    """A cell for a person: numbers to five figures, lists with commas, missing as a dash."""
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.5g}"
    if isinstance(cell, (list, tuple)):
        return ", ".join(map(str, cell))
    return str(cell)
