"""What the pages of the strategy show."""

from dataclasses import dataclass
from itertools import groupby

from clinlead.access.policies import Button, Reader
from clinlead.strategy.models import Cause, Statement, Wording
from clinlead.strategy.policies import (
    Kind,
    State,
    WordingFacts,
    why_not_approve,
    why_not_decline,
    why_not_for_them,
    why_not_start,
)

STATES = {
    State.WAITING: ("waits for approval", "yellow"),
    State.APPROVED: ("in force", "green"),
    State.REPLACED: ("replaced", "grey"),
    State.DECLINED: ("declined", "grey"),
}


@dataclass(frozen=True)
class StatementPage:
    """One statement: what is in force, what waits, and every version this person may read."""

    statement: Statement
    now: Wording | None
    waiting: Wording | None
    versions: list[tuple[Wording, str, str]]  # with its state in words, and a colour
    propose: str  # the address, or "" where this person may not

    @classmethod
    def of(cls, statement: Statement, reader: Reader) -> "StatementPage | None":
        """None where this person may not know that it exists."""
        found = Wording.objects.visible_to(reader).filter(statement=statement)
        related = ("statement", "written_by__person", "decided_by__person")
        more = ("holder__person", "sponsor__person", "objective")
        listed = found.select_related(*related, *more).prefetch_related("departments", "causes")
        versions = list(listed.order_by("-version"))
        if not versions:
            return None
        now = next((one for one in versions if one.state == State.APPROVED), None)
        waiting = next((one for one in versions if one.state == State.WAITING), None)
        return cls(
            statement=statement,
            now=now,
            waiting=waiting,
            versions=[(one, *STATES[State(one.state)]) for one in versions],
            propose=propose_address(reader, (now or versions[0]).facts(), statement, waiting),
        )

    @property
    def shown(self) -> Wording:
        """What is in force; where nothing is, the newest version."""
        return self.now or self.versions[0][0]

    @property
    def groups(self) -> list[tuple[str, list[Cause]]]:
        return cause_groups(self.shown)


def propose_address(
    reader: Reader, facts: WordingFacts, statement: Statement, waiting: Wording | None
) -> str:
    if waiting or why_not_start(reader, facts.kind) or why_not_for_them(reader, facts):
        return ""
    return f"/strategy/propose/{facts.kind}/{statement.code}/"


def cause_groups(wording: Wording) -> list[tuple[str, list[Cause]]]:
    """The causes by group, in their order."""
    by_group = groupby(wording.causes.all(), key=lambda one: one.group)
    return [(group, list(causes)) for group, causes in by_group]


@dataclass(frozen=True)
class VersionPage:
    """One version, the one it would replace, and what this person may do with it."""

    shown: Wording
    state: str
    colour: str
    before: Wording | None  # in force while this one waits
    approve: Button
    may_decline: bool
    takes_back: bool  # its author declines it: they take it back

    @classmethod
    def of(cls, shown: Wording, reader: Reader) -> "VersionPage":
        state, colour = STATES[State(shown.state)]
        facts = shown.facts()
        waits = shown.state == State.WAITING
        in_force = shown.statement.wordings.filter(state=State.APPROVED)
        return cls(
            shown=shown,
            state=state,
            colour=colour,
            before=in_force.prefetch_related("departments", "causes").first() if waits else None,
            approve=Button.guarded("Approve", why_not_approve(reader, facts)),
            may_decline=why_not_decline(reader, facts, "a reason") is None,
            takes_back=shown.written_by_id == reader.account_id,
        )

    @property
    def waits(self) -> bool:
        return self.shown.state == State.WAITING

    @property
    def groups(self) -> list[tuple[str, list[Cause]]]:
        return cause_groups(self.shown)


def ways_to_propose(reader: Reader) -> list[tuple[str, str]]:
    """What this person may propose from the strategy's own page, and where."""
    offers = ((Kind.OBJECTIVE, "Propose an objective"), (Kind.OUTCOME, "Propose an outcome (SCO)"))
    return [
        (words, f"/strategy/propose/{kind}/")
        for kind, words in offers
        if why_not_start(reader, kind) is None
    ]
