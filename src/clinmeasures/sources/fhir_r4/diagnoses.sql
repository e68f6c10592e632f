-- Conditions recorded at a spell, in the order of the file.
SELECT _row, spell AS spell_id,
    CAST(row_number() OVER (PARTITION BY spell ORDER BY _row) AS VARCHAR) AS position,
    code, said(body, '$.recordedDate') AS coded_at
FROM conditions JOIN names ON name = conditions.encounter JOIN stays ON stays.encounter = names.id
