"""How work is shared inside a department: weighted, by whole-time week, unnamed and unranked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from clinlead.figures.comparing import enough
from clinlead.figures.queries import ByUnit, is_person, tallies
from clinlead.figures.sums import Sums, total, unit_of_figure, value_of
from clinlead.jobplans.plans import Worded
from clinlead.jobplans.policies import LEAST_PEERS
from clinmeasures.charts import strip_chart
from clinmeasures.definitions import Definition
from clinmeasures.wording.units import how_many

WORKLOADS = ("workload-stays", "workload-cases", "workload-attendances")
WIDE, NARROW = 720, 320
ABOUT = (
    "Weighted means that a long or hard piece of work counts for more than an easy one; a week is "
    "that of a whole-time post, without leave. A difference is a reason to talk about who does "
    "what, not a judgement: it may be rounds, teaching or a service that no list shows."
)


@dataclass(frozen=True, kw_only=True)
class Share:
    """One kind of work in a department over some months."""

    definition: Definition
    people: Mapping[str, Sums]  # of everybody who has enough days, and work like the others'
    unlike: int  # left out: their role profile says that the work is not alike

    @property
    def title(self) -> str:
        return self.definition.title

    @property
    def values(self) -> list[float]:
        return list(self.by_unit.values())

    @property
    def by_unit(self) -> dict[str, float]:
        """Nobody without any of this work: they do another kind."""
        found = {unit: value_of(each, self.definition) for unit, each in self.people.items()}
        return {unit: value for unit, value in found.items() if value}

    @property
    def said(self) -> str:
        """The middle half of the department; nothing about anybody."""
        count = len(self.values)
        if count <= LEAST_PEERS:
            return (
                f"{how_many(count, 'clinician')} {'has' if count == 1 else 'have'} figures here; "
                f"the work of more than {LEAST_PEERS} is set side by side."
            )
        unit = unit_of_figure(self.definition)
        low, _, high = quantiles(self.values, n=4)
        return (
            f"Half of {how_many(count, 'clinician')} are between {unit.number(low)} and "
            f"{unit.text(high)}.{self.left_out}"
        )

    @property
    def left_out(self) -> str:
        if not self.unlike:
            return ""
        were = "is" if self.unlike == 1 else "are"
        return f" {how_many(self.unlike, 'clinician')} with other work {were} left out."

    def drawn(self, prefix: str) -> tuple[str, str] | None:
        """Everybody unnamed on a line, in two widths; None of too few."""
        if len(self.values) <= LEAST_PEERS:
            return None
        wide, narrow = (
            strip_chart(
                self.values,
                own=None,
                title="How is this work shared?",
                description=f"{self.title}. {self.said}",
                unit=unit_of_figure(self.definition),
                id_prefix=f"{prefix}-{width}",
                peer_word="clinician",
                width=width,
            )
            for width in (WIDE, NARROW)
        )
        return wide, narrow


def shares_of(
    worded: Iterable[Worded],
    people: Collection[str],
    unlike: Collection[str],
    months: Sequence[str],
) -> list[Share]:
    """Each kind of work that is computed, of these units; one question."""
    found = {each.figure: each.definition for each in worded}
    if not months or not people:
        return []
    rows = tallies(found, people, first=months[0], last=months[-1])
    shares = [share_of(found[each], by_unit, unlike) for each, by_unit in rows.items()]
    return [each for each in shares if each.values]


def share_of(definition: Definition, by_unit: ByUnit, unlike: Collection[str]) -> Share:
    sums = {unit: total(rows) for unit, rows in by_unit.items() if is_person(unit)}
    people = enough(sums, definition)
    return Share(
        definition=definition,
        people={unit: each for unit, each in people.items() if unit not in unlike},
        unlike=sum(unit in unlike for unit in people),
    )


@dataclass(frozen=True)
class Own:
    """One's own work beside the middle half of the others."""

    title: str
    own: str
    others: str


def beside(share: Share, unit: str) -> Own | None:
    """For the clinician: their own figure, and colleagues' only summed up and of enough."""
    mine = share.by_unit.get(unit)
    if mine is None:
        return None
    others = [value for who, value in share.by_unit.items() if who != unit]
    shown = unit_of_figure(share.definition)
    if len(others) < LEAST_PEERS:
        said = f"Colleagues are summed up where at least {LEAST_PEERS} others have figures."
    else:
        low, _, high = quantiles(others, n=4)
        said = (
            f"Half of {how_many(len(others), 'colleague')} are between {shown.number(low)} and "
            f"{shown.text(high)}."
        )
    return Own(share.title, shown.text(mine), said)
