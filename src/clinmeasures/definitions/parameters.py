"""What a definition leaves to whoever adopts it: named values, said once, used as "$name"."""

from collections.abc import Iterator
from typing import Any

from clinmeasures.definitions.lines import Path

Raw = dict[str, Any]
MARK = "$"
USED_IN = ("where", "numerator", "denominator", "value")


def wrong_parameters(raw: Raw) -> Iterator[tuple[Path, str]]:
    """Everything that is wrong with the table `[parameters]` and its uses: where, and why."""
    given = raw.get("parameters", {})
    if not isinstance(given, dict):
        yield (("parameters",), "'parameters' is a table: [parameters], then name = value")
        return
    uses = {name: path for path, name in _uses({key: raw.get(key) for key in USED_IN}, ())}
    for name, value in given.items():
        if not name.isidentifier():
            yield (("parameters", name), f"'{name}' must be small letters and underscores")
        elif not _usable(value):
            yield (("parameters", name), f"'{name}' must be a value, or a list that is not empty")
        elif name not in uses:
            yield (("parameters", name), f"the parameter '{name}' is used nowhere; write '${name}'")
    for name, path in uses.items():
        if name not in given:
            yield (path, f"there is no parameter '{name}'; say it under [parameters]")


def with_parameters(raw: Raw) -> Raw:
    """The table with every "$name" replaced by the parameter's value."""
    given = raw.get("parameters", {})
    return {key: _filled(value, given) if key in USED_IN else value for key, value in raw.items()}


def as_pairs(raw: Raw) -> tuple[tuple[str, Any], ...]:
    """The parameters in the order of their names, frozen."""
    given = sorted(raw.get("parameters", {}).items())
    return tuple((n, tuple(v) if isinstance(v, list) else v) for n, v in given)


def _usable(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and not any(isinstance(each, list | dict) for each in value)
    return not isinstance(value, dict)


def _uses(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _uses(inside, (*path, key))
    elif isinstance(value, list):
        for position, inside in enumerate(value):
            yield from _uses(inside, (*path, position))
    elif isinstance(value, str) and value.startswith(MARK):
        yield (path, value.removeprefix(MARK))


def _filled(value: Any, given: Raw) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inside, given) for key, inside in value.items()}
    if isinstance(value, list):
        return [_filled(inside, given) for inside in value]
    if isinstance(value, str) and value.startswith(MARK):
        return given[value.removeprefix(MARK)]
    return value
