"""Theatre sessions and cancellations: worked out by hand, and against sets of minutes."""

import tempfile
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clinmeasures.definitions import library, parse_definition
from clinmeasures.engine import Activity, compute_records, compute_tallies, mend_facts, write_facts
from clinmeasures.engine.activity import Facts

HEAD = (
    "case_id,session_id,theatre,session_planned_start,session_planned_end,cancelled_at,"
    "cancellation_reason,anaesthetic_start,knife_to_skin,closed_at,out_of_theatre,surgeon\n"
)
# S1: four hours. 1 begins before the session, 2 overlaps it, 3 overruns; 4 is cancelled on the day.
# S2: a local anaesthetic (no anaesthetic_start), and two surgeons; D has most minutes.
# S3: all cases cancelled the day before. S4: all cancelled on the day. S5: a case without an end.
CASES = """\
1,S1,T1,2026-03-02T09:00,2026-03-02T13:00,,,2026-03-02T08:50,2026-03-02T09:10,2026-03-02T09:50,2026-03-02T10:00,A
2,S1,T1,2026-03-02T09:00,2026-03-02T13:00,,,2026-03-02T09:45,2026-03-02T10:00,2026-03-02T11:00,2026-03-02T11:15,A
3,S1,T1,2026-03-02T09:00,2026-03-02T13:00,,,2026-03-02T12:00,2026-03-02T12:15,2026-03-02T13:15,2026-03-02T13:30,A
4,S1,T1,2026-03-02T09:00,2026-03-02T13:00,2026-03-02T12:45,list_overran,,,,,A
5,S2,T1,2026-03-03T09:00,2026-03-03T12:00,,,,2026-03-03T09:00,2026-03-03T10:00,2026-03-03T10:10,C
6,S2,T1,2026-03-03T09:00,2026-03-03T12:00,,,2026-03-03T10:10,2026-03-03T10:20,2026-03-03T11:40,2026-03-03T11:50,D
7,S3,T1,2026-03-04T09:00,2026-03-04T12:00,2026-03-03T16:00,no_bed,,,,,A
8,S4,T1,2026-03-05T09:00,2026-03-05T12:00,2026-03-05T07:00,no_bed,,,,,A
9,S4,T1,2026-03-05T09:00,2026-03-05T12:00,2026-03-05T07:00,unfit,,,,,A
10,S5,T1,2026-03-06T09:00,2026-03-06T12:00,,,2026-03-06T09:00,,,,A
"""
MILLION = 1_000_000


def store_of(place: Path, *loads: str) -> Activity:
    for number, rows in enumerate(loads, start=1):
        folder = place / "theatre" / f"load={number:06d}" / "month=none"
        folder.mkdir(parents=True)
        as_parquet(HEAD + rows, folder / "part-0.parquet")
    return Activity(directory=place)


def as_parquet(text: str, file: Path) -> None:
    import io

    import pyarrow.parquet as pq
    from pyarrow import csv

    pq.write_table(csv.read_csv(io.BytesIO(text.encode())), file)


CAPPED, UNCAPPED = "theatre-utilisation-capped", "theatre-utilisation-uncapped"


def figures(code: str, store: Activity | Facts) -> dict:
    return figures_of([code], store)[code]


def figures_of(codes: list[str], store: Activity | Facts) -> dict[str, dict]:
    found: dict[str, dict] = {code: {} for code in codes}
    for row in compute_tallies([library()[code] for code in codes], store).to_pylist():
        above, below = row["numerator"] // MILLION, row["denominator"] // MILLION
        found[row["measure"]][row["unit"], row["month"]] = (above, below)
    return found


def test_sessions_come_first_then_each_is_capped(tmp_path):
    store = store_of(tmp_path, CASES)
    # S1: 9:00 to 11:15 without counting 9:45 to 10:00 twice, and 12:00 to 13:00: 195 of 240.
    # S4 ran, for nothing: 0 of 180. S3 was given up the day before; S5 cannot be measured.
    # S2 is D's, who has 100 minutes of its 170: 170 of 180.
    capped = {("A", "2026-03"): (195, 240 + 180), ("D", "2026-03"): (170, 180)}
    # Uncapped: ten minutes before the session and thirty after it.
    uncapped = {("A", "2026-03"): (235, 240 + 180), ("D", "2026-03"): (170, 180)}
    assert figures_of([CAPPED, UNCAPPED], store) == {CAPPED: capped, UNCAPPED: uncapped}


def test_a_later_extract_does_not_shorten_a_session_and_a_longer_one_lengthens_it(tmp_path):
    shorter = CASES.splitlines(keepends=True)[0].replace("T13:00", "T10:00", 1)
    store = store_of(tmp_path / "a", CASES, shorter)
    assert figures(CAPPED, store)["A", "2026-03"] == (195, 420)
    longer = "".join(CASES.splitlines(keepends=True)[:4]).replace("T13:00,,", "T14:00,,")
    store = store_of(tmp_path / "b", CASES, longer)
    assert figures(CAPPED, store)["A", "2026-03"] == (225, 480)


