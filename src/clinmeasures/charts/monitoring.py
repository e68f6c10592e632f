"""Risk-adjusted outcomes case by case: the VLAD above, both arms of the CUSUM below it."""

import textwrap
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from clinmeasures.charts.drawing import (
    CHARACTER,
    DATA,
    Box,
    Canvas,
    Scale,
    diamond,
    tick_text,
    ticks,
    wrapped,
)
from clinmeasures.charts.table import DataTable
from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats
from clinmeasures.monitoring import ProviderCusum
from clinmeasures.wording.units import in_figures, in_words

NARROW = 480
NAMES = ("worse", "better")
MOST_ROWS = 60  # of the table: months where there are dates, else equal blocks of cases
HEADROOM = 1.4  # above a signal, for its name
NOTE_OF_START = "Dotted: the case from which the chart climbed to its signal, an estimate."


def monitoring_chart(
    worse: ProviderCusum,
    better: ProviderCusum | None = None,
    *,
    title: str,
    description: str,
    id_prefix: str,
    events: str = "deaths",
    names: tuple[str, str] = NAMES,
    width: int = 720,
) -> str:
    """VLAD and CUSUM of one provider as accessible SVG, redrawn (not shrunk) for the width asked.

    Parameters
    ----------
    worse : ProviderCusum
        The arm with an odds ratio above 1, drawn upwards.
    better : ProviderCusum, optional
        The other arm of the same cases, drawn downwards.
    title, description : str
        Read aloud: the question the chart answers, and what it shows in words.
    id_prefix : str
        Unique on the page.
    events : str
        What is counted, in the plural.
    names : (str, str)
        What a signal of each arm is called.
    width : int
        In pixels: 720 for a page, 320 for a phone.

    Raises
    ------
    BadInput
        If the arms are the wrong way round, or not of the same cases.
    """
    _refuse(worse, better)
    drawing = _Monitoring(worse, better, width, names)
    drawing.draw_vlad(f"Expected less observed {events}")
    drawing.draw_cusum()
    drawing.draw_cases()
    drawing.draw_notes()
    return drawing.canvas.finished(title=title, description=description, id_prefix=id_prefix)


def monitoring_table(
    worse: ProviderCusum,
    better: ProviderCusum | None = None,
    *,
    names: tuple[str, str] = NAMES,
) -> DataTable:
    """The table beside the chart: by month, or by blocks of cases; every case is in one row."""
    _refuse(worse, better)
    arms = [worse] if better is None else [worse, better]
    headings = ("Cases", "Number", "Expected", "Observed", "Expected less observed so far")
    heights = tuple(f"Highest CUSUM for {name}" for name in names[: len(arms)])
    rows = tuple(_row(name, here, arms, names) for name, here in _stretches(worse))
    return DataTable((*headings, *heights, "Signals"), rows)


def _refuse(worse: ProviderCusum, better: ProviderCusum | None) -> None:
    if worse.odds_ratio <= 1 or (better is not None and better.odds_ratio >= 1):
        raise BadInput("give the arm for worse (odds ratio above 1) first, then that for better.")
    if better is not None and not np.array_equal(worse.risk, better.risk):
        raise BadInput("the two arms are not of the same cases; give arms of one provider.")


