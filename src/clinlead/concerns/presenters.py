"""A concern as its page shows it: the same words for everybody who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinlead.access.policies import Reader, Refusal
from clinlead.concerns import policies
from clinlead.concerns.facts import CALLED_IN, Bypass, ConcernFacts, Part, State, StepKind
from clinlead.concerns.models import (
    BypassUsed,
    Concern,
    Contact,
    Finding,
    Note,
    RouteStep,
    SeatHeld,
    Support,
)
from clinlead.concerns.offices import newest_bypass
from clinlead.concerns.policies import TAKEN_UP, is_owner
from clinlead.concerns.queries import contacts
from clinlead.conversations.models import Said
from clinlead.releases.reasons import FOUND
from clinlead.releases.reasons import Finding as Found

COLOURS = {State.OPEN: "blue", State.CLOSED: "green", State.HANDED_OVER: "grey"}
WORDS = "words"  # any: whether somebody may act at all


@dataclass(frozen=True, kw_only=True)
class StepShown:
    """One step: what it asks, what was found, and what the clinician said."""

    step: RouteStep
    state: str  # done, now, or nothing yet
    left: str
    findings: Sequence[tuple[str, Finding]]  # in words, and what it says
    notes: Sequence[Note]

    @property
    def text(self) -> str:
        return self.step.title

    @property
    def href(self) -> str:
        return f"#step-{self.step.order}"


def steps_shown(concern: Concern) -> list[StepShown]:
    found = list(concern.findings.select_related("by__person", "cause"))
    notes = list(concern.notes.all())
    steps = list(concern.route.steps.all())
    return [
        StepShown(
            step=step,
            state=state_of(step, concern),
            left=left_of(step, concern),
            findings=[(FOUND[Found(o.found)], o) for o in found if o.order == step.order],
            notes=[one for one in notes if place_of(one, steps) == step.order],
        )
        for step in steps
    ]


def place_of(note: Note, steps: Sequence[RouteStep]) -> int:
    """Words that came after the last step stand with it."""
    return min(note.order, steps[-1].order)


def state_of(step: RouteStep, concern: Concern) -> str:
    if step.order < concern.step:
        return "done"
    return "now" if step.order == concern.step and concern.state == State.OPEN else ""


def left_of(step: RouteStep, concern: Concern) -> str:
    return {"done": "done", "now": "now"}.get(state_of(step, concern), "to come")


@dataclass(frozen=True, kw_only=True)
class May:
    """What this person may do now; whatever they may not is not offered, or says why."""

    record: Refusal | None
    escalate: bool
    calls_in: StepKind | None
    support: bool
    close: bool
    hand_over: bool
    review: bool
    take: tuple[Part, ...]
    bypass: bool
    write: bool

    @classmethod
    def of(cls, reader: Reader, concern: ConcernFacts) -> "May":
        def may(refusal: Refusal | None) -> bool:
            return refusal is None

        pending = concern.bypass is Bypass.PENDING
        is_open = concern.state is State.OPEN
        return cls(
            record=policies.why_not_at_step(reader, concern),
            escalate=may(policies.why_not_escalate(reader, concern, WORDS)),
            calls_in=policies.next_office(concern),
            support=may(policies.why_not_support(reader, concern, WORDS)),
            close=may(policies.why_not_close(reader, concern, WORDS)),
            hand_over=may(policies.why_not_hand_over(reader, concern, WORDS)),
            review=is_open and may(policies.why_not_review_bypass(reader, concern, WORDS)),
            take=tuple(p for p in TAKEN_UP if may(policies.why_not_take(reader, concern, p))),
            bypass=is_open
            and may(policies.why_not_bypass(reader, concern.owner, WORDS, pending=pending)),
            write=may(policies.why_not_answer(reader, concern, WORDS)),
        )


@dataclass(frozen=True, kw_only=True)
class ConcernPage:
    """Everything that those in it read."""

    concern: Concern
    facts: ConcernFacts
    own: bool
    hr: bool  # whom it has brought in: they may read signed reviews, and feedback for a reason
    colour: str
    steps: Sequence[StepShown]
    seats: Sequence[tuple[str, SeatHeld]]
    support: Sequence[Support]
    discussed: Sequence[Said]
    bypass: BypassUsed | None
    contacts: Sequence[Contact]
    may: May
    waits: str

    @classmethod
    def of(cls, concern: Concern, facts: ConcernFacts, reader: Reader) -> "ConcernPage":
        own = is_owner(reader, facts.owner)
        return cls(
            concern=concern,
            facts=facts,
            own=own,
            hr=Part.HR in facts.sits(reader) and facts.state is State.OPEN,
            colour=COLOURS[facts.state],
            steps=steps_shown(concern),
            seats=[(Part(one.part).words, one) for one in concern.seats.all()],
            support=list(concern.support.all()),
            discussed=discussed_in(concern),
            bypass=newest_bypass(concern),
            contacts=contacts() if own else (),
            may=May.of(reader, facts),
            waits=waits_for(facts, reader.on),
        )


def discussed_in(concern: Concern) -> list[Said]:
    """What was agreed before it was opened, oldest first."""
    agreed = [one for one in concern.said_before if one.was_discussed]  # type: ignore[attr-defined]
    return sorted(agreed, key=lambda one: (one.met_on or date.min, one.pk))


def waits_for(facts: ConcernFacts, today: date) -> str:
    """What it waits for, in a sentence for everybody in it."""
    if facts.state is not State.OPEN:
        return f"It is {facts.state}."
    refusal = policies.why_not_wait_no_longer(facts, today)
    if refusal:
        return refusal.because
    if facts.kind is None:
        return "Every step is done: it waits to be closed, or to be handed over."
    part = CALLED_IN.get(facts.kind)
    if part is not None and not facts.filled(part):
        return f"The steps in the department are done. Close it, or bring in the {part.words}."
    names = " or ".join(sorted(one.words for one in policies.WORKS_ON[facts.kind]))
    return f"It waits for the {names}."
