-- Procedures of a spell.
SELECT procedure._row, procedure_occurrence_id AS procedure_id, visit_occurrence_id AS spell_id,
    coalesce(procedure_source_value, concept_code) AS code,
    CASE WHEN substr(procedure_datetime, 12, 5) NOT IN ('00:00', '') THEN procedure_datetime
        ELSE procedure_date END AS performed_at,
    coalesce(clinicians.code, procedure.provider_id) AS surgeon
FROM procedure_occurrence AS procedure
SEMI JOIN inpatients USING (visit_occurrence_id)
LEFT JOIN clinicians USING (provider_id)
LEFT JOIN concept ON concept_id = procedure_source_concept_id
