"""What a round of feedback is: who is asked, what was answered, and what may be shown. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clinlead.conversations.policies import TalkFacts


class Group(StrEnum):
    """What a rater is, seen from the clinician."""

    DOCTOR = "doctor"
    STAFF = "staff"
    MANAGER = "manager"

    @property
    def words(self) -> str:
        return GROUPS[self]


GROUPS = {
    Group.DOCTOR: "Consultants and other doctors",
    Group.STAFF: "Ward and administrative staff",
    Group.MANAGER: "Managers and others",
}

LEAST_ASKED = 8
LEAST_GROUPS = 2
LEAST_OF_A_GROUP = 2  # asked, for a group to count
LARGEST_SHARE = (3, 4)  # of all that are asked, that one group may be
LEAST_ANSWERS = 5  # below which nothing is shown: of a round, and of a question
LEAST_IN_A_GROUP = 3  # below which no group is shown apart, so that none is found by subtraction


@dataclass(frozen=True, kw_only=True)
class RoundFacts:
    """What the rules need to know of a round."""

    two: TalkFacts  # whose it is, and who holds it for the department
    asked: bool = False  # the raters were asked
    closes_on: date | None = None
    groups: Mapping[Group, int] = field(default_factory=dict)  # raters chosen
    answered: int = 0
    self_assessed: bool = False
    agreed: frozenset[str] = frozenset()  # who agreed how to read the free text: both, to read it
    escalated_to: frozenset[int] = frozenset()  # accounts of HR in an open concern about them
    raters: frozenset[int] = frozenset()  # accounts that were asked

    @property
    def chosen(self) -> int:
        return sum(self.groups.values())

    def over(self, today: date) -> bool:
        """Nobody answers any more: the day has passed, or everybody has."""
        if not self.asked or self.closes_on is None:
            return False
        return today > self.closes_on or self.answered == self.chosen

    @property
    def enough(self) -> bool:
        return self.answered >= LEAST_ANSWERS


CLINICIAN, REVIEWER = "clinician", "reviewer"
BOTH = frozenset({CLINICIAN, REVIEWER})


def unbalanced(groups: Mapping[Group, int]) -> str:
    """What is wrong with a choice of raters, in words; nothing where it is balanced."""
    total = sum(groups.values())
    if total < LEAST_ASKED:
        return f"Choose at least {LEAST_ASKED} people; there are {total}."
    counting = [group for group, number in groups.items() if number >= LEAST_OF_A_GROUP]
    if len(counting) < LEAST_GROUPS:
        return (
            f"Choose at least {LEAST_OF_A_GROUP} people each of {LEAST_GROUPS} groups: doctors, "
            "ward and administrative staff, managers."
        )
    part, whole = LARGEST_SHARE
    largest = max(groups, key=lambda group: groups[group])
    if groups[largest] * whole > total * part:
        return f"Most are from one group ({largest.words.lower()}). Choose some from others."
    return ""


@dataclass(frozen=True)
class Scored:
    """One question: how many gave each answer, of how many who could say."""

    counts: Mapping[int, int]
    cannot_say: int

    @property
    def answers(self) -> int:
        return sum(self.counts.values())

    @property
    def shown(self) -> bool:
        return self.answers >= LEAST_ANSWERS


Scores = Mapping[str, int | None]  # question → answer; None: cannot say


def scored(code: str, sheets: Iterable[Scores], scale: Sequence[int]) -> Scored:
    given = [sheet.get(code) for sheet in sheets]
    counted = Counter(one for one in given if one is not None)
    return Scored({step: counted[step] for step in scale}, sum(one is None for one in given))


def groups_shown(answered: Mapping[Group, int]) -> list[Group]:
    """Each group apart, or none: one that is left out would be the rest."""
    there = {group: number for group, number in answered.items() if number}
    if len(there) < LEAST_GROUPS or min(there.values()) < LEAST_IN_A_GROUP:
        return []
    return [group for group in Group if group in there]
