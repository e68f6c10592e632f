"""The icons of Making Data Count, in our own drawing: their meaning is theirs, the shapes ours.

Each differs from the others by shape and letter, never by colour alone. On a page about one person
use `about_person=True`: an unusual value is then drawn without better or worse.
"""

from clinmeasures.charts.drawing import Canvas, circle
from clinmeasures.errors import BadInput

BETTER, WORSE, OTHER, PLAIN = "#005eb8", "#a24b00", "#5c3d99", "#4c6272"

VARIATION = {
    "common_cause": "No signal: what chance alone gives",
    "improvement_high": "Improvement: higher than chance alone gives",
    "improvement_low": "Improvement: lower than chance alone gives",
    "concern_high": "Concern: higher than chance alone gives",
    "concern_low": "Concern: lower than chance alone gives",
    "neither_high": "Higher than chance alone gives",
    "neither_low": "Lower than chance alone gives",
    "too_few_points": "Cannot tell yet: too few points",
}
ASSURANCE = {
    "pass": "The target is met month after month",
    "fail": "The target is missed month after month",
    "hit_or_miss": "The target is met or missed by chance",
}
RINGS = {
    "improvement": (BETTER, ""),
    "concern": (WORSE, ' stroke-dasharray="9 4"'),
    "neither": (OTHER, ' stroke-dasharray="2 3"'),
}


def variation_icon(
    variation: str, *, id_prefix: str, size: int = 64, about_person: bool = False
) -> str:
    """The variation of a chart's last point, as an SVG with its text alternative.

    Parameters
    ----------
    variation : str
        As `Series.variation`.
    id_prefix : str
        Unique on the page.
    size : int
        Pixels each way.
    about_person : bool
        Draw "unusually high / low" without better or worse.

    Returns
    -------
    str
        One <svg> with its title.

    Raises
    ------
    BadInput
        If there is no such variation.
    """
    if variation not in VARIATION:
        raise BadInput(f"there is no variation icon {variation!r}.")
    kind, _, way = variation.rpartition("_")
    if about_person and way in {"high", "low"}:
        kind, variation = "neither", f"neither_{way}"
    canvas = _ringed(*RINGS.get(kind, (PLAIN, "")))
    if variation == "too_few_points":
        _dots(canvas, [(22, 38), (42, 28)], PLAIN)
        canvas.text(32, 58, "?", anchor="middle", bold=True)
    elif variation == "common_cause":
        _dots(canvas, [(12, 34), (22, 26), (32, 38), (42, 27), (52, 34)], PLAIN)
    else:
        _draw_way(canvas, kind, way)
    return _sized(canvas, size, VARIATION[variation], id_prefix)


def assurance_icon(assurance: str, *, id_prefix: str, size: int = 64) -> str:
    """Target against limits, for teams only, as an SVG with its text alternative.

    Parameters
    ----------
    assurance : str
        As `Series.assurance`; a series without one has no icon.
    id_prefix : str
        Unique on the page.
    size : int
        Pixels each way.

    Returns
    -------
    str
        One <svg> with its title.

    Raises
    ------
    BadInput
        If there is no such assurance.
    """
    if assurance not in ASSURANCE:
        raise BadInput(f"there is no assurance icon {assurance!r}.")
    colour, letter, level = {
        "pass": (BETTER, "P", 46.0),
        "fail": (WORSE, "F", 14.0),
        "hit_or_miss": (PLAIN, "?", 32.0),
    }[assurance]
    canvas = _ringed(colour, ' stroke-dasharray="9 4"' if assurance == "fail" else "")
    wave = "M10 32q5.5 -14 11 0t11 0t11 0t11 0"
    canvas.add(f'<path d="{wave}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
    canvas.line(9, level, 55, level, 'stroke-width="2" stroke-dasharray="4 2"')
    y = 24.0 if assurance == "pass" else 55.0
    canvas.text(32, y, letter, anchor="middle", bold=True)
    return _sized(canvas, size, ASSURANCE[assurance], id_prefix)


def _ringed(colour: str, dashes: str) -> Canvas:
    canvas = Canvas(64, 64, 16)
    canvas.add(circle(32, 32, 30, f'fill="none" stroke="{colour}" stroke-width="3"{dashes}'))
    return canvas


def _draw_way(canvas: Canvas, kind: str, way: str) -> None:
    """Dots that leave the line upwards or downwards, and H, L or an arrow."""
    colour, _ = RINGS[kind]
    up = way == "high"
    far = 16.0 if up else 48.0
    _dots(canvas, [(13, 34), (22, 30), (31, 34), (42, far), (51, far)], colour)
    at = 52 if up else 22
    if kind == "neither":
        tip, tail = (38, 50) if up else (26, 14)
        canvas.line(24, tip, 24, tail, 'stroke-width="2.5"')
        away = 6 if up else -6
        canvas.path(
            [(19, tip + away), (24, tip), (29, tip + away)],
            'fill="none" stroke="currentColor" stroke-width="2.5"',
        )
    else:
        canvas.text(24, at, "H" if up else "L", anchor="middle", bold=True)


def _dots(canvas: Canvas, places: list[tuple[float, float]], colour: str) -> None:
    canvas.path(places, f'fill="none" stroke="{colour}" stroke-width="1.5"')
    canvas.add(*(circle(x, y, 3.5, f'fill="{colour}"') for x, y in places))


def _sized(canvas: Canvas, size: int, words: str, id_prefix: str) -> str:
    drawn = canvas.finished(title=words, description=words, id_prefix=id_prefix)
    return drawn.replace('width="64" height="64"', f'width="{size}" height="{size}"', 1)
