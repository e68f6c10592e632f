"""A signal's own chart, drawn anew from the cases as they are now: VLAD above, CUSUM below."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from numpy.typing import NDArray

from clinlead.figures.facts import files_of
from clinlead.figures.queries import Membership, Wanted, latest_generation, membership
from clinlead.measures.queries import find, read_definition
from clinlead.safety.finding import MonthsAndUnits
from clinlead.safety.foretelling import foretold, risk_of
from clinlead.safety.models import Expectation, Signal
from clinlead.safety.sequences import START, Cases, cases_of, mature_to
from clinlead.safety.wording import on_day

WIDE, NARROW = 720, 320
KEPT = 100  # drawings a process keeps, of about 100 kB each
NAMES = ("unusually high", "unusually low")  # on a page about a person nothing is better or worse


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Two drawings, their table, and what they are of."""

    wide: str
    narrow: str
    columns: list[str]
    rows: list[list[str]]
    cases: int
    first: date
    last: date


def chart_of(
    signal: Signal, cases: Cases | None, *, question: str, description: str
) -> Chart | None:
    """None where no case is left: a load was withdrawn, or records went elsewhere."""
    if cases is None or not len(cases):
        return None
    arms = [climbed(cases, signal)]
    return drawn_of(
        cases, arms, question=question, description=description, prefix=f"signal-{signal.pk}"
    )


def drawn_of(
    cases: Cases, arms: list[Any], *, question: str, description: str, prefix: str
) -> Chart:
    """VLAD above, the CUSUM of one arm or both below, and the table beside."""
    from clinmeasures.charts.monitoring import monitoring_chart, monitoring_table  # slow: SciPy

    table = monitoring_table(*arms, names=NAMES)
    drawn = [
        monitoring_chart(
            *arms,
            title=question,
            description=description,
            id_prefix=f"{prefix}-{width}",
            events="events",
            names=NAMES,
            width=width,
        )
        for width in (WIDE, NARROW)
    ]
    return Chart(
        wide=drawn[0],
        narrow=drawn[1],
        columns=list(table.headings),
        rows=[list(row) for row in table.rows],
        cases=len(cases),
        first=cases.day_at(0),
        last=cases.day_at(-1),
    )


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """Which cases are the signal's own: one clinician's, or those that count for a department."""

    wanted: Wanted
    last: date
    who: str | Membership
    files: tuple[str, ...]  # the files of a generation never change: another has others
    expectation: int  # what is expected, which never changes either


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The chart of a signal, and the records of its climb."""

    chart: Chart | None
    keys: tuple[str, ...]


def picture_of(signal: Signal, *, question: str) -> Drawn:
    """Nothing is drawn where no case is mature yet."""
    found = find(signal.measure, signal.version)
    if found is None:
        return Drawn(chart=None, keys=())
    definition = read_definition(found.definition)
    last = mature_to(definition, latest_generation())
    if not last:
        return Drawn(chart=None, keys=())
    sequence = Sequence(
        wanted=Wanted(signal.measure, signal.version, signal.rule),
        last=last,
        who=signal.person.code if signal.person else membership(signal.department),
        files=tuple(files_of(definition.record)),
        expectation=signal.expectation_id,
    )
    return drawn_once(sequence, signal, question, spoken(signal))


@lru_cache(maxsize=KEPT)
def drawn_once(sequence: Sequence, signal: Signal, question: str, description: str) -> Drawn:
    """Drawn once for every state of the figures: walking each case takes half a second."""
    whole = own_cases(sequence)
    cases = foretold(whole, signal.expectation) if whole else None
    keys = keys_between(cases, signal.started_on, signal.signalled_on) if cases else []
    chart = chart_of(signal, cases, question=question, description=description)
    return Drawn(chart=chart, keys=tuple(keys))


def own_cases(sequence: Sequence) -> Cases | None:
    if isinstance(sequence.who, str):
        return cases_of(sequence.wanted, last=sequence.last, units=[sequence.who])
    cases = cases_of(sequence.wanted, last=sequence.last, units=sequence.who.units())
    return cases.at(MonthsAndUnits.of(cases).theirs(sequence.who)) if cases else None


def climbed(cases: Cases, signal: Signal) -> Any:
    return arm_of(cases, signal.expectation, signal.expectation.odds_ratio)


def arm_of(cases: Cases, expected: Expectation, odds_ratio: float) -> Any:
    """The CUSUM that looks for these odds, over one clinician's or department's cases."""
    from clinmeasures.monitoring import cusum  # slow: SciPy

    days: NDArray[Any] = cases.day.astype("datetime64[D]").astype(str)
    made = cusum(
        outcome=cases.event,
        risk=risk_of(cases, expected),
        date=days,
        odds_ratio=odds_ratio,
        limit=expected.limit if odds_ratio > 1 else expected.limit_low,
    )
    return made[0]


def keys_between(cases: Cases, first: date, last: date) -> list[str]:
    """The records of a climb."""
    here = (cases.day >= (first - START).days) & (cases.day <= (last - START).days)
    return [str(key) for key in cases.key[here]]


def spoken(signal: Signal) -> str:
    """What the chart shows, read aloud."""
    return (
        f"The evidence that events are more frequent than expected climbs from about "
        f"{on_day(signal.started_on)} and reaches its limit on {on_day(signal.signalled_on)}."
    )
