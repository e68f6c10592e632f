"""A concern as the rules see it today: who sits in it and still holds the office."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from clinlead.access.deciding import Offices
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role
from clinlead.access.queries import readers_of
from clinlead.concerns.facts import Bypass, ConcernFacts, Part, Seat, State, StepKind
from clinlead.concerns.models import BypassUsed, Concern, Note, SeatHeld, Support
from clinlead.concerns.policies import why_not_hold
from clinlead.organisation.models import Department, Post
from clinlead.validation.clock import Away, last_day
from clinlead.validation.queries import away_spans

# All that hangs on a concern, for its rules and its page alike.
WHOLE = (
    Prefetch("seats", SeatHeld.objects.select_related("account__person", "brought_in_by__person")),
    Prefetch("notes", Note.objects.select_related("by__person")),
    Prefetch("support", Support.objects.select_related("offered_by__person", "result_by__person")),
    Prefetch("bypasses", BypassUsed.objects.select_related("by__person", "reviewed_by__person")),
)


def facts_of(concern: Concern, on: date, reader: Reader | None = None) -> ConcernFacts:
    """Of one that was read `WHOLE`."""
    return facts_of_each([concern], on, reader)[0]


def facts_of_each(
    concerns: Sequence[Concern], on: date, reader: Reader | None = None
) -> list[ConcernFacts]:
    """Of any number, read `WHOLE`: three questions, for roles of those in them and for leave."""
    offices = Offices(on)
    readers = readers_in(concerns, on, reader)
    away = away_spans({one.person_id for one in concerns})
    return [
        facts_with(one, offices.owner_in(*place_of(one)), readers, away[one.person_id])
        for one in concerns
    ]


def place_of(concern: Concern) -> tuple[int, int]:
    return concern.person_id, concern.department_id


def readers_in(
    concerns: Iterable[Concern], on: date, reader: Reader | None = None
) -> dict[int, Reader]:
    """Everybody who sits in these concerns, as the rules know them."""
    known = {reader.account_id: reader} if reader else {}
    seated = {one.account for concern in concerns for one in seats_held(concern)}
    return known | readers_of({one for one in seated if one.pk not in known}, on)


def facts_with(
    concern: Concern, owner: OwnerFacts, readers: Mapping[int, Reader], away: Sequence[Away]
) -> ConcernFacts:
    bypass = newest_bypass(concern)
    return ConcernFacts(
        owner=owner,
        state=State(concern.state),
        kind=kind_now(concern),
        seats=seats_with(concern, owner, readers),
        answered=has_answered(concern),
        answer_by=answer_by(concern, away),
        supported=any(one.result_at is not None for one in concern.support.all()),
        bypass=bypass.state if bypass else Bypass.NONE,
        bypass_by_id=bypass.by_id if bypass else None,
    )


def kind_now(concern: Concern) -> StepKind | None:
    step = next((one for one in concern.route.steps.all() if one.order == concern.step), None)
    return StepKind(step.kind) if step else None


def seats_held(concern: Concern) -> list[SeatHeld]:
    return [one for one in concern.seats.all() if one.left_at is None]


def seats_of(concern: Concern, owner: OwnerFacts, on: date) -> tuple[Seat, ...]:
    return seats_with(concern, owner, readers_in([concern], on))


def seats_with(
    concern: Concern, owner: OwnerFacts, readers: Mapping[int, Reader]
) -> tuple[Seat, ...]:
    def in_office(one: SeatHeld) -> bool:
        return why_not_hold(readers[one.account_id], Part(one.part), owner) is None

    held = seats_held(concern)
    return tuple(Seat(Part(one.part), one.account_id, in_office(one)) for one in held)


def newest_bypass(concern: Concern) -> BypassUsed | None:
    return next(reversed(concern.bypasses.all()), None)


def has_answered(concern: Concern) -> bool:
    """Whether the clinician wrote since the last step was told to them."""
    return any(
        one.by.person_id == concern.person_id and one.at >= concern.told_at
        for one in concern.notes.all()
    )


def answer_by(concern: Concern, away: Iterable[Away]) -> date | None:
    """The last day of the clinician's time: days away do not count; None while they are away."""
    told = timezone.localdate(concern.told_at)
    last = date.fromordinal(told.toordinal() + concern.route.answer_days)
    return last_day(told, last, away)


def could_hold(part: Part, department: Department, owner: OwnerFacts, on: date) -> list[Account]:
    """Everybody who could be brought in for a part, by name; `why_not_hold` decides in the act."""
    held = RoleHolding.objects.on(on).filter(places(part, department, owner))
    found = Account.objects.filter(pk__in=held.values("account_id"), is_active=True)
    if part is Part.REVIEWER:
        found = found.exclude(pk__in=insiders(department, on))
    others = found.exclude(person_id=owner.person_id)
    return list(others.select_related("person").order_by("person__name", "username"))


def places(part: Part, department: Department, owner: OwnerFacts) -> Q:
    """The roles that a part belongs to, and where they are held."""
    chief = Q(role=Role.CHIEF, division=department.division_id)
    director = Q(role=Role.DIRECTOR)
    if owner.owner_is_director and part is not Part.HR:
        return director
    above = chief | director
    if owner.owner_goes_to_director and part in (Part.LEAD, Part.CHIEF):
        elsewhere = Q(role=Role.CHIEF) & ~Q(division=department.division_id)
        return director if part is Part.LEAD else director | elsewhere
    if part is Part.LEAD:
        return above if owner.owner_leads else Q(role=Role.LEAD, department=department)
    if part is Part.CHIEF:
        return director if owner.owner_leads else above
    if part is Part.REVIEWER:
        return Q(role__in=(Role.LEAD, Role.CHIEF))
    return Q(role=Role.HR) if part is Part.HR else director


def insiders(department: Department, on: date) -> QuerySet:
    """Whoever works in a department, leads it, or is chief over it."""
    roles = RoleHolding.objects.on(on)
    near = roles.filter(Q(department=department) | Q(division=department.division_id))
    members = Post.objects.on(on).filter(department=department)
    inside = Q(pk__in=near.values("account_id")) | Q(person__in=members.values("person_id"))
    return Account.objects.filter(inside).values("pk")


def first_for(
    part: Part, department: Department, owner: OwnerFacts, on: date, *, but: Account
) -> Account | None:
    """Whom a bypass brings in: the department's own clinical director, or its own chief."""
    found = [one for one in could_hold(part, department, owner, on) if one != but]
    chiefs = RoleHolding.objects.on(on).filter(role=Role.CHIEF, account__in=found)
    first = set(chiefs.values_list("account_id", flat=True))
    return next(iter(sorted(found, key=lambda one: one.pk not in first)), None)
