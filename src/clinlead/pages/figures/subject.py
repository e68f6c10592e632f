"""Whose figure a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clinlead.figures.queries import Membership, Wanted
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Person
from clinmeasures.definitions import Definition


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose figure it is, and what its reader may see of it."""

    unit: str
    person: Person
    choice: DepartmentMeasure
    own: bool  # the reader is the owner
    builds: bool = True  # sees what is not released: owner, lead, those who build
    here: Membership | None = None  # for others: the months in which it counted for a department
    label: str = "You"
    whose: str = "your"
    names: Mapping[str, Person] = field(default_factory=dict)  # colleagues the reader may name
    seen: int | None = None  # for the owner: how often others looked at their results

    @property
    def definition(self) -> Definition:
        return read_definition(self.choice.measure.definition)

    def wanted(self, rule: str) -> Wanted:
        return Wanted(self.choice.measure.code, self.choice.measure.version, rule)
