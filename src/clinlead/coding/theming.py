"""Writing what was found: themes, the rows of their tables, quotes, and parts of the report."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.keeping import ChangedMeanwhile, keep
from clinlead.coding.models import (
    Cell,
    Code,
    Coding,
    LeftOut,
    Quote,
    ReportPart,
    Row,
    Theme,
    Versioned,
)
from clinlead.coding.policies import why_not_write_findings
from clinlead.coding.queries import study_facts
from clinlead.evaluation.models import Participant, Study


def may_write(study: Study, by: Account, at: datetime) -> None:
    refuse_if(why_not_write_findings(reader_of(by, at.date()), study_facts(study)))


@transaction.atomic
def add_theme(*, study: Study, title: str, summary: str, by: Account, at: datetime) -> Theme:
    may_write(study, by, at)
    last = study.themes.aggregate(last=Max("place"))["last"] or 0
    made = Theme.objects.create(
        study=study, place=last + 1, title=title.strip(), text=summary.strip(), by=by, at=at
    )
    noted("theme begun", study, by, at)
    return made


@transaction.atomic
def write_theme(
    *, theme: Theme, seen: int, title: str, summary: str, by: Account, at: datetime
) -> Theme:
    """Its title and summary, unless somebody saved others meanwhile."""
    may_write(theme.study, by, at)
    now = Theme.objects.select_for_update().get(pk=theme.pk)
    if now.version != seen and now.title != title.strip():
        raise ChangedMeanwhile(now)
    kept = keep(now, seen=seen, text=summary.strip(), by=by, at=at)
    Theme.objects.filter(pk=kept.pk).update(title=title.strip())
    noted("theme written", theme.study, by, at)
    return theme


@transaction.atomic
def remove_theme(*, theme: Theme, by: Account, at: datetime) -> None:
    """The theme with its table and quotes; the codes and codings stay."""
    may_write(theme.study, by, at)
    study = theme.study
    theme.delete()
    noted("theme removed", study, by, at)


@dataclass(frozen=True, kw_only=True)
class Denominator:
    """Whom a row counts within."""

    groups: Collection[str] = ()
    within: Code | None = None
    note: str = ""
    left_out: Collection[Participant] = field(default_factory=tuple)
    because: str = ""


@transaction.atomic
def add_row(*, theme: Theme, code: Code, among: Denominator, by: Account, at: datetime) -> Row:
    may_write(theme.study, by, at)
    last = theme.rows.aggregate(last=Max("place"))["last"] or 0
    made = Row.objects.create(
        theme=theme,
        code=code,
        place=last + 1,
        groups=list(among.groups),
        within=among.within,
        note=among.note.strip(),
    )
    LeftOut.objects.bulk_create(
        LeftOut(row=made, participant=who, because=among.because.strip()) for who in among.left_out
    )
    noted("row of a theme added", theme.study, by, at)
    return made


@transaction.atomic
def remove_row(*, row: Row, by: Account, at: datetime) -> None:
    may_write(row.theme.study, by, at)
    study = row.theme.study
    row.delete()
    noted("row of a theme removed", study, by, at)


@transaction.atomic
def quote(*, theme: Theme, coding: Coding, by: Account, at: datetime) -> Quote:
    """A coded passage in a theme, once."""
    may_write(theme.study, by, at)
    last = theme.quotes.aggregate(last=Max("place"))["last"] or 0
    made, _ = Quote.objects.get_or_create(
        theme=theme,
        transcript=coding.transcript,
        start=coding.start,
        end=coding.end,
        defaults={"code": coding.code, "place": last + 1},
    )
    noted("passage quoted", theme.study, by, at)
    return made


@transaction.atomic
def quote_no_more(*, quote: Quote, by: Account, at: datetime) -> None:
    may_write(quote.theme.study, by, at)
    study = quote.theme.study
    quote.delete()
    noted("passage quoted no more", study, by, at)


@transaction.atomic
def write_part(
    *, study: Study, name: str, seen: int, text: str, by: Account, at: datetime
) -> Versioned:
    """A part of the report; `seen` is 0 where it was empty."""
    may_write(study, by, at)
    part, new = ReportPart.objects.get_or_create(
        study=study, name=name, defaults={"text": text.strip(), "by": by, "at": at}
    )
    kept = part if new else written_over(part, seen, text, by, at)
    noted("part of the report written", study, by, at, {"part": name})
    return kept


@transaction.atomic
def write_cell(
    *, theme: Theme, participant: Participant, seen: int, text: str, by: Account, at: datetime
) -> Versioned:
    """What one participant says to one theme; `seen` is 0 where it was empty."""
    may_write(theme.study, by, at)
    cell, new = Cell.objects.get_or_create(
        theme=theme, participant=participant, defaults={"text": text.strip(), "by": by, "at": at}
    )
    kept = cell if new else written_over(cell, seen, text, by, at)
    noted("cell of a matrix written", theme.study, by, at)
    return kept


def written_over(row: Versioned, seen: int, text: str, by: Account, at: datetime) -> Versioned:
    if not seen and row.text != text.strip():
        raise ChangedMeanwhile(row)
    return keep(row, seen=seen or row.version, text=text.strip(), by=by, at=at)
