"""Two departments that became one at the beginning of the open quarter, as a trust would do it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from clinlead.access.actions import grant_role
from clinlead.access.deciding import leads_of
from clinlead.access.mergers import Wanted, merge_departments
from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.demo import strategy
from clinlead.organisation.models import Department, Division

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

PARTS = ("ent", "maxillofacial")
NAME, DIVISION = "Head and neck surgery", "head-and-neck"
BECAUSE = "One on-call rota and one ward since the spring; agreed by the trust board in May."
DECIDED = timedelta(days=20)  # before the day from which they are one


def merge_two(making: "Making") -> Iterator[datetime]:
    """By the HR manager; the director of the first leads the new department, by two people."""
    parts = list(Department.objects.filter(code__in=PARTS).order_by("code"))
    if len(parts) < len(PARTS):
        return  # a smaller trust
    on = making.plan.quarter[0]
    at = timezone.make_aware(datetime.combine(on - DECIDED, time(10)))
    yield at
    accounts = {each.username: each for each in Account.objects.select_related("person")}
    wanted = Wanted(name=NAME, division=Division.objects.get(code=DIVISION), on=on, because=BECAUSE)
    made = merge_departments(parts=parts, wanted=wanted, by=accounts["hr"], at=at)
    grant_role(
        account=leads_of(parts[0], on - DECIDED)[0],
        role=Role.LEAD,
        department=made,
        starts_on=on,
        by=accounts["sysadmin"],
        seconded_by=accounts["director"],
        at=at,
    )
    yield from strategy.state_mandate(made, timezone.make_aware(datetime.combine(on, time(10))))
