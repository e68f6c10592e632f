-- What the resources say, as plain tables. Views Patient, Encounter, … hold a line's _row and body.
CREATE MACRO said(body, path) AS nullif(trim(json_extract_string(body, path)), '');
CREATE MACRO first_said(body, path) AS
    coalesce(said(body, path || '.text'), said(body, path || '.coding[0].display'),
        said(body, path || '.coding[0].code'));
-- What a reference names: Kind/id, Kind?system|value where it is conditional or logical, urn:id.
CREATE MACRO named(reference, kind) AS CASE
    WHEN said(reference, '$.reference') LIKE '%?identifier=%'
        THEN kind || '?' || url_decode(split_part(said(reference, '$.reference'), '?identifier=', 2))
    WHEN said(reference, '$.reference') LIKE 'urn:uuid:%'
        THEN kind || '/' || substr(said(reference, '$.reference'), 10)
    WHEN said(reference, '$.reference') IS NOT NULL
        THEN nullif(regexp_extract(said(reference, '$.reference'),
            '([A-Za-z]+/[A-Za-z0-9.-]+)(/_history/.+)?$', 1), '')
    WHEN said(reference, '$.identifier.value') IS NOT NULL
        THEN kind || '?' || coalesce(said(reference, '$.identifier.system'), '') || '|'
            || said(reference, '$.identifier.value') END;
CREATE MACRO value_named(name) AS
    CASE WHEN name LIKE '%?%' THEN split_part(split_part(name, '?', 2), '|', -1) END;
CREATE MACRO identifiers(body) AS from_json(json_extract(body, '$.identifier'),
    '[{"system":"VARCHAR","value":"VARCHAR","use":"VARCHAR","type":{"coding":[{"code":"VARCHAR"}]}}]');
CREATE MACRO preferred(found, systems) AS coalesce(
    list_filter(found, lambda each: list_contains(systems, each.system))[1].value,
    list_filter(found, lambda each: each.use = 'official')[1].value,
    found[1].value);
CREATE MACRO participants(body) AS from_json(json_extract(body, '$.participant'),
    '[{"type":[{"coding":[{"code":"VARCHAR"}]}],"period":{"start":"VARCHAR","end":"VARCHAR"},"individual":"JSON"}]');
CREATE MACRO is_of(participant, role) AS
    list_contains(flatten(list_transform(participant.type, lambda t:
        list_transform(t.coding, lambda c: c.code))), role);
CREATE MACRO taking_part(found, role) AS
    list_filter(found, lambda each: coalesce(is_of(each, role), false))[1].individual;
CREATE MACRO coded(body, wanted) AS coalesce(
    list_filter(from_json(json_extract(body, '$.code.coding'), '[{"system":"VARCHAR","code":"VARCHAR"}]'),
        lambda each: contains(lower(each.system), wanted))[1].code,
    said(body, '$.code.coding[0].code'), said(body, '$.code.text'));
CREATE MACRO extension_code(body, url) AS list_filter(
    from_json(json_extract(body, '$.extension'),
        '[{"url":"VARCHAR","valueCodeableConcept":{"coding":[{"code":"VARCHAR"}]}}]'),
    lambda each: ends_with(each.url, url))[1].valueCodeableConcept.coding[1].code;
CREATE MACRO discharged(code) AS CASE
    WHEN code IN ('home', 'alt-home', '01', '1', '06') THEN 'home'
    WHEN code IN ('exp', '20') THEN 'died'
    WHEN code IN ('other-hcf', 'psy', 'rehab', '02', '05', '62', '65') THEN 'transferred'
    WHEN code IN ('aadvice', '07') THEN 'self'
    WHEN code IN ('long', 'snf', 'hosp', 'oth') THEN 'other' END;
CREATE MACRO years_between(born, day) AS
    CASE WHEN born <= day THEN date_part('year', age(day, born)) END;

CREATE TABLE patients AS SELECT _row, said(body, '$.id') AS id,
    coalesce(list_filter(identifiers(body),
            lambda each: coalesce(each.type.coding[1].code = 'MR', false))[1].value,
        preferred(identifiers(body), ['https://fhir.nhs.uk/Id/nhs-number']), said(body, '$.id'))
        AS patient_id,
    nullif(said(body, '$.gender'), 'unknown') AS sex,
    try_cast(said(body, '$.birthDate') AS DATE) AS born,
    said(body, '$.deceasedDateTime') AS died,
    said(body, '$.deceasedBoolean') = 'true' AS died_undated
