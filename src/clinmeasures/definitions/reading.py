"""A definition's file read, checked and frozen, or refused with the line and the reason."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import rules_for
from clinmeasures.definitions.contradictions import contradictions_of
from clinmeasures.definitions.definition import Definition
from clinmeasures.definitions.fields import Field
from clinmeasures.definitions.grammar import Problem, problems_of
from clinmeasures.definitions.lines import Path as Place
from clinmeasures.definitions.lines import key_lines, nearest_line
from clinmeasures.definitions.parameters import as_pairs, with_parameters, wrong_parameters
from clinmeasures.errors import BadInput


class InvalidDefinition(BadInput):
    """A measure's wording is outside the grammar or contradicts itself."""

    def __init__(self, *, source: str, line: int, reason: str) -> None:
        self.source = source
        self.line = line
        self.reason = reason
        super().__init__(f"{source}, line {line}: {reason}.")


def load_definition(path: Path | str) -> Definition:
    """The definition in one TOML file.

    Raises
    ------
    InvalidDefinition
        With the file, the line and the reason, if anything in it is outside the grammar.
    BadInput
        If the file cannot be read as text.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}: is not UTF-8 text; save it as UTF-8.") from error
    return parse_definition(text, source=str(file))


def parse_definition(
    text: str,
    source: str = "definition",
    *,
    own: Mapping[str, Field] | None = None,
    must_look_ahead: bool = False,
) -> Definition:
    """The definition that a TOML text states.

    Parameters
    ----------
    text : str
        TOML in the closed grammar of the definitions reference.
    source : str
        What to call the text in a refusal: a file's name.
    own : mapping of str to Field, optional
        A file's own columns, which a report's definition may name beside the record type's.
    must_look_ahead : bool, optional
        Refuse, too, one that says no `looks_ahead_days` and whose conditions wait for what follows
        a record: its newest months would be taken for complete.

    Raises
    ------
    InvalidDefinition
        At the first line, from the top, that is outside the grammar. Nothing is guessed.
    """
    raw = _toml(text, source)
    lines = key_lines(text)
    problems = [Problem(path, reason) for path, reason in wrong_parameters(raw)]
    if not problems:
        raw = with_parameters(raw)
        problems = list(problems_of(raw, own))
    _refuse(problems, lines, source)
    definition = Definition.model_validate(_filled(raw))
    waits = must_look_ahead or "looks_ahead_days" in raw
    _refuse(list(contradictions_of(definition, waits=waits)), lines, source)
    return definition


def _refuse(problems: Sequence[Problem], lines: dict[Place, int], source: str) -> None:
    """The first from the top; a misspelt key is named where it stands before another is missed."""
    if problems:
        first = min(problems, key=lambda each: (not each.path, nearest_line(lines, each.path)))
        line = nearest_line(lines, first.path)
        raise InvalidDefinition(source=source, line=line, reason=first.reason)


def load_definitions(directory: Path | str) -> dict[str, Definition]:
    """Every definition of a folder (`*.toml`), by code.

    Raises
    ------
    BadInput
        If the folder has none, a file is refused, or two files state the same code.
    """
    files = sorted(Path(directory).glob("*.toml"))
    if not files:
        raise BadInput(f"{directory}: holds no definition (*.toml).")
    found: dict[str, Definition] = {}
    for file in files:
        definition = load_definition(file)
        if definition.code in found:
            raise BadInput(
                f"{file}: the code '{definition.code}' is already another file's; rename one."
            )
        found[definition.code] = definition
    return found


def library() -> MappingProxyType[str, Definition]:
    """The definitions that are shipped, by code, each read once."""
    return MappingProxyType(_shipped())


@cache
def _shipped() -> dict[str, Definition]:
    folder = resources.files("clinmeasures.definitions") / "library"
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda f: f.name
    )
    read = (parse_definition(each.read_text(encoding="utf-8"), source=each.name) for each in files)
    return {definition.code: definition for definition in read}


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = re.search(r"\(at line (\d+), column \d+\)", said)
        line = int(place[1]) if place else text.count("\n") + 1
        reason = "is not valid TOML: " + re.sub(r"\s*\(at .*\)$", "", said)
        raise InvalidDefinition(source=source, line=line, reason=reason) from error
    except RecursionError:
        rows = text.split("\n")
        line = 1 + max(range(len(rows)), key=lambda number: rows[number].count("["))
        reason = "has lists within lists beyond any reading"
        raise InvalidDefinition(source=source, line=line, reason=reason) from None


def _filled(raw: dict[str, Any]) -> dict[str, Any]:
    """The table as the model takes it: conditions shaped, the record type's defaults."""
    record = RECORD_TYPES[raw["record"]]
    shaped = {
        key: [_shaped(each) for each in raw[key]]
        for key in ("where", "numerator")
        if _is_list(raw, key)
    }
    defaults = {"month_of": record.month_of, "attribution": rules_for(record.name)[:1]}
    return defaults | raw | shaped | {"parameters": as_pairs(raw)}


def _is_list(raw: dict[str, Any], key: str) -> bool:
    return isinstance(raw.get(key), list)


def _shaped(condition: dict[str, Any]) -> dict[str, Any]:
    for key in ("any", "all"):
        if key in condition:
            return {f"{key}_of": [_shaped(each) for each in condition[key]]}
    operator = next(key for key in condition if key != "field")
    value = condition[operator]
    frozen = tuple(value) if isinstance(value, list) else value
    return {"field": condition["field"], "operator": operator, "value": frozen}
