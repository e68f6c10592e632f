"""Invented spells for the benchmarks: any number, from a seed, in the layout of an activity store.

DuckDB makes the rows from hashes of their numbers, so that the same number of
rows is the same data on any machine.
"""

import json
import os
import shutil
from pathlib import Path

import duckdb

CLINICIANS = 400
FIRST_DAY = "2023-01-01"
DAYS = 1096  # three years
LARGEST = 50_000_000  # more are these twice
KEYS = ("spell_id", "patient_key", "document_id", "refers_to", "_key")

RANDOM = """
create macro u(i, salt) as ((hash(i, salt) >> 11) / 9007199254740992.0);
create macro local(t) as case
  when (t >= '2023-03-26 01:00' and t < '2023-10-29 01:00')
    or (t >= '2024-03-31 01:00' and t < '2024-10-27 01:00')
    or (t >= '2025-03-30 01:00' and t < '2025-10-26 01:00') then t + interval 1 hour else t end;
create macro clinician(x) as 'C' || lpad((floor(x * {clinicians}))::int::varchar, 4, '0');
"""

SPELLS = """
create view numbered as select i, u(i, 1) as a, u(i, 2) as b, u(i, 3) as c, u(i, 4) as d,
  date_trunc('minute', timestamp '{first}'
    + to_seconds((u(i, 5) * {days} * 86400)::bigint)) as came,
  (floor(power(u(i, 6), 1.6) * {patients}))::bigint as patient
  from range({rows}) t(i);
create view stays as select *, a < 0.34 as day_case,
  came + to_minutes(case when a < 0.34 then 120 + (b * 480)::int
    else 90 + (-ln(greatest(b, 1e-9)) * 5200)::int end) as went from numbered;
create view spells as select
  'S' || lpad(i::varchar, 9, '0') as spell_id, substr(md5(patient::varchar), 1, 16) as patient_key,
  local(came) as admitted_at, came as admitted_at_utc,
  local(went) as discharged_at, went as discharged_at_utc,
  case when day_case then 'elective' when c < 0.7 then 'emergency' when c < 0.9 then 'elective'
    when c < 0.96 then 'maternity' else 'transfer' end as admission_method,
  case when day_case then 'day_case' else 'inpatient' end as patient_class,
  null::varchar as intended_management,
  case when day_case or d < 0.93 then 'home' when d < 0.955 then 'died'
    when d < 0.98 then 'transferred' when d < 0.99 then 'self' else null end as discharge_method,
  (18 + u(i, 7) * 80)::bigint as age_years, case when u(i, 8) < 0.5 then 'f' else 'm' end as sex,
  'SP' || lpad(floor(u(i, 9) * 30)::int::varchar, 2, '0') as specialty, 'MAIN' as site,
  clinician(u(i, 10)) as admitting_consultant,
  case when u(i, 11) < 0.97 then clinician(u(i, 12)) end as discharging_consultant,
  chr(65 + floor(u(i, 13) * 26)::int) || lpad(floor(u(i, 14) * 99)::int::varchar, 2, '0') || '9'
    as primary_diagnosis,
  null::varchar as primary_procedure,
  case when not day_case and u(i, 15) < 0.4 then local(went - to_hours((u(i, 16) * 40)::int)) end
    as ready_at,
  case when not day_case and u(i, 15) < 0.4 then went - to_hours((u(i, 16) * 40)::int) end
    as ready_at_utc,
  null::timestamp as decided_to_admit_at, null::timestamp as decided_to_admit_at_utc,
  (1 + floor(u(i, 17) * 10))::bigint as deprivation_decile,
  i + 1 as _row, 'S' || lpad(i::varchar, 9, '0') as _key, strftime(local(went), '%Y-%m') as month
  from stays;
"""

