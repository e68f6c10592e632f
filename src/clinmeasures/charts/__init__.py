"""Results drawn as accessible SVG, the same on screen, in print and in PDF."""

from clinmeasures.charts.calibration import calibration_chart
from clinmeasures.charts.flow import FlowBox, FlowColumn, flow_chart
from clinmeasures.charts.funnel import funnel_chart
from clinmeasures.charts.icons import assurance_icon, variation_icon
from clinmeasures.charts.interval import interval_chart
from clinmeasures.charts.monitoring import monitoring_chart, monitoring_table
from clinmeasures.charts.strip import strip_chart
from clinmeasures.charts.table import DataTable, data_table
from clinmeasures.charts.trend import trend_chart
from clinmeasures.charts.trend_lines import Event
from clinmeasures.wording import Unit

__all__ = [
    "DataTable",
    "Event",
    "FlowBox",
    "FlowColumn",
    "Unit",
    "assurance_icon",
    "calibration_chart",
    "data_table",
    "flow_chart",
    "funnel_chart",
    "interval_chart",
    "monitoring_chart",
    "monitoring_table",
    "strip_chart",
    "trend_chart",
    "variation_icon",
]
