"""Invented data sets of every other kind, beside spells and in proportion to them.

Of a number of spells: three times as many appointments with their letters, as many emergency
attendances and assessments, three tenths as many operations in lists of four, and a tenth as many
endoscopies; posts, job plans and leave of every clinician, and the weights of their work.
"""

import os
import shutil
from pathlib import Path

import duckdb
from data import CLINICIANS, DAYS, FIRST_DAY, RANDOM, SPELLS, make_store, write_part

ROOM = """
create macro day(i, salt) as (date '{first}' + (u(i, salt) * {days})::int);
create macro moment(i, salt) as (day(i, salt) + to_minutes((480 + u(i, salt + 500) * 540)::int));
"""
CLINICS = """
select 'A' || lpad(i::varchar, 10, '0') as attendance_id,
  substr(md5((u(i, 101) * {rows} * 3 / 10)::bigint::varchar), 1, 16) as patient_key,
  moment(i, 102) as slot_at, moment(i, 102) as slot_at_utc, clinician(u(i, 103)) as slot_owner,
  case when u(i, 104) < 0.32 then 'first' else 'follow_up' end as attendance_type,
  case when u(i, 105) < 0.78 then 'attended' when u(i, 105) < 0.8 then 'late_seen'
    when u(i, 105) < 0.87 then 'dna' when u(i, 105) < 0.88 then 'late_not_seen'
    when u(i, 105) < 0.95 then 'cancelled_patient' else 'cancelled_hospital' end as outcome,
  null::varchar as specialty, null::varchar as procedure,
  case when u(i, 106) < 0.9 then u(i, 107) < 0.1 end as is_child,
  'A' || lpad(i::varchar, 10, '0') as _key, i as _row,
  strftime(moment(i, 102), '%Y-%m') as month
from range(3 * {rows}) t(i)"""
LETTERS = """
select 'L' || lpad(i::varchar, 10, '0') || e as document_id, 'clinic_letter' as kind,
  'A' || lpad(i::varchar, 10, '0') as refers_to,
  moment(i, 102) + to_minutes((u(i, 110 + e) * 20000)::int) as sent_at,
  moment(i, 102) + to_minutes((u(i, 110 + e) * 20000)::int) as sent_at_utc, null::varchar as author,
  'L' || lpad(i::varchar, 10, '0') || e as _key, i as _row,
  strftime(moment(i, 102), '%Y-%m') as month
from range(3 * {rows}) t(i), range(0, 2) x(e)
where u(i, 105) < 0.8 and u(i, 114) < 0.95 and (e = 0 or u(i, 115) < 0.03)"""
EMERGENCY = """
select 'E' || lpad(i::varchar, 10, '0') as attendance_id,
  substr(md5((u(i, 121) * {rows} * 3 / 10)::bigint::varchar), 1, 16) as patient_key,
  moment(i, 122) as arrived_at, moment(i, 122) as arrived_at_utc,
  case when u(i, 123) < 0.97 then clinician(u(i, 124)) end as reviewed_by,
  case when u(i, 125) < 0.3 then 'admit' when u(i, 125) < 0.85 then 'discharge'
    when u(i, 125) < 0.9 then 'refer' when u(i, 125) < 0.97 then 'same_day_care' end as decision,
  'E' || lpad(i::varchar, 10, '0') as _key, i as _row, strftime(moment(i, 122), '%Y-%m') as month
from range({rows}) t(i)"""
ENDOSCOPY = """
select 'C' || lpad(i::varchar, 10, '0') as procedure_id, clinician(u(i, 131)) as endoscopist,
  moment(i, 132) as performed_at, moment(i, 132) as performed_at_utc,
  case when u(i, 133) < 0.7 then 'caecum' else 'sigmoid' end as intended_extent,
  case when u(i, 134) < 0.9 then 'caecum' when u(i, 134) < 0.95 then 'terminal_ileum'
    else 'transverse_colon' end as reached_extent,
  case when u(i, 135) < 0.2 then clinician(u(i, 136)) end as supervisor,
  case when u(i, 137) < 0.97 then u(i, 138) < 0.96 end as photo_proof,
  'C' || lpad(i::varchar, 10, '0') as _key, i as _row, strftime(moment(i, 132), '%Y-%m') as month
from range({rows} // 10) t(i)"""
# A list of four; now and then somebody else operates, a case is cancelled or a time is missing.
THEATRE = """
select 'O' || lpad(i::varchar, 10, '0') as case_id, 'Z' || lpad(s::varchar, 10, '0') as session_id,
  'T' || (s % 30) as theatre, starts as session_planned_start, starts as session_planned_start_utc,
  starts + interval 4 hour as session_planned_end,
  starts + interval 4 hour as session_planned_end_utc,
  case when off then starts - to_hours((u(i, 141) * 60)::int) end as cancelled_at,
  case when off then starts - to_hours((u(i, 141) * 60)::int) end as cancelled_at_utc,
  case when off and u(i, 142) < 0.6 then 'no_bed' when off then 'patient_unfit' end
    as cancellation_reason,
  case when not off then began end as anaesthetic_start,
  case when not off then began end as anaesthetic_start_utc,
  case when not off and u(i, 143) < 0.99 then began + to_minutes((20 + u(i, 144) * 70)::int) end
    as out_of_theatre,
  case when not off and u(i, 143) < 0.99 then began + to_minutes((20 + u(i, 144) * 70)::int) end
    as out_of_theatre_utc,
  clinician(case when u(i, 145) < 0.9 then u(s, 146) else u(i, 147) end) as surgeon,
  'O' || lpad(i::varchar, 10, '0') as _key, i as _row, strftime(starts, '%Y-%m') as month
from (select i, i // 4 as s, day(i // 4, 140) + interval 8 hour as starts, u(i, 148) < 0.08 as off,
        day(i // 4, 140) + to_minutes(485 + 60 * (i % 4) + (u(i, 149) * 30)::int) as began
      from range({rows} * 3 // 10) t(i))"""
