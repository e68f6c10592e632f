"""A transcript as its coder sees it: lines, cut where passages begin and end, with their codes."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinlead.access.policies import Button, Reader
from clinlead.coding.codebook import Placed, tree
from clinlead.coding.marking import own_codings, version_before
from clinlead.coding.models import Code, Coding, Memo
from clinlead.coding.policies import (
    TranscriptFacts,
    both_finished,
    why_not_code,
    why_not_compare,
    why_not_finish,
    why_not_take_up,
)
from clinlead.coding.queries import codes_in_use, entries_of, transcripts_in_use
from clinlead.coding.spans import Piece, Span, lines_of, lines_touched, pieces
from clinlead.evaluation.models import Study, Transcript

KEYS = 9  # codes that one key applies


@dataclass(frozen=True)
class Chip:
    """A code where its passage begins."""

    coding: Coding
    name: str
    words: str  # nothing: whole lines


@dataclass(frozen=True)
class Line:
    number: int
    span: Span
    pieces: Sequence[Piece]
    chips: Sequence[Chip]


@dataclass(frozen=True)
class TranscriptPage:
    """Everything on the page on which somebody codes."""

    transcript: Transcript
    lines: Sequence[Line]
    codes: Sequence[Placed]
    recent: Sequence[Code]
    why_not: str  # code it now
    finish: Button | None
    take_up: Button | None
    compares: bool
    reconciled: bool
    waits: bool  # for the other coder
    mine: bool  # the evaluator's own
    neighbours: tuple[int | None, int | None] = (None, None)
    memos: Sequence[Memo] = ()
    last: int = 0  # the coding that was given last
    older: int = 0  # codes on the version before, while this one has none

    @property
    def number(self) -> int:
        return self.transcript.participant.number

    @property
    def coded_lines(self) -> int:
        return sum(any(piece.marks for piece in line.pieces) for line in self.lines)


def page_of(
    reader: Reader, transcript: Transcript, facts: TranscriptFacts, memos: Sequence[Memo]
) -> TranscriptPage:
    study = transcript.study
    codes = list(codes_in_use(study))
    codings = shown_codings(reader, transcript, facts)
    refusal = why_not_code(reader, facts)
    finished = reader.account_id in facts.finished
    mine = reader.account_id == study.evaluator_id
    return TranscriptPage(
        transcript=transcript,
        lines=lines_with(transcript.text, codings),
        codes=tree(entries_of(codes)),
        recent=recent_codes(reader, study),
        why_not=refusal.because if refusal else "",
        finish=None
        if finished or facts.reconciled
        else Button.guarded("I have coded this to the end", why_not_finish(reader, facts)),
        take_up=Button.guarded("Take it up again", why_not_take_up(reader, facts))
        if finished and not facts.reconciled and not both_finished(facts)
        else None,
        compares=why_not_compare(reader, facts) is None,
        reconciled=facts.reconciled,
        waits=finished and bool(facts.opened_to) and not both_finished(facts),
        mine=mine,
        neighbours=neighbours(study, transcript) if mine else (None, None),
        memos=memos,
        last=max(codings, key=lambda each: (each.at, each.pk)).pk if codings else 0,
        older=0 if codings or refusal else codes_before(reader, transcript),
    )


def codes_before(reader: Reader, transcript: Transcript) -> int:
    before = version_before(transcript, reader.account_id)
    return own_codings(before, reader.account_id).count() if before else 0


def shown_codings(reader: Reader, transcript: Transcript, facts: TranscriptFacts) -> list[Coding]:
    """One's own; what both settled, where they have."""
    coder = None if facts.reconciled else reader.account_id
    rows = transcript.codings.filter(coder=coder, code__retired_at=None)
    return list(rows.select_related("code"))


def lines_with(text: str, codings: Sequence[Coding]) -> list[Line]:
    """Each line with the passages that touch it; a code is told where its passage begins."""
    lines = lines_of(text)
    touching: dict[int, list[Span]] = {}
    beginning: dict[int, list[Coding]] = {}
    for coding in codings:
        touched = lines_touched(lines, coding.span)
        beginning.setdefault(touched.start, []).append(coding)
        for place in touched:
            touching.setdefault(place, []).append(coding.span)
    return [
        Line(
            number=n + 1,
            span=line,
            pieces=list(pieces(text, line, touching.get(n, ()))),
            chips=[chip(coding, line, text) for coding in beginning.get(n, ())],
        )
        for n, line in enumerate(lines)
    ]


def chip(coding: Coding, line: Span, text: str) -> Chip:
    whole = coding.span == line
    return Chip(coding, coding.code.name, "" if whole else text[coding.start : coding.end])


def recent_codes(reader: Reader, study: Study) -> list[Code]:
    """Those that this coder gave last, newest first; a key each."""
    rows = Coding.objects.filter(
        transcript__study=study, coder=reader.account_id, code__retired_at=None
    ).order_by("-at", "-pk")
    newest = list(dict.fromkeys(rows.values_list("code_id", flat=True)[:200]))[:KEYS]
    by_pk = Code.objects.in_bulk(newest)
    return [by_pk[pk] for pk in newest]


def neighbours(study: Study, transcript: Transcript) -> tuple[int | None, int | None]:
    """The transcript before and the one after, by the participants' numbers."""
    order = list(transcripts_in_use(study).values_list("pk", flat=True))
    if transcript.pk not in order:
        return None, None
    place = order.index(transcript.pk)
    before = order[place - 1] if place else None
    return before, order[place + 1] if place + 1 < len(order) else None
