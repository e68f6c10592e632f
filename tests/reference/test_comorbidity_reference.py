"""Conditions and scores against comorbidity 1.1.0 for R (outputs in ../shared/oracles)."""

import csv
from pathlib import Path

import pytest

from clinmeasures.comorbidity import comorbidity

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "comorbidity"


def rows(name):
    path = ORACLES / name
    if not path.exists():
        pytest.skip(f"needs ../shared/oracles/comorbidity/{name}")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("hierarchy", [False, True])
@pytest.mark.parametrize("index", ["charlson", "elixhauser"])
@pytest.mark.parametrize(
    ("sample", "version"), [("icd10_simA", "icd10"), ("vermont_icd9_A", "icd9")]
)
def test_every_patient_has_the_conditions_and_scores_of_the_r_package(
    sample, version, index, hierarchy
):
    codes = rows(f"{sample}_codes.csv")
    assigned = str(hierarchy).upper()
    expected = rows(f"{sample}_{index}_{version}_quan_assign0{assigned}.csv")
    found = comorbidity(
        None,
        patient=[row["id"] for row in codes],
        code=[row["code"] for row in codes],
        index=index,
        version=version,
        hierarchy=hierarchy,
    )
    ours = {entry["patient"]: entry for entry in found.to_dict()["patients"]}
    assert set(ours) == {row["id"] for row in expected}
    for row in expected:
        entry = ours[row["id"]]
        assert entry["conditions"] == [name for name in found.conditions if row[name] == "1"]
        assert entry["scores"] == {
            scheme: int(row[f"score_{scheme}"]) for scheme in entry["scores"]
        }
