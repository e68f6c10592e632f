"""Who may begin, read, write, sign, close and take away a review. Pure rules; default is no."""

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Refusal,
    Role,
    is_owner,
    why_not_decide_for,
)
from clinlead.reviews.facts import ReviewFacts, Side, State

NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "There is nothing here for you to see.")


def why_not_take_part(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person is neither the clinician nor whoever decides for them."""
    if is_owner(reader, owner) or why_not_decide_for(reader, owner) is None:
        return None
    return NOT_SHOWN


def why_not_begin(reader: Reader, owner: OwnerFacts, *, another: bool) -> Refusal | None:
    """Why this person may not begin a review. `another`: one of theirs here goes on."""
    refusal = why_not_take_part(reader, owner)
    if refusal or not another:
        return refusal
    return Refusal(
        Reason.ALREADY_DONE, "A review goes on already. Sign it, or close it, before the next."
    )


def why_not_see(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Why this person may not know of a review: it is private to the two.

    While it goes on and whoever held it decides for the clinician no longer, those who do now. HR
    reads a signed one once a concern has brought them in.
    """
    if is_owner(reader, review.owner):
        return None
    brought_in = reader.has(Role.HR) and reader.account_id in review.escalated_to
    if brought_in and review.state is State.SIGNED:
        return None
    if why_not_decide_for(reader, review.owner):
        return NOT_SHOWN
    if reader.account_id == review.held_by_id:
        return None
    goes_on = review.state is State.OPEN and not review.holder_decides
    return None if goes_on else NOT_SHOWN


def why_not_act(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Whether the review goes on and is this person's to work on."""
    refusal = why_not_see(reader, review)
    if refusal:
        return refusal
    if review.state is not State.OPEN:
        return Refusal(Reason.WRONG_STAGE, f"This review is {review.state}.")
    return None


def why_not_write(reader: Reader, review: ReviewFacts, side: Side) -> Refusal | None:
    """Why this person may not write for a side; what both agreed is written once they met."""
    refusal = why_not_act(reader, review)
    if refusal:
        return refusal
    if side is Side.BOTH:
        return why_not_met(review)
    if side is not review.side_of(reader):
        return Refusal(Reason.NOT_YOURS, "Each writes their own words.")
    return None


def why_not_met(review: ReviewFacts) -> Refusal | None:
    if review.met:
        return None
    return Refusal(Reason.WRONG_STAGE, "First both write, and you meet. Then write what you agree.")


def why_not_hand_over(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Why this person may not hand over what they bring."""
    refusal = why_not_act(reader, review)
    if refusal:
        return refusal
    side = review.side_of(reader)
    if side in review.handed_over:
        return Refusal(Reason.ALREADY_DONE, "You have handed over what you bring.")
    if left := review.left(side):
        names = ", ".join(each.words.lower() for each in left)
        return Refusal(
            Reason.WRONG_STAGE,
            f"Write of these too, if only that there is nothing to say: {names}.",
        )
    return None


def why_not_read_other(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Why this person may not yet read what the other brings."""
    refusal = why_not_see(reader, review)
    if refusal or review.shared:
        return refusal
    return Refusal(Reason.WRONG_STAGE, "Each reads the other’s words once both have handed over.")


def why_not_meet(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Why this person may not say that the two have met."""
    refusal = why_not_act(reader, review)
    if refusal or review.shared:
        return refusal
    return Refusal(Reason.WRONG_STAGE, "Both hand over what they bring before you meet.")


def why_not_set_objective(
    reader: Reader, review: ReviewFacts, *, serves: bool, stated: bool
) -> Refusal | None:
    """Why this person may not add an objective: it serves an outcome, where any is stated."""
    refusal = why_not_write(reader, review, Side.BOTH)
    if refusal:
        return refusal
    if stated and not serves:
        return Refusal(Reason.NO_REASON_GIVEN, "Say which outcome of the strategy it serves.")
    return None


def why_not_bring_evidence(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Why this person may not add, or take out, evidence of their own: the clinician does."""
    refusal = why_not_act(reader, review)
    if refusal or is_owner(reader, review.owner):
        return refusal
    return Refusal(Reason.NOT_YOURS, "The clinician brings this evidence.")


def why_not_sign(reader: Reader, review: ReviewFacts, digest: str) -> Refusal | None:
    """Why this person may not sign the text that they were shown, by its digest."""
    refusal = why_not_write(reader, review, Side.BOTH)
    if refusal:
        return refusal
    if left := review.left(Side.BOTH):
        names = ", ".join(each.words.lower() for each in left)
        return Refusal(Reason.WRONG_STAGE, f"Write first what you agreed on: {names}.")
    if not review.objectives:
        return Refusal(Reason.WRONG_STAGE, "Agree on at least one objective first.")
    if review.side_of(reader) in review.signed:
        return Refusal(Reason.ALREADY_DONE, "You have signed this text.")
    if digest != review.digest:
        return Refusal(
            Reason.WRONG_STAGE,
            "Something was changed since you opened this page. Read it again, then sign.",
        )
    return None


def why_not_close(reader: Reader, review: ReviewFacts, because: str) -> Refusal | None:
    """Why this person may not close a review that is not signed. Everything written stays."""
    refusal = why_not_act(reader, review)
    if refusal or because.strip():
        return refusal
    return Refusal(Reason.NO_REASON_GIVEN, "Say why; the other of you reads it.")


def why_not_take_away(reader: Reader, review: ReviewFacts) -> Refusal | None:
    """Why this person may not take a review away as a file: it is the clinician's to show."""
    refusal = why_not_see(reader, review)
    if refusal or is_owner(reader, review.owner):
        return refusal
    return Refusal(Reason.NOT_YOURS, "The clinician takes it away, and shows it where they wish.")


def why_overtaken(newest: int, based_on: int, who: str) -> Refusal | None:
    """Whether somebody saved newer words than those that these were written on."""
    if newest == based_on:
        return None
    return Refusal(
        Reason.WRONG_STAGE,
        f"{who} saved other words since you opened this page. They stand beside yours below: put "
        "both together and save again. Nothing is lost.",
    )


SEES_COUNTS = (Role.PROJECT_TEAM,)


def why_not_see_counts(reader: Reader) -> Refusal | None:
    """Why this person may not see how many reviews there were."""
    return None if reader.has(*SEES_COUNTS) else NOT_SHOWN
