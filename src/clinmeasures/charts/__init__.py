"""Results drawn as accessible SVG, the same on screen, in print and in PDF."""

from clinmeasures.charts.trend import Event, trend_chart
from clinmeasures.wording import Unit

__all__ = ["Event", "Unit", "trend_chart"]
