-- An in-patient visit is a spell. How a patient was admitted is kept in OMOP's own words where
-- it does not say emergency or transfer; a mapping can put our words in their place.
SELECT visit._row, visit_occurrence_id AS spell_id, patient_id,
    moment(visit_start_datetime, visit_start_date, visits) AS admitted_at,
    moment(visit_end_datetime, visit_end_date, visits) AS discharged_at,
    CASE WHEN visit_concept_id = '262' OR of_emergencies(admitted_from_concept_id) THEN 'emergency'
        WHEN of_inpatients(admitted_from_concept_id) THEN 'transfer'
        ELSE coalesce(kind.concept_name, visit_concept_id) END AS admission_method,
    'inpatient' AS patient_class,
    discharged_to(discharged_to_concept_id, discharged_to_source_value, place.concept_name)
        AS discharge_method,
    CAST(years_between(born, as_day(visit_start_date)) AS VARCHAR) AS age_years,
    sex, specialty, site,
    coalesce(code, visit.provider_id) AS discharging_consultant
FROM visit_occurrence AS visit CROSS JOIN has_times
LEFT JOIN people USING (person_id)
LEFT JOIN clinicians USING (provider_id)
LEFT JOIN sites USING (care_site_id)
LEFT JOIN concept AS kind ON kind.concept_id = visit_concept_id
LEFT JOIN concept AS place ON place.concept_id = discharged_to_concept_id
WHERE of_inpatients(visit_concept_id)
