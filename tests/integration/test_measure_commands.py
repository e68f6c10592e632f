"""`clinmeasures measure` and `records`: files in, files out, and refusals that write nothing."""

from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest

from clinmeasures.cli.main import main

SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,admission_method,patient_class,discharge_method,discharging_consultant
S1,P1,2026-03-01T10:00,2026-03-05T10:00,elective,inpatient,home,A
S2,P1,2026-03-20T09:00,2026-04-22T09:00,emergency,inpatient,home,B
S3,P2,2026-03-28T12:00,2026-03-30T12:00,emergency,inpatient,home,A
"""
STAY = """\
code = "stay"
version = 1
title = "Stay"
record = "spells"
kind = "mean"
direction = "lower"
value = "stay_days"
attribution = ["discharging", "shares"]
"""

SUMMARY = """
code = "summary"
version = 1
title = "Summary sent"
record = "spells"
kind = "proportion"
direction = "higher"
numerator = [{ field = "hours_to_summary", at_most = 24 }]
looks_ahead_days = 1
attribution = ["discharging"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "activity").mkdir()
    (tmp_path / "activity" / "spells.csv").write_text(SPELLS)
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "stay.toml").write_text(STAY)
    return tmp_path


def measure(place: Path, *more: str, out: str = "tallies.parquet") -> int:
    base = ["--definitions", str(place / "measures"), "--activity", str(place / "activity")]
    return main(["measure", *base, "--out", str(place / out), *more])


def records(place: Path, *more: str, out: str = "records.csv") -> int:
    base = ["--definition", str(place / "measures" / "stay.toml")]
    where = ["--activity", str(place / "activity"), "--out", str(place / out)]
    return main(["records", *base, *where, *more])


def test_tallies_have_the_published_columns_in_order(place):
    assert measure(place) == 0
    table = pyarrow.parquet.read_table(place / "tallies.parquet")
    assert " ".join(table.column_names) == (
        "measure version rule unit month n numerator denominator weight weight_squared value_sum "
        "value_sum_squared observed risk_sum risk_variance histogram complete"
    )
    found = [(row["unit"], row["month"], row["n"], row["value_sum"]) for row in table.to_pylist()]
    assert found == [("A", "2026-03", 2, 6), ("B", "2026-04", 1, 33)]


def test_tallies_are_csv_where_the_name_says_so_and_whole_where_by_is_none(place):
    assert measure(place, "--by", "none", "--rule", "shares", out="all.csv") == 0
    (row,) = pyarrow.csv.read_csv(place / "all.csv").to_pylist()
    assert (row["rule"], row["n"], row["value_sum"]) == ("shares", 3, 39)


def test_what_a_measure_rests_on_and_is_not_there_is_named(place, capsys):
    (place / "measures" / "summary.toml").write_text(SUMMARY)
    assert measure(place, out="told.csv") == 0
    said = capsys.readouterr().err
    assert "summary rests on documents, of which" in said
    assert "stay rests on" not in said
    assert "summary" in (place / "told.csv").read_text()


def test_the_records_of_one_unit_and_month_are_written(place):
    assert records(place, "--unit", "A", "--month", "2026-03") == 0
    rows = pyarrow.csv.read_csv(place / "records.csv").to_pylist()
    assert [(row["_key"], row["value"], row["weight_millionths"]) for row in rows] == [
        ("S1", 4, 1_000_000),
        ("S3", 2, 1_000_000),
    ]


def test_corrections_and_codes_can_be_given_as_files(place):
    (place / "c.csv").write_text(
        "dataset,key,field,old,new\nspells,S3,discharging_consultant,A,B\n"
        "spells,S1,discharging_consultant,X,B\n"
    )
    (place / "k.csv").write_text("code,valid_from,valid_to,unit\nB,2026-04-01,,bo\nA,,,ann\n")
    files = ["--corrections", str(place / "c.csv"), "--codes", str(place / "k.csv")]
    assert measure(place, *files) == 0
    rows = pyarrow.parquet.read_table(place / "tallies.parquet").to_pylist()
    # S3 becomes B's, whose code holds only from April: unattributed. S1's correction no longer
    # meets its old value.
    assert [(row["unit"], row["month"], row["n"]) for row in rows] == [
        ("ann", "2026-03", 1),
        ("bo", "2026-04", 1),
        ("unattributed", "2026-03", 1),
    ]


