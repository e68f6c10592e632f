"""How a concern ends: closed with what was learned, or handed over without the case."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.concerns import policies
from clinlead.concerns.acting import after, held
from clinlead.concerns.facts import MOVES, State, StepKind
from clinlead.concerns.models import Concern
from clinlead.concerns.telling import noted


@transaction.atomic
def close(
    *, concern_id: int, learned: str, explained_by: StepKind | None, by: Account, at: datetime
) -> Concern:
    """At any step, by whoever has got furthest with it. The clinician reads what was learned."""
    now = held(concern_id, by, at)
    refuse_if(policies.why_not_close(now.reader, now.facts, learned))
    now.concern.explained_by = explained_by or ""
    return ended(now.concern, State.CLOSED, learned, by, at)


def ended(concern: Concern, state: State, learned: str, by: Account, at: datetime) -> Concern:
    assert state in MOVES[State(concern.state)], "why_not_act refuses what has ended"
    concern.state, concern.learned = state, learned.strip()
    concern.ended_by, concern.ended_at = by, at
    concern.save(
        update_fields=["state", "learned", "explained_by", "procedure", "ended_by", "ended_at"]
    )
    after(concern, f"ended {concern.pk}", f"concern {state}", by, at)
    return concern


@transaction.atomic
def hand_over(*, concern_id: int, procedure: str, on: date, by: Account, at: datetime) -> Concern:
    """It goes on outside Clinlead. What is logged is that it was, to what, and when: no case."""
    now = held(concern_id, by, at)
    refuse_if(policies.why_not_hand_over(now.reader, now.facts, procedure))
    now.concern.procedure = procedure.strip()
    noted("concern handed over", now.concern, by, at, procedure=procedure.strip(), on=str(on))
    return ended(now.concern, State.HANDED_OVER, "", by, at)
