"""Makes the invented clinicians: names nobody bears, dated posts and codes, and how they differ."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust.departments import Hospital
from clinlead.demo.trust.people import (
    ALWAYS,
    FIFTH,
    HEART_FAILURE,
    NEWCOMER,
    NEWCOMER_MONTHS,
    OPEN,
    ORTHOGERIATRICIAN,
    POOLS,
    READMITS_MORE,
    SECOND,
    THIRD,
    People,
)
from clinlead.demo.trust.plan import Columns, Days, Plan, as_day, months_before

JOINED, LEFT_BEFORE_THEM, SECOND_CODE = 0.10, 0.45, 0.08
POOL_CODE = {"locum": "ZZLOC", "default": "ZZDEF", "pooled": "ZZPOL"}
SAS_GRADES = ("Associate specialist", "Specialty doctor")

# Clinicians really differ a little: standard deviations between them, on the log or logit scale.
SPREAD = {"stay": 0.05, "readmission": 0.08, "death": 0.06, "predictions": 0.22, "summaries": 0.22}

NAMES = Path(__file__).with_name("names.toml")


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Everyone hired, in order: those in post by department and place, then their predecessors."""

    plan: Plan
    hospital: Hospital
    department: NDArray[np.int64]
    grade: list[str]
    joined: Days
    left: Days
    place: dict[tuple[str, int], int]
    predecessors: NDArray[np.int64]  # the successors of the last so many people

    @property
    def count(self) -> int:
        return int(self.department.size)

    @property
    def settled(self) -> NDArray[np.bool_]:
        """In post before the window and still."""
        return (self.joined == ALWAYS) & (self.left == OPEN)

    @property
    def in_stories(self) -> list[int]:
        return [index for (_, seat), index in self.place.items() if seat <= FIFTH]


def make_people(plan: Plan, hospital: Hospital) -> People:
    """The 340 consultants and 33 SAS doctors in post, and those whom some of them succeeded."""
    random = plan.random("people")
    staff = hire(plan, hospital, random)
    posts = make_posts(staff, random)
    codes, changed = make_codes(staff, random)
    return People(
        count=staff.count,
        pools=len(hospital.departments),
        code=[f"P{index + 1:03d}" for index in range(staff.count)],
        name=names(staff, random),
        grade=staff.grade,
        place=staff.place,
        posts=posts,
        codes=codes,
        changed=changed,
        effects=make_effects(staff, random),
    )


def hire(plan: Plan, hospital: Hospital, random: np.random.Generator) -> Staff:
    """Everyone's department, grade and dates."""
    department, seat = seats(hospital)
    consultant = seat < hospital.each("consultants")[department]
    titles = [SAS_GRADES[each % 2] for each in seat]
    grade = np.where(consultant, "Consultant", titles)
    joined = joining_days(plan, hospital, random, department, seat)
    replaces = (joined > ALWAYS) & (random.random(joined.size) < LEFT_BEFORE_THEM) & (seat > FIFTH)
    successors = np.flatnonzero(replaces)
    codes = [each.code for each in hospital.departments]
    places = zip((codes[each] for each in department), seat.tolist(), strict=True)
    return Staff(
        plan=plan,
        hospital=hospital,
        department=np.concatenate([department, department[successors]]),
        grade=[*grade.tolist(), *["Consultant"] * successors.size],
        joined=np.concatenate([joined, np.full(successors.size, ALWAYS)]),
        left=np.concatenate([np.full(joined.size, OPEN), joined[successors] - 60]),
        place={place: index for index, place in enumerate(places)},
        predecessors=successors,
    )


