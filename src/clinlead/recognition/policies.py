"""Who may thank, hide, take back, write down and confirm: pure rules. Nothing is counted."""

from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import OwnerFacts, Reader, Reason, Refusal, Role, why_not_decide_for


class Shown(StrEnum):
    """Where what was said of somebody is read. They choose; at first it is theirs alone."""

    HIDDEN = "hidden"
    OWN = "own"
    DEPARTMENT = "department"
    EVERYBODY = "everybody"

    @property
    def words(self) -> str:
        return SHOWN[self]


SHOWN = {
    Shown.HIDDEN: "Nowhere: put it away",
    Shown.OWN: "On my own page alone",
    Shown.DEPARTMENT: "In my department",
    Shown.EVERYBODY: "To everybody with an account",
}
SHARED = (Shown.DEPARTMENT, Shown.EVERYBODY)


class Kind(StrEnum):
    """What somebody contributes that no figure shows."""

    TEACHING = "teaching"
    GOVERNANCE = "governance"
    COVER = "cover"

    @property
    def words(self) -> str:
        return KINDS[self]


KINDS = {
    Kind.TEACHING: "Teaching and supervision",
    Kind.GOVERNANCE: "Governance, audit and committees",
    Kind.COVER: "Cover for colleagues",
}


@dataclass(frozen=True, kw_only=True)
class ThanksFacts:
    """What the rules need to know of thanks."""

    to_id: int  # a person
    by_id: int  # an account
    taken_back: bool = False


@dataclass(frozen=True, kw_only=True)
class ContributionFacts:
    """What the rules need to know of a contribution."""

    owner: OwnerFacts
    answered: bool = False  # confirmed, or not
    withdrawn: bool = False


def why_not_thank(reader: Reader, to_id: int, words: str) -> Refusal | None:
    """Why this person may not thank somebody: everybody with an account may, but not themselves."""
    if reader.person_id == to_id:
        return Refusal(Reason.OWN_CASE, "Thanks are for somebody else.")
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write what you thank them for.")
    return None


def why_not_take_back(reader: Reader, thanks: ThanksFacts) -> Refusal | None:
    """Why this person may not take thanks back."""
    if reader.account_id != thanks.by_id:
        return Refusal(Reason.NOT_YOURS, "Only whoever gave thanks takes them back.")
    if thanks.taken_back:
        return Refusal(Reason.ALREADY_DONE, "These thanks were taken back already.")
    return None


def why_not_choose(reader: Reader, person_id: int, *, gone: bool) -> Refusal | None:
    """Why this person may not say where something about somebody is read."""
    if reader.person_id != person_id:
        return Refusal(Reason.NOT_YOURS, "Everybody decides for themselves where this is read.")
    if gone:
        return Refusal(Reason.ALREADY_DONE, "It was taken back meanwhile, so nobody reads it.")
    return None


def why_not_record(reader: Reader, words: str) -> Refusal | None:
    """Why this person may not write down a contribution of their own."""
    if not reader.has(Role.CLINICIAN) or reader.person_id is None:
        return Refusal(Reason.NOT_YOURS, "Clinicians write down what they contribute themselves.")
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write what you do.")
    return None


def why_not_withdraw(reader: Reader, contribution: ContributionFacts) -> Refusal | None:
    """Why this person may not withdraw a contribution: their own they may, confirmed or not."""
    if reader.person_id != contribution.owner.person_id:
        return Refusal(Reason.NOT_YOURS, "Only whoever wrote it withdraws it.")
    if contribution.withdrawn:
        return Refusal(Reason.ALREADY_DONE, "It was withdrawn already.")
    return None


def why_not_confirm(reader: Reader, contribution: ContributionFacts) -> Refusal | None:
    """Why this person may not confirm a contribution: the lead does, the chief a lead's own."""
    refusal = why_not_decide_for(reader, contribution.owner)
    if refusal:
        return refusal
    if contribution.withdrawn:
        return Refusal(Reason.ALREADY_DONE, "It was withdrawn meanwhile.")
    if contribution.answered:
        return Refusal(Reason.ALREADY_DONE, "It has been answered already.")
    return None


def why_not_decline(reader: Reader, contribution: ContributionFacts, why: str) -> Refusal | None:
    """Why this person may not say that they cannot confirm it."""
    refusal = why_not_confirm(reader, contribution)
    if refusal or why.strip():
        return refusal
    return Refusal(Reason.NO_REASON_GIVEN, "Say why; the clinician reads it.")
