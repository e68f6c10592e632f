"""A clinician's own plan after a release: three answers, theirs alone unless they show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.models import Person
from clinlead.packs.keeping import forget
from clinlead.packs.models import Pack, Plan
from clinlead.packs.policies import PackFacts, why_not_plan
from clinlead.releases.models import Release, ReleaseState


@dataclass(frozen=True, kw_only=True)
class PlanSaid:
    """The three answers, and whether the pack shows them to the clinical director."""

    what: str
    who: str = ""
    how: str = ""
    shown: bool = False


@transaction.atomic
def write_plan(*, release_id: int, said: PlanSaid, by: Account, at: datetime) -> Plan:
    """Keep what this clinician means to do; written again, it is the newest that counts."""
    release = Release.objects.get(pk=release_id)
    refuse_if(why_not_plan(reader_of(by, timezone.localdate(at)), plan_facts(release, by)))
    answers = {"what": said.what, "who": said.who, "how": said.how}
    plan, _ = Plan.objects.update_or_create(
        **months_of_plan(release),
        person=by.person,
        defaults={**answers, "shown": said.shown, "written_at": at},
    )
    append(
        act="plan written", at=at, by_id=by.pk, object_kind="pack", object_id=release.pk,
        details={"shown": said.shown},
    )  # fmt: skip
    return plan


@transaction.atomic
def erase_plan(*, release_id: int, by: Account, at: datetime) -> None:
    """Its owner takes it back: the words are gone, and so are the papers that print them."""
    release = Release.objects.get(pk=release_id)
    refuse_if(why_not_plan(reader_of(by, timezone.localdate(at)), plan_facts(release, by)))
    gone, _ = Plan.objects.filter(**months_of_plan(release), person=by.person_id).delete()
    if gone:
        forget(Pack.objects.filter(person=by.person_id, release__in=same_months(release)))
        append(act="plan erased", at=at, by_id=by.pk, object_kind="pack", object_id=release.pk)


def erase_plans(*, account: Account, at: datetime) -> dict[str, int]:
    """All of a person's plans, and the papers that print them (settings.ON_ERASURE)."""
    if account.person_id is None:
        return {}
    gone, _ = Plan.objects.filter(person=account.person_id, written_at__lte=at).delete()
    if gone:
        forget(Pack.objects.filter(person=account.person_id))
    return {"plans": gone}


def same_months(release: Release) -> QuerySet[Release]:
    """Every edition of a release."""
    return Release.objects.filter(**months_of_plan(release))


def plan_facts(release: Release, by: Account) -> PackFacts:
    own = release.figures.filter(person=by.person_id).exists()
    return PackFacts(
        department_id=release.department_id,
        out=release.state != ReleaseState.PREPARING,
        person_id=by.person_id if own else None,
    )


def months_of_plan(release: Release) -> dict[str, Any]:
    """A plan is of months, and stays when they are released again."""
    return {
        "department_id": release.department_id,
        "first_month": release.first_month,
        "last_month": release.last_month,
    }


def plan_of(release: Release, person: Person) -> Plan | None:
    return Plan.objects.filter(**months_of_plan(release), person=person).first()


def plan_before(release: Release, person: Person) -> Plan | None:
    """The newest that this clinician wrote of months before these."""
    earlier = Plan.objects.filter(person=person, last_month__lt=release.first_month)
    return earlier.order_by("-last_month").first()
