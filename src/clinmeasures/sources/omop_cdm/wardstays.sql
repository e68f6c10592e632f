-- The details of a spell that name a care site.
SELECT detail._row, visit_detail_id AS wardstay_id, visit_occurrence_id AS spell_id, site AS ward,
    moment(visit_detail_start_datetime, visit_detail_start_date, visits) AS started_at,
    moment(visit_detail_end_datetime, visit_detail_end_date, visits) AS ended_at
FROM visit_detail AS detail CROSS JOIN has_times
SEMI JOIN inpatients USING (visit_occurrence_id)
JOIN sites USING (care_site_id)
WHERE site IS NOT NULL
