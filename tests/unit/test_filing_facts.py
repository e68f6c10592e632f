"""Months of facts are replaced so that a reader meets the old or the new, and never neither."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinmeasures.engine.filing import about, listed_files, put_in_place

OLD = {"2026-01": "old", "2026-02": "old", "none": "old"}
NEW = {**OLD, "2026-01": "new", "2026-02": "new"}


class Stopped(Exception):
    """The machine stops here."""


def written_aside(place: Path, months: dict[str, str]) -> Path:
    for month, word in months.items():
        folder = place / f"month={month}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"word": [word]}), folder / "part-0.parquet")
    return place


def read(place: Path) -> dict[str, str]:
    """What a reader finds, month by month."""
    return {
        file.parent.name.removeprefix("month="): pq.ParquetFile(file).read()["word"][0].as_py()
        for file in listed_files(place)
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    put_in_place(written_aside(tmp_path / "first", OLD), tmp_path / "facts", None, {"record": "r"})
    return tmp_path / "facts"


def at_every_line(act, look) -> None:
    """Do something, and look after every line of it."""

    def tracing(frame, event, _argument):
        if not frame.f_code.co_filename.endswith("filing.py"):
            return None
        if event == "line":
            sys.settrace(None)
            look()
            sys.settrace(tracing)
        return tracing

    before = sys.gettrace()
    sys.settrace(tracing)
    try:
        act()
    finally:
        sys.settrace(before)


def replaced(place: Path, aside: Path) -> None:
    put_in_place(aside, place, ["2026-01", "2026-02"], {"record": "r"})


def test_at_every_step_a_reader_meets_the_old_months_or_the_new(place, tmp_path):
    aside = written_aside(tmp_path / "second", {"2026-01": "new", "2026-02": "new"})
    seen = []
    at_every_line(lambda: replaced(place, aside), lambda: seen.append(read(place)))
    assert [each for each in seen if each not in (OLD, NEW)] == []
    assert (seen[0], seen[-1]) == (OLD, NEW)


def test_a_writer_that_stops_at_any_step_loses_nothing(place, tmp_path):
    steps = 0
    while True:
        aside = written_aside(tmp_path / f"try-{steps}", {"2026-01": "new", "2026-02": "new"})
        left = iter(range(steps))

        def stop(left=left):
            if next(left, None) is None:
                raise Stopped

        try:
            at_every_line(lambda aside=aside: replaced(place, aside), stop)
        except Stopped:
            assert read(place) in (OLD, NEW)
            put_in_place(written_aside(tmp_path / f"back-{steps}", OLD), place, None, {})
            assert read(place) == OLD
            steps += 7
            continue
        break
    assert steps > 30
    assert read(place) == NEW


def test_a_reader_that_was_told_of_a_file_finds_it_until_the_next_writing(place, tmp_path):
    told = listed_files(place)
    replaced(place, written_aside(tmp_path / "second", {"2026-01": "new"}))
    assert all(file.exists() for file in told)
    put_in_place(written_aside(tmp_path / "third", NEW), place, None, {"record": "r"})
    assert not any(file.exists() for file in told if file.parent.name == "month=2026-01")


def test_a_month_that_has_no_row_any_more_is_gone_and_what_is_said_is_kept(place, tmp_path):
    replaced(place, written_aside(tmp_path / "second", {"2026-01": "new"}))
    assert read(place) == {"2026-01": "new", "none": "old"}
    assert about(place)["record"] == "r"


def test_facts_without_a_list_are_read_as_they_stand(tmp_path):
    assert read(written_aside(tmp_path / "facts", OLD)) == OLD
