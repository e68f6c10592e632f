-- Measures of clinics, emergency, endoscopy, theatre, assessments and job plans by clinician and month, as a careful analyst
-- would write them for DuckDB: one query a data set (theatre: one for lists, one for cases). {store} is the activity store. run.py checks that the answers equal the engine's.

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

-- theatre: cancelled on the day, for reasons of the hospital
with cases as (
  select coalesce(surgeon, 'unattributed') as unit, session_planned_start as starts, cancellation_reason,
    session_planned_start::date - cancelled_at::date as before
  from read_parquet('{store}/theatre/*/*/*.parquet')
)
select unit, year(starts) * 100 + month(starts) as month,
  count(*) filter (before is null or before <= 0) as cancelled_n,
  count(*) filter (before <= 0 and cancellation_reason in ('no_bed', 'no_theatre_staff', 'no_surgeon', 'no_anaesthetist',
    'list_overran', 'emergency_took_priority', 'equipment', 'administrative')) as cancelled
from cases group by 1, 2;

-- assessments: for venous thromboembolism within 14 hours of admission
with assessed as (
  select spell_id, min(completed_at_utc) as first_at
  from read_parquet('{store}/assessments/*/*/*.parquet') where kind = 'vte' group by spell_id
)
select coalesce(admitting_consultant, 'unattributed') as unit, year(admitted_at) * 100 + month(admitted_at) as month,
  count(*) as vte_n, count(*) filter (date_diff('second', admitted_at_utc, first_at) <= 14 * 3600) as vte
from read_parquet('{store}/spells/*/*/*.parquet') left join assessed using (spell_id)
where age_years >= 16 and patient_class in ('inpatient', 'day_case')
  and (primary_procedure is null or upper(left(primary_procedure, 3)) not in ('X40', 'X41', 'X70', 'X71', 'X72', 'X73', 'G45',
    'G65', 'H22', 'H25', 'H28', 'C71', 'C72', 'C73', 'C74', 'C75'))
group by 1, 2;

-- job plans: half-days held of sessions planned net of leave; weighted work of whole-time weeks net of leave
with clinics as (
  select slot_owner, slot_at, outcome, attendance_type from read_parquet('{store}/clinics/*/*/*.parquet')
),
lists as (
  select surgeon, session_planned_start, session_planned_end, anaesthetic_start
  from read_parquet('{store}/theatre/*/*/*.parquet')
),
scopes as (
  select endoscopist, supervisor, performed_at from read_parquet('{store}/endoscopy/*/*/*.parquet')
),
reviews as (
  select reviewed_by, arrived_at from read_parquet('{store}/emergency/*/*/*.parquet')
),
stays as (
  select discharging_consultant, discharged_at, specialty from read_parquet('{store}/spells/*/*/*.parquet')
),
ends as (
  select min(ends)::date as first_day, max(ends)::date as last_day from (
    select unnest([min(slot_at), max(slot_at)]) as ends from clinics
    union all select unnest([min(session_planned_start), max(session_planned_start)]) from lists
    union all select unnest([min(performed_at), max(performed_at)]) from scopes
    union all select unnest([min(arrived_at), max(arrived_at)]) from reviews
    union all select unnest([min(discharged_at), max(discharged_at)]) from stays
  )
),
days as (
  select unnest(generate_series(first_day, last_day, interval 1 day))::date as day, isodow(day) < 6 as weekday from ends
),
done as (
  select slot_owner as unit, slot_at::date as day,
    bool_or(seat and slot_at::time < '13:00') as am, bool_or(seat and slot_at::time >= '13:00') as pm,
    0::bigint as stays, 0::bigint as cases,
    sum(case when not seen then 0 when attendance_type = 'first' then 1500 when attendance_type = 'follow_up' then 750
      else 0 end)::bigint as attendances, bool_or(seen) as weighed
  from (select *, outcome in ('attended', 'late_seen', 'dna', 'late_not_seen') as seat,
          outcome in ('attended', 'late_seen') as seen from clinics)
  where seat group by 1, 2
  union all
  select surgeon, session_planned_start::date, bool_or(session_planned_start::time < '13:00'),
    bool_or(session_planned_end::time > '13:30'), 0, 1000 * count(*), 0, true
  from lists where anaesthetic_start is not null group by 1, 2
  union all
  select endoscopist, performed_at::date, bool_or(performed_at::time < '13:00'), bool_or(performed_at::time >= '13:00'),
    0, 0, 0, false
  from scopes group by 1, 2
  union all
  select supervisor, performed_at::date, bool_or(performed_at::time < '13:00'), bool_or(performed_at::time >= '13:00'),
    0, 0, 0, false
  from scopes group by 1, 2
  union all
  select reviewed_by, arrived_at::date, bool_or(arrived_at::time < '13:00'), bool_or(arrived_at::time >= '13:00'),
    0, 0, 0, false
  from reviews group by 1, 2
  union all
  select discharging_consultant, discharged_at::date, false, false,
    sum(case specialty when 'SP01' then 1800 when 'SP02' then 700 else 1000 end), 0, 0, true
  from stays group by 1, 2
),
worked as (
  select unit, day, 1000 * (bool_or(am)::int + bool_or(pm)::int) as held, sum(stays) as stays, sum(cases) as cases,
    sum(attendances) as attendances, bool_or(weighed) as weighed
  from done where unit is not null and day is not null group by 1, 2
),
plans as (
  select person_code as unit, "from", lead("from") over (partition by person_code order by "from") as followed,
    max(sessions_per_week) filter (activity = 'dcc') as direct
  from read_parquet('{store}/jobplans/*/*/*.parquet') group by 1, 2
),
posts as (
  select person_code as unit, "from", "to", whole_time_equivalent as share
  from read_parquet('{store}/workforce/*/*/*.parquet')
),
employed as (
  select unit, case when bool_or("to" is null) then null else max("to") end as until from posts group by 1
),
planned as (
  select plans.unit, day, case when weekday then round(coalesce(direct, 0) * 200)::bigint else 0 end as planned
  from plans left join employed using (unit) join days on day >= plans."from"
  where day < coalesce(followed, 'infinity') and day <= coalesce(until, 'infinity')
),
paid as (
  select unit, day, bool_or(weekday) as weekday,
    sum(case when weekday then round(share * 200)::bigint else 0 end) as whole
  from posts join days on day >= "from" where day <= coalesce("to", 'infinity') group by 1, 2
),
away as (
  select distinct person_code as unit, day
  from read_parquet('{store}/leave/*/*/*.parquet') join days on day between "from" and "to"
),
delivered as (
  select unit, year(day) * 100 + month(day) as month, count(*) as sessions_n, sum(coalesce(held, 0)) as sessions,
    sum(case when away.day is null then planned else 0 end) as sessions_out_of
  from planned left join worked using (unit, day) left join away using (unit, day)
  where planned >= 1 or held >= 1 group by 1, 2
),
weighed as (
  select unit, year(day) * 100 + month(day) as month, count(*) as work_n, sum(coalesce(stays, 0)) as stays,
    sum(coalesce(cases, 0)) as cases, sum(coalesce(attendances, 0)) as attendances,
    sum(case when away.day is null then whole else 0 end) as whole
  from paid left join worked using (unit, day) left join away using (unit, day)
  where weekday or held > 0 or weighed group by 1, 2
)
select unit, month, sessions_n, sessions, sessions_out_of, work_n as stays_n, stays, whole as stays_out_of,
  work_n as cases_n, cases, whole as cases_out_of, work_n as attendances_n, attendances, whole as attendances_out_of
from delivered full join weighed using (unit, month);
