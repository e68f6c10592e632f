"""One's own figure beside colleagues': unnamed and relabelled each time, never ranked. Pure."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from string import ascii_uppercase

from clinlead.figures.charting import case_word
from clinlead.figures.expected import Pool, ratios, reading_of_ratio, stands_beside
from clinlead.figures.policies import PeerFacts, why_not_compare
from clinlead.figures.presenters import usual_period, within
from clinlead.figures.sums import MonthSums, Sums, cases_of, total, unit_of_figure, value_of
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.funnels import Funnel, funnel
from clinmeasures.wording.power import expected_chance_signals
from clinmeasures.wording.readings import CANNOT_TELL, compared
from clinmeasures.wording.units import how_many, in_figures

OWN = "own"
UNUSUALLY_HIGH, UNUSUALLY_LOW = "unusually high", "unusually low"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One colleague, unnamed."""

    label: str
    cases: str
    figure: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Own figure and the others' for the same months."""

    definition: Definition
    own: Sums
    others: Mapping[str, Sums]  # label → sums, in the labels' order
    reading: str
    found: Funnel | None  # none where chance has no funnel for this kind of figure

    @property
    def rows(self) -> list[Peer]:
        unit = unit_of_figure(self.definition)
        return [
            Peer(
                label=label,
                cases=in_figures(each.n),
                figure=unit.text(value_of(each, self.definition)),
            )
            for label, each in self.others.items()
        ]

    @property
    def values(self) -> list[float]:
        found = (value_of(each, self.definition) for each in self.others.values())
        return [value for value in found if value is not None]


def relabelled(
    sums: Mapping[str, Sums], salt: str, names: Mapping[str, str] | None = None
) -> dict[str, Sums]:
    """The same under labels that hold for this release alone, in the labels' order.

    The order is that of a digest of unit and salt: it says nothing about anybody, and another
    release shuffles it anew. Whoever has one of `names` is called by it, in the order of names.
    """
    called = {unit: name for unit, name in distinct(names or {}).items() if unit in sums}
    unnamed = [unit for unit in sums if unit not in called]
    shuffled = sorted(unnamed, key=lambda unit: hashlib.sha256(f"{salt} {unit}".encode()).digest())
    labels = {label_of(place): sums[unit] for place, unit in enumerate(shuffled)}
    return {name: sums[unit] for unit, name in sorted(called.items(), key=itemgetter(1))} | labels


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Names that tell people apart: with the code where two people share one."""
    shared = Counter(names.values())
    return {unit: f"{name} ({unit})" if shared[name] > 1 else name for unit, name in names.items()}


def label_of(place: int) -> str:
    """Colleague A to Z, then AA, AB and so on."""
    letters = ascii_uppercase[place % 26]
    while place >= 26:
        place = place // 26 - 1
        letters = ascii_uppercase[place % 26] + letters
    return f"Colleague {letters}"


def enough(sums: Mapping[str, Sums], definition: Definition) -> dict[str, Sums]:
    """Those with as many cases as the measure needs: fewer say nothing, and much of one person."""
    return {unit: each for unit, each in sums.items() if each.n >= max(definition.minimum, 1)}


def alike(sums: Mapping[str, Sums], unlike: Collection[str]) -> dict[str, Sums]:
    """Without those whose role profile says that their work is not like their colleagues'."""
    return {unit: each for unit, each in sums.items() if unit not in unlike}


def shown_beside(
    sums: Mapping[str, Sums],
    definition: Definition,
    left_out_before: Callable[[], Collection[str]] = frozenset,
    *,
    unlike: Collection[str] = (),
) -> dict[str, Sums]:
    """Colleagues of like work with enough cases to stand beside a figure; never all but one.

    Whoever knows the department's total could take the others from it and read the one that is
    left: the colleague with the fewest cases is left out too. It is one whom the edition before
    left out, where there is such a one, lest two editions be subtracted.
    """
    shown = enough(alike(sums, unlike), definition)
    hidden = sum(1 for unit, each in sums.items() if each.n and unit not in shown)
    if hidden == 1 and shown:
        again = shown.keys() & set(left_out_before())
        del shown[min(again or shown, key=lambda unit: (shown[unit].n, unit))]
    return shown


def everybody(
    sums: Mapping[str, Sums], definition: Definition, pool: Pool | None = None
) -> Funnel | None:
    """A department's people against the limits of chance for their volumes, unnamed."""
    people = relabelled(enough(sums, definition), definition.digest)
    if not people or not has_limits(people, definition):
        return None
    return limits_of(people, definition, pool)


def has_limits(people: Mapping[str, Sums], definition: Definition) -> bool:
    """Whether chance has limits by volume: for whole records that have an event or have none."""
    whole = not any(each.fractional for each in people.values())
    yes_or_no = definition.kind is MeasureKind.PROPORTION or stands_beside(definition)
    return yes_or_no and whole


