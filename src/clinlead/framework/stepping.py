"""All streams together as a stepped wedge: departments start at different times, and each month
sets those that have started beside those that have not. Association, never effect.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clinlead.figures.charting import next_month
from clinlead.figures.sums import unit_of_figure, value_of
from clinlead.framework.series import Months
from clinmeasures.casemix import casemix
from clinmeasures.definitions import Definition
from clinmeasures.errors import BadInput
from clinmeasures.wording.units import how_many

FEWEST = 8  # departments: errors that allow for likeness within so few are too small
AFTER = "after"
LEVEL = 0.95


@dataclass(frozen=True)
class Step:
    """How months after the start differ, with the 95% interval."""

    estimate: float
    lower: float
    upper: float
    departments: int
    started: int

    def in_words(self, definition: Definition) -> str:
        unit = unit_of_figure(definition)
        return (
            f"Months after the start differ by {unit.text(self.estimate)} (95% interval "
            f"{unit.number(self.lower)} to {unit.text(self.upper)}) from what the same months of "
            f"other departments, and the same departments’ other months, would suggest: "
            f"{how_many(self.departments, 'department')}, of which {self.started} had started. "
        )


def stepped(
    by_department: Mapping[int, Months], starts: Mapping[int, date], definition: Definition
) -> Step:
    """A value for each department and month; differences between departments, and between months,
    taken out; weighted by cases; errors that allow for likeness within a department.
    """
    rows = list(panel(by_department, starts, definition))
    departments = {row[AFTER_OF] for row in rows}
    started = {row[AFTER_OF] for row in rows if row[0]}
    if len(departments) < FEWEST or not started:
        raise BadInput(
            f"{how_many(len(departments), 'department')}, of which {len(started)} had started: "
            f"fewer than {FEWEST}, or none that started, say nothing together."
        )
    names = (AFTER, "department", "month", "value", "cases")
    data = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    found = casemix(
        data,
        outcome="value",
        covariates=[AFTER, "department", "month"],
        categorical=["department", "month"],
        weights="cases",
        cluster="department",
        family="gaussian",
    )
    term = next(each for each in found.coefficients if each.term == AFTER)
    wide = quantile(len(departments) - 1) * (term.se or 0.0)
    return Step(
        term.estimate, term.estimate - wide, term.estimate + wide, len(departments), len(started)
    )


AFTER_OF = 1  # where a row has its department
Row = tuple[int, str, str, float, int]


def panel(
    by_department: Mapping[int, Months], starts: Mapping[int, date], definition: Definition
) -> Iterable[Row]:
    """After, department, month, value and cases; a month without a value is not there."""
    for department, months in by_department.items():
        begun = starts.get(department)
        change = next_month(f"{begun:%Y-%m}") if begun else ""
        for month, (sums, _) in months.items():
            value = value_of(sums, definition)
            if value is not None:
                after = int(bool(change) and month >= change)
                yield after, str(department), month, value, sums.n


def quantile(freedom: int) -> float:
    """Of Student's t, both sides together."""
    from scipy.stats import t  # a third of a second to load, and this page alone needs it

    return float(t.ppf((1 + LEVEL) / 2, freedom))
