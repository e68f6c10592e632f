"""The CUSUM over every clinician's and department's cases, and the climbs to its limit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinlead.figures.queries import Membership, is_person, membership_among
from clinlead.organisation.models import Department, Person, Post
from clinlead.safety.foretelling import risk_of
from clinlead.safety.models import Expectation
from clinlead.safety.sequences import Cases

Place = tuple[int, int | None]  # department and person; no person: the department's own


@dataclass(frozen=True, kw_only=True)
class Found:
    """One climb to the limit, as it is computed now."""

    place: Place
    started_on: date
    started_key: str
    signalled_on: date
    signal_key: str
    cases: int
    observed: int
    expected: float
    value: float
    contributors: int


@dataclass(frozen=True, kw_only=True)
class Organised:
    """Who held which post when: asked once for all that is found."""

    posts: Sequence[Post]
    people: dict[str, Person]  # by unit

    def department_of(self, unit: str, on: date) -> int | None:
        """Where somebody works on a day; who has left, where they worked last."""
        mine = sorted((p for p in self.posts if p.person.code == unit), key=lambda p: p.starts_on)
        here = [p for p in mine if p.starts_on <= on and (p.ends_on is None or p.ends_on >= on)]
        before = [p for p in mine if p.starts_on <= on] or mine
        chosen = here[0] if here else (before[-1] if before else None)
        return chosen.department_id if chosen else None


def organised() -> Organised:
    posts = list(Post.objects.select_related("person", "department").order_by("starts_on", "pk"))
    return Organised(posts=posts, people={post.person.code: post.person for post in posts})


def of_clinicians(cases: Cases, expected: Expectation, who: Organised) -> list[Found]:
    """Every clinician's climbs; a pool's or nobody's cases are in their department's alone."""
    people = np.array([name in who.people for name in cases.unit.names], dtype=bool)
    mine = np.flatnonzero(people[cases.unit.codes])
    rows = mine[np.argsort(cases.unit.codes[mine], kind="stable")]
    found = []
    for code, climb in climbs(cases.at(rows), cases.unit.codes[rows], expected):
        unit = cases.unit.names[code]
        department = who.department_of(unit, climb.signalled_on)
        if department is not None:
            found.append(climb.at((department, who.people[unit].pk)))
    return found


def of_departments(
    cases: Cases, expected: Expectation, departments: Collection[Department], who: Organised
) -> list[Found]:
    """Every department's climbs: its clinicians' cases in their time there, and its pool's."""
    months = MonthsAndUnits.of(cases)
    places = [(one.pk, months.theirs(membership_among(who.posts, one))) for one in departments]
    some = [(pk, rows) for pk, rows in places if len(rows)]
    if not some:
        return []
    rows = np.concatenate([each for _, each in some])
    labels = np.concatenate([np.full(len(each), pk) for pk, each in some])
    return [climb.at((pk, None)) for pk, climb in climbs(cases.at(rows), labels, expected)]


@dataclass(frozen=True, kw_only=True)
class MonthsAndUnits:
    """Which month and unit each case is of."""

    months: list[str]
    month_at: NDArray[np.int64]
    units: tuple[str, ...]
    unit_at: NDArray[np.int64]

    @classmethod
    def of(cls, cases: Cases) -> "MonthsAndUnits":
        days, at = np.unique(cases.day, return_inverse=True)
        months, month_of_day = np.unique(
            days.astype("datetime64[D]").astype("datetime64[M]"), return_inverse=True
        )
        return cls(
            months=months.astype(str).tolist(),
            month_at=month_of_day[at],
            units=cases.unit.names,
            unit_at=cases.unit.codes,
        )

    def theirs(self, who: Membership) -> NDArray[np.int64]:
        """Which cases counted for a department when they ended."""
        counts = np.zeros((len(self.months), len(self.units)), dtype=bool)
        for place, month in enumerate(self.months):
            here = {*who.people(month), who.pool}
            counts[place] = [unit in here for unit in self.units]
        return np.flatnonzero(counts[self.month_at, self.unit_at])


@dataclass(frozen=True, kw_only=True)
class Climb:
    """A climb before it is known whose it is."""

    started_on: date
    signalled_on: date
    rest: dict[str, Any]

    def at(self, place: Place) -> Found:
        return Found(
            place=place, started_on=self.started_on, signalled_on=self.signalled_on, **self.rest
        )


def climbs(
    cases: Cases, labels: NDArray[np.int64], expected: Expectation
) -> list[tuple[int, Climb]]:
    """The signals of each label's cases, which come together and in order of time."""
    from clinmeasures.monitoring import cusum  # slow: SciPy

    if not len(cases):
        return []
    risk = risk_of(cases, expected)
    made = cusum(
        outcome=cases.event,
        risk=risk,
        provider=labels,
        odds_ratio=expected.odds_ratio,
        limit=expected.limit,
    )
    starts = {name: int(made.cases.starts[i]) for i, name in enumerate(made.cases.names)}
    return [
        (int(signal.provider or 0), climb_of(cases, risk, starts[signal.provider], signal))
        for signal in made.signals
    ]


def climb_of(cases: Cases, risk: NDArray[np.float64], offset: int, signal: Any) -> Climb:
    first, last = offset + signal.start_index - 1, offset + signal.index - 1
    here = slice(first, last + 1)
    units = {cases.unit.names[code] for code in np.unique(cases.unit.codes[here]).tolist()}
    return Climb(
        started_on=cases.day_at(first),
        signalled_on=cases.day_at(last),
        rest={
            "started_key": str(cases.key[first]),
            "signal_key": str(cases.key[last]),
            "cases": last - first + 1,
            "observed": int(cases.event[here].sum()),
            "expected": float(risk[here].sum()),
            "value": float(signal.value),
            "contributors": sum(is_person(one) for one in units),
        },
    )
