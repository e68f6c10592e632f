"""Lists of challenges and audits: what waits for whom, what was settled, and bare counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader, Role
from clinlead.intake.models import Correction, CorrectionState
from clinlead.organisation.models import Department
from clinlead.validation.models import AuditSample, Challenge
from clinlead.validation.policies import (
    Agreement,
    ChallengeFacts,
    ChallengeReason,
    ChallengeState,
    why_not_settle,
)
from clinlead.validation.queries import facts_for_many

WITH_PEOPLE = ("person", "asked", "department", "settled_by__person", "raised_by__person")


def seen_by(reader: Reader) -> QuerySet[Challenge]:
    """Every challenge this person may follow, the longest waiting first."""
    found = Challenge.objects.visible_to(reader).select_related(*WITH_PEOPLE)
    return found.order_by("due_on", "pk")


def to_answer(person_id: int | None) -> QuerySet[Challenge]:
    """Open challenges that wait for this person to agree or dispute."""
    waiting = Challenge.objects.open().filter(asked_says=Agreement.ASKED)
    return waiting.filter(asked_id=person_id or 0).select_related(*WITH_PEOPLE)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One person's challenges, by what they can do."""

    answer: list[Challenge]
    settle: list[Challenge]
    own: list[Challenge]
    others: list[Challenge]  # open, seen, but somebody else's to settle
    settled: list[Challenge]

    @property
    def total(self) -> int:
        parts = (self.answer, self.settle, self.own, self.others, self.settled)
        return sum(len(part) for part in parts)


def queue_of(
    reader: Reader, challenges: Iterable[Challenge], offices: Offices | None = None
) -> Queue:
    """Sort what a person sees by what they can do with it; each stands once."""
    challenges = list(challenges)
    facts = facts_for_many(challenges, reader.on, offices)
    parts: dict[str, list[Challenge]] = {
        name: [] for name in ("answer", "settle", "own", "others", "settled")
    }
    for one in challenges:
        parts[part_for(reader, one, facts[one.pk])].append(one)
    parts["settled"].sort(key=lambda one: one.settled_at or one.raised_at, reverse=True)
    return Queue(**parts)


def part_for(reader: Reader, challenge: Challenge, facts: ChallengeFacts) -> str:
    is_open = facts.state is ChallengeState.OPEN
    if is_open and facts.asked_id == reader.person_id and facts.says is Agreement.ASKED:
        return "answer"
    if challenge.raised_by_id == reader.account_id:
        return "own"
    if not is_open:
        return "settled"
    return "settle" if why_not_settle(reader, facts) is None else "others"


@dataclass(frozen=True, kw_only=True)
class Direction:
    """Accepted challenges of a department: how many records left the raisers, and came to them."""

    out: int
    into: int
    neither: int  # dates and details


def accepted_by_direction(departments: Iterable[Department | int] | None = None) -> Direction:
    """Accepted challenges by direction, so that one-sided cleaning shows."""
    found = Challenge.objects.filter(state=ChallengeState.ACCEPTED)
    if departments is not None:
        found = found.filter(department__in=list(departments))
    counted = Counter(found.order_by().values_list("reason", flat=True))
    out = counted[ChallengeReason.NOT_MINE] + counted[ChallengeReason.DUPLICATE]
    into = counted[ChallengeReason.MISSING]
    return Direction(out=out, into=into, neither=sum(counted.values()) - out - into)


def counts(on: date) -> dict[str, int]:
    """How many challenges there are, without names: for those who see counts alone."""
    by_state = Counter(Challenge.objects.order_by().values_list("state", flat=True))
    overdue = Challenge.objects.open().filter(due_on__lt=on).count()
    return {**{state: by_state[state] for state in ChallengeState}, "overdue": overdue}


def to_settle_again(reader: Reader) -> list[Correction]:
    """Accepted corrections of challenges this person sees, where the source says a third thing."""
    seen = Challenge.objects.visible_to(reader).values("pk")
    found = Correction.objects.filter(state=CorrectionState.TO_SETTLE, changes__challenge__in=seen)
    return list(found.distinct().order_by("state_since"))


def audits_to_do() -> QuerySet[AuditSample]:
    """Drawn records that nobody has checked yet."""
    return AuditSample.objects.filter(outcome="").select_related("person", "draw__window")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for one person, in numbers, for the home page."""

    answer: int = 0
    settle: int = 0
    overdue: int = 0
    investigate: int = 0
    audits: int = 0
    settle_again: int = 0


def current(reader: Reader, since: date) -> list[Challenge]:
    """Open challenges this person may follow, and their own that were settled since a day."""
    mine = Q(raised_by=reader.account_id, settled_at__date__gte=since)
    return list(seen_by(reader).filter(Q(state=ChallengeState.OPEN) | mine))


def waiting_for(
    reader: Reader, challenges: Iterable[Challenge], offices: Offices | None = None
) -> Waiting:
    """What waits for this person, of the open challenges they may follow; three queries at most."""
    queue = queue_of(reader, challenges, offices)
    analyst = reader.has(Role.ANALYST)
    return Waiting(
        answer=len(queue.answer),
        settle=len(queue.settle),
        overdue=sum(one.due_on < reader.on for one in queue.settle),
        investigate=len(queue.settle) + len(queue.others) if analyst else 0,
        audits=audits_to_do().count() if analyst else 0,
        settle_again=len(to_settle_again(reader)) if analyst or reader.leads else 0,
    )
