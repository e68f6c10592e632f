"""Every pack of one quarter of the whole invented trust, made as the worker makes them.

    ./run bench --packs         a demonstration made for it, in a scratch folder
    ./run bench --packs DIR     a copy of the demonstration in DIR, which stays as it is

Where the demonstration has released two departments' figures, the others' are checked, signed off
and released first, by whoever may; that is not part of what is measured. (Some clinicians, and one
department, have no case in a quarter and so no pack.) Then one process does what waits, and says
how far it is. Exit status 1 where the goal is missed or a pack is not there.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

GOAL_SECONDS, GOAL_MIB = 300, 512
MIB = 1024 * 1024
EACH_SECONDS = 10  # between two lines that say how far it is


def main(directory: Path | None) -> int:
    """Print one line; exit status 1 where a goal is missed."""
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place) / "trust"
        copy_of(directory, scratch)
        in_a_process("release", scratch)
        used = json.loads(in_a_process("make", scratch).splitlines()[-1])
    print("| personal | department | unnamed | seconds | CPU seconds | peak MiB | MiB of files |")
    print("|---|---|---|---|---|---|---|")
    counts = " | ".join(str(used[kind]) for kind in ("personal", "department", "team"))
    print(
        f"| {counts} | {used['seconds']:.1f} | {used['cpu']:.1f} | {used['peak'] / MIB:.0f} "
        f"| {used['files'] / MIB:.0f} |"
    )
    missed = used["seconds"] > GOAL_SECONDS or used["peak"] > GOAL_MIB * MIB
    return 1 if missed or used["left"] else 0


def copy_of(directory: Path | None, scratch: Path) -> None:
    if directory is None:
        clinlead = Path(sys.executable).with_name("clinlead")
        subprocess.run([clinlead, "demo", "--data", scratch, "--no-serve"], check=True)
    else:
        shutil.copytree(directory, scratch)


def in_a_process(act: str, scratch: Path) -> str:
    """A process of its own, so that its peak memory is its own."""
    command = [sys.executable, __file__, act, str(scratch)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def start(directory: Path) -> None:
    os.environ["CLINLEAD_DATA_DIR"] = str(directory)
    os.environ["CLINLEAD_DEMONSTRATION"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"
    import django

    django.setup()


# Before: everything released


def release_all() -> None:
    """The quarter that some departments have released, released by the others as well."""
    from clinlead.demo import playing
    from clinlead.pages.upgrade import upgrade
    from clinlead.releases.models import Release, ReleaseState

    upgrade()
    standing = Release.objects.filter(state=ReleaseState.RELEASED)
    period = standing.order_by("last_month")[0].period
    done = set(standing.filter(first_month=period.first).values_list("department_id", flat=True))
    left = [each for each in playing.departments_with_records() if each.pk not in done]
    for place, department in enumerate(left, start=1):
        did = "released" if release_one(department, period) else "no figure in this quarter for"
        say(f"{did} {department.name} ({place} of {len(left)})")


def release_one(department, period) -> bool:
    """False where the department has no figure in the quarter, so nothing can go out."""
    from django.utils import timezone

    from clinlead.demo import playing
    from clinlead.releases.actions import prepare, release_figures
    from clinlead.releases.standing import standing

    at = timezone.now()
    today = timezone.localdate(at)
    opened, closed = at - timedelta(days=30), today - timedelta(days=1)
    playing.open_for_checking(department, period, opened, closed)
    release = prepare(department=department, period=period, at=at)
    if not standing(release, today, fresh=True).figures.drafts:
        return False
    playing.check_totals(release, at=at)
    deciders = playing.deciders(release, today)
    for account in deciders:
        write_and_sign(release, account, at=at)
    release_figures(
        release_id=release.pk, invitation="Come and talk on a Thursday.", by=deciders[0], at=at
    )
    return True


def write_and_sign(release, account, *, at) -> None:
    """Words for every figure with a signal, all at once: their pages are not what is measured."""
    from django.utils import timezone

    from clinlead.access.queries import reader_of
    from clinlead.demo.playing import OTHERWISE
    from clinlead.releases.actions import sign_off_together
    from clinlead.releases.deciding import stand_by
    from clinlead.releases.models import Interpretation
    from clinlead.releases.standing import standing

    today = timezone.localdate(at)
    now, reader = standing(release, today, fresh=True), reader_of(account, today)
    drafts = now.decided_by(reader, now.to_interpret)
    said = {"release": release, "by": account, "at": at, "text": OTHERWISE}
    Interpretation.objects.bulk_create(
        Interpretation(**draft.key._asdict(), person=draft.person, digest=draft.digest, **said)
        for draft in drafts
    )
    stand_by(now, drafts, by=account, at=at, together=False)
    if now.decided_by(reader, now.to_sign_off):
        sign_off_together(release_id=release.pk, by=account, at=at)


# Measured: what waits is done


def make_all() -> None:
    """What the worker does with what waits; the packs of one quarter are counted."""
    from clinlead.background.models import Job
    from clinlead.background.working import work_off
    from clinlead.packs.models import Pack

    Pack.objects.all().delete()
    Job.objects.filter(kind="packs").update(state="waiting", attempts=0, done=0)
    began, cpu = time.perf_counter(), time.process_time()
    with telling():
        jobs = work_off()
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    for job in jobs:
        if job.reason:
            say(f"{job}: {job.reason}")
    print(json.dumps(spent | counted() | {"left": sum(bool(job.reason) for job in jobs)}))


def counted() -> dict[str, int]:
    import resource

    from clinlead.packs.keeping import root
    from clinlead.packs.models import Pack

    kinds = list(Pack.objects.values_list("kind", flat=True))
    return {
        **{kind: kinds.count(kind) for kind in ("personal", "department", "team")},
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "files": sum(path.stat().st_size for path in root().rglob("*.pdf")),
    }


@contextlib.contextmanager
def telling():
    """How far it is, from the same rows as the page of background work, in a thread beside it."""
    import threading

    over = threading.Event()
    beside = threading.Thread(target=tell_until, args=(over,), daemon=True)
    beside.start()
    yield
    over.set()
    beside.join()


def tell_until(over) -> None:
    from django.db.models import Sum

    from clinlead.background.models import Job

    while not over.wait(EACH_SECONDS):
        jobs = Job.objects.filter(kind="packs")
        done = jobs.aggregate(done=Sum("done"))["done"]
        say(f"{done} packs; {jobs.filter(state='done').count()} of {jobs.count()} departments")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    start(Path(sys.argv[2]))
    {"release": release_all, "make": make_all}[sys.argv[1]]()
