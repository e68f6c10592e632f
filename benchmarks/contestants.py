"""One contestant in a process of its own: `contestants.py NAME STORE OUT` prints what it used."""

import json
import resource
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
RULE = "longest_stay"
SIX = {
    "stay": "length-of-stay",
    "readmission": "emergency-readmission-30d",
    "recorded": "predicted-discharge-recorded",
    "accuracy": "predicted-discharge-accuracy",
    "summary": "discharge-summary-24h",
    "mortality": "mortality-30d",
}
MEMORY = "2600MB"
HANDWRITTEN_MEMORY = "4GB"  # at 20 million spells its one query runs out of 2
Cells = dict[str, list[int]]  # "unit month measure" → n, numerator (stay: nights, squares)


def ours(store: Path) -> Cells:
    """The engine, as anyone calls it."""
    from clinmeasures.definitions import library
    from clinmeasures.engine import Activity, compute_tallies

    measures = [library()[code] for code in SIX.values()]
    names = {code: name for name, code in SIX.items()}
    activity = Activity(directory=store)
    tallies = compute_tallies(measures, activity, rules=[RULE], memory_limit=MEMORY)
    cells: Cells = {}
    for row in tallies.to_pylist():
        sums = [row["n"], row["numerator"] // 1_000_000]
        if names[row["measure"]] == "stay":
            sums = [row["n"], row["value_sum"], int(row["value_sum_squared"])]
        cells[f"{row['unit']} {row['month']} {names[row['measure']]}"] = sums
    return cells


def handwritten(store: Path) -> Cells:
    """The committed query, with as many threads as ours, and the memory that it needs."""
    import duckdb

    query = (HERE / "handwritten.sql").read_text(encoding="utf-8").format(store=store)
    with duckdb.connect(config={"memory_limit": HANDWRITTEN_MEMORY, "threads": 2}) as connection:
        rows = connection.execute(query).to_arrow_table().to_pylist()
    return cells_of(rows)


def cells_of(rows: list[dict]) -> Cells:
    cells: Cells = {}
    for row in rows:
        month = f"{row['month'] // 100:04d}-{row['month'] % 100:02d}"
        for name in SIX:
            sums = [int(row[f"{name}_n"]), int(row.get(name) or 0)]
            if name == "stay":
                sums = [sums[0], int(row["stay_sum"] or 0), int(row["stay_squares"] or 0)]
            if sums[0]:
                cells[f"{row['unit']} {month} {name}"] = sums
    return cells


def pandas(store: Path) -> Cells:
    """Pandas, written for speed: sorted arrays for the look-ahead, no loop over patients."""
    from in_pandas import six_measures

    return cells_of(six_measures(store))


def main(name: str, store: str, out: str) -> None:
    import duckdb  # noqa: F401 (imports are not what is timed)
    import ibis  # noqa: F401
    import pandas as pd  # noqa: F401

    wall, cpu = time.perf_counter(), time.process_time()
    cells = globals()[name](Path(store))
    used = {
        "seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    Path(out).write_text(json.dumps(cells, sort_keys=True), encoding="utf-8")
    print(json.dumps(used))


if __name__ == "__main__":
    main(*sys.argv[1:])
