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
OTHERS = {
    "missed": "did-not-attend",
    "not_brought": "children-not-brought",
    "ratio": "follow-up-ratio",
    "letter": "clinic-letter-7d",
    "admitted": "admission-rate",
    "caecum": "caecal-intubation",
    "capped": "theatre-utilisation-capped",
    "uncapped": "theatre-utilisation-uncapped",
    "cancelled": "on-day-cancellation",
    "vte": "vte-assessment",
    "sessions": "job-plan-sessions-delivered",
    "stays": "workload-stays",
    "cases": "workload-cases",
    "attendances": "workload-attendances",
}
OF_SUMS = ("ratio_of_sums", "joined")  # kinds whose denominator is more than a count
Cells = dict[str, list[int]]  # "unit month measure" → n, numerator (stay: nights, squares)


def ours(store: Path) -> Cells:
    """The engine, as anyone calls it."""
    return computed(store, "duckdb")


def spark(store: Path) -> Cells:
    """The same call, computed by Spark on this machine."""
    return computed(store, "spark")


def computed(store: Path, engine: str) -> Cells:
    from clinmeasures.definitions import library
    from clinmeasures.engine import Activity, compute_tallies

    measures = [library()[code] for code in SIX.values()]
    names = {code: name for name, code in SIX.items()}
    activity = Activity(directory=store)
    tallies = compute_tallies(measures, activity, rules=[RULE], engine=engine, memory_limit=MEMORY)
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


def ours_others(store: Path) -> Cells:
    """The engine over every other data set, each by its measures' first rule."""
    from clinmeasures.definitions import library
    from clinmeasures.engine import Activity, compute_tallies

    measures = [library()[code] for code in OTHERS.values()]
    names = {code: name for name, code in OTHERS.items()}
    of_sums = {each.code for each in measures if each.kind in OF_SUMS}
    tallies = compute_tallies(measures, Activity(directory=store), memory_limit=MEMORY)
    cells: Cells = {}
    for row in tallies.to_pylist():
        name, sums = names[row["measure"]], [row["n"], row["numerator"] // 1_000_000]
        if row["measure"] in of_sums:
            sums.append(row["denominator"] // 1_000_000)
        cells[f"{row['unit']} {row['month']} {name}"] = sums
    return cells


def handwritten_others(store: Path) -> Cells:
    """The committed queries over the same, one after another."""
    import duckdb

    text = (HERE / "handwritten_others.sql").read_text(encoding="utf-8").format(store=store)
    cells: Cells = {}
    with duckdb.connect(config={"memory_limit": HANDWRITTEN_MEMORY, "threads": 2}) as connection:
        for query in text.split(";\n")[:-1]:
            for row in connection.execute(query).to_arrow_table().to_pylist():
                month = f"{row['month'] // 100:04d}-{row['month'] % 100:02d}"
                for name in (each for each in OTHERS if row.get(f"{each}_n")):
                    held = (row[f"{name}_n"], row[name], row.get(f"{name}_out_of"))
                    sums = [int(value) for value in held if value is not None]
                    cells[f"{row['unit']} {month} {name}"] = sums
    return cells


def pandas(store: Path) -> Cells:
    """Pandas, written for speed: sorted arrays for the look-ahead, no loop over patients."""
    from in_pandas import six_measures

    return cells_of(six_measures(store))


def start_spark() -> None:
    """Start Spark's own process, which is not what is timed."""
    from clinmeasures.engine.on_spark import session
    from clinmeasures.engine.opening import gigabytes

    session(memory=gigabytes(MEMORY), threads=2)


def end_spark(used: dict[str, float]) -> dict[str, float]:
    """End that process; what it used, from its start, and this one beside it."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    SparkContext._active_spark_context.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    java = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "cpu_seconds": used["cpu_seconds"] + java.ru_utime + java.ru_stime,
        "peak_mib": used["peak_mib"] + java.ru_maxrss / 1024,
    }


def main(name: str, store: str, out: str) -> None:
    import duckdb  # noqa: F401 (imports are not what is timed)
    import ibis  # noqa: F401
    import pandas as pd  # noqa: F401

    if name == "spark":
        start_spark()
    wall, cpu = time.perf_counter(), time.process_time()
    cells = globals()[name](Path(store))
    used = {
        "seconds": time.perf_counter() - wall,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if name == "spark":
        used |= end_spark(used)
    Path(out).write_text(json.dumps(cells, sort_keys=True), encoding="utf-8")
    print(json.dumps(used))


if __name__ == "__main__":
    main(*sys.argv[1:])
