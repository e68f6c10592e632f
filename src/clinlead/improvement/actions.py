"""Everything that changes in this room."""

from clinlead.improvement.cycling import (
    Plan,
    Study,
    call_off,
    change_plan,
    follow_cycle,
    hand_over,
    join_cycle,
    leave_cycle,
    plan_cycle,
    share_cycle,
    start_cycle,
    study_cycle,
)
from clinlead.improvement.deciding import (
    Decided,
    decide,
    decide_all,
    share_decision,
    withdraw_decision,
)
from clinlead.improvement.driving import add_driver, add_idea, end_driver, end_idea

__all__ = [
    "Decided",
    "Plan",
    "Study",
    "add_driver",
    "add_idea",
    "call_off",
    "change_plan",
    "decide",
    "decide_all",
    "end_driver",
    "end_idea",
    "follow_cycle",
    "hand_over",
    "join_cycle",
    "leave_cycle",
    "plan_cycle",
    "share_cycle",
    "share_decision",
    "start_cycle",
    "study_cycle",
    "withdraw_decision",
]
