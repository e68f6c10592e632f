"""The rules in plain words: every line is what the policies themselves answer, asked for each kind
of reader. Nothing here decides anything, so the page cannot say other than the code does. Pure.
"""

from dataclasses import dataclass

from clinlead.access.policies import Reader, Role
from clinlead.pages.rulebook.acts import Act
from clinlead.pages.rulebook.of_figures import OF_FIGURES
from clinlead.pages.rulebook.of_work import OF_WORK
from clinlead.pages.rulebook.readers import OF_ROLE, READERS

SECTIONS = OF_FIGURES | OF_WORK


@dataclass(frozen=True)
class Line:
    """An act with who may do it and what everybody else is told."""

    words: str
    may: list[str]
    told: list[str]


def lines_of(acts: list[Act]) -> list[Line]:
    return [line_of(act) for act in acts]


def line_of(act: Act) -> Line:
    answers = {who: act.why_not(reader) for who, reader in READERS.items()}
    told = dict.fromkeys(why.because for why in answers.values() if why is not None)
    return Line(act.words, [who for who, why in answers.items() if why is None], list(told))


def rulebook() -> dict[str, list[Line]]:
    """Every section with its lines."""
    return {section: lines_of(acts) for section, acts in SECTIONS.items()}


def yours(reader: Reader) -> list[tuple[str, list[str]]]:
    """What this reader's roles allow, role by role, in the rulebook's words."""
    return [(role.label, allowed(OF_ROLE[role])) for role in Role if role in reader.roles]


def allowed(who: str) -> list[str]:
    example = READERS[who]
    return [
        f"{section}: {act.words[0].lower()}{act.words[1:]}"
        for section, acts in SECTIONS.items()
        for act in acts
        if act.why_not(example) is None
    ]
