"""Statistical process control: charts over time and their signals."""

from clinmeasures.spc.chart import spc
from clinmeasures.spc.result import Phase, Series, SpcResult

__all__ = ["Phase", "Series", "SpcResult", "spc"]
