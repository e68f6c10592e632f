"""What single clinicians decide and do: acute reviews, endoscopies, and VTE risk assessed."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clinlead.demo.trust.contracts import at_work
from clinlead.demo.trust.departments import DAY_CASE
from clinlead.demo.trust.plan import (
    MINUTES_A_DAY,
    as_day,
    existing_minutes,
    in_turn,
    months_before,
    sigmoid,
)
from clinlead.demo.trust.spells import World, times_of_day
from clinlead.demo.trust.tables import (
    chosen,
    clinicians,
    cut,
    generates,
    instants,
    numbered,
    patient_ids,
    spell_ids,
)

REVIEWS_A_YEAR, REVIEWED_BY = 52_000, ("acute-medicine", "emergency-medicine")
REVIEW_MONTHS = 18  # the acute assessment system goes back no further
SCOPES_A_YEAR, SCOPED_BY = 9_500, ("gastroenterology", "colorectal")
CASES_A_LIST, MIDDAY = 6, 13 * 60
TRAINEE, NO_PHOTO = 0.16, 0.02
BETWEEN_REVIEWERS, BETWEEN_ENDOSCOPISTS, BETWEEN_DEPARTMENTS = 0.22, 0.3, 0.35
ASSESSED, OUTSIDE_HOURS = 2.6, -0.35  # on the scale of the log odds
TAKEN_AT_THE_DOOR = ("respiratory", 10, 0.9)  # a story: the assessment joined the clerking


def working(world: World, random: np.random.Generator, codes: tuple[str, ...], yearly: float):
    """Department (of these) and day of so many events a year, in order of the day."""
    days = np.arange(as_day(world.plan.start), as_day(world.plan.end))
    here = [world.hospital.position[code] for code in codes if code in world.hospital.position]
    scale = world.plan.spells_a_year / 130_000 * len(here) / len(codes)
    counts = random.poisson(yearly * scale / 365.25, days.size)
    day = np.repeat(days, counts)
    return (random.choice(here, day.size) if here else np.zeros(0, int)), day[: None if here else 0]


def on_shift(
    world: World, random: np.random.Generator, department: NDArray, arrived: NDArray
) -> NDArray:
    """Two reviewers of a department for each half-day, not everybody a little."""
    half = arrived // MINUTES_A_DAY * 2 + (arrived % MINUTES_A_DAY >= MIDDAY)
    place = (department * 1_000_000 + half) * 2 + random.integers(0, 2, arrived.size)
    _, first, of = np.unique(place, return_index=True, return_inverse=True)
    return at_work(world, random, department[first], arrived[first] // MINUTES_A_DAY)[of]


@generates("emergency")
def emergency(world: World, random: np.random.Generator) -> pa.Table:
    """Acute assessments: who reviewed the patient, how ill they were, and what was decided."""
    department, day = working(world, random, REVIEWED_BY, REVIEWS_A_YEAR)
    since = as_day(max(world.plan.start, months_before(world.plan.end, REVIEW_MONTHS)))
    department, day = department[day >= since], day[day >= since]
    size = day.size
    arrived = existing_minutes(
        day * MINUTES_A_DAY + times_of_day(random, np.zeros(size, dtype=int))
    )
    row = random.integers(0, world.spells["patient"].size, size)
    acuity, age = random.choice(5, size, p=[0.04, 0.2, 0.42, 0.26, 0.08]), world.spells["age"][row]
    reviewer = on_shift(world, random, department, arrived)
    habit = random.normal(0, BETWEEN_REVIEWERS, world.people.everyone)
    chance = 1.3 - 0.9 * acuity + 0.025 * (age - 60) + habit[reviewer]
    chance += 0.3 * ((arrived // 60 % 24 >= 20) | (arrived // 60 % 24 < 7))
    admitted = random.random(size) < sigmoid(chance)
    otherwise = random.choice([1, 2, 3], size, p=[0.62, 0.1, 0.28])
    decided = arrived + random.integers(40, 420, size)
    left = random.random(size) < 0.02  # before anybody decided
    return pa.table(
        {
            "attendance_id": numbered("E", 1 + np.arange(size)),
            "patient_id": patient_ids(world.spells["patient"][row]),
            "arrived_at": instants(arrived),
            "reviewed_by": clinicians(world, reviewer, arrived),
            "decision": chosen(
                ["admit", "discharge", "refer", "same_day_care"],
                np.where(left, -1, np.where(admitted, 0, otherwise)),
            ),
            "decided_at": instants(np.where(left | (decided >= cut(world)), -1, decided)),
            "left_at": instants(before_cut(world, decided + random.integers(10, 300, size))),
            "acuity": chosen(["1", "2", "3", "4", "5"], acuity),
            "age_years": age.astype(int),
        }
    )


def before_cut(world: World, minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(minutes < cut(world), minutes, -1)


def listed(
    world: World, random: np.random.Generator, department: NDArray, performed: NDArray
) -> tuple[NDArray, NDArray]:
    """One endoscopist and one supervisor for each half-day's lists of a department."""
    day, half = performed // MINUTES_A_DAY, performed % MINUTES_A_DAY >= MIDDAY
    place = in_turn((department * 100_000 + day) * 2 + half, CASES_A_LIST)
    _, first, of = np.unique(place, return_index=True, return_inverse=True)
    people = (at_work(world, random, department[first], day[first])[of] for _ in range(2))
    endoscopist, supervisor = people
    return endoscopist, supervisor


