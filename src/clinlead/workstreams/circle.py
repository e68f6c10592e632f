"""The loop as a circle: SVG with presentation attributes only, each real object a link."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clinlead.workstreams.loop import Light, Step

BLUE, INK, QUIET, WHITE, LIT = "#005eb8", "#212b32", "#4c6272", "#ffffff", "#ffeb3b"
# fill, outline, number's colour, outline's width and dashes
LOOKS = {
    Light.THERE: (BLUE, BLUE, WHITE, 2, "none"),
    Light.HERE: (LIT, INK, INK, 4, "none"),
    Light.NOT_YET: (WHITE, QUIET, QUIET, 2, "5 4"),
}
SIDEWAYS = 0.2  # of a right angle: nearer the top or bottom, a label is centred


@dataclass(frozen=True)
class Size:
    """How large a circle is drawn; names stand beside its steps where there is room."""

    key: str
    width: int
    height: int
    radius: int
    dot: int
    text: int
    named: bool


WIDE = Size(key="wide", width=720, height=520, radius=190, dot=22, text=17, named=True)
NARROW = Size(key="narrow", width=300, height=300, radius=122, dot=17, text=16, named=False)


def circle(steps: Sequence[Step], size: Size) -> SafeString:
    """Clockwise from the top; its title says where the stream is."""
    here = next((one for one in steps if one.light is Light.HERE), None)
    said = f"The loop: now at {here.name.lower()}" if here else "The loop: nothing is there yet"
    ident = f"loop-{size.key}"
    drawn = [step_drawn(place, one, len(steps), size) for place, one in enumerate(steps)]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" role="group" '
        'aria-labelledby="{id}-title" font-family="Frutiger W01, Arial, sans-serif" '
        'font-size="{text}"><title id="{id}-title">{said}</title>'
        '<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="{quiet}" stroke-width="2"/>'
        "{arrows}{drawn}{middle}</svg>",
        w=size.width,
        h=size.height,
        id=ident,
        text=size.text,
        said=said,
        x=size.width / 2,
        y=size.height / 2,
        r=size.radius,
        quiet=QUIET,
        arrows=arrows(len(steps), size),
        drawn=format_html_join("", "{}", ((one,) for one in drawn)),
        middle=middle(here, size),
    )


def point(turn: float, radius: float, size: Size) -> tuple[float, float]:
    """So far round the circle, as a share of it, clockwise from the top."""
    angle = 2 * math.pi * turn
    x = size.width / 2 + radius * math.sin(angle)
    y = size.height / 2 - radius * math.cos(angle)
    return round(x, 1), round(y, 1)


def arrows(number: int, size: Size) -> SafeString:
    """A small head half-way between neighbours."""
    heads = []
    for place in range(number):
        turn = (place + 0.5) / number
        x, y = point(turn, size.radius, size)
        heads.append((f"translate({x} {y}) rotate({round(360 * turn)})",))
    head = '<path d="M-4 -5 L5 0 L-4 5 Z" fill="' + QUIET + '" transform="{}"/>'
    return format_html_join("", head, heads)


def step_drawn(place: int, step: Step, number: int, size: Size) -> SafeString:
    """A dot with its number and, where there is room, its name; a link where it opens."""
    fill, line, ink, width, dashes = LOOKS[step.light]
    x, y = point(place / number, size.radius, size)
    dot = format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}" '
        'stroke-dasharray="{}"/><text x="{}" y="{}" text-anchor="middle" fill="{}" '
        'font-weight="600">{}</text>',
        *(x, y, size.dot, fill, line, width, dashes),
        *(x, round(y + size.text / 3, 1), ink, place + 1),
    )
    name = name_of(place, step, number, size) if size.named else ""
    body = format_html("{}{}", dot, name)
    words = f"{place + 1}. {step.name}: {step.said or 'not there yet'}"
    titled = format_html("<title>{}</title>{}", words, body)
    if not step.address:
        return format_html("<g>{}</g>", titled)
    return format_html('<a href="{}" aria-label="{}">{}</a>', step.address, words, titled)


def name_of(place: int, step: Step, number: int, size: Size) -> SafeString:
    across = math.sin(2 * math.pi * place / number)
    anchor = "middle" if abs(across) < SIDEWAYS else "start" if across > 0 else "end"
    x, y = point(place / number, size.radius + size.dot + 12, size)
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>',
        *(x, round(y + size.text / 3, 1), anchor, INK, step.name),
    )


def middle(here: Step | None, size: Size) -> SafeString:
    """What is lit, in words, so that colour says nothing alone."""
    lines = ("Now at", here.name) if here else ("Nothing is", "there yet")
    x, y = size.width / 2, size.height / 2
    return format_html(
        '<text x="{x}" y="{a}" text-anchor="middle" fill="{quiet}">{first}</text>'
        '<text x="{x}" y="{b}" text-anchor="middle" fill="{ink}" font-weight="600">{second}</text>',
        x=x,
        a=y - size.text * 0.4,
        b=y + size.text,
        quiet=QUIET,
        ink=INK,
        first=lines[0],
        second=lines[1],
    )
