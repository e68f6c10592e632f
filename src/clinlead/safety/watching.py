"""Which measures are watched where, under which wording and rule, and what is expected there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from clinlead.casemix.models import CaseMixModel
from clinlead.casemix.queries import in_force as case_mix_in_force
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
    model = model_of(measure)
    if model is not None and cases.risk is not None:
        return by_model(measure, cases, model, kept, at=at)
    if kept and not is_due_again(kept.first_day, kept.last_day, mature_to):
        return kept
    baseline = cases.up_to(baseline_end(cases.day_at(0), mature_to))
    if baseline.event.sum() < FEWEST_EVENTS:
        return kept
    return worked_out(measure, baseline, number=kept.number + 1 if kept else 1, at=at)


def model_of(measure: MeasureVersion) -> CaseMixModel | None:
    """The case-mix model whose risks this measure is watched by, if one is in force."""
    found = case_mix_in_force(read_definition(measure.definition).model or measure.code)
    return found if found is not None and found.content["family"] == "binomial" else None


def by_model(
    measure: MeasureVersion,
    cases: Cases,
    model: CaseMixModel,
    kept: Expectation | None,
    *,
    at: datetime,
) -> Expectation | None:
    """What a version of the case-mix model expects, with limits by run length on these cases' mix.

    Kept while the same version is in force.
    """
    if kept and (kept.model, kept.model_version) == (model.code, model.version):
        return kept
    known = cases.with_risk()
    if not len(known):
        return kept
    baseline = known.up_to(baseline_end(known.day_at(0), known.day_at(-1)))
    if baseline.event.sum() < FEWEST_EVENTS:
        return kept
    return Expectation(
        **counted(measure, baseline, number=kept.number + 1 if kept else 1, at=at),
        **limits_on(baseline.risk),
        terms={"intercept": 0.0, "levels": {}},
        auc=model.judged["auc"],
        model=model.code,
        model_version=model.version,
    )


def counted(
    measure: MeasureVersion, baseline: Cases, *, number: int, at: datetime
) -> dict[str, Any]:
    """What is kept of the cases that an expectation comes from."""
    return {
        "measure": measure.code,
        "version": measure.version,
        "number": number,
        "first_day": baseline.day_at(0),
        "last_day": baseline.day_at(-1),
        "cases": len(baseline),
        "events": int(baseline.event.sum()),
        "made_at": at,
    }


def limits_on(risk: Any) -> dict[str, float]:
    """Both arms' limits, so that ordinary care reaches one so seldom on these cases' own mix."""
    from clinmeasures.monitoring import limit_for_run_length  # slow: SciPy

    run_length = settings.CONFIGURATION.safety_run_length
    return {
        "odds_ratio": ODDS_RATIO,
        "run_length": run_length,
        "limit": limit_for_run_length(risk, run_length, odds_ratio=ODDS_RATIO),
        "limit_low": limit_for_run_length(risk, run_length, odds_ratio=1 / ODDS_RATIO),
    }


def in_force(code: str, version: int) -> Expectation | None:
    found = Expectation.objects.filter(measure=code, version=version)
    return found.order_by("-number").first()


def worked_out(
    measure: MeasureVersion, baseline: Cases, *, number: int, at: datetime
) -> Expectation:
    """Fit the expected risks and find the limit; not saved yet, so that nothing is half kept."""
    model = fitted(baseline.levels, baseline.event)
    return Expectation(
        **counted(measure, baseline, number=number, at=at),
        **limits_on(risks(model.terms, baseline.levels, len(baseline))),
        terms=model.terms.as_json(),
        auc=model.auc,
    )
