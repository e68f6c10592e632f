-- What several translations need. Concept numbers are those of OMOP's standard vocabularies.
CREATE MACRO of_inpatients(concept) AS concept IN ('9201', '262', '8717');
CREATE MACRO of_emergencies(concept) AS concept IN ('9203', '8870');
-- A datetime that is midnight throughout its table holds no time of day: then the day stands alone.
CREATE MACRO moment(stamp, day, timed) AS CASE WHEN timed THEN coalesce(stamp, day) ELSE day END;
CREATE MACRO discharged_to(concept, source, name) AS CASE
    WHEN concept IN ('8536', '581476') THEN 'home'
    WHEN concept = '4216643' THEN 'died'
    WHEN concept IN ('8717', '9201', '8920', '8971') THEN 'transferred'
    WHEN concept = '4021968' THEN 'self'
    WHEN concept IS NULL OR concept = '0' THEN source
    ELSE coalesce(name, concept) END;
CREATE MACRO years_between(born, day) AS
    CASE WHEN born <= day THEN date_part('year', age(day, born)) END;
CREATE MACRO as_day(cell) AS try_cast(left(cell, 10) AS DATE);
CREATE MACRO is_icd10(vocabulary) AS coalesce(vocabulary IN ('ICD10', 'ICD10CM', 'ICD10GM', 'ICD10CN'), false);
CREATE VIEW people AS
    SELECT person_id, coalesce(person_source_value, person_id) AS patient_id,
        try_cast(year_of_birth || '-' || lpad(month_of_birth, 2, '0') || '-'
            || lpad(day_of_birth, 2, '0') AS DATE) AS born,
        CASE gender_concept_id WHEN '8507' THEN 'male' WHEN '8532' THEN 'female'
            ELSE gender_source_value END AS sex
    FROM person;
CREATE VIEW clinicians AS
    SELECT provider.provider_id, coalesce(provider_source_value, provider.provider_id) AS code,
        coalesce(specialty_source_value, concept_name) AS specialty
    FROM provider LEFT JOIN concept ON concept_id = specialty_concept_id AND concept_id <> '0';
CREATE VIEW sites AS
    SELECT care_site_id, coalesce(care_site_name, care_site_source_value) AS site FROM care_site;
CREATE VIEW inpatients AS
    SELECT visit_occurrence_id FROM visit_occurrence WHERE of_inpatients(visit_concept_id);
CREATE TABLE has_times AS
    SELECT coalesce(bool_or(substr(visit_start_datetime, 12, 5) NOT IN ('00:00', '')), false)
        AS visits FROM visit_occurrence;
