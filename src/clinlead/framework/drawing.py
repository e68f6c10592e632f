"""A stream's months with the line before its start, as pages draw every series."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinlead.figures.sums import unit_of_figure
from clinlead.framework.starting import Line
from clinmeasures.charts import Event, trend_chart
from clinmeasures.definitions import Definition
from clinmeasures.spc import spc

WIDE, NARROW = 720, 320


@dataclass(frozen=True)
class Drawn:
    question: str
    wide: str
    narrow: str


def over_starts(lines: Sequence[Line], definition: Definition) -> list[Drawn]:
    """A chart for each stream that something is said of."""
    drawn = [each for each in lines if each.found is not None]
    return [over_start(line, definition, f"start-{n}") for n, line in enumerate(drawn)]


def over_start(line: Line, definition: Definition, prefix: str) -> Drawn:
    found = line.found
    assert found is not None
    first = next(day for day, after in zip(found.dates, found.after, strict=True) if after)
    series = spc(list(found.values), dates=list(found.dates), chart="run")[0]
    asked = f"{line.stream}: is anything different after the start?"
    wide, narrow = (
        trend_chart(
            series,
            title=asked,
            description=line.words,
            unit=unit_of_figure(definition),
            id_prefix=f"{prefix}-{width}",
            width=width,
            events=[Event(date=first, label="Start")],
        )
        for width in (WIDE, NARROW)
    )
    return Drawn(asked, wide, narrow)
