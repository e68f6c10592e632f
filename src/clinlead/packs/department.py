"""What a department's pack says: to its lead by name, to others the department's own figures."""

from collections.abc import Sequence
from typing import Any

from clinlead.figures.policies import LEAST_IN_A_TOTAL
from clinlead.packs.gathering import Gathered
from clinlead.packs.personal import (
    edition_words,
    in_question,
    lead_words,
    shortened,
    signed_words,
)
from clinlead.pages.figures.drawing import question, small
from clinlead.printing import Picture
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.presenters import beside_words, reading_of
from clinlead.releases.quarter import chance_words
from clinmeasures.wording.units import how_many

TEMPLATE = "packs/papers/department.typ"
COLUMNS = ["Clinician", "Figure", "What it says"]


def department(gathered: Gathered) -> dict[str, Any]:
    """The lead's paper: every figure of the department, by name and in the order of names."""
    place = place_of(gathered, least=0)
    for section, figure in zip(place["sections"], gathered.of_team, strict=True):
        section["people"] = [person_row(gathered, each) for each in people_of(gathered, figure)]
    return {
        "title": f"{gathered.release.department.name}: {gathered.release.period}",
        "foot": f"{gathered.release.department.name}, {gathered.release.period}"
        f"{edition_words(gathered)}. Named results: for the clinical director alone.",
        "about": "The department's pack, with everybody's figures in the order of names. Nobody is "
        "ranked. Whoever is named can see that it was opened.",
        "chance": chance_of(gathered),
        "columns": COLUMNS,
        "places": [place],
        "alone": True,
        "silent": "",
    }


def team(gathered: Gathered) -> dict[str, Any]:
    """The department's own figures, with nobody by name."""
    release = gathered.release
    title = f"{release.department.name}: {release.period}"
    return unnamed(title, [gathered], LEAST_IN_A_TOTAL) | {"alone": True}


def of_division(
    title: str, some: Sequence[Gathered], least: int, silent: Sequence[str]
) -> dict[str, Any]:
    """The departments' own figures, each under its name; and who has released nothing yet."""
    have = "has" if len(silent) == 1 else "have"
    said = f"{listed(silent)} {have} released no figures yet." if silent else ""
    return unnamed(title, some, least) | {"silent": said}


def listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def unnamed(title: str, some: Sequence[Gathered], least: int) -> dict[str, Any]:
    """The figures of some departments, each where enough clinicians stand behind it."""
    return {
        "title": title,
        "foot": f"{title}. Nobody is named.",
        "about": f"A figure is shown where at least {least} clinicians stand behind it.",
        "chance": "",
        "columns": COLUMNS,
        "places": [place_of(each, least=least) for each in some],
        "alone": False,
        "silent": "",
    }


def place_of(gathered: Gathered, *, least: int) -> dict[str, Any]:
    """One department: who released what, and a section for each measure."""
    return {
        "name": gathered.release.department.name,
        "months": str(gathered.release.period),
        "released": f"Released {signed_words(gathered)}.",
        "changed": changed_words(gathered),
        "sections": [section(gathered, figure, least) for figure in gathered.of_team],
    }


def changed_words(gathered: Gathered) -> str:
    because = shortened(gathered.release.because)
    return f"Released again, because: {because}" if gathered.release.supersedes else ""


def section(gathered: Gathered, figure: ReleasedFigure, least: int) -> dict[str, Any]:
    """One measure of a department: chart, figure and reading; or why they are not shown."""
    shown: dict[str, Any] = {"title": figure.title, "people": []}
    if figure.contributors < least:
        return shown | {"withheld": f"Fewer than {least} clinicians stand behind this figure."}
    reading = figure.statistics["reading"]
    drawn = small(
        gathered.charts[figure.key],
        whose="the department's",
        reading=reading,
        prefix=f"team-{gathered.release.pk}-{figure.measure}",
    )
    words = f"{figure.title} by month. {reading}"
    return shown | {
        "withheld": "",
        "question": question(gathered.definition(figure), "the department's"),
        "chart": Picture(svg=drawn, words=words) if drawn else None,
        "sentence": figure.statistics["sentence"],
        "reading": reading,
        "people_behind": how_many(figure.contributors, "clinician"),
        "marked": in_question(figure),
        "said": " ".join(lead_words(gathered, figure)),
    }


def people_of(gathered: Gathered, team_figure: ReleasedFigure) -> list[ReleasedFigure]:
    """The clinicians' figures of one measure, by name."""
    same = [
        figure
        for figure in gathered.figures.values()
        if (figure.measure, figure.rule) == (team_figure.measure, team_figure.rule)
        and figure.person is not None
    ]
    return sorted(same, key=lambda figure: (str(figure.person), figure.unit))


def person_row(gathered: Gathered, figure: ReleasedFigure) -> list[str]:
    said = gathered.said.get(figure.key)
    words = [reading_of(figure.statistics), beside_words(figure.beside), in_question(figure)]
    if said:
        words.append(f"{said.by}: “{shortened(said.text)}”")
    return [str(figure.person), figure.statistics["figure"], " ".join(filter(None, words))]


def chance_of(gathered: Gathered) -> str:
    """How many signals chance alone would give among all of these."""
    figures = gathered.figures.values()
    charts = [
        (gathered.definition(f).chart, len(f.tallies["month"]), len(f.statistics["months"]))
        for f in figures
    ]
    return chance_words(charts, sum(figure.has_signal for figure in figures))
