"""What one figure could be: its interval on a line, for where nothing more can be told."""

from clinmeasures.charts.drawing import DATA, Canvas, Scale, bounds, circle, wrapped
from clinmeasures.charts.strip import BASE, NARROW, draw_axis
from clinmeasures.wording.units import Unit, unit_of

THICK = 7.0


def interval_chart(
    value: float,
    lower: float,
    upper: float,
    *,
    title: str,
    description: str,
    unit: Unit | str,
    id_prefix: str,
    usual: float | None = None,
    usual_label: str = "Usual",
    width: int = 720,
) -> str:
    """A figure as the span of what it could be, with nobody beside it.

    For "cannot tell yet": the width of the span is the answer, and a dot alone would hide it.

    Parameters
    ----------
    value, lower, upper : float
        The figure and its interval.
    title, description : str
        Read aloud.
    unit : Unit or str
        "%" draws fractions as percentages.
    id_prefix : str
        Unique on the page.
    usual : float, optional
        A line to read the span against, such as the figure of everybody together.
    usual_label : str
        What that line is called.
    width : int

    Returns
    -------
    str
        One <svg>, with presentation attributes only.
    """
    unit = unit_of(unit)
    narrow = width < NARROW
    canvas = Canvas(width, 150, 13 if narrow else 14)
    given = [lower, value, upper, *([] if usual is None else [usual])]
    low, high = bounds(given, percentage=unit.is_percentage)
    x = Scale(low, high, 24, width - 24)
    draw_axis(canvas, x, unit, narrow=narrow)
    corners = [(x(lower), BASE - THICK), (x(upper), BASE - THICK)]
    corners += [(x(upper), BASE + THICK), (x(lower), BASE + THICK)]
    canvas.area(corners, f'fill="{DATA}" fill-opacity="0.25" stroke="{DATA}"')
    canvas.add(circle(x(value), BASE, 5, f'fill="{DATA}" stroke="currentColor" stroke-width="1.5"'))
    _name(canvas, (x(lower) + x(upper)) / 2, 20, f"{unit.number(lower)} to {unit.text(upper)}")
    if usual is not None:
        canvas.line(x(usual), 46, x(usual), BASE + 9, 'stroke-width="2" stroke-dasharray="4 3"')
        _name(canvas, x(usual), 42, f"{usual_label} {unit.text(usual)}")
    y = BASE + 56
    for line in wrapped("The bar is everything that the figure could well be.", canvas):
        canvas.text(2, y, line)
        y += canvas.font_size + 4
    canvas.height = y
    return canvas.finished(title=title, description=description, id_prefix=id_prefix)


def _name(canvas: Canvas, x: float, y: float, words: str) -> None:
    """Words over a place, kept inside the drawing."""
    half = canvas.place(0, 0, words, "middle").right
    canvas.text(min(max(x, half), canvas.width - half), y, words, anchor="middle")
