"""A definition's text with some of its single-line keys said anew. Pure."""

import json
import re
from collections.abc import Mapping
from datetime import date

from clinmeasures.definitions import parse_definition

Values = Mapping[str, str | int | date]


def restated(text: str, values: Values) -> str:
    """The same text with these keys; what is said already is replaced, the rest put after `code`.

    The text must have been accepted by the grammar, with each of these keys on a line of its own.
    """
    lines = text.splitlines()
    for key, value in values.items():
        put(lines, key, f"{key} = {as_toml(value)}")
    said = "\n".join(lines) + "\n"
    read = parse_definition(said, source="the restated definition")
    assert all(getattr(read, key) == value for key, value in values.items())
    return said


def put(lines: list[str], key: str, line: str) -> None:
    for place, there in enumerate(lines):
        if re.match(rf"{key}\s*=", there):
            lines[place] = line
            return
    first = next(place for place, there in enumerate(lines) if re.match(r"code\s*=", there))
    lines.insert(first + 1, line)


def as_toml(value: str | int | date) -> str:
    """A JSON string is a TOML basic string, once characters beyond ASCII stay as they are."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
