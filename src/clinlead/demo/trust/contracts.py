"""What contracts say of each clinician: the job plan, and the days away from it."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clinlead.demo.trust.people import ALWAYS, OPEN
from clinlead.demo.trust.plan import Columns, Days, as_day, months_before
from clinlead.demo.trust.spells import World
from clinlead.demo.trust.tables import chosen, days, generates

ACTIVITIES = ("dcc", "spa", "on_call", "additional", "external")
KINDS = ("annual", "study", "sick", "parental")
DIRECT, SUPPORTING, ON_CALL = 7.25, 1.75, 0.75  # half-days of a whole-time week
ADDITIONAL, EXTERNAL, REVISED = 0.12, 0.08, 0.4  # shares of people
WEEKS_AWAY, STUDY_A_YEAR, SICK_A_YEAR, PARENTAL_A_YEAR = 6, 3, 0.55, 0.02
DAYS_A_YEAR = 365.25


@generates("jobplans")
def jobplans(world: World, random: np.random.Generator) -> pa.Table:
    """A plan for everybody in post, written anew for some on a first of April."""
    people = world.people
    share, first = contracts(world)
    revised_on = as_day(months_before(world.plan.end, (world.plan.end.month - 4) % 12 + 12))
    revised = (random.random(people.count) < REVISED) & (first < revised_on)
    person = np.concatenate([np.arange(people.count), np.flatnonzero(revised)])
    since = np.concatenate([first, np.full(int(revised.sum()), revised_on)])
    sessions = weekly(random, share[person])
    kept = sessions > 0
    row, activity = np.nonzero(kept)
    return pa.table(
        {
            "person_code": chosen(people.code, person[row]),
            "from": days(since[row]),
            "activity": chosen(list(ACTIVITIES), activity),
            "sessions_per_week": sessions[kept],
        }
    )


def contracts(world: World) -> tuple[NDArray[np.float64], Days]:
    """Of each person the whole-time equivalents together, and the day the first post began."""
    posts = world.people.posts
    share = np.zeros(world.people.count)
    np.maximum.at(share, posts["person"], posts["whole_time_equivalent"])
    first = np.full(world.people.count, OPEN)
    np.minimum.at(first, posts["person"], posts["from"])
    return share, first


def weekly(random: np.random.Generator, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sessions a week of each activity, in quarters, by the whole-time equivalent."""
    size = share.size
    whole = np.column_stack(
        [
            DIRECT + random.choice([-0.75, -0.25, 0, 0.25, 0.75], size),
            SUPPORTING + random.choice([-0.25, 0, 0.5], size),
            random.choice([0, ON_CALL, 1.0], size, p=[0.3, 0.5, 0.2]),
            (random.random(size) < ADDITIONAL) * 1.0,
            (random.random(size) < EXTERNAL) * 0.5,
        ]
    )
    return np.round(whole * share[:, None] * 4) / 4


@generates("leave")
def leave(world: World, _random: np.random.Generator) -> pa.Table:
    """Weeks of annual leave, days of study, illness, and some months of parental leave."""
    rows = absences(world)
    return pa.table(
        {
            "person_code": chosen(world.people.code, rows["person"]),
            "from": days(rows["from"]),
            "to": days(rows["to"]),
            "kind": chosen(list(KINDS), rows["kind"]),
        }
    )


def absences(world: World) -> Columns:
    """Person, first and last day and kind of every absence; of one person none begins twice."""
    plan = world.plan
    random, years = plan.random("absences"), plan.months / 12
    first, last = as_day(plan.start), as_day(plan.end) - 1
    yearly = (WEEKS_AWAY, STUDY_A_YEAR, SICK_A_YEAR, PARENTAL_A_YEAR)
    counts = random.poisson(np.array(yearly) * years, (world.people.count, len(KINDS)))
    person, kind = (np.repeat(each.ravel(), counts.ravel()) for each in np.indices(counts.shape))
    begins = random.integers(first, last + 1, person.size)
    begins = np.where(kind == 0, begins - (begins + 3) % 7, begins)  # weeks begin on Mondays
    length = np.choose(
        kind,
        [
            np.full(person.size, 7),
            random.integers(1, 4, person.size),
            1 + random.geometric(0.3, person.size),
            random.integers(60, 180, person.size),
        ],
    )
    posts = world.people.posts
    started, ended = np.full(world.people.count, OPEN), np.full(world.people.count, ALWAYS)
    np.minimum.at(started, posts["person"], posts["from"])
    np.maximum.at(ended, posts["person"], posts["to"])
    ends = np.minimum(begins + length - 1, last)
    here = (begins >= started[person]) & (ends <= ended[person]) & (begins >= first)
    _, once = np.unique(person * 100_000 + begins, return_index=True)
    rows = np.intersect1d(np.flatnonzero(here & (ends >= begins)), once)
    return {"person": person[rows], "from": begins[rows], "to": ends[rows], "kind": kind[rows]}


def away(world: World) -> NDArray[np.bool_]:
    """Shape (people and pools, days of the plan): who is on leave when. No pool ever is."""
    gone = np.zeros((world.people.everyone, world.plan.days.size + 1), dtype=np.int16)
    rows = absences(world)
    start = rows["from"] - world.plan.first_day
    end = rows["to"] - world.plan.first_day + 1
    np.add.at(gone, (rows["person"], start), 1)
    np.add.at(gone, (rows["person"], end), -1)
    return np.cumsum(gone, axis=1)[:, :-1] > 0


def at_work(
    world: World, random: np.random.Generator, department: NDArray[np.int64], day: Days
) -> NDArray[np.int64]:
    """Somebody of the department for each session; whoever is on leave is mostly replaced."""
    person = world.rotas.draw(random, department, day)
    for _ in range(4):
        absent = world.away[person, day - world.plan.first_day]
        person[absent] = world.rotas.draw(random, department[absent], day[absent])
    return person
