"""Charlson's and Elixhauser's conditions: what counts, what yields, and what is refused."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmeasures.cli.main import main
from clinmeasures.comorbidity import comorbidity
from clinmeasures.comorbidity.maps import condition_map, expanded
from clinmeasures.errors import BadInput

CODES = ["I21", "I252", "I509", "E112", "E119", "K703", "K721", "C509", "C780", "B20", "J10", "Z00"]
MAPS = [("icd9", "quan"), *(("icd10", name) for name in ("quan", "se", "am", "am_ucodes"))]


def charlson(codes, **options):
    options = {"version": "icd10"} | options
    found = comorbidity(None, patient=["one"] * len(codes), code=codes, index="charlson", **options)
    return found.to_dict()["patients"][0]


def test_a_hand_worked_patient():
    # Infarction 1, heart failure 1, diabetes with complication 2, cancer 2: 6 by Charlson's
    # weights; 0 + 2 + 1 + 2 = 5 by Quan's; the cold (J10) counts for nothing.
    found = charlson(["I21.9", "I50", "E11.2", "C50.9", "J10"])
    assert found["conditions"] == ["mi", "chf", "diabwc", "canc"]
    assert found["scores"] == {"charlson": 6, "quan": 5, "unweighted": 4}


def test_the_hierarchy_drops_the_milder_form():
    # Both liver diseases, both diabetes, both cancers: 1 + 3 + 1 + 2 + 2 + 6; then 3 + 2 + 6.
    codes = ["K703", "K721", "E119", "E112", "C509", "C780"]
    assert charlson(codes)["scores"]["charlson"] == 15
    found = charlson(codes, hierarchy=True)
    assert found["conditions"] == ["diabwc", "msld", "metacanc"]
    assert found["scores"]["charlson"] == 11


def test_the_hierarchy_leaves_a_milder_form_that_stands_alone():
    assert charlson(["K703", "E119"], hierarchy=True)["conditions"] == ["mld", "diab"]


@pytest.mark.parametrize("code", ["i25.2", " I252 ", "I252X", "I25.2"])
def test_points_blanks_and_case_do_not_matter(code):
    assert charlson([code])["conditions"] == ["mi"]


def test_a_code_counts_by_its_own_prefix_only():
    assert charlson(["I25"])["conditions"] == []
    assert charlson(["XI252", "I21"])["conditions"] == ["mi"]


def test_one_code_may_stand_for_two_conditions():
    # C80 is both cancers in Sundararajan's table.
    assert charlson(["C80"], map="am")["conditions"] == ["canc", "metacanc"]


def test_supplementary_codes_count_only_where_asked_for():
    assert charlson(["U822", "I21"], map="am")["conditions"] == ["mi"]
    assert charlson(["U822", "I21"], map="am_ucodes")["conditions"] == ["mi", "chf"]


def test_a_patient_without_any_code_has_no_condition():
    found = comorbidity(
        {"who": ["a", "b", "b"], "dx": ["", "I21", None]},
        patient="who",
        code="dx",
        index="charlson",
        version="icd10",
    )
    assert [entry["conditions"] for entry in found.to_dict()["patients"]] == [[], ["mi"]]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(CODES)), min_size=1))
def test_the_order_and_repetition_of_diagnoses_do_not_matter(rows):
    def found(rows):
        people, codes = zip(*rows, strict=True)
        result = comorbidity(None, patient=people, code=codes, index="charlson", version="icd10")
        return {entry["patient"]: entry for entry in result.to_dict()["patients"]}

    assert found(rows) == found(rows[::-1]) == found(rows + rows)


@given(st.lists(st.sampled_from(CODES), min_size=1), st.sampled_from(CODES))
def test_another_diagnosis_never_removes_a_condition(codes, another):
    assert set(charlson(codes)["conditions"]) <= set(charlson([*codes, another])["conditions"])


@pytest.mark.parametrize(("version", "name"), MAPS)
def test_every_prefix_of_every_map_is_recognised_as_its_condition(version, name):
    known = condition_map("charlson", version, name)
    prefixes = list(known.prefixes)
    found = known.bits(prefixes)
    assert all(found[i] & bit == bit for i, bit in enumerate(known.prefixes.values()))
    assert set(np.bitwise_or.reduce(found) >> np.arange(17) & 1) == {1}


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, lambda columns: columns])
def test_any_frame_gives_the_same(frame):
    data = frame({"id": [7, 7, 8], "dx": ["I21", "E112", "C80"]})
    found = comorbidity(data, patient="id", code="dx", index="elixhauser", version="icd10")
    patients = found.to_dict()["patients"]
    assert [entry["patient"] for entry in patients] == ["7", "8"]
    assert patients[0]["conditions"] == ["diabc"]
    assert patients[1]["scores"] == {"vw": 12, "swiss": 17, "unweighted": 1}


def test_to_frame_has_a_column_for_every_condition_and_score():
    data = pl.DataFrame({"id": ["a"], "dx": ["I21"]})
    frame = comorbidity(data, patient="id", code="dx", index="charlson", version="icd10").to_frame()
    assert frame["mi"].to_list() == [True]
    assert frame["score_charlson"].to_list() == [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": [410.0]}, "is a number"),
        ({"code": ["410"], "version": "icd10"}, "no code has the form of ICD-10"),
        ({"code": ["I21"], "index": "gagne"}, "charlson or elixhauser"),
        ({"code": ["I21"], "map": "se", "index": "elixhauser"}, "no map 'se'; use quan"),
        ({"code": ["410"], "map": "am", "version": "icd9"}, "no map 'am'; use quan"),
        ({"code": ["I21"], "version": "icd11"}, "icd9 or icd10"),
        ({"code": ["I21"], "patient": [""]}, "is blank"),
        ({"code": ["I21", "I22"]}, "1 patients and 2 codes"),
        ({"code": [], "patient": []}, "no rows"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(change, words):
    options = {"patient": ["a"], "index": "charlson", "version": "icd10"} | change
    with pytest.raises(BadInput, match=words):
        comorbidity(None, **options)


def test_ranges_in_the_tables_are_every_prefix_between():
    assert list(expanded("K25-K27 0930 V434 042-043")) == [
        *("K25", "K26", "K27"),
        *("0930", "V434", "042", "043"),
    ]


def test_the_command_prints_the_document_and_warns_of_odd_codes(tmp_path, capsys):
    path = tmp_path / "dx.csv"
    path.write_text("id,dx\na,I21\na,5849\nb,\n")
    options = ["--patient", "id", "--code", "dx", "--index", "charlson", "--version", "icd10"]
    assert main(["comorbidity", str(path), *options, "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["patients"] == [
        {
            "patient": "a",
            "conditions": ["mi"],
            "scores": {"charlson": 1, "quan": 0, "unweighted": 1},
        },
        {"patient": "b", "conditions": [], "scores": {"charlson": 0, "quan": 0, "unweighted": 0}},
    ]
    assert "1 of 2 codes do not have the form of ICD-10" in shown.err
    assert main(["comorbidity", str(path), *options]) == 0
    assert "mi" in capsys.readouterr().out


def test_the_command_names_the_file_in_an_error(tmp_path, capsys):
    path = tmp_path / "dx.csv"
    path.write_text("id,dx\na,I21\n")
    options = ["--patient", "who", "--code", "dx", "--index", "charlson", "--version", "icd10"]
    assert main(["comorbidity", str(path), *options]) == 2
    assert "dx.csv: there is no column 'who'" in capsys.readouterr().err
