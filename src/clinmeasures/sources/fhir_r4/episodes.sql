-- Who was responsible and when: participants who attend with a period, of a spell or of its parts.
SELECT spell_id, CAST(row_number() OVER (PARTITION BY spell_id ORDER BY started, ended, consultant)
    AS VARCHAR) AS episode, started AS started_at, ended AS ended_at, consultant, specialty
FROM (
    SELECT spell AS spell_id, who.period.start AS started, who.period.end AS ended,
        coalesce(clinicians.code, value_named(named(who.individual, 'Practitioner'))) AS consultant,
        specialties.specialty
    FROM (SELECT spell, unnest(participants(body)) AS who
        FROM inpatients JOIN stays ON encounter = inpatients.id)
    LEFT JOIN names ON name = named(who.individual, 'Practitioner')
    LEFT JOIN clinicians ON clinicians.id = names.id
    LEFT JOIN specialties ON specialties.id = names.id
    WHERE (is_of(who, 'ATND') OR is_of(who, 'PPRF'))
        AND who.period.start IS NOT NULL AND who.period.end IS NOT NULL
)
ORDER BY spell_id, started
