"""Themes as they stand in the database, counted now."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from clinlead.coding.counting import Among, Case, count
from clinlead.coding.findings import (
    Cohort,
    Invitation,
    QuoteFound,
    RowFound,
    ThemeFound,
    quoted,
)
from clinlead.coding.models import Quote, Row, Theme
from clinlead.coding.speakers import labels
from clinlead.evaluation.models import Participant, Study
from clinlead.evaluation.policies import State

Given = Mapping[Case, frozenset[int]]


def cohort_of(study: Study, counted_in: Given) -> Cohort:
    """Everybody who was invited; whoever was only chosen is nobody’s business yet."""
    done = {case.key for case in counted_in}
    invited = study.participants.exclude(state=State.CHOSEN).order_by("number")
    return Cohort(invitations=[invitation(each, each.pk in done) for each in invited])


def invitation(participant: Participant, finished: bool) -> Invitation:
    return Invitation(
        group=participant.group,
        role=participant.role,
        level=participant.level,
        interviewed=participant.state == State.INTERVIEWED,
        because=why_not_there(participant),
        finished=finished,
    )


def why_not_there(participant: Participant) -> str:
    if participant.state == State.REFUSED:
        return f"declined, {participant.because}"
    return "consent taken back" if participant.state == State.WITHDRAWN else ""


def themes_of(study: Study, counted_in: Given) -> list[ThemeFound]:
    """Every theme, in order, each row counted within its own denominator."""
    found = with_parts(study.themes.all())
    return [theme_found(theme, number, counted_in) for number, theme in enumerate(found, start=1)]


def with_parts(themes: QuerySet[Theme]) -> QuerySet[Theme]:
    """With rows and quotes, in few questions."""
    rows = Row.objects.select_related("code", "within").prefetch_related("left_out")
    quotes = Quote.objects.select_related("code", "transcript")
    return themes.prefetch_related(Prefetch("rows", rows), Prefetch("quotes", quotes))


def theme_found(theme: Theme, number: int, counted_in: Given) -> ThemeFound:
    return ThemeFound(
        number=number,
        title=theme.title,
        summary=theme.text,
        rows=[row_found(row, counted_in) for row in theme.rows.all()],
        quotes=quotes_found(theme.draw, list(theme.quotes.all()), list(counted_in)),
        key=theme.pk,
    )


def row_found(row: Row, counted_in: Given) -> RowFound:
    out = list(row.left_out.all())
    among = Among(
        groups=frozenset(row.groups),
        code=row.within_id,
        left_out=frozenset(each.participant_id for each in out),
    )
    return RowFound(
        code=row.code.name,
        counted=count(row.code_id, among, counted_in),
        among=among.in_words(row.within.name if row.within else ""),
        note=row.note,
        left_out=Counter(each.because for each in out),
        key=row.pk,
    )


def quotes_found(draw: str, quotes: Sequence[Quote], cases: Sequence[Case]) -> list[QuoteFound]:
    """Each quote under its speaker’s label; whoever does not count is not quoted."""
    said_by = {quote.pk: quote.transcript.participant_id for quote in quotes}
    labelled = labels(draw, quoted(cases, said_by.values()))
    return [
        QuoteFound(
            words=quote.words, who=labelled[said_by[quote.pk]], code=quote.code.name, key=quote.pk
        )
        for quote in quotes
        if said_by[quote.pk] in labelled
    ]
