"""An extract far larger than memory streams through; a full disk and a broken pipe are told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MEASURE = """
import json, resource, sys
from datetime import date
from pathlib import Path
from clinmeasures.activity import prepare_load

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

with prepare_load([sys.argv[1]], "spells", today=date(2026, 11, 22), work=Path(sys.argv[2]),
                  memory_limit="256MB", threads=2) as load:
    load.write(Path(sys.argv[2]) / "store", "000001", b"k" * 32)
    print(json.dumps({"rows": load.report.accepted, "peak": peak()}))
"""
BYTES_PER_ROW = 130


def write_extract(path: Path, rows: int) -> None:
    """An invented extract of so many spells, straight to the disk."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'S' || i AS spell_id, 'P' || (i * 7919 % 100003) AS patient_id, "
            "strftime(TIMESTAMP '2021-01-01' + to_minutes(i % 2500000), '%Y-%m-%d %H:%M') "
            "AS admitted_at, strftime(TIMESTAMP '2021-01-01' + to_minutes(i % 2500000 + i % 9999), "
            "'%Y-%m-%d %H:%M') AS discharged_at, 'elective' AS admission_method, "
            "i % 100 AS age_years, 'C' || (i % 400) AS discharging_consultant, "
            "'a ward of some name' AS site, 'I21.0' AS primary_diagnosis "
            f"FROM range({rows}) t(i)) TO '{path}' (HEADER)"
        )


def loaded_apart(path: Path, work: Path) -> dict:
    """Rows and peak memory (MiB) of loading a file in a process of its own."""
    work.mkdir()
    command = [sys.executable, "-c", MEASURE, str(path), str(work)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = {}
    for rows in (150_000, 900_000):
        path = tmp_path / f"{rows}.csv"
        write_extract(path, rows)
        found = loaded_apart(path, tmp_path / f"work-{rows}")
        assert found["rows"] == rows
        peaks[rows] = found["peak"]
    # Six times the file. Kept whole as text, the 90 MB more would weigh several times that.
    assert peaks[900_000] < peaks[150_000] + 250


@pytest.mark.soak
def test_ten_gigabytes_load_within_two(tmp_path):
    rows = 10_000_000_000 // BYTES_PER_ROW
    path = tmp_path / "large.csv"
    write_extract(path, rows)
    assert path.stat().st_size > 7_000_000_000
    found = loaded_apart(path, tmp_path / "work")
    assert found["rows"] == rows
    assert found["peak"] < 2048


@pytest.mark.parametrize("full", ["work", "store"])
def test_a_disk_that_really_fills_up_is_one_sentence(tmp_path, full):
    from datetime import date

    from clinmeasures.activity import NoRoom, prepare_load

    small = tmp_path / "small"
    small.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)],
            capture_output=True,
            check=False,
        )
        if sys.platform == "linux" and os.geteuid() == 0
        else None
    )
    if mounted is None or mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        write_extract(tmp_path / "extract.csv", 60_000)
        work = small if full == "work" else tmp_path
        refused = pytest.raises(NoRoom, match="no room left on the disk that holds")
        today = date(2026, 11, 22)
        with (
            refused,
            prepare_load([tmp_path / "extract.csv"], "spells", today=today, work=work) as p,
        ):
            p.write(small / "store", "000001", b"k" * 32)
        assert not [each for each in small.rglob("*") if each.is_file()]
    finally:
        subprocess.run(["umount", str(small)], check=True)
