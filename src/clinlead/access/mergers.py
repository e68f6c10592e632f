"""Departments that merge: the act, and who is told by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.text import slugify

from clinlead.access.merging_policies import MergerFacts, why_not_merge
from clinlead.access.models import Account, Grant
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.merging import join_streams, move_codes, move_posts, open_department
from clinlead.organisation.models import Department, Division


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The department that is to be, from a day on."""

    name: str
    division: Division
    on: date
    because: str

    @property
    def code(self) -> str:
        return slugify(self.name)[:50]


@transaction.atomic
def merge_departments(
    *, parts: Collection[Department], wanted: Wanted, by: Account, at: datetime
) -> Department:
    """From a day on these departments are one. What was theirs before stays theirs.

    Roles, grants, agreements to names, openings and mandates are not carried over: sight of the
    new department's figures is given anew. The old ones' leads finish what is theirs.
    """
    pks = [each.pk for each in parts]
    locked = list(Department.objects.select_for_update().filter(pk__in=pks))
    refuse_if(why_not_merge(reader_of(by, at.date()), facts_of(locked, wanted)))
    made = open_department(
        code=wanted.code, name=wanted.name, division=wanted.division, parts=locked, on=wanted.on
    )
    moved = {
        "people": move_posts(locked, made, wanted.on),
        "codes": move_codes(locked, made, wanted.on),
        "streams": [each.code for each in join_streams(locked, made)],
    }
    for name in settings.AFTER_MERGERS:
        import_string(name)(department=made, parts=locked, at=at)
    append(
        act="departments merged",
        at=at,
        by_id=by.pk,
        object_kind="department",
        object_id=made.code,
        details=details_of(locked, wanted) | moved,
    )
    return made


def details_of(parts: Collection[Department], wanted: Wanted) -> dict[str, object]:
    return {
        "merged": sorted(each.code for each in parts),
        "from": wanted.on.isoformat(),
        "reason": wanted.because.strip(),
    }


def facts_of(parts: Collection[Department], wanted: Wanted) -> MergerFacts:
    same = Q(code=wanted.code) | Q(name__iexact=wanted.name)
    return MergerFacts(
        parts=frozenset(each.pk for each in parts),
        closed=frozenset(each.pk for each in parts if each.closed_on),
        not_open=frozenset(
            each.pk for each in parts if each.opened_on and each.opened_on >= wanted.on
        ),
        on=wanted.on,
        name_taken=Department.objects.filter(same).exists(),
        because=wanted.because,
    )


def grants_left_behind(department: Department, on: date) -> list[Grant]:
    """Grants that go on over the old departments' figures alone, and not over the new one's."""
    grants = Grant.objects.in_force(on).filter(department__continued_by=department)
    return list(grants.select_related("account__person", "department"))
