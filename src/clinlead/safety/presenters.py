"""A signal as its page says it: plain words, no verdict."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinlead.access.policies import Button, Reader, Role
from clinlead.figures.policies import why_not_show_individually
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, find, read_definition
from clinlead.safety.charting import Chart, picture_of
from clinlead.safety.expecting import Terms, words_of
from clinlead.safety.models import Expectation, Happening, Signal
from clinlead.safety.policies import (
    SignalFacts,
    why_not_acknowledge,
    why_not_answer,
    why_not_read_own,
)
from clinlead.safety.queries import challenges_on
from clinlead.safety.wording import (
    by_chance_words,
    case_by_case,
    challenged_words,
    climb_words,
    on_day,
)
from clinmeasures.attribution import RULES
from clinmeasures.definitions import Definition
from clinmeasures.wording.units import in_figures


@dataclass(frozen=True)
class SignalLine:
    """One signal in a list; a colleague's name stands on the signal's own page alone."""

    signal: Signal
    title: str
    whose: str
    state: str
    colour: str

    @classmethod
    def of(cls, signal: Signal, title: str, reader: Reader) -> "SignalLine":
        own = signal.person_id is not None and signal.person_id == reader.person_id
        whose = f"{signal.department}, as a department"
        if signal.person_id is not None:
            whose = "Your own patients" if own else f"A clinician of {signal.department}"
        return cls(signal, title, whose, *state_of(signal))


def state_of(signal: Signal) -> tuple[str, str]:
    """Where it stands in words, and the colour of the tag that says so."""
    if signal.gone_at is not None:
        return "no longer there after a correction", "grey"
    if signal.acknowledged_at is not None:
        return "acknowledged", "green"
    if signal.due_on is None:
        return "long past when it was found", "grey"
    if signal.escalated_at is not None:
        return "sent to the medical director", "orange"
    return f"to be acknowledged by {on_day(signal.due_on)}", "yellow"


@dataclass(frozen=True, kw_only=True)
class SignalPage:
    """Everything that one signal's page shows."""

    signal: Signal
    definition: Definition
    heading: str
    question: str
    whose: str
    summary: str
    since: str
    state: tuple[str, str]
    chart: Chart | None
    challenged: int
    rule: str
    covariates: str
    by_chance: str
    records: str
    happenings: list[Happening]
    acknowledge: Button
    done: Button
    owner: Button
    own: bool
    names: bool  # whether this reader reads names here; who builds works with codes

    @property
    def known(self) -> str:
        if self.signal.expectation.model:
            return "what the case-mix model knows, and no more"
        return f"{self.covariates or 'nothing of the patients'} alone"

    @property
    def may_answer(self) -> bool:
        return self.done.enabled

    @property
    def add_words(self) -> Button:
        return Button("Save your words", enabled=True)

    @property
    def coefficients(self) -> list[list[str]]:
        terms = Terms.from_json(self.signal.expectation.terms)
        rows = [
            [words_of([name]), level, in_figures(value, 2)]
            for name, levels in terms.levels.items()
            for level, value in levels.items()
        ]
        return [["all cases", "", in_figures(terms.intercept, 2)], *rows]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """What can be behind it, with what there is to say of each; data first."""
        return [
            ("Records", challenged_words(self.challenged)),
            (
                "Whose patients",
                f"Cases count for {self.rule}; others may have cared for them.",
            ),
            (
                "How ill they were",
                f"What is expected knows {self.known}. "
                "Patients who were more ill than these tell would make this signal.",
            ),
            ("Chance", self.by_chance),
            ("Care", "A change in staffing, in a ward or in treatment: who works there knows."),
        ]


def page_of(signal: Signal, facts: SignalFacts, reader: Reader) -> SignalPage:
    found = find(signal.measure, signal.version)
    if found is None:
        raise LookupError(f"{signal.measure} version {signal.version} is not in the register")
    definition = read_definition(found.definition)
    own = signal.person_id is not None and signal.person_id == reader.person_id
    picture = picture_of(signal, question=question(own))
    heading = f"{case_by_case(definition.title)}: unusually high"
    return SignalPage(
        signal=signal,
        definition=definition,
        heading=heading,
        question=question(own),
        whose=whose_words(signal, reader),
        summary=climb_words(signal.observed, signal.cases, signal.expected),
        since=on_day(signal.started_on),
        state=state_of(signal),
        chart=picture.chart,
        challenged=challenges_on(picture.keys, definition.record),
        rule=RULES[signal.rule].words,
        covariates=covariates_of(signal.expectation),
        by_chance=by_chance_words(signal.expectation.run_length),
        records=records_address(signal, reader, own=own),
        happenings=list(signal.happenings.select_related("by__person")),
        acknowledge=Button.guarded("Acknowledge", why_not_acknowledge(reader, facts, "words")),
        done=Button.guarded("Save", why_not_answer(reader, facts, "words")),
        owner=Button.guarded("I have read this", why_not_read_own(reader, facts)),
        own=own,
        names=not builds_only(signal, reader),
    )


def covariates_of(expected: Expectation) -> str:
    """What is known of the patients: by the case-mix model, or a few things alone."""
    return "case mix" if expected.model else words_of(list(expected.terms["levels"]))


def question(own: bool) -> str:
    whose = "your patients" if own else "these patients"
    return f"Do more events happen to {whose} than to patients like them elsewhere in the trust?"


def whose_words(signal: Signal, reader: Reader) -> str:
    """Who builds figures works with codes where names are not needed."""
    if signal.person is None:
        return f"{signal.department}, as a department"
    if signal.person_id == reader.person_id:
        return "Your own patients"
    label = signal.person.code if builds_only(signal, reader) else signal.person.name
    return f"{label}, {signal.department}"


def builds_only(signal: Signal, reader: Reader) -> bool:
    return reader.has(Role.ANALYST) and signal.department_id not in reader.leads


def records_address(signal: Signal, reader: Reader, *, own: bool) -> str:
    """The figure's own list of records, for whoever may open it; none where it is not shown."""
    if signal.person is None or not (own or sees_records(signal, reader)):
        return ""
    chosen = chosen_by([signal.department], reader.on).filter(measure__code=signal.measure)
    if all(hidden_for_one(one) for one in chosen):
        return ""
    place = "/me/" if own else f"/departments/{signal.department.code}/people/{signal.person.code}/"
    months = f"from={signal.started_on:%Y-%m}&to={signal.signalled_on:%Y-%m}"
    return f"{place}figures/{signal.measure}/records/?{months}&rule={signal.rule}"


def sees_records(signal: Signal, reader: Reader) -> bool:
    return signal.department_id in reader.leads or reader.has(Role.ANALYST)


def hidden_for_one(choice: DepartmentMeasure) -> bool:
    team = read_definition(choice.measure.definition).level == "team"
    decided = choice.shown_individually
    return why_not_show_individually(team_level=team, decided=decided) is not None


def lines_of(signals: Iterable[Signal], named: dict[str, str], reader: Reader) -> list[SignalLine]:
    return [SignalLine.of(one, named.get(one.measure, one.measure), reader) for one in signals]
