"""Who may open, see, explore, support, escalate and end a concern. Pure rules; default is no."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Refusal,
    Role,
    is_owner,
    why_not_decide_for,
)
from clinlead.concerns.facts import (
    CALLED_IN,
    CALLS_IN,
    WORKS_ON,
    Bypass,
    ConcernFacts,
    Part,
    State,
    StepKind,
)

NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "There is nothing here for you to see.")


def why_not_hold(reader: Reader, part: Part, owner: OwnerFacts) -> Refusal | None:
    """Why this person may not have a seat: nobody sits in their own case."""
    if is_owner(reader, owner):
        return Refusal(Reason.OWN_CASE, "Nobody decides their own case.")
    if HOLDS[part](reader, owner):
        return None
    return Refusal(Reason.NOT_YOURS, f"Only a {part.words} can do this.")


def holds_lead(reader: Reader, owner: OwnerFacts) -> bool:
    return why_not_decide_for(reader, owner) is None


def holds_chief(reader: Reader, owner: OwnerFacts) -> bool:
    """A clinical director's own begins with the chief, so the medical director comes after.

    A chief's own begins with the medical director, so a chief of another division may come after.
    Nobody but other medical directors sits in a medical director's.
    """
    over = bool(reader.chief_of & owner.departments)
    if owner.owner_is_director:
        chief = False
    elif owner.owner_goes_to_director:
        chief = reader.has(Role.CHIEF) and not over
    else:
        chief = over and not owner.owner_leads
    return chief or reader.has(Role.DIRECTOR)


def holds_review(reader: Reader, owner: OwnerFacts) -> bool:
    inside = reader.leads | reader.departments | reader.chief_of
    reviews = (Role.DIRECTOR,) if owner.owner_is_director else (Role.LEAD, Role.CHIEF)
    return reader.has(*reviews) and not inside & owner.departments


HOLDS = {
    Part.LEAD: holds_lead,
    Part.CHIEF: holds_chief,
    Part.REVIEWER: holds_review,
    Part.HR: lambda reader, _owner: reader.has(Role.HR),
    Part.SECOND: lambda reader, _owner: reader.has(Role.DIRECTOR),
}
TAKEN_UP = (Part.LEAD, Part.CHIEF)  # by whoever holds the office now; others are named again


def why_not_see(reader: Reader, concern: ConcernFacts) -> Refusal | None:
    """Why this person may not know that a concern exists."""
    if is_owner(reader, concern.owner) or concern.sits(reader):
        return None
    if any(why_not_take(reader, concern, part) is None for part in TAKEN_UP):
        return None
    if why_not_review_bypass(reader, concern, "words") is None:
        return None
    return NOT_SHOWN


def why_not_take(reader: Reader, concern: ConcernFacts, part: Part) -> Refusal | None:
    """Why this person may not take up a seat whose holder left the office."""
    if part not in TAKEN_UP or not concern.taken_before(part):
        return NOT_SHOWN
    if concern.filled(part):
        return Refusal(Reason.ALREADY_DONE, "Somebody else has taken this up.")
    return why_not_hold(reader, part, concern.owner)


@dataclass(frozen=True, kw_only=True)
class OpeningFacts:
    """What the rules need to know before a concern is opened."""

    owner: OwnerFacts
    defined: bool = True  # a definition of poor performance is approved
    discussions: int = 0  # recorded with this clinician here
    needed: int = 1
    another: bool = False  # one about them is open


def why_not_open(reader: Reader, opening: OpeningFacts, why: str) -> Refusal | None:
    """Why this person may not open a concern. There is no other way in: only people open one."""
    refusal = why_not_decide_for(reader, opening.owner)
    if refusal:
        return refusal
    if not opening.defined:
        return Refusal(
            Reason.NOT_AGREED,
            "No definition of poor performance is approved. Until an executive approves one, no "
            "concern can be opened.",
        )
    if opening.discussions < opening.needed:
        return Refusal(
            Reason.WRONG_STAGE,
            f"Talk first: {opening.needed} recorded conversations come before a concern, and "
            f"there are {opening.discussions}. Record what you agreed under Conversations.",
        )
    if opening.another:
        return Refusal(Reason.ALREADY_DONE, "A concern about this clinician is open already.")
    if not why.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN, "Say what remains a concern; the clinician reads it."
        )
    return None


def why_not_act(reader: Reader, concern: ConcernFacts) -> Refusal | None:
    """Whether a concern goes on, and is this person's to see but not about them."""
    refusal = why_not_see(reader, concern)
    if refusal:
        return refusal
    if is_owner(reader, concern.owner):
        return Refusal(Reason.OWN_CASE, "Nobody decides their own case.")
    if concern.state is not State.OPEN:
        return Refusal(Reason.WRONG_STAGE, f"This concern is {concern.state}.")
    return None


