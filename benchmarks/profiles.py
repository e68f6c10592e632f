"""Profiles for ./run bench --library: patients of many providers, the same numbers in any language.

A stream of x' = 16807 x mod (2^31 - 1), u = x / (2^31 - 1): provider effects 0.4 z(u), then for all
patients the provider, five normal covariates, and the outcome.
"""

from collections.abc import Callable

ROWS, PROVIDERS = 1_000_000, 10_000
COVARIATES = [f"z{i}" for i in range(1, 6)]


def fixed_exact() -> tuple[str, int, Callable[[], object]]:
    """Fixed logistic, exact tests and limits, both ratios."""
    return profile("exact tests", effects="fixed")


def fixed_score() -> tuple[str, int, Callable[[], object]]:
    """Fixed logistic with score tests and limits."""
    return profile("score tests", effects="fixed", test="score")


def fixed_wald() -> tuple[str, int, Callable[[], object]]:
    """Fixed logistic and Wald's tests, which cost nothing beside it."""
    return profile("Wald tests", effects="fixed", test="wald")


def random_laplace() -> tuple[str, int, Callable[[], object]]:
    """Random intercepts by Laplace's approximation."""
    return profile("Laplace", effects="random")


def tenth_exact() -> tuple[str, int, Callable[[], object]]:
    """A tenth of the rows and providers: what a profile costs grows with them."""
    return profile("exact tests", rows=ROWS // 10, units=PROVIDERS // 10, effects="fixed")


def tenth_random() -> tuple[str, int, Callable[[], object]]:
    """A tenth of the rows and providers, random effects."""
    return profile("Laplace", rows=ROWS // 10, units=PROVIDERS // 10, effects="random")


def profile(
    what: str, rows: int = ROWS, units: int = PROVIDERS, **options: str
) -> tuple[str, int, Callable[[], object]]:
    from clinmeasures.providers import providers

    data = patients(rows, units)
    size = sum(column.nbytes for column in data.values())
    name = f"{options['effects']} effects, {what}, {rows:,} × {units:,} providers"
    chosen = {"outcome": "y", "provider": "who", "covariates": COVARIATES, "family": "binomial"}
    return name, size, lambda: providers(data, **chosen, **options)


def patients(rows: int, units: int, seed: int = 20240601) -> dict:
    import numpy as np
    from scipy.special import expit, ndtri

    uniform = stream(units + 8 * rows, seed)
    effects = 0.4 * ndtri(uniform[:units])
    drawn = uniform[units:].reshape(8, rows)
    who = np.floor(drawn[0] * units).astype(np.int64)
    z = ndtri(drawn[1:6])
    linear = -2 + effects[who] + np.array([1, 0.5, -0.5, 0.25, 0]) @ z
    y = (drawn[6] < expit(linear)).astype(float)
    return {"who": who + 1, "y": y, **dict(zip(COVARIATES, z, strict=True))}


def stream(length: int, seed: int):
    """Doubling what there is: x[k + j] = 16807^k x[j] mod (2^31 - 1)."""
    import numpy as np

    prime = 2**31 - 1
    found = np.empty(length, dtype=np.uint64)
    found[0] = 16807 * seed % prime
    there, factor = 1, 16807
    while there < length:
        more = min(there, length - there)
        found[there : there + more] = found[:more] * np.uint64(factor) % np.uint64(prime)
        there, factor = there + more, factor * factor % prime
    return found.astype(float) / prime


PROFILES = {
    "fixed_exact": fixed_exact,
    "fixed_score": fixed_score,
    "fixed_wald": fixed_wald,
    "random_laplace": random_laplace,
    "tenth_exact": tenth_exact,
    "tenth_random": tenth_random,
}
