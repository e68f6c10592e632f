-- Measures of clinics, emergency, endoscopy and theatre by clinician and month, as a careful analyst would write them for
-- DuckDB: one query a data set. {store} is the activity store. run.py checks that the answers equal the engine's.

-- clinics: missed appointments of adults and of children, follow-ups to firsts, letters within seven days
with letters as (
  select refers_to, min(sent_at) as sent_at
  from read_parquet('{store}/documents/*/*/*.parquet') where kind = 'clinic_letter' group by refers_to
),
slots as (
  select slot_owner as unit, year(slot_at) * 100 + month(slot_at) as month, attendance_type,
    outcome in ('attended', 'late_seen') as seen, outcome in ('dna', 'late_not_seen') as missed,
    is_child is true as child, letters.sent_at::date - slot_at::date as after
  from read_parquet('{store}/clinics/*/*/*.parquet')
  left join letters on refers_to = attendance_id
)
select unit, month,
  count(*) filter ((seen or missed) and not child) as missed_n,
  count(*) filter (missed and not child) as missed,
  count(*) filter ((seen or missed) and child) as not_brought_n,
  count(*) filter (missed and child) as not_brought,
  count(*) filter (seen) as ratio_n, count(*) filter (seen and attendance_type = 'follow_up') as ratio,
  count(*) filter (seen and attendance_type = 'first') as ratio_out_of,
  count(*) filter (seen) as letter_n, count(*) filter (seen and after <= 7) as letter
from slots group by unit, month;

-- emergency: admitted of those reviewed
select reviewed_by as unit, year(arrived_at) * 100 + month(arrived_at) as month,
  count(*) as admitted_n, count(*) filter (decision = 'admit') as admitted
from read_parquet('{store}/emergency/*/*/*.parquet')
where reviewed_by is not null and decision is not null group by 1, 2;

-- endoscopy: caecum reached, with proof, of those meant to be complete
select endoscopist as unit, year(performed_at) * 100 + month(performed_at) as month,
  count(*) as caecum_n,
  count(*) filter (photo_proof and reached_extent in ('caecum', 'terminal_ileum', 'ileocolonic_anastomosis')) as caecum
from read_parquet('{store}/endoscopy/*/*/*.parquet')
where intended_extent in ('caecum', 'terminal_ileum', 'colonoscopy') group by 1, 2;

-- theatre: touched of planned minutes, capped and not, each session its main surgeon's
with cases as (
  select session_id, case_id, surgeon, session_planned_start,
    epoch(session_planned_start_utc)::bigint // 60 as opens, epoch(session_planned_end_utc)::bigint // 60 as closes,
    epoch(anaesthetic_start_utc)::bigint // 60 as began, epoch(out_of_theatre_utc)::bigint // 60 as ended,
    coalesce(cancelled_at::date < session_planned_start::date, false) as gone
  from read_parquet('{store}/theatre/*/*/*.parquet')
),
placed as (
  select *, began is not null and ended is not null as timed, (began is null) <> (ended is null) as untimed,
    greatest(began, coalesce(max(case when began is not null then ended end) over (
      partition by session_id order by began nulls last, case_id
      rows between unbounded preceding and 1 preceding), began)) as from_then
  from cases
),
added as (
  select *, case when timed then greatest(ended - from_then, 0) else 0 end as touched,
    case when timed then greatest(least(ended, closes) - greatest(from_then, opens), 0) else 0 end as inside
  from placed
),
surgeons as (
  select session_id, coalesce(surgeon, 'unattributed') as unit, count(*) as cases, sum(touched) as touched,
    sum(inside) as inside, count(*) filter (not gone) as booked, count(*) filter (untimed) as untimed,
    min(session_planned_start) as starts, max(closes) - min(opens) as planned
  from added group by 1, 2
),
sessions as (
  select arg_max(unit, (touched, booked, -substr(unit, 2)::int)) as unit, min(starts) as starts,
    sum(cases) as cases, max(planned) as planned, sum(touched) as touched, sum(inside) as inside
  from surgeons group by session_id having sum(booked) > 0 and sum(untimed) = 0
)
select unit, year(starts) * 100 + month(starts) as month,
  sum(cases) as capped_n, sum(inside) as capped, sum(planned) as capped_out_of,
  sum(cases) as uncapped_n, sum(touched) as uncapped, sum(planned) as uncapped_out_of
from sessions group by 1, 2;
