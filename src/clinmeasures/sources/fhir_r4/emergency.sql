-- An emergency encounter is an attendance.
SELECT visit._row, visit.id AS attendance_id, patient_id, started AS arrived_at,
    coalesce(clinicians.code, value_named(attender)) AS reviewed_by,
    CASE discharged(said(body, '$.hospitalization.dischargeDisposition.coding[0].code'))
        WHEN 'home' THEN 'discharge' END AS decision,
    ended AS left_at, first_said(body, '$.priority') AS acuity,
    CAST(years_between(born, try_cast(left(started, 10) AS DATE)) AS VARCHAR) AS age_years,
    first_said(body, '$.reasonCode[0]') AS diagnosis
FROM encounters AS visit
LEFT JOIN names AS whose ON whose.name = subject LEFT JOIN patients ON patients.id = whose.id
LEFT JOIN names AS who ON who.name = attender LEFT JOIN clinicians ON clinicians.id = who.id
WHERE class = 'EMER'
