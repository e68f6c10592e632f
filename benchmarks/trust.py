"""The invented trust: making it, taking its extracts in until every tally is there, and what one
correction takes; each in a process of its own.

./run bench --trust         the whole trust: three years, 130,000 spells a year
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

TODAY = date(2026, 11, 22)
GIB = 1024**3
MIB = 1024**2
GOALS = {"making": 60, "load to tallies": 60, "a correction": 2}  # seconds
# What is corrected, two records of each after another: the first correction of a field has its
# query compiled, the next finds it.
CORRECTED = (
    ("spells", "discharging_consultant"),
    ("spells", "discharged_at"),
    ("episodes", "consultant"),
    ("theatre", "surgeon"),
    ("clinics", "slot_owner"),
)
Used = dict[str, float]


def main() -> int:
    """Print a line each; exit status 1 where a goal is missed."""
    with tempfile.TemporaryDirectory() as place:
        lines = [*in_a_process("make", place), *in_a_process("load", place)]
    print("| what | seconds | CPU seconds | peak MiB |\n|---|---|---|---|")
    for name, used in lines:
        shown = f"{used['seconds']:.1f} | {used['cpu']:.1f} | {used['peak'] / MIB:.0f}"
        print(f"| {name} | {shown} |")
    return 1 if any(missed(name, used) for name, used in lines) else 0


def in_a_process(act: str, place: str) -> Iterator[tuple[str, Used]]:
    command = [sys.executable, __file__, act, place]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    yield from json.loads(done.stdout.splitlines()[-1]).items()


def missed(name: str, used: Used) -> bool:
    goal = next(seconds for what, seconds in GOALS.items() if name.startswith(what))
    return used["seconds"] > goal or (name == "making" and used["peak"] > 2 * GIB)


@contextmanager
def measured(used: dict[str, Used], name: str) -> Iterator[None]:
    import resource

    wall, cpu = time.perf_counter(), time.process_time()
    yield
    used[name] = {
        "seconds": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def make(directory: Path, used: dict[str, Used]) -> None:
    from clinlead.demo.trust import Plan, make_trust

    with measured(used, "making"):
        make_trust(directory / "trust", Plan(today=TODAY))


def load(directory: Path, used: dict[str, Used]) -> None:
    """The extracts through the intake, every measure's tallies, then one correction after another.

    The server's own rehearsal comes before the corrections, as it does when a server starts.
    """
    start(directory)
    from django.utils import timezone

    from clinlead.demo import actions
    from clinlead.demo.trust import Plan
    from clinlead.figures.actions import recompute_all
    from clinlead.figures.warming import warm

    now = timezone.make_aware(datetime.combine(TODAY, datetime.min.time())) + timedelta(days=21)
    making = actions.Making(directory, Plan(today=TODAY), now, lambda _share, _what: None)
    actions.make_database(making)
    actions.fill_organisation(making)
    with measured(used, "load to tallies"):
        actions.load_extracts(making)
        recompute_all(at=making.loaded_at)
    warm()
    for dataset, field in CORRECTED:
        for nth, which in enumerate(("the first", "the next")):
            value = a_value(dataset, field, nth)
            with measured(used, f"a correction of {dataset}.{field}, {which}"):
                correct_one(dataset, field, value, now)


def start(directory: Path) -> None:
    os.environ["CLINLEAD_DATA_DIR"] = str(directory)
    os.environ["CLINLEAD_DEMONSTRATION"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"
    import django

    django.setup()


def correct_one(dataset: str, field: str, value: tuple[str, str, str], now: datetime) -> None:
    """One accepted correction and the figures after it, in one transaction as on the page."""
    from django.db import transaction

    from clinlead.access.models import Account
    from clinlead.figures.actions import recompute_months
    from clinlead.intake.actions import correct

    key, old, new = value
    with transaction.atomic():
        analyst = Account.objects.get(username="analyst")
        why = {"reason": "measured", "by": analyst, "at": now}
        made = correct(dataset=dataset, key=key, field=field, old=old, new=new, **why)
        about = {"cause": "correction", "cause_id": made.pk, "at": now}
        recompute_months(dataset=dataset, keys=[key], fields=[field], **about)


def a_value(dataset: str, field: str, nth: int) -> tuple[str, str, str]:
    """A record in the middle of all: its key, what it says, and what another one says."""
    import duckdb

    from clinlead.figures import facts

    files = [str(file) for file in facts.files_of(dataset)]
    rows = duckdb.from_parquet(files).filter(f"{field} is not null").order("_key")
    place = rows.count("_key").fetchone()[0] // (2 + nth)
    (key, old), *others = rows.project(f"_key, {field}").limit(500, offset=place).fetchall()
    new = next(value for _, value in others if value != old)
    return key, as_written(old), as_written(new)


def as_written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


ACTS: dict[str, Callable[[Path, dict[str, Used]], None]] = {"make": make, "load": load}

if __name__ == "__main__":
    found: dict[str, Used] = {}
    ACTS[sys.argv[1]](Path(sys.argv[2]), found)
    print(json.dumps(found))