def seats(hospital: Hospital) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Department and place in it of everyone in post, consultants before SAS doctors."""
    sizes = hospital.each("consultants") + hospital.each("sas")
    department = np.repeat(np.arange(sizes.size), sizes)
    return department, np.concatenate([np.arange(size) for size in sizes])


def joining_days(
    plan: Plan,
    hospital: Hospital,
    random: np.random.Generator,
    department: NDArray[np.int64],
    seat: NDArray[np.int64],
) -> Days:
    """Most were here before the window; some joined on the first of a month inside it."""
    months = random.integers(3, plan.months - 2, department.size)
    first = np.array([as_day(months_before(plan.end, int(back))) for back in months])
    joined = np.where((random.random(department.size) < JOINED) & (seat > FIFTH), first, ALWAYS)
    newcomer = (department == hospital.position.get(NEWCOMER[0], -1)) & (seat == NEWCOMER[1])
    joined[newcomer] = as_day(months_before(plan.end, NEWCOMER_MONTHS))
    return joined


def make_posts(staff: Staff, random: np.random.Generator) -> Columns:
    """One dated post each; a few work in two departments, a few moved from one to another."""
    part_time = random.random(staff.count) >= 0.78
    share = np.where(part_time, random.choice([0.5, 0.6, 0.8], staff.count), 1.0)
    share[staff.in_stories] = 1.0
    posts = {
        "person": np.arange(staff.count),
        "department": staff.department.copy(),
        "from": staff.joined.copy(),
        "to": staff.left.copy(),
        "whole_time_equivalent": share,
    }
    second = second_posts(staff, random, posts)
    added = np.array(second, dtype=float).reshape(-1, len(posts))
    return {
        name: np.concatenate([column, added[:, index].astype(column.dtype)])
        for index, (name, column) in enumerate(posts.items())
    }


def second_posts(
    staff: Staff, random: np.random.Generator, posts: Columns
) -> list[tuple[float, ...]]:
    """Every other chosen person moved department half-way; the rest divide their week."""
    settled = np.setdiff1d(np.flatnonzero(staff.settled), staff.in_stories)
    beside = [neighbours_of(staff.hospital, at) for at in range(len(staff.hospital.departments))]
    free = [person for person in settled if beside[staff.department[person]]]
    chosen = random.permutation(free)[: 2 * max(1, staff.count // 75)]
    moved_on = as_day(months_before(staff.plan.end, staff.plan.months // 2))
    rows: list[tuple[float, ...]] = []
    for turn, person in enumerate(chosen):
        neighbours = beside[staff.department[person]]
        other = neighbours[int(random.integers(len(neighbours)))]
        if turn % 2:
            share = float(posts["whole_time_equivalent"][person])
            rows.append((person, other, ALWAYS, moved_on - 1, share))
            posts["from"][person] = moved_on
        else:
            rows.append((person, other, ALWAYS, OPEN, 0.4))
            posts["whole_time_equivalent"][person] = 0.6
    return rows


def neighbours_of(hospital: Hospital, department: int) -> list[int]:
    """The other departments of the division that admit patients, if this one does."""
    own = hospital.departments[department]
    return [
        index
        for index, each in enumerate(hospital.departments)
        if each.division == own.division
        and index != department
        and any(each.volumes)
        and any(own.volumes)
    ]


def make_codes(staff: Staff, random: np.random.Generator) -> tuple[Columns, Days]:
    """A code a person, a second for some from a change of system, two inherited, and the pools.

    A real code holds a seven-digit number; these hold letters in its place: they are nobody's.
    """
    changes = staff.settled & (random.random(staff.count) < SECOND_CODE)
    change_day = as_day(months_before(staff.plan.end, staff.plan.months // 3))
    rows = [(f"CZZ{index + 1:04d}", index, ALWAYS, OPEN) for index in range(staff.count)]
    first_former = staff.count - staff.predecessors.size
    for turn, heir in enumerate(staff.predecessors[:2]):
        former, since = first_former + turn, int(staff.joined[heir])
        inherited = rows[former][0]
        rows[former] = (inherited, former, ALWAYS, since - 1)
        rows[heir] = (inherited, int(heir), since, OPEN)
    for index in np.flatnonzero(changes):
        code, person, since, _ = rows[index]
        rows[index] = (code, person, since, change_day - 1)
        rows.append((f"CZY{index + 1:04d}", person, change_day, OPEN))
    rows += pool_codes(staff)
    codes, people, first_days, last_days = zip(*rows, strict=True)
    table = {
        "code": np.array(codes, dtype=object),
        "person": np.array(people),
        "from": np.array(first_days),
        "to": np.array(last_days),
    }
    return table, np.where(changes, change_day, OPEN)


def pool_codes(staff: Staff) -> list[tuple[str, int, int, int]]:
    """Each department's locum, default and pooled code: never a person's."""
    departments = staff.hospital.departments
    kinds = enumerate(POOLS)
    return [
        (POOL_CODE[kind] + each.specialty, staff.count + turn * len(departments) + at, ALWAYS, OPEN)
        for turn, kind in kinds
        for at, each in enumerate(departments)
    ]


def make_effects(staff: Staff, random: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """How people differ once patients are alike; the stories' people as their story says."""
    effects = {name: random.normal(0, spread, staff.count) for name, spread in SPREAD.items()}
    alike = (HEART_FAILURE, ORTHOGERIATRICIAN, NEWCOMER)
    for place in (*alike, ("cardiology", SECOND), ("cardiology", THIRD)):
        if place in staff.place:
            for values in effects.values():
                values[staff.place[place]] = 0.0
    if READMITS_MORE in staff.place:
        effects["readmission"][staff.place[READMITS_MORE]] = np.log(2.2)
    return effects


def names(staff: Staff, random: np.random.Generator) -> list[str]:
    """Title, first name and an invented surname, each surname once."""
    given = {name: line.split() for name, line in tomllib.loads(NAMES.read_text("utf-8")).items()}
    first_names = [("Miss", name) for name in given["women"]]
    first_names += [("Mr", name) for name in given["men"]]
    surnames = [start + end for start in given["starts"] for end in given["ends"]]
    family = random.permutation(len(surnames))[: staff.count]
    first = random.integers(len(first_names), size=staff.count)
    codes = [staff.hospital.departments[here].code for here in staff.department]
    called = [first_names[each] for each in first]
    return [
        " ".join([title if code in given["surgeons"] else "Dr", name, surnames[other]])
        for code, (title, name), other in zip(codes, called, family, strict=True)
    ]
