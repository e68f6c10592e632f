"""The data-quality grades of released months: frozen with the figure, and read again by readers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clinlead.figures.charting import Charted
from clinlead.figures.graded import Graded, graded_as
from clinlead.figures.grading import graded, quality_of
from clinlead.intake.queries import in_use
from clinlead.releases.live import Draft
from clinlead.releases.models import FigureKey, ReleasedFigure
from clinmeasures.activity.monthly import MonthGrade
from clinmeasures.activity.quality import Grade
from clinmeasures.definitions.behind import columns_behind

Kept = Mapping[str, list[str]]  # month → grade, and why where it is no A


def grades_now(drafts: Iterable[Draft]) -> dict[FigureKey, dict[str, list[str]]]:
    """Of each figure, the grade of every month that goes out; three queries for all.

    They are the measure's, and the same for everybody: they rest on the rows that it reads.
    """
    listed = list(drafts)
    behind = {
        (draft.key.measure, draft.key.rule): columns_behind(draft.definition, draft.key.rule)
        for draft in listed
    }
    datasets = {name for columns in behind.values() for name, _ in columns}
    months = sorted({month.month for draft in listed for month in draft.months})
    quality = quality_of(datasets, months, in_use())
    found = {place: graded(columns, months, quality) for place, columns in behind.items()}
    return {
        draft.key: {
            month.month: as_kept(found[draft.key.measure, draft.key.rule][month.month])
            for month in draft.months
        }
        for draft in listed
    }


def as_kept(grade: MonthGrade) -> list[str]:
    return [str(grade.grade or ""), "" if grade.grade is Grade.A else grade.because]


def grades_of(figure: ReleasedFigure) -> dict[str, MonthGrade]:
    """As they were when it was released; empty for a release made before they were kept."""
    return {
        month: MonthGrade(grade=Grade(letter) if letter else None, because=because)
        for month, (letter, because) in (figure.grades or {}).items()
    }


def graded_then(figure: ReleasedFigure, chart: Charted) -> Graded:
    """The grades of a released figure's months that are shown, in words."""
    known = grades_of(figure)
    found = graded_as({m.month: known[m.month] for m in chart.months if m.month in known})
    said = f"{found.said} So they were graded when this was released." if found.said else ""
    return replace(found, said=said)


def grades_content(grades: Mapping[FigureKey, Kept | None]) -> dict[str, Kept | None]:
    """As a release's manifest digests them."""
    return {"/".join(key): kept for key, kept in grades.items()}
