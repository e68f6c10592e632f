-- Procedures done at a spell.
SELECT _row, procedures.id AS procedure_id, spell AS spell_id, procedures.code,
    coalesce(said(body, '$.performedDateTime'), said(body, '$.performedPeriod.start'))
        AS performed_at,
    coalesce(clinicians.code, value_named(performer)) AS surgeon
FROM procedures JOIN names AS place ON place.name = procedures.encounter
JOIN stays ON stays.encounter = place.id
LEFT JOIN names AS who ON who.name = performer LEFT JOIN clinicians ON clinicians.id = who.id
