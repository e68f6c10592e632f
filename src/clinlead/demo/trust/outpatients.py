"""Clinics: who had an appointment with whom, and what came of it."""

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clinlead.demo.trust.contracts import DIRECT, at_work
from clinlead.demo.trust.plan import (
    MINUTES_A_DAY,
    Columns,
    Plan,
    as_day,
    existing_minutes,
    in_turn,
    logit,
    months_before,
    sigmoid,
)
from clinlead.demo.trust.spells import World
from clinlead.demo.trust.tables import (
    also_generates,
    chosen,
    clinicians,
    cut,
    generates,
    instants,
    numbered,
)
from clinlead.demo.trust.theatres import half_days_a_week

APPOINTMENTS_PER_SPELL = 3.6
CONNECTED_MONTHS = 18  # the clinic system's extract goes back no further
FEWEST, MOST, MIDDAY = 3, 14, 13 * 60  # patients of a clinic; it is a morning's or an afternoon's
FILLED, AT_WORK = 0.85, 0.86  # of planned half-days by clinics and lists; of weeks, without leave
DRAWN_AGAIN = 8  # nobody holds two clinics at once, while there are colleagues
LETTER_IN_TIME, NO_LETTER, LETTER_TWICE = 1.1, 0.035, 0.02  # the first on the logit scale
FIRST_SHARE, LATE, LATE_NOT_SEEN = 0.32, 0.025, 0.006
CANCELLED_BY_PATIENT, CANCELLED_BY_HOSPITAL = 0.075, 0.06
MISSED, MISSED_BY_CHILDREN = 0.066, 0.085
BETWEEN_DEPARTMENTS, MONTHLY_NOISE = 0.25, 0.08
TEXT_MESSAGES = ("respiratory", 8, -0.45)  # a story: reminders by text, months before the end
SLOTS = np.r_[np.arange(9 * 60, 12 * 60 + 1, 15), np.arange(13 * 60 + 30, 16 * 60 + 31, 15)]
OUTCOMES = (
    *("attended", "late_seen", "dna", "late_not_seen"),
    *("cancelled_patient", "cancelled_hospital"),
)
ATTENDED, SEEN_LATE, MISSED_IT, TOO_LATE, PATIENT_CANCELLED, HOSPITAL_CANCELLED = range(6)


@generates("clinics")
def clinics(world: World, random: np.random.Generator) -> pa.Table:
    """Appointments of working days, more of those whose department has more patients."""
    own = appointments(world, random)
    department, slot, size = own["department"], own["slot"], own["slot"].size
    return pa.table(
        {
            "attendance_id": numbered("A", 1 + np.arange(size)),
            "patient_id": numbered("ZH", own["patient"] + 1),
            "slot_at": instants(slot),
            "slot_owner": clinicians(world, own["owner"], slot),
            "attendance_type": chosen(["follow_up", "first"], own["first"].astype(int)),
            "outcome": chosen(list(OUTCOMES), own["outcome"]),
            "specialty": chosen(list(world.hospital.each("specialty")), department),
            "is_child": own["child"],
        }
    )


def appointments(world: World, random: np.random.Generator | None = None) -> Columns:
    """Every appointment; the same from its own source of chance, for whoever writes letters."""
    random = random or world.plan.random("clinics")
    department, day = booked(world, random)
    size = day.size
    slot = existing_minutes(day * MINUTES_A_DAY + random.choice(SLOTS, size))
    patient, age = who_comes(world, random, department)
    child = age < 18
    return {
        "department": department,
        "slot": slot,
        "owner": whose_clinic(world, random, department, slot),
        "patient": patient,
        "child": child,
        "first": random.random(size) < FIRST_SHARE,
        "outcome": what_came(world, random, department, day, child),
    }


def whose_clinic(
    world: World, random: np.random.Generator, department: NDArray, slot: NDArray
) -> NDArray[np.int64]:
    """One owner for each clinic of a department's half-day: so many patients and no more."""
    day, half = slot // MINUTES_A_DAY, slot % MINUTES_A_DAY >= MIDDAY
    most = patients_a_clinic(world, department)[department]
    place = in_turn((department * 100_000 + day) * 2 + half, most)
    _, first, of = np.unique(place, return_index=True, return_inverse=True)
    where, when = department[first], day[first]
    owner = at_work(world, random, where, when)
    for _ in range(DRAWN_AGAIN):
        twice = at_once(owner, when * 2 + half[first])
        owner[twice] = at_work(world, random, where[twice], when[twice])
    return owner[of]


def patients_a_clinic(world: World, department: NDArray) -> NDArray[np.int64]:
    """For each department so many that its clinics and lists fill most of what is planned."""
    posts, size = world.people.posts, len(world.hospital.departments)
    first, last = as_day(connected_on(world.plan)), as_day(world.plan.end)
    held = np.minimum(posts["to"], last) - np.maximum(posts["from"], first)
    whole = np.maximum(held, 0) * posts["whole_time_equivalent"]
    planned = np.bincount(posts["department"], whole, minlength=size) / 7 * DIRECT * AT_WORK
    room = FILLED * planned - half_days_a_week(world) * (last - first) / 7
    each = np.bincount(department, minlength=size) / np.maximum(room, 1)
    return np.clip(np.ceil(each), FEWEST, MOST).astype(np.int64)


