"""Provider profiling: each provider beside the standard, given its own patients."""

from clinmeasures.providers.profile import providers
from clinmeasures.providers.refusals import Collinear, NotEstimable, Separation
from clinmeasures.providers.result import Coefficient, Profile

__all__ = ["Coefficient", "Collinear", "NotEstimable", "Profile", "Separation", "providers"]