ASSESSMENTS = """
select 'V' || lpad(i::varchar, 9, '0') || e as assessment_id,
  'S' || lpad(i::varchar, 9, '0') as spell_id, 'vte' as kind,
  local(came + to_minutes((u(i, 150 + e) * 1200)::int)) as completed_at,
  came + to_minutes((u(i, 150 + e) * 1200)::int) as completed_at_utc,
  'V' || lpad(i::varchar, 9, '0') || e as _key, i as _row,
  strftime(local(came + to_minutes((u(i, 150 + e) * 1200)::int)), '%Y-%m') as month
from stays, range(0, 2) t(e) where u(i, 152) < 0.9 and (e = 0 or u(i, 153) < 0.1)"""
# Everyone has a post, one in ten only for half of the time; a second plan follows in the second
# year; of every nine weeks one is leave.
PERSON = "clinician((i + 0.5) / {clinicians})"
WORKFORCE = """
select {person} as person_code, date '2020-01-01' as "from",
  case when u(i, 160) < 0.1 then date '{first}' + {days} // 2 end as "to", null::varchar as name,
  'consultant' as grade, null::varchar as department,
  round(0.4 + u(i, 161) * 0.6, 1) as whole_time_equivalent, null::varchar as supervises,
  i::varchar as _key, i as _row, '2020-01' as month from range({clinicians}) t(i)"""
JOB_PLANS = """
select {person} as person_code, date '2022-04-01' + 640 * p::int as "from", activity,
  (case activity when 'dcc' then 5 + floor(u(i, 162 + p) * 4) else 2 end)::double
    as sessions_per_week,
  i || '|' || p || activity as _key, i as _row, '2022-04' as month
from range({clinicians}) t(i), range(2) x(p), (values ('dcc'), ('spa')) y(activity)"""
LEAVE = """
select {person} as person_code, starts::date as "from", starts::date + 6 as "to",
  case when u(i, 170) < 0.2 then 'study' else 'annual' end as kind,
  i || '|' || starts as _key, i as _row, '2023-01' as month
from (select i, date '{first}' + (w * 63 + (u(i, 171) * 50)::int)::int as starts
      from range({clinicians}) t(i), range({days} // 63) x(w))"""
WEIGHTS = """\
source,record,field,code,weight
trust-averages-1,spells,specialty,SP01,1800
trust-averages-1,spells,specialty,SP02,700
trust-averages-1,spells,specialty,*,1000
trust-averages-1,theatre,procedure,*,1000
trust-averages-1,clinics,attendance_type,first,1500
trust-averages-1,clinics,attendance_type,follow_up,750
"""
DATA_SETS = {
    "clinics": CLINICS,
    "documents": LETTERS,
    "emergency": EMERGENCY,
    "endoscopy": ENDOSCOPY,
    "theatre": THEATRE,
    "assessments": ASSESSMENTS,
    "workforce": WORKFORCE,
    "jobplans": JOB_PLANS,
    "leave": LEAVE,
}


def make_others(directory: Path, rows: int) -> Path:
    """The store of so many spells and everything beside them, made if it is not there already."""
    store = directory / f"all-{rows}"
    if (store / "made").exists():
        return store
    shutil.rmtree(store, ignore_errors=True)
    stays = make_store(directory, rows)
    settings = {"memory_limit": "3GB", "threads": 2, "temp_directory": str(directory / "spill")}
    with duckdb.connect(config=settings) as connection:
        connection.execute("set preserve_insertion_order = false")
        words = {"rows": rows, "patients": max(rows * 3 // 10, 1), "clinicians": CLINICIANS}
        words |= {"first": FIRST_DAY, "days": DAYS, "person": PERSON.format(clinicians=CLINICIANS)}
        for text in (RANDOM, ROOM, SPELLS):
            connection.execute(text.format(**words))
        for name, query in DATA_SETS.items():
            write_part(connection, store / name / "load=000001", query.format(**words), name)
    for name in ("spells", "documents"):
        _link(stays / name, store / name, f"{name}-of-stays")
    (store / "weights").mkdir()
    (store / "weights" / "weights.csv").write_text(WEIGHTS, encoding="utf-8")
    (store / "made").touch()
    return store


def _link(rows: Path, beside: Path, stem: str) -> None:
    """A data set of the stays' own store, among what is beside it: one load, the same files."""
    for file in sorted(each for each in rows.rglob("*") if each.is_file()):
        place = beside / file.relative_to(rows)
        place = place.with_stem(f"{stem}-{file.stem}") if file.suffix == ".parquet" else place
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            os.link(file, place)
