"""Which measures are watched where, under which wording and rule, and what is expected there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from clinlead.figures.queries import Wanted
from clinlead.figures.records import SHARES
from clinlead.measures.models import DepartmentMeasure, MeasureVersion, SafetyMark
from clinlead.measures.queries import chosen_by, find, read_definition, running_marks
from clinlead.organisation.models import Department
from clinlead.safety.expecting import (
    FEWEST_EVENTS,
    baseline_end,
    fitted,
    is_due_again,
    risks,
)
from clinlead.safety.models import Expectation
from clinlead.safety.sequences import Cases
from clinmeasures.definitions import Definition

ODDS_RATIO = 2.0  # what the chart looks for: doubled odds


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One wording of a measure under one rule, and the departments that it is watched for."""

    measure: MeasureVersion
    rule: str
    departments: tuple[Department, ...]

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.measure.code, self.measure.version, self.rule)


def watches(on: date) -> list[Watch]:
    """Everything that is watched on a day; departments that use a measure alike together."""
    marks = list(running_marks())
    if not marks:
        return []
    departments = list(Department.objects.all())
    chosen = {(c.measure.code, c.department_id): c for c in chosen_by(departments, on)}
    groups: dict[tuple[int, str], tuple[MeasureVersion, list[Department]]] = {}
    for code in sorted({mark.measure for mark in marks}):
        newest = find(code)
        if newest is None:
            continue
        for one in covered(code, marks, departments):
            measure, rule = used_by(chosen.get((code, one.pk)), newest)
            groups.setdefault((measure.pk, rule), (measure, []))[1].append(one)
    return [
        Watch(measure=measure, rule=rule, departments=tuple(some))
        for (_, rule), (measure, some) in groups.items()
    ]


def covered(
    code: str, marks: Iterable[SafetyMark], departments: list[Department]
) -> list[Department]:
    """The departments for which a measure is marked; a mark of the trust is for every one."""
    places = {mark.department_id for mark in marks if mark.measure == code}
    return [one for one in departments if None in places or one.pk in places]


def used_by(choice: DepartmentMeasure | None, newest: MeasureVersion) -> tuple[MeasureVersion, str]:
    """The wording and rule that a department chose; a case is one clinician's, never shared."""
    measure = choice.measure if choice else newest
    allowed = whole_rules(read_definition(measure.definition))
    if choice and choice.rule in allowed:
        return measure, choice.rule
    return measure, allowed[0]


def whole_rules(definition: Definition) -> list[str]:
    """The rules under which a case is one clinician's; a measure without one is never marked."""
    return [rule for rule in definition.attribution if rule != SHARES]


def expectation_for(measure: MeasureVersion, cases: Cases, *, at: datetime) -> Expectation | None:
    """What is expected under this wording: kept, or worked out now; None while it cannot be."""
    kept = in_force(measure.code, measure.version)
    mature_to = cases.day_at(-1)
    if kept and not is_due_again(kept.first_day, kept.last_day, mature_to):
        return kept
    baseline = cases.up_to(baseline_end(cases.day_at(0), mature_to))
    if baseline.event.sum() < FEWEST_EVENTS:
        return kept
    return worked_out(measure, baseline, number=kept.number + 1 if kept else 1, at=at)


def in_force(code: str, version: int) -> Expectation | None:
    found = Expectation.objects.filter(measure=code, version=version)
    return found.order_by("-number").first()


def worked_out(
    measure: MeasureVersion, baseline: Cases, *, number: int, at: datetime
) -> Expectation:
    """Fit the expected risks and find the limit; not saved yet, so that nothing is half kept."""
    from clinmeasures.monitoring import limit_for_run_length  # slow: SciPy

    model = fitted(baseline.levels, baseline.event)
    run_length = settings.CONFIGURATION.safety_run_length
    return Expectation(
        measure=measure.code,
        version=measure.version,
        number=number,
        terms=model.terms.as_json(),
        first_day=baseline.day_at(0),
        last_day=baseline.day_at(-1),
        cases=len(baseline),
        events=int(baseline.event.sum()),
        auc=model.auc,
        odds_ratio=ODDS_RATIO,
        run_length=run_length,
        limit=limit_for_run_length(
            risks(model.terms, baseline.levels, len(baseline)), run_length, odds_ratio=ODDS_RATIO
        ),
        made_at=at,
    )
