"""What happens in a concern, step by step. Every act tells the clinician; nothing is edited."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.concerns import policies
from clinlead.concerns.facts import CALLED_IN, ConcernFacts, Part, StepKind
from clinlead.concerns.models import Concern, Finding, Note, SeatHeld, Support
from clinlead.concerns.offices import WHOLE, facts_of
from clinlead.concerns.telling import noted, tell_owner, tell_seats
from clinlead.releases.reasons import Finding as Found
from clinlead.strategy.models import Cause


@dataclass(frozen=True)
class Held:
    """A concern, locked, with who asks and what the rules need to know."""

    concern: Concern
    reader: Reader
    facts: ConcernFacts


def held(concern_id: int, by: Account, at: datetime) -> Held:
    """Locked until the transaction ends: two who act at once come one after the other."""
    rows = Concern.objects.select_for_update(of=("self",)).select_related("person", "route")
    concern = rows.prefetch_related(*WHOLE).get(pk=concern_id)
    reader = reader_of(by, timezone.localdate(at))
    return Held(concern, reader, facts_of(concern, reader.on, reader))


def held_support(support_id: int, by: Account, at: datetime) -> tuple[Held, Support]:
    """Read again once the concern is locked: what somebody else said meanwhile is not lost."""
    concern_id = Support.objects.values_list("concern_id", flat=True).get(pk=support_id)
    return held(concern_id, by, at), Support.objects.get(pk=support_id)


@dataclass(frozen=True, kw_only=True)
class Explored:
    """What somebody found at a step, with the evidence for it."""

    order: int  # of the step that they had before them
    found: Found
    words: str
    evidence: list[str] = field(default_factory=list)
    evidence_words: str = ""
    cause: Cause | None = None


@transaction.atomic
def record(*, concern_id: int, explored: Explored, by: Account, at: datetime) -> Finding:
    """The step is done with the first finding; one that was written at the same time stands beside
    it, so that nothing is lost, and does not take the next step."""
    now = held(concern_id, by, at)
    evidence = " ".join([*explored.evidence, explored.evidence_words])
    if explored.order == now.concern.step:
        refuse_if(policies.why_not_record(now.reader, now.facts, explored.words, evidence))
    else:
        refuse_if(policies.why_not_support(now.reader, now.facts, explored.words))
    made = Finding.objects.create(
        concern=now.concern,
        order=explored.order,
        found=explored.found,
        cause=explored.cause,
        words=explored.words.strip(),
        evidence=explored.evidence,
        evidence_words=explored.evidence_words.strip(),
        by=by,
        at=at,
    )
    if explored.order == now.concern.step:
        moved_on(now.concern, at)
    after(now.concern, f"finding {made.pk}", "concern: step recorded", by, at)
    return made


def moved_on(concern: Concern, at: datetime) -> None:
    """To the next step; the clinician's time to answer begins."""
    concern.step += 1
    concern.told_at = at
    concern.save(update_fields=["step", "told_at"])


def after(concern: Concern, key: str, act: str, by: Account, at: datetime) -> None:
    """Everybody in it is told, the clinician first, and the record of acts knows that it was."""
    if by.person_id != concern.person_id:
        tell_owner(concern, key, at)
    tell_seats(concern, key, at, but=by)
    noted(act, concern, by, at, step=concern.step)


@transaction.atomic
def answer(*, concern_id: int, text: str, by: Account, at: datetime) -> Note:
    """The clinician answers, or somebody in it adds words, at the step that it is at."""
    now = held(concern_id, by, at)
    refuse_if(policies.why_not_answer(now.reader, now.facts, text))
    concern = now.concern
    made = Note.objects.create(concern=concern, order=concern.step, text=text.strip(), by=by, at=at)
    after(concern, f"note {made.pk}", "concern: words added", by, at)
    return made


@transaction.atomic
def offer_support(*, concern_id: int, what: str, by: Account, at: datetime) -> Support:
    now = held(concern_id, by, at)
    refuse_if(policies.why_not_support(now.reader, now.facts, what))
    made = Support.objects.create(
        concern=now.concern, what=what.strip(), offered_by=by, offered_at=at
    )
    after(now.concern, f"support {made.pk}", "concern: support offered", by, at)
    return made


@transaction.atomic
def answer_support(
    *, support_id: int, accepted: bool, words: str, by: Account, at: datetime
) -> Support:
    """The clinician takes it up or not, in their words."""
    now, found = held_support(support_id, by, at)
    said = found.answered_at is not None
    refuse_if(policies.why_not_take_support(now.reader, now.facts, said=said))
    found.accepted, found.answer, found.answered_at = accepted, words.strip(), at
    found.save(update_fields=["accepted", "answer", "answered_at"])
    after(now.concern, f"support answered {found.pk}", "concern: support answered", by, at)
    return found


@transaction.atomic
def record_result(*, support_id: int, result: str, by: Account, at: datetime) -> Support:
    """What became of the support; later results are added to earlier ones."""
    now, found = held_support(support_id, by, at)
    refuse_if(policies.why_not_support(now.reader, now.facts, result))
    found.result = "\n".join(filter(None, [found.result, result.strip()]))
    found.result_by, found.result_at = by, at
    found.save(update_fields=["result", "result_by", "result_at"])
    key = f"result {found.pk} {at.isoformat()}"
    after(now.concern, key, "concern: result of support", by, at)
    return found


@transaction.atomic
def escalate(
    *, concern_id: int, because: str, to: Account, hr: Account | None, by: Account, at: datetime
) -> Concern:
    """Bring in the chief; or, from the chief on, a reviewer from outside the department and HR."""
    now = held(concern_id, by, at)
    refuse_if(policies.why_not_escalate(now.reader, now.facts, because))
    kind = policies.next_office(now.facts)
    assert kind is not None, "why_not_escalate refuses where nobody is to be brought in"
    brought = [(CALLED_IN[kind], to)]
    if kind is StepKind.OUTSIDE and hr is not None:
        brought.append((Part.HR, hr))
    for part, account in brought:
        day = timezone.localdate(at)
        refuse_if(policies.why_not_hold(reader_of(account, day), part, now.facts.owner))
        seat(now.concern, part, account, because=because, by=by, at=at)
    key = f"escalated {now.concern.pk} {kind} {at.isoformat()}"
    after(now.concern, key, f"concern escalated: {kind}", by, at)
    return now.concern


def seat(
    concern: Concern, part: Part, account: Account, *, because: str, by: Account, at: datetime
) -> SeatHeld:
    """Whoever had the seat before leaves it; that they had it stays."""
    concern.seats.filter(part=part, left_at=None).update(left_at=at)
    return SeatHeld.objects.create(
        concern=concern,
        part=part,
        account=account,
        because=because.strip(),
        brought_in_by=by,
        taken_at=at,
    )


@transaction.atomic
def take_up(*, concern_id: int, part: Part, by: Account, at: datetime) -> Concern:
    """By whoever holds the office now, after the one before left it."""
    now = held(concern_id, by, at)
    refuse_if(policies.why_not_take(now.reader, now.facts, part))
    seat(now.concern, part, by, because="Took it up", by=by, at=at)
    after(now.concern, f"taken {part} {at.isoformat()}", "concern taken up", by, at)
    return now.concern
