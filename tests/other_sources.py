"""Tiny extracts in other shapes than our template's, made by hand."""

import json
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


def resource(kind: str, id_: str, **said) -> dict:
    """A resource of FHIR R4."""
    return {"resourceType": kind, "id": id_, **said}


def person(kind: str, number: str) -> dict:
    """A conditional reference, as bulk exports write them."""
    return {"reference": f"{kind}?identifier=urn:ours|{number}"}


def encounter(id_: str, subject: dict, doctor: dict | None = None, **said) -> dict:
    """An in-patient encounter of two days."""
    period = {"start": "2026-01-05T09:30:00Z", "end": "2026-01-07T10:00:00+00:00"}
    attending = {"type": [{"coding": [{"code": "ATND"}]}], "period": period, "individual": doctor}
    return resource(
        "Encounter",
        id_,
        **{"status": "finished", "class": {"code": "IMP"}, "period": period},
        subject=subject,
        participant=[attending] if doctor else [],
        **said,
    )


def ours(number: str) -> list[dict]:
    return [{"system": "urn:ours", "value": number}]


FHIR = {
    "Patient": [
        resource("Patient", "p1", identifier=ours("H1"), gender="female", birthDate="1950-06-30"),
        resource("Patient", "p2", identifier=ours("H2"), deceasedDateTime="2026-02-03"),
    ],
    "Practitioner": [
        resource("Practitioner", "d1", identifier=ours("C1")),
        resource("Practitioner", "d2", identifier=ours("C2")),
        resource("Practitioner", "d3", identifier=ours("C2")),
    ],
    "Location": [
        resource("Location", "w", name="Ward 3", physicalType={"coding": [{"code": "wa"}]}),
        resource("Location", "b", name="Bed 9", partOf={"reference": "Location/w"}),
    ],
    "Encounter": [
        encounter(
            "e1",
            {"reference": "Patient/p1"},
            person("Practitioner", "C1"),
            priority={"coding": [{"code": "EM"}]},
            hospitalization={"dischargeDisposition": {"coding": [{"code": "exp"}]}},
            location=[
                {
                    "location": {"reference": "Location/b"},
                    "period": {"start": "2026-01-05T10:00:00Z"},
                }
            ],
        ),
        encounter("e2", person("Patient", "H2"), person("Practitioner", "C2")),
        encounter(
            "e3",
            {"reference": "https://host/fhir/Patient/p1/_history/2"},
            {"identifier": {"system": "urn:ours", "value": "C1"}},
            partOf={"reference": "Encounter/e1"},
        ),
        encounter("e4", {"reference": "Patient/nobody"}),
        {**encounter("e5", {"reference": "Patient/p1"}), "class": {"code": "AMB"}},
        {**encounter("e6", {"reference": "Patient/p1"}), "class": {"code": "EMER"}},
        {**encounter("e7", {"reference": "Patient/p1"}), "status": "entered-in-error"},
    ],
    "Condition": [
        resource(
            "Condition",
            "c1",
            encounter={"reference": "Encounter/e3"},
            code={
                "coding": [
                    {"system": "http://snomed.info/sct", "code": "84114007"},
                    {"system": "http://hl7.org/fhir/sid/icd-10", "code": "I50.0"},
                ]
            },
        )
    ],
}


def fhir(folder: Path, **kinds: list[dict] | str | None) -> Path:
    """A bulk export; resources (or text) given here replace the tiny ones, None leaves them out."""
    folder.mkdir(exist_ok=True)
    for kind, said in {**FHIR, **kinds}.items():
        if said is not None:
            text = said if isinstance(said, str) else "".join(f"{json.dumps(r)}\n" for r in said)
            (folder / f"{kind}.000.ndjson").write_text(text)
    return folder
