"""Coded passages found again by code, group, role and level."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from django.db.models import QuerySet

from clinlead.coding.models import Coding
from clinlead.coding.queries import final_codings
from clinlead.evaluation.models import Study

COLUMNS = ("participant", "group", "role", "level", "code", "start", "end", "words")
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take the words for a formula


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
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in codings:
        who = each.transcript.participant
        words = [who.group, who.role, who.level, each.code.name]
        row = [who.number, *map(harmless, words), each.start, each.end, harmless(each.words)]
        writer.writerow(row)
    return stream.getvalue()


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
