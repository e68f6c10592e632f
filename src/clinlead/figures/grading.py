"""The data-quality grade of a measure's months: by the checks of what the measure reads."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, QuerySet, TextField, Value
from django.db.models.functions import Cast

from clinlead.figures.models import FactsMonth
from clinlead.intake.models import FailingRow, Load, LoadState, Outcome
from clinmeasures.activity.expectations import Expectation, owner_of
from clinmeasures.activity.monthly import (
    SAYS_SET_ASIDE,
    SET_ASIDE,
    Answer,
    MonthGrade,
    checks_of,
    month_grade,
)
from clinmeasures.definitions import Definition
from clinmeasures.definitions.behind import Column, columns_behind
from clinmeasures.definitions.fields import JOINING

CHECKED = "checked"  # beside the outcomes of failing rows


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What there is to grade the months of some data sets by."""

    months: Mapping[tuple[str, str], Mapping[str, Any]]  # data set and month → its rows' answers
    loads: Mapping[str, Mapping[str, Mapping[str, Any]]]  # data set → check → the loads' answer
    aside: Mapping[tuple[str, str], int] = field(default_factory=dict)
    accepted: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    def by_month(self, dataset: str) -> bool:
        """Whether its rows were checked month by month, rather than load by load."""
        return any(name == dataset for name, _ in self.months)


def month_grades(
    definition: Definition, rule: str, months: Collection[str], loads: Iterable[Load]
) -> dict[str, MonthGrade]:
    """The grade of each of a measure's months; one query beside the loads in use."""
    columns = columns_behind(definition, rule)
    return graded(columns, months, quality_of({name for name, _ in columns}, months, loads))


def graded(
    columns: Iterable[Column], months: Iterable[str], quality: Quality
) -> dict[str, MonthGrade]:
    """The grade of each month, of what stands in these columns."""
    read: dict[str, set[str]] = defaultdict(set)
    for dataset, column in columns:
        read[dataset].add(column)
    checks = {dataset: checks_of(dataset, names) for dataset, names in sorted(read.items())}
    return {month: month_grade(answers(checks, month, quality)) for month in months}


def answers(
    checks: Mapping[str, list[Expectation]], month: str, quality: Quality
) -> Iterable[Answer]:
    """What the rows of a month say to each check that matters, and how many were set aside."""
    for dataset, rules in checks.items():
        for rule in rules:
            yield answer(dataset, rule, month, quality)
        if quality.by_month(dataset):
            yield set_aside(dataset, month, quality)


def set_aside(dataset: str, month: str, quality: Quality) -> Answer:
    """How many rows of a month came and could not be taken in."""
    rows = quality.months.get((dataset, month), {}).get("rows", 0)
    aside = quality.aside.get((dataset, month), 0)
    return Answer(
        dataset=dataset,
        says=SAYS_SET_ASIDE,
        severity="serious",
        owner=owner_of(dataset),
        applicable=rows + aside,
        failed=aside,
    )


def answer(dataset: str, rule: Expectation, month: str, quality: Quality) -> Answer:
    """One check's answer: by the month's rows, else by the newest loads as a whole."""
    loaded = quality.loads.get(dataset, {}).get(rule.code, {})
    applicable, failed = loaded.get("applicable", 0), loaded.get("failed", 0)
    if quality.by_month(dataset):
        found = quality.months.get((dataset, month), {}).get("checks", {})
        applicable, failed = found.get(rule.code, (0, 0))
        failed = max(failed - quality.accepted.get((dataset, rule.code, month), 0), 0)
    return Answer(
        dataset=dataset,
        says=rule.says,
        severity=rule.severity,
        owner=rule.owner,
        applicable=applicable,
        failed=failed,
        because=loaded.get("because", ""),
    )


def quality_of(
    datasets: Collection[str], months: Collection[str], loads: Iterable[Load]
) -> Quality:
    """Read once for every measure that reads these data sets; `loads` are those in use."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    aside: dict[tuple[str, str], int] = defaultdict(int)
    accepted: dict[tuple[str, str, str], int] = {}
    for dataset, month, outcome, said, rows in noted(datasets, months):
        if outcome == CHECKED:
            found[dataset, month] = json.loads(said)
        elif outcome == Outcome.ACCEPTED:
            accepted[dataset, said, month] = rows
        elif said.startswith(SET_ASIDE):
            aside[dataset, month] += rows
    newest = newest_of_sources(load for load in loads if load.dataset in datasets)
    for load in newest:
        for month, rows in load.quality.get("unlisted", {}).items():
            aside[load.dataset, month] += rows
    by_load = loads_said(newest)
    months_checked = {place: answers for place, answers in found.items() if answers}
    return Quality(months=months_checked, loads=by_load, aside=aside, accepted=accepted)


def noted(
    datasets: Collection[str], months: Collection[str]
) -> QuerySet[Any, tuple[str, str, str, str, int]]:
    """What months' rows say to their checks, and how many rows fail each or were set aside.

    Data set, month, outcome, the check or all the answers as JSON, rows; one query.
    """
    columns = ("dataset", "month", "outcome", "check_code", "rows")
    facts = FactsMonth.objects.filter(dataset__in=set(datasets) - set(JOINING), month__in=months)
    checked = facts.annotate(
        outcome=Value(CHECKED, output_field=CharField()),
        check_code=Cast("checks", TextField()),
        rows=Value(0),
    )
    failing = FailingRow.objects.filter(
        dataset__in=datasets, month__in=months, load__state=LoadState.ACTIVE
    ).exclude(outcome=Outcome.CORRECTED)
    grouped = failing.values("dataset", "month", "outcome", "check_code").annotate(rows=Count("pk"))
    return checked.values_list(*columns).union(grouped.values_list(*columns), all=True)


def newest_of_sources(loads: Iterable[Load]) -> list[Load]:
    """Of each data set the newest load of each source."""
    found = {(each.dataset, each.source): each for each in sorted(loads, key=lambda x: x.number)}
    return list(found.values())


def loads_said(loads: Iterable[Load]) -> dict[str, dict[str, dict[str, Any]]]:
    """What these loads, the newest of each source, say to the checks of their data sets, added up.

    What one source cannot answer is not answered.
    """
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for load in loads:
        for each in load.quality.get("checks", ()):
            known = found[load.dataset].setdefault(
                each["code"], {"applicable": 0, "failed": 0, "because": ""}
            )
            known["applicable"] += each["applicable"]
            known["failed"] += each["failed"]
            known["because"] = known["because"] or each.get("because", "")
    return found
