"""Who may open which pack. Pure rules; default is no."""

from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import STRANGER, Reader, Reason, Refusal, Role
from clinlead.figures.policies import LEAST_IN_A_TOTAL, LEAST_IN_AN_AGGREGATE


class Comparator(StrEnum):
    """What a clinician wants their figures set beside. Theirs to choose."""

    PEERS = "peers"
    OWN_PAST = "own past"
    DEPARTMENT = "department"
    GOAL = "goal"

    @property
    def label(self) -> str:
        """To choose from."""
        return LABELS[self]

    @property
    def words(self) -> str:
        """What figures stand beside, as a paper says it to its owner."""
        return WORDS[self]

    @property
    def caution(self) -> str:
        """How to read a difference from it, where chance has no limits there."""
        return "" if self is Comparator.PEERS else CAUTION


LABELS = {
    Comparator.PEERS: "My colleagues, unnamed",
    Comparator.OWN_PAST: "My own twelve months before",
    Comparator.DEPARTMENT: "The department as a whole",
    Comparator.GOAL: "My own goals, which my clinical director can then read in my pack",
}
WORDS = {
    Comparator.PEERS: "your colleagues’, unnamed",
    Comparator.OWN_PAST: "your own of twelve months before",
    Comparator.DEPARTMENT: "the department’s",
    Comparator.GOAL: "your own goals",
}
CAUTION = (
    "A difference here is no signal: where cases are few, chance alone moves a figure. The charts "
    "on the first page tell the two apart."
)


# What a plan answers, on paper and on its page.
QUESTIONS = (
    "What will I look at, or do differently?",
    "With whom, and by when?",
    "How will I know that it helped?",
)


class Kind(StrEnum):
    """The papers of a release."""

    PERSONAL = "personal"  # one clinician's own
    DEPARTMENT = "department"  # everybody's, by name: the lead's
    TEAM = "team"  # the department's own figures, nobody by name


@dataclass(frozen=True, kw_only=True)
class PackFacts:
    """What the rules need to know of a release's packs."""

    department_id: int
    out: bool  # released, and not merely prepared
    person_id: int | None = None


NOT_OUT = Refusal(Reason.WRONG_STAGE, "These figures are not released yet, so there is no pack.")


def why_not_open_personal(reader: Reader, pack: PackFacts) -> Refusal | None:
    """Why this person may not open a clinician's pack: it is the owner's, and their lead's."""
    own = reader.person_id is not None and reader.person_id == pack.person_id
    if not own and pack.department_id not in reader.leads:
        return STRANGER
    return None if pack.out else NOT_OUT


def why_not_plan(reader: Reader, pack: PackFacts) -> Refusal | None:
    """Why this person may not read or write the plan of a release: it is its owner's alone."""
    if reader.person_id is None or reader.person_id != pack.person_id:
        return STRANGER
    return None if pack.out else NOT_OUT


def why_not_open_department(reader: Reader, pack: PackFacts) -> Refusal | None:
    """Why this person may not open the department's pack, with everybody's figures by name."""
    if pack.department_id not in reader.leads:
        return STRANGER
    return None if pack.out else NOT_OUT


def why_not_open_team(reader: Reader, pack: PackFacts) -> Refusal | None:
    """Why this person may not open the department's unnamed pack."""
    theirs = reader.leads | reader.chief_of
    if pack.department_id not in theirs and not reader.has(Role.OPERATIONS):
        return STRANGER
    return None if pack.out else NOT_OUT


def why_not_make(*, replaced: bool) -> str:
    """Why no paper is made of a release any more; those that were made stay as they are."""
    return (
        "A later edition has replaced these figures; its packs have taken their place." * replaced
    )


def why_not_open_division(reader: Reader, departments: frozenset[int]) -> Refusal | None:
    """Why this person may not open a division's unnamed pack: its chief, and the executive."""
    if departments & reader.chief_of or reader.has(Role.EXECUTIVE):
        return None
    return STRANGER


def fewest_behind(reader: Reader, departments: frozenset[int]) -> int:
    """How many clinicians must stand behind a total that this person reads in a pack."""
    near = departments & (reader.chief_of | reader.leads) or reader.has(Role.OPERATIONS)
    return LEAST_IN_A_TOTAL if near else LEAST_IN_AN_AGGREGATE


def why_not_set_goal(reader: Reader, *, shown: bool) -> Refusal | None:
    """Why this person may not set a goal for a measure: it is not shown for them."""
    if refusal := why_not_choose(reader):
        return refusal
    if shown:
        return None
    return Refusal(Reason.NOT_AGREED, "Your department does not show this measure for one person.")


def why_not_choose(reader: Reader) -> Refusal | None:
    """Why this person has no comparator to choose: no figure is theirs."""
    if reader.person_id is not None and reader.has(Role.CLINICIAN):
        return None
    return Refusal(Reason.NOT_YOURS, "Only a clinician with figures of their own chooses this.")
