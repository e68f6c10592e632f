"""Published comparisons worked out again from their published inputs."""

from clinmeasures.official.new_york import RiskAdjusted, risk_adjusted_rates
from clinmeasures.official.shmi import Shmi, shmi

__all__ = ["RiskAdjusted", "Shmi", "risk_adjusted_rates", "shmi"]
