"""Units against the chance limits of their volume, one's own marked, the others unnamed."""

from collections.abc import Collection

import numpy as np

from clinmeasures.charts.drawing import (
    CHARACTER,
    DATA,
    Box,
    Canvas,
    Scale,
    bounds,
    circle,
    diamond,
    tick_text,
    ticks,
    wrapped,
)
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats
from clinmeasures.funnels import Funnel
from clinmeasures.wording.units import Unit, in_figures, unit_of

NARROW = 480
STEPS = 60  # places along the axis where limits are worked out
SHOWN_LIMITS = (95.0, 99.8)
HOLLOW = f'fill="none" stroke="{DATA}" stroke-width="1.5"'


def funnel_chart(
    found: Funnel,
    *,
    title: str,
    description: str,
    unit: Unit | str,
    id_prefix: str,
    volume: str = "cases",
    own: str | None = None,
    own_label: str = "You",
    named: Collection[str] = (),
    minimum: float = 0,
    width: int = 720,
) -> str:
    """A funnel plot as accessible SVG, redrawn (not shrunk) for the width asked.

    Parameters
    ----------
    found : Funnel
        Of `clinmeasures.funnels.funnel`, with limits at 95% and 99.8%. Where they allow for
        over-dispersion, the drawing says so.
    title, description : str
        Read aloud.
    unit : Unit or str
        Of the rate; "%" draws fractions as percentages.
    id_prefix : str
        Unique on the page.
    volume : str
        What the denominator counts, written along the axis.
    own, own_label : str, optional
        The unit whose dot is marked and labelled. Every other stays unnamed, in no order.
    named : collection of str
        Units that may be named (teams, hospitals), where there is room.
    minimum : float
        Units with a smaller denominator are hollow: too few to say anything.
    width : int
        In pixels: 720 for a page, 320 for a phone.

    Returns
    -------
    str
        One <svg>, with presentation attributes only.

    Raises
    ------
    BadInput
        If the funnel was worked out with other limits.
    """
    if set(found.limits) < set(SHOWN_LIMITS):
        raise BadInput("a funnel is drawn with the 95% and 99.8% limits; ask for both.")
    drawing = _Funnel(found, unit_of(unit), width)
    drawing.draw_axes(volume)
    drawing.draw_limits()
    drawing.draw_units(own, own_label, frozenset(named), minimum)
    drawing.draw_notes(minimum, volume)
    return drawing.canvas.finished(title=title, description=description, id_prefix=id_prefix)


