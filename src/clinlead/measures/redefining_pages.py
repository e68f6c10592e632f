"""A new version on its way, and what a measure's page says of its wordings."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinlead.access.policies import Button, Reader
from clinlead.measures import redefinition as rules
from clinlead.measures.differing import Difference, differences
from clinlead.measures.models import Feedback, MeasureVersion, Redefinition
from clinlead.measures.queries import read_definition
from clinlead.measures.redefining import version_facts
from clinlead.measures.redefinition import STATES, State
from clinlead.measures.speaking import users
from clinmeasures.definitions import parse_definition


@dataclass(frozen=True, kw_only=True)
class DraftPage:
    """One new version: what it changes, what it answers, and what this person may do."""

    measure: MeasureVersion
    state: str
    colour: str
    authors: Sequence[str]
    found: Sequence[Difference]
    feedback: Sequence[Feedback]
    acts: Sequence[tuple[Button, str]]  # pressed at once
    ways: Sequence[tuple[str, str]]  # a page of their own
    waits_for: str

    @classmethod
    def of(cls, draft: Redefinition, measure: MeasureVersion, reader: Reader) -> "DraftPage":
        facts, here = draft.facts(), draft.get_absolute_url()
        state, colour = STATES[facts.state]
        after = parse_definition(draft.text, source="the draft")
        return cls(
            measure=measure,
            state=state,
            colour=colour,
            authors=[str(each) for each in draft.authors.select_related("person")],
            found=differences(read_definition(measure_before(draft, measure)), after),
            feedback=list(draft.feedback.select_related("by__person")),
            acts=acts_of(facts, reader, here),
            ways=ways_of(facts, reader, here),
            waits_for=WAITS_FOR.get(facts.state, ""),
        )


WAITS_FOR = {
    State.DRAFT: "A BI analyst sends it to be checked once it says what is meant.",
    State.CHECKING: "Somebody who did not write it checks it: another analyst, a clinical director "
    "or chief whose department uses the measure, or the medical director.",
    State.CHECKED: "An executive who neither wrote nor checked it approves it.",
}


def measure_before(draft: Redefinition, measure: MeasureVersion) -> str:
    """The text that it would replace; of an approved one, the version before it."""
    before = MeasureVersion.objects.filter(code=draft.code, version__lt=draft.version)
    found = before.order_by("-version").first()
    return (found or measure).definition


def acts_of(facts: rules.DraftFacts, reader: Reader, here: str) -> list[tuple[Button, str]]:
    offered = {
        State.DRAFT: [("Send it to be checked", rules.why_not_send(reader, facts), "send/")],
        State.CHECKED: [("Approve", rules.why_not_approve(reader, facts), "approve/")],
    }
    return [
        (Button.guarded(label, refusal), here + place)
        for label, refusal, place in offered.get(facts.state, [])
    ]


def ways_of(facts: rules.DraftFacts, reader: Reader, here: str) -> list[tuple[str, str]]:
    offered = [
        ("Change the draft", rules.why_not_edit(reader, facts), "edit/"),
        ("Check it, and stand by it", rules.why_not_check(reader, facts), "check/"),
        ("Send it back", rules.why_not_send_back(reader, facts, "words"), "back/"),
        ("Decline it", rules.why_not_decline(reader, facts, "words"), "decline/"),
        ("Take it back", rules.why_not_withdraw(reader, facts), "withdraw/"),
    ]
    return [(label, here + place) for label, refusal, place in offered if refusal is None]


@dataclass(frozen=True, kw_only=True)
class Redefining:
    """What a measure's page says of feedback, drafts and versions."""

    feedback: Sequence[Feedback]
    opened: int
    running: Redefinition | None
    state: str
    may_comment: bool
    may_draft: bool
    may_retire: bool
    may_see_draft: bool

    @classmethod
    def of(cls, shown: MeasureVersion, reader: Reader) -> "Redefining":
        said = Feedback.objects.filter(measure=shown.code)
        said = said.select_related("by__person", "answered_by__person", "redefinition")
        listed = list(said)
        running = Redefinition.objects.running().filter(code=shown.code).first()
        retire = rules.why_not_retire(reader, version_facts(shown), "words")
        return cls(
            feedback=listed,
            opened=sum(each.answered_at is None for each in listed),
            running=running,
            state=STATES[State(running.state)][0] if running else "",
            may_comment=rules.why_not_comment(reader, users(shown.code), "words") is None,
            may_draft=rules.why_not_draft(reader, another_runs=running is not None) is None,
            may_retire=retire is None,
            may_see_draft=running is not None and reader.has(*rules.READS_DRAFTS),
        )
