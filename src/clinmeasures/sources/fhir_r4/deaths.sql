SELECT _row, patient_id, died AS died_on FROM patients WHERE died IS NOT NULL
