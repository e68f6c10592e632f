"""What a route of steps must be, and who may write and approve one. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinlead.access.policies import Reader, Reason, Refusal, Role
from clinlead.concerns.facts import IN_ORDER, StepKind

MOST_STEPS = 20
MOST_DAYS = 90


@dataclass(frozen=True)
class StepText:
    """One step in the template's own words."""

    kind: StepKind
    title: str
    about: str


@dataclass(frozen=True, kw_only=True)
class RouteText:
    """A whole route: its steps in order, days to answer, and discussions that come first."""

    steps: tuple[StepText, ...]
    answer_days: int
    discussions: int


def wrong_with(route: RouteText) -> str:
    """What is wrong with a route, in a sentence; empty where it is sound.

    Steps can be added and worded anew; that the causes come in order, and the person last of
    them, that support comes before anybody is brought in, cannot be changed.
    """
    kinds = [one.kind for one in route.steps]
    missing = [kind for kind in IN_ORDER if kind not in kinds]
    if missing:
        return f"A step of the kind “{missing[0]}” is missing; every kind is there at least once."
    places = [IN_ORDER.index(kind) for kind in kinds]
    if places != sorted(places):
        names = ", ".join(IN_ORDER)
        return f"The steps must come in this order of kinds: {names}."
    if len(kinds) > MOST_STEPS:
        return f"There are more than {MOST_STEPS} steps; join some."
    if any(kinds.count(kind) > 1 for kind in (StepKind.CHIEF, StepKind.OUTSIDE)):
        return "The chief’s step and the review outside the department are there once each."
    return wrong_numbers(route)


def wrong_numbers(route: RouteText) -> str:
    if not 1 <= route.answer_days <= MOST_DAYS:
        return f"The clinician has between 1 and {MOST_DAYS} days to answer."
    if route.discussions < 1:
        return "At least one recorded conversation comes before a concern."
    return ""


def why_not_propose(
    reader: Reader, route: RouteText, because: str, *, waits: bool
) -> Refusal | None:
    """Why this person may not propose another route."""
    if not reader.has(Role.PROJECT_TEAM):
        return Refusal(Reason.NOT_YOURS, "The project team proposes the steps.")
    if waits:
        return Refusal(Reason.ALREADY_DONE, "Another proposal waits for an executive already.")
    if wrong := wrong_with(route):
        return Refusal(Reason.WRONG_STAGE, wrong)
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why the steps change; everybody reads it.")
    return None


def why_not_decide(reader: Reader, *, waits: bool, written_by_id: int | None) -> Refusal | None:
    """Why this person may not approve or decline a proposed route."""
    if not reader.has(Role.EXECUTIVE):
        return Refusal(Reason.NOT_YOURS, "An executive approves the steps.")
    if reader.account_id == written_by_id:
        return Refusal(Reason.OWN_WORK, "Somebody else approves what you wrote.")
    if not waits:
        return Refusal(Reason.ALREADY_DONE, "This version was decided already.")
    return None


def steps_of(text: Sequence[str]) -> list[StepText]:
    """Lines “kind | title | what it asks” as steps; a ValueError says which line is wrong."""
    return [step_of(number, line) for number, line in enumerate(text, start=1)]


PARTS_OF_A_STEP = 3


def step_of(number: int, line: str) -> StepText:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != PARTS_OF_A_STEP or not all(parts):
        raise ValueError(f"Line {number} needs three parts: kind | title | what it asks.")
    kind, title, about = parts
    if kind not in set(StepKind):
        raise ValueError(f"Line {number}: “{kind}” is no kind; use one of {', '.join(IN_ORDER)}.")
    if len(title) > 100 or len(about) > 400:
        raise ValueError(f"Line {number} is too long: 100 letters a title, 400 for what it asks.")
    return StepText(StepKind(kind), title, about)
