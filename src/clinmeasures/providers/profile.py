"""Providers beside the standard that their own patients set. Nothing here ranks them."""

from typing import Any

import numpy as np

from clinmeasures.errors import BadInput
from clinmeasures.frames import Floats, collected
from clinmeasures.providers.exact import exact_binomial, exact_poisson
from clinmeasures.providers.fixed import fit_fixed
from clinmeasures.providers.linear import fit_linear
from clinmeasures.providers.model import Model, of_fixed
from clinmeasures.providers.result import Profile
from clinmeasures.providers.rows import Rows, read_rows
from clinmeasures.providers.scores import score_binomial, score_poisson
from clinmeasures.providers.standardised import directly, expected_at
from clinmeasures.providers.verdicts import Verdicts, normal, student, wald, without_limits

FAMILIES = ("binomial", "poisson", "gaussian")
EFFECTS = ("fixed", "random")
TESTS = ("exact", "score", "wald")
MOST_NODES = 100


def providers(
    data: Any = None,
    *,
    outcome: Any,
    provider: Any,
    family: str,
    effects: str,
    covariates: Any = None,
    categorical: Any = None,
    null: str | float | None = None,
    test: str | None = None,
    level: float = 0.95,
    quadrature: int = 1,
) -> Profile:
    """Set each provider beside the standard, given the patients it had.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        With the columns named below; or None with arrays there.
    outcome : column or array, shape (n_rows,)
        0 or 1 (binomial), a count (poisson), or any number (gaussian).
    provider : column or array, shape (n_rows,)
        Who treated the patient. A blank one is refused.
    family : {"binomial", "poisson", "gaussian"}
        With logit, log and identity links.
    effects : {"fixed", "random"}
        An effect for each provider by itself, or shrunk towards the rest by how far they differ.
        Where the variance between them is estimated as 0, every random effect is 0 and has no
        limits (NaN): theirs would have no width and hold the truth of nobody.
    covariates, categorical : names (list, or text with commas), 2-d array, or mapping, optional
        Numbers, and categories (coded against their first level).
    null : {"median", "mean"} or float, optional
        The standard, on the link's scale: median of the effects where fixed (a provider with all
        events or none counts as above or below every other), 0 where random. "mean" is weighted
        by cases.
    test : {"exact", "score", "wald"}, optional
        Of fixed effects: exact unless said otherwise (mid-P Poisson-binomial or Poisson;
        Student's t for gaussian). Random effects have only "wald": effect over conditional
        standard deviation.
    level : float
        Confidence of limits and flags, above 0.5 and below 1.
    quadrature : int
        Points of adaptive Gauss-Hermite quadrature for random effects; 1 is Laplace's.

    Returns
    -------
    Profile
        For gaussian, the ratios are differences a case: observed less expected, and everybody's
        patients with this provider less all of them at the null (random effects: less all
        outcomes).

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used.
    NotEstimable, Separation, Collinear
        Where the rows cannot tell what was asked.

    Source
    ------
    He, Kalbfleisch, Li & Li 2013, 10.1007/s10985-013-9264-6; Kalbfleisch & Wolfe 2013,
    10.1007/s12561-013-9093-x; Varewyck et al. 2014, 10.1093/biostatistics/kxu019; Firth 1993,
    10.1093/biomet/80.1.27; Bates et al. 2015, 10.18637/jss.v067.i01 (random effects).

    Examples
    --------
    >>> found = providers(outcome=[0, 1, 1, 0, 0, 1], provider=["a", "a", "a", "b", "b", "b"],
    ...                   family="binomial", effects="fixed")
    >>> found.provider, found.observed.tolist(), found.expected.round(6).tolist()
    (['a', 'b'], [2.0, 1.0], [1.5, 1.5])
    """
    test = _checked(family, effects, test, level, quadrature)
    data = collected(data)
    rows = read_rows(
        data,
        outcome=outcome,
        provider=provider,
        covariates=covariates,
        categorical=categorical,
        family=family,
    )
    model = _fitted(rows, family, effects, quadrature)
    standard = _standard(rows, model, null)
    said = _verdicts(rows, model, standard, test, level)
    return _profile(rows, model, standard, said, test=test, level=level, data=data)


def _fitted(rows: Rows, family: str, effects: str, quadrature: int) -> Model:
    from clinmeasures.providers.mixed import fit_mixed
    from clinmeasures.providers.mixed_linear import fit_mixed_linear

    if effects == "fixed":
        return of_fixed(rows, fit_linear(rows) if family == "gaussian" else fit_fixed(rows, family))
    if family == "gaussian":
        return fit_mixed_linear(rows)
    return fit_mixed(rows, family, quadrature)


def _standard(rows: Rows, model: Model, null: str | float | None) -> float:
    """The null, on the scale of the model's own effects."""
    if null is None:
        null = "median" if model.fit is not None else 0.0
    if null == "mean":
        return float(np.average(model.effects, weights=rows.counts))
    if null == "median":
        return _median(rows, model)
    try:
        number = float(null)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise BadInput(f"the null {null!r} is not known; use median, mean or a number.")
    return number + model.shift


def _median(rows: Rows, model: Model) -> float:
    if model.fit is None:
        return float(np.median(model.effects))
    ordered = model.effects.copy()
    odd = np.arange(rows.units) >= rows.usual
    ordered[odd] = np.where(rows.observed[odd] > 0, np.inf, -np.inf)
    with np.errstate(invalid="ignore"):
        middle = float(np.median(ordered))
    return middle if np.isfinite(middle) else float(np.median(model.effects))


