"""Coded passages found again by code, group, role and level."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from django.db.models import QuerySet

from clinlead.coding.models import Code, Coding
from clinlead.coding.queries import final_codings
from clinlead.evaluation.models import Study
from clinlead.printing.cells import harmless

COLUMNS = ("participant", "group", "role", "level", "code", "start", "end", "words")
CODE_COLUMNS = ("tag", "description")  # the names under which Taguette looks for them


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Empty: any."""

    codes: Sequence[int] = ()
    group: str = ""
    role: str = ""
    level: str = ""


def passages(study: Study, wanted: Wanted) -> QuerySet[Coding]:
    """What counts, in the order of codebook and participants."""
    rows = final_codings(study)
    if wanted.codes:
        rows = rows.filter(code__in=wanted.codes)
    for field in ("group", "role", "level"):
        if value := getattr(wanted, field):
            rows = rows.filter(**{f"transcript__participant__{field}": value})
    found = rows.select_related("code", "transcript__participant")
    return found.order_by("code__place", "transcript__participant__number", "start")


def as_csv(codings: Iterable[Coding]) -> str:
    """One row a coding. Positions are Unicode code points of the transcript."""
    return in_rows(COLUMNS, (row_of(each) for each in codings))


def row_of(coding: Coding) -> list[object]:
    who = coding.transcript.participant
    place = (coding.start, coding.end, coding.words)
    return [who.number, who.group, who.role, who.level, coding.code.name, *place]


def codes_csv(codes: Iterable[Code]) -> str:
    """The codebook for programs that read no .qdc, Taguette among them."""
    return in_rows(CODE_COLUMNS, ([code.name, code.definition] for code in codes))


def in_rows(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return stream.getvalue()
