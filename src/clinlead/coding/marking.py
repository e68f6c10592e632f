"""Coding a transcript: codes on passages, and saying that one has finished."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.models import Code, Coding, Work
from clinlead.coding.policies import (
    TranscriptFacts,
    why_not_code,
    why_not_finish,
    why_not_take_up,
)
from clinlead.coding.queries import current_facts, version_in_use
from clinlead.coding.spans import carried, checked
from clinlead.evaluation.models import Transcript


def held(transcript: Transcript) -> TranscriptFacts:
    """The facts under the transcript's lock, so that finishing and coding do not cross."""
    Transcript.objects.select_for_update(of=("self",)).get(pk=transcript.pk)
    return current_facts(transcript)


@transaction.atomic
def code_passage(
    *, transcript: Transcript, code: Code, start: int, end: int, by: Account, at: datetime
) -> Coding:
    """A code on a passage, by this coder; twice is once. Its words lose the blanks around them."""
    refuse_if(why_not_code(reader_of(by, at.date()), held(transcript)))
    span = checked(start, end, transcript.text)
    work_of(transcript, by, at)
    made, _ = Coding.objects.get_or_create(
        transcript=transcript,
        code=code,
        coder=by,
        start=span.start,
        end=span.end,
        defaults={"at": at, "codebook": version_in_use(transcript.study)},
    )
    return made


@transaction.atomic
def uncode(*, coding: Coding, by: Account, at: datetime) -> None:
    """Only one's own, and only while one has not finished."""
    refuse_if(why_not_code(reader_of(by, at.date()), held(coding.transcript)))
    own_codings(coding.transcript, by).filter(pk=coding.pk).delete()


@transaction.atomic
def finish(*, transcript: Transcript, by: Account, at: datetime) -> None:
    """From now on it counts, and where another has finished too, each sees both."""
    refuse_if(why_not_finish(reader_of(by, at.date()), held(transcript)))
    work_of(transcript, by, at)
    Work.objects.filter(transcript=transcript, coder=by).update(finished_at=at)
    noted("transcript coded to the end", transcript.study, by, at)


@transaction.atomic
def take_up(*, transcript: Transcript, by: Account, at: datetime) -> None:
    """Goes on coding what one had finished, while the other has not."""
    refuse_if(why_not_take_up(reader_of(by, at.date()), held(transcript)))
    Work.objects.filter(transcript=transcript, coder=by).update(finished_at=None)
    noted("transcript taken up again", transcript.study, by, at)


@transaction.atomic
def carry_over(*, transcript: Transcript, by: Account, at: datetime) -> tuple[int, int]:
    """One's codings of the version before, to the same words of this one: how many of how many."""
    refuse_if(why_not_code(reader_of(by, at.date()), held(transcript)))
    before = version_before(transcript, by)
    if before is None:
        return 0, 0
    codings = list(own_codings(before, by).select_related("code"))
    found = carried(before.text, transcript.text, [each.span for each in codings])
    made = [
        Coding(
            transcript=transcript, code=each.code, coder=by, start=span.start, end=span.end,
            codebook=each.codebook, at=each.at,
        )
        for each, span in zip(codings, found, strict=True)
        if span
    ]  # fmt: skip
    Coding.objects.bulk_create(made, ignore_conflicts=True)
    work_of(transcript, by, at)
    noted("codes carried over to a newer version", transcript.study, by, at, {"codes": len(made)})
    return len(made), len(codings)


def version_before(transcript: Transcript, coder: Account | int) -> Transcript | None:
    """The newest older version that this person coded."""
    older = Transcript.objects.filter(
        participant=transcript.participant_id, version__lt=transcript.version
    )
    return older.filter(codings__coder=coder).order_by("-version").first()


def work_of(transcript: Transcript, coder: Account, at: datetime) -> Work:
    return Work.objects.get_or_create(
        transcript=transcript, coder=coder, defaults={"opened_at": at}
    )[0]


def own_codings(transcript: Transcript, coder: Account | int) -> QuerySet[Coding]:
    return Coding.objects.filter(transcript=transcript, coder=coder)
