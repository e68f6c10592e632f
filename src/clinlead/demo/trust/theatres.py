"""Theatre lists: sessions of half a day, their cases, what was cancelled and when it ended."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clinlead.demo.trust.contracts import at_work
from clinlead.demo.trust.plan import MINUTES_A_DAY, Columns, as_day, existing_minutes, months_before
from clinlead.demo.trust.spells import World
from clinlead.demo.trust.tables import UNKNOWN, chosen, clinicians, generates, instants, numbered

# Lists a week, by department: surgeons operate, physicians do not.
LISTS = {
    "vascular-surgery": 10,
    "general-surgery": 26,
    "colorectal": 16,
    "urology": 22,
    "breast-surgery": 9,
    "orthopaedics": 36,
    "ent": 16,
    "ophthalmology": 24,
    "maxillofacial": 10,
    "gynaecology": 18,
}
HALF_DAY, WHOLE_DAY = 240, 540
WHOLE_DAYS, CASES_A_HOUR, TURNAROUND = 0.35, 0.8, 13
SUPERVISED = 0.5  # of a shared list's cases by the other surgeon
SHARED, ON_THE_DAY, BEFORE_THE_DAY, GIVEN_UP = 0.05, 0.062, 0.055, 0.012
ON_TIME = ("orthopaedics", 9, -9)  # a story: the first patient sent for earlier
REASONS = (
    *("list_overran", "no_bed", "unfit", "patient_declined", "no_theatre_staff"),
    *("emergency_took_priority", "equipment", "patient_did_not_attend"),
)
REASON_SHARES = (0.24, 0.18, 0.2, 0.08, 0.09, 0.1, 0.04, 0.07)


@generates("theatre")
def theatre(world: World, random: np.random.Generator) -> pa.Table:
    """The cases of every list, in order; what was cancelled has no times."""
    lists = sessions(world, random)
    many = np.maximum(1, random.poisson(CASES_A_HOUR * lists["length"] / 60))
    of = np.repeat(np.arange(many.size), many)
    start = lists["start"][of]
    cancelled, reason = cancellations(random, lists, of, start)
    times = worked(world, random, lists, of, cancelled == UNKNOWN)
    surgeon = np.where(random.random(of.size) < 0.5, lists["owner"][of], lists["second"][of])
    surgeon = np.where(lists["shared"][of], surgeon, lists["owner"][of])
    booked = start - random.integers(6, 90, of.size) * MINUTES_A_DAY
    rooms = [f"Theatre {number}" for number in range(1, 15)]
    return pa.table(
        {
            "case_id": numbered("K", 1 + np.arange(of.size)),
            "session_id": numbered("LS", 1 + of),
            "theatre": chosen(rooms, lists["room"][of]),
            "session_planned_start": instants(start),
            "session_planned_end": instants(start + lists["length"][of]),
            "booked_at": instants(booked),
            "cancelled_at": instants(cancelled),
            "cancellation_reason": chosen(list(REASONS), reason),
            **{name: instants(minutes) for name, minutes in times.items()},
            "surgeon": clinicians(world, surgeon, start),
            "supervisor": supervisors(world, random, lists, of, surgeon),
            "procedure": procedures_of(world, random, lists["department"][of]),
            "specialty": chosen(list(world.hospital.each("specialty")), lists["department"][of]),
        }
    )


def supervisors(
    world: World, random: np.random.Generator, lists: Columns, of: NDArray, surgeon: NDArray
) -> pa.Array:
    """Who stood by: the list's owner beside a colleague whose list it is not, now and then."""
    beside = (surgeon != lists["owner"][of]) & (random.random(of.size) < SUPERVISED)
    codes = clinicians(world, lists["owner"][of], lists["start"][of])
    return pa.array(codes.to_pylist(), pa.string(), mask=~beside)


def procedures_of(world: World, random: np.random.Generator, department: NDArray) -> pa.Array:
    """One of the department's procedures for each case, by their weights."""
    found = np.full(department.size, None, dtype=object)
    for place, each in enumerate(world.hospital.departments):
        here = np.flatnonzero(department == place)
        if here.size and each.procedures:
            weights = np.array([choice.weight for choice in each.procedures], dtype=float)
            drawn = random.choice(len(weights), here.size, p=weights / weights.sum())
            found[here] = np.array([choice.code for choice in each.procedures], dtype=object)[drawn]
    return pa.array(found, pa.string())


