-- Places with a period that are a ward or inside one.
SELECT spell_id || '-' || row_number() OVER (PARTITION BY spell_id ORDER BY started, ward)
        AS wardstay_id, spell_id, ward, started AS started_at, ended AS ended_at
FROM (
    SELECT spell AS spell_id, ward, stay.period.start AS started, stay.period.end AS ended
    FROM (SELECT spell, unnest(from_json(json_extract(body, '$.location'),
            '[{"location":"JSON","period":{"start":"VARCHAR","end":"VARCHAR"}}]')) AS stay
        FROM inpatients JOIN stays ON encounter = inpatients.id)
    JOIN names ON name = named(stay.location, 'Location')
    JOIN wards ON wards.place = names.id
    WHERE stay.period.start IS NOT NULL
)
ORDER BY spell_id, started
