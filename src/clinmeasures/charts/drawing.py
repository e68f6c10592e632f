"""The few marks charts are made of. Presentation attributes only: no style, no script, no colour
that carries meaning alone. Text and axes take the page's own colour, so that forced colours and
dark pages keep them legible."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

DATA = "#005eb8"  # the one colour for data; contrast above 3 on white and on black
FONT = 'font-family="Frutiger W01, Arial, sans-serif"'
CHARACTER = 0.56  # mean width of a character over the font size, for keeping labels apart


def coordinate(value: float) -> str:
    """One decimal is finer than a screen shows."""
    text = f"{value:.1f}"
    return text[:-2] if text[-1] == "0" else text


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two boxes share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass
class Canvas:
    """A drawing under way: marks, and the places that labels already hold."""

    width: float
    height: float
    font_size: float = 14.0
    parts: list[str] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def add(self, *parts: str) -> None:
        """Draw these SVG elements over what is there."""
        self.parts.extend(parts)

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False
    ) -> None:
        """Write words at a point, and remember the room they take."""
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{coordinate(x)}" y="{coordinate(y)}" text-anchor="{anchor}"{weight}>'
            f"{escape(words)}</text>"
        )
        self.taken.append(self.place(x, y, words, anchor))

    def place(self, x: float, y: float, words: str, anchor: str) -> Box:
        """The room a text needs."""
        wide = len(words) * self.font_size * CHARACTER
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        return Box(left - 2, y - self.font_size, left + wide + 2, y + 3)

    def line(self, x1: float, y1: float, x2: float, y2: float, attributes: str = "") -> None:
        """Draw a straight line in the colour of the text."""
        self.parts.append(
            f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" '
            f'y2="{coordinate(y2)}" stroke="currentColor" {attributes}/>'
        )

    def path(self, points: Iterable[tuple[float, float]], attributes: str) -> None:
        """Draw a line through the points; none, nothing."""
        joined = "L".join([f"{x:.1f} {y:.1f}" for x, y in points])
        if joined:
            self.parts.append(f'<path d="M{joined}" {attributes}/>')

    def area(self, points: Iterable[tuple[float, float]], attributes: str) -> None:
        """Draw the closed shape with these corners; none, nothing."""
        joined = "L".join([f"{x:.1f} {y:.1f}" for x, y in points])
        if joined:
            self.parts.append(f'<path d="M{joined}Z" {attributes}/>')

    def finished(self, *, title: str, description: str, id_prefix: str) -> str:
        """The whole drawing, with what is read aloud in its place."""
        prefix = escape(id_prefix, quote=True)
        size = f"{coordinate(self.width)} {coordinate(self.height)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {size}" '
            f'width="{coordinate(self.width)}" height="{coordinate(self.height)}" '
            f'aria-labelledby="{prefix}-title {prefix}-desc" '
            f'{FONT} font-size="{coordinate(self.font_size)}" fill="currentColor">'
            f'<title id="{prefix}-title">{escape(title)}</title>'
            f'<desc id="{prefix}-desc">{escape(description)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )


@dataclass(frozen=True)
class Scale:
    """From values to places, along one axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Clamped: a limit outside the axis is drawn at its edge."""
        if value < self.low:
            return self.start
        if value > self.high:
            return self.end
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def bounds(values: Sequence[float], *, percentage: bool = False) -> tuple[float, float]:
    """Sensible ends for an axis: room around the values, zero where they come near it."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    spread = high - low or abs(high) or 1.0
    bottom, top = low - 0.08 * spread, high + 0.12 * spread
    if high == low:
        bottom, top = low - 0.5 * spread, high + 0.5 * spread
    if low >= 0 and (low < high / 2 or bottom < 0):
        bottom = 0.0
    if percentage:
        top = min(top, 1.0) if high <= 1 else top
    return bottom, top


def ticks(low: float, high: float, wanted: int) -> list[float]:
    """Round values between two ends: steps of 1, 2, 2.5 or 5 times a power of ten."""
    rough = (high - low) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """With just the decimals that tell ticks apart."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step else 0
    if step and abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6:
        decimals += 1
    return f"{value:,.{decimals}f}"


def circle(x: float, y: float, radius: float, attributes: str) -> str:
    """A filled circle about a point, as SVG."""
    at = f'cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(radius)}"'
    return f"<circle {at} {attributes}/>"


def diamond(x: float, y: float, reach: float, attributes: str) -> str:
    """A diamond whose corners are `reach` from its middle, as SVG."""
    across, up = coordinate(reach), coordinate(reach)
    back = coordinate(-reach)
    at = f"M{coordinate(x)} {coordinate(y - reach)}"
    return f'<path d="{at}l{across} {up}l{back} {up}l{back} {back}Z" {attributes}/>'


def square(x: float, y: float, reach: float, attributes: str) -> str:
    """A square whose sides are `reach` from its middle, as SVG."""
    at = f'x="{coordinate(x - reach)}" y="{coordinate(y - reach)}"'
    size = f'width="{coordinate(2 * reach)}" height="{coordinate(2 * reach)}"'
    return f"<rect {at} {size} {attributes}/>"


def wrapped(words: str, canvas: Canvas) -> list[str]:
    """Lines that fit the width."""
    most = int((canvas.width - 4) / (canvas.font_size * 0.52))
    lines = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
