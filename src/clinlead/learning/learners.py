"""Who coaches whom, and what somebody has learned."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.learning.course import lessons
from clinlead.learning.models import Attempt
from clinlead.learning.policies import LearnerFacts
from clinlead.organisation.models import Department
from clinlead.workstreams.models import StreamPerson
from clinlead.workstreams.policies import PartPlayed


def streams_of(account: Account, on: date) -> QuerySet:
    """The streams that somebody manages or leads, or whose department they lead."""
    held = RoleHolding.objects.on(on).filter(account=account)
    led = held.filter(role=Role.LEAD).values("department_id")
    parts = StreamPerson.objects.on(on)
    managed = parts.filter(part=PartPlayed.MANAGER, account=account).values("stream_id")
    own = held.filter(role=Role.STREAM_LEAD).values("stream_id")
    here = Department.objects.filter(pk__in=led).values("streams")
    return parts.filter(Q(stream__in=managed) | Q(stream__in=own) | Q(stream__in=here))


def learner_facts(account: Account, on: date) -> LearnerFacts:
    """Whoever coaches a stream coaches its managers, its lead and its clinical directors."""
    coaches = streams_of(account, on).filter(part=PartPlayed.COACH)
    found = frozenset(coaches.values_list("account_id", flat=True)) - {account.pk}
    return LearnerFacts(account_id=account.pk, coaches=found)


def coached_by(reader: Reader) -> list[Account]:
    """The managers whom this person coaches today."""
    parts = StreamPerson.objects.on(reader.on)
    streams = parts.filter(part=PartPlayed.COACH, account_id=reader.account_id).values("stream_id")
    if not streams.exists():
        return []
    managers = parts.filter(part=PartPlayed.MANAGER, stream__in=streams).values("account_id")
    held = RoleHolding.objects.on(reader.on)
    leading = held.filter(role=Role.STREAM_LEAD, stream__in=streams).values("account_id")
    here = Department.objects.filter(streams__in=streams)
    directing = held.filter(role=Role.LEAD, department__in=here).values("account_id")
    found = Account.objects.filter(
        Q(pk__in=managers) | Q(pk__in=leading) | Q(pk__in=directing), is_active=True
    )
    return list(found.exclude(pk=reader.account_id).select_related("person").order_by("pk"))


def passed_by(account_id: int) -> dict[str, Attempt]:
    """The newest passed attempt of each lesson in its present wording, else the newest at all."""
    found: dict[str, Attempt] = {}
    digests = {code: lesson.digest for code, lesson in lessons().items()}
    for each in Attempt.objects.filter(account_id=account_id).order_by("at", "pk"):
        before = found.get(each.lesson)
        if each.lesson in digests and not (before and before.passed and not each.passed):
            found[each.lesson] = each
    return found


def has_passed(account_id: int, code: str) -> bool:
    """In any wording: a lesson that was passed is not asked for again."""
    return Attempt.objects.filter(account_id=account_id, lesson=code, passed=True).exists()


def number_passed(attempts: Iterable[Attempt]) -> int:
    return sum(each.passed for each in attempts)
