-- Conditions of a spell; the position is the primary one first (where OMOP says), then by number.
SELECT condition._row, visit_occurrence_id AS spell_id,
    CAST(row_number() OVER (PARTITION BY visit_occurrence_id ORDER BY
        coalesce(condition_status_concept_id, '') <> '32902',
        try_cast(condition_occurrence_id AS HUGEINT), condition_occurrence_id) AS VARCHAR)
        AS position,
    CASE WHEN is_icd10(vocabulary_id) THEN concept_code
        ELSE coalesce(condition_source_value, concept_code) END AS code
FROM condition_occurrence AS condition
SEMI JOIN inpatients USING (visit_occurrence_id)
LEFT JOIN concept ON concept_id = condition_source_concept_id
