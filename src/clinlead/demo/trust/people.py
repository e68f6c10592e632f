"""Who can be named on a spell: the invented clinicians, their posts and codes, and the pools."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust.plan import Columns, Days, as_day

ALWAYS = as_day(date(2015, 4, 1))  # posts and codes that are older than the window start here
OPEN = as_day(date(2999, 12, 31))
POOLS = ("locum", "default", "pooled")

# Places in a department that the stories and the demonstration's accounts refer to.
LEAD, SECOND, THIRD, FOURTH, FIFTH = range(5)
HEART_FAILURE = ("cardiology", FOURTH)
NEWCOMER = ("cardiology", FIFTH)
READMITS_MORE = ("orthopaedics", THIRD)
ORTHOGERIATRICIAN = ("older-people", FOURTH)
NEWCOMER_MONTHS = 2
NEWCOMER_SHARE = 0.15


@dataclass(frozen=True, kw_only=True)
class People:
    """Everyone who can be named on a spell: clinicians first, then each department's pools."""

    count: int
    pools: int  # departments: pools of one kind
    code: list[str]
    name: list[str]
    grade: list[str]
    place: dict[tuple[str, int], int]  # (department code, place in it) to person
    posts: Columns  # person, department, from, to, whole_time_equivalent
    codes: Columns  # code, person, from, to
    changed: Days  # the day from which a person's second code holds
    effects: dict[str, NDArray[np.float64]]

    @property
    def everyone(self) -> int:
        return self.count + self.pools * len(POOLS)

    def pool(self, kind: str, department: NDArray[np.int64] | int) -> NDArray[np.int64]:
        return np.asarray(self.count + POOLS.index(kind) * self.pools + department)

    def effect(self, name: str, person: NDArray[np.int64]) -> NDArray[np.float64]:
        """How far this person differs from their peers, 0 for a pool."""
        known = np.concatenate([self.effects[name], np.zeros(self.everyone - self.count)])
        return known[person]

    @cached_property
    def spellings(self) -> NDArray[np.object_]:
        """Shape (people and pools, 2): the code before and from the day it changed."""
        table = np.empty((self.everyone, 2), dtype=object)
        order = np.argsort(self.codes["from"], kind="stable")
        for code, person in zip(
            self.codes["code"][order], self.codes["person"][order], strict=True
        ):
            table[person, 1] = code
            table[person, 0] = table[person, 0] or code
        return table

    def code_on(self, person: NDArray[np.int64], day: Days) -> NDArray[np.object_]:
        later = (
            day
            >= np.concatenate([self.changed, np.zeros(self.everyone - self.count, dtype=int)])[
                person
            ]
        )
        return self.spellings[person, later.astype(int)]