def test_cancellations_on_the_day_for_the_hospitals_own_reasons(tmp_path):
    store = store_of(tmp_path, CASES)
    # Booked on the day: 1 to 6, 8, 9, 10. For non-clinical reasons: 4 (list overran) and 8.
    assert figures("on-day-cancellation", store) == {
        ("A", "2026-03"): (2, 7),
        ("C", "2026-03"): (0, 1),
        ("D", "2026-03"): (0, 1),
    }


def test_one_changed_case_mends_its_whole_session(tmp_path):
    before = store_of(tmp_path / "a", CASES)
    facts = write_facts(before, "theatre", tmp_path / "facts")
    later = CASES.splitlines(keepends=True)[0].replace("T10:00,A", "T11:00,A")
    after = store_of(tmp_path / "b", CASES, later)
    (tmp_path / "mended").mkdir()
    mended = mend_facts(after, "theatre", facts, tmp_path / "mended", keys=["1"])
    assert mended.months == ("2026-03",)
    whole = write_facts(after, "theatre", tmp_path / "whole")
    found = figures_of([CAPPED, UNCAPPED], Facts(directory=tmp_path / "mended"))
    assert found[CAPPED]
    assert found == figures_of([CAPPED, UNCAPPED], whole) == figures_of([CAPPED, UNCAPPED], after)


# ---- any sessions, against sets of minutes -------------------------------------------------------

DAY = datetime(2026, 3, 29)  # noqa: DTZ001 (local; the clocks go forward at 1:00)
minutes = st.integers(0, 8).map(lambda number: 30 * number + 120)
cases = st.fixed_dictionaries(
    {
        "session_id": st.sampled_from(["S1", "S1", "S2"]),
        "surgeon": st.sampled_from(["A", "B", ""]),
        "start": st.one_of(st.none(), minutes),
        "end": st.one_of(st.none(), minutes),
        "cancelled": st.sampled_from([None, None, -600, 60]),
    }
)
WINDOW = {"S1": (180, 300), "S2": (150, 360)}
OWNED = parse_definition(
    'code = "owned"\nversion = 1\ntitle = "t"\nrecord = "theatre"\nkind = "ratio_of_sums"\n'
    'direction = "neither"\nnumerator = "touch_minutes_in_session"\n'
    'denominator = "session_minutes"\n'
    'where = [{ field = "session_ran", equals = true }, '
    '{ field = "session_cases_untimed", equals = 0 }]\nattribution = ["session_owner"]\n'
)


def at(minute: int | None) -> str:
    return "" if minute is None else (DAY + timedelta(minutes=minute)).isoformat()


def naively(rows: list[dict]) -> dict:
    """(unit, month) → minutes touched inside, minutes planned: by sets of single minutes."""
    sessions = defaultdict(list)
    for number, row in enumerate(rows):
        sessions[row["session_id"]].append((number, row))
    found: dict = defaultdict(lambda: (0, 0))
    for name, of in sessions.items():
        booked = [row for _, row in of if row["cancelled"] is None or row["cancelled"] >= 0]
        whole, broken = [], False
        for number, row in of:
            start, end = row["start"], row["end"]
            if start is not None and end is not None and start <= end:
                whole.append((start, number, end, row["surgeon"]))
            elif start is not None or end is not None:
                broken = True
        if not booked or broken:
            continue
        touched: set = set()
        by_unit: Counter = Counter()
        for start, _, end, surgeon in sorted(whole):
            new = set(range(start, end)) - touched
            by_unit[surgeon or "unattributed"] += len(new)
            touched |= new
        on_list = Counter(row["surgeon"] or "unattributed" for row in booked)
        units = {row["surgeon"] or "unattributed" for _, row in of}
        owner = min(units, key=lambda unit: (-by_unit[unit], -on_list[unit], unit))
        first, last = WINDOW[name]
        above, below = found[owner, "2026-03"]
        inside = len(touched & set(range(first, last)))
        found[owner, "2026-03"] = (above + inside, below + last - first)
    return dict(found)


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(rows=st.lists(cases, min_size=1, max_size=7))
def test_sessions_equal_sets_of_minutes_and_the_records_sum_to_them(rows):
    text = "".join(
        f"{number},{row['session_id']},T,{at(WINDOW[row['session_id']][0])},"
        f"{at(WINDOW[row['session_id']][1])},{at(row['cancelled'])},,{at(row['start'])},,,"
        f"{at(row['end'])},{row['surgeon']}\n"
        for number, row in enumerate(rows)
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "theatre.csv").write_text(HEAD + text)
        store = Activity(directory=place)
        tallied = compute_tallies([OWNED], store).to_pylist()
        records = compute_records(OWNED, store).to_pylist()
    found = {
        (row["unit"], row["month"]): (row["numerator"] // MILLION, row["denominator"] // MILLION)
        for row in tallied
    }
    assert found == naively(rows)
    summed: dict = defaultdict(lambda: (0, 0))
    for each in records:
        above, below = summed[each["unit"], each["month"]]
        summed[each["unit"], each["month"]] = (
            above + each["numerator"] // MILLION,
            below + each["denominator"] // MILLION,
        )
    assert dict(summed) == found
