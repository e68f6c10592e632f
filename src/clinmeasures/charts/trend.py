"""One measure over time: points, limits as a band, signals by shape and label."""

from collections.abc import Sequence

from clinmeasures.charts.trend_lines import Event
from clinmeasures.charts.trend_points import TrendPoints
from clinmeasures.spc import Series
from clinmeasures.wording.units import Unit, unit_of


def trend_chart(
    series: Series,
    *,
    title: str,
    description: str,
    unit: Unit | str,
    id_prefix: str,
    width: int = 720,
    provisional: Sequence[bool] = (),
    events: Sequence[Event] = (),
    breaks: Sequence[Event] = (),
    target: float | None = None,
    doubts: Sequence[str] = (),
) -> str:
    """A chart over time as accessible SVG, redrawn (not shrunk) for the width asked.

    Parameters
    ----------
    series : Series
        One series of `clinmeasures.spc.spc`.
    title, description : str
        Read aloud: the question the chart answers, and what it shows in words.
    unit : Unit or str
        "%" draws fractions as percentages; otherwise the name written at the axis.
    id_prefix : str
        Unique on the page.
    width : int
        In pixels: 720 for a page, 320 for a phone.
    provisional : sequence of bool, shape (n_points,)
        Immature points are drawn hollow and carry no signal. Give their dates to `spc` as
        `exclude` too, so that limits and runs leave them out.
    events, breaks : sequence of Event
        PDSA cycles, and dated changes of recording.
    target : float, optional
        A line for teams only; never give it for one person.
    doubts : sequence of str, shape (n_points,)
        Grades of points whose data are poor, written above the axis; blank for the others.

    Returns
    -------
    str
        One <svg>, with presentation attributes only.
    """
    frame = TrendPoints(series, unit_of(unit), width, list(provisional), target)
    frame.draw_axes()
    frame.draw_limits()
    frame.draw_dated(events, mark="cycle")
    frame.draw_dated(breaks, mark="break")
    frame.draw_phases()
    frame.draw_target()
    frame.draw_doubts(list(doubts))
    frame.draw_points()
    frame.draw_notes(doubted=any(doubts))
    return frame.canvas.finished(title=title, description=description, id_prefix=id_prefix)
