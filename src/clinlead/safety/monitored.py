"""Case by case for one clinician or a department, whether or not anything signalled."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from clinlead.access.policies import Reader
from clinlead.figures.facts import files_of
from clinlead.figures.queries import Membership, is_person, latest_generation, membership
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Department, Person
from clinlead.safety.charting import KEPT, Chart, Sequence, arm_of, drawn_of, own_cases
from clinlead.safety.foretelling import foretold, risk_of
from clinlead.safety.models import Expectation, Signal
from clinlead.safety.sequences import Cases, mature_to
from clinlead.safety.watching import Watch, in_force, watches
from clinlead.safety.wording import by_chance_words, case_by_case, on_day
from clinmeasures.definitions import Definition
from clinmeasures.wording.power import smallest_detectable_rate_ratio
from clinmeasures.wording.readings import CANNOT_TELL, times
from clinmeasures.wording.units import how_many, in_figures


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One sequence drawn, and what its cases add up to."""

    chart: Chart | None = None
    cases: int = 0
    without_risk: int = 0
    observed: int = 0
    expected: float = 0.0
    contributors: int = 0
    lows: tuple[date, ...] = ()  # when the arm for halved odds reached its limit


NOTHING = Drawn()


@dataclass(frozen=True, kw_only=True)
class Monitored:
    """Everything that one page of monitoring shows."""

    definition: Definition
    whose: str
    question: str
    drawn: Drawn
    signals: tuple[Signal, ...]
    expectation: Expectation | None

    @property
    def title(self) -> str:
        return case_by_case(self.definition.title)

    @property
    def reading(self) -> str:
        return reading_of(self.drawn, len(self.signals))

    @property
    def said(self) -> tuple[str, ...]:
        return said_of(self.drawn, self.expectation)


def watch_of(department: Department, measure: str, reader: Reader) -> Watch | None:
    """How a measure is watched for a department; None where it is not."""
    found = (each for each in watches(reader.on) if each.measure.code == measure)
    return next((each for each in found if department in each.departments), None)


def monitored(
    watch: Watch, department: Department, person: Person | None, *, whose: str, question: str
) -> Monitored:
    """The page of one clinician's cases, or of a department's."""
    definition = read_definition(watch.measure.definition)
    expectation = in_force(watch.measure.code, watch.measure.version)
    who = person.code if person else membership(department)
    drawn = picture(watch, definition, expectation, who, question) if expectation else NOTHING
    theirs = Signal.objects.filter(measure=watch.measure.code, gone_at=None, person=person)
    theirs = theirs if person else theirs.filter(department=department)
    return Monitored(
        definition=definition,
        whose=whose,
        question=question,
        drawn=drawn,
        signals=tuple(theirs.order_by("signalled_on")),
        expectation=expectation,
    )


def picture(
    watch: Watch,
    definition: Definition,
    expectation: Expectation,
    who: str | Membership,
    question: str,
) -> Drawn:
    last = mature_to(definition, latest_generation())
    if last is None:
        return NOTHING
    sequence = Sequence(
        wanted=watch.wanted,
        last=last,
        who=who,
        files=tuple(files_of(definition.record)),
        expectation=expectation.pk,
    )
    return drawn_once(sequence, expectation, question)


@lru_cache(maxsize=KEPT)
def drawn_once(sequence: Sequence, expectation: Expectation, question: str) -> Drawn:
    """Drawn once for every state of the figures, as a signal's own chart is."""
    whole = own_cases(sequence)
    cases = foretold(whole, expectation) if whole else None
    if whole is None or cases is None or not len(cases):
        return NOTHING
    arms = [arm_of(cases, expectation, expectation.odds_ratio)]
    if expectation.limit_low is not None:
        arms.append(arm_of(cases, expectation, 1 / expectation.odds_ratio))
    observed, expected = int(cases.event.sum()), float(risk_of(cases, expectation).sum())
    said = totals(observed, len(cases), expected)
    return Drawn(
        chart=drawn_of(cases, arms, question=question, description=said, prefix="monitored"),
        cases=len(cases),
        without_risk=len(whole) - len(cases),
        observed=observed,
        expected=expected,
        contributors=contributors_of(cases),
        lows=tuple(cases.day_at(one.index - 1) for arm in arms[1:] for one in arm.signals),
    )


def contributors_of(cases: Cases) -> int:
    """How many clinicians' cases these are; a pool and nobody are none."""
    units = {cases.unit.names[code] for code in set(cases.unit.codes.tolist())}
    return sum(is_person(one) for one in units)


def totals(observed: int, cases: int, expected: float) -> str:
    return (
        f"{in_figures(observed)} of {how_many(cases, 'case')} had the event, where "
        f"{in_figures(expected, 1)} were expected."
    )


def reading_of(drawn: Drawn, signals: int) -> str:
    """What the chart says: signals by number, none as none, too few as too few."""
    if not drawn.cases:
        return f"{CANNOT_TELL}: no case is mature yet, or nothing can be expected of anybody."
    if signals:
        return f"{how_many(signals, 'signal')} so far: a reason to look, and no verdict."
    if drawn.lows:
        return f"Unusually low, most lately on {on_day(drawn.lows[-1])}: fewer than expected."
    found = smallest_detectable_rate_ratio(drawn.expected)
    if found.above is None:
        return f"{CANNOT_TELL}: with so few events expected, no difference would show."
    return (
        f"No signal. Over all of these cases, only a difference of more than {times(found.above)} "
        "would be sure to show."
    )


def said_of(drawn: Drawn, expected: Expectation | None) -> tuple[str, ...]:
    if not drawn.cases or expected is None:
        return ()
    said = [totals(drawn.observed, drawn.cases, drawn.expected)]
    if drawn.lows:
        said.append(
            f"The lower chart reached its limit {how_many(len(drawn.lows), 'time')}, most lately "
            f"on {on_day(drawn.lows[-1])}. Nobody is asked to answer that: fewer events can be "
            "good care, chance, or events that were not recorded."
        )
    if drawn.without_risk:
        said.append(
            f"{how_many(drawn.without_risk, 'case')} of which something is missing that the model "
            "needs are not on the chart."
        )
    return (*said, by_chance_words(expected.run_length))
