SELECT death._row, coalesce(patient_id, death.person_id) AS patient_id, death_date AS died_on
FROM death LEFT JOIN people USING (person_id)
