"""Each case's risk under one expectation: by the case-mix model in force, or by its own terms."""

import numpy as np
from numpy.typing import NDArray

from clinlead.safety.expecting import Terms, risks
from clinlead.safety.models import Expectation
from clinlead.safety.sequences import Cases


def foretold(cases: Cases, expected: Expectation) -> Cases:
    """The cases that count under it: with a model, those of which it knows what it needs."""
    return cases.with_risk() if expected.model else cases


def risk_of(cases: Cases, expected: Expectation) -> NDArray[np.float64]:
    """Each case's probability of the event, of cases that `foretold` left."""
    if expected.model and cases.risk is not None:
        return cases.risk
    return risks(Terms.from_json(expected.terms), cases.levels, len(cases))
