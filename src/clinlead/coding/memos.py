"""Memos: on a passage, a transcript, a code, or on how the evaluator came to think so."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.keeping import keep
from clinlead.coding.models import Code, Memo, Versioned
from clinlead.coding.policies import (
    MemoFacts,
    TranscriptFacts,
    why_not_read,
    why_not_read_memo,
    why_not_read_study,
)
from clinlead.coding.queries import current_facts, facts_of, study_facts, with_work
from clinlead.coding.spans import Span
from clinlead.evaluation.models import Study, Transcript


@dataclass(frozen=True, kw_only=True)
class About:
    """What a memo is about; nothing: a reflexive one."""

    code: Code | None = None
    transcript: Transcript | None = None
    span: Span | None = None


@transaction.atomic
def write_memo(*, study: Study, about: About, text: str, by: Account, at: datetime) -> Memo:
    reader = reader_of(by, at.date())
    if about.transcript:
        refuse_if(why_not_read(reader, current_facts(about.transcript)))
    else:
        refuse_if(why_not_read_study(reader, study_facts(study)))
    made = Memo.objects.create(
        study=study,
        code=about.code,
        transcript=about.transcript,
        start=about.span.start if about.span else None,
        end=about.span.end if about.span else None,
        text=text.strip(),
        by=by,
        at=at,
        begun_at=at,
    )
    noted("memo written", study, by, at)
    return made


@transaction.atomic
def change_memo(*, memo: Memo, seen: int, text: str, by: Account, at: datetime) -> Versioned:
    refuse_if(why_not_read_memo(reader_of(by, at.date()), memo_facts(memo)))
    kept = keep(memo, seen=seen, text=text.strip(), by=by, at=at)
    noted("memo changed", memo.study, by, at)
    return kept


def memo_facts(memo: Memo) -> MemoFacts:
    facts = current_facts(memo.transcript) if memo.transcript else None
    return facts_with(memo, facts)


def facts_with(memo: Memo, transcript: TranscriptFacts | None) -> MemoFacts:
    return MemoFacts(by_id=memo.by_id, transcript=transcript, evaluator_id=memo.study.evaluator_id)


def memos_of(reader: Reader, study: Study) -> list[Memo]:
    """Those that this person may read, newest first."""
    rows = study.memos.select_related("study", "code", "by__person", "transcript__participant")
    about = {m.transcript_id for m in rows if m.transcript_id}
    known = {
        t.pk: facts_of(t) for t in with_work(Transcript.objects.filter(pk__in=about).defer("text"))
    }
    return [
        memo
        for memo in rows
        if why_not_read_memo(reader, facts_with(memo, known.get(memo.transcript_id or 0))) is None
    ]


def memos_on(reader: Reader, transcript: Transcript, facts: TranscriptFacts) -> list[Memo]:
    """Those on one transcript that this person may read."""
    rows = transcript.memos.select_related("study", "by__person").order_by("start", "pk")
    return [memo for memo in rows if why_not_read_memo(reader, facts_with(memo, facts)) is None]