def _stretches(arm: ProviderCusum) -> Iterator[tuple[str, slice]]:
    dates = arm.dates
    if dates is not None and all(date[4:5] == "-" for date in (dates[0], dates[-1])):
        grouped = groupby(range(len(dates)), key=lambda i: dates[i][:7])
        months = [(month, list(places)) for month, places in grouped]
        if len(months) <= MOST_ROWS:
            for month, places in months:
                yield in_words(f"{month}-01"), slice(places[0], places[-1] + 1)
            return
    step = -(-len(arm) // MOST_ROWS)
    for first in range(0, len(arm), step):
        last = min(first + step, len(arm))
        name = f"{first + 1:,} to {last:,}" if last > first + 1 else f"{last:,}"
        yield name, slice(first, last)


def _row(
    name: str, here: slice, arms: list[ProviderCusum], names: tuple[str, str]
) -> tuple[str, ...]:
    arm = arms[0]
    said = [
        f"{way} at case {signal.index:,}"
        for way, one in zip(names, arms, strict=False)
        for signal in one.signals
        if here.start < signal.index <= here.stop
    ]
    return (
        name,
        in_figures(here.stop - here.start),
        in_figures(float(arm.risk[here].sum()), 1),
        in_figures(int(arm.outcome[here].sum())),
        in_figures(float(arm.vlad[here][-1]), 1),
        *(in_figures(float(one.value[here].max()), 2) for one in arms),
        "; ".join(said) or "none",
    )


class _Monitoring:
    def __init__(
        self,
        worse: ProviderCusum,
        better: ProviderCusum | None,
        width: int,
        names: tuple[str, str],
    ) -> None:
        self.names = names
        self.worse, self.better = worse, better
        self.narrow = width < NARROW
        self.canvas = Canvas(width, 410 if self.narrow else 430, 13 if self.narrow else 14)
        right = width - (12 if self.narrow else 150)
        self.above, self.below = Box(52, 30, right, 168), Box(52, 214, right, 368)
        self.x = Scale(0, max(len(worse), 1), 52, right)
        edge = max(self._height(worse), 0.5)
        floor = 0.0 if better is None else -max(self._height(better), 0.5)
        self.y = Scale(floor * HEADROOM, edge * HEADROOM, self.below.bottom, self.below.top)

    @staticmethod
    def _height(arm: ProviderCusum) -> float:
        return max(float(arm.value.max(initial=0)), arm.limit or 0)

    def draw_vlad(self, name: str) -> None:
        """The upper half: events expected less events seen, case by case."""
        vlad = self.worse.vlad
        low, high = min(float(vlad.min()), -1.0), max(float(vlad.max()), 1.0)
        scale = Scale(low * 1.08, high * 1.08, self.above.bottom, self.above.top)
        self._frame(self.above, scale, name)
        if not self.narrow:
            self.canvas.text(self.above.right + 8, self.above.top + 10, "Fewer than expected")
            self.canvas.text(self.above.right + 8, self.above.bottom, "More than expected")
        self._curve(vlad, scale, up=True)

    def draw_cusum(self) -> None:
        """The lower half: each arm with its limit and signals, the arm for better below zero."""
        both = self.better is not None
        self._frame(
            self.below,
            self.y,
            f"CUSUM: {self._sides()}" if both and not self.narrow else "CUSUM",
        )
        for arm, up in self._arms():
            self._curve(arm.value, self.y, up=up)
            self._limit(arm, up=up)
            self._signals(arm, up=up)

    def _sides(self) -> str:
        return f"{self.names[0]} above, {self.names[1]} below"

    def _arms(self) -> list[tuple[ProviderCusum, bool]]:
        return [(self.worse, True)] + ([] if self.better is None else [(self.better, False)])

    def _name(self, up: bool) -> str:
        return self.names[0] if up else self.names[1]

    def _frame(self, plot: Box, scale: Scale, name: str) -> None:
        canvas = self.canvas
        canvas.text(2, plot.top - 14, name, bold=True)
        marks = ticks(scale.low, scale.high, 4)
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        for mark in marks:
            y = scale(mark)
            opacity = 0.6 if mark == 0 else 0.12
            canvas.line(plot.left, y, plot.right, y, f'stroke-opacity="{opacity}"')
            words = tick_text(mark if plot is self.above else abs(mark), step)
            canvas.text(plot.left - 6, y + 5, words.replace("-", "−"), anchor="end")

    def _curve(self, values: Floats, scale: Scale, *, up: bool) -> None:
        signed = values if up else -values
        at, heights = thinned(signed, int(self.x.end - self.x.start))
        places = [(self.x.start, scale(0.0))]
        places += [(self.x(i + 1), scale(v)) for i, v in zip(at, heights, strict=True)]
        self.canvas.path(places, f'fill="none" stroke="{DATA}" stroke-width="1.5"')

    def _limit(self, arm: ProviderCusum, *, up: bool) -> None:
        if arm.limit is None:
            return
        y = self.y(arm.limit if up else -arm.limit)
        self.canvas.line(self.below.left, y, self.below.right, y, 'stroke-dasharray="5 4"')
        if not self.narrow:
            self._beside(y, f"Limit for {self._name(up)} {in_figures(arm.limit)}")

    def _beside(self, y: float, words: str) -> None:
        """Right of the plot; in lines, where they would end beyond the drawing."""
        size, left = self.canvas.font_size, self.below.right + 8
        most = int((self.canvas.width - left) / (size * CHARACTER))
        for place, line in enumerate(textwrap.wrap(words, most)):
            self.canvas.text(left, y + 5 + place * (size + 3), line)

    def _signals(self, arm: ProviderCusum, *, up: bool) -> None:
        words = f"Signal: {self._name(up)}"
        for signal in arm.signals:
            x, y = self.x(signal.index), self.y(signal.value if up else -signal.value)
            start = self.x(signal.start_index)
            ends = (start, self.y(0), start, y)
            self.canvas.line(*ends, 'stroke-dasharray="2 3" stroke-opacity="0.7"')
            ring = f'fill="{DATA}" stroke="currentColor" stroke-width="1.5"'
            self.canvas.add(diamond(x, y, 7, ring))
            self.canvas.taken.append(Box(x - 7, y - 7, x + 7, y + 7))
            self._label(x, y - 12 if up else y + 23, words)

    def _label(self, x: float, y: float, words: str) -> None:
        """Beyond the mark, where nothing is yet; a crowd of signals has one name."""
        for anchor, shift in (("middle", 0), ("end", 8), ("start", -8)):
            box = self.canvas.place(x + shift, y, words, anchor)
            inside = box.left >= self.below.left and box.right <= self.canvas.width
            if inside and not any(box.meets(other) for other in self.canvas.taken):
                self.canvas.text(x + shift, y, words, anchor=anchor)
                return

    def draw_cases(self) -> None:
        """Case numbers under both, with the first and last date where there are dates."""
        canvas, bottom = self.canvas, self.below.bottom
        marks = ticks(0, self.x.high, 3 if self.narrow else 6)
        step = max(marks[1] - marks[0] if len(marks) > 1 else 1.0, 1.0)
        for mark in marks:
            x = self.x(mark)
            canvas.line(x, bottom, x, bottom + 5, 'stroke-opacity="0.6"')
            room = len(tick_text(mark, step)) * canvas.font_size * CHARACTER / 2
            canvas.text(
                min(x, canvas.width - room), bottom + 20, tick_text(mark, step), anchor="middle"
            )
        canvas.text(self.below.right, bottom + 38, "Cases in order", anchor="end")

    def draw_notes(self) -> None:
        """What did not fit into the drawing, as words below it."""
        notes = []
        dates = self.worse.dates
        if dates:
            first, last = (in_words(each, days=True) for each in (dates[0], dates[-1]))
            notes.append(f"{first} to {last}.")
        if self.narrow:
            notes += [
                f"Dashed: limit for {self._name(up)} {in_figures(arm.limit)}."
                for arm, up in self._arms()
                if arm.limit is not None
            ]
            notes += [f"CUSUM: {self._sides()}."] if self.better is not None else []
            notes.append("Upper line above 0: fewer than expected; below: more.")
        if any(arm.signals for arm, _ in self._arms()):
            notes.append(NOTE_OF_START)
        y = self.below.bottom + 56
        for note in notes:
            for line in wrapped(note, self.canvas):
                self.canvas.text(2, y, line)
                y += self.canvas.font_size + 4
        self.canvas.height = max(self.canvas.height, y)


def thinned(values: Floats, columns: int) -> tuple[list[int], list[float]]:
    """Positions and values to draw: of many cases each column's first, lowest, highest and last.

    Nothing that the eye could see is lost: the drawn line covers the same pixels.
    """
    count = len(values)
    if count <= 4 * columns:
        return list(range(count)), values.tolist()
    starts = np.unique(np.arange(columns) * count // columns)
    ends = np.append(starts[1:], count)
    widest = int((ends - starts).max())
    at = np.minimum(starts[:, None] + np.arange(widest), ends[:, None] - 1)
    block = values[at]
    lowest, highest = starts + block.argmin(axis=1), starts + block.argmax(axis=1)
    kept = np.unique(np.concatenate([starts, lowest, highest, ends - 1]))
    return kept.tolist(), values[kept].tolist()
