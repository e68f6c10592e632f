"""Every write of this room, by the task it belongs to."""

from clinlead.validation.auditing import draw_audit_sample, record_audit
from clinlead.validation.challenging import (
    answer_transfer,
    claim_missing,
    raise_challenge,
    withdraw,
)
from clinlead.validation.checking import (
    confirm_records,
    end_pause,
    open_window,
    pause,
    undo_confirmation,
)
from clinlead.validation.investigating import add_evidence, find_claimed, propose_change
from clinlead.validation.reminding import remind_owners
from clinlead.validation.settling import accept_together, settle_again, settle_challenge

__all__ = [
    "accept_together",
    "add_evidence",
    "answer_transfer",
    "claim_missing",
    "confirm_records",
    "draw_audit_sample",
    "end_pause",
    "find_claimed",
    "open_window",
    "pause",
    "propose_change",
    "raise_challenge",
    "record_audit",
    "remind_owners",
    "settle_again",
    "settle_challenge",
    "undo_confirmation",
    "withdraw",
]
