"""Who may see, acknowledge and answer a safety signal: pure rules. No gate delays a signal."""

from dataclasses import dataclass

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Refusal,
    Role,
    why_not_decide_for,
)

LEAST_IN_A_TEAM = 6  # footnote 7: below six contributors a total counts as named figures
NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "This signal is not yours to see.")


@dataclass(frozen=True, kw_only=True)
class SignalFacts:
    """What the rules need to know of a signal. Nothing about challenges: they delay nothing."""

    department_id: int
    person_id: int | None = None  # None: the department's
    owner_leads: bool = False
    owner_goes_to_director: bool = False  # chief of any division, or medical director
    contributors: int = 1
    asked: bool = True  # somebody is to acknowledge it; not of one long past when it was found
    acknowledged: bool = False
    escalated: bool = False

    @property
    def owner(self) -> OwnerFacts:
        return OwnerFacts(
            person_id=self.person_id or 0,
            departments=frozenset({self.department_id}),
            released=True,
            owner_leads=self.owner_leads,
            owner_goes_to_director=self.owner_goes_to_director,
        )


def why_not_see_signal(reader: Reader, signal: SignalFacts, purpose: str = "") -> Refusal | None:
    """Why this person may not see a signal. It waits for no release, so grants do not reach it."""
    here = signal.department_id
    if here in reader.leads or reader.has(Role.ANALYST):
        return None
    if signal.person_id is not None and signal.person_id == reader.person_id:
        return None
    theirs = signal.escalated or signal.owner_goes_to_director
    if reader.has(Role.DIRECTOR) and (theirs or purpose.strip()):
        return None
    if here in reader.chief_of and chiefs_to_see(signal):
        return None
    return NOT_SHOWN


def chiefs_to_see(signal: SignalFacts) -> bool:
    """A clinical director's own goes to the chief, a chief's past them; a department's of enough
    people is no name.
    """
    if signal.person_id is None:
        return signal.contributors >= LEAST_IN_A_TEAM
    return signal.owner_leads and not signal.owner_goes_to_director


def why_needs_purpose(reader: Reader, signal: SignalFacts) -> Refusal | None:
    """Whether the medical director must say for which statutory purpose it is opened."""
    if not reader.has(Role.DIRECTOR) or why_not_see_signal(reader, signal) is None:
        return None
    return Refusal(Reason.NO_REASON_GIVEN, "Say for which statutory purpose you need it.")


def why_not_answer(reader: Reader, signal: SignalFacts, words: str) -> Refusal | None:
    """Why this person may not acknowledge a signal, or say what was done about it.

    Nobody answers their own alone. Once escalated the medical director may, too.
    """
    refusal = why_not_theirs(reader, signal)
    if refusal:
        return refusal
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what you make of it; the clinician reads it.")
    return None


def why_not_theirs(reader: Reader, signal: SignalFacts) -> Refusal | None:
    if signal.person_id is not None and signal.person_id == reader.person_id:
        return why_not_decide_for(reader, signal.owner)  # nobody answers their own
    if signal.escalated and reader.has(Role.DIRECTOR):
        return None
    if signal.person_id is not None:
        return why_not_decide_for(reader, signal.owner)
    if signal.department_id in reader.leads:
        return None
    return Refusal(Reason.NOT_A_LEAD, "Only the department's clinical director answers this.")


def why_not_acknowledge(reader: Reader, signal: SignalFacts, words: str) -> Refusal | None:
    """Why this person may not acknowledge a signal now."""
    refusal = why_not_theirs(reader, signal)
    if refusal:
        return refusal
    if signal.acknowledged:
        return Refusal(Reason.ALREADY_DONE, "It has been acknowledged already.")
    return why_not_answer(reader, signal, words)


def why_not_read_own(reader: Reader, signal: SignalFacts) -> Refusal | None:
    """Why this person may not say that they read a signal of their own, with their own words."""
    if signal.person_id is not None and signal.person_id == reader.person_id:
        return None
    return Refusal(Reason.NOT_YOURS, "Only the clinician whose patients these are writes here.")
