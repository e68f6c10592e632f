"""Telling people that a safety signal waits: at once, on their home page and by e-mail.

Never what it is: no measure, no department and nobody's name goes out of the pages.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from clinlead.access.deciding import deciders, directors_cases_on, leads_of
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import OwnerFacts, Role
from clinlead.notices.actions import tell
from clinlead.safety.models import Signal

WAITS = "A safety signal waits for you"
HREF = "/safety/"


def tell_found(signals: Sequence[Signal], *, at: datetime) -> None:
    """The clinician concerned and whoever leads the department; one notice for all of a load."""
    asked = [one for one in signals if one.due_on is not None]
    if not asked:
        return
    owners = Account.objects.filter(person__in={one.person_id for one in asked if one.person_id})
    day = timezone.localdate(at)
    answering = [account for one in asked for account in answering_for(one, day)]
    say(dict.fromkeys([*owners, *answering]), f"safety found {asked[0].pk}", at)


def answering_for(signal: Signal, day: date) -> list[Account]:
    """Whoever leads the department; for their own the chief of service as well, or whoever is above
    a chief.
    """
    leads = leads_of(signal.department, day)
    if signal.person_id is None:
        return leads
    owner = OwnerFacts(
        person_id=signal.person_id,
        owner_leads=signal.person_id in {lead.person_id for lead in leads},
        owner_goes_to_director=signal.person_id in directors_cases_on(day),
    )
    return [*leads, *deciders(signal.department, owner, day)]


def tell_directors(signals: Sequence[Signal], *, at: datetime) -> None:
    """That nobody acknowledged some in time."""
    if not signals:
        return
    holding = RoleHolding.objects.on(timezone.localdate(at)).filter(role=Role.DIRECTOR)
    directors = [each.account for each in holding.select_related("account__person")]
    say(dict.fromkeys(directors), f"safety escalated {signals[0].pk}", at)


def say(accounts: dict[Account, None], key: str, at: datetime) -> None:
    tell(accounts, key=key, words=WAITS, href=HREF, at=at, urgent=True)