def limits_of(
    people: Mapping[str, Sums], definition: Definition, pool: Pool | None = None
) -> Funnel:
    return ratios(people, definition, pool) if stands_beside(definition) else proportions(people)


def proportions(people: Mapping[str, Sums]) -> Funnel:
    return funnel(
        None,
        type="PR",
        method="exact",  # clinicians' volumes are small
        unit=list(people),
        numerator=[each.numerator / 1_000_000 for each in people.values()],
        denominator=[each.n for each in people.values()],
    )


def outside_words(found: Funnel) -> str:
    """How many are outside the outer limits, and how many chance alone would put there."""
    count, outside = len(found.units), int(found.outside(99.8).sum())
    expected = in_figures(expected_chance_signals(count), 2)
    who = "None" if not outside else str(outside)
    return (
        f"{who} of {how_many(count, 'clinician')} {'is' if outside == 1 else 'are'} outside the "
        f"99.8% limits; chance alone would put about {expected} there."
    )


def beside_peers(
    own: Sums,
    others: Mapping[str, Sums],
    definition: Definition,
    salt: str,
    names: Mapping[str, str] | None = None,
    *,
    pool: Pool | None = None,
) -> Compared:
    """The comparison; whether there are enough others, and who is named, is the policy's to say."""
    peers = relabelled(others, salt, names)
    drawn = funnel_of(own, peers, definition, pool)
    return Compared(
        definition=definition,
        own=own,
        others=peers,
        reading=reading_beside(own, peers, definition, drawn),
        found=drawn,
    )


def funnel_of(
    own: Sums, others: Mapping[str, Sums], definition: Definition, pool: Pool | None = None
) -> Funnel | None:
    """Chance limits by volume: for whole records alone, of which each has an event or none."""
    together = {OWN: own, **others}
    return limits_of(together, definition, pool) if has_limits(together, definition) else None


def reading_beside(
    own: Sums, others: Mapping[str, Sums], definition: Definition, drawn: Funnel | None
) -> str:
    """What standing beside the others says, by rule."""
    word = case_word(definition)
    if own.n < definition.minimum or not own.n:
        return (
            f"{CANNOT_TELL}: {how_many(own.n, word)} in these months, and this measure needs "
            f"{definition.minimum}."
        )
    if drawn is None:
        return spread_words(own, list(others.values()), definition)
    at = drawn.units.index(OWN)
    if stands_beside(definition):
        return reading_of_ratio(drawn, at, how_many(own.n, word))
    return compared(
        outside_99_8=bool(drawn.outside(99.8)[at]),
        outside_95=bool(drawn.outside(95.0)[at]),
        ratio=float(drawn.rate[at]) / drawn.target if drawn.target else 1.0,
        cases=cases_of(own),
        baseline=drawn.target,
        case_word=word,
    )


def spread_words(own: Sums, others: Sequence[Sums], definition: Definition) -> str:
    """Where chance has no limits by volume: what the colleagues' figures span, and no verdict."""
    unit = unit_of_figure(definition)
    values = [v for each in others if (v := value_of(each, definition)) is not None]
    mine = value_of(own, definition)
    if mine is None or not values:
        return f"{CANNOT_TELL}: there is nothing to compare."
    return (
        f"{unit.text(mine)}, where colleagues' figures run from {unit.number(min(values))} to "
        f"{unit.text(max(values))}. This says nothing yet about chance or case mix."
    )


def outside_peers(
    months: Mapping[str, Sequence[MonthSums]],
    definition: Definition,
    *,
    not_alike: Collection[str] = (),
    pool: Pool | None = None,
) -> dict[str, str]:
    """Who is compared with colleagues at all, and on which side of the 99.8% limits they lie.

    Each person over the months that their own page compares, with the colleagues of those months:
    blank within the limits. Whoever has too few colleagues is not there, nor is whoever is not
    comparable: no limit rests on them.
    """
    spans: dict[tuple[str, ...], list[str]] = {}
    for unit, rows in months.items():
        period = usual_period(rows)
        here = tuple(each.month for each in within(rows, period) if each.complete)
        spans.setdefault(here, []).append(unit)
    found: dict[str, str] = {}
    for span, units in spans.items():
        sums = {u: total(m for m in rows if m.month in span) for u, rows in months.items()}
        sides = sides_of(enough(alike(sums, not_alike), definition), definition, pool)
        found |= {u: sides[u] for u in units if u in sides}
    return found


def sides_of(
    sums: Mapping[str, Sums], definition: Definition, pool: Pool | None = None
) -> dict[str, str]:
    """Everybody's side of the outer limits, where there are enough people and limits at all."""
    facts = PeerFacts(others=len(sums) - 1)
    if not has_limits(sums, definition) or why_not_compare(facts):
        return {}
    found = limits_of(sums, definition, pool)
    high = found.rate > found.target
    return {
        unit: (UNUSUALLY_HIGH if above else UNUSUALLY_LOW) if outside else ""
        for unit, outside, above in zip(sums, found.outside(99.8), high, strict=True)
    }
