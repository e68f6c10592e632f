"""What the pages of work streams show."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinlead.access.policies import Button, Reader, Role
from clinlead.workstreams.checks import Missing
from clinlead.workstreams.models import StreamPerson
from clinlead.workstreams.policies import (
    LAST,
    STAGES,
    HelpFacts,
    PartPlayed,
    why_not_ask_for_help,
    why_not_move,
    why_not_run_streams,
    why_not_start_pilot,
)
from clinlead.workstreams.standing import Line, Standing
from clinlead.workstreams.template import StageText


def address_of(missing: Missing, one: Standing) -> str:
    """Where it can be met; a place of the stream's own is below its page."""
    if missing.address.startswith("/"):
        return missing.address
    return one.stream.get_absolute_url() + missing.address


def asks(missing: Missing, one: Standing, reader: Reader) -> bool:
    """Whether this very person can meet it."""
    if not reader.has(*missing.roles):
        return False
    here = frozenset(each.pk for each in one.facts.places)
    wanted = missing.departments or here
    if Role.LEAD in missing.roles and wanted & reader.leads:
        return True
    if Role.CHIEF in missing.roles and wanted & reader.chief_of:
        return True
    return reader.has(*(missing.roles - {Role.LEAD, Role.CHIEF}))


@dataclass(frozen=True)
class Card:
    """One stream on the board."""

    standing: Standing
    yours: bool  # the reader can meet what comes next

    @property
    def departments(self) -> str:
        return ", ".join(each.name for each in self.standing.facts.places)

    @property
    def ready(self) -> bool:
        return self.standing.next is None


@dataclass(frozen=True)
class Column:
    stage: StageText
    cards: list[Card]


@dataclass(frozen=True)
class Board:
    """Eight columns, and apart from them the streams whose departments did not engage."""

    columns: list[Column]
    apart: list[Card]
    may_set_up: bool
    may_pilot: bool
    version: int

    @classmethod
    def of(cls, standings: Iterable[Standing], stages, reader: Reader) -> "Board":
        cards = [Card(each, yours(each, reader)) for each in standings]
        taking_part = [card for card in cards if card.standing.engaged]
        longest_first = sorted(taking_part, key=lambda card: -card.standing.days)
        return cls(
            columns=[
                Column(each, [c for c in longest_first if c.standing.stage == each.number])
                for each in stages.stages
            ],
            apart=[card for card in cards if not card.standing.engaged],
            may_set_up=why_not_run_streams(reader) is None,
            may_pilot=why_not_start_pilot(reader) is None,
            version=stages.version,
        )

    @property
    def count(self) -> int:
        return sum(len(each.cards) for each in self.columns) + len(self.apart)


def yours(one: Standing, reader: Reader) -> bool:
    line = one.next
    if line is None or line.missing is None:
        return one.stage < LAST and why_not_run_streams(reader) is None
    return asks(line.missing, one, reader)


@dataclass(frozen=True)
class LineShown:
    """An exit criterion on the stream's page."""

    line: Line
    address: str
    yours: bool
    state: str
    colour: str

    @classmethod
    def of(cls, line: Line, one: Standing, reader: Reader) -> "LineShown":
        missing = line.missing
        if missing is None:
            return cls(line, "", False, "holds", "green")
        state, colour = ("waived", "grey") if line.waiver else ("to do", "yellow")
        return cls(line, address_of(missing, one), asks(missing, one, reader), state, colour)


@dataclass(frozen=True)
class StreamPage:
    """One stream: what stands in the way, who can do it, and what has been."""

    standing: Standing
    lines: list[LineShown]
    fallen: list[tuple[int, LineShown]]
    move: Button | None  # for whoever runs the streams
    may_ask: bool
    people: list[tuple[PartPlayed, list[StreamPerson]]]

    @classmethod
    def of(cls, one: Standing, people: Iterable[StreamPerson], reader: Reader) -> "StreamPage":
        listed = list(people)
        managers = frozenset(p.account_id for p in listed if p.part == PartPlayed.MANAGER)
        facts = HelpFacts(stream=one.rule(), managers=managers)
        return cls(
            standing=one,
            lines=[LineShown.of(each, one, reader) for each in one.lines],
            fallen=[(stage, LineShown.of(each, one, reader)) for stage, each in one.fallen],
            move=move_button(one, reader),
            may_ask=why_not_ask_for_help(reader, facts, "a text") is None,
            people=[(part, [p for p in listed if p.part == part]) for part in PartPlayed],
        )

    @property
    def runs(self) -> bool:
        """Whether this reader runs the streams."""
        return self.move is not None

    @property
    def unmet(self) -> int:
        return sum(1 for each in self.lines if not each.line.met)

    @property
    def steps(self) -> list[dict[str, str]]:
        """The eight stages as a path."""
        stage = self.standing.stage
        return [
            {
                "text": self.standing.stages.stage(each).name,
                "left": f"for {self.standing.days} days" if each == stage else "",
                "state": "done" if each < stage else "now" if each == stage else "",
            }
            for each in STAGES
        ]


def move_button(one: Standing, reader: Reader) -> Button | None:
    if why_not_run_streams(reader):
        return None
    to = one.stage + 1
    label = "Move on" if one.at_the_end else f"Move on to “{one.stages.stage(to).name}”"
    return Button.guarded(label, why_not_move(reader, one.rule(), one.stage, to))