def _verdicts(rows: Rows, model: Model, null: float, test: str, level: float) -> Verdicts:
    if model.fit is None or test == "wald":
        found = wald(model.effects, model.se, null, level)
        return without_limits(found) if model.between == 0 else found
    if model.family == "binomial":
        judged = exact_binomial if test == "exact" else score_binomial
        return judged(rows, model.fit, null, level)
    if model.family == "poisson":
        return _of_counts(rows, model, null, test, level)
    if test == "exact":
        return student(model.effects, model.se, null, level, model.fit.freedom)
    return wald(model.effects, np.sqrt(1 / model.fit.weights), null, level)


def _of_counts(rows: Rows, model: Model, null: float, test: str, level: float) -> Verdicts:
    events = rows.observed
    at_risk = expected_at(rows, "poisson", model.linear, np.zeros(rows.units))
    expected = at_risk * np.exp(null)
    if test == "exact":
        upper, lower, low, high = exact_poisson(events, expected, level)
    else:
        score, low, high = score_poisson(events, expected, level)
        upper, lower, _, _ = normal(score, low, high)
    with np.errstate(divide="ignore"):
        return Verdicts(upper, lower, np.log(low / at_risk), np.log(high / at_risk))


def _profile(
    rows: Rows,
    model: Model,
    null: float,
    said: Verdicts,
    *,
    test: str,
    level: float,
    data: Any,
) -> Profile:
    figures = _figures(rows, model, null, said)
    flags = np.full(len(rows.names), None, dtype=object)
    flags[rows.of] = said.flags(level)
    counts = np.zeros(len(rows.names), dtype=np.int64)
    counts[rows.of] = rows.counts
    penalised = np.zeros(len(rows.names), dtype=bool)
    penalised[rows.of[rows.usual :]] = model.fit is not None
    return Profile(
        family=model.family,
        effects="random" if model.fit is None else "fixed",
        test=test,
        level=level,
        null=null - model.shift,
        coefficients=model.coefficients,
        between_variance=model.between,
        residual_variance=model.residual,
        provider=rows.names,
        n=counts,
        **{name: _at_names(rows, values) for name, values in figures.items()},
        flag=flags.tolist(),
        penalised=penalised,
        left_out=rows.left_out,
        given=data,
    )


def _figures(rows: Rows, model: Model, null: float, said: Verdicts) -> dict[str, Floats]:
    """Every number of the profile that each provider with rows has."""
    expected = expected_at(rows, model.family, model.linear, np.full(rows.units, null))
    return {
        "observed": rows.observed,
        "expected": expected,
        "effect": model.effects - model.shift,
        "se": model.se,
        "effect_lower": said.low - model.shift,
        "effect_upper": said.high - model.shift,
        **_ratios(rows, model, expected, null, said),
        "p_value": said.p_values(),
    }


def _ratios(
    rows: Rows, model: Model, expected: Floats, null: float, said: Verdicts
) -> dict[str, Floats]:
    """Indirect and direct ratios; for gaussian, differences a case."""
    everybody = directly(rows, model.family, model.linear, model.effects)
    total = float(rows.outcome.sum())
    if model.family == "gaussian":
        if model.fit is not None:
            total = float(model.linear.sum()) + null * len(rows.outcome)
        return {
            "indirect_ratio": model.effects - null,
            "direct_ratio": (everybody - total) / len(rows.outcome),
            "ratio_lower": said.low - null,
            "ratio_upper": said.high - null,
        }

    def adding_up(effects: Floats) -> Floats:
        """Each provider's expected events at these effects."""
        return expected_at(rows, model.family, model.linear, effects)

    top = rows.observed if model.fit is not None else adding_up(model.effects)
    return {
        "indirect_ratio": _over(top, expected),
        "direct_ratio": _over(everybody, np.full(rows.units, total)),
        "ratio_lower": _over(adding_up(said.low), expected),
        "ratio_upper": _over(adding_up(said.high), expected),
    }


def _over(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)


def _at_names(rows: Rows, values: Floats) -> Floats:
    """In order of first appearance; NaN for a provider without a complete row."""
    found = np.full(len(rows.names), np.nan)
    found[rows.of] = values
    return found


def _checked(family: str, effects: str, test: str | None, level: float, quadrature: int) -> str:
    """The test to use, once every option is one of those there are."""
    chosen = test or ("exact" if effects == "fixed" else "wald")
    for what, given, known in (
        ("family", family, FAMILIES),
        ("effects", effects, EFFECTS),
        ("test", chosen, TESTS),
    ):
        if given not in known:
            raise BadInput(f"{what} {given!r} is not known; use one of {', '.join(known)}.")
    if not 0.5 < level < 1:
        raise BadInput(f"the level {level:g} is not between 0.5 and 1; 0.95 is usual.")
    if int(quadrature) != quadrature or not 1 <= quadrature <= MOST_NODES:
        raise BadInput(f"quadrature {quadrature} is not a whole number from 1 to {MOST_NODES}.")
    if effects == "random" and chosen != "wald":
        raise BadInput(f"random effects have no {chosen} test; use wald, or fixed effects.")
    if quadrature > 1 and (effects == "fixed" or family == "gaussian"):
        raise BadInput(
            "quadrature belongs to random effects of binomial and poisson; leave it out."
        )
    return chosen
