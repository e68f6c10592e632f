"""Granting and ending roles and grants."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from clinlead.access.models import Account, Grant, NamesAgreement, RoleHolding
from clinlead.access.policies import (
    Role,
    refuse_if,
    why_not_grant_role,
    why_not_grant_sight,
    why_not_hold,
    why_not_revoke_sight,
    why_not_speak_for_names,
)
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.models import Department, Division, Post, WorkStream


@transaction.atomic
def grant_role(
    *,
    account: Account,
    role: Role,
    starts_on: date,
    at: datetime,
    by: Account | None,
    seconded_by: Account | None = None,
    department: Department | None = None,
    division: Division | None = None,
    stream: WorkStream | None = None,
    ends_on: date | None = None,
    deputises_for: RoleHolding | None = None,
) -> RoleHolding:
    """Give somebody a role for a time. Without `by` it is the installation's own first set-up."""
    held = RoleHolding.objects.on(starts_on).filter(account=account)
    refuse_if(why_not_hold(role, frozenset(Role(one.role) for one in held)))
    if by is not None:
        second = seconded_by.pk if seconded_by else None
        refuse_if(
            why_not_grant_role(
                role, granted_by_id=by.pk, seconded_by_id=second, account_id=account.pk
            )
        )
    holding = RoleHolding.objects.create(
        account=account,
        role=role,
        department=department,
        division=division,
        stream=stream,
        starts_on=starts_on,
        ends_on=ends_on,
        deputises_for=deputises_for,
        granted_by=by,
        seconded_by=seconded_by,
    )
    place = department or division or stream
    append(
        act="role granted",
        at=at,
        by_id=by.pk if by else None,
        about=[account.person_id] if account.person_id else [],
        object_kind="role",
        object_id=holding.pk,
        details={"role": role, "account": account.pk, "in": place.code if place else ""},
    )
    return holding


@transaction.atomic
def grant_sight(
    *,
    to: Account,
    department: Department,
    named: bool,
    reason: str,
    agreement: str,
    until: date,
    by: Account,
    at: datetime,
) -> Grant:
    """Let somebody outside the department see its figures; the people named are told."""
    today = at.date()
    refuse_if(why_not_grant_sight(department.pk, reader_of(by, today), reason, agreement))
    grant = Grant.objects.create(
        account=to,
        department=department,
        named=named,
        reason=reason,
        agreement=agreement,
        starts_on=today,
        ends_on=until,
        granted_by=by,
        granted_at=at,
    )
    members = Post.objects.on(today).filter(department=department)
    append(
        act="sight granted",
        at=at,
        by_id=by.pk,
        about=members.values_list("person_id", flat=True),
        object_kind="grant",
        object_id=grant.pk,
        details={"to": to.pk, "named": named, "until": until.isoformat(), "reason": reason},
    )
    for name in settings.AFTER_GRANTS:
        import_string(name)(grant=grant, at=at)
    return grant


@transaction.atomic
def revoke_sight(*, grant_id: int, by: Account, at: datetime) -> Grant:
    """End a grant at once."""
    grant = Grant.objects.select_for_update().get(pk=grant_id)
    refuse_if(why_not_revoke_sight(grant.department_id, reader_of(by, at.date())))
    if grant.revoked_at:
        return grant
    grant.revoked_by, grant.revoked_at = by, at
    grant.save(update_fields=["revoked_by", "revoked_at"])
    append(act="sight revoked", at=at, by_id=by.pk, object_kind="grant", object_id=grant.pk)
    return grant


@transaction.atomic
def agree_to_names(*, department: Department, by: Account, at: datetime) -> None:
    """A member agrees to be named inside the department; names show only when all have."""
    person = member(department, by, at)
    standing = department.names_agreements.filter(person_id=person, withdrawn_at=None)
    if standing.exists():
        return
    NamesAgreement.objects.create(person_id=person, department=department, agreed_at=at)
    record_word_on_names("names agreed", department, person, by, at)


@transaction.atomic
def withdraw_from_names(*, department: Department, by: Account, at: datetime) -> None:
    """A member withdraws; from now on nobody in the department is named to the others."""
    person = member(department, by, at)
    standing = department.names_agreements.filter(person_id=person, withdrawn_at=None)
    if standing.update(withdrawn_at=at):
        record_word_on_names("names withdrawn", department, person, by, at)


def member(department: Department, by: Account, at: datetime) -> int:
    person = by.person_id or 0
    refuse_if(why_not_speak_for_names(reader_of(by, at.date()), person, department.pk))
    return person


def record_word_on_names(
    act: str, department: Department, person: int, by: Account, at: datetime
) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[person],
        object_kind="department",
        object_id=department.code,
    )
