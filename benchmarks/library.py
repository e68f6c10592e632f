"""./run bench --library: the statistics at size, each in a process of its own, one thread.

A benchmark is a function here that makes its own invented input, runs the library call, and says
what it did; put it in BENCHMARKS. Timed is the call alone, the least of three; memory is what it
held at its peak beside the input.
"""

import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable

from profiles import PROFILES

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
TIMES = 3

Timed = Callable[[], object]


def two_sided_cusum() -> tuple[str, int, Timed]:
    """Both arms with resets and the VLAD: 10,000 providers of 1,000 cases."""
    import numpy as np

    from clinmeasures.monitoring import two_sided

    made = np.random.default_rng(1)
    provider = np.repeat(np.arange(10_000), 1_000)
    risk = made.beta(1, 9, len(provider)) + 1e-6
    died = (made.random(len(provider)) < risk).astype(float)
    size = provider.nbytes + risk.nbytes + died.nbytes
    options = {"outcome": died, "risk": risk, "provider": provider, "limits": (4.5, 4.0)}
    return "CUSUM both ways and VLAD, 10,000 × 1,000", size, lambda: two_sided(None, **options)


def xmr_series() -> tuple[str, int, Timed]:
    """Ten thousand series of three years of months, from the columns of an Arrow table."""
    import numpy as np
    import pyarrow as pa

    from clinmeasures.spc import spc

    made = np.random.default_rng(2)
    months = np.arange("2021-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]")
    names = np.char.add("unit ", np.arange(10_000).astype(str))
    table = pa.table(
        {
            "unit": np.repeat(names, len(months)),
            "month": np.tile(months, len(names)),
            "value": made.normal(10, 2, len(names) * len(months)),
        }
    )
    options = {"value": "value", "date": "month", "series": "unit"}
    return "XmR, 10,000 series × 36 months", table.nbytes, lambda: spc(table, **options)


def trend_charts() -> tuple[str, int, Timed]:
    """Three hundred charts over time as SVG, from results that are there."""
    import numpy as np

    from clinmeasures.charts import trend_chart
    from clinmeasures.spc import spc

    values = np.random.default_rng(3).normal(10, 2, (300, 36))
    months = np.arange("2021-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]")
    found = spc(values.ravel(), series=np.repeat(np.arange(300), 36), dates=np.tile(months, 300))
    words = {"title": "Length of stay", "description": "No signal", "unit": "days"}

    def drawn() -> list[str]:
        return [trend_chart(each, id_prefix=f"c{i}", **words) for i, each in enumerate(found)]

    return "charts over time as SVG, 300 × 36", values.nbytes, drawn


def case_mix_model() -> tuple[str, int, Timed]:
    """A logistic model of a million cases on eight covariates, judged on its rows."""
    import numpy as np
    import pyarrow as pa

    from clinmeasures.casemix import casemix

    made = np.random.default_rng(4)
    names = [f"x{i}" for i in range(8)]
    covariates = made.normal(size=(8, 1_000_000))
    risk = 1 / (1 + np.exp(2 - np.linspace(-0.5, 0.5, 8) @ covariates))
    died = (made.random(len(risk)) < risk).astype(float)
    table = pa.table({"died": died, **dict(zip(names, covariates, strict=True))})
    options = {"outcome": "died", "covariates": names, "family": "binomial"}
    return "logistic case mix, 1,000,000 × 8", table.nbytes, lambda: casemix(table, **options)


def comorbidities() -> tuple[str, int, Timed]:
    """A million diagnoses of a hundred thousand patients."""
    import numpy as np
    import pyarrow as pa

    from clinmeasures.comorbidity import comorbidity

    made = np.random.default_rng(5)
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTZ"))
    pool = np.char.add(np.repeat(letters, 1_000), np.tile(np.arange(1_000), 21).astype("U3"))
    codes = np.char.ljust(pool, 3, "0")[made.integers(0, len(pool), 1_000_000)]
    table = pa.table({"patient": made.integers(0, 100_000, len(codes)), "code": codes})
    options = {"patient": "patient", "code": "code", "index": "elixhauser", "version": "icd10"}
    return "Elixhauser, 1,000,000 diagnoses", table.nbytes, lambda: comorbidity(table, **options)


BENCHMARKS: dict[str, Callable[[], tuple[str, int, Timed]]] = {
    "two_sided_cusum": two_sided_cusum,
    "xmr_series": xmr_series,
    "trend_charts": trend_charts,
    **PROFILES,
    "case_mix_model": case_mix_model,
    "comorbidities": comorbidities,
}


def main() -> int:
    print("| what | seconds | peak MiB above the input | input MiB |")
    print("|---|---|---|---|")
    for name in BENCHMARKS:
        command = [sys.executable, __file__, name]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env=os.environ | THREADS
        )
        found = json.loads(done.stdout)
        shown = f"{found['seconds']:.2f} | {found['peak_mib']:.0f} | {found['input_mib']:.0f}"
        print(f"| {found['what']} | {shown} |", flush=True)
    return 0


def measured(name: str) -> dict[str, float | str]:
    """One benchmark, in this process."""
    what, size, timed = BENCHMARKS[name]()
    before = peak_mib()
    seconds = [once(timed)]
    grown = peak_mib() - before
    seconds += [once(timed) for _ in range(TIMES - 1)]
    return {
        "what": what,
        "seconds": min(seconds),
        "peak_mib": max(grown, traced_mib(timed)),
        "input_mib": size / 2**20,
    }


def traced_mib(timed: Timed) -> float:
    """What Python and NumPy held at the call's peak.

    The process does not grow where making the input had needed as much; and what is traced leaves
    out Arrow's own memory. The larger of the two is told.
    """
    tracemalloc.start()
    try:
        timed()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def once(timed: Timed) -> float:
    start = time.perf_counter()
    timed()
    return time.perf_counter() - start


def peak_mib() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(sys.argv[1])))
    else:
        sys.exit(main())