def why_not_wait_no_longer(concern: ConcernFacts, today: date) -> Refusal | None:
    """Whether the clinician's time to answer the last step still runs."""
    if concern.answered or concern.bypassed:
        return None
    if concern.answer_by is None:
        return Refusal(
            Reason.WINDOW_CLOSED,
            "The clinician is away, so the time to answer stands still until they are back.",
        )
    if today <= concern.answer_by:
        until = f"{concern.answer_by.day} {concern.answer_by:%B %Y}"
        return Refusal(
            Reason.WINDOW_CLOSED, f"The clinician has until {until} to answer the last step."
        )
    return None


def why_not_record(
    reader: Reader, concern: ConcernFacts, words: str, evidence: str
) -> Refusal | None:
    """Why this person may not say what was found at the step it is at."""
    refusal = why_not_at_step(reader, concern)
    if refusal:
        return refusal
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what you found; the clinician reads it.")
    if not evidence.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN, "Attach the evidence: the next step waits until it is there."
        )
    return None


def why_not_at_step(reader: Reader, concern: ConcernFacts) -> Refusal | None:
    """Whether the step is this person's, and may be taken now."""
    refusal = why_not_act(reader, concern)
    if refusal:
        return refusal
    if concern.kind is None:
        return Refusal(Reason.ALREADY_DONE, "Every step is done: close it, or hand it over.")
    if not mine(reader, concern, concern.kind):
        return not_theirs(concern, concern.kind)
    if concern.kind is StepKind.SUPPORT and not concern.supported:
        return Refusal(Reason.WRONG_STAGE, "Offer support first, and record what became of it.")
    return why_not_wait_no_longer(concern, reader.on)


def mine(reader: Reader, concern: ConcernFacts, kind: StepKind) -> bool:
    """After a bypass the chief may take any step, in the same order."""
    sits = concern.sits(reader)
    return bool(sits & WORKS_ON[kind]) or (concern.bypassed and Part.CHIEF in sits)


def not_theirs(concern: ConcernFacts, kind: StepKind) -> Refusal:
    part = CALLED_IN.get(kind)
    if part is not None and not concern.filled(part):
        return Refusal(Reason.WRONG_STAGE, f"Bring in the {part.words} first.")
    names = " or ".join(sorted(one.words for one in WORKS_ON[kind]))
    return Refusal(Reason.NOT_YOURS, f"This step is for the {names}.")


def why_not_answer(reader: Reader, concern: ConcernFacts, text: str) -> Refusal | None:
    """Why this person may not add words. The clinician may at any step, and after it has ended."""
    refusal = why_not_see(reader, concern)
    if refusal:
        return refusal
    if not is_owner(reader, concern.owner) and concern.state is not State.OPEN:
        return Refusal(Reason.WRONG_STAGE, f"This concern is {concern.state}.")
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write something before you save it.")
    return None


def why_not_support(reader: Reader, concern: ConcernFacts, what: str) -> Refusal | None:
    """Why this person may not offer support, or record what became of it: at any step."""
    refusal = why_not_act(reader, concern)
    if refusal:
        return refusal
    if not concern.sits(reader):
        return Refusal(Reason.NOT_YOURS, "Take this up first.")
    if not what.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what it is; the clinician reads it.")
    return None


def why_not_take_support(reader: Reader, concern: ConcernFacts, *, said: bool) -> Refusal | None:
    """Why this person may not accept or decline support."""
    if not is_owner(reader, concern.owner):
        return (
            NOT_SHOWN
            if why_not_see(reader, concern)
            else Refusal(Reason.NOT_YOURS, "Only the clinician says whether it helps.")
        )
    if said:
        return Refusal(Reason.ALREADY_DONE, "You have answered this already.")
    return None


def why_not_escalate(reader: Reader, concern: ConcernFacts, because: str) -> Refusal | None:
    """Why this person may not bring in the chief, or a review from outside the department."""
    refusal = why_not_act(reader, concern)
    if refusal:
        return refusal
    kind = next_office(concern)
    if kind is None:
        return Refusal(
            Reason.WRONG_STAGE,
            "The steps in the department come first: data, case mix, structure, person, support.",
        )
    if CALLS_IN[kind] not in concern.sits(reader):
        return Refusal(Reason.NOT_YOURS, f"Only the {CALLS_IN[kind].words} brings them in.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the clinician reads it.")
    return why_not_wait_no_longer(concern, reader.on)


