"""Counts of signals, declined challenges and escalations, of groups in which nobody can be known.

Over four whole quarters, so that looking again tomorrow tells nothing new; groups of fewer than
ten people stand together; small counts are hidden, with what would give them away.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clinlead.access.disclosing import counts_shown
from clinlead.concerns.equality import KINDS, NOT_GIVEN
from clinlead.concerns.facts import Part, State
from clinlead.concerns.models import BypassUsed, Characteristic, Concern, SeatHeld
from clinlead.organisation.models import Post
from clinlead.releases.models import ReleasedFigure, ReleaseState
from clinlead.validation.models import Challenge, ChallengeState

LEAST_IN_A_GROUP = 10  # access rules, note 4: at least ten clinicians behind a number
QUARTER, QUARTERS = 3, 4
TOGETHER = "Smaller groups together"


@dataclass(frozen=True)
class Span:
    """Four whole quarters that are over: from the first day, up to and without the last."""

    first: date
    until: date

    @classmethod
    def before(cls, day: date) -> "Span":
        until = date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1)
        return cls(date(until.year - QUARTERS * QUARTER // 12, until.month, 1), until)

    def within(self, field: str) -> dict[str, date]:
        return {f"{field}__date__gte": self.first, f"{field}__date__lt": self.until}


def groups_of(people: Mapping[str, set[int]], least: int) -> list[tuple[str, set[int]]]:
    """Groups of at least so many people; smaller ones together, with the next where needed."""
    kept = {name: members for name, members in people.items() if len(members) >= least}
    rest: set[int] = set().union(*(m for name, m in people.items() if name not in kept), set())
    while rest and len(rest) < least and kept:
        smallest = min(kept, key=lambda name: (len(kept[name]), name))
        rest |= kept.pop(smallest)
    found = [(name, members) for name, members in people.items() if name in kept]
    return [*found, (TOGETHER, rest)] if len(rest) >= least else found


@dataclass(frozen=True)
class Table:
    """One characteristic: each group with its people, signals, declined challenges, escalations."""

    caption: str
    rows: list[list[str]]


COLUMNS = ("People", "Signals", "Challenges declined", "Escalations")


def tables(day: date) -> list[Table]:
    """Contract type and every protected characteristic; empty ones are left out."""
    span = Span.before(day)
    people, counted = members(span), events(span)
    given: dict[str, dict[int, str]] = defaultdict(dict)
    rows = Characteristic.objects.filter(person__in=people)
    for kind, person, value in rows.values_list("kind", "person_id", "value"):
        given[kind][person] = value
    return [
        table_of(label, grouped(given[kind], values, people), counted)
        for kind, (label, values) in KINDS.items()
        if kind in given
    ]


def members(span: Span) -> set[int]:
    """Who worked here at the end of the span."""
    last = date.fromordinal(span.until.toordinal() - 1)
    return set(Post.objects.on(last).values_list("person_id", flat=True))


def events(span: Span) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """How many of each, by person."""
    out = ReleasedFigure.objects.filter(
        release__state=ReleaseState.RELEASED, person__isnull=False, has_signal=True
    )
    declined = Challenge.objects.filter(state=ChallengeState.DECLINED)
    seats = SeatHeld.objects.filter(part__in=(Part.CHIEF, Part.REVIEWER))
    return (
        Counter(out.filter(**span.within("release__released_at")).values_list("person", flat=True)),
        Counter(declined.filter(**span.within("settled_at")).values_list("person", flat=True)),
        Counter(seats.filter(**span.within("taken_at")).values_list("concern__person", flat=True)),
    )


def grouped(
    given: Mapping[int, str], values: Iterable[str], people: set[int]
) -> list[tuple[str, set[int]]]:
    by_value = {value: {one for one in people if given.get(one) == value} for value in values}
    by_value[NOT_GIVEN] = people - given.keys()
    return groups_of(by_value, LEAST_IN_A_GROUP)


def table_of(
    caption: str,
    groups: Sequence[tuple[str, set[int]]],
    counted: Sequence[Counter[int]],
) -> Table:
    if not groups:
        return Table(caption, [])
    columns = [[len(people) for _, people in groups]]
    columns += [[sum(each[one] for one in people) for _, people in groups] for each in counted]
    said = [counts_shown(column) for column in columns]
    names = [*(name for name, _ in groups), "Together"]
    return Table(caption, [list(row) for row in zip(names, *said, strict=True)])


def whole(day: date) -> list[tuple[str, str]]:
    """How many concerns there were in the trust, and how they ended; small numbers hidden."""
    span = Span.before(day)
    began = Concern.objects.filter(**span.within("opened_at"))
    over = Concern.objects.filter(**span.within("ended_at"))
    bypasses = BypassUsed.objects.filter(**span.within("at"))
    seats = SeatHeld.objects.filter(**span.within("taken_at"))
    counts = {
        "Concerns opened": began.count(),
        "Brought to a chief of service": seats.filter(part=Part.CHIEF).count(),
        "Reviewed from outside the department": seats.filter(part=Part.REVIEWER).count(),
        "Closed": over.filter(state=State.CLOSED).count(),
        "Handed over to a formal procedure": over.filter(state=State.HANDED_OVER).count(),
        "Patient-safety bypasses": bypasses.count(),
    }
    return [(label, counts_shown([count])[0]) for label, count in counts.items()]
