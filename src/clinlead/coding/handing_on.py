"""A study passes from one evaluator to the next, with its key and with what was coded."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Role, refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.models import Coding, Memo, Work
from clinlead.coding.policies import (
    HandingFacts,
    why_not_hand_on,
    why_not_read_study,
    why_not_take_over,
)
from clinlead.coding.queries import study_facts
from clinlead.evaluation import handing
from clinlead.evaluation.keeping import lock_anew
from clinlead.evaluation.models import Offer, Study
from clinlead.evaluation.sealing import Key
from clinlead.notices.actions import tell


def handing_facts(study: Study, to: Account, at: datetime) -> HandingFacts:
    """What the rules need to know of a study that passes to somebody."""
    on = timezone.localdate(at)
    offered = Offer.objects.filter(study=study).first()
    evaluator = study.evaluator
    unsettled = unsettled_of(study, to).filter(closed_at=None)
    return HandingFacts(
        evaluator_id=evaluator.pk,
        to_id=to.pk,
        to_roles=reader_of(to, on).roles,
        unsettled=unsettled.count(),
        offered_to=offered.to_id if offered else None,
        left=not evaluator.is_active or not reader_of(evaluator, on).has(Role.EVALUATOR),
    )


def unsettled_of(study: Study, coder: Account) -> QuerySet[Work]:
    """A second coder's work that was never brought together with the evaluator's."""
    return Work.objects.filter(transcript__study=study, coder=coder, transcript__reconciled=None)


@transaction.atomic
def hand_on(*, study: Study, key: Key, to: Account, by: Account, at: datetime) -> str:
    """An offer, and the code that its receiver needs. Nothing changes until they accept it."""
    Study.objects.select_for_update().get(pk=study.pk)
    facts = handing_facts(study, to, at)
    refuse_if(why_not_hand_on(reader_of(by, timezone.localdate(at)), facts))
    code = handing.offer(study, key, to, at)
    tell(
        [to],
        key=f"study {study.pk} offered {at.isoformat()}",
        words="An evaluation is offered to you: you need its code",
        href=f"/evaluation/take-over/{study.pk}/",
        at=at,
    )
    noted("evaluation offered to another evaluator", study, by, at)
    return code


@transaction.atomic
def take_offer_back(*, study: Study, by: Account, at: datetime) -> None:
    refuse_if(why_not_read_study(reader_of(by, timezone.localdate(at)), study_facts(study)))
    Offer.objects.filter(study=study).delete()
    noted("offer of an evaluation taken back", study, by, at)


@transaction.atomic
def take_over(*, study: Study, key: Key, passphrase: str, by: Account, at: datetime) -> str:
    """It is theirs alone from now on, under a passphrase of their own; their recovery code."""
    held = Study.objects.select_for_update(of=("self",)).select_related("evaluator")
    found = held.get(pk=study.pk)
    before = found.evaluator
    refuse_if(
        why_not_take_over(reader_of(by, timezone.localdate(at)), handing_facts(found, by, at))
    )
    pass_on(found, before, by, at)
    found.evaluator = by
    found.save(update_fields=["evaluator"])
    Offer.objects.filter(study=found).delete()
    code = lock_anew(study=found, key=key, passphrase=passphrase, by=by, at=at)
    tell(
        [before],
        key=f"study {found.pk} taken over {at.isoformat()}",
        words="The evaluation that you handed on is taken over; you read it no more",
        href="/evaluation/",
        at=at,
    )
    noted("evaluation taken over", found, by, at)
    return code


def pass_on(study: Study, before: Account, to: Account, at: datetime) -> None:
    """What counts is the evaluator's own, so it becomes the next one's, in place of what they coded
    of a transcript that was closed to them. Where both settled it each keeps their own, and the one
    before reads no more."""
    theirs = Work.objects.filter(transcript__study=study)
    closed = list(unsettled_of(study, to).values_list("transcript_id", flat=True))
    Coding.objects.filter(transcript__in=closed, coder=to).delete()
    theirs.filter(transcript__in=closed, coder=to).delete()
    twice = list(theirs.filter(coder=to).values_list("transcript_id", flat=True))
    Coding.objects.filter(transcript__study=study, coder=before).exclude(
        transcript__in=twice
    ).update(coder=to)
    theirs.filter(coder=before).exclude(transcript__in=twice).update(coder=to)
    theirs.filter(coder=before).update(closed_at=at)
    theirs.filter(coder=to).update(closed_at=None)
    Memo.objects.filter(study=study, by=before).update(by=to)
