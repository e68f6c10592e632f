"""What cannot be estimated, by name. Each is a `BadInput`: commands print it and stop."""

from clinmeasures.errors import BadInput


class NotEstimable(BadInput):
    """The data cannot tell what was asked; the message says which part and what to do."""


class Separation(NotEstimable):
    """A covariate foretells the outcome without a miss, so that its coefficient has no end."""


class Collinear(NotEstimable):
    """A covariate says nothing that the providers or the other covariates do not."""
