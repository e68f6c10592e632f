"""Files of what is out: made once a process, for nothing that is in them can change.

Whatever a reader may see is decided before; a file is kept under exactly that, figure by figure
and month by month, so nobody gets one that was made for somebody who sees more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils import timezone

from clinlead.access.policies import Reader
from clinlead.figures.sums import MonthSums
from clinlead.releases import fhir, files
from clinlead.releases.files import Kind
from clinlead.releases.models import Release, ReleasedFigure
from clinlead.releases.out import by_name, months_of
from clinlead.releases.picture import chart_as_png, chart_as_svg
from clinlead.releases.queries import months_shown, with_frozen
from clinmeasures.definitions import Definition

KEPT = 24  # files; the largest of a department is about a million letters
UNREAD = {  # of a figure, for the files that do without
    Kind.CSV: ("statistics", "without_challenged"),
    Kind.PARQUET: ("statistics", "without_challenged"),
}


@dataclass(frozen=True)
class Part:
    """A figure of a file, by its digest; of a department's, the months that the reader sees."""

    figure: int
    digest: str
    months: frozenset[str] | None = None  # none named: all

    def of(self, figure: ReleasedFigure) -> list[MonthSums]:
        months = months_of(figure)
        return [each for each in months if self.months is None or each.month in self.months]


def parts_shown(
    release: Release, figures: Iterable[ReleasedFigure], reader: Reader
) -> dict[int, Part]:
    """Those of these figures that have a month for this reader; two questions at most."""
    figures = list(figures)
    known = by_name(reader, release.department)
    totals = with_frozen((f for f in figures if f.key.is_team), but=UNREAD[Kind.CSV])
    seen = {f.pk: frozenset(m.month for m in months_shown(f, reader, known)) for f in totals}
    return {f.pk: Part(f.pk, f.digest, seen.get(f.pk)) for f in figures if seen.get(f.pk, True)}


Words = tuple[tuple[str, Any], ...]


def words_of(release: Release) -> Words:
    """What every row of a file says of its release, and the name that a chart bears."""
    words = {name: getattr(release, name) for name in files.WORDS if hasattr(release, name)}
    words |= {"department": release.department.code, files.RELEASE_DIGEST: release.digest}
    return (*words.items(), ("named", str(release)))


@lru_cache(maxsize=KEPT)
def made(kind: Kind, release_id: int, words: Words, parts: tuple[Part, ...]) -> bytes:
    """The file of these figures and months; two questions, the first time."""
    release = Release.objects.select_related("department").get(pk=release_id)
    wanted = {part.figure: part for part in parts}
    whole = release.figures.filter(pk__in=wanted).defer(*UNREAD.get(kind, ()))
    return content_of([(each, wanted[each.pk].of(each)) for each in whole], kind, dict(words))


Shown = Sequence[tuple[ReleasedFigure, list[MonthSums]]]


def content_of(shown: Shown, kind: Kind, words: Mapping[str, Any]) -> bytes:
    figures = [figure for figure, _ in shown]
    definitions = fhir.definitions_of(figures)
    if kind is Kind.FHIR:
        bundle = fhir.bundle(figures, at=timezone.now(), kind="collection")
        return bundle.model_dump_json().encode()
    if kind in files.OF_A_RELEASE:
        frozen = [
            frozen_of(figure, months, definitions[figure.measure, figure.version], words)
            for figure, months in shown
        ]
        return files.as_csv(frozen) if kind is Kind.CSV else files.as_parquet(frozen)
    (figure, months), *_ = shown
    return picture_of(figure, months, definitions[figure.measure, figure.version], kind)


def picture_of(
    figure: ReleasedFigure, months: list[MonthSums], definition: Definition, kind: Kind
) -> bytes:
    """The chart; not found where there is none to draw."""
    svg = chart_as_svg(figure, definition, months)
    if not svg:
        raise Http404
    return svg.encode() if kind is Kind.SVG else chart_as_png(svg, figure)


def frozen_of(
    figure: ReleasedFigure,
    months: list[MonthSums],
    definition: Definition,
    words: Mapping[str, Any],
) -> files.Frozen:
    names = {name: getattr(figure, name) for name in files.NAMES if name != "month"}
    return files.Frozen(
        release=words,
        **names,
        months=months,
        definition=definition,
        digest=figure.digest,
        grades=figure.grades or {},
    )
