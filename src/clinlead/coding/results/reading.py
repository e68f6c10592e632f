"""Published results as staff read them. No reading is written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from clinlead.coding.findings import QuoteFound
from clinlead.coding.models import Publication, PublishedQuote
from clinlead.coding.queries import as_case
from clinlead.coding.results.content import Published, PublishedTheme
from clinlead.coding.speakers import labels
from clinlead.evaluation.models import Participant, Study
from clinlead.evaluation.policies import State


def published() -> QuerySet[Publication]:
    """Every version with what has become of it, newest first. Every page begins here."""
    gone = Participant.objects.filter(counted_in_publications=OuterRef("pk"), state=State.WITHDRAWN)
    return (
        Publication.objects.select_related("study", "by__person")
        .annotate(withdrawn=Exists(gone), quotes_left=Count("quotes"))
        .order_by("study", "-number")
    )


def of_study(study_id: int) -> list[Publication]:
    return list(published().filter(study=study_id))


def to_publish_anew(account_id: int) -> list[Study]:
    """Studies whose standing results count somebody who has taken consent back since."""
    newest: dict[int, Publication] = {}
    for each in published().filter(study__evaluator=account_id, taken_back_at=None):
        newest.setdefault(each.study_id, each)
    return [each.study for each in newest.values() if has_lost(each)]


def has_lost(publication: Publication) -> bool:
    """Whether something was withdrawn since. One answer for all that there is, so that nobody can
    tell from it whether whoever withdrew was quoted. Of one that came from `published`."""
    return bool(
        publication.withdrawn  # type: ignore[attr-defined]
        or publication.quotes_left < publication.quotes_published  # type: ignore[attr-defined]
    )


@dataclass(frozen=True)
class Line:
    """One study in the list."""

    publication: Publication

    @property
    def taken_back(self) -> bool:
        return self.publication.taken_back_at is not None


def listed() -> list[Line]:
    """The newest version of each study, the newest study first; what was taken back says so."""
    newest: dict[int, Publication] = {}
    for each in published():
        newest.setdefault(each.study_id, each)
    return [Line(each) for each in sorted(newest.values(), key=lambda p: p.at, reverse=True)]


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of a study’s versions."""

    publication: Publication
    newest: bool

    @property
    def state(self) -> str:
        if self.publication.taken_back_at:
            return "taken back"
        if self.newest:
            return "in force"
        return "closed" if self.closed else "earlier"

    @property
    def closed(self) -> bool:
        """Set beside the next one, its counts would say what somebody who withdrew had said."""
        return not self.newest and bool(self.publication.withdrawn)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class ResultsPage:
    """One version of a study’s results, or why it is not shown."""

    study: Study
    line: VersionLine
    versions: Sequence[VersionLine]
    content: Published
    quotes: dict[int, list[QuoteFound]]  # by theme

    @property
    def publication(self) -> Publication:
        return self.line.publication

    @property
    def shown(self) -> bool:
        return not (self.publication.taken_back_at or self.line.closed)

    @property
    def has_lost(self) -> bool:
        return has_lost(self.publication)

    @property
    def parts(self) -> list[tuple[PublishedTheme, list[QuoteFound]]]:
        return [(theme, self.quotes.get(theme.number, [])) for theme in self.content.themes]

    @classmethod
    def of(cls, study_id: int, number: int | None = None) -> "ResultsPage | None":
        """The newest version, or one by its number; None where there is none."""
        rows = of_study(study_id)
        lines = [VersionLine(each, each is rows[0]) for each in rows]
        wanted = rows[0].number if rows and number is None else number
        line = next((each for each in lines if each.publication.number == wanted), None)
        if line is None:
            return None
        return cls(
            study=line.publication.study,
            line=line,
            versions=lines,
            content=Published.read(line.publication.content),
            quotes=quotes_of(line.publication),
        )


def quotes_of(publication: Publication) -> dict[int, list[QuoteFound]]:
    """By theme, each under its speaker’s label among those who are quoted still: no gap says
    whose words went."""
    found: dict[int, list[PublishedQuote]] = {}
    for quote in publication.quotes.select_related("transcript__participant"):
        found.setdefault(quote.theme, []).append(quote)
    return {theme: labelled(quotes) for theme, quotes in found.items()}


def labelled(quotes: Sequence[PublishedQuote]) -> list[QuoteFound]:
    who = labels(quotes[0].draw, [as_case(quote.transcript) for quote in quotes])
    return [
        QuoteFound(
            words=quote.words,
            who=who[quote.transcript.participant_id],
            code="",
            key=quote.pk,
        )
        for quote in quotes
    ]
