"""What a notice may be and how its e-mail stands. Pure rules."""

from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal


class LetterState(StrEnum):
    """Where one e-mail stands. It leaves `waiting` once, so it is never sent twice."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # one worker is sending it now
    SENT = "sent"
    REFUSED = "refused"  # the mail server would not have it; certainly not sent
    UNSURE = "unsure"  # its worker ended while sending: perhaps sent, and not tried again


# Every move there is. From claimed back to waiting only where it certainly was not sent.
MOVES: dict[LetterState, frozenset[LetterState]] = {
    LetterState.WAITING: frozenset({LetterState.CLAIMED}),
    LetterState.CLAIMED: frozenset(
        {LetterState.SENT, LetterState.WAITING, LetterState.REFUSED, LetterState.UNSURE}
    ),
    LetterState.SENT: frozenset(),
    LetterState.REFUSED: frozenset(),
    LetterState.UNSURE: frozenset(),
}


def why_not_write_to(reader: Reader, account_id: int) -> Refusal | None:
    """Why this person may not say how somebody is told: everybody decides that for themselves."""
    if reader.account_id == account_id:
        return None
    return Refusal(Reason.NOT_YOURS, "Everybody decides for themselves how they are told.")