def weekly(world: World) -> NDArray[np.float64]:
    """Lists a week of each department, in a trust of this size."""
    scale = world.plan.spells_a_year / 130_000
    return np.array([LISTS.get(code, 0) for code in world.hospital.each("code")]) * scale


def half_days_a_week(world: World) -> NDArray[np.float64]:
    """The same in half-days: a whole day is two."""
    return weekly(world) * (1 + WHOLE_DAYS)


def sessions(world: World, random: np.random.Generator) -> Columns:
    """One row a list: whose, when, how long."""
    plan = world.plan
    days = np.arange(as_day(plan.start), as_day(plan.end))
    days = days[~plan.is_quiet(days)]
    rate = weekly(world) / 5
    counts = random.poisson(np.outer(np.ones(days.size), rate))
    day, department = (
        np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape)
    )
    day, size = days[day], day.size
    whole = random.random(size) < WHOLE_DAYS
    afternoon = ~whole & (random.random(size) < 0.5)
    start = day * MINUTES_A_DAY + np.where(afternoon, 13 * 60 + 30, 8 * 60 + 30)
    return {
        "department": department,
        "start": existing_minutes(start),
        "length": np.where(whole, WHOLE_DAY, HALF_DAY),
        "owner": at_work(world, random, department, day),
        "second": at_work(world, random, department, day),
        "shared": random.random(size) < SHARED,
        "given_up": random.random(size) < GIVEN_UP,
        "room": random.integers(0, 14, size),
    }


def cancellations(
    random: np.random.Generator, lists: Columns, of: NDArray, start: NDArray
) -> tuple[NDArray, NDArray]:
    """When each case was cancelled, and why; UNKNOWN and -1 where it was not."""
    drawn = random.random(of.size)
    midnight = start // MINUTES_A_DAY * MINUTES_A_DAY
    on_the_day = midnight + random.integers(6 * 60, 16 * 60, of.size)
    before = midnight - random.integers(60, 10 * MINUTES_A_DAY, of.size)
    early = (drawn >= ON_THE_DAY) & (drawn < ON_THE_DAY + BEFORE_THE_DAY)
    when = np.where(drawn < ON_THE_DAY, on_the_day, np.where(early, before, UNKNOWN))
    when = np.where(lists["given_up"][of], midnight - MINUTES_A_DAY, when)
    why = random.choice(len(REASONS), of.size, p=REASON_SHARES)
    return when, np.where(when == UNKNOWN, -1, why)


def worked(
    world: World, random: np.random.Generator, lists: Columns, of: NDArray, done: NDArray
) -> Columns:
    """The four times of each case that took place, one after another from a late start."""
    touched = np.where(done, random.lognormal(4.15, 0.45, of.size), 0).astype(int)
    gap = np.where(done, random.poisson(TURNAROUND, of.size), 0)
    late = np.maximum(0, random.normal(16, 10, lists["start"].size) + sent_for(world, lists))
    busy = np.cumsum(touched + gap)
    begun = busy - touched - gap
    first = np.searchsorted(of, of)  # the place of each list's first case
    start = lists["start"][of] + late.astype(int)[of] + begun - begun[first]
    knife, closing = np.minimum(18, touched // 4), np.minimum(9, touched // 6)
    end = start + touched
    times = {
        "anaesthetic_start": start,
        "knife_to_skin": start + knife,
        "closed_at": end - closing,
        "out_of_theatre": end,
    }
    return {name: np.where(done, minutes, UNKNOWN) for name, minutes in times.items()}


def sent_for(world: World, lists: Columns) -> NDArray[np.float64]:
    """Minutes by which lists start earlier since one department sends for its first patient."""
    where, back, minutes = ON_TIME
    here = lists["department"] == world.hospital.position.get(where, -1)
    since = lists["start"] >= as_day(months_before(world.plan.end, back)) * MINUTES_A_DAY
    return np.where(here & since, minutes, 0.0)
