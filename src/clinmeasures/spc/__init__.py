"""Statistical process control: charts over time and their signals."""

from clinmeasures.spc.chart import spc
from clinmeasures.spc.recommend import Recommendation, Recommendations, recommend_chart
from clinmeasures.spc.result import Phase, Series, SpcResult

__all__ = [
    "Phase",
    "Recommendation",
    "Recommendations",
    "Series",
    "SpcResult",
    "recommend_chart",
    "spc",
]