OTHERS = {
    "episodes": """
select 'S' || lpad(i::varchar, 9, '0') as spell_id, e as episode,
  local(came + (went - came) * ((e - 1) / n)) as started_at,
  came + (went - came) * ((e - 1) / n) as started_at_utc,
  local(came + (went - came) * (e / n)) as ended_at, came + (went - came) * (e / n) as ended_at_utc,
  clinician(u(i, 20 + e)) as consultant, null::varchar as specialty,
  'S' || lpad(i::varchar, 9, '0') || '|' || e as _key, i as _row,
  strftime(local(came + (went - came) * (e / n)), '%Y-%m') as month
from (select *, case when day_case or u(i, 20) < 0.75 then 1
        when u(i, 20) < 0.95 then 2 else 3 end as n
      from stays), range(1, 4) t(e) where e <= n""",
    "predictions": """
select 'S' || lpad(i::varchar, 9, '0') as spell_id,
  local(came + to_minutes((60 + e * 900 + u(i, 30 + e) * 1800)::int)) as entered_at,
  came + to_minutes((60 + e * 900 + u(i, 30 + e) * 1800)::int) as entered_at_utc,
  (local(went) + to_days((u(i, 33 + e) * 5)::int - 2))::date as predicted_discharge_date,
  null::varchar as entered_by, 'S' || lpad(i::varchar, 9, '0') || '|' || e as _key, i as _row,
  strftime(local(came), '%Y-%m') as month
from stays, range(0, 2) t(e)
where not day_case and went - came > interval 1 day and u(i, 36) < 0.85
  and (e = 0 or u(i, 37) < 0.45)""",
    "documents": """
select 'D' || lpad(i::varchar, 9, '0') || e as document_id, 'discharge_summary' as kind,
  'S' || lpad(i::varchar, 9, '0') as refers_to,
  local(went + to_minutes((u(i, 40 + e) * 3000)::int - 200)) as sent_at,
  went + to_minutes((u(i, 40 + e) * 3000)::int - 200) as sent_at_utc, null::varchar as author,
  'D' || lpad(i::varchar, 9, '0') || e as _key, i as _row, strftime(local(went), '%Y-%m') as month
from stays, range(0, 2) t(e) where u(i, 42) < 0.92 and (e = 0 or u(i, 43) < 0.06)""",
    "deaths": """
select substr(md5(p::varchar), 1, 16) as patient_key,
  (timestamp '{first}' + to_days((u(p, 50) * {days})::int))::date as died_on, 'linked' as source,
  substr(md5(p::varchar), 1, 16) as _key, p as _row,
  strftime(timestamp '{first}' + to_days((u(p, 50) * {days})::int), '%Y-%m') as month
from range({patients}) t(p) where u(p, 51) < 0.06""",
}


def make_store(directory: Path, rows: int) -> Path:
    """The store of that many spells, made if it is not there already."""
    store = directory / f"spells-{rows}"
    if (store / "made").exists():
        return store
    shutil.rmtree(store, ignore_errors=True)
    if rows > LARGEST and rows % 2 == 0:
        return double(make_store(directory, rows // 2), store)
    store.mkdir(parents=True)
    settings = {"memory_limit": "3GB", "threads": 2, "temp_directory": str(directory / "spill")}
    with duckdb.connect(config=settings) as connection:
        connection.execute("set preserve_insertion_order = false")
        words = {"rows": rows, "patients": max(rows * 3 // 10, 1), "first": FIRST_DAY, "days": DAYS}
        connection.execute(RANDOM.format(clinicians=CLINICIANS))
        connection.execute(SPELLS.format(**words))
        for name, query in {"spells": "select * from spells", **OTHERS}.items():
            write_part(connection, store / name / "load=000001", query.format(**words), name)
    (store / "made").touch()
    return store


def double(half: Path, store: Path) -> Path:
    """A store's rows and the same once more under other keys: made in a tenth of the time."""
    duckdb.execute("set enable_progress_bar = false")
    for folder in sorted(half.glob("*/load=*")):
        again = store / folder.relative_to(half)
        shutil.copytree(folder, again, copy_function=os.link)
        for file in sorted(folder.rglob("*.parquet")):
            _write_again(file, again / file.relative_to(folder).with_stem(f"{file.stem}-again"))
    (store / "made").touch()
    return store


def _write_again(file: Path, again: Path) -> None:
    have = duckdb.read_parquet(str(file), hive_partitioning=False).columns
    other = ", ".join(f"'x' || substr({name}, 2) as {name}" for name in KEYS if name in have)
    duckdb.execute(
        f"copy (select * replace ({other}) from read_parquet('{file}', hive_partitioning=false)) "
        f"to '{again}' (format parquet)"
    )


def write_part(connection: duckdb.DuckDBPyConnection, folder: Path, query: str, name: str) -> None:
    """One data set's load, a file a month."""
    folder.mkdir(parents=True)
    connection.execute(
        f"copy ({query}) to '{folder}' "
        "(format parquet, partition_by (month), overwrite_or_ignore true)"
    )
    about = {"dataset": name, "id": "000001", "source": "bench", "mode": "upsert"}
    (folder / "_load.json").write_text(json.dumps(about), encoding="utf-8")