def next_office(concern: ConcernFacts) -> StepKind | None:
    """Whose step could begin now, and waits for somebody to be brought in."""
    if concern.kind in CALLED_IN and not concern.filled(CALLED_IN[concern.kind]):
        return concern.kind
    if concern.bypassed and concern.filled(Part.CHIEF) and not concern.filled(Part.REVIEWER):
        return StepKind.OUTSIDE
    return None


def why_not_bypass(
    reader: Reader, owner: OwnerFacts, reason: str, *, pending: bool
) -> Refusal | None:
    """Why this person may not go past the order for patients' safety. It needs nothing else."""
    if is_owner(reader, owner):
        return Refusal(Reason.OWN_CASE, "Nobody decides their own case.")
    decides = why_not_decide_for(reader, owner) is None
    if not decides and not reader.chief_of & owner.departments:
        return Refusal(
            Reason.NOT_A_LEAD,
            "Only the clinical director or the chief of service does this. If patients are in "
            "danger, ring them.",
        )
    if pending:
        return Refusal(Reason.ALREADY_DONE, "A bypass waits for its review already.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why it cannot wait; a second person reads it.")
    return None


def why_not_review_bypass(reader: Reader, concern: ConcernFacts, words: str) -> Refusal | None:
    """Why this person may not review a bypass: the medical director, never whoever used it."""
    if concern.bypass is not Bypass.PENDING:
        return Refusal(Reason.ALREADY_DONE, "No bypass waits for a review.")
    refusal = why_not_hold(reader, Part.SECOND, concern.owner)
    if refusal:
        return refusal
    if reader.account_id == concern.bypass_by_id:
        return Refusal(Reason.OWN_WORK, "Somebody else reviews what you did.")
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what you found; all who are in it read it.")
    return None


def in_charge(concern: ConcernFacts) -> frozenset[Part]:
    """Who may end it: whoever has got furthest with it."""
    return in_charge_of({part for part in Part if concern.filled(part)})


def in_charge_of(filled: Collection[Part]) -> frozenset[Part]:
    furthest = (part for part in (Part.REVIEWER, Part.CHIEF) if part in filled)
    return frozenset({next(furthest, Part.LEAD)})


def why_not_close(reader: Reader, concern: ConcernFacts, learned: str) -> Refusal | None:
    """Why this person may not close a concern. It may be closed at any step."""
    refusal = why_not_act(reader, concern)
    if refusal:
        return refusal
    if concern.bypass is Bypass.PENDING:
        return Refusal(Reason.NEEDS_TWO, "The bypass is reviewed first, by the medical director.")
    if not concern.sits(reader) & in_charge(concern):
        names = " or ".join(one.words for one in in_charge(concern))
        return Refusal(Reason.NOT_YOURS, f"The {names} closes it.")
    if not learned.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what was learned; the clinician reads it.")
    return None


def why_not_hand_over(reader: Reader, concern: ConcernFacts, procedure: str) -> Refusal | None:
    """Why this person may not hand a concern over to a formal procedure outside Clinlead."""
    refusal = why_not_act(reader, concern)
    if refusal:
        return refusal
    if not concern.sits(reader) & {Part.CHIEF, Part.REVIEWER, Part.HR}:
        return Refusal(
            Reason.NOT_YOURS, "Only the chief of service, the reviewer or HR hands it over."
        )
    if not procedure.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Name the procedure, and nothing of the case.")
    return None


SEES_COUNTS = (Role.EXECUTIVE, Role.PROJECT_TEAM, Role.DIRECTOR)


def why_not_see_counts(reader: Reader) -> Refusal | None:
    """Why this person may not see how many, of whom none can be known."""
    return None if reader.has(*SEES_COUNTS) else NOT_SHOWN


def why_not_set_contacts(reader: Reader) -> Refusal | None:
    """Why this person may not set the contacts."""
    if reader.has(Role.HR):
        return None
    return Refusal(Reason.NOT_YOURS, "HR sets whom a clinician can turn to.")


def why_not_give_characteristics(reader: Reader, person_id: int) -> Refusal | None:
    """Why this person may not give somebody's characteristics: their own, or as HR."""
    if reader.person_id == person_id or reader.has(Role.HR):
        return None
    return Refusal(Reason.NOT_YOURS, "Everybody gives their own, or HR does.")
