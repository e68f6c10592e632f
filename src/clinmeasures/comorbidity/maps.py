"""The published maps from codes to conditions, read from the tables beside this file."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Integers

TABLES = Path(__file__).with_name("maps")
INDEXES = ("charlson", "elixhauser")


@dataclass(frozen=True)
class ConditionMap:
    """Which prefixes of a code stand for which conditions, and what each condition scores."""

    conditions: list[str]
    prefixes: dict[str, int]  # prefix → one bit a condition
    weights: dict[str, Integers]  # scheme → weight of each condition
    milder: dict[int, int]  # condition that yields → the severer one, by position
    lengths: tuple[int, ...]  # of the prefixes, shortest first

    def bits(self, codes: Sequence[str]) -> Integers:
        """The conditions of each code, one bit each; a code may stand for several."""
        return np.array([self._bits(code) for code in codes], dtype=np.int64)

    def _bits(self, code: str) -> int:
        found = 0
        for length in self.lengths:
            found |= self.prefixes.get(code[:length], 0)
        return found


@cache
def condition_map(index: str, version: str, name: str) -> ConditionMap:
    """A published map.

    Raises
    ------
    BadInput
        If there is no such index, version or map; the message lists those there are.
    """
    if index not in INDEXES:
        raise BadInput(f"there is no index {index!r}; use {' or '.join(INDEXES)}.")
    table = tomllib.loads((TABLES / f"{index}.toml").read_text(encoding="utf-8"))
    versions = table["maps"]
    if version not in versions:
        raise BadInput(f"there is no version {version!r}; use {' or '.join(versions)}.")
    if name not in versions[version]:
        raise BadInput(
            f"{index} in {version} has no map {name!r}; use {' or '.join(versions[version])}."
        )
    conditions = list(table["titles"])
    position = {condition: i for i, condition in enumerate(conditions)}
    prefixes = _prefixes(versions[version], name, position)
    return ConditionMap(
        conditions=conditions,
        prefixes=prefixes,
        weights={
            scheme: np.array([weight[c] for c in conditions], dtype=np.int64)
            for scheme, weight in table["weights"].items()
        },
        milder={position[mild]: position[severe] for mild, severe in table["milder"].items()},
        lengths=tuple(sorted({len(prefix) for prefix in prefixes})),
    )


def _prefixes(maps: dict[str, Any], name: str, position: dict[str, int]) -> dict[str, int]:
    """A map with those it adds to (`also`)."""
    given = dict(maps[name])
    base = given.pop("also", None)
    found = _prefixes(maps, base, position) if base else {}
    for condition, text in given.items():
        for prefix in expanded(text):
            found[prefix] = found.get(prefix, 0) | 1 << position[condition]
    return found


def expanded(text: str) -> Iterator[str]:
    """Prefixes of a table's cell: "K25-K27 K31" is K25, K26, K27 and K31.

    >>> list(expanded("042-044 V434"))
    ['042', '043', '044', 'V434']
    """
    for part in text.split():
        first, _, last = part.partition("-")
        start = next(i for i, character in enumerate(first) if character.isdigit())
        letters, digits = first[:start], first[start:]
        for number in range(int(digits), int(last[start:] or digits) + 1):
            yield f"{letters}{number:0{len(digits)}}"
