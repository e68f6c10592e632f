"""Who asks for erasure, who decides, and who keeps the register of disclosures: pure rules."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role


class Outcome(StrEnum):
    """What became of a request to erase."""

    OPEN = "open"
    ERASED = "erased"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        return OUTCOMES[self]


OUTCOMES = {
    Outcome.OPEN: "Waits for an answer",
    Outcome.ERASED: "Erased, but for what is kept",
    Outcome.REFUSED: "Refused",
}


class Basis(StrEnum):
    """By what right something was disclosed."""

    LAW = "law"
    PUBLIC_TASK = "public task"
    INFORMATION = "information"
    OWN = "own"
    CONSENT = "consent"
    GRANT = "grant"

    @property
    def words(self) -> str:
        return BASES[self]


BASES = {
    Basis.LAW: "The law asks for it (regulator, court, coroner)",
    Basis.PUBLIC_TASK: "Our public task",
    Basis.INFORMATION: "Freedom of information: nothing about a person",
    Basis.OWN: "The person’s own right of access",
    Basis.CONSENT: "The person agreed",
    Basis.GRANT: "The department granted it",
}
NAMES_NOBODY = (Basis.INFORMATION,)
NOT_THE_OFFICER = Refusal(
    Reason.NOT_THEIRS_TO_SEE, "The data protection officer keeps requests and disclosures."
)


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """What the rules need to know of a request to erase."""

    account_id: int  # whose
    outcome: Outcome
    received_on: date


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the officer would answer."""

    outcome: Outcome
    reason: str
    kept: str  # what is kept and why
    up_to: date | None = None  # details about them up to this day are erased


def why_not_keep_register(reader: Reader) -> Refusal | None:
    return None if reader.has(Role.DPO) else NOT_THE_OFFICER


def why_not_ask(*, says: str, waiting: bool) -> Refusal | None:
    """Why a person may not ask now that something of theirs be erased."""
    if waiting:
        return Refusal(Reason.ALREADY_DONE, "Your request waits for its answer already.")
    if not says.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what should be erased.")
    return None


def why_not_answer(
    reader: Reader, request: RequestFacts, answer: Answer | None = None
) -> Refusal | None:
    """Why this person may not answer a request; with an answer, why not so."""
    refusal = why_not_keep_register(reader)
    if refusal:
        return refusal
    if request.account_id == reader.account_id:
        return Refusal(Reason.OWN_CASE, "Another officer answers a request of your own.")
    if request.outcome is not Outcome.OPEN:
        return Refusal(Reason.ALREADY_DONE, "It has been answered.")
    return why_not_say(answer, reader.on) if answer else None


def why_not_say(answer: Answer, today: date) -> Refusal | None:
    if not answer.reason.strip() or not answer.kept.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN, "Say why, and what is kept and why; the person reads both."
        )
    if answer.outcome is Outcome.ERASED and (answer.up_to is None or answer.up_to >= today):
        return Refusal(Reason.WRONG_STAGE, "Name the last day erased; it is before today.")
    return None


def why_not_disclose(reader: Reader, *, basis: Basis, people: int) -> Refusal | None:
    """Why this person may not enter a disclosure so."""
    refusal = why_not_keep_register(reader)
    if refusal is None and people and basis in NAMES_NOBODY:
        refusal = Refusal(
            Reason.NOT_THEIRS_TO_SEE,
            "Nobody is named to whoever asks under freedom of information. Choose another basis, "
            "or nobody.",
        )
    return refusal
