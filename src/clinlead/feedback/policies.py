"""Who chooses raters, answers, and reads what colleagues said. Pure rules; default is no."""

from dataclasses import dataclass
from datetime import date

from clinlead.access.policies import OwnerFacts, Reader, Reason, Refusal, Role, is_owner
from clinlead.conversations import policies as two
from clinlead.feedback.facts import BOTH, CLINICIAN, LEAST_ANSWERS, REVIEWER, RoundFacts, unbalanced

NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "There is nothing here for you to see.")


def why_not_begin(reader: Reader, owner: OwnerFacts, *, another: bool) -> Refusal | None:
    """Why this person may not begin a round: the clinician does, or whoever decides for them."""
    if two.why_not_take_part(reader, owner):
        return NOT_SHOWN
    if another:
        return Refusal(Reason.ALREADY_DONE, "Colleagues are being asked already.")
    return None


def why_not_see(reader: Reader, feedback: RoundFacts) -> Refusal | None:
    """Why this person may not know of a round. It is private to two, as a conversation is."""
    return two.why_not_see(reader, feedback.two) and NOT_SHOWN


def side_of(reader: Reader, feedback: RoundFacts) -> str:
    return CLINICIAN if is_owner(reader, feedback.two.owner) else REVIEWER


def why_not_choose(reader: Reader, feedback: RoundFacts) -> Refusal | None:
    """Why this person may not add a rater or take one out: the two may, until they are asked."""
    refusal = why_not_see(reader, feedback)
    if refusal or not feedback.asked:
        return refusal
    return Refusal(Reason.WRONG_STAGE, "They have been asked. Nobody is added or taken out now.")


@dataclass(frozen=True, kw_only=True)
class RaterFacts:
    """What the rules need to know of somebody who could be asked."""

    account_id: int
    is_owner: bool
    decides: bool  # for the clinician: they read the results
    chosen: bool = False


def why_not_rate(rater: RaterFacts) -> Refusal | None:
    """Why somebody cannot be one of those who are asked."""
    if rater.is_owner:
        return Refusal(Reason.OWN_CASE, "Your own view has a page of its own.")
    if rater.decides:
        return Refusal(Reason.OWN_WORK, "Whoever reads the answers is not one of those asked.")
    if rater.chosen:
        return Refusal(Reason.ALREADY_DONE, "They are chosen already.")
    return None


def why_not_ask(reader: Reader, feedback: RoundFacts, closes_on: date) -> Refusal | None:
    """Why this person may not ask the raters: whoever decides does, once the choice is balanced."""
    refusal = why_not_choose(reader, feedback)
    if refusal:
        return refusal
    if is_owner(reader, feedback.two.owner):
        return Refusal(
            Reason.OWN_CASE, "Whoever leads you looks at the choice, and asks. You both choose."
        )
    if words := unbalanced(feedback.groups):
        return Refusal(Reason.WRONG_STAGE, words)
    return why_not_until(reader, closes_on)


def why_not_until(reader: Reader, closes_on: date) -> Refusal | None:
    if closes_on > reader.on:
        return None
    return Refusal(Reason.WRONG_STAGE, "Give them some days: choose a later day.")


def why_not_ask_longer(reader: Reader, feedback: RoundFacts, closes_on: date) -> Refusal | None:
    """Why this person may not give raters more time: only where too few answered to show any."""
    refusal = why_not_see(reader, feedback)
    if refusal:
        return refusal
    if not feedback.over(reader.on) or feedback.enough:
        return Refusal(Reason.WRONG_STAGE, "More time is given once it is over with too few.")
    if feedback.answered == feedback.chosen:
        return Refusal(Reason.WRONG_STAGE, "Everybody who was asked has answered.")
    return why_not_until(reader, closes_on)


def why_not_answer(
    reader: Reader, feedback: RoundFacts, *, asked: bool, answered: bool
) -> Refusal | None:
    """Why this person may not answer: whoever was asked does, once, while it is open."""
    if not asked or not feedback.asked:
        return NOT_SHOWN
    if answered:
        return Refusal(Reason.ALREADY_DONE, "You have answered. Thank you.")
    if feedback.over(reader.on):
        return Refusal(Reason.WINDOW_CLOSED, "The day to answer by has passed.")
    return None


def why_not_assess_oneself(reader: Reader, feedback: RoundFacts) -> Refusal | None:
    """Why this person may not write the self-assessment: before they read what others say."""
    refusal = why_not_see(reader, feedback)
    if refusal:
        return refusal
    if not is_owner(reader, feedback.two.owner):
        return Refusal(Reason.NOT_YOURS, "The clinician says how they see themselves.")
    if feedback.self_assessed:
        return Refusal(Reason.ALREADY_DONE, "You have said how you see yourself.")
    if feedback.over(reader.on) and feedback.enough:
        return Refusal(Reason.WINDOW_CLOSED, "You could read the answers by now.")
    return None


def why_not_read(reader: Reader, feedback: RoundFacts) -> Refusal | None:
    """Why this person may not read the answers on the scale: not before it is over, nor of few."""
    return why_not_see(reader, feedback) or why_not_shown(feedback, reader.on)


def why_not_shown(feedback: RoundFacts, today: date) -> Refusal | None:
    """Why answers are shown to nobody yet."""
    if not feedback.over(today):
        return Refusal(
            Reason.WRONG_STAGE,
            "Answers are shown once it is over: until then a new one could be told from the rest.",
        )
    if not feedback.enough:
        return Refusal(
            Reason.NOT_THEIRS_TO_SEE,
            f"Fewer than {LEAST_ANSWERS} answered, so nothing is shown: somebody could be known.",
        )
    return None


def why_not_agree(reader: Reader, feedback: RoundFacts, words: str) -> Refusal | None:
    """Why this person may not say how the two read what colleagues wrote in their own words."""
    refusal = why_not_read(reader, feedback)
    if refusal:
        return refusal
    if side_of(reader, feedback) in feedback.agreed:
        return Refusal(Reason.ALREADY_DONE, "You have agreed.")
    if not words.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say how you read it: where, when, who beside you.")
    return None


def why_not_read_words(reader: Reader, feedback: RoundFacts) -> Refusal | None:
    """Why this person may not read what colleagues wrote: both agree first how to read it."""
    return why_not_read(reader, feedback) or why_words_held_back(feedback)


def why_words_held_back(feedback: RoundFacts) -> Refusal | None:
    if feedback.agreed == BOTH:
        return None
    return Refusal(
        Reason.NOT_AGREED,
        "Colleagues’ own words are held back until both agree how to read them.",
    )


def why_not_read_escalated(reader: Reader, feedback: RoundFacts, reason: str) -> Refusal | None:
    """Why this person, neither of the two, may not read what colleagues said.

    HR may, while a concern about the clinician is open that has brought them in, for a reason that
    the clinician reads; what is shown to nobody is not shown to them either.
    """
    brought_in = reader.has(Role.HR) and reader.account_id in feedback.escalated_to
    if not brought_in or is_owner(reader, feedback.two.owner):
        return NOT_SHOWN
    if reader.account_id in feedback.raters:
        return Refusal(
            Reason.OWN_WORK, "You were asked in this round. Whoever answers does not read the rest."
        )
    refusal = why_not_shown(feedback, reader.on)
    if refusal or reason.strip():
        return refusal
    return Refusal(Reason.NO_REASON_GIVEN, "Say why you need it; the clinician reads it.")
