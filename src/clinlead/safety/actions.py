"""Every write of this room: what was found is kept, and answered by whoever may."""

from clinlead.safety.answering import acknowledge, read_own, say_done
from clinlead.safety.escalating import escalate_due
from clinlead.safety.keeping import after_figures, watch_all

__all__ = ["acknowledge", "after_figures", "escalate_due", "read_own", "say_done", "watch_all"]
