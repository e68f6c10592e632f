"""Opening a transcript to a second coder, and taking it back."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role, refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.marking import held
from clinlead.coding.models import Work
from clinlead.coding.policies import CoderFacts, why_not_close, why_not_open_to
from clinlead.evaluation.models import Transcript
from clinlead.notices.actions import tell


@transaction.atomic
def open_to(*, transcript: Transcript, coder: Account, by: Account, at: datetime) -> Work:
    """From now on they code it too, blind to the evaluator as the evaluator is to them."""
    facts = held(transcript)
    coder_facts = CoderFacts(
        account_id=coder.pk,
        roles=reader_of(coder, at.date()).roles,
        has_it=coder.pk in facts.opened_to,
    )
    refuse_if(why_not_open_to(reader_of(by, at.date()), facts, coder_facts))
    made, _ = Work.objects.update_or_create(
        transcript=transcript, coder=coder, defaults={"opened_at": at, "closed_at": None}
    )
    tell([coder], key=f"transcript {transcript.pk} {at.isoformat()}",
         words="A transcript is opened to you for coding",
         href=f"/coding/transcripts/{transcript.pk}/", at=at)  # fmt: skip
    noted("transcript opened to a second coder", transcript.study, by, at)
    return made


@transaction.atomic
def close(*, transcript: Transcript, coder: Account, by: Account, at: datetime) -> None:
    """It is not theirs to see any more. What they coded stays until it is settled or deleted."""
    refuse_if(why_not_close(reader_of(by, at.date()), held(transcript), coder.pk))
    Work.objects.filter(transcript=transcript, coder=coder).update(closed_at=at)
    noted("transcript closed to a second coder", transcript.study, by, at)


def possible_coders(evaluator: int, on) -> list[Account]:
    """Other independent evaluators there are today."""
    held_role = RoleHolding.objects.on(on).filter(role=Role.EVALUATOR)
    found = Account.objects.filter(pk__in=held_role.values("account_id"), is_active=True)
    return list(found.exclude(pk=evaluator).select_related("person").order_by("username"))