def at_once(owner: NDArray, half_day: NDArray) -> NDArray[np.bool_]:
    """Clinics whose owner holds another one in the same half-day; the first of them is kept."""
    found = np.ones(owner.size, dtype=bool)
    found[np.unique(owner * 1_000_000 + half_day, return_index=True)[1]] = False
    return found


@also_generates("documents", "letters")
def letters(world: World, random: np.random.Generator) -> pa.Table:
    """A letter after most attendances that took place, within a week or later; a few sent twice."""
    own = appointments(world)
    seen = np.flatnonzero(np.isin(own["outcome"], (ATTENDED, SEEN_LATE)))
    slot, department = own["slot"][seen], own["department"][seen]
    habit = random.normal(0, BETWEEN_DEPARTMENTS, len(world.hospital.departments))
    prompt = random.random(seen.size) < sigmoid(LETTER_IN_TIME + habit[department])
    days_on = np.where(
        prompt, random.integers(0, 7, seen.size), 8 + random.exponential(9, seen.size)
    )
    sent = slot - slot % MINUTES_A_DAY + days_on.astype(int) * MINUTES_A_DAY
    sent += random.integers(17 * 60, 23 * 60, seen.size)
    kept = (random.random(seen.size) >= NO_LETTER) & (sent < cut(world))
    again = kept & (random.random(seen.size) < LETTER_TWICE) & (sent + 3000 < cut(world))
    rows = np.concatenate([np.flatnonzero(kept), np.flatnonzero(again)])
    times = np.concatenate([sent[kept], sent[again] + 3000])
    return pa.table(
        {
            "document_id": numbered("CL", 1 + np.arange(rows.size)),
            "kind": chosen(["clinic_letter"], np.zeros(rows.size, dtype=int)),
            "refers_to": numbered("A", 1 + seen[rows]),
            "sent_at": instants(times),
            "author": clinicians(world, own["owner"][seen[rows]], slot[rows]),
        }
    )


def connected_on(plan: Plan) -> date:
    """The first day that the clinic system's extract answers for."""
    return max(plan.start, months_before(plan.end, CONNECTED_MONTHS))


def booked(world: World, random: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Department and day of every appointment, in order of the day."""
    plan = world.plan
    days = np.arange(as_day(connected_on(plan)), as_day(plan.end))
    open_days = days[~plan.is_quiet(days)]
    share = np.bincount(world.spells["department"], minlength=len(world.hospital.departments))
    yearly = APPOINTMENTS_PER_SPELL * share / plan.months * 12
    counts = random.poisson(np.outer(np.ones(open_days.size), yearly / 252))
    day, department = np.indices(counts.shape)
    return (
        np.repeat(department.ravel(), counts.ravel()),
        np.repeat(open_days[day.ravel()], counts.ravel()),
    )


def who_comes(
    world: World, random: np.random.Generator, department: NDArray
) -> tuple[NDArray, NDArray]:
    """Patients of the department, and their age at one of its stays."""
    own = world.spells
    order = np.argsort(own["department"], kind="stable")
    starts = np.searchsorted(own["department"][order], np.arange(len(world.hospital.departments)))
    counts = np.bincount(own["department"], minlength=starts.size)
    place = (random.random(department.size) * counts[department]).astype(int)
    row = order[starts[department] + place]
    return own["patient"][row], own["age"][row]


def what_came(
    world: World,
    random: np.random.Generator,
    department: NDArray,
    day: NDArray,
    child: NDArray,
) -> NDArray[np.int64]:
    """The position in OUTCOMES of each appointment."""
    departments = len(world.hospital.departments)
    months = world.plan.month_of(day)
    noise = random.normal(0, MONTHLY_NOISE, (departments, world.plan.month_starts.size))
    chance = logit(np.where(child, MISSED_BY_CHILDREN, MISSED)) + noise[department, months]
    chance += random.normal(0, BETWEEN_DEPARTMENTS, departments)[department]
    chance += reminded(world, department, day)
    missed = random.random(day.size) < sigmoid(chance)
    drawn = random.random(day.size)
    steps = np.cumsum([CANCELLED_BY_PATIENT, CANCELLED_BY_HOSPITAL])
    late = random.random(day.size)
    outcome = np.where(missed, MISSED_IT, np.where(late < LATE, SEEN_LATE, ATTENDED))
    outcome[~missed & (late >= 1 - LATE_NOT_SEEN)] = TOO_LATE
    outcome[drawn < steps[1]] = HOSPITAL_CANCELLED
    outcome[drawn < steps[0]] = PATIENT_CANCELLED
    return outcome


def reminded(world: World, department: NDArray, day: NDArray) -> NDArray[np.float64]:
    """Reminders by text message from a day on, in one department: fewer stay away."""
    where, back, gain = TEXT_MESSAGES
    here = department == world.hospital.position.get(where, -1)
    since = day >= as_day(months_before(world.plan.end, back))
    return np.where(here & since, gain, 0.0)
