"""What a reader of the page may choose: on the command line, or in the definition's [report]."""

import re
import tomllib
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from clinmeasures.errors import BadInput

HEADING = re.compile(r"^\[report\]\s*(#.*)?$", re.MULTILINE)
TEXTS = ("unit", "date", "title", "value_unit", "case_word", "unit_word")
KEYS = (*TEXTS, "origin", "mapping")


@dataclass(frozen=True, kw_only=True)
class Options:
    """None leaves a choice to the definition's [report], then to the default."""

    unit: str | None = None  # the column whose values are compared
    date_column: str | None = None  # of dates, or of day numbers
    origin: date | None = None  # the date of day 1
    title: str | None = None
    value_unit: str | None = None  # "days"
    case_word: str | None = None  # "patient"; "case" by default
    unit_word: str | None = None  # what a unit is called, where its column has no good name
    mappings: tuple[str, ...] = ()

    def over(self, other: "Options") -> "Options":
        """These choices, and the other's where these say nothing."""
        mine = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(other, **{name: value for name, value in mine.items() if value})


def split_definition(text: str, name: str) -> tuple[str, Options]:
    """A definition's own text, and the choices of the [report] at its end.

    Raises
    ------
    BadInput
        If the [report] has a key or a value that it cannot have.
    """
    found = HEADING.search(text)
    if found is None:
        return text, Options()
    try:
        table = tomllib.loads(text[found.start() :])
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name}: its [report] is not valid TOML ({error}).") from None
    if set(table) != {"report"}:
        raise BadInput(f"{name}: [report] must be the last table of the file.")
    return text[: found.start()], _options(table["report"], name)


def _options(given: dict[str, Any], name: str) -> Options:
    for key, value in given.items():
        if key not in KEYS:
            raise BadInput(f"{name}: [report] has no key '{key}'; there are {', '.join(KEYS)}.")
        if key in TEXTS and not isinstance(value, str):
            raise BadInput(f"{name}: '{key}' in [report] must be text in quotation marks.")
    origin, mappings = given.get("origin"), given.get("mapping", [])
    if origin is not None and type(origin) is not date:
        raise BadInput(f"{name}: 'origin' in [report] must be a date, as 1992-01-01.")
    if not isinstance(mappings, list) or not all(isinstance(each, str) for each in mappings):
        raise BadInput(f"{name}: 'mapping' in [report] must be a list of texts.")
    return Options(
        unit=given.get("unit"),
        date_column=given.get("date"),
        origin=origin,
        title=given.get("title"),
        value_unit=given.get("value_unit"),
        case_word=given.get("case_word"),
        unit_word=given.get("unit_word"),
        mappings=tuple(mappings),
    )
