"""What somebody could see until lately: a role that ended, a grant that was ended or ran out."""

from datetime import date, timedelta

from django.utils import timezone

from clinlead.access.models import Account, Grant, RoleHolding
from clinlead.access.policies import Role

LATELY = timedelta(days=30)


def ended_lately(account: Account, on: date) -> list[tuple[str, date]]:
    """In words, with the last day; two questions. It tells them only what was theirs."""
    roles = RoleHolding.objects.filter(account=account, ends_on__lt=on, ends_on__gte=on - LATELY)
    found = [
        (role_words(role, next(filter(None, places), None)), last)
        for role, last, *places in roles.values_list("role", "ends_on", *PLACES)
    ]
    grants = Grant.objects.filter(account=account, ends_on__gte=on - LATELY)
    ended = grants.exclude(revoked_at=None, ends_on__gte=on)
    for department, revoked_at, last in ended.values_list(
        "department__name", "revoked_at", "ends_on"
    ):
        revoked = timezone.localdate(revoked_at) if revoked_at else last
        found.append((f"your grant to see figures of {department}", revoked))
    return sorted(
        ((words, last) for words, last in found if last and last >= on - LATELY),
        key=lambda one: one[1],
        reverse=True,
    )


PLACES = ("department__name", "division__name", "stream__name")


def role_words(role: str, place: str | None) -> str:
    return f"your role as {Role(role).label.lower()}" + (f", {place}" if place else "")
