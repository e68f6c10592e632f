"""Who may propose and approve what the trust states, and link measures to it: pure rules."""

from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role


class Kind(StrEnum):
    """What is stated. There is one definition of poor performance; a mandate is a department's."""

    OBJECTIVE = "objective"
    OUTCOME = "outcome"
    DEFINITION = "definition"
    MANDATE = "mandate"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Kind.OBJECTIVE: "strategic objective",
    Kind.OUTCOME: "success critical outcome",
    Kind.DEFINITION: "definition of poor performance",
    Kind.MANDATE: "mandate",
}


class State(StrEnum):
    """Where one version stands. Its words never change; only this does."""

    WAITING = "waiting"
    APPROVED = "approved"
    REPLACED = "replaced"
    DECLINED = "declined"


# Every move there is. A move that is not here does not exist.
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.APPROVED, State.DECLINED}),
    State.APPROVED: frozenset({State.REPLACED}),
    State.REPLACED: frozenset(),
    State.DECLINED: frozenset(),
}

MOST_MEASURES = 6  # for one outcome: a clinical director reads no more in the hour there is
PROPOSES = (Role.CHIEF, Role.DIRECTOR, Role.ANALYST, Role.EXECUTIVE)  # anywhere
# A mandate is given by those who are above the manager.
GIVES_MANDATES = (Role.CHIEF, Role.DIRECTOR, Role.EXECUTIVE)
NOT_A_PROPOSER = Refusal(
    Reason.NOT_YOURS,
    "Clinical directors, chiefs of service, the medical director, BI analysts and executives "
    "propose this; tell one of them.",
)


@dataclass(frozen=True, kw_only=True)
class WordingFacts:
    """What the rules need to know of one version of what is stated."""

    kind: Kind
    departments: frozenset[int] = frozenset()  # an outcome's, or the mandate's one
    written_by_id: int | None = None
    holder_id: int | None = None  # the account whose mandate it is
    state: State = State.WAITING
    objective_in_force: bool = True  # an outcome's
    another_waits: bool = False  # of the same thing
    because: str = "the first"  # what changes it; the first version needs none


def why_not_start(reader: Reader, kind: Kind) -> Refusal | None:
    """Why this person may not propose a statement of this kind at all, whatever it says."""
    if kind is Kind.MANDATE:
        if reader.has(*GIVES_MANDATES):
            return None
        return Refusal(
            Reason.NOT_YOURS,
            "A mandate is proposed by the chief of service, the medical director or an executive.",
        )
    return None if reader.has(Role.LEAD, *PROPOSES) else NOT_A_PROPOSER


def why_not_propose(reader: Reader, wording: WordingFacts) -> Refusal | None:
    """Why this person may not propose these words."""
    return (
        why_not_start(reader, wording.kind)
        or why_not_for_them(reader, wording)
        or why_not_complete(wording)
    )


def why_not_for_them(reader: Reader, wording: WordingFacts) -> Refusal | None:
    """Whether it is about departments, or a manager, that this person may not speak for."""
    if wording.holder_id == reader.account_id:
        return Refusal(Reason.OWN_CASE, "Nobody writes their own mandate.")
    if wording.kind not in {Kind.OUTCOME, Kind.MANDATE}:
        return None
    if reader.has(Role.DIRECTOR, Role.ANALYST, Role.EXECUTIVE):
        return None
    if wording.departments & (reader.leads | reader.chief_of):
        return None
    return Refusal(Reason.NOT_YOURS, "Propose it for a department that you lead or are chief of.")


def why_not_complete(wording: WordingFacts) -> Refusal | None:
    if wording.another_waits:
        return Refusal(
            Reason.ALREADY_DONE,
            "Another version waits for approval; it is approved, declined or taken back first.",
        )
    if wording.kind is Kind.OUTCOME and not wording.objective_in_force:
        return Refusal(Reason.NOT_AGREED, "Link it to an objective that the executive approved.")
    if wording.kind is Kind.OUTCOME and not wording.departments:
        return Refusal(Reason.NOT_AGREED, "Say which departments it is for.")
    if not wording.because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why the words change.")
    return None


def why_not_see(reader: Reader, wording: WordingFacts) -> Refusal | None:
    """Why this person may not read a version. What was once in force is everybody's to read."""
    if wording.state in {State.APPROVED, State.REPLACED}:
        return None
    if reader.has(Role.LEAD, *PROPOSES) or reader.account_id == wording.holder_id:
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "This is a proposal; it is published once approved.")


def why_not_approve(reader: Reader, wording: WordingFacts) -> Refusal | None:
    """Why this person may not put a proposed version in force."""
    if not reader.has(Role.EXECUTIVE):
        return Refusal(Reason.NOT_YOURS, "Only an executive approves this.")
    if reader.account_id == wording.written_by_id:
        return Refusal(Reason.OWN_WORK, "Another executive must approve what you wrote.")
    if reader.account_id == wording.holder_id:
        return Refusal(Reason.OWN_CASE, "Nobody approves their own mandate.")
    return why_decided(wording)


def why_not_decline(reader: Reader, wording: WordingFacts, because: str) -> Refusal | None:
    """Why this person may not decline a proposed version; its author takes it back in this way."""
    if not reader.has(Role.EXECUTIVE) and reader.account_id != wording.written_by_id:
        return Refusal(
            Reason.NOT_YOURS, "Only an executive declines this, or its author takes it back."
        )
    decided = why_decided(wording)
    if decided:
        return decided
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; its author reads it.")
    return None


def why_decided(wording: WordingFacts) -> Refusal | None:
    if State.APPROVED in MOVES[wording.state]:
        return None
    return Refusal(Reason.ALREADY_DONE, f"This version is {wording.state} already.")


@dataclass(frozen=True, kw_only=True)
class LinkFacts:
    """What the rules need to know before a measure is linked to an outcome."""

    departments: frozenset[int]  # of the outcome in force; none where nothing is
    linked: int = 0  # measures it has already
    already: bool = False  # this very one
    approved: bool = True  # the register has an approved wording of the measure


def why_not_unlink(reader: Reader, link: LinkFacts) -> Refusal | None:
    """Why this person may not say which measures show an outcome, or that one does no longer."""
    if link.departments & (reader.leads | reader.chief_of):
        return None
    return Refusal(
        Reason.NOT_A_LEAD,
        "The clinical directors of the outcome’s departments choose its measures, and their chief.",
    )


def why_not_link(reader: Reader, link: LinkFacts) -> Refusal | None:
    """Why this person may not link a measure to an outcome."""
    refusal = why_not_unlink(reader, link)
    if refusal:
        return refusal
    if not link.approved:
        return Refusal(Reason.NOT_AGREED, "The register has no approved wording of this measure.")
    if link.already:
        return Refusal(Reason.ALREADY_DONE, "This measure is linked to the outcome already.")
    if link.linked >= MOST_MEASURES:
        return Refusal(
            Reason.WRONG_STAGE,
            f"An outcome has at most {MOST_MEASURES} measures; end one first.",
        )
    return None
