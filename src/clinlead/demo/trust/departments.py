"""The departments of the invented trust, read from departments.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STREAMS = ("emergency", "elective", "day_case", "maternity", "transfer")
EMERGENCY, ELECTIVE, DAY_CASE, MATERNITY, TRANSFER = range(len(STREAMS))
SOURCE = Path(__file__).with_name("departments.toml")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One code that a department uses, how often, and what it does to stay and death."""

    code: str
    weight: float
    stay: float = 1.0
    odds: float = 1.0
    older: float = 0.0

    @classmethod
    def read(cls, line: str) -> "Choice":
        code, *numbers = line.split()
        return cls(
            code=code,
            **dict(zip(("weight", "stay", "odds", "older"), map(float, numbers), strict=False)),
        )


@dataclass(frozen=True, kw_only=True)
class Department:
    """What the generator needs to know of one department."""

    code: str
    name: str
    division: str
    specialty: str
    consultants: int
    sas: int
    age: tuple[float, float]
    female: float
    stay: tuple[float, float]
    death: float
    readmission: float
    summaries: float
    predictions: float
    wards: tuple[str, ...]
    acute: tuple[Choice, ...]
    planned: tuple[Choice, ...]
    procedures: tuple[Choice, ...]
    volumes: tuple[float, ...]  # chains begun in a year, by stream
    returns: str  # where an emergency readmission goes
    via: float = 0.0
    course: float = 0.0
    youngest: int = 17
    oldest: int = 104

    @classmethod
    def read(cls, given: dict[str, Any]) -> "Department":
        rest = dict(given)
        volumes = tuple(float(rest.pop(stream, 0)) for stream in STREAMS)
        lists: dict[str, Any] = {
            name: tuple(map(Choice.read, rest.pop(name)))
            for name in ("acute", "planned", "procedures")
        }
        pairs: dict[str, Any] = {name: tuple(rest.pop(name)) for name in ("age", "stay", "wards")}
        returns = rest.pop("returns", rest["code"])
        return cls(volumes=volumes, returns=returns, **lists, **pairs, **rest)


@dataclass(frozen=True)
class Hospital:
    """The trust's outline: divisions and the departments that a plan asks for."""

    trust: dict[str, str]
    divisions: tuple[dict[str, str], ...]
    departments: tuple[Department, ...]

    @classmethod
    def read(cls, only: Sequence[str] = ()) -> "Hospital":
        given = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
        departments = tuple(map(Department.read, given["department"]))
        unknown = set(only) - {each.code for each in departments}
        if unknown:
            raise ValueError(
                f"no such department in the invented trust: {', '.join(sorted(unknown))}"
            )
        kept = tuple(each for each in departments if not only or each.code in only)
        in_use = {each.division for each in kept}
        divisions = tuple(each for each in given["division"] if each["code"] in in_use)
        return cls(given["trust"], divisions, kept)

    @cached_property
    def position(self) -> dict[str, int]:
        return {each.code: index for index, each in enumerate(self.departments)}

    def each(self, field: str) -> NDArray[Any]:
        """One value a department, in order."""
        return np.array([getattr(department, field) for department in self.departments])
