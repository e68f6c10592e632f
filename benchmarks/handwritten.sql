-- The six measures by clinician (longest episode) and month, as a careful analyst would write them for
-- DuckDB. {store} is the activity store. run.py checks that the answer equals the engine's.
with spells as (
  select spell_id, patient_key, admitted_at, discharged_at, admitted_at_utc, discharged_at_utc,
    patient_class, admission_method, discharge_method, primary_diagnosis, ready_at,
    epoch(admitted_at_utc)::bigint as came, epoch(discharged_at_utc)::bigint as went
  from read_parquet('{store}/spells/*/*/*.parquet')
),
following as (
  select *,
    min(case when admission_method = 'emergency' then admitted_at end) over (
      partition by patient_key order by came
      range between greatest(went - came, 1) following and unbounded following) as next_emergency,
    min(case when patient_class = 'inpatient' then admitted_at end) over (
      partition by patient_key order by admitted_at_utc, spell_id
      rows between 1 following and unbounded following) as next_inpatient
  from spells
),
predictions as (
  select spell_id, min(entered_at_utc) as entered_at_utc,
    arg_min(predicted_discharge_date, entered_at_utc) as predicted
  from read_parquet('{store}/predictions/*/*/*.parquet') group by spell_id
),
summaries as (
  select refers_to as spell_id, min(sent_at_utc) as sent_at_utc
  from read_parquet('{store}/documents/*/*/*.parquet') where kind = 'discharge_summary' group by 1
),
deaths as (
  select patient_key, min(died_on) as died_on
  from read_parquet('{store}/deaths/*/*/*.parquet') group by patient_key
),
longest as (
  select spell_id, arg_max(consultant, (epoch(ended_at_utc) - epoch(started_at_utc), -episode)) as unit
  from read_parquet('{store}/episodes/*/*/*.parquet') group by spell_id
),
facts as (
  select coalesce(longest.unit, 'unattributed') as unit,
    year(discharged_at) * 100 + month(discharged_at) as month,
    patient_class = 'inpatient' as inpatient,
    patient_class in ('inpatient', 'day_case') as treated,
    discharge_method is distinct from 'died' as alive,
    discharge_method is distinct from 'transferred' as stayed,
    admission_method <> 'maternity'
      and not (upper(primary_diagnosis[1]) in ('C', 'O')) as not_cancer_or_birth,
    discharged_at::date - admitted_at::date as nights,
    went - came as seconds,
    next_emergency::date - discharged_at::date as readmitted_after,
    next_inpatient::date - admitted_at::date as next_after,
    predictions.entered_at_utc is not null
      and predictions.entered_at_utc <= admitted_at_utc + interval 24 hour as predicted_in_time,
    coalesce(ready_at, discharged_at)::date - predicted as off_by,
    summaries.sent_at_utc <= discharged_at_utc + interval 24 hour as summary_in_time,
    least(deaths.died_on, case when discharge_method = 'died' then discharged_at::date end)
      - admitted_at::date as died_after
  from following
  left join predictions using (spell_id)
  left join summaries using (spell_id)
  left join deaths using (patient_key)
  left join longest using (spell_id)
)
select unit, month,
  count(*) filter (inpatient) as stay_n,
  sum(nights) filter (inpatient) as stay_sum,
  sum(nights * nights) filter (inpatient) as stay_squares,
  count(*) filter (inpatient and alive and stayed and not_cancer_or_birth) as readmission_n,
  count(*) filter (inpatient and alive and stayed and not_cancer_or_birth
    and readmitted_after between 0 and 29) as readmission,
  count(*) filter (inpatient and seconds >= 1441 * 60) as recorded_n,
  count(*) filter (inpatient and seconds >= 1441 * 60 and predicted_in_time) as recorded,
  count(*) filter (inpatient and alive and off_by is not null) as accuracy_n,
  count(*) filter (inpatient and alive and off_by between -1 and 1) as accuracy,
  count(*) filter (treated and alive) as summary_n,
  count(*) filter (treated and alive and summary_in_time) as summary,
  count(*) filter (inpatient and (next_after is null or next_after >= 31)) as mortality_n,
  count(*) filter (inpatient and (next_after is null or next_after >= 31)
    and died_after between 0 and 30) as mortality
from facts group by unit, month order by unit, month
