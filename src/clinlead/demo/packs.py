"""Packs of the invented trust: who asked for e-mail, what was chosen and planned, and what is made.

E-mail goes to files in `sent-mail` of the demonstration's directory, never anywhere else.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from clinlead.access.models import Account
from clinlead.background.claiming import queue
from clinlead.background.working import do_now
from clinlead.improvement.policies import Towards
from clinlead.notices.actions import MAIL, choose_mail
from clinlead.notices.models import Letter
from clinlead.packs.actions import choose
from clinlead.packs.goals import GoalSaid, set_goal
from clinlead.packs.planning import PlanSaid, write_plan
from clinlead.packs.policies import Comparator
from clinlead.releases.models import Release, ReleaseState

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

WANT_MAIL = ("clinician", "peer", "lead", "director")
OWN_PAST = "peer"  # sets figures beside their own past, and has planned
PLANNED = PlanSaid(
    what="Agree a predicted date for every new patient in the morning board round.",
    who="With the ward sister, from the first of next month.",
    how="Four of five predicted dates right within a day, on my own chart.",
    shown=True,
)
AIMS = "clinician"  # has a goal of their own
STAY = "length-of-stay"
GOAL = GoalSaid(
    towards=Towards.AT_MOST,
    value=Decimal("4.5"),
    agreed="agreed with my clinical director in November",
)
MADE = "cardiology"  # the others' packs are made in the background, once the trust is served


def ask_for_mail(making: "Making") -> None:
    """Some want to be told by e-mail as well, and one chooses another comparator."""
    at = making.went_live_at
    for login in WANT_MAIL:
        account = Account.objects.get(username=login)
        choose_mail(by_mail=True, address=f"{login}@invented.example", by=account, at=at)
    choose(comparator=Comparator.OWN_PAST, by=Account.objects.get(username=OWN_PAST), at=at)


def make_packs(making: "Making") -> None:
    """Cardiology's, as the worker makes them, with a plan and a goal of clinicians; then e-mail."""
    at = making.on_day(10, 18)
    release = Release.objects.get(department__code=MADE, state=ReleaseState.RELEASED)
    by = Account.objects.get(username=OWN_PAST)
    write_plan(release_id=release.pk, said=PLANNED, by=by, at=at)
    aims = Account.objects.get(username=AIMS)
    set_goal(measure=STAY, shown=True, said=GOAL, by=aims, at=at)
    do_now(queue("packs", release.pk, at=at, about=str(release)), clock=lambda: at)
    if Letter.objects.exists():
        do_now(queue(MAIL, "notices", at=at, about="notices"), clock=lambda: at)
