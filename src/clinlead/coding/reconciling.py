"""Two coders' marks become one set, a difference at a time, and each decision is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.comparing import (
    Choice,
    Likeness,
    Mark,
    Pair,
    Reading,
    choices_for,
    paired,
    settled,
)
from clinlead.coding.marking import held
from clinlead.coding.models import Coding, Decision, Reconciled, Work
from clinlead.coding.policies import why_not_decide
from clinlead.coding.spans import Span
from clinlead.evaluation.models import Study, Transcript

Place = list[int] | None
# Work that is not over, or was settled before it was closed: a study may have passed on since.
STANDS = Q(closed_at=None) | Q(transcript__reconciled__isnull=False)


@dataclass(frozen=True)
class Difference:
    """A pair, and what was decided about it."""

    pair: Pair
    decision: Decision | None

    @property
    def key(self) -> str:
        """Says which it is, whatever order they stand in."""
        places = (place_of(self.pair.first), place_of(self.pair.second))
        said = "-".join(f"{p[0]}.{p[1]}" if p else "0" for p in places)
        return f"{self.pair.code}-{said}"


def place_of(mark: Mark | None) -> Place:
    return [mark.span.start, mark.span.end] if mark else None


def coders_of(transcript: Transcript) -> tuple[int, int]:
    """The evaluator, and the other. Of a transcript that came `with_work`."""
    evaluator = transcript.study.evaluator_id
    others = [w.coder_id for w in transcript.open_work if w.coder_id != evaluator]  # type: ignore[attr-defined]
    return evaluator, others[0]


def marks(codings: Sequence[Coding], coder: int) -> list[Mark]:
    return [Mark(key=c.pk, code=c.code_id, span=c.span) for c in codings if c.coder_id == coder]


def pairs_of(transcript: Transcript) -> list[Pair]:
    """Of a transcript with two coders that came `with_work`."""
    codings = list(transcript.codings.filter(code__retired_at=None))
    first, second = coders_of(transcript)
    return paired(marks(codings, first), marks(codings, second))


def differences_of(transcript: Transcript) -> list[Difference]:
    decided = {
        (d.code_id, str(d.first), str(d.second)): d
        for d in transcript.decisions.select_related("by__person")
    }
    return [
        Difference(
            pair, decided.get((pair.code, str(place_of(pair.first)), str(place_of(pair.second))))
        )
        for pair in pairs_of(transcript)
        if pair.likeness is not Likeness.SAME
    ]


@transaction.atomic
def decide(
    *,
    transcript: Transcript,
    key: str,
    choice: Choice,
    because: str,
    by: Account,
    at: datetime,
) -> Decision:
    """Settles one difference, once; the other coder may have been quicker."""
    refuse_if(why_not_decide(reader_of(by, at.date()), held(transcript), because))
    found = next((d for d in differences_of(transcript) if d.key == key), None)
    if found is None or choice not in choices_for(found.pair):
        raise NotAllowed(Refusal(Reason.WRONG_STAGE, "This difference is not there any more."))
    if found.decision:
        raise NotAllowed(
            Refusal(
                Reason.ALREADY_DONE,
                f"{found.decision.by} settled this meanwhile: {found.decision.choice}, because "
                f"{found.decision.because}",
            )
        )
    made = Decision.objects.create(
        transcript=transcript,
        code_id=found.pair.code,
        first=place_of(found.pair.first),
        second=place_of(found.pair.second),
        choice=choice,
        because=because.strip(),
        by=by,
        at=at,
    )
    noted("difference of coders settled", transcript.study, by, at)
    return made


@transaction.atomic
def reconcile(*, transcript: Transcript, by: Account, at: datetime) -> None:
    """When every difference is settled, both sets become one, which is what counts."""
    refuse_if(why_not_decide(reader_of(by, at.date()), held(transcript), "settled"))
    differences = differences_of(transcript)
    left = sum(each.decision is None for each in differences)
    if left:
        raise NotAllowed(Refusal(Reason.WRONG_STAGE, f"{left} differences are not settled yet."))
    agreed = {(p.code, p.span) for p in pairs_of(transcript) if p.likeness is Likeness.SAME}
    agreed |= {
        (each.pair.code, span)
        for each in differences
        if each.decision and (span := settled(each.pair, Choice(each.decision.choice)))
    }
    Coding.objects.bulk_create(agreed_on(transcript, agreed, at))
    Reconciled.objects.create(transcript=transcript, by=by, at=at)
    noted("transcript reconciled", transcript.study, by, at)


def agreed_on(transcript: Transcript, agreed: set[tuple[int, Span]], at: datetime) -> list[Coding]:
    return [
        Coding(transcript=transcript, code_id=code, coder=None, start=s.start, end=s.end, at=at)
        for code, s in sorted(agreed)
    ]


def finished_by(study: Study) -> dict[int, list[int]]:
    """Who finished each transcript, the evaluator first; where two finished several versions of
    one, the newest alone: they are the same words twice."""
    done = Work.objects.filter(STANDS, transcript__study=study, finished_at__isnull=False)
    rows = done.order_by("-transcript__version", "pk")
    found: dict[int, list[int]] = {}
    said_by = {}
    for transcript, who, coder in rows.values_list(
        "transcript_id", "transcript__participant_id", "coder_id"
    ):
        found.setdefault(transcript, []).append(coder)
        said_by[transcript] = who
    newest: dict[int, int] = {}
    for transcript, coders in found.items():
        if len(coders) > 1:
            newest.setdefault(said_by[transcript], transcript)
    return {
        pk: sorted(coders, key=lambda one: one != study.evaluator_id)
        for pk, coders in found.items()
        if len(coders) < 2 or newest[said_by[pk]] == pk
    }


def readings_of(study: Study, finished: Mapping[int, Sequence[int]]) -> list[Reading]:
    """Every transcript that two have finished, with what each of them marked at first."""
    twice = [pk for pk, coders in finished.items() if len(coders) > 1]
    rows = study.transcripts.filter(pk__in=twice).prefetch_related("codings")
    return [reading_of(each, finished[each.pk]) for each in rows]


def reading_of(transcript: Transcript, coders: Sequence[int]) -> Reading:
    codings = list(transcript.codings.all())
    first, second = coders[:2]
    return Reading(
        key=transcript.pk,
        text=transcript.text,
        by_coder=(marks(codings, first), marks(codings, second)),
    )
