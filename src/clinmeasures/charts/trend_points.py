"""The points of a chart over time: what each mark says, its label, and the notes."""

import itertools
import math

from clinmeasures.charts.drawing import DATA, circle, diamond, square, wrapped
from clinmeasures.charts.trend_layout import MOST_POINTS
from clinmeasures.charts.trend_lines import TrendLines
from clinmeasures.wording.readings import OUTSIDE

NEIGHBOURS = 4  # signals of one kind so close share a label
GAP = 1.6  # a step this many times the usual one is a gap in recording


class TrendPoints(TrendLines):
    """The lines with the points, their labels, and the notes below."""

    def draw_points(self) -> None:
        """The line through the points, their marks, and the names of signals."""
        self._draw_joins()
        for point in self.shown:
            if math.isfinite(self.values[point]):
                self.canvas.add(self._mark(point))
        self._label_signals()

    def _draw_joins(self) -> None:
        """Solid between settled neighbours, dashed to a provisional one, none across a gap."""
        usual = _usual_step(self.places)
        solid: list[tuple[float, float]] = []
        stroke = f'fill="none" stroke="{DATA}" stroke-width="1.5"'
        for point in self.shown:
            value = self.values[point]
            before = point - self.first - 1
            gap = before >= 0 and self.places[before + 1] - self.places[before] > GAP * usual
            if not math.isfinite(value) or gap or self.provisional[point]:
                self.canvas.path(solid if len(solid) > 1 else [], stroke)
                self._dash_to(point, gap=bool(gap), stroke=stroke)
                solid = []
            if math.isfinite(value) and not self.provisional[point]:
                solid.append((self.place(point), self.y(value)))
        self.canvas.path(solid if len(solid) > 1 else [], stroke)

    def _dash_to(self, point: int, *, gap: bool, stroke: str) -> None:
        if gap or point == self.first or not self.provisional[point]:
            return
        ends = [self.values[point - 1], self.values[point]]
        if all(map(math.isfinite, ends)):
            places = [
                (self.place(point - 1), self.y(ends[0])),
                (self.place(point), self.y(ends[1])),
            ]
            self.canvas.path(places, stroke + ' stroke-dasharray="3 3"')

    def _mark(self, point: int) -> str:
        x, y = self.place(point), self.y(self.values[point])
        if self.provisional[point] or self.excluded[point]:
            return circle(x, y, 4, f'fill="none" stroke="{DATA}" stroke-width="1.5"')
        kind = self._kind(point)
        if kind == "outside":
            return diamond(x, y, 7, f'fill="{DATA}" stroke="currentColor" stroke-width="1.5"')
        if kind == "run":
            return square(x, y, 4.5, f'fill="{DATA}"')
        return circle(x, y, 3.2, f'fill="{DATA}"')

    def _kind(self, point: int) -> str:
        """What the mark says: what the point itself shows, not a rule of its whole phase."""
        if self.provisional[point]:
            return ""
        names = set(self.series.own_signals[point])
        if names & OUTSIDE:
            return "outside"
        return "run" if names else ""

    def _label_signals(self) -> None:
        """One label for each stretch of one kind on one side, the latest first."""
        said: list[tuple[str, int, int]] = []
        for point in reversed(self.shown):
            kind, side = self._kind(point), self.sides[point] or 1
            if not kind:
                continue
            near = [at for word, way, at in said if (word, way) == (kind, side)]
            if near and near[-1] - point <= NEIGHBOURS:
                said.append((kind, side, point))
                continue
            said.append((kind, side, point))
            self._label(point, kind, side)

    def _label(self, point: int, kind: str, side: int) -> None:
        """Beyond every point that the words would cover, on the side where the signal is."""
        high = "high" if side > 0 else "low"
        words = f"Unusually {high}" if kind == "outside" else f"Run: {high}er"
        for further in (0, self.canvas.font_size + 3):
            for anchor, shift in (("middle", 0), ("end", 8), ("start", -8)):
                x = self.place(point) + shift
                if self._fits(x, words, anchor=anchor, way=side, further=further):
                    return

    def _fits(self, x: float, words: str, *, anchor: str, way: int, further: float) -> bool:
        box = self.canvas.place(x, 0, words, anchor)
        covered = [
            self.y(self.values[p])
            for p in self.shown
            if box.left - 6 < self.place(p) < box.right + 6 and math.isfinite(self.values[p])
        ]
        beyond = 12 + further
        y = min(covered) - beyond
        if way < 0:
            y = max(covered) + beyond + self.canvas.font_size * 0.8
        box = self.canvas.place(x, y, words, anchor)
        inside = self.plot.left <= box.left and box.right <= self.canvas.width
        inside &= self.plot.top - 14 <= box.top and box.bottom <= self.plot.bottom
        if not inside or any(box.meets(other) for other in self.canvas.taken):
            return False
        self.canvas.text(x, y, words, anchor=anchor)
        return True

    def draw_notes(self, *, doubted: bool = False) -> None:
        """What did not fit into the drawing, as words below it."""
        notes = ["Bars over the axis: data of grade C or D."] if doubted else []
        if self.narrow:
            notes.append("; ".join(words for _, words in sorted(self.line_words(), reverse=True)))
        if self.first:
            notes.append(
                f"The latest {MOST_POINTS} of {len(self.series)} points; the table has all."
            )
        if any(self.provisional[p] for p in self.shown):
            notes.append("Hollow: provisional.")
        if any(self.excluded[p] and not self.provisional[p] for p in self.shown):
            notes.append("Hollow: left out of the limits.")
        self._write_notes(notes)

    def _write_notes(self, notes: list[str]) -> None:
        y = self.plot.bottom + 40
        for note in notes:
            for line in wrapped(note, self.canvas):
                self.canvas.text(2, y, line)
                y += self.canvas.font_size + 4
        self.canvas.height = max(self.canvas.height, y)


def _usual_step(places: list[float]) -> float:
    """The middle one of the steps between points."""
    steps = sorted(b - a for a, b in itertools.pairwise(places))
    return steps[len(steps) // 2] if len(steps) > 1 else math.inf
