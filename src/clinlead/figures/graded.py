"""The data-quality grades of a figure's months, in the words under its chart."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clinlead.figures.charting import Charted
from clinlead.figures.grading import month_grades
from clinlead.figures.presenters import month_words
from clinlead.intake.models import Load
from clinmeasures.activity.monthly import MonthGrade
from clinmeasures.activity.quality import Grade
from clinmeasures.wording.units import how_many

MOST = 6  # months whose reason stands under the chart


@dataclass(frozen=True, kw_only=True)
class Graded:
    """The grade of each month with a record, what they add up to, and why where it is no A."""

    by_month: Mapping[str, MonthGrade]
    said: str
    reasons: Sequence[str]


NOT_GRADED = Graded(by_month={}, said="", reasons=())


def graded_months(chart: Charted, rule: str, loads: Iterable[Load]) -> Graded:
    """The grades of a chart's months, by the data that its measure reads."""
    months = [each.month for each in chart.months if each.sums.n]
    return graded_as(month_grades(chart.definition, rule, months, loads) if months else {})


def graded_as(grades: Mapping[str, MonthGrade]) -> Graded:
    """Grades that are known already, in the same words."""
    return Graded(by_month=grades, said=counted(grades), reasons=reasons(grades))


def marks(grades: Mapping[str, MonthGrade], chart: Charted) -> list[str]:
    """The letter at each of a chart's months whose data are poor; blank at the others."""
    return [grades[m.month].mark if m.month in grades else "" for m in chart.months]


def counted(grades: Mapping[str, MonthGrade]) -> str:
    """How many months have each grade: "Data of 36 months: 34 of grade A, 2 of grade C."."""
    if not grades:
        return ""
    counts = Counter(each.grade for each in grades.values())
    said = [f"{counts[grade]} of grade {grade}" for grade in Grade if counts[grade]]
    said += [f"{counts[None]} not graded"] if counts[None] else []
    return f"Data of {how_many(len(grades), 'month')}: {', '.join(said)}."


def reasons(grades: Mapping[str, MonthGrade]) -> list[str]:
    """Why, for the worst months and of these the newest first."""
    below = [(month, each) for month, each in grades.items() if each.grade not in (Grade.A, None)]
    newest = sorted(below, key=lambda pair: pair[0], reverse=True)
    worst = sorted(newest, key=lambda pair: pair[1].grade or "", reverse=True)
    return [
        f"{month_words(month)}, grade {each.grade}: {each.because}" for month, each in worst[:MOST]
    ]
