-- An in-patient encounter that is part of no other is a spell.
SELECT spell._row, spell.id AS spell_id, patient_id, started AS admitted_at, ended AS discharged_at,
    CASE WHEN extension_code(spell.body, 'AdmissionMethod') IS NOT NULL
            THEN extension_code(spell.body, 'AdmissionMethod')
        WHEN said(spell.body, '$.hospitalization.admitSource.coding[0].code') = 'emd' THEN 'emergency'
        WHEN said(spell.body, '$.hospitalization.admitSource.coding[0].code') = 'hosp-trans' THEN 'transfer'
        WHEN said(spell.body, '$.priority.coding[0].code') IN ('EM', 'UR') THEN 'emergency'
        WHEN said(spell.body, '$.priority.coding[0].code') = 'EL' THEN 'elective'
        ELSE coalesce(first_said(spell.body, '$.type[0]'), class) END AS admission_method,
    'inpatient' AS patient_class,
    coalesce(extension_code(spell.body, 'DischargeMethod'),
        discharged(said(spell.body, '$.hospitalization.dischargeDisposition.coding[0].code')),
        first_said(spell.body, '$.hospitalization.dischargeDisposition')) AS discharge_method,
    CAST(years_between(born, try_cast(left(started, 10) AS DATE)) AS VARCHAR) AS age_years, sex,
    coalesce(first_said(spell.body, '$.serviceType'), specialty) AS specialty,
    coalesce(said(spell.body, '$.serviceProvider.display'), value_named(provider)) AS site,
    coalesce(admitting.code, value_named(admitter)) AS admitting_consultant,
    coalesce(discharging.code, value_named(coalesce(discharger, attender)))
        AS discharging_consultant,
    conditions.code AS primary_diagnosis
FROM inpatients AS spell JOIN stays ON stays.encounter = spell.id AND stays.spell = spell.id
LEFT JOIN names AS whose ON whose.name = subject LEFT JOIN patients ON patients.id = whose.id
LEFT JOIN names AS a ON a.name = admitter LEFT JOIN clinicians AS admitting ON admitting.id = a.id
LEFT JOIN names AS d ON d.name = coalesce(discharger, attender)
LEFT JOIN clinicians AS discharging ON discharging.id = d.id
LEFT JOIN specialties ON specialties.id = d.id
LEFT JOIN names AS main ON main.name = named(list_filter(
        from_json(json_extract(spell.body, '$.diagnosis'), '[{"condition":"JSON","rank":"INTEGER"}]'),
        lambda each: coalesce(each.rank = 1, false))[1].condition, 'Condition')
LEFT JOIN conditions ON conditions.id = main.id AND conditions.wanted
