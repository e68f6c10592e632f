"""The loop of figure 2 for one stream: each step a real object where there is one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import Reader
from clinlead.intake.policies import why_not_see_grades
from clinlead.workstreams.facts import Place, StreamFacts


class Light(StrEnum):
    """How a step of the loop is drawn."""

    THERE = "there"
    HERE = "here"  # where the stream is: the last without a gap that its stage has come to
    NOT_YET = "not yet"


@dataclass(frozen=True)
class Step:
    """One step of the loop, and the object that is there."""

    name: str
    said: str  # "" where there is none yet
    address: str  # "" where there is none, or this reader may not open it
    light: Light = Light.NOT_YET

    @property
    def there(self) -> bool:
        return bool(self.said)


# The step of the loop to which the objects of an exit criterion belong; others stand at the first.
STEP_OF_CHECK = {
    "outcomes": 1,
    "measures": 2,
    "definitions": 3,
    "extracts": 4,
    "covered": 4,
    "records-checked": 4,
    "bi-check": 5,
    "released": 7,
    "interpreted": 8,
    "tabled": 8,
    "decision": 9,
    "cycle": 10,
    "spread": 10,
    "measured-again": 11,
    "tabled-again": 11,
}


def furthest(criteria: Iterable[str]) -> int:
    """The furthest step that these criteria ask for: a stream in their stage stands no further."""
    return max((STEP_OF_CHECK.get(key, 0) for key in criteria), default=0)


def loop_of(stream: StreamFacts, reader: Reader, reach: int) -> list[Step]:
    """Twelve steps, from the objective round to measuring again, with the present one lit.

    A department may have more than its stream has come to, from other streams: `reach` is how far
    the stream's stage lets it stand.
    """
    steps = list(steps_of(stream, reader))
    gap = next((place for place, one in enumerate(steps) if not one.there), len(steps))
    here = min(gap - 1, reach)
    return [
        Step(one.name, one.said, one.address, light_of(place, here, one))
        for place, one in enumerate(steps)
    ]


def further_on(steps: Iterable[Step]) -> bool:
    """Whether something is there beyond where the stream stands."""
    lights = [one.light for one in steps]
    return Light.HERE in lights and Light.THERE in lights[lights.index(Light.HERE) :]


def light_of(place: int, here: int, step: Step) -> Light:
    if place == here:
        return Light.HERE
    return Light.THERE if step.there else Light.NOT_YET


def steps_of(stream: StreamFacts, reader: Reader) -> Iterator[Step]:
    yield from stated(stream)
    yield from measured(stream, reader)
    yield from released(stream)
    yield from improved(stream)


def stated(stream: StreamFacts) -> Iterator[Step]:
    aims = list(dict.fromkeys(one.aim for one in stream.outcomes if one.aim))
    yield Step(
        "Strategic objective",
        and_more([one.title for one in aims]),
        aims[0].address if aims else "",
    )
    outcomes = stream.outcomes
    titles = [one.title for one in outcomes]
    yield Step("Outcome (SCO)", and_more(titles), outcomes[0].address if outcomes else "")


def measured(stream: StreamFacts, reader: Reader) -> Iterator[Step]:
    chosen = stream.measures
    titles = [one.title for one in chosen]
    first = chosen[0].code if chosen else ""
    yield Step("Measure (KPI)", and_more(titles), f"/strategy/measures/{first}/" if first else "")
    defined = [one for one in chosen if one.approved]
    yield Step(
        "Data specification",
        and_more([f"How {one.title.lower()} is defined" for one in defined]),
        f"/measures/{defined[0].code}/" if defined else "",
    )
    grades = sorted({one.grade for one in chosen if one.grade})
    whole = bool(chosen) and all(one.grade for one in chosen)
    yield Step(
        "Extract",
        f"Data of grade {' and '.join(grades)}" if whole else "",
        "/quality/" if whole and why_not_see_grades(reader) is None else "",
    )


def released(stream: StreamFacts) -> Iterator[Step]:
    checked = place_with(stream, lambda each: each.bi_checked)
    out = place_with(stream, lambda each: each.released > 0)
    read = place_with(stream, lambda each: each.released > 0 and not each.uninterpreted)
    yield at_release("BI check", checked, "figures checked")
    yield at_release("Sign-off", out, "figures signed off")
    yield at_release("Release", out, "figures released")
    yield at_release("Interpretation", read, "signals interpreted")


def improved(stream: StreamFacts) -> Iterator[Step]:
    decided = place_with(stream, lambda each: each.decided)
    cycled = place_with(stream, lambda each: each.cycled)
    again = place_with(stream, lambda each: each.released > 1)
    decision, cycle = (decided.decision if decided else 0), (cycled.cycle if cycled else 0)
    yield Step(
        "Decision",
        f"{decided.name}: a decision" if decided else "",
        f"/improvement/decisions/{decision}/" if decision else "",
    )
    yield Step(
        "PDSA cycle",
        f"{cycled.name}: a cycle with its result" if cycled else "",
        f"/improvement/cycles/{cycle}/" if cycle else "",
    )
    yield at_release("Measured again", again, "a later release")


def place_with(stream: StreamFacts, has: Callable[[Place], bool]) -> Place | None:
    return next((each for each in stream.places if has(each)), None)


def at_release(name: str, place: Place | None, said: str) -> Step:
    """A step whose object is a department's newest release, where this reader may open it."""
    if place is None:
        return Step(name, "", "")
    opens = place.opens[-1] if place.opens else place.preparing
    return Step(name, f"{place.name}: {said}", f"/releases/{opens}/" if opens else "")


def and_more(titles: list[str]) -> str:
    """The first of them, and how many others."""
    if len(titles) < 2:
        return titles[0] if titles else ""
    others = len(titles) - 1
    return f"{titles[0]}, and {others} {'other' if others == 1 else 'others'}"
