"""Where job plan, contract and activity do not agree: points worth a question, and no verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SESSIONS_OF_A_WHOLE_TIME = 10  # programmed activities of four hours; a session is half a day
LEAST_DIFFERENCE = 0.5  # sessions a week, below which plan and contract agree
USUAL = (0.75, 1.25)  # times the share of planned sessions that is seen of the department together
LEAST_PLANNED = 20  # sessions, below which a share says nothing
UNCHANGED_MONTHS = 12  # a plan is agreed again every year

ACTIVITIES = {
    "dcc": "direct care",
    "spa": "supporting work",
    "on_call": "on call",
    "additional": "additional duties",
    "external": "external duties",
}


class Point(StrEnum):
    """What does not agree."""

    NO_PLAN = "no plan"
    CONTRACT = "plan and contract"
    DELIVERED = "plan and activity"
    AGE = "age of the plan"
    PROFILE = "role profile"
    OTHER = "something else"

    @property
    def disagrees(self) -> bool:
        """Whether plan, contract and activity contradict each other; else something is missing."""
        return self in (Point.NO_PLAN, Point.CONTRACT, Point.DELIVERED)


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """What is known of one clinician's plan over some months."""

    weekly: Mapping[str, float] = field(default_factory=dict)  # activity → sessions a week, now
    whole_time: float = 0.0  # equivalents by contract, of all posts
    planned: float = 0.0  # direct-care sessions, net of leave
    delivered: float = 0.0
    seen_here: float | None = None  # the share of the department together
    unchanged: int = 0  # months for which the lines have been the same, as far as data go back
    profiled: bool = True  # a role profile says what this clinician does

    @property
    def total(self) -> float:
        return sum(self.weekly.values())

    @property
    def by_contract(self) -> float:
        return self.whole_time * SESSIONS_OF_A_WHOLE_TIME

    @property
    def share(self) -> float | None:
        """Of the planned sessions, those that the data can see; None where few were planned."""
        return self.delivered / self.planned if self.planned >= LEAST_PLANNED else None


@dataclass(frozen=True)
class Found:
    """One point, in the words of the page."""

    point: Point
    words: str


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def found_in(plan: PlanFacts) -> list[Found]:
    """Every point worth a question, in the order in which to look at them."""
    if not plan.weekly:
        return [Found(Point.NO_PLAN, "No job plan was imported for this clinician.")]
    return [*contract_differs(plan), *activity_differs(plan), *old(plan), *unprofiled(plan)]


def contract_differs(plan: PlanFacts) -> Iterator[Found]:
    if abs(plan.total - plan.by_contract) >= LEAST_DIFFERENCE:
        yield Found(
            Point.CONTRACT,
            f"The plan has {number(plan.total)} sessions a week; the contract "
            f"({number(plan.whole_time)} whole-time equivalent) is for {number(plan.by_contract)}.",
        )


def activity_differs(plan: PlanFacts) -> Iterator[Found]:
    """Not a shortfall: rounds, meetings and letters are direct care that no list records."""
    share, here = plan.share, plan.seen_here
    if share is None or not here or USUAL[0] <= share / here <= USUAL[1]:
        return
    yield Found(
        Point.DELIVERED,
        f"The data can see {number(round(plan.delivered, 1))} of "
        f"{number(round(plan.planned, 1))} planned direct-care sessions ({share:.0%}; {here:.0%} "
        "of the department together). Ward rounds and meetings leave no list: does the plan say "
        "what is done, and is it recorded?",
    )


def old(plan: PlanFacts) -> Iterator[Found]:
    if plan.unchanged > UNCHANGED_MONTHS:
        yield Found(
            Point.AGE,
            f"The plan has been the same for {plan.unchanged} months at least; plans are agreed "
            "anew every year.",
        )


def unprofiled(plan: PlanFacts) -> Iterator[Found]:
    if not plan.profiled:
        yield Found(
            Point.PROFILE, "No role profile says what this clinician does that others do not."
        )
