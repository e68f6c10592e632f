"""Proposing, seconding and ending roles. A role that sees named results takes two people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from clinlead.access.actions import grant_role
from clinlead.access.models import Account, RoleHolding, RoleProposal
from clinlead.access.policies import (
    SEES_NAMED,
    ProposalFacts,
    Role,
    refuse_if,
    why_not_answer_proposal,
    why_not_hold,
    why_not_manage_roles,
    why_not_propose_role,
)
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.models import Department, Division, WorkStream


@dataclass(frozen=True, kw_only=True)
class RoleWanted:
    """Which role, where and for how long."""

    role: Role
    starts_on: date
    ends_on: date | None = None
    department: Department | None = None
    division: Division | None = None
    stream: WorkStream | None = None

    @property
    def placed(self) -> bool:
        """Whether the role has the place that belongs to it; most roles have none."""
        kind = PLACES.get(self.role)
        return kind is None or getattr(self, kind) is not None

    def place(self) -> dict[str, Department | Division | WorkStream | None]:
        """Only the place that belongs to the role."""
        mine = PLACES.get(self.role)
        return {kind: getattr(self, kind) if kind == mine else None for kind in PLACES.values()}


# Where a role is held.
PLACES = {Role.LEAD: "department", Role.CHIEF: "division", Role.STREAM_LEAD: "stream"}


@transaction.atomic
def propose_role(
    *, account: Account, wanted: RoleWanted, reason: str, by: Account, at: datetime
) -> RoleProposal:
    """Propose a role. One that sees no named results of others is given at once."""
    reader = reader_of(by, at.date())
    refuse_if(why_not_propose_role(reader, account.pk, wanted.role, wanted.placed, reason))
    held = RoleHolding.objects.on(wanted.starts_on).filter(account=account)
    refuse_if(why_not_hold(wanted.role, frozenset(Role(one.role) for one in held)))
    proposal = RoleProposal.objects.create(
        account=account,
        role=wanted.role,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
        **wanted.place(),
    )
    if wanted.role in SEES_NAMED:
        note("role proposed", proposal, by, at)
    else:
        give(proposal, by=by, seconded_by=None, at=at)
    return proposal


@transaction.atomic
def second_role(*, proposal_id: int, by: Account, at: datetime) -> RoleHolding:
    """Agree to a proposed role: the second of the two people that it takes."""
    proposal = open_proposal(proposal_id, by, at)
    return give(proposal, by=proposal.proposed_by, seconded_by=by, at=at)


@transaction.atomic
def decline_role(*, proposal_id: int, by: Account, at: datetime) -> RoleProposal:
    """Say no to a proposed role."""
    proposal = open_proposal(proposal_id, by, at)
    proposal.answered_by, proposal.answered_at = by, at
    proposal.save(update_fields=["answered_by", "answered_at"])
    note("role declined", proposal, by, at)
    return proposal


def open_proposal(proposal_id: int, by: Account, at: datetime) -> RoleProposal:
    proposal = RoleProposal.objects.select_for_update().get(pk=proposal_id)
    refuse_if(why_not_answer_proposal(reader_of(by, at.date()), facts_of(proposal)))
    return proposal


def facts_of(proposal: RoleProposal) -> ProposalFacts:
    return ProposalFacts(
        account_id=proposal.account_id,
        proposed_by_id=proposal.proposed_by_id,
        answered=proposal.answered_at is not None,
    )


def give(
    proposal: RoleProposal, *, by: Account, seconded_by: Account | None, at: datetime
) -> RoleHolding:
    holding = grant_role(
        account=proposal.account,
        role=Role(proposal.role),
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        department=proposal.department,
        division=proposal.division,
        stream=proposal.stream,
        by=by,
        seconded_by=seconded_by,
        at=at,
    )
    proposal.answered_by, proposal.answered_at = seconded_by or by, at
    proposal.holding = holding
    proposal.save(update_fields=["answered_by", "answered_at", "holding"])
    return holding


@transaction.atomic
def end_role(*, holding_id: int, by: Account, at: datetime) -> RoleHolding:
    """End a role: yesterday was its last day, or its first day where it began only today."""
    refuse_if(why_not_manage_roles(reader_of(by, at.date())))
    holding = RoleHolding.objects.select_for_update().get(pk=holding_id)
    yesterday = at.date() - timedelta(days=1)
    if holding.ends_on is not None and holding.ends_on <= yesterday:
        return holding
    holding.starts_on = min(holding.starts_on, yesterday)  # a role that began today never was
    holding.ends_on = yesterday
    holding.save(update_fields=["starts_on", "ends_on"])
    append(
        act="role ended",
        at=at,
        by_id=by.pk,
        about=[holding.account.person_id] if holding.account.person_id else [],
        object_kind="role",
        object_id=holding.pk,
        details={"role": holding.role, "account": holding.account_id},
    )
    return holding


def note(act: str, proposal: RoleProposal, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=[proposal.account.person_id] if proposal.account.person_id else [],
        object_kind="role proposal",
        object_id=proposal.pk,
        details={"role": proposal.role, "account": proposal.account_id, "reason": proposal.reason},
    )
