"""The grade of a measure's month: by the checks of what it reads, and never for nothing asked."""

import dataclasses

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinmeasures.activity import RECORD_TYPES
from clinmeasures.activity.monthly import Answer, answers_by_month, checks_of, month_grade
from clinmeasures.definitions import library
from clinmeasures.definitions.behind import BEHIND, BEHIND_RULES, as_column, columns_behind
from clinmeasures.definitions.fields import DERIVED, JOINING, fields_of

HOLDS = Answer(
    dataset="spells",
    says="A patient who was discharged has a consultant at discharge.",
    severity="serious",
    owner="Patient administration system",
    applicable=1000,
    failed=0,
)


def failing(failed: int, **changed) -> Answer:
    return dataclasses.replace(HOLDS, failed=failed, **changed)


@pytest.mark.parametrize(
    ("failed", "severity", "grade"),
    [
        (0, "serious", "A"),
        (10, "serious", "A"),
        (11, "serious", "B"),
        (31, "serious", "C"),
        (101, "serious", "D"),
        (500, "minor", "C"),
    ],
)
def test_a_check_grades_by_the_share_of_rows_that_hold(failed, severity, grade):
    assert failing(failed, severity=severity).grade == grade


def test_one_row_alone_is_never_a_d():
    assert failing(1, applicable=2).grade == "C"
    assert failing(2, applicable=4).grade == "D"


def test_a_month_is_as_good_as_its_worst_check_and_says_which():
    found = month_grade([HOLDS, failing(120), failing(20, says="Another rule.")])
    assert found.grade == "D"
    assert found.because.startswith(
        "120 of 1,000 rows fail “A patient who was discharged has a consultant at discharge”"
    )
    assert "(Patient administration system)" in found.because


def test_what_could_not_be_asked_is_no_pass():
    unasked = dataclasses.replace(HOLDS, because="surgeon: the source has no column for it")
    nothing = dataclasses.replace(HOLDS, applicable=0)
    assert month_grade([unasked, nothing]).grade is None
    assert month_grade([nothing]).words == "not graded"
    beside = month_grade([HOLDS, unasked])
    assert (beside.grade, "Cannot be checked" in beside.because) == ("B", True)
    assert month_grade([HOLDS, nothing]).grade == "A"


def test_checks_are_asked_of_each_months_rows_in_files(tmp_path):
    for month, codes in (("2026-01", ["I21", "x", None]), ("none", ["I21"])):
        folder = tmp_path / f"month={month}"
        folder.mkdir()
        pq.write_table(spells(codes), folder / "part-0.parquet")
    found = answers_by_month("spells", sorted(tmp_path.rglob("*.parquet")))
    assert found["2026-01"].rows == 3
    assert found["2026-01"].checks["diagnosis-in-icd10"] == (2, 1)
    assert found["2026-01"].checks["ready-within-the-stay"] == (0, 0)
    assert found["none"].to_dict()["checks"]["diagnosis-in-icd10"] == [1, 0]


def spells(codes: list[str | None]) -> pa.Table:
    record = RECORD_TYPES["spells"]
    blank = pa.nulls(len(codes), pa.string())
    columns = {column.name: blank for column in record.columns}
    moments = pa.nulls(len(codes), pa.timestamp("us"))
    columns |= {c.name: moments for c in record.columns if c.kind == "instant"}
    columns |= {f"{c.name}_utc": moments for c in record.columns if c.kind == "instant"}
    return pa.table(columns | {"primary_diagnosis": pa.array(codes, pa.string())})


def test_only_checks_of_what_a_measure_reads_count_for_it():
    stay, readmitted = (library()[code] for code in ("length-of-stay", "emergency-readmission-30d"))
    asked = {definition.code: codes_asked(definition) for definition in (stay, readmitted)}
    assert "diagnosis-in-icd10" not in asked["length-of-stay"]
    assert "diagnosis-in-icd10" in asked["emergency-readmission-30d"]
    assert "consultant-at-discharge" in asked["length-of-stay"]


def codes_asked(definition) -> set[str]:
    columns = columns_behind(definition, "discharging")
    names = {name for dataset, name in columns if dataset == "spells"}
    return {rule.code for rule in checks_of("spells", names)}


@pytest.mark.parametrize("record", DERIVED)
def test_every_derived_field_says_which_columns_stand_behind_it(record):
    assert set(BEHIND[record]) == {each.name for each in DERIVED[record]}
    known = fields_of(record)
    for name, columns in BEHIND[record].items():
        read = {dataset for dataset, _ in map_of(columns, record)} - {record}
        assert read >= set(known[name].reads)
        if record not in JOINING:
            assert read == set(known[name].reads)


def test_every_column_named_behind_a_field_or_rule_exists():
    named = [map_of(c, record) for record, fields in BEHIND.items() for c in fields.values()]
    of_rules = {rule: "theatre" if rule == "session_owner" else "spells" for rule in BEHIND_RULES}
    named += [map_of(BEHIND_RULES[rule], record) for rule, record in of_rules.items()]
    for dataset, column in {pair for pairs in named for pair in pairs}:
        assert RECORD_TYPES[dataset].column(column) is not None, (dataset, column)


def map_of(columns, record):
    return {as_column(name, record) for name in columns}
