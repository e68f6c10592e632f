"""./run bench: the six measures by clinician and month over invented spells, side by side.

Each contestant runs in a process of its own, so that its peak memory is its own; all must give the
same answer. Ratios are of one run on one machine: `docs/explanation/performance.md` keeps some.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from data import make_store
from library import main as library
from other_data import make_others
from packs import main as measure_packs
from pages import main as measure_pages
from trust import main as measure_trust

HERE = Path(__file__).parent
CONTESTANTS = ("ours", "handwritten", "pandas")
ENGINES = ("ours", "spark")
OTHERS = ("ours_others", "handwritten_others")
HEADING = ("spells", "contestant", "seconds", "CPU s", "peak MiB", "time / ours", "memory / ours")
USUAL = 20_000_000
LONG = (1_000_000, 5_000_000, 20_000_000, 50_000_000, 100_000_000)
BOTH = (1_000_000, 10_000_000, 100_000_000)


def main() -> int:
    options = parsed()
    if options.pages:
        return measure_pages(options.pages)
    if options.packs is not None:
        return measure_packs(Path(options.packs) if options.packs else None)
    if options.trust:
        return measure_trust()
    if options.library:
        return library()
    sizes = LONG if options.long else BOTH if options.engines else (USUAL,)
    sizes = (options.rows,) if options.rows else sizes
    print(
        "| spells | contestant | seconds | CPU seconds | peak MiB | time / ours | memory / ours |"
    )
    print("|---|---|---|---|---|---|---|")
    return max(bench(options, rows) for rows in sizes)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.splitlines()[0])
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "clinlead-bench"
    parser.add_argument("--rows", type=int, help="spells (20 million)")
    parser.add_argument("--long", action="store_true", help="1 to 100 million, ours alone")
    parser.add_argument("--engines", action="store_true", help="DuckDB and Spark, 1 to 100 million")
    parser.add_argument("--others", action="store_true", help="every data set beside spells")
    parser.add_argument("--cache", type=Path, default=cache, help="where invented spells are kept")
    parser.add_argument(
        "--only", choices=(*CONTESTANTS, "spark"), action="append", help="may be given again"
    )
    parser.add_argument("--library", action="store_true", help="only the statistics, at size")
    parser.add_argument("--trust", action="store_true", help="only making the invented trust")
    parser.add_argument(
        "--packs", nargs="?", const="", metavar="DIR", help="only the packs of a whole quarter"
    )
    parser.add_argument("--pages", type=Path, help="only the pages of a demonstration's directory")
    return parser.parse_args()


def bench(options: argparse.Namespace, rows: int) -> int:
    """One table's lines; 1 if the answers differ."""
    make = make_others if options.others else make_store
    store = make(options.cache, rows)
    chosen = options.only or usual_ones(options)
    used, answers = {}, {}
    for name in chosen:
        used[name], answers[name] = contest(name, store)
        print(line(rows, name, used[name], used[chosen[0]]), flush=True)
    differing = [name for name in chosen if answers[name] != answers[chosen[0]]]
    for name in differing:
        print(f"{name} gives another answer than {chosen[0]}", file=sys.stderr)
    return 1 if differing else 0


def usual_ones(options: argparse.Namespace) -> tuple[str, ...]:
    """Who is set side by side where nobody is named."""
    if options.others:
        return OTHERS
    return ("ours",) if options.long else ENGINES if options.engines else CONTESTANTS


def contest(name: str, store: Path) -> tuple[dict[str, float], str]:
    """What one contestant used, and its answer as text."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "cells.json"
        command = [sys.executable, str(HERE / "contestants.py"), name, str(store), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=place)
        if done.returncode:
            sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
        return json.loads(done.stdout), out.read_text(encoding="utf-8")


def line(rows: int, name: str, used: dict[str, float], ours: dict[str, float]) -> str:
    time, memory = used["seconds"] / ours["seconds"], used["peak_mib"] / ours["peak_mib"]
    shown = f"{used['seconds']:.1f} | {used['cpu_seconds']:.1f} | {used['peak_mib']:.0f}"
    return f"| {rows:,} | {name} | {shown} | {time:.2f} | {memory:.2f} |"


if __name__ == "__main__":
    sys.exit(main())
