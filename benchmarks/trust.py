"""Making the invented trust: seconds and peak memory of a process of its own.

./run bench --trust         the whole trust: three years, 130,000 spells a year
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

TODAY = date(2026, 11, 22)
GOAL_SECONDS, GOAL_GIB = 60, 2
MIB = 1024 * 1024


def main() -> int:
    """Print one line; exit status 1 where a goal is missed."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, __file__, f"{place}/trust"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    used = json.loads(done.stdout)
    print("| trust | seconds | CPU seconds | peak MiB |\n|---|---|---|---|")
    print(f"| whole | {used['seconds']:.1f} | {used['cpu']:.1f} | {used['peak'] / MIB:.0f} |")
    return 1 if used["seconds"] > GOAL_SECONDS or used["peak"] > GOAL_GIB * 1024 * MIB else 0


def make(directory: Path) -> None:
    import resource

    from clinlead.demo.trust import Plan, make_trust

    began = time.perf_counter()
    make_trust(directory, Plan(today=TODAY))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "cpu": time.process_time(), "peak": peak}))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
