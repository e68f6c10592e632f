"""Who may open, read and write a conversation: the two whom it concerns. Pure rules."""

from dataclasses import dataclass
from enum import StrEnum

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Refusal,
    is_owner,
    why_not_decide_for,
)

NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "This conversation is not yours to see.")


class What(StrEnum):
    """What one entry of a conversation is."""

    WORDS = "words"
    TRIED = "tried"  # an innocent explanation that was looked into
    AGREED = "agreed"  # a recorded internal discussion
    JOINED = "joined"  # whoever decides for the clinician took it up


@dataclass(frozen=True, kw_only=True)
class TalkFacts:
    """What the rules need to know of a conversation."""

    owner: OwnerFacts  # in the department that it belongs to, alone
    held_by_id: int | None = None  # the account on the department's side; empty: nobody yet
    holder_decides: bool = False  # that account may still decide for the clinician


@dataclass(frozen=True, kw_only=True)
class SubjectFacts:
    """What the rules need to know of what two people are to talk about."""

    owner: OwnerFacts
    signal: bool = True  # it has one; something else than a figure needs none
    released: bool = True
    words: str = "a figure"  # what it is, for something else than a figure


def why_not_take_part(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person is neither the clinician nor whoever decides for them."""
    if is_owner(reader, owner) or why_not_decide_for(reader, owner) is None:
        return None
    return NOT_SHOWN


def why_not_open(reader: Reader, subject: SubjectFacts) -> Refusal | None:
    """Why this person may not begin a conversation. Only people begin one, never a figure."""
    refusal = why_not_take_part(reader, subject.owner)
    if refusal:
        return refusal
    if not subject.released:
        return Refusal(Reason.WRONG_STAGE, "These figures are not released yet.")
    if not subject.signal:
        return Refusal(
            Reason.WRONG_STAGE,
            "This figure has no signal. To talk about it all the same, begin a conversation about "
            "something else and name it.",
        )
    if not subject.words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what you want to talk about.")
    return None


def why_not_see(reader: Reader, talk: TalkFacts) -> Refusal | None:
    """Why this person may not know of a conversation.

    The two whom it concerns; where whoever held it decides for the clinician no longer (or nobody
    took it up), those who do now.
    """
    if is_owner(reader, talk.owner):
        return None
    if why_not_decide_for(reader, talk.owner):
        return NOT_SHOWN
    if talk.holder_decides and reader.account_id != talk.held_by_id:
        return NOT_SHOWN
    return None


def why_not_join(reader: Reader, talk: TalkFacts, held_by: str) -> Refusal | None:
    """Why this person, who decides for the clinician too, does not come into what another began."""
    if why_not_see(reader, talk) is None:
        return None
    return Refusal(
        Reason.ALREADY_DONE,
        f"{held_by} talks this through with the clinician already, and a conversation is between "
        f"two. Ask {held_by} about it; it comes to you once they no longer decide for them.",
    )


def why_not_write(reader: Reader, talk: TalkFacts, text: str) -> Refusal | None:
    """Why this person may not add to a conversation."""
    refusal = why_not_see(reader, talk)
    if refusal or text.strip():
        return refusal
    return Refusal(Reason.NO_REASON_GIVEN, "Write something before you save it.")


@dataclass(frozen=True, kw_only=True)
class AgreedFacts:
    """What the rules need to know of what was agreed."""

    by_id: int  # the account that wrote it down
    confirmed: bool = False
    newest: bool = True


def why_not_confirm(reader: Reader, talk: TalkFacts, agreed: AgreedFacts) -> Refusal | None:
    """Why this person may not say that this is what was agreed: the other of the two does."""
    refusal = why_not_see(reader, talk)
    if refusal:
        return refusal
    if reader.account_id == agreed.by_id:
        return Refusal(Reason.OWN_WORK, "The other of you says whether this is what was agreed.")
    if agreed.confirmed:
        return Refusal(Reason.ALREADY_DONE, "This was confirmed already.")
    if not agreed.newest:
        return Refusal(
            Reason.ALREADY_DONE, "Something else was agreed since. Read that first, please."
        )
    return None
