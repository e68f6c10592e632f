"""A measure as its page says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.queries import read_definition
from clinmeasures.attribution import RULES
from clinmeasures.definitions import Definition, Description, describe


@dataclass(frozen=True)
class MeasureLine:
    """One measure in the register."""

    code: str
    title: str
    version: int
    counts: str
    level: str
    better: str
    review_due: date | None
    due: bool
    approved: bool

    @classmethod
    def of(cls, newest: MeasureVersion, today: date) -> "MeasureLine":
        definition = read_definition(newest.definition)
        return cls(
            code=newest.code,
            title=newest.title,
            version=newest.version,
            counts=definition.counts,
            level="for individuals" if definition.level == "individual" else "for teams",
            better=describe(definition).better,
            review_due=definition.review_due,
            due=definition.needs_review(today),
            approved=newest.approved,
        )


@dataclass(frozen=True)
class MeasurePage:
    """One wording of a measure, with its history and who uses it."""

    shown: MeasureVersion
    definition: Definition
    words: Description
    rules: list[tuple[str, str]]  # whose patient it is, and how that is worked out
    versions: Sequence[MeasureVersion]
    users: Sequence[DepartmentMeasure]
    newest: bool
    due: bool

    @classmethod
    def of(
        cls,
        shown: MeasureVersion,
        versions: Sequence[MeasureVersion],
        users: Sequence[DepartmentMeasure],
        today: date,
    ) -> "MeasurePage":
        definition = read_definition(shown.definition)
        return cls(
            shown=shown,
            definition=definition,
            words=describe(definition),
            rules=[(RULES[rule].words, RULES[rule].how) for rule in definition.attribution],
            versions=versions,
            users=users,
            newest=shown.version == max(one.version for one in versions),
            due=definition.needs_review(today),
        )

    @property
    def level(self) -> str:
        if self.definition.level == "individual":
            return "Individual: one clinician can change most of it."
        return (
            "Team: others make most of it. It is shown for one person only where the department "
            "has decided so."
        )
