"""Spells in chains: arrivals day by day, and the readmissions, later returns and courses that
follow them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust import casemix, outcomes, stays
from clinlead.demo.trust.departments import (
    DAY_CASE,
    ELECTIVE,
    EMERGENCY,
    MATERNITY,
    STREAMS,
    TRANSFER,
    Hospital,
)
from clinlead.demo.trust.hiring import make_people
from clinlead.demo.trust.people import People
from clinlead.demo.trust.plan import (
    MINUTES_A_DAY,
    Columns,
    Plan,
    as_day,
    existing_minutes,
    midwinter,
    months_before,
    weekday,
)
from clinlead.demo.trust.rotas import Rotas, make_rotas

# Chains begun so that a plan's spells a year come out, children included; measured once, tested
# within 2%.
CHAINS_PER_SPELL = 0.767
GENERATIONS = 40
SAME_DAY_CARE_MOVED_MONTHS = 9  # the story of the break in recording
HOURS = {
    EMERGENCY: [2, 2, 1, 1, 1, 1, 2, 3, 4, 6, 7, 8, 8, 8, 8, 8, 7, 7, 6, 6, 5, 4, 4, 3],
    ELECTIVE: [0, 0, 0, 0, 0, 0, 2, 40, 14, 4, 4, 6, 10, 6, 4, 4, 3, 2, 1, 0, 0, 0, 0, 0],
    DAY_CASE: [0, 0, 0, 0, 0, 0, 0, 36, 20, 8, 6, 4, 14, 10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    MATERNITY: [4, 4, 4, 4, 4, 4, 4, 7, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
    TRANSFER: [0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 8, 12, 12, 14, 16, 14, 10, 6, 4, 2, 1, 0, 0, 0],
}


@dataclass(frozen=True, eq=False)
class World:
    """Everything the generators of single data sets draw on."""

    plan: Plan
    hospital: Hospital
    people: People
    rotas: Rotas
    spells: Columns

    @cached_property
    def away(self) -> NDArray[np.bool_]:
        """Who is on leave on which day of the plan, worked out once."""
        from clinlead.demo.trust.contracts import away

        return away(self)


def make_world(plan: Plan) -> World:
    """The spells of the window in order of admission, with what is true of each."""
    hospital = Hospital.read(plan.departments)
    people = make_people(plan, hospital)
    rotas = make_rotas(plan, hospital, people)
    random = plan.random("spells")
    world = World(plan, hospital, people, rotas, {})
    batch = arrivals(world, random)
    generations = []
    first_row = 0
    for _ in range(GENERATIONS):
        if not batch["admitted"].size:
            break
        batch["row"] = first_row + np.arange(batch["admitted"].size)
        first_row += batch["row"].size
        live(world, random, batch)
        generations.append(batch)
        batch = outcomes.followers(world, random, batch)
    everything = {
        name: np.concatenate([each[name] for each in generations]) for name in generations[0]
    }
    return World(plan, hospital, people, rotas, in_window(plan, hospital, random, everything))


def live(world: World, random: np.random.Generator, batch: Columns) -> None:
    """What happens during these spells, written into the batch."""
    casemix.describe(world, random, batch)
    world.rotas.assign(world, random, batch)
    outcomes.die_in_hospital(world, random, batch)
    stays.discharge(world, random, batch)


def arrivals(world: World, random: np.random.Generator) -> Columns:
    """Chains that begin, day by day: over-dispersed, seasonal, quieter at weekends and on bank
    holidays."""
    plan, hospital = world.plan, world.hospital
    rate = daily_rates(plan, hospital, random)
    counts = random.poisson(rate)
    department, stream, day = (
        np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape)
    )
    admitted = (plan.first_day + day) * MINUTES_A_DAY + times_of_day(random, stream)
    size = admitted.size
    return {
        "department": department,
        "stream": stream,
        "admitted": existing_minutes(admitted),
        "patient": np.arange(size),
        "age": np.full(size, np.nan),
        "female": np.zeros(size, dtype=bool),
        "deprivation": np.zeros(size, dtype=int),
        "conditions": np.zeros(size, dtype=int),
        "parent": np.full(size, -1),
        "same_clinician": np.full(size, -1),
    }


def daily_rates(plan: Plan, hospital: Hospital, random: np.random.Generator) -> NDArray[np.float64]:
    """Shape (departments, streams, days): chains expected to begin."""
    whole = Hospital.read()
    scale = (
        CHAINS_PER_SPELL * plan.spells_a_year / sum(sum(each.volumes) for each in whole.departments)
    )
    yearly = np.array([each.volumes for each in hospital.departments]) * scale
    months = plan.month_of(plan.days)
    busy = random.gamma(220, 1 / 220, (*yearly.shape, months.max() + 1))[:, :, months]
    return yearly[:, :, None] / 365.25 * busy * day_pattern(plan)[None, :, :]


def day_pattern(plan: Plan) -> NDArray[np.float64]:
    """Shape (streams, days): how busy a day is, about 1 on average."""
    days = plan.days
    quiet, winter = plan.is_quiet(days), midwinter(days)
    growth = 1 + 0.012 * (days - days.mean()) / 365.25
    emergency = (
        np.where(quiet, 0.88, 1.05) * (1 + 0.06 * winter) * (1 + 0.04 * (weekday(days) == 0))
    )
    planned = np.where(quiet, 0.05, 1.42) * (1 - 0.03 * winter)
    transfer = np.where(quiet, 0.5, 1.2)
    pattern = {EMERGENCY: emergency, ELECTIVE: planned, DAY_CASE: planned, TRANSFER: transfer}
    return np.array(
        [pattern.get(stream, np.ones(days.size)) * growth for stream in range(len(STREAMS))]
    )


def times_of_day(random: np.random.Generator, stream: NDArray[np.int64]) -> NDArray[np.int64]:
    """Minutes after midnight at which such patients arrive."""
    steps = np.array([np.cumsum(HOURS[each]) / sum(HOURS[each]) for each in range(len(STREAMS))])
    hour = (random.random(stream.size)[:, None] > steps[stream]).sum(axis=1)
    return np.minimum(hour, 23) * 60 + random.integers(0, 60, stream.size)


def in_window(
    plan: Plan, hospital: Hospital, random: np.random.Generator, spells: Columns
) -> Columns:
    """Spells discharged in the window and those still open at its end, in order of admission."""
    start, end = (as_day(each) * MINUTES_A_DAY for each in (plan.start, plan.end))
    kept = (spells["discharged"] >= start) & (spells["admitted"] < end)
    kept &= ~recorded_elsewhere(plan, hospital, random, spells)
    spells = {name: column[kept] for name, column in spells.items()}
    order = np.lexsort((spells["row"], spells["admitted"]))
    return {name: column[order] for name, column in spells.items()}


def recorded_elsewhere(
    plan: Plan, hospital: Hospital, random: np.random.Generator, spells: Columns
) -> NDArray[np.bool_]:
    """Same-day emergency care that acute medicine stopped recording as spells: the story of a
    break."""
    here = hospital.position.get("acute-medicine", -1)
    moved_on = as_day(months_before(plan.end, SAME_DAY_CARE_MOVED_MONTHS)) * MINUTES_A_DAY
    short = spells["discharged"] - spells["admitted"] < 10 * 60
    moved = (
        (spells["department"] == here) & (spells["stream"] == EMERGENCY) & short & ~spells["died"]
    )
    return moved & (spells["admitted"] >= moved_on) & (random.random(short.size) < 0.75)