FROM "Patient";
CREATE TABLE clinicians AS SELECT said(body, '$.id') AS id,
    coalesce(preferred(identifiers(body), ['https://fhir.hl7.org.uk/Id/gmc-number',
        'https://fhir.hl7.org.uk/Id/gmp-number', 'http://hl7.org/fhir/sid/us-npi']),
        said(body, '$.id')) AS code
FROM "Practitioner";

-- Every name by which one resource is known; a name that two resources share resolves to neither.
CREATE TABLE names AS SELECT name, any_value(id) AS id FROM (
    SELECT kind || '/' || said(body, '$.id') AS name, said(body, '$.id') AS id FROM everybody
    UNION ALL
    SELECT kind || '?' || coalesce(each.system, '') || '|' || each.value, said(body, '$.id')
    FROM (SELECT kind, body, unnest(identifiers(body)) AS each FROM everybody)
    UNION ALL
    SELECT kind || '?' || each.value, said(body, '$.id')
    FROM (SELECT kind, body, unnest(identifiers(body)) AS each FROM everybody)
) WHERE name IS NOT NULL GROUP BY name HAVING count(DISTINCT id) = 1;

CREATE TABLE specialties AS SELECT names.id, arg_min(specialty, _row) AS specialty FROM (
    SELECT _row, named(json_extract(body, '$.practitioner'), 'Practitioner') AS name,
        first_said(body, '$.specialty[0]') AS specialty FROM "PractitionerRole"
) JOIN names USING (name) WHERE specialty IS NOT NULL GROUP BY names.id;
CREATE TABLE places AS SELECT said(body, '$.id') AS id, said(body, '$.name') AS name,
    said(body, '$.physicalType.coding[0].code') AS physical FROM "Location";

CREATE TABLE encounters AS SELECT _row, said(body, '$.id') AS id, body,
    said(body, '$.class.code') AS class, said(body, '$.status') AS status,
    said(body, '$.period.start') AS started, said(body, '$.period.end') AS ended,
    named(json_extract(body, '$.subject'), 'Patient') AS subject,
    named(json_extract(body, '$.partOf'), 'Encounter') AS part_of,
    named(coalesce(taking_part(participants(body), 'ATND'), taking_part(participants(body), 'PPRF')),
        'Practitioner') AS attender,
    named(taking_part(participants(body), 'ADM'), 'Practitioner') AS admitter,
    named(taking_part(participants(body), 'DIS'), 'Practitioner') AS discharger,
    named(json_extract(body, '$.serviceProvider'), 'Organization') AS provider
FROM "Encounter"
WHERE coalesce(said(body, '$.status'), '') NOT IN ('cancelled', 'entered-in-error', 'planned');
CREATE TABLE conditions AS SELECT _row, body, said(body, '$.id') AS id,
    named(json_extract(body, '$.encounter'), 'Encounter') AS encounter,
    coded(body, 'icd-10') AS code, said(body, '$.code.coding[0].system') AS system,
    coalesce(list_contains(list_transform(from_json(json_extract(body, '$.code.coding'),
        '[{"system":"VARCHAR"}]'), lambda each: contains(lower(each.system), 'icd-10')), true), false)
        AS wanted
FROM "Condition"
WHERE coalesce(said(body, '$.verificationStatus.coding[0].code'), '')
    NOT IN ('entered-in-error', 'refuted');
CREATE TABLE procedures AS SELECT _row, body, said(body, '$.id') AS id,
    named(json_extract(body, '$.encounter'), 'Encounter') AS encounter,
    coded(body, 'opcs') AS code, said(body, '$.code.coding[0].system') AS system,
    coalesce(list_contains(list_transform(from_json(json_extract(body, '$.code.coding'),
        '[{"system":"VARCHAR"}]'), lambda each: contains(lower(each.system), 'opcs')), true), false)
        AS wanted,
    named(json_extract(body, '$.performer[0].actor'), 'Practitioner') AS performer
FROM "Procedure" WHERE coalesce(said(body, '$.status'), '') NOT IN ('entered-in-error', 'not-done',
    'preparation');

CREATE VIEW inpatients AS SELECT * FROM encounters WHERE class IN ('IMP', 'ACUTE', 'NONAC');
