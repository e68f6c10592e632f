"""How long each spell lasts, and the day and hour at which it ends."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust import casemix
from clinlead.demo.trust.departments import DAY_CASE, EMERGENCY
from clinlead.demo.trust.plan import MINUTES_A_DAY, Columns, existing_minutes, midwinter

if TYPE_CHECKING:
    from clinlead.demo.trust.spells import World

SPREAD_EMERGENCY, SPREAD_PLANNED = 0.80, 0.50
LONGEST_DAYS = 150
STAYS_OVER_A_QUIET_DAY = 0.38
WHOLE_DAYS_FROM = 0.8  # shorter stays end when they end, longer ones at a discharge hour
DISCHARGE_HOURS = np.array(
    [0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 11, 12, 12, 12, 11, 10, 7, 5, 3, 2, 0, 0, 0]
)


def discharge(world: "World", random: np.random.Generator, batch: Columns) -> None:
    """Writes the instants of discharge and of being ready for it."""
    days = drawn_days(world, random, batch)
    admitted = batch["admitted"]
    exact = admitted + np.maximum((days * MINUTES_A_DAY).astype(int), 75)
    day = exact // MINUTES_A_DAY
    waits = ~batch["died"]
    for _ in range(2):
        day = day + (
            waits & world.plan.is_quiet(day) & (random.random(day.size) < STAYS_OVER_A_QUIET_DAY)
        )
    hours = random.choice(24, day.size, p=DISCHARGE_HOURS / DISCHARGE_HOURS.sum())
    at_an_hour = day * MINUTES_A_DAY + hours * 60 + random.integers(0, 60, day.size)
    whole = (
        (days >= WHOLE_DAYS_FROM)
        & waits
        & (batch["stream"] != DAY_CASE)
        & (at_an_hour > admitted + 240)
    )
    batch["discharged"] = np.maximum(
        existing_minutes(np.where(whole, at_an_hour, exact)), admitted + 30
    )
    batch["ready"] = ready_minutes(random, batch)


def drawn_days(world: "World", random: np.random.Generator, batch: Columns) -> NDArray[np.float64]:
    """Log-normal days by department, diagnosis, age, conditions, season and, a little, by
    clinician."""
    here = batch["department"]
    emergency = batch["stream"] == EMERGENCY
    medians = world.hospital.each("stay")[here]
    median = np.where(emergency | (batch["stream"] > DAY_CASE), medians[:, 0], medians[:, 1])
    older = np.where(
        batch["age"] >= 18, batch["age"] - np.maximum(world.hospital.each("age")[here, 0], 18), 0
    )
    log_days = np.log(median * batch["stay_factor"]) + 0.010 * older
    log_days += (
        casemix.burden(batch["conditions"], "stay") - 0.15 + 0.008 * (5.5 - batch["deprivation"])
    )
    log_days += 0.04 * midwinter(batch["admitted"] // MINUTES_A_DAY) + world.people.effect(
        "stay", batch["discharging"]
    )
    log_days += random.normal(0, np.where(emergency, SPREAD_EMERGENCY, SPREAD_PLANNED))
    day_case = random.normal(np.log(0.24), 0.30, here.size)
    return np.minimum(
        np.exp(np.where(batch["stream"] == DAY_CASE, day_case, log_days)), LONGEST_DAYS
    )


def ready_minutes(random: np.random.Generator, batch: Columns) -> NDArray[np.int64]:
    """When the patient could have gone home: hours before most discharges, days before some; -1
    unknown."""
    length = batch["discharged"] - batch["admitted"]
    waited = np.where(
        random.random(length.size) < 0.12, random.uniform(0.1, 0.5, length.size) * length, 90
    )
    known = (
        (batch["stream"] != DAY_CASE)
        & ~batch["died"]
        & (length > MINUTES_A_DAY)
        & (random.random(length.size) < 0.8)
    )
    return np.where(known, batch["discharged"] - waited.astype(int), -1)
