"""Any extract and a definition to one self-contained page that a clinician can read and print."""

from clinmeasures.reports.options import Options
from clinmeasures.reports.report import report

__all__ = ["Options", "report"]
