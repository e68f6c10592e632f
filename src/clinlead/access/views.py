"""Grants of sight and roles: given, answered and ended."""

from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access import roles
from clinlead.access.actions import grant_sight, revoke_sight
from clinlead.access.forms import GrantForm, RoleForm, matching
from clinlead.access.models import RoleHolding, RoleProposal
from clinlead.access.policies import (
    Button,
    Role,
    why_not_answer_proposal,
    why_not_manage_roles,
    why_not_revoke_sight,
)
from clinlead.access.queries import accounts_with_roles, grants_visible_to

ON_A_PAGE = 50


def role_managers_only(view):
    """To everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if why_not_manage_roles(request.reader):  # type: ignore[attr-defined]
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
def grants(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    visible = grants_visible_to(reader)
    running = [g for g in visible if g.revoked_at is None and g.ends_on >= reader.on]
    rows = [
        (grant, Button.guarded("End", why_not_revoke_sight(grant.department_id, reader)))
        for grant in running
    ]
    past = [grant for grant in visible if grant not in running]
    page = {"running": rows, "past": past, "may_give": bool(reader.leads)}
    return render(request, "access/grants.html", page)


@require_http_methods(["GET", "POST"])
def give_grant(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    form = GrantForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        grant = grant_sight(**form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"{grant.account} may see this until the day you set.")
        return redirect("grants")
    return render(request, "access/give_grant.html", {"form": form, "may": bool(reader.leads)})


@require_POST
def end_grant(request: HttpRequest, grant_id: int) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    grant = get_object_or_404(grants_visible_to(reader), pk=grant_id)
    revoke_sight(grant_id=grant.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{grant.account} can no longer see these figures.")
    return redirect("grants")


@require_GET
@role_managers_only
def roles_page(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    query = request.GET.get("q", "").strip()
    accounts = Paginator(matching(query), ON_A_PAGE).get_page(request.GET.get("page"))
    waiting = RoleProposal.objects.filter(answered_at=None).select_related(
        "account__person", "proposed_by__person", "department", "division", "stream"
    )
    proposals = [
        (one, Button.guarded("Second", why_not_answer_proposal(reader, roles.facts_of(one))))
        for one in waiting
    ]
    held = accounts_with_roles(accounts.object_list, reader.on)
    page = {"accounts": accounts, "held": held, "proposals": proposals, "q": query}
    return render(request, "access/roles.html", page)


@require_http_methods(["GET", "POST"])
@role_managers_only
def propose_role(request: HttpRequest) -> HttpResponse:
    form = RoleForm(request.POST or None, reader=request.reader)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        proposal = roles.propose_role(
            account=form.cleaned_data["account"],
            wanted=form.wanted(),
            reason=form.cleaned_data["reason"],
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        messages.success(request, outcome_of(proposal))
        return redirect("roles")
    return render(request, "access/propose_role.html", {"form": form})


def outcome_of(proposal: RoleProposal) -> str:
    label = Role(proposal.role).label
    if proposal.holding_id:
        return f"{proposal.account} is now: {label}."
    return f"{label} sees named results, so somebody else must second this before it counts."


@require_POST
@role_managers_only
def answer_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    proposal = get_object_or_404(RoleProposal, pk=proposal_id)
    if request.POST.get("answer") == "second":
        roles.second_role(proposal_id=proposal.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"Seconded: {proposal.account} now holds the role.")
    else:
        roles.decline_role(proposal_id=proposal.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Declined. Nothing was given.")
    return redirect("roles")


@require_POST
@role_managers_only
def end_role(request: HttpRequest, holding_id: int) -> HttpResponse:
    holding = get_object_or_404(RoleHolding, pk=holding_id)
    roles.end_role(holding_id=holding.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"Ended. {holding.account} no longer holds the role.")
    return redirect("roles")
