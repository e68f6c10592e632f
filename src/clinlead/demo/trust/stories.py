"""What a visitor can find in the invented trust, and where."""

from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust import people as cast
from clinlead.demo.trust.departments import DAY_CASE
from clinlead.demo.trust.plan import MINUTES_A_DAY, Plan, as_day, months_before
from clinlead.demo.trust.spells import SAME_DAY_CARE_MOVED_MONTHS, World

MISFILED, MISFILED_OF_PEER = 12, 4
CLINICIAN, PEER = ("cardiology", cast.SECOND), ("cardiology", cast.THIRD)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One thing to find: who should sign in, where to look, what is seen, and what it teaches."""

    code: str
    title: str
    account: str  # of the demonstration
    person: str  # code; empty for a department's story
    department: str
    measure: str
    starts_on: date
    ends_on: date
    look: str
    shows: str


def misfiled_month(plan: Plan) -> date:
    """The middle month of the open quarter."""
    return months_before(plan.quarter[0], -1)


def misfiled_spells(world: World) -> tuple[NDArray[np.int64], int]:
    """The longest stays of one month, the peer's first, that a ward clerk filed under one code."""
    place = world.people.place
    if CLINICIAN not in place or PEER not in place:
        return np.zeros(0, dtype=int), -1
    first = misfiled_month(world.plan)
    start, end = (as_day(day) * MINUTES_A_DAY for day in (first, months_before(first, -1)))
    own = world.spells
    here = (own["department"] == world.hospital.position["cardiology"]) & ~own["died"]
    here &= (own["stream"] != DAY_CASE) & (own["discharging"] < world.people.count)
    here &= (own["discharging"] != place[CLINICIAN]) & (own["discharged"] >= start)
    rows = np.flatnonzero(here & (own["discharged"] < end))
    longest = rows[np.argsort((own["admitted"] - own["discharged"])[rows], kind="stable")]
    of_peer = own["discharging"][longest] == place[PEER]
    chosen = np.concatenate([longest[of_peer][:MISFILED_OF_PEER], longest[~of_peer]])[:MISFILED]
    return np.sort(chosen), place[CLINICIAN]


def stories(world: World) -> list[dict[str, object]]:
    """The stories whose people or departments this trust has."""
    return [
        asdict(each) for each in all_stories(world) if each.department in world.hospital.position
    ]


def all_stories(world: World) -> list[Story]:
    plan = world.plan
    end = plan.end
    last = date.fromordinal(end.toordinal() - 1)

    def code(place: tuple[str, int]) -> str:
        person = world.people.place.get(place)
        return "" if person is None else world.people.code[person]

    misfiled = misfiled_month(plan)
    return [
        Story(
            code="misfiled-month",
            title="A month that is not yours",
            account="clinician",
            person=code(CLINICIAN),
            department="cardiology",
            measure="length-of-stay",
            starts_on=misfiled,
            ends_on=date.fromordinal(months_before(misfiled, -1).toordinal() - 1),
            look="Your length of stay, then the records behind the month.",
            shows=(
                "One month is unusually high. Twelve long stays of colleagues were filed under"
                " your code by a ward"
                " clerk. Challenge them as not yours and the figure changes when the challenge is"
                " settled."
            ),
        ),
        Story(
            code="board-rounds",
            title="An improvement after a change",
            account="lead",
            person="",
            department="cardiology",
            measure="predicted-discharge-recorded",
            starts_on=months_before(end, 14),
            ends_on=last,
            look="The department's predicted discharge dates over time.",
            shows=(
                "A morning board round began on this day; predicted dates have been recorded"
                " more often since."
            ),
        ),
        Story(
            code="new-template",
            title="Summaries sent sooner",
            account="otherlead",
            person="",
            department="orthopaedics",
            measure="discharge-summary-24h",
            starts_on=months_before(end, 16),
            ends_on=last,
            look="The department's discharge summaries over time.",
            shows=(
                "A shorter template came into use on this day; more summaries have been sent"
                " within 24 hours since."
            ),
        ),
        Story(
            code="heart-failure-service",
            title="A figure explained by case mix",
            account="lead",
            person=code(cast.HEART_FAILURE),
            department="cardiology",
            measure="length-of-stay",
            starts_on=plan.start,
            ends_on=last,
            look=(
                "This consultant's length of stay beside the others, then the diagnoses behind it."
            ),
            shows=(
                "Stays are longer than those of peers because the heart failure service brings"
                " older and sicker"
                " patients; with the same patients this clinician is like the others."
            ),
        ),
        Story(
            code="too-few",
            title="Too few cases to say anything",
            account="lead",
            person=code(cast.NEWCOMER),
            department="cardiology",
            measure="length-of-stay",
            starts_on=months_before(end, cast.NEWCOMER_MONTHS),
            ends_on=last,
            look="The figures of the consultant who came two months ago.",
            shows=(
                "A handful of patients: the page says that it cannot tell yet, and how many"
                " would be needed."
            ),
        ),
        Story(
            code="real-difference",
            title="A difference that remains",
            account="otherlead",
            person=code(cast.READMITS_MORE),
            department="orthopaedics",
            measure="emergency-readmission-30d",
            starts_on=plan.start,
            ends_on=last,
            look="Emergency readmissions of this department over the whole period.",
            shows=(
                "Patients of one surgeon come back about twice as often, and neither data nor"
                " case mix explains it."
            ),
        ),
        Story(
            code="same-day-care",
            title="A break in recording",
            account="analyst",
            person="",
            department="acute-medicine",
            measure="length-of-stay",
            starts_on=months_before(end, SAME_DAY_CARE_MOVED_MONTHS),
            ends_on=last,
            look="Acute medicine's length of stay over time.",
            shows=(
                "Same-day emergency care moved to another data set on this day. Stays look"
                " longer, yet nobody stays"
                " longer: the short ones are no longer counted here."
            ),
        ),
    ]
