"""What wards and doctors write down: predicted discharge dates, discharge summaries, and the staff
list."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clinlead.demo.trust.departments import DAY_CASE
from clinlead.demo.trust.people import OPEN
from clinlead.demo.trust.plan import MINUTES_A_DAY, as_day, logit, months_before, sigmoid
from clinlead.demo.trust.spells import World
from clinlead.demo.trust.tables import (
    chosen,
    clinicians,
    cut,
    days,
    finished,
    generates,
    inpatient,
    instants,
    numbered,
    spell_ids,
)

# The stories of improvement: a department, the months before the end at which it changed something,
# the gain (logit).
BOARD_ROUNDS = ("cardiology", 14, 1.15)  # predicted discharge dates
NEW_TEMPLATE = ("orthopaedics", 16, 1.25)  # discharge summaries
MONTHLY_NOISE = 0.09
RECORDED_LATER, REVISED, NEVER_SENT, SENT_TWICE = 0.30, 0.34, 0.02, 0.03


def changed_logit(
    world: World, story: tuple[str, int, float], day: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The gain in the story's department from the day of its change; before it the department was
    behind."""
    department, back, gain = story
    here = world.spells["department"] == world.hospital.position.get(department, -1)
    since = day >= as_day(months_before(world.plan.end, back))
    return np.where(here, np.where(since, gain - 0.55, -0.55), 0.0)


def monthly_noise(
    world: World, random: np.random.Generator, day: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Departments have good and bad months that no clinician made."""
    noise = random.normal(
        0, MONTHLY_NOISE, (len(world.hospital.departments), world.plan.month_starts.size)
    )
    return noise[world.spells["department"], world.plan.month_of(day)]


@generates("predictions")
def predictions(world: World, random: np.random.Generator) -> pa.Table:
    """A first date within a day of admission for most stays, later for some, and revisions."""
    own = world.spells
    size = own["admitted"].size
    day = own["admitted"] // MINUTES_A_DAY
    length = own["discharged"] - own["admitted"]
    chance = logit(
        world.hospital.each("predictions")[own["department"]]
    ) - 0.3 * world.plan.is_quiet(day)
    chance = (
        chance
        + 0.12
        + world.people.effect("predictions", own["discharging"])
        + monthly_noise(world, random, day)
    )
    chance += changed_logit(world, BOARD_ROUNDS, day)
    stays = inpatient(world) & (length > 8 * 60)
    in_time = stays & (random.random(size) < sigmoid(chance))
    late = stays & ~in_time & (length > 2 * MINUTES_A_DAY) & (random.random(size) < RECORDED_LATER)
    after = np.where(in_time, random.integers(60, 1400, size), random.integers(1500, 2800, size))
    first = own["admitted"] + np.where(length > after, after, length // 2)
    guess = predicted_day(random, own["admitted"], length)
    kept = (in_time | late) & (first < cut(world))
    revised_at = own["admitted"] + (length * random.uniform(0.45, 0.85, size)).astype(int)
    revised = (
        kept & (length > 3 * MINUTES_A_DAY) & (revised_at > first) & (random.random(size) < REVISED)
    )
    revised &= revised_at < cut(world)
    better = own["discharged"] // MINUTES_A_DAY + random.choice([-1, 0, 0, 1], size)
    rows = np.concatenate([np.flatnonzero(kept), np.flatnonzero(revised)])
    entered = np.concatenate([first[kept], revised_at[revised]])
    predicted = np.concatenate(
        [guess[kept], np.maximum(better, revised_at // MINUTES_A_DAY)[revised]]
    )
    order = np.lexsort((entered, rows))
    clerk = random.integers(0, 40, rows.size)
    return pa.table(
        {
            "spell_id": spell_ids(rows[order]),
            "entered_at": instants(entered[order]),
            "predicted_discharge_date": days(predicted[order]),
            "entered_by": chosen([f"ZZWARD{number:02d}" for number in range(40)], clerk[order]),
        }
    )


def predicted_day(
    random: np.random.Generator, admitted: NDArray, length: NDArray
) -> NDArray[np.int64]:
    """Doctors foresee short stays well and long ones poorly."""
    foreseen = length / MINUTES_A_DAY * np.exp(random.normal(-0.08, 0.55, length.size))
    return (admitted / MINUTES_A_DAY + np.minimum(foreseen, 60)).astype(int)


@generates("documents")
def documents(world: World, random: np.random.Generator) -> pa.Table:
    """Discharge summaries of everyone who went home, most within a day, a few never, a few sent
    twice."""
    own = world.spells
    day = own["discharged"] // MINUTES_A_DAY
    size = day.size
    chance = logit(
        world.hospital.each("summaries")[own["department"]]
    ) - 0.45 * world.plan.is_quiet(day)
    chance = chance + 0.2 - 0.35 * new_doctors(day) + 0.35 * (own["stream"] == DAY_CASE)
    chance += world.people.effect("summaries", own["discharging"]) + monthly_noise(
        world, random, day
    )
    chance += changed_logit(world, NEW_TEMPLATE, day)
    prompt = random.random(size) < sigmoid(chance)
    delay = np.where(
        prompt,
        random.beta(1.0, 3.5, size) * 1430,
        1445 + random.exponential(3.5, size) * MINUTES_A_DAY,
    )
    sent = own["discharged"] + delay.astype(int)
    known = (
        finished(world)
        & ~own["died"]
        & (random.random(size) >= NEVER_SENT * (1 + ~prompt))
        & (sent < cut(world))
    )
    again = known & (random.random(size) < SENT_TWICE)
    second = sent + random.integers(60, 6 * MINUTES_A_DAY, size)
    again &= second < cut(world)
    rows = np.concatenate([np.flatnonzero(known), np.flatnonzero(again)])
    times = np.concatenate([sent[known], second[again]])
    order = np.lexsort((times, rows))
    rows, times = rows[order], times[order]
    return pa.table(
        {
            "document_id": numbered("L", 1 + np.arange(rows.size)),
            "kind": pa.array(np.full(rows.size, "discharge_summary", dtype=object), pa.string()),
            "refers_to": spell_ids(rows),
            "sent_at": instants(times),
            "author": clinicians(world, own["discharging"][rows], own["discharged"][rows]),
        }
    )


def new_doctors(day: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The first three weeks after junior doctors change posts in August."""
    months = day.astype("datetime64[D]").astype("datetime64[M]")
    return (months.astype(int) % 12 == 7) & (day - months.astype("datetime64[D]").astype(int) < 21)


@generates("workforce")
def workforce(world: World, _random: np.random.Generator) -> pa.Table:
    """Every dated post; one row a person and start, so a second post on the same day is in the
    organisation's tables."""
    people, posts = world.people, world.people.posts
    order = np.lexsort((-posts["whole_time_equivalent"], posts["from"], posts["person"]))
    person, start = posts["person"][order], posts["from"][order]
    new = np.r_[True, (person[1:] != person[:-1]) | (start[1:] != start[:-1])]
    rows = order[new]
    person = posts["person"][rows]
    return pa.table(
        {
            "person_code": chosen(people.code, person),
            "from": days(posts["from"][rows]),
            "to": days(np.where(posts["to"][rows] == OPEN, -1, posts["to"][rows])),
            "name": chosen(people.name, person),
            "grade": chosen(people.grade, person),
            "department": chosen(list(world.hospital.each("code")), posts["department"][rows]),
            "whole_time_equivalent": posts["whole_time_equivalent"][rows],
        }
    )
