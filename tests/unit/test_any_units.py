"""Whatever the units hold, a comparison ends in numbers, nulls or one sentence; never a warning."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.errors import BadInput
from clinmeasures.funnels import funnel, funnel_of_amounts, funnel_of_means
from clinmeasures.official import risk_adjusted_rates, shmi
from clinmeasures.reliability import heterogeneity, reliability
from clinmeasures.standardisation import standardise

# None at all, everybody, next to nothing, more than a country, missing, and beyond any sense.
ODD = st.sampled_from([0, 0, 1, 5, 5, 37, 1e-9, 1e-5, 0.5, 1e12, math.nan])
WORSE = st.sampled_from([1e-310, 1e300, math.inf, -1])
ROWS = st.lists(st.tuples(ODD, ODD, ODD), min_size=1, max_size=14)
COMPARISONS = {
    **{
        f"funnel {kind} {spread} {trim}": (
            lambda u, x, n, kind=kind, spread=spread, trim=trim: funnel(
                None,
                type=kind,
                unit=u,
                numerator=x,
                denominator=n,
                overdispersion=spread,
                trim=trim,
                transform="log" if trim == "truncate" else "sqrt",
                min_units=2,
            )
        )
        for kind in ("SR", "PR", "RC")
        for spread in ("none", "additive", "multiplicative")
        for trim in ("winsorise", "truncate")
    },
    "means": lambda u, x, n: funnel_of_means(u, x, overdispersion="additive", min_units=2),
    "log means": lambda u, x, n: funnel_of_means(u, x, scale="log", min_units=2),
    "amounts": lambda u, x, n: funnel_of_amounts(
        None, unit=u, observed=x, expected=n, squares=x, overdispersion="additive", min_units=2
    ),
    "indirect": lambda u, x, n: standardise(None, unit=u, observed=x, expected=n),
    "direct": lambda u, x, n: standardise(None, unit=u, observed=x, population=n, standard=x),
    "proportions": lambda u, x, n: reliability(
        None, unit=u, numerator=x, denominator=n, min_units=2
    ),
    "ratios": lambda u, x, n: reliability(
        None, unit=u, numerator=x, denominator=n, kind="ratio", min_units=2
    ),
    "variance": lambda u, x, n: heterogeneity(None, unit=u, observed=x, expected=n, min_units=2),
    "shmi": lambda u, x, n: shmi(None, unit=u, observed=x, expected=n),
    "new york": lambda u, x, n: risk_adjusted_rates(
        None, unit=u, cases=n, deaths=x, expected_rate=n
    ),
}


def whole(value):
    """A count that a hospital could have: the likelihood adds up over each case."""
    return value if math.isnan(value) else min(round(value), 400)


def outcome(comparison, rows, *, same_unit=False):
    names = ["a" if same_unit and i < 3 else f"u{i}" for i in range(len(rows))]
    bottom = [n for _, n, _ in rows]
    top = [x if math.isnan(x) or math.isnan(n) else min(x, n) for x, n, _ in rows]
    try:
        return COMPARISONS[comparison](names, top, bottom).to_dict()
    except BadInput as refused:
        return str(refused)


@pytest.mark.parametrize("comparison", COMPARISONS)
@settings(deadline=None, max_examples=25)
@given(rows=ROWS, same_unit=st.booleans())
def test_odd_units_give_a_document_or_a_sentence(comparison, rows, same_unit):
    if comparison == "proportions":
        rows = [(whole(x), whole(n), z) for x, n, z in rows]
    json.dumps(outcome(comparison, rows, same_unit=same_unit), allow_nan=False)


@pytest.mark.parametrize("comparison", COMPARISONS)
@settings(deadline=None, max_examples=10)
@given(worse=WORSE)
def test_what_cannot_be_a_count_is_refused_with_its_row(comparison, worse):
    said = outcome(comparison, [(5, 9, 1), (worse, worse, 1)])
    if comparison == "means" and worse == -1:
        return  # a mean may be negative
    assert isinstance(said, str)
    assert "row 2" in said