class _Funnel:
    def __init__(self, found: Funnel, unit: Unit, width: int) -> None:
        self.found, self.unit = found, unit
        self.narrow = width < NARROW
        self.canvas = Canvas(width, 290 if self.narrow else 340, 13 if self.narrow else 14)
        self.known = np.flatnonzero(np.isfinite(found.rate)).tolist()
        most = max((float(found.denominator[i]) for i in self.known), default=1.0)
        self.volumes = np.linspace(most / STEPS, most * 1.05, STEPS)
        self.edges = {level: found.limits_at(self.volumes, level) for level in SHOWN_LIMITS}
        self.y = self._value_scale(self.canvas.height - (96 if self.narrow else 58), 16)
        self.marks = self._value_marks()
        left = max(len(words) for _, words in self.marks) * self.canvas.font_size * CHARACTER + 14
        right = width - (12 if self.narrow else 150)
        self.plot = Box(left, self.y.end, right, self.y.start)
        self.x = Scale(0, most * 1.05, left, right)

    def _value_scale(self, bottom: float, top: float) -> Scale:
        """All units, and the limits where half of the volume lies."""
        rates = [float(self.found.rate[i]) for i in self.known]
        middle = [float(line[STEPS // 4]) for pair in self.edges.values() for line in pair]
        low, high = bounds([*rates, *middle, self.found.target], percentage=self.unit.is_percentage)
        return Scale(low, high, bottom, top)

    def _value_marks(self) -> list[tuple[float, str]]:
        low, high = self.unit.shown(self.y.low), self.unit.shown(self.y.high)
        marks = ticks(low, high, 5)
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        sign = "%" if self.unit.is_percentage else ""
        return [(mark / self.unit.times, tick_text(mark, step) + sign) for mark in marks]

    def draw_axes(self, volume: str) -> None:
        """Lines across with their figures, and the volumes below."""
        canvas, plot = self.canvas, self.plot
        for value, words in self.marks:
            y = self.y(value)
            canvas.line(plot.left, y, plot.right, y, 'stroke-opacity="0.12"')
            canvas.text(plot.left - 6, y + 5, words, anchor="end")
        canvas.line(plot.left, plot.bottom, plot.right, plot.bottom, 'stroke-opacity="0.6"')
        marks = ticks(0, self.x.high, 3 if self.narrow else 6)
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        for mark in marks:
            canvas.line(self.x(mark), plot.bottom, self.x(mark), plot.bottom + 5, "")
            canvas.text(self.x(mark), plot.bottom + 20, tick_text(mark, step), anchor="middle")
        canvas.text(plot.right, plot.bottom + 40, f"Number of {volume}", anchor="end")

    def draw_limits(self) -> None:
        """Bands within the limits, their edges, and the target."""
        outer, inner = self.edges[99.8], self.edges[95.0]
        self._band(outer, 0.06)
        self._band(inner, 0.06)
        for pair, dashes in ((outer, "5 4"), (inner, "2 3")):
            for line in pair:
                self._line(line, dashes)
        y = self.y(self.found.target)
        self.canvas.line(self.plot.left, y, self.plot.right, y, 'stroke-width="1.5"')
        self.canvas.taken.append(Box(self.plot.left, y - 1, self.plot.right, y + 1))
        if not self.narrow:
            self._label_lines()

    def _places(self, line: Floats) -> list[tuple[float, float]]:
        return [
            (self.x(volume), self.y(edge))
            for volume, edge in zip(self.volumes.tolist(), line.tolist(), strict=True)
        ]

    def _band(self, pair: tuple[Floats, Floats], opacity: float) -> None:
        lower, upper = (self._places(line) for line in pair)
        self.canvas.area([*upper, *reversed(lower)], f'fill-opacity="{opacity}"')

    def _line(self, line: Floats, dashes: str) -> None:
        """Only where it lies inside the plot: an edge of the drawing is not a limit."""
        inside = [
            place
            for place, edge in zip(self._places(line), line.tolist(), strict=True)
            if self.y.low < edge < self.y.high
        ]
        attributes = 'fill="none" stroke="currentColor" stroke-opacity="0.55"'
        self.canvas.path(inside, f'{attributes} stroke-dasharray="{dashes}"')

    def _label_lines(self) -> None:
        number = self.unit.number
        lines = [(self.found.target, f"Average {number(self.found.target)}")]
        if self.found.kind == "SR":
            lines = [(self.found.target, f"As expected ({number(self.found.target)})")]
        lines += [
            (float(line[-1]), f"{level:g}% limit")
            for level, pair in self.edges.items()
            for line in pair
            if self.y.low < line[-1] < self.y.high
        ]
        apart, y = self.canvas.font_size + 3, -np.inf
        for value, words in sorted(lines, reverse=True):
            y = max(self.y(value) + 5, y + apart)
            self.canvas.text(self.plot.right + 8, y, words)

    def draw_units(
        self, own: str | None, own_label: str, named: frozenset[str], minimum: float
    ) -> None:
        """One mark a unit, one's own last so that it lies on top; words where there is room."""
        enough = self.found.denominator >= minimum
        outside = self.found.outside(99.8) & enough
        last = [i for i in self.known if self.found.units[i] == own]
        for i in [*(i for i in self.known if i not in last), *last]:
            x = self.x(float(self.found.denominator[i]))
            y = self.y(float(self.found.rate[i]))
            is_own = i in last
            mark = self._mark(x, y, own=is_own, outside=bool(outside[i]))
            self.canvas.add(mark if enough[i] else circle(x, y, 7 if is_own else 4, HOLLOW))
            self.canvas.taken.append(Box(x - 5, y - 5, x + 5, y + 5))
        for i in last:
            self._label(i, own_label, bold=True)
        for i in self.known:
            if self.found.units[i] in named and i not in last:
                self._label(i, self.found.units[i], bold=False)

    def _mark(self, x: float, y: float, *, own: bool, outside: bool) -> str:
        """One's own is larger, filled and ringed; beyond the outer limits is a diamond."""
        if own:
            ring = f'fill="{DATA}" stroke="currentColor" stroke-width="2"'
            return diamond(x, y, 9, ring) if outside else circle(x, y, 7, ring)
        plain = f'fill="{DATA}" fill-opacity="0.5" stroke="currentColor" stroke-opacity="0.6"'
        return diamond(x, y, 6, plain) if outside else circle(x, y, 4, plain)

    def _label(self, i: int, words: str, *, bold: bool) -> None:
        x = self.x(float(self.found.denominator[i]))
        y = self.y(float(self.found.rate[i]))
        for anchor, dx, dy in (("start", 11, 5), ("end", -11, 5), ("middle", 0, -13)):
            box = self.canvas.place(x + dx, y + dy, words, anchor)
            inside = box.left >= self.plot.left and box.right <= self.plot.right
            if inside and not any(box.meets(other) for other in self.canvas.taken):
                self.canvas.text(x + dx, y + dy, words, anchor=anchor, bold=bold)
                return
        if bold:
            self.canvas.text(x, y - 13, words, anchor="middle", bold=True)

    def draw_notes(self, minimum: float, volume: str) -> None:
        """What hollow dots are; on a narrow drawing also the names of the lines."""
        notes = []
        if self.narrow:
            number = self.unit.number(self.found.target)
            line = "as expected" if self.found.kind == "SR" else "average"
            notes.append(
                f"Solid line: {line} ({number}). Dotted: 95% limits. Dashed: 99.8% limits."
            )
        if self.found.differ:
            notes.append("The limits allow for differences beyond chance (over-dispersion).")
        if any(self.found.denominator[i] < minimum for i in self.known):
            notes.append(f"Hollow: fewer than {in_figures(minimum)} {volume}, too few to tell.")
        y = self.plot.bottom + (60 if self.narrow else 40)
        for note in notes:
            for line in wrapped(note, self.canvas):
                self.canvas.text(2, y, line)
                y += self.canvas.font_size + 4
        self.canvas.height = max(self.canvas.height, y)