def test_a_code_that_ends_before_it_begins_is_refused(place, capsys):
    (place / "k.csv").write_text("code,valid_from,valid_to,unit\nB,2026-04-01,2026-03-01,bo\n")
    assert measure(place, "--codes", str(place / "k.csv")) == 2
    said = capsys.readouterr().err
    assert "the code 'B' ends on 2026-03-01, before it begins on 2026-04-01" in said


def test_a_row_of_another_length_is_refused_and_loses_no_other(place, capsys):
    file = place / "activity" / "spells.csv"
    columns = len(file.read_text().splitlines()[0].split(","))
    file.write_text(file.read_text().rstrip("\n") + "\nS99,P99\n")
    assert measure(place) == 2
    said = capsys.readouterr().err
    assert f"Expected Number of Columns: {columns} Found: 2" in said
    assert "P99" not in said


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty; it needs a heading line"), ("spell_id,spell_id\nS1,S1\n", "twice")],
)
def test_a_file_without_a_heading_of_its_own_is_refused(place, capsys, text, words):
    (place / "activity" / "spells.csv").write_text(text)
    assert measure(place) == 2
    assert words in capsys.readouterr().err


def test_a_stay_that_is_there_twice_is_refused_in_a_store_made_by_hand(place, capsys):
    file = place / "activity" / "spells.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, lines[1]]) + "\n")
    assert measure(place) == 2
    key = lines[1].split(",")[0]
    assert f"'spells' has 2 rows whose spell_id is '{key}'" in capsys.readouterr().err


def test_a_correction_that_no_column_can_hold_is_refused(place, capsys):
    (place / "c.csv").write_text("dataset,key,field,old,new\nspells,S1,age_years,70," + "9" * 20)
    assert measure(place, "--corrections", str(place / "c.csv")) == 2
    assert f"'{'9' * 20}' is no whole number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--rule", "operating"], "does not allow the rule 'operating'"),
        (["--rule", "fair"], "no attribution rule 'fair'"),
        (["--by", "ward"], "'ward' is neither"),
        (["--month", "March"], "'March' is not a month"),
        (["--complete-to", "soon"], "'soon' is not a day"),
    ],
)
def test_what_cannot_be_computed_is_refused_and_nothing_is_written(place, capsys, more, words):
    assert measure(place, *more) == 2
    assert words in capsys.readouterr().err
    assert sorted(each.name for each in place.iterdir()) == ["activity", "measures"]


def test_spark_is_refused_plainly_where_pyspark_is_not_installed(place, capsys, monkeypatch):
    monkeypatch.setattr("clinmeasures.engine.opening.find_spec", lambda _name: None)
    assert measure(place, "--engine", "spark") == 2
    assert "needs PySpark, which is not installed here; use duckdb" in capsys.readouterr().err


def test_spark_is_refused_plainly_where_java_is_not_installed(place, capsys, monkeypatch):
    monkeypatch.setattr("clinmeasures.engine.opening.find_spec", lambda _name: "there")
    monkeypatch.setattr("clinmeasures.engine.on_spark.shutil.which", lambda _name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert measure(place, "--engine", "spark") == 2
    assert "needs Java 17 or newer, which is not here; use duckdb" in capsys.readouterr().err


def test_a_wrong_definition_is_refused_with_its_file_and_line(place, capsys):
    (place / "measures" / "stay.toml").write_text(STAY.replace("stay_days", "stay_dayz"))
    assert measure(place) == 2
    assert "stay.toml, line 7: 'spells' has no field 'stay_dayz'" in capsys.readouterr().err


def test_a_cell_that_is_no_time_is_refused_without_a_traceback(place, capsys):
    spells = place / "activity" / "spells.csv"
    spells.write_text(SPELLS.replace("2026-03-30T12:00", "yesterday"))
    assert measure(place) == 2
    assert "yesterday" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(place, capsys):
    (place / "activity").rename(place / "elsewhere")
    assert measure(place) == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_folder_without_the_record_type_is_named(place, capsys):
    (place / "activity" / "spells.csv").rename(place / "activity" / "spels.csv")
    assert measure(place) == 2
    assert "holds no 'spells'" in capsys.readouterr().err


def test_an_earlier_file_survives_when_the_new_one_cannot_be_made(place, capsys):
    (place / "tallies.parquet").write_text("earlier")
    assert measure(place, "--rule", "operating") == 2
    assert (place / "tallies.parquet").read_text() == "earlier"
    assert measure(place, out="no/such/folder.csv") == 2
    assert "cannot be written" in capsys.readouterr().err
