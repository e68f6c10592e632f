"""Death in hospital and after it, emergency readmission, later returns, and the next visit of a
course."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust import casemix
from clinlead.demo.trust.departments import DAY_CASE, EMERGENCY, MATERNITY
from clinlead.demo.trust.plan import (
    MINUTES_A_DAY,
    Columns,
    existing_minutes,
    logit,
    midwinter,
    sigmoid,
)

if TYPE_CHECKING:
    from clinlead.demo.trust.spells import World

NEVER = -1
# Intercepts that bring the averages to national sizes (tested in bands): case mix adds to the
# baseline odds.
DEATH_INTERCEPT, READMISSION_INTERCEPT = -0.72, -0.12
PLANNED_DEATH, PLANNED_READMISSION, DAY_CASE_READMISSION = 0.10, 0.62, 0.16
LATER_RETURN, DEATH_AFTER = 0.13, 0.55


def die_in_hospital(world: "World", random: np.random.Generator, batch: Columns) -> None:
    """Whether each patient dies in this spell, and the log odds that decided it."""
    here, hospital = batch["department"], world.hospital
    risk = logit(hospital.each("death")[here]) + DEATH_INTERCEPT + np.log(batch["odds"])
    risk += 0.05 * (batch["age"] - hospital.each("age")[here, 0]) + casemix.burden(
        batch["conditions"], "death"
    )
    risk += 0.03 * (5.5 - batch["deprivation"]) + 0.10 * midwinter(
        batch["admitted"] // MINUTES_A_DAY
    )
    risk += world.people.effect("death", batch["discharging"])
    chance = sigmoid(risk)
    chance = np.where(batch["stream"] == EMERGENCY, chance, chance * PLANNED_DEATH)
    chance = np.where(np.isin(batch["stream"], (DAY_CASE, MATERNITY)), chance * 0.02, chance)
    batch["death_risk"] = chance
    batch["died"] = random.random(chance.size) < chance


def readmission_chance(world: "World", batch: Columns) -> NDArray[np.float64]:
    here = batch["department"]
    risk = logit(world.hospital.each("readmission")[here]) + READMISSION_INTERCEPT
    risk += 0.5 * casemix.burden(batch["conditions"], "death") + 0.006 * (batch["age"] - 60)
    risk += 0.02 * (5.5 - batch["deprivation"]) + world.people.effect(
        "readmission", batch["discharging"]
    )
    chance = sigmoid(risk)
    by_stream = np.array([1.0, PLANNED_READMISSION, DAY_CASE_READMISSION, 0.6, 0.8])
    return chance * by_stream[batch["stream"]]


def followers(world: "World", random: np.random.Generator, batch: Columns) -> Columns:
    """The next spell of every patient who has one; also writes when the others died at home."""
    size = batch["admitted"].size
    alive = ~batch["died"]
    soon = alive & (random.random(size) < readmission_chance(world, batch))
    rest = alive & ~soon
    dies = rest & (random.random(size) < np.minimum(DEATH_AFTER * batch["death_risk"], 0.5))
    batch["died_on"] = np.where(batch["died"], batch["discharged"] // MINUTES_A_DAY, NEVER)
    batch["died_on"][dies] = (
        batch["discharged"][dies] // MINUTES_A_DAY
        + 1
        + random.exponential(35, dies.sum()).astype(int)
    )
    rest &= ~dies
    course = (
        rest
        & (batch["stream"] == DAY_CASE)
        & (random.random(size) < world.hospital.each("course")[batch["department"]])
    )
    later = (
        rest
        & ~course
        & (random.random(size) < LATER_RETURN * np.where(batch["stream"] == DAY_CASE, 0.25, 1.0))
    )
    parts = [
        next_visit(world, random, batch, course),
        return_in_emergency(world, random, batch, soon, soon=True),
    ]
    parts.append(return_in_emergency(world, random, batch, later, soon=False))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def next_visit(
    world: "World", random: np.random.Generator, batch: Columns, who: NDArray[np.bool_]
) -> Columns:
    """The next day case of a course, about three weeks on, with the same clinician, on a working
    day."""
    day = batch["discharged"][who] // MINUTES_A_DAY + random.integers(14, 29, who.sum())
    for _ in range(5):
        day = day + world.plan.is_quiet(day)
    child = inherit(batch, who)
    child["admitted"] = existing_minutes(
        day * MINUTES_A_DAY + random.integers(8 * 60, 13 * 60, day.size)
    )
    child["stream"] = np.full(day.size, DAY_CASE)
    child["same_clinician"] = batch["discharging"][who].copy()
    return before_the_end(world, child)


def return_in_emergency(
    world: "World",
    random: np.random.Generator,
    batch: Columns,
    who: NDArray[np.bool_],
    *,
    soon: bool,
) -> Columns:
    """Back as an emergency: within 30 days, most in the first fortnight, or months later."""
    from clinlead.demo.trust.spells import times_of_day

    count = int(who.sum())
    gap = (
        np.floor(30 * random.beta(0.9, 1.8, count))
        if soon
        else 30 + np.floor(random.exponential(150, count))
    )
    left = batch["discharged"][who]
    child = inherit(batch, who)
    child["stream"] = np.full(count, EMERGENCY)
    child["same_clinician"] = np.full(count, NEVER)
    child["department"] = receiving_department(world, random, child)
    at = (left // MINUTES_A_DAY + gap.astype(int)) * MINUTES_A_DAY + times_of_day(
        random, child["stream"]
    )
    child["admitted"] = existing_minutes(np.maximum(at, left + random.integers(120, 480, count)))
    return before_the_end(world, child)


def receiving_department(
    world: "World", random: np.random.Generator, child: Columns
) -> NDArray[np.int64]:
    """Most come back to the same department, others under acute medicine or care of older
    people."""
    hospital = world.hospital
    returns = np.array(
        [
            hospital.position.get(each.returns, index)
            for index, each in enumerate(hospital.departments)
        ]
    )
    department = returns[child["department"]]
    acute = hospital.position.get("acute-medicine")
    older = hospital.position.get("older-people", acute)
    elsewhere = (child["age"] >= 18) & (random.random(department.size) < 0.38)
    if acute is None or older is None:
        return department
    return np.where(elsewhere, np.where(child["age"] >= 80, older, acute), department)


def inherit(batch: Columns, who: NDArray[np.bool_]) -> Columns:
    """What a patient brings to the next spell."""
    names = ("department", "patient", "female", "deprivation", "conditions", "age")
    child = {name: batch[name][who].copy() for name in names}
    child["parent"] = batch["row"][who]
    return child


def before_the_end(world: "World", child: Columns) -> Columns:
    kept = child["admitted"] // MINUTES_A_DAY <= world.plan.days[-1]
    return {name: column[kept] for name, column in child.items()}
