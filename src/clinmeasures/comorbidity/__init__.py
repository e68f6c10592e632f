"""Charlson's and Elixhauser's comorbidities from diagnosis codes."""

from clinmeasures.comorbidity.conditions import Comorbidities, comorbidity

__all__ = ["Comorbidities", "comorbidity"]
