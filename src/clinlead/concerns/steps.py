"""The steps of a concern: as shipped, as proposed, and as approved by an executive."""

import tomllib
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.concerns.facts import StepKind
from clinlead.concerns.models import Route, RouteStep
from clinlead.concerns.routing import RouteText, StepText, why_not_decide, why_not_propose
from clinlead.history.actions import append
from clinlead.strategy.policies import State

SHIPPED = Path(__file__).with_name("route.toml")


@lru_cache(maxsize=1)
def shipped() -> RouteText:
    given = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return RouteText(
        steps=tuple(StepText(StepKind(kind), *words) for kind, *words in given["steps"]),
        answer_days=given["answer_days"],
        discussions=given["discussions"],
    )


def text_of(route: Route) -> RouteText:
    return RouteText(
        steps=tuple(StepText(StepKind(o.kind), o.title, o.about) for o in route.steps.all()),
        answer_days=route.answer_days,
        discussions=route.discussions,
    )


def in_force() -> Route | None:
    """The route that the next concern is opened under; None before there is any."""
    return Route.objects.filter(state=State.APPROVED).prefetch_related("steps").first()


def text_in_force() -> RouteText:
    found = in_force()
    return text_of(found) if found else shipped()


@transaction.atomic
def route_in_force(at: datetime) -> Route:
    """The route in force; the shipped one becomes version 1 where there is none yet."""
    return in_force() or written(shipped(), State.APPROVED, "", None, at)


def waiting() -> Route | None:
    found = Route.objects.filter(state=State.WAITING).select_related("written_by__person")
    return found.prefetch_related("steps").first()


@transaction.atomic
def propose_route(*, route: RouteText, because: str, by: Account, at: datetime) -> Route:
    """Another version waits for an executive; the one in force stays until then."""
    route_in_force(at)  # so that what is replaced has a version of its own
    waits = Route.objects.select_for_update().filter(state=State.WAITING).exists()
    refuse_if(why_not_propose(reader_of(by, at.date()), route, because, waits=waits))
    return written(route, State.WAITING, because.strip(), by, at)


@transaction.atomic
def decide_route(*, version: int, approve: bool, by: Account, at: datetime) -> Route:
    """Approved, it is in force for concerns that are opened from now on; others keep theirs."""
    found = Route.objects.select_for_update().get(version=version)
    waits = found.state == State.WAITING
    reader = reader_of(by, at.date())
    refuse_if(why_not_decide(reader, waits=waits, written_by_id=found.written_by_id))
    if approve:
        Route.objects.filter(state=State.APPROVED).update(state=State.REPLACED)
    found.state = State.APPROVED if approve else State.DECLINED
    found.decided_by, found.decided_at = by, at
    found.save(update_fields=["state", "decided_by", "decided_at"])
    noted(f"steps {found.state}", found, by, at)
    return found


def written(text: RouteText, state: State, because: str, by: Account | None, at: datetime) -> Route:
    newest = Route.objects.select_for_update().order_by("-version").first()
    made = Route.objects.create(
        version=newest.version + 1 if newest else 1,
        state=state,
        answer_days=text.answer_days,
        discussions=text.discussions,
        changed_because=because,
        written_by=by,
        written_at=at,
    )
    RouteStep.objects.bulk_create(
        RouteStep(route=made, order=order, kind=one.kind, title=one.title, about=one.about)
        for order, one in enumerate(text.steps, start=1)
    )
    noted("steps proposed" if by else "steps set up", made, by, at)
    return made


def noted(act: str, route: Route, by: Account | None, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk if by else None,
        object_kind="steps of a concern",
        object_id=route.version,
        details={"because": route.changed_because},
    )
