-- An emergency room visit is an attendance.
SELECT visit._row, visit_occurrence_id AS attendance_id, patient_id,
    moment(visit_start_datetime, visit_start_date, visits) AS arrived_at,
    coalesce(code, visit.provider_id) AS reviewed_by,
    CASE WHEN of_inpatients(discharged_to_concept_id) THEN 'admit'
        WHEN discharged_to_concept_id IN ('8536', '581476') THEN 'discharge' END AS decision,
    moment(visit_end_datetime, visit_end_date, visits) AS left_at,
    CAST(years_between(born, as_day(visit_start_date)) AS VARCHAR) AS age_years
FROM visit_occurrence AS visit CROSS JOIN has_times
LEFT JOIN people USING (person_id)
LEFT JOIN clinicians USING (provider_id)
WHERE of_emergencies(visit_concept_id)
