"""A released figure's chart as a picture that stands alone: what it shows, of whom, from where."""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from clinlead.figures.charting import charted
from clinlead.figures.graded import marks
from clinlead.figures.sums import MonthSums, unit_of_figure
from clinlead.printing import png
from clinlead.releases.grades import grades_of
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.statistics import kept_breaks
from clinmeasures.charts import Event, trend_chart
from clinmeasures.charts.drawing import FONT, Canvas, wrapped
from clinmeasures.definitions import Definition

WIDTH, MARGIN = 720, 20
INK, PAPER, QUIET = "#212b32", "#ffffff", "#4c6272"
HEAD = len(b"\x89PNG\r\n\x1a\n") + 25  # the signature and the first chunk, which stay first


def chart_as_svg(
    figure: ReleasedFigure, definition: Definition, months: Sequence[MonthSums]
) -> str:
    """The chart with its heading, sentence and digests; nothing where there is nothing to draw."""
    breaks = kept_breaks(figure.statistics)
    chart = charted(months, definition, team=figure.key.is_team, breaks=breaks)
    if chart.series is None:
        return ""
    drawn = trend_chart(
        chart.series,
        title=figure.title,
        description=f"{figure.title}, month by month. {figure.statistics['reading']}",
        unit=unit_of_figure(definition),
        id_prefix="chart",
        width=WIDTH,
        provisional=chart.provisional,
        breaks=[Event(f"{month}-01", "Recording changed") for month in chart.breaks],
        doubts=marks(grades_of(figure), chart),
    )
    return framed(drawn, heading_of(figure), foot_of(figure))


def heading_of(figure: ReleasedFigure) -> list[tuple[str, float]]:
    """Lines above the chart, each with its size."""
    department = figure.release.department.name
    whose = department if figure.key.is_team else f"Clinician {figure.unit}, {department}"
    said = [figure.statistics["sentence"], figure.statistics["reading"]]
    return [(figure.title, 20), (whose, 14), *((each, 14) for each in said)]


def foot_of(figure: ReleasedFigure) -> list[tuple[str, float]]:
    """Lines below it: which release, and what to compare with `clinlead release verify`."""
    release = figure.release
    when = release.released_at.date().isoformat() if release.released_at else ""
    return [
        (f"{release}. Released on {when}. Clinlead.", 11),
        (f"Release {release.digest}", 10),
        (f"Figure {figure.digest}", 10),
    ]


def framed(
    chart: str, heading: Sequence[tuple[str, float]], foot: Sequence[tuple[str, float]]
) -> str:
    """A chart between lines of text, on paper: it reads the same wherever it is put."""
    above, top = lines(heading, MARGIN, INK)
    height = float(chart.split('height="', 1)[1].split('"', 1)[0])
    below, bottom = lines(foot, top + height + MARGIN / 2, QUIET)
    whole = WIDTH + 2 * MARGIN, bottom + MARGIN / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]:g}" '
        f'width="{whole[0]}" height="{whole[1]:g}" {FONT}>'
        f'<rect width="{whole[0]}" height="{whole[1]:g}" fill="{PAPER}"/>{above}'
        f'<g color="{INK}" transform="translate({MARGIN} {top:g})">{chart}</g>{below}</svg>'
    )


def lines(texts: Sequence[tuple[str, float]], top: float, colour: str) -> tuple[str, float]:
    """Text elements, wrapped to the width, and where the next thing can begin."""
    parts = []
    for words, size in texts:
        for line in wrapped(words, Canvas(WIDTH, 0, size)):
            top += size * 1.3
            weight = ' font-weight="bold"' if size > 14 else ""
            parts.append(
                f'<text x="{MARGIN}" y="{top:g}" font-size="{size:g}" fill="{colour}"{weight}>'
                f"{escape(line)}</text>"
            )
    return "".join(parts), top + MARGIN / 2


def chart_as_png(svg: str, figure: ReleasedFigure) -> bytes:
    """The same picture in points, with the digests in it as text."""
    said = {"Release digest": figure.release.digest, "Figure digest": figure.digest}
    return with_texts(png(svg), said)


def with_texts(picture: bytes, texts: Mapping[str, str]) -> bytes:
    """A PNG with these words in it (chunks tEXt), where programs look for them."""
    return picture[:HEAD] + b"".join(chunks(texts)) + picture[HEAD:]


def chunks(texts: Mapping[str, str]) -> Iterator[bytes]:
    for name, words in texts.items():
        content = b"tEXt" + name.encode("latin-1") + b"\0" + words.encode("latin-1")
        yield struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