@generates("endoscopy")
def endoscopy(world: World, random: np.random.Generator) -> pa.Table:
    """Colonoscopies and shorter examinations; a trainee's with a supervisor."""
    department, day = working(world, random, SCOPED_BY, SCOPES_A_YEAR)
    open_days = ~world.plan.is_quiet(day)
    department, day = department[open_days], day[open_days]
    size = day.size
    performed = existing_minutes(day * MINUTES_A_DAY + random.integers(510, 1020, size))
    endoscopist, supervisor = listed(world, random, department, performed)
    supervised = (random.random(size) < TRAINEE) & (supervisor != endoscopist)
    skill = random.normal(2.9, BETWEEN_ENDOSCOPISTS, world.people.everyone)
    reached = random.random(size) < sigmoid(skill[endoscopist] - 0.4 * supervised)
    short = random.random(size) < 0.3
    extents = ["caecum", "terminal_ileum", "transverse_colon", "sigmoid"]
    far = np.where(random.random(size) < 0.45, 1, 0)
    intended = np.where(short, 3, 0)
    photo = ~((random.random(size) < NO_PHOTO) | short)
    helper = clinicians(world, supervisor, performed)
    return pa.table(
        {
            "procedure_id": numbered("C", 1 + np.arange(size)),
            "endoscopist": clinicians(world, endoscopist, performed),
            "performed_at": instants(performed),
            "intended_extent": chosen(extents, intended),
            "reached_extent": chosen(extents, np.where(short, 3, np.where(reached, far, 2))),
            "supervisor": pa.array(helper.to_pylist(), pa.string(), mask=~supervised),
            "photo_proof": photo,
        }
    )


@generates("assessments")
def assessments(world: World, random: np.random.Generator) -> pa.Table:
    """VTE risk of those aged 16 or more: most within 14 hours, some late, some never."""
    own = world.spells
    rows = np.flatnonzero(own["age"] >= 16)
    day, department = own["admitted"][rows] // MINUTES_A_DAY, own["department"][rows]
    between = random.normal(0, BETWEEN_DEPARTMENTS, len(world.hospital.departments))
    where, back, gain = TAKEN_AT_THE_DOOR
    changed = day >= as_day(months_before(world.plan.end, back))
    joined = (department == world.hospital.position.get(where, -1)) & changed
    chance = ASSESSED + between[department] + OUTSIDE_HOURS * world.plan.is_quiet(day)
    prompt = random.random(rows.size) < sigmoid(chance + gain * joined - 0.5 * ~joined)
    delay = np.where(
        prompt, random.integers(5, 830, rows.size), random.integers(850, 4000, rows.size)
    )
    completed = own["admitted"][rows] + delay
    made = (prompt | (random.random(rows.size) < 0.6)) & (completed < cut(world))
    before = own["stream"][rows] == DAY_CASE  # assessed in the clinic that prepares them
    completed = np.where(before, own["admitted"][rows] - 60 * 24 * 3, completed)
    made &= before | (completed < own["discharged"][rows])
    return pa.table(
        {
            "assessment_id": numbered("V", 1 + np.arange(made.sum())),
            "spell_id": spell_ids(rows[made]),
            "kind": chosen(["vte"], np.zeros(made.sum(), dtype=int)),
            "completed_at": instants(completed[made]),
        }
    )
