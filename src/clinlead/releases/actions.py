"""Every write of this room, by the task it belongs to. Each act refuses first and records last."""

from clinlead.releases.acts import asking
from clinlead.releases.deciding import Seen, interpret, keep_words, sign_off, sign_off_together
from clinlead.releases.making import (
    append_words,
    release_again,
    release_figures,
    table_at_governance,
)
from clinlead.releases.preparing import (
    bi_check,
    control_totals,
    open_due_windows,
    prepare,
    prepare_due,
)
from clinlead.releases.totals import TotalSaid

__all__ = [
    "Seen",
    "TotalSaid",
    "append_words",
    "asking",
    "bi_check",
    "control_totals",
    "interpret",
    "keep_words",
    "open_due_windows",
    "prepare",
    "prepare_due",
    "release_again",
    "release_figures",
    "sign_off",
    "sign_off_together",
    "table_at_governance",
]
