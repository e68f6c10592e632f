"""Tiny extracts in other shapes than our template's, made by hand."""

from pathlib import Path

OMOP = {
    "CDM_SOURCE": "cdm_source_name,cdm_version\nTiny,v5.4.1\n",
    "PERSON": (
        "person_id,person_source_value,gender_concept_id,year_of_birth,month_of_birth,"
        "day_of_birth\n1,H1,8507,1950,6,30\n2,H2,8532,1990,,\n"
    ),
    "PROVIDER": "provider_id,provider_source_value,specialty_source_value\n7,C7,Cardiology\n",
    "CARE_SITE": "care_site_id,care_site_name\n3,Ward 3\n",
    "VISIT_OCCURRENCE": (
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_start_datetime,"
        "visit_end_date,visit_end_datetime,provider_id,care_site_id,admitted_from_concept_id,"
        "discharged_to_concept_id,discharged_to_source_value\n"
        "10,1,9201,2026-01-05,2026-01-05 09:30:00,2026-01-07,2026-01-07 10:00:00,7,3,,8536,\n"
        "11,2,262,2026-02-01,2026-02-01 23:10:00,2026-02-03,2026-02-03 08:00:00,8,,,4216643,\n"
        "12,2,9203,2026-02-09,2026-02-09 14:00:00,2026-02-09,2026-02-09 16:30:00,7,,,9201,\n"
        "13,1,9202,2026-02-10,,2026-02-10,,7,,,,\n"
        "14,9,9201,2026-03-01,2026-03-01 09:00:00,2026-03-02,,7,,9203,0,hotel\n"
    ),
    "VISIT_DETAIL": (
        "visit_detail_id,visit_occurrence_id,visit_detail_start_date,"
        "visit_detail_start_datetime,visit_detail_end_date,provider_id,care_site_id\n"
        "100,10,2026-01-06,2026-01-06 08:00:00,2026-01-07,7,3\n"
        "101,10,2026-01-05,2026-01-05 09:30:00,2026-01-06,7.0,\n"
    ),
    "CONCEPT": (
        "concept_id,concept_name,vocabulary_id,concept_code\n"
        "9201,Inpatient Visit,Visit,IP\n9202,Outpatient Visit,Visit,OP\n"
        "55,Heart failure,ICD10,I50.0\n56,Sepsis,SNOMED,91302008\n"
    ),
    "CONDITION_OCCURRENCE": (
        "condition_occurrence_id,visit_occurrence_id,condition_source_value,"
        "condition_source_concept_id,condition_status_concept_id\n"
        "2,10,91302008,56,\n9,10,hf,55,32902\n"
    ),
    "DEATH": "person_id,death_date\n2,2026-02-03\n",
}


def omop(folder: Path, **tables: str | None) -> Path:
    """An OMOP CDM 5.4 folder; a table given here replaces the tiny one, None leaves it out."""
    folder.mkdir(exist_ok=True)
    for name, text in {**OMOP, **tables}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text)
    return folder


def silent(_share: float, _words: str) -> None:
    """Progress that nobody watches."""
