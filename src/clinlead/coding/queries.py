"""Reading what was coded: every list begins with whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.coding.codebook import Entry
from clinlead.coding.counting import Case
from clinlead.coding.models import Code, CodebookVersion, Coding, Work
from clinlead.coding.policies import StudyFacts, TranscriptFacts, why_not_read
from clinlead.coding.retrieving import Coded, codes_of_cases
from clinlead.coding.spans import Span
from clinlead.evaluation.models import Study, Transcript
from clinlead.evaluation.queries import find, studies_of, transcripts_in_use

__all__ = ["find", "studies_of", "transcripts_in_use"]


def study_facts(study: Study) -> StudyFacts:
    return StudyFacts(evaluator_id=study.evaluator_id, codes=codes_in_use(study).count())


def codes_in_use(study: Study) -> QuerySet[Code]:
    return study.codes.filter(retired_at=None)


def entries_of(codes: Iterable[Code]) -> list[Entry]:
    """Codes as the pure rules know them; a code below one not among them stands alone."""
    codes = list(codes)
    guids = {code.pk: str(code.guid) for code in codes}
    return [
        Entry(
            guid=str(code.guid),
            name=code.name,
            definition=code.definition,
            parent=guids.get(code.parent_id, "") if code.parent_id else "",
        )
        for code in codes
    ]


def version_in_use(study: Study) -> int:
    newest = CodebookVersion.objects.filter(study=study).order_by("-number").first()
    return newest.number if newest else 0


@dataclass(frozen=True)
class Kept:
    """What a study keeps beside its transcripts."""

    codes: int  # in use
    version: int  # of the codebook; 0: none yet
    reflexive: int  # memos about no code and no transcript


def kept_by(study: Study) -> Kept:
    """Counted in one question."""
    about_neither = Q(memos__code=None, memos__transcript=None)
    found = Study.objects.filter(pk=study.pk).aggregate(
        codes=Count("codes", filter=Q(codes__retired_at=None), distinct=True),
        version=Coalesce(Max("codebook__number"), 0),
        reflexive=Count("memos", filter=about_neither, distinct=True),
    )
    return Kept(**found)


# ---- transcripts ---------------------------------------------------------------------------------


def with_work(transcripts: QuerySet[Transcript]) -> QuerySet[Transcript]:
    """With what the rules need to know of each, in few questions."""
    open_work = Work.objects.filter(closed_at=None).select_related("coder__person")
    return transcripts.select_related("study", "participant", "reconciled").prefetch_related(
        Prefetch("work", open_work, to_attr="open_work")
    )


def facts_of(transcript: Transcript, *, in_use: bool = True) -> TranscriptFacts:
    """Of a transcript that came `with_work`."""
    work: list[Work] = transcript.open_work  # type: ignore[attr-defined]
    evaluator = transcript.study.evaluator_id
    return TranscriptFacts(
        evaluator_id=evaluator,
        opened_to=frozenset(each.coder_id for each in work) - {evaluator},
        finished=frozenset(each.coder_id for each in work if each.finished_at),
        reconciled=hasattr(transcript, "reconciled"),
        in_use=in_use,
    )


def find_transcript(reader: Reader, pk: int) -> tuple[Transcript, TranscriptFacts] | None:
    """One transcript with its facts; None where this person may not know that it exists."""
    found = with_work(Transcript.objects.filter(pk=pk)).first()
    if found is None:
        return None
    newer = Transcript.objects.filter(
        participant=found.participant_id, version__gt=found.version
    ).exists()
    facts = facts_of(found, in_use=not newer)
    return None if why_not_read(reader, facts) else (found, facts)


def current_facts(transcript: Transcript) -> TranscriptFacts:
    """The facts as they are now."""
    newer = Transcript.objects.filter(
        participant=transcript.participant_id, version__gt=transcript.version
    ).exists()
    now = with_work(Transcript.objects.filter(pk=transcript.pk).defer("text")).get()
    return facts_of(now, in_use=not newer)


def opened_to(account: Account | int) -> QuerySet[Transcript]:
    """Transcripts of others’ studies that were opened to somebody."""
    work = Work.objects.filter(coder=account, closed_at=None)
    found = Transcript.objects.filter(pk__in=work.values("transcript"))
    return found.exclude(study__evaluator=account)


# ---- what counts ---------------------------------------------------------------------------------


def final_codings(study: Study) -> QuerySet[Coding]:
    """What both agreed on where two coded, and else the evaluator’s own; newest versions alone."""
    agreed = Q(transcript__reconciled__isnull=False, coder=None)
    own = Q(transcript__reconciled=None, coder=study.evaluator_id)
    found = Coding.objects.filter(agreed | own, code__retired_at=None)
    return found.filter(transcript__in=transcripts_in_use(study).order_by().values("pk"))


def finished_transcripts(study: Study) -> QuerySet[Transcript]:
    """Those that count: coded to the end by the evaluator, and settled where two coded."""
    mine = Work.objects.filter(coder=study.evaluator_id, finished_at__isnull=False)
    others = Work.objects.filter(closed_at=None).exclude(coder=study.evaluator_id)
    settled = Q(reconciled__isnull=False) | ~Q(pk__in=others.values("transcript"))
    return transcripts_in_use(study).filter(settled, pk__in=mine.values("transcript"))


def as_case(transcript: Transcript) -> Case:
    who = transcript.participant
    return Case(
        key=who.pk,
        number=who.number,
        group=who.group,
        role=who.role,
        level=who.level,
        held_on=transcript.recorded_on,
    )


def cases(study: Study) -> list[Case]:
    """The participants who count, in the order of their numbers."""
    return [as_case(each) for each in finished_transcripts(study).defer("text")]


def coded(study: Study) -> list[Coded]:
    """Every final coding of the cases that count."""
    rows = final_codings(study).filter(transcript__in=finished_transcripts(study).values("pk"))
    columns = ("transcript__participant", "transcript", "code", "start", "end")
    return [
        Coded(case=case, transcript=transcript, code=code, span=Span(start, end))
        for case, transcript, code, start, end in rows.values_list(*columns)
    ]


def given(study: Study) -> dict[Case, frozenset[int]]:
    """Each case that counts, with its codes."""
    return codes_of_cases(cases(study), coded(study))
