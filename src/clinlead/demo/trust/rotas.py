"""Who looks after whom: on-take rotas for emergencies, lists for planned work, handovers on the
way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust.departments import DAY_CASE, EMERGENCY, Hospital
from clinlead.demo.trust.people import (
    FIFTH,
    HEART_FAILURE,
    NEWCOMER,
    NEWCOMER_SHARE,
    ORTHOGERIATRICIAN,
    People,
)
from clinlead.demo.trust.plan import MINUTES_A_DAY, Columns, Days, Plan

if TYPE_CHECKING:
    from clinlead.demo.trust.spells import World

ON_TAKE, LOCUM = 0.55, 0.012
HEART_FAILURE_SHARE = 0.38
FALLS_SHARE = 0.16


@dataclass(frozen=True)
class Rotas:
    """For each department the people of its posts, month by month, and who was on take each day."""

    plan: Plan
    people: list[NDArray[np.int64]]
    steps: list[NDArray[np.float64]]  # (months, people): cumulative shares of the work
    on_take: list[NDArray[np.int64]]  # (days,)
    pools: int
    first_pool: int

    def draw(
        self, random: np.random.Generator, department: NDArray[np.int64], day: Days
    ) -> NDArray[np.int64]:
        """Someone in post in that department on that day, by their share of its work."""
        chance = random.random(department.size)
        month = self.plan.month_of(day)
        drawn = self.first_pool + department  # nobody in post: the department's locum
        for index, people in enumerate(self.people):
            here = np.flatnonzero(department == index)
            if here.size and people.size:
                steps = self.steps[index][month[here]]
                seat = np.minimum((chance[here, None] >= steps).sum(axis=1), people.size - 1)
                drawn[here] = people[seat]
        return drawn

    def on_take_on(self, department: NDArray[np.int64], day: Days) -> NDArray[np.int64]:
        position = np.clip(day - self.plan.first_day, 0, self.plan.days.size - 1)
        return np.array(self.on_take)[department, position]

    def assign(self, world: "World", random: np.random.Generator, batch: Columns) -> None:
        """The clinician responsible at discharge, before any handover is known."""
        department, day = batch["department"], batch["admitted"] // MINUTES_A_DAY
        person = self.draw(random, department, day)
        taken = (batch["stream"] == EMERGENCY) & (random.random(day.size) < ON_TAKE)
        person[taken] = self.on_take_on(department[taken], day[taken])
        locum = random.random(day.size) < LOCUM
        person[locum] = self.first_pool + department[locum]
        same = batch["same_clinician"] >= 0
        person[same] = batch["same_clinician"][same]
        self.follow_interests(world, random, batch, person)
        batch["discharging"] = person

    def follow_interests(
        self, world: "World", random: np.random.Generator, batch: Columns, person: NDArray
    ) -> None:
        """The heart failure service and the falls service draw their own patients: the story of
        case mix."""
        chance = random.random(person.size)
        interests = (
            (HEART_FAILURE, "I50.0", HEART_FAILURE_SHARE),
            (ORTHOGERIATRICIAN, "S32.5", 0.7),
        )
        for place, code, share in interests:
            index = world.people.place.get(place)
            if index is None:
                continue
            here = batch["department"] == world.hospital.position[place[0]]
            wanted = here & (batch["stream"] != DAY_CASE) & (batch["diagnosis_code"] == code)
            person[wanted & (chance < share)] = index


def make_rotas(plan: Plan, hospital: Hospital, people: People) -> Rotas:
    random = plan.random("rotas")
    members, steps, on_take = [], [], []
    quick = random.gamma(14, 1 / 14, people.count)
    quick[[index for (_, seat), index in people.place.items() if seat <= FIFTH]] = 1.0
    if NEWCOMER in people.place:
        quick[people.place[NEWCOMER]] = NEWCOMER_SHARE
    posts = people.posts
    months = plan.month_starts
    for index in range(len(hospital.departments)):
        rows = np.flatnonzero(posts["department"] == index)
        weight = posts["whole_time_equivalent"][rows] * quick[posts["person"][rows]]
        active = (posts["from"][rows] <= months[:, None]) & (
            posts["to"][rows] >= months[:, None] + 27
        )
        share = np.cumsum(active * weight, axis=1)
        members.append(posts["person"][rows])
        steps.append(share / np.maximum(share[:, -1:], 1e-9))
        on_take.append(np.zeros(0, dtype=int))
    rotas = Rotas(plan, members, steps, on_take, len(hospital.departments), people.count)
    everywhere = [np.full(plan.days.size, index) for index in range(len(hospital.departments))]
    on_take[:] = [rotas.draw(random, department, plan.days) for department in everywhere]
    return rotas
