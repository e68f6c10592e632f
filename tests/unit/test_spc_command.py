"""`clinmeasures spc`: one JSON document out, one plain sentence where it cannot."""

import json
import subprocess
import sys

import pytest

from clinmeasures.cli.main import main
from clinmeasures.cli.tables import read_table
from clinmeasures.spc import spc

ROWS = "when,y,n\n2024-03-01,3,10\n2024-01-01,1,10\n2024-02-01,,10\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_json_has_exactly_the_agreed_shape(file, capsys):
    arguments = ["--value", "y", "--denominator", "n", "--date", "when", "--chart", "p", "--json"]
    assert main(["spc", file(ROWS), *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    (series,) = printed["series"]
    assert list(series) == ["series", "chart", "variation", "assurance", "phases", "points"]
    assert [p["date"] for p in series["points"]] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert [p["value"] for p in series["points"]] == [0.1, None, 0.3]
    assert list(series["points"][0]) == [
        "date",
        "value",
        "centre",
        "lower",
        "upper",
        "phase",
        "signals",
        "reading",
    ]
    assert list(series["phases"][0]) == [
        "n_useful",
        "longest_run",
        "longest_run_max",
        "crossings",
        "crossings_min",
    ]


def test_without_json_a_person_reads_a_table(file, capsys):
    assert main(["spc", file(ROWS), "--value", "y", "--date", "when"]) == 0
    assert "too few points" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("when,y\n2024-01-01,1\n2024-01-01,2\n", ["row 2", "'when'", "2024-01-01", "twice"]),
        ("when,y\n2024-01-01,1\n2024-01-02,x\n", ["row 2", "'y'", "'x'"]),
        ("when,z\n2024-01-01,1\n", ["'y'", "when, z"]),
        ("when;y\n2024-01-01;1\n", ["semicolons"]),
        ("when,y\n2024-01-01\n", ["row 1", "1 cells"]),
        ("", ["empty"]),
        ("when,y\n", ["no rows"]),
        (b"when,y\n2024-01-01,\xff\n", ["line 2", "UTF-8"]),
    ],
)
def test_wrong_input_names_file_row_and_column(file, capsys, text, words):
    path = file(text)
    assert main(["spc", path, "--value", "y", "--date", "when", "--json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert path in shown.err
    assert shown.err.count("\n") == 1
    for word in words:
        assert word in shown.err


def test_a_missing_file_is_one_sentence(capsys):
    assert main(["spc", "nowhere.csv", "--value", "y"]) == 2
    assert "nowhere.csv: there is no such file" in capsys.readouterr().err


def test_a_reader_that_stops_early_gets_no_traceback(file):
    rows = "".join(f"{2000 + i}-01-01,{i % 7}\n" for i in range(5000))
    command = f"'{sys.executable}' -m clinmeasures.cli.main spc {file('when,y' + chr(10) + rows)}"
    done = subprocess.run(
        ["bash", "-c", f"{command} --value y --date when | head -1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("xmr chart")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_times_with_a_space_are_told_in_iso_8601(file, capsys):
    path = file("when,y\n2024-01-02 08:30:00,1\n2024-01-01 00:00:00,2\n2024-01-03T00:00:00,2\n")
    assert main(["spc", path, "--value", "y", "--date", "when", "--json"]) == 0
    (series,) = json.loads(capsys.readouterr().out)["series"]
    told = [point["date"] for point in series["points"]]
    assert told == ["2024-01-01T00:00:00", "2024-01-02T08:30:00", "2024-01-03T00:00:00"]


@pytest.mark.parametrize("option", ["--rebase", "--exclude"])
def test_an_option_that_is_not_a_date_is_named_without_a_row(file, capsys, option):
    assert main(["spc", file(ROWS), "--value", "y", "--date", "when", option, "soon"]) == 2
    said = capsys.readouterr().err
    assert f"{option}: 'soon' is not a date" in said
    assert "row" not in said


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["spc", "x.csv", "--value", "y", "--chart", "zz"], "--chart"),
        (["spc", "x.csv"], "--value"),
        (["spc", "x.csv", "--value", "y", "--target", "high"], "--target"),
        (["nonsense"], "nonsense"),
        (["funnel", "x", "--limits", "a"], "'a' is not a list of percentages"),
    ],
)
def test_a_wrong_option_is_one_sentence(capsys, arguments, word):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    shown = capsys.readouterr()
    assert stopped.value.code == 2
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert word in shown.err


def test_a_date_excludes_the_points_of_its_day_whatever_their_time(file, capsys):
    hours = "".join(f"2024-01-0{1 + i // 2} 0{8 + i % 2}:00:00,{i}\n" for i in range(8))
    arguments = ["--value", "y", "--date", "when", "--json", "--exclude"]
    path = file("when,y\n" + hours)
    assert main(["spc", path, *arguments, "2024-01-02"]) == 0
    (series,) = json.loads(capsys.readouterr().out)["series"]
    assert series["points"][0]["centre"] == pytest.approx((0 + 1 + 4 + 5 + 6 + 7) / 6)
    assert main(["spc", path, *arguments, "2024-01-02T08:00:00"]) == 0
    (series,) = json.loads(capsys.readouterr().out)["series"]
    assert series["points"][0]["centre"] == pytest.approx((28 - 2) / 7)
    assert main(["spc", path, *arguments, "2024-01-09"]) == 2
    assert "no point has that date" in capsys.readouterr().err


def test_the_document_of_many_series_is_the_librarys_own(tmp_path, capsys):
    path = tmp_path / "many.csv"
    rows = [
        f"u{s},2026-{m:02d}-01,{'' if m == 3 else s * m % 7}" for m in range(1, 13) for s in (2, 1)
    ]
    path.write_text("who,day,x\n" + "\n".join(rows) + "\n", encoding="utf-8")
    columns = ("--value", "x", "--date", "day", "--series", "who", "--rebase", "2026-07-01")
    assert main(["spc", str(path), *columns, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    charts = spc(read_table(str(path)), value="x", date="day", series="who", rebase=["2026-07-01"])
    assert printed == charts.to_dict() == {"series": [chart.to_dict() for chart in charts]}
    assert [len(each["phases"]) for each in printed["series"]] == [2, 2]
