"""Case-mix models: expected outcomes from declared covariates, and how far to trust them."""

from clinmeasures.casemix.fitting import Collinear, Constant, Separated
from clinmeasures.casemix.frozen import FrozenModel, freeze, read_model
from clinmeasures.casemix.judging import Calibration, Discrimination, Group
from clinmeasures.casemix.model import CaseMix, Coefficient, casemix
from clinmeasures.casemix.scoring import ObservedExpected, Scored, observed_expected

__all__ = [
    "Calibration",
    "CaseMix",
    "Coefficient",
    "Collinear",
    "Constant",
    "Discrimination",
    "FrozenModel",
    "Group",
    "ObservedExpected",
    "Scored",
    "Separated",
    "casemix",
    "freeze",
    "observed_expected",
    "read_model",
]
