-- The details of a spell that name a provider, in the order in which they began.
SELECT detail._row, visit_occurrence_id AS spell_id,
    CAST(row_number() OVER (PARTITION BY visit_occurrence_id
        ORDER BY coalesce(visit_detail_start_datetime, visit_detail_start_date), detail._row)
        AS VARCHAR) AS episode,
    moment(visit_detail_start_datetime, visit_detail_start_date, visits) AS started_at,
    moment(visit_detail_end_datetime, visit_detail_end_date, visits) AS ended_at,
    coalesce(code, detail.provider_id) AS consultant, specialty
FROM visit_detail AS detail CROSS JOIN has_times
SEMI JOIN inpatients USING (visit_occurrence_id)
LEFT JOIN clinicians USING (provider_id)
WHERE detail.provider_id IS NOT NULL AND detail.provider_id <> '0'
