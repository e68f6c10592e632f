"""Case-mix models: expected outcomes from declared covariates, and how far to trust them."""

from clinmeasures.casemix.fitting import Collinear, Constant, Separated
from clinmeasures.casemix.judging import Calibration, Discrimination, Group
from clinmeasures.casemix.model import CaseMix, Coefficient, casemix

__all__ = [
    "Calibration",
    "CaseMix",
    "Coefficient",
    "Collinear",
    "Constant",
    "Discrimination",
    "Group",
    "Separated",
    "casemix",
]
