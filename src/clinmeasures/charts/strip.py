"""One's own value on a line with unnamed peers: no order, no names, no rank."""

from collections.abc import Sequence

from clinmeasures.charts.drawing import (
    DATA,
    Canvas,
    Scale,
    bounds,
    circle,
    tick_text,
    ticks,
    wrapped,
)
from clinmeasures.wording.units import Unit, how_many, unit_of

NARROW = 480
RADIUS = 5.0
PEER = f'fill="{DATA}" fill-opacity="0.4" stroke="currentColor" stroke-opacity="0.6"'
BASE = 86.0


def strip_chart(
    peers: Sequence[float],
    *,
    own: float | None,
    title: str,
    description: str,
    unit: Unit | str,
    id_prefix: str,
    own_label: str = "You",
    peer_word: str = "colleague",
    width: int = 720,
) -> str:
    """Dots of unnamed peers along one axis, one's own marked and labelled.

    Parameters
    ----------
    peers : sequence of float
        The others' values, in any order; the drawing does not keep it.
    own : float or None
        One's own value; None draws the peers alone.
    title, description : str
        Read aloud.
    unit : Unit or str
        "%" draws fractions as percentages.
    id_prefix : str
        Unique on the page.
    own_label, peer_word : str
    width : int

    Returns
    -------
    str
        One <svg>. The caller decides whether there are enough peers to show.
    """
    unit = unit_of(unit)
    narrow = width < NARROW
    canvas = Canvas(width, 150, 13 if narrow else 14)
    values = [*peers, *([] if own is None else [own])]
    low, high = bounds(values, percentage=unit.is_percentage)
    x = Scale(low, high, 24, width - 24)
    draw_axis(canvas, x, unit, narrow=narrow)
    for place, height in _stacked([x(value) for value in sorted(peers)]):
        canvas.add(
            circle(
                place, BASE - height, RADIUS, f'fill="{DATA}" fill-opacity="0.3" stroke="{DATA}"'
            )
        )
    if own is not None:
        _draw_own(canvas, x(own), f"{own_label}: {unit.text(own)}")
    note = f"Each pale dot is one of {how_many(len(peers), peer_word)}, unnamed."
    y = BASE + 56
    for line in wrapped(note, canvas):
        canvas.text(2, y, line)
        y += canvas.font_size + 4
    canvas.height = y
    return canvas.finished(title=title, description=description, id_prefix=id_prefix)


def draw_axis(canvas: Canvas, x: Scale, unit: Unit, *, narrow: bool) -> None:
    """One line across with its figures, below the dots."""
    line = BASE + RADIUS + 4
    canvas.line(x.start - 10, line, x.end + 10, line, 'stroke-opacity="0.6"')
    marks = ticks(unit.shown(x.low), unit.shown(x.high), 3 if narrow else 6)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    sign = "%" if unit.is_percentage else ""
    for mark in marks:
        place = x(mark / unit.times)
        canvas.line(place, line, place, line + 5, 'stroke-opacity="0.6"')
        canvas.text(place, line + 20, tick_text(mark, step) + sign, anchor="middle")
    if unit.name and not sign:
        canvas.text(x.end + 20, line + 38, unit.name, anchor="end")


def _draw_own(canvas: Canvas, x: float, words: str) -> None:
    canvas.add(circle(x, BASE, 8, f'fill="{DATA}" stroke="currentColor" stroke-width="2"'))
    canvas.line(x, BASE - 9, x, 26, 'stroke-opacity="0.6"')
    half = canvas.place(0, 0, words, "middle").right
    canvas.text(min(max(x, half), canvas.width - half), 20, words, anchor="middle", bold=True)


def _stacked(places: list[float]) -> list[tuple[float, float]]:
    """Dots that would cover each other, one above the other; at most five high."""
    found: list[tuple[float, float]] = []
    for place in places:
        near = sum(place - other < RADIUS * 1.8 for other, _ in found[-4:])
        found.append((place, near * RADIUS * 1.9))
    return found
