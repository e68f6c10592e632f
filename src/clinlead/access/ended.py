"""What somebody could see until lately: a role that ended, a grant that was ended or ran out."""

from datetime import date, timedelta

from django.utils import timezone

from clinlead.access.models import Account, Grant, RoleHolding
from clinlead.access.policies import Role

LATELY = timedelta(days=30)


def ended_lately(account: Account, on: date) -> list[tuple[str, date]]:
    """In words, with the last day; two questions. It tells them only what was theirs."""
    roles = RoleHolding.objects.filter(account=account, ends_on__lt=on, ends_on__gte=on - LATELY)
    found = [(role_words(one), one.ends_on) for one in roles.select_related(*PLACES)]
    grants = Grant.objects.filter(account=account, ends_on__gte=on - LATELY)
    for grant in grants.exclude(revoked_at=None, ends_on__gte=on).select_related("department"):
        revoked = timezone.localdate(grant.revoked_at) if grant.revoked_at else grant.ends_on
        found.append((f"your grant to see figures of {grant.department}", revoked))
    return sorted(
        ((words, last) for words, last in found if last and last >= on - LATELY),
        key=lambda one: one[1],
        reverse=True,
    )


PLACES = ("department", "division", "stream")


def role_words(one: RoleHolding) -> str:
    place = one.department or one.division or one.stream
    label = Role(one.role).label.lower()
    return f"your role as {label}" + (f", {place}" if place else "")
