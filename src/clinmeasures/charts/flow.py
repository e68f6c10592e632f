"""What leads to what, from left to right, as accessible SVG: driver diagrams, ramps of cycles."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinmeasures.charts.drawing import CHARACTER, Canvas

GAP, PADDING, BETWEEN = 28.0, 8.0, 12.0  # between columns, inside a box, between boxes
LINE = 1.25  # the height of a line over the font size
RISE = 26.0  # by which each column of a rising flow stands higher


@dataclass(frozen=True)
class FlowBox:
    """One thing, and which boxes of the column before lead to it (counted from 0)."""

    words: str
    after: tuple[int, ...] = ()
    note: str = ""  # a second part, in a line of its own
    lit: bool = False  # the present one: a thicker edge


@dataclass(frozen=True)
class FlowColumn:
    """Boxes that stand under one another, with what they have in common written above."""

    heading: str
    boxes: Sequence[FlowBox]


@dataclass(frozen=True)
class Placed:
    """A box with its lines and its corner."""

    box: FlowBox
    lines: list[str]
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its height on the page, halfway down."""
        return self.top + self.height / 2


def flow_chart(
    columns: Sequence[FlowColumn],
    *,
    title: str,
    description: str,
    id_prefix: str,
    width: int = 960,
    rising: bool = False,
) -> str:
    """Boxes in columns, joined from left to right.

    Parameters
    ----------
    columns : sequence of FlowColumn
        From left to right. A column without boxes keeps its heading.
    title, description : str
        Read aloud: what the drawing is of, and where its contents stand as a list.
    id_prefix : str
        Unique on the page.
    width : int
        In pixels.
    rising : bool
        Each column stands higher than the one before: a ramp.

    Returns
    -------
    str
        One <svg>, with presentation attributes only.
    """
    canvas = Canvas(width=width, height=0, font_size=13)
    each = (width - GAP * (len(columns) - 1) - 4) / max(len(columns), 1)
    head = canvas.font_size * 1.8 if any(column.heading for column in columns) else 4.0
    stacks = [
        [_sized(box, 2 + i * (each + GAP), each, canvas) for box in column.boxes]
        for i, column in enumerate(columns)
    ]
    lift = RISE * (len(columns) - 1) if rising else 0.0
    tallest = max((_height(stack) for stack in stacks), default=0.0)
    canvas.height = head + tallest + lift + 6
    placed = [
        _stacked(stack, head + (lift - RISE * i if rising else (tallest - _height(stack)) / 2))
        for i, stack in enumerate(stacks)
    ]
    for i, column in enumerate(columns):
        if column.heading:
            canvas.text(2 + i * (each + GAP), canvas.font_size, column.heading, bold=True)
    for before, here in itertools.pairwise(placed):
        _join(canvas, before, here)
    for one in (box for stack in placed for box in stack):
        _draw(canvas, one)
    return canvas.finished(title=title, description=description, id_prefix=id_prefix)


def _sized(box: FlowBox, left: float, width: float, canvas: Canvas) -> Placed:
    most = int((width - 2 * PADDING) / (canvas.font_size * CHARACTER))
    lines = [*_wrapped(box.words, most), *(_wrapped(box.note, most) if box.note else [])]
    height = len(lines) * canvas.font_size * LINE + 2 * PADDING
    return Placed(box, lines, left, 0.0, width, height)


def _wrapped(words: str, most: int) -> list[str]:
    """Lines of at most so many characters; a longer word is cut with an ellipsis."""
    lines = [""]
    for word in words.split():
        fitting = word if len(word) <= most else word[: most - 1] + "…"
        if lines[-1] and len(lines[-1]) + len(fitting) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {fitting}".strip()
    return lines


def _height(stack: Sequence[Placed]) -> float:
    return sum(each.height for each in stack) + BETWEEN * max(len(stack) - 1, 0)


def _stacked(stack: Iterable[Placed], top: float) -> list[Placed]:
    found = []
    for each in stack:
        found.append(Placed(each.box, each.lines, each.left, top, each.width, each.height))
        top += each.height + BETWEEN
    return found


def _join(canvas: Canvas, before: Sequence[Placed], here: Sequence[Placed]) -> None:
    for one in here:
        for place in one.box.after:
            source = before[place]
            x = source.left + source.width
            canvas.line(x, source.middle, one.left, one.middle, 'stroke-width="1.5"')


def _draw(canvas: Canvas, one: Placed) -> None:
    right, bottom = one.left + one.width, one.top + one.height
    corners = [(one.left, one.top), (right, one.top), (right, bottom), (one.left, bottom)]
    edge = "3" if one.box.lit else "1.2"
    canvas.area(corners, f'fill="none" stroke="currentColor" stroke-width="{edge}"')
    step = canvas.font_size * LINE
    for i, line in enumerate(one.lines):
        y = one.top + PADDING + canvas.font_size + i * step
        canvas.text(one.left + PADDING, y - 1, line, bold=one.box.lit and i == 0)
