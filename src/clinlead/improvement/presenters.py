"""What the pages of this room show; every rule stays in policies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.access.policies import Button, Reader
from clinlead.figures.presenters import month_words
from clinlead.improvement import policies
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import CycleFacts, Kind, State
from clinlead.improvement.studying import prediction_words
from clinlead.releases.models import Release, ReleasedFigure

STATES = {
    State.PLANNED: ("planned", "white"),
    State.RUNNING: ("running", "blue"),
    State.CLOSED: ("studied", "green"),
    State.CALLED_OFF: ("called off", "grey"),
}
NEXT_STEPS = {
    Kind.NO_ACTION: ("", ""),
    Kind.CORRECT: ("Go to the challenges", "/challenges/"),
    Kind.REDEFINE: ("Go to the measure’s page", "/measures/{measure}/"),
    Kind.IMPROVE: ("Plan a PDSA cycle", "/improvement/decisions/{pk}/cycle/"),
    Kind.SPREAD: ("Plan a PDSA cycle elsewhere", "/improvement/decisions/{pk}/cycle/"),
}


@dataclass(frozen=True, kw_only=True)
class MeasureLine:
    """One measure of a release, with what was decided about it."""

    measure: str
    title: str
    figure: str
    reading: str
    signal: bool
    decisions: Sequence[Decision]
    decide: str  # the address, or "" where this person may not


def lines_of(
    release: Release,
    figures: Iterable[ReleasedFigure],
    decisions: Iterable[Decision],
    *,
    decides: bool,
) -> list[MeasureLine]:
    made: dict[str, list[Decision]] = {}
    for each in decisions:
        made.setdefault(each.measure, []).append(each)
    return [
        MeasureLine(
            measure=each.measure,
            title=each.title,
            figure=each.statistics["figure"],
            reading=each.statistics["reading"],
            signal=each.has_signal,
            decisions=made.get(each.measure, []),
            decide=f"/improvement/releases/{release.pk}/decide/{each.measure}/" if decides else "",
        )
        for each in sorted(figures, key=lambda one: (not one.has_signal, one.title))
    ]


@dataclass(frozen=True, kw_only=True)
class DecisionPage:
    decision: Decision
    title: str  # of the measure
    cycles: Sequence[Cycle]
    next_step: tuple[str, str]
    plan: Button
    share: Button | None
    may_withdraw: bool

    @classmethod
    def of(cls, decision: Decision, title: str, reader: Reader) -> "DecisionPage":
        facts = decision.facts()
        kind = Kind(decision.kind)
        text, href = NEXT_STEPS[kind]
        plans = policies.why_not_plan(reader, facts)
        shows = kind not in policies.STARTS_CYCLES or plans is None
        sharing = policies.why_not_share_decision(reader, facts)
        return cls(
            decision=decision,
            title=title,
            cycles=list(
                decision.cycles.visible_to(reader).select_related("owner__person").order_by("pk")
            ),
            next_step=(text, href.format(pk=decision.pk, measure=decision.measure))
            if shows and not facts.withdrawn
            else ("", ""),
            plan=Button.guarded("Plan a PDSA cycle", plans),
            share=Button.guarded("Share it with other departments", sharing)
            if kind is Kind.SPREAD
            else None,
            may_withdraw=policies.why_not_withdraw(reader, facts, "a reason") is None,
        )


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What this reader may do with a cycle, each as a greyed or live button."""

    start: Button
    study: Button
    share: Button
    join: Button
    may_change: bool
    may_call_off: bool
    may_follow: bool
    may_hand_over: bool
    joined: bool
    runs: bool

    @classmethod
    def of(cls, reader: Reader, facts: CycleFacts) -> "Acts":
        return cls(
            start=Button.guarded("Start the cycle", policies.why_not_start(reader, facts)),
            study=Button.guarded("Study it", policies.why_not_study(reader, facts)),
            share=Button.guarded(
                "Share it with other departments", policies.why_not_share_cycle(reader, facts)
            ),
            join=Button.guarded("Join this cycle", policies.why_not_join(reader, facts)),
            may_change=policies.why_not_change(reader, facts) is None,
            may_call_off=policies.why_not_call_off(reader, facts, "a reason") is None,
            may_follow=policies.why_not_follow(reader, facts) is None,
            may_hand_over=policies.why_not_hand_over(reader, facts, to_belongs=True) is None,
            joined=reader.account_id in facts.place.members,
            runs=policies.why_not_run(reader, facts) is None,
        )


@dataclass(frozen=True, kw_only=True)
class Row:
    """One cycle in a list."""

    cycle: Cycle
    state: str
    colour: str
    predicted: str

    @classmethod
    def of(cls, cycle: Cycle) -> "Row":
        state, colour = STATES[cycle.stage]
        follows = f"{state}: {cycle.act}" if cycle.act else state
        return cls(cycle=cycle, state=follows, colour=colour, predicted=prediction_words(cycle))


def facts_of_plan(cycle: Cycle, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """The plan as label and words."""
    balancing = titles.get(cycle.balancing, cycle.balancing) or "none chosen"
    return [
        ("What it tries to achieve", cycle.aim),
        ("Why it should work", cycle.theory),
        ("How much is tried", cycle.scale),
        ("Measure", titles.get(cycle.measure, cycle.measure)),
        ("Prediction", prediction_words(cycle)),
        ("Must not get worse", balancing),
    ]


def months_left_out(result: Mapping[str, Any]) -> str:
    months = result.get("left_out", [])
    return ", ".join(month_words(month) for month in months)
