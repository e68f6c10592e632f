"""Reading, checking and storing extracts, mistake by mistake."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.activity import (
    NoRoom,
    UnreadableFile,
    parse_mapping,
    prepare_load,
    sweep,
)
from clinmeasures.activity.patients import patient_key
from clinmeasures.activity.quality import DAYS, SHARES, Grade, Part, quality
from clinmeasures.errors import BadInput

TODAY = date(2026, 11, 22)
SECRET = b"a secret of at least sixteen bytes"
HEADER = (
    "spell_id,patient_id,admitted_at,discharged_at,admission_method,age_years,"
    "discharging_consultant"
)
GOOD = "S1,P1,2026-01-05T09:30,2026-01-07 10:00,elective,71,C1"


@pytest.fixture
def write(tmp_path):
    """A file of these lines, in this encoding."""

    def written(*lines: str, encoding: str = "utf-8", name: str = "extract.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    return written


def prepared(path, mapping: str = "", dataset: str = "spells", **options):
    read = parse_mapping(mapping, dataset) if mapping else None
    return prepare_load([path], dataset, read, today=TODAY, **options)


def why(load) -> list[tuple[int, str, str]]:
    """Row, kind and sentence of every reason."""
    return [
        (row["row"], each["kind"], each["because"])
        for row in load.quarantined()
        for each in row["reasons"]
    ]


# files that cannot be used at all


def refusal(path, mapping: str = "", dataset: str = "spells", **options) -> str:
    with pytest.raises(BadInput) as refused:
        prepared(path, mapping, dataset, **options)
    return str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "there is no such file" in refusal(tmp_path / "absent.csv")


def test_a_directory_is_refused(tmp_path):
    assert "cannot be read" in refusal(tmp_path)


def test_an_empty_file_and_a_lone_header_are_refused(write):
    assert "is empty" in refusal(write(""))
    assert "a header and no rows" in refusal(write(HEADER))


def test_a_missing_column_is_named_with_the_columns_there_are(write):
    said = refusal(write("spell_id,patient_id", "S1,P1"))
    assert "no column 'admitted_at' for admitted_at" in said
    assert "spell_id, patient_id" in said


def test_a_column_that_the_mapping_names_must_be_there(write):
    said = refusal(write(HEADER, GOOD), '[columns]\nsex = "GENDER"')
    assert "no column 'GENDER' for sex" in said


def test_an_unknown_separator_is_refused_with_the_known_ones(write):
    said = refusal(write(HEADER.replace(",", "^"), GOOD.replace(",", "^")))
    assert "comma, semicolon, tab, bar" in said


def test_a_separator_that_cuts_every_row_wrongly_is_refused(write):
    said = refusal(write(HEADER, *[GOOD + ",,"] * 3))
    assert "row 1 has 9" in said


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_usual_separator_is_found(write, mark):
    with prepared(write(HEADER.replace(",", mark), GOOD.replace(",", mark))) as load:
        assert load.report.accepted == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_usual_encodings_are_found_and_accents_survive(write, encoding):
    row = GOOD.replace("C1", "Dr Ó Sé – ß")
    with prepared(write(HEADER, row, encoding=encoding)) as load:
        assert load.rows()["discharging_consultant"].to_pylist() == ["Dr Ó Sé – ß"]


def test_a_file_that_is_not_in_the_stated_encoding_is_refused_with_the_line(write):
    row = GOOD.replace("C1", "Dr Sé")
    said = refusal(write(HEADER, GOOD, row, encoding="cp1252"), 'encoding = "utf-8"')
    assert "line 3" in said
    assert "windows-1252" in said
    said = refusal(write(HEADER, row), 'encoding = "windows-1252"')
    assert 'write encoding = "utf-8"' in said


def test_a_nul_byte_is_refused_with_its_line(write):
    assert "line 2: holds a NUL byte" in refusal(write(HEADER, GOOD + "\0"))


def test_a_damaged_excel_workbook_is_refused_in_words(tmp_path):
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 and more")
    assert "a damaged Excel workbook" in refusal(tmp_path / "book.xlsx")


def test_a_quotation_mark_left_open_is_told(write):
    for cell in ("P1", "C1"):
        said = refusal(write(HEADER, GOOD, GOOD.replace(cell, f'"{cell}'), GOOD, GOOD))
        assert "row 2: a quotation mark is opened and not closed" in said


def test_a_line_break_inside_quotation_marks_is_kept(write):
    with prepared(write(HEADER, GOOD.replace("C1", '"C\n1"'))) as load:
        assert load.rows()["discharging_consultant"].to_pylist() == ["C\n1"]


def test_a_header_with_one_name_twice_is_refused(write):
    assert "'sex' twice" in refusal(write(HEADER + ",sex,sex", GOOD + ",1,2"))


# rows that are set aside


@pytest.mark.parametrize(
    ("column", "value", "kind", "said"),
    [
        ("spell_id", "", "missing", "spell_id is missing"),
        ("admitted_at", "05/01/2026", "bad date", "'05/01/2026' is not a date in the form 2026"),
        ("admitted_at", "2026-02-30", "bad date", "'2026-02-30' is not a date"),
        ("admitted_at", "2026-01-08", "negative stay", "is before admitted_at 2026-01-08 00:00"),
        ("admitted_at", "0026-01-05", "impossible date", "is before 1900-01-01"),
        ("discharged_at", "2026-11-23", "future date", "later than 2026-11-22"),
        ("age_years", "old", "bad number", "'old' is not a whole number"),
        ("age_years", "3.7", "bad number", "'3.7' is not a whole number"),
        ("age_years", "212", "impossible number", "212 is not between 0 and 125"),
        ("age_years", "-1", "impossible number", "-1 is not between 0 and 125"),
        ("discharging_consultant", "x" * 1001, "too long", "is 1001 characters long"),
        ("spell_id", "s" * 201, "bad key", "over 200 characters"),
    ],
)
def test_a_bad_cell_sets_its_row_aside_with_a_plain_reason(write, column, value, kind, said):
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: value}
    with prepared(write(HEADER, ",".join(cells.values()), GOOD.replace("S1", "S2"))) as load:
        assert load.report.accepted == 1
        [(row, found, because)] = why(load)
        assert (row, found) == (1, kind)
        assert said in because


def test_a_row_keeps_its_number_its_cells_and_all_its_reasons(write):
    bad = "S9,,05/01/2026,,elective,x,C1"
    with prepared(write(HEADER, GOOD, "", "1,2", bad)) as load:
        rows = list(load.quarantined())
        # the blank line is no row; the short row is row 2
        assert [row["row"] for row in rows] == [3, 2]
        assert rows[0]["cells"]["spell_id"] == "S9"
        assert rows[0]["cells"]["admitted_at"] == "05/01/2026"
        assert {each["kind"] for each in rows[0]["reasons"]} == {
            "missing",
            "bad date",
            "bad number",
        }
        assert rows[1]["text"] == "1,2"
        assert "2 cells and the header has 7" in rows[1]["reasons"][0]["because"]
        assert load.rows()["_row"].to_pylist() == [1]


def test_the_reason_never_shows_a_hospital_number(write):
    with prepared(write(HEADER, GOOD.replace("P1", "P" * 2000), GOOD)) as load:
        [(_, _, because)] = why(load)
        assert "PPP" not in because


def test_identical_copies_collapse_and_are_counted(write):
    with prepared(write(HEADER, GOOD, GOOD, GOOD)) as load:
        assert (load.report.accepted, load.report.copies, load.report.quarantined) == (1, 2, 0)
        assert load.rows()["_row"].to_pylist() == [1]


def test_rows_with_one_key_and_different_values_are_all_set_aside(write):
    other = GOOD.replace("C1", "C2")
    with prepared(write(HEADER, GOOD, GOOD.replace("S1", "S2"), other)) as load:
        assert load.report.accepted == 1
        assert [(row, kind) for row, kind, _ in why(load)] == [
            (1, "duplicate key"),
            (3, "duplicate key"),
        ]
        assert "(rows 1, 3; they differ in discharging_consultant)" in why(load)[0][2]


def test_repeated_keys_are_found_however_few_are_looked_through_at_once(write, monkeypatch):
    rows = [GOOD.replace("S1", f"S{number}") for number in range(1, 30)]
    lines = [HEADER, *rows, rows[3], rows[8].replace("C1", "C2"), rows[20], rows[20]]

    def found():
        with prepared(write(*lines)) as load:
            return (load.report.accepted, load.report.copies, why(load))

    at_once = found()
    assert at_once[:2] == (28, 3)
    assert [row for row, _, _ in at_once[2]] == [9, 31]
    monkeypatch.setattr("clinmeasures.activity.aside.KEYS_AT_ONCE", 2)
    assert found() == at_once


def test_a_blank_against_a_value_is_a_difference(write):
    with prepared(write(HEADER, GOOD, GOOD.replace(",C1", ","), GOOD.replace("S1", "S2"))) as load:
        assert "they differ in discharging_consultant" in why(load)[0][2]


def test_an_unknown_code_is_kept_counted_and_reported(write):
    with prepared(write(HEADER, GOOD.replace("elective", "99"))) as load:
        [unlisted] = load.report.unlisted
        assert (unlisted.column, unlisted.code, unlisted.rows) == ("admission_method", "99", 1)
        assert load.rows()["admission_method"].to_pylist() == ["99"]


def test_the_four_counts_sum_to_the_rows_read(write):
    other = GOOD.replace("C1", "C2").replace("S1", "S2")
    lines = [HEADER, GOOD, GOOD, other, other.replace("C2", "C3"), "1,2", GOOD.replace("S1", "S3")]
    with prepared(write(*lines)) as load:
        r = load.report
        assert r.rows == 6
        assert r.accepted + r.quarantined + r.copies + r.left_out == r.rows
        assert sum(r.months.values()) == r.accepted


CELLS = st.sampled_from(
    ["", "S1", "S2", "P1", "2026-01-05", "2026-01-04 10:00", "5.1.26", "elective", "7", "-1", "é;"]
)


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=6, max_size=8), min_size=1, max_size=8))
def test_every_row_is_accounted_for_whatever_it_holds(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("any")
    # good rows in front, so that a file of broken rows is not refused whole
    good = [GOOD.replace("S1", f"G{n}") for n in range(9)]
    lines = [HEADER, *good, *[",".join(row) for row in rows]]
    (folder / "any.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with prepared(folder / "any.csv") as load:
        r = load.report
        assert r.accepted + r.quarantined + r.copies + r.left_out == r.rows == 9 + len(rows)
        kept = load.rows()["_row"].to_pylist()
        aside = [row["row"] for row in load.quarantined()]
        assert len(set(kept) | set(aside)) == len(kept) + len(aside) == r.rows - r.copies
        assert all(row["reasons"] for row in load.quarantined())


def test_old_line_ends_and_blank_names_at_the_end_are_read(tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes(f"{HEADER},,\r{GOOD},,\r".encode())
    with prepared(path) as load:
        assert load.report.accepted == 1


def test_a_day_given_as_an_instant_is_that_instants_local_day(write):
    path = write("patient_id,died_on", "P1,2026-07-05T23:30:00Z")
    with prepared(path, dataset="deaths") as load:
        assert load.rows()["died_on"].to_pylist() == [date(2026, 7, 6)]


def test_a_patients_key_that_is_none_is_set_aside(write):
    with prepared(write(HEADER, GOOD.replace("P1", "patient-key:zz"), GOOD)) as load:
        assert [(row, kind) for row, kind, _ in why(load)] == [(1, "bad key")]


# what mappings do


def test_national_codes_become_words_by_the_supplied_mapping(write):
    with prepared(write(HEADER, GOOD.replace("elective", "2A"))) as load:
        assert load.rows()["admission_method"].to_pylist() == ["emergency"]


def test_names_of_the_nhs_data_dictionary_are_known(write):
    header = (
        "HOSPITAL PROVIDER SPELL IDENTIFIER,LOCAL PATIENT IDENTIFIER,"
        "START DATE (HOSPITAL PROVIDER SPELL),START TIME (HOSPITAL PROVIDER SPELL),"
        "DISCHARGE DATE (HOSPITAL PROVIDER SPELL),ADMISSION METHOD CODE,DISCHARGE METHOD CODE,"
        "PATIENT CLASSIFICATION CODE"
    )
    with prepared(write(header, "S1,P1,2026-01-05,09:30:00,2026-01-07,21,4,1")) as load:
        [row] = load.rows().to_pylist()
        assert row["admitted_at"] == datetime(2026, 1, 5, 9, 30)  # noqa: DTZ001 - civil time
        assert row["admission_method"] == "emergency"
        assert row["discharge_method"] == "died"
        assert row["patient_class"] == "inpatient"


SPELLS_AS_THE_DICTIONARY_HAS_THEM = (
    "HOSPITAL PROVIDER SPELL IDENTIFIER,LOCAL PATIENT IDENTIFIER,"
    "START DATE (HOSPITAL PROVIDER SPELL),ADMISSION METHOD CODE,DISCHARGE METHOD CODE,"
    "DISCHARGE DESTINATION CODE,INTENDED MANAGEMENT CODE,PERSON GENDER CODE CURRENT,"
    "ACTIVITY TREATMENT FUNCTION CODE"
)


def test_national_codes_of_a_stay_are_our_words_and_a_transfer_is_known_by_its_destination(write):
    rows = (
        "S1,P1,2026-01-05,21,1,51,2,1,320",
        "S2,P2,2026-01-05,2D,4,51,1,2,340",  # who died was not transferred
        "S3,P3,2026-01-05,11,1,19,4,9,Heart team",
    )
    with prepared(write(SPELLS_AS_THE_DICTIONARY_HAS_THEM, *rows)) as load:
        found = {row["spell_id"]: row for row in load.rows().to_pylist()}
        assert load.files()[0].unused == ()
    ways = [found[key]["discharge_method"] for key in ("S1", "S2", "S3")]
    assert ways == ["transferred", "died", "home"]
    assert [found[key]["specialty"] for key in found] == [
        "Cardiology",
        "Respiratory medicine",
        "Heart team",
    ]
    assert found["S1"]["intended_management"] == "day_case"
    assert [found[key]["sex"] for key in ("S1", "S2", "S3")] == ["male", "female", "9"]
    assert found["S2"]["admission_method"] == "emergency"


def test_a_code_that_is_in_no_national_list_is_kept_counted_and_reported(write):
    with prepared(write(SPELLS_AS_THE_DICTIONARY_HAS_THEM, "S1,P1,2026-01-05,2X,1,,,,")) as load:
        assert load.rows()["admission_method"].to_pylist() == ["2X"]
        [code] = load.report.unlisted
        assert (code.column, code.code, code.rows) == ("admission_method", "2X", 1)


def test_where_emergency_patients_went_says_what_was_decided(write):
    header = (
        "EMERGENCY CARE ATTENDANCE IDENTIFIER,LOCAL PATIENT IDENTIFIER,"
        "EMERGENCY CARE ARRIVAL DATE,EMERGENCY CARE ARRIVAL TIME,"
        "EMERGENCY CARE DISCHARGE DESTINATION (SNOMED CT),EMERGENCY CARE ACUITY (SNOMED CT),"
        "PROFESSIONAL REGISTRATION ENTRY IDENTIFIER"
    )
    rows = (
        "A1,P1,2026-01-05,09:30,306706006,1064891000000107,C1",
        "A2,P2,2026-01-05,09:30,1066341000000100,1077241000000103,C1",
        "A3,P3,2026-01-05,09:30,306689006,,C2",
    )
    with prepared(write(header, *rows), dataset="emergency") as load:
        found = load.rows().to_pylist()
    assert [row["decision"] for row in found] == ["admit", "same_day_care", "discharge"]
    assert [row["acuity"] for row in found] == ["immediate", "standard", None]
    assert [row["reviewed_by"] for row in found] == ["C1", "C1", "C2"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("discharge_method = 3", "needs a table: [instead.discharge_method]"),
        ('discharge_method = { column = "a", values = {} }', "values needs pairs"),
        ('discharge_method = { column = "a", values = { 1 = 2 } }', "needs quotation marks"),
        ('way = { column = "a", values = { 1 = "b" } }', "way is no column of spells"),
        ('sex = { column = "a", values = { 1 = "b" }, when = "c" }', "when is not known here"),
    ],
)
def test_a_second_column_that_is_said_wrongly_is_refused_with_its_line(table, said):
    with pytest.raises(BadInput, match=re.escape(said)):
        parse_mapping(f"[instead]\n{table}", "spells")


def test_a_second_column_that_is_not_there_is_named(write):
    mapping = '[instead.sex]\ncolumn = "Gender"\nvalues = { F = "female" }'
    with (
        pytest.raises(UnreadableFile, match="has no column 'Gender' for sex"),
        prepared(write(f"{HEADER},sex", f"{GOOD},1"), mapping),
    ):
        pass


def test_dates_in_the_sources_own_forms(write):
    mapping = '[dates]\nformat = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]'
    row = "S1,P1,05/01/2026 09:30,07/01/2026,elective,71.0,C1"
    with prepared(write(HEADER, row), mapping) as load:
        [found] = load.rows().to_pylist()
        assert found["admitted_at"] == datetime(2026, 1, 5, 9, 30)  # noqa: DTZ001
        assert found["discharged_at"] == datetime(2026, 1, 7)  # noqa: DTZ001
        assert found["age_years"] == 71
        assert load.report.without_time == {"discharged_at": 1}


def test_day_numbers_count_from_the_origin_as_the_mapping_says(write):
    row = "S1,P1,1,3,elective,71,C1"
    for first_day, expected in ((1, date(1992, 1, 1)), (0, date(1992, 1, 2))):
        mapping = f"[dates]\norigin = 1992-01-01\norigin_is_day = {first_day}"
        with prepared(write(HEADER, row), mapping) as load:
            assert load.rows()["admitted_at"].to_pylist()[0].date() == expected


def test_a_sum_leaves_out_rows_that_are_none_of_the_data_set(write):
    mapping = (
        '[columns]\npatient_id = "nr"\n[dates]\norigin = 1992-01-01\norigin_is_day = 1\n'
        '[sums]\ndied_on = { date = "day", days = "time", '
        'only_where = { column = "status", equals = "1" } }\n[constants]\nsource = "linked"'
    )
    path = write("nr,day,time,status", "a,1,30,1", "b,2,90,0", "c,3,,1", "d,4,x,1")
    with prepared(path, mapping, "deaths") as load:
        assert load.rows()["died_on"].to_pylist() == [date(1992, 1, 31)]
        assert load.report.left_out == 1
        assert [row for row, _, _ in why(load)] == [3, 4]
        assert "the number of days 'x' is not a number" in why(load)[1][2]


def test_words_for_a_blank_are_blanks(write):
    with prepared(write(HEADER, GOOD.replace("C1", "NULL")), 'missing = ["NULL"]') as load:
        assert load.rows()["discharging_consultant"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[columns]\nspel = 'x'", 2, "spel is no column of spells"),
        ("colour = 'x'", 1, "colour is not known here"),
        ("[columns]\nspell_id = 3", 2, "it needs quotation marks"),
        ("[dates]\nformat = 'dd/mm/yyyy'", 2, "is not a date form"),
        ("[dates]\norigin = 1992-01-01", 2, "needs both origin"),
        ("\ntimezone = 'Europe/Londn'", 2, "is no time zone"),
        ("[keys]\nspell_id = 'hash'", 2, 'only "row number"'),
        ("[columns]\nsex = 'a'\n\n[constants]\nsex = 'b'", 5, "is filled twice"),
        ("dataset = 'deaths'", 1, "is for deaths, not for spells"),
        ("[sums]\nadmitted_at = { date = 'a' }", 2, "names no days column"),
        ("[sums]\nsex = { date = 'a', days = 'b' }", 2, "is no date or instant"),
        ("[dates]\nformat = '%d/%m/%Y %z'", 2, "say timezone instead"),
        ("encoding = 'ebcdic'", 1, "it is one of 'utf-8'"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_line_and_the_reason(text, line, said):
    with pytest.raises(BadInput) as refused:
        parse_mapping(text, "spells", name="m.toml")
    assert f"m.toml, line {line}:" in str(refused.value)
    assert said in str(refused.value)


def test_two_layouts_of_one_mapping_have_one_digest():
    one = parse_mapping("[columns]\nsex = 'a'\nsite = 'b'", "spells")
    two = parse_mapping("note = 'x'\n[columns]\nsite = ['b']\nsex = 'a'", "spells")
    assert one.digest == two.digest
    assert one.digest != parse_mapping("[columns]\nsex = 'b'", "spells").digest


# times


@pytest.mark.parametrize(
    ("local", "utc", "ambiguous"),
    [
        ("2026-01-05 09:30", "2026-01-05 09:30", False),
        ("2026-07-05 09:30", "2026-07-05 08:30", False),
        ("2026-10-25 01:30", "2026-10-25 01:30", True),  # comes twice: the second is taken
        ("2026-10-25 02:30", "2026-10-25 02:30", False),
        ("2026-10-25 00:30", "2026-10-24 23:30", False),
        ("2026-07-05T09:30:00Z", "2026-07-05 09:30", False),
        ("2026-10-25T01:30+01:00", "2026-10-25 00:30", False),  # says itself which it is
    ],
)
def test_local_times_become_instants(write, local, utc, ambiguous):
    row = GOOD.replace("2026-01-05T09:30", local).replace("2026-01-07 10:00", "")
    with prepared(write(HEADER, row)) as load:
        [found] = load.rows().to_pylist()
        assert found["admitted_at_utc"] == datetime.fromisoformat(utc)
        assert found["admitted_at_ambiguous"] is ambiguous


def test_a_time_the_clocks_skipped_is_moved_on_and_counted(write):
    row = GOOD.replace("2026-01-05T09:30", "2026-03-29 01:30").replace("2026-01-07 10:00", "")
    with prepared(write(HEADER, row)) as load:
        [found] = load.rows().to_pylist()
        assert found["admitted_at"] == datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001
        assert found["admitted_at_utc"] == datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001
        assert load.report.shifted == {"admitted_at": 1}


def test_a_stay_across_the_hour_that_comes_twice_is_not_negative(write):
    row = GOOD.replace("2026-01-05T09:30", "2026-10-25 01:50")
    row = row.replace("2026-01-07 10:00", "2026-10-25 01:10")
    with prepared(write(HEADER, row)) as load:
        [found] = load.rows().to_pylist()
        stay = found["discharged_at_utc"] - found["admitted_at_utc"]
        assert stay.total_seconds() == 20 * 60


# the store


def store_rows(store: Path, dataset: str = "spells") -> list[dict]:
    pattern = f"{store}/{dataset}/load=*/month=*/*.parquet"
    query = f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = false) ORDER BY _row"
    with duckdb.connect() as connection:
        return connection.execute(query).to_arrow_table().to_pylist()


def test_a_load_is_stored_by_month_with_patients_hashed(write, tmp_path):
    inside = GOOD.replace("S1", "S2").replace("2026-01-07 10:00", "")
    with prepared(write(HEADER, GOOD, inside)) as load:
        written = load.write(tmp_path / "store", "000001", SECRET)
    folder = tmp_path / "store" / "spells" / "load=000001"
    assert written.path == folder
    assert sorted(p.name for p in folder.glob("month=*")) == ["month=2026-01", "month=none"]
    record = json.loads((folder / "_load.json").read_text())
    assert record["rows"] == 2
    assert record["coverage_from"] == record["coverage_to"] == "2026-01-07"
    first, second = store_rows(tmp_path / "store")
    assert first["patient_key"] == patient_key("p 1", SECRET) == second["patient_key"]
    assert "patient_id" not in first
    assert (first["_key"], first["month"], second["month"]) == ("S1", "2026-01", None)
    assert b"P1" not in b"".join(p.read_bytes() for p in folder.rglob("*.parquet"))


def test_a_death_is_keyed_by_the_hash_not_the_number(write, tmp_path):
    with prepared(write("patient_id,died_on", "P1,2026-01-05"), dataset="deaths") as load:
        load.write(tmp_path / "store", "000001", SECRET)
    [row] = store_rows(tmp_path / "store", "deaths")
    assert row["_key"] == patient_key("P1", SECRET)


def test_a_parquet_extract_gives_the_same_rows_as_its_csv(write, tmp_path):
    names = HEADER.split(",")
    table = pa.table(
        {name: [value] for name, value in zip(names, GOOD.split(","), strict=True)}
        | {
            "admitted_at": pa.array([datetime(2026, 1, 5, 9, 30)]),  # noqa: DTZ001
            "age_years": pa.array([71]),
        }
    )
    pq.write_table(table, tmp_path / "extract.parquet")
    mapping = "[dates.discharged_at]\nformat = '%Y-%m-%d %H:%M'"
    with (
        prepared(tmp_path / "extract.parquet", mapping) as left,
        prepared(write(HEADER, GOOD)) as r,
    ):
        assert left.rows().to_pylist() == r.rows().to_pylist()


def test_a_load_of_which_no_row_can_be_used_is_refused(write, tmp_path):
    undated = write(HEADER, GOOD.replace("2026-01-05T09:30", "5.1.26"))
    refused = pytest.raises(BadInput, match="none of the 1 rows can be used")
    with prepared(undated) as load, refused:
        load.write(tmp_path / "store", "000001", SECRET)
    assert not (tmp_path / "store").exists()


def test_a_load_is_never_written_over(write, tmp_path):
    with prepared(write(HEADER, GOOD)) as load:
        load.write(tmp_path / "store", "000001", SECRET)
        with pytest.raises(BadInput, match="in the store already"):
            load.write(tmp_path / "store", "000001", SECRET)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(write, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clinmeasures.activity.store.flush", full)
    with prepared(write(HEADER, GOOD)) as load, pytest.raises(NoRoom, match="no room left"):
        load.write(tmp_path / "store", "000001", SECRET)
    assert list((tmp_path / "store" / "spells").iterdir()) == []


def test_the_sweep_takes_what_was_never_finished_and_nothing_else(write, tmp_path):
    with prepared(write(HEADER, GOOD)) as load:
        for number in ("000001", "000002", "000003"):
            load.write(tmp_path / "store", number, SECRET)
    (tmp_path / "store" / "spells" / ".writing-000004").mkdir()
    removed = sweep(tmp_path / "store", unfinished={"spells": ["000002", "000009"]})
    assert [path.name for path in removed] == [".writing-000004", "load=000002"]
    left = sorted(p.name for p in (tmp_path / "store" / "spells").iterdir())
    assert left == ["load=000001", "load=000003"]


def test_what_was_staged_is_removed(write, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    with prepared(write(HEADER, GOOD), work=work):
        assert list(work.iterdir())
    assert not list(work.iterdir())
    with pytest.raises(UnreadableFile):
        prepared(tmp_path / "absent.csv", work=work)
    assert not list(work.iterdir())


# quality


def test_quality_is_graded_by_its_worst_part(write):
    rows = [GOOD.replace("S1", f"S{n}").replace("2026-01-07", "2026-10-30") for n in range(99)]
    with prepared(write(HEADER, *rows, GOOD.replace(",C1", ",").replace("S1", "SX"))) as load:
        report = quality(load, known_codes={"C1"})
        assert report.grade is Grade.A
        shares = {each.part: each.value for each in report.parts}
        assert shares[Part.ATTRIBUTION] == pytest.approx(0.99)
        assert shares[Part.TIMELINESS] == 23
        assert quality(load, known_codes={"C2"}).grade is Grade.D


def test_a_post_that_began_long_ago_is_not_late(write):
    path = write("person_code,from", "P1,1990-01-01")
    with prepared(path, dataset="workforce") as load:
        report = quality(load)
        assert Part.TIMELINESS not in {each.part for each in report.parts}
        assert report.grade is Grade.A


def test_the_documentation_states_the_grades_as_they_are():
    text = (Path(__file__).parents[2] / "docs/reference/quality-grades.md").read_text("utf-8")
    for part, shares in SHARES.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {part} |"))
        assert [float(share) / 100 for share in re.findall(r"≥ ([\d.]+)%", row)] == [*shares]
    row = next(line for line in text.splitlines() if line.startswith("| timeliness |"))
    assert tuple(int(days) for days in re.findall(r"≤ (\d+)", row)) == DAYS
