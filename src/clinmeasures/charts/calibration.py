"""Expected beside observed, in tenths of the records by risk: are the risks of the right size?"""

from collections.abc import Sequence

import numpy as np

from clinmeasures.casemix.judging import Group
from clinmeasures.charts.drawing import (
    DATA,
    Canvas,
    Scale,
    circle,
    tick_text,
    ticks,
    wrapped,
)
from clinmeasures.errors import BadInput
from clinmeasures.intervals import wilson
from clinmeasures.wording.units import Unit, unit_of

NARROW = 480
DASHED = 'stroke-opacity="0.7" stroke-dasharray="6 4"'
NOTE = (
    "Each dot is a tenth of the records, from the lowest expected to the highest. On the dashed "
    "line as much happened as was expected; the bars are 95% intervals."
)
NOTE_OF_MEANS = (
    "Each dot is a tenth of the records, from the lowest expected to the highest. On the dashed "
    "line it came out as was expected."
)


def calibration_chart(
    groups: Sequence[Group],
    *,
    title: str,
    description: str,
    unit: Unit | str,
    id_prefix: str,
    width: int = 720,
) -> str:
    """Observed against expected by tenths of risk, as accessible SVG.

    Parameters
    ----------
    groups : sequence of Group
        As `Calibration.groups`.
    title, description : str
        Read aloud.
    unit : Unit or str
        "%" where the groups count events, with intervals of chance; else of the mean outcome.
    id_prefix : str
        Unique on the page.
    width : int
        In pixels: 720 for a page, 320 for a phone.

    Raises
    ------
    BadInput
        If there is no group to draw.
    """
    if not groups:
        raise BadInput("there is no group of records to draw; judge a model on some records first.")
    unit = unit_of(unit)
    size = np.array([each.n for each in groups])
    expected = np.array([each.expected for each in groups]) / size
    observed = np.array([each.observed for each in groups]) / size
    low, high = observed, observed
    if unit.is_percentage:
        around = wilson([each.observed for each in groups], size)
        low, high = np.asarray(around.lower), np.asarray(around.upper)
    top = float(max(expected.max(), high.max())) * 1.05 or 1.0
    canvas = Canvas(width, width * 0.6 + 60, 13 if width < NARROW else 14)
    x = Scale(0, top, 56, width - 16)
    y = Scale(0, top, width * 0.6, 28)
    _draw_axes(canvas, x, y, unit)
    canvas.line(x(0), y(0), x(top), y(top), DASHED)
    for at, value, down, up in zip(expected, observed, low, high, strict=True):
        canvas.line(x(at), y(down), x(at), y(up), f'stroke="{DATA}"')
        canvas.add(circle(x(at), y(value), 5, f'fill="{DATA}"'))
    _draw_note(canvas, NOTE if unit.is_percentage else NOTE_OF_MEANS)
    return canvas.finished(title=title, description=description, id_prefix=id_prefix)


def _draw_axes(canvas: Canvas, x: Scale, y: Scale, unit: Unit) -> None:
    canvas.line(x.start, y.start, x.end, y.start, 'stroke-opacity="0.6"')
    canvas.line(x.start, y.start, x.start, y.end, 'stroke-opacity="0.6"')
    marks = ticks(0, unit.shown(x.high), 3 if canvas.width < NARROW else 5)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    sign = "%" if unit.is_percentage else ""
    for mark in marks:
        words = tick_text(mark, step) + sign
        canvas.text(x(mark / unit.times), y.start + 18, words, anchor="middle")
        canvas.text(x.start - 6, y(mark / unit.times) + 5, words, anchor="end")
    named = f" ({unit.name})" if unit.name and not sign else ""
    canvas.text(x.start, 16, f"Observed{named}")
    canvas.text(x.end, y.start + 38, f"Expected{named}", anchor="end")


def _draw_note(canvas: Canvas, words: str) -> None:
    y = canvas.width * 0.6 + 62
    for line in wrapped(words, canvas):
        canvas.text(2, y, line)
        y += canvas.font_size + 4
    canvas.height = y
