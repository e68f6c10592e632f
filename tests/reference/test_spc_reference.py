"""Charts over time against independent packages (outputs in ../shared/oracles)."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from clinmeasures.spc import spc

SHARED = Path(__file__).resolve().parents[3] / "shared"
DOTS = SHARED / "oracles" / "nhsrplotthedots"
QIC = SHARED / "oracles" / "qicharts2"
CONSTANT = ("syn11_constant_inc", "syn11_constant_dec")


def read(path):
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def by_case(path):
    cases = defaultdict(list)
    for row in read(path):
        cases[row["case_id"]].append(row)
    return cases


def number(text):
    return float(text) if text else math.nan


def numbers(rows, column):
    return np.array([number(row[column]) for row in rows])


DOTS_CASES = read(DOTS / "cases.csv")
DOTS_POINTS = by_case(DOTS / "points.csv")
DOTS_SUMMARY = by_case(DOTS / "summary.csv")
QIC_CASES = read(QIC / "cases.csv")
QIC_POINTS = by_case(QIC / "points.csv")
named = pytest.mark.parametrize


def dots_chart(case):
    points = DOTS_POINTS[case["case_id"]]
    improvement = case["improvement_direction"]
    return spc(
        numbers(points, "y"),
        dates=[point["x"] for point in points],
        improvement="neither" if improvement == "neutral" else improvement,
        target=float(case["target"]) if case["target"] else None,
        rebase=[date for date in case["rebase_dates"].split("|") if date],
        baseline=int(case["fix_after_n_points"]) if case["fix_after_n_points"] else None,
        screen=case["screen_outliers"] == "TRUE",
    )[0]


# Columns that no test here compares, with the reason; every other column is compared.
NOT_COMPARED = {
    DOTS / "cases.csv": {"case_id", "source"},  # names
    # "no facet" and blank throughout; the reference warns of phases of 12 points, we of fewer.
    DOTS / "points.csv": {"facet", "trajectory", "short_group_warning"},
    DOTS / "summary.csv": set(),
    QIC / "cases.csv": {"case_id", "source", "x", "y"},  # names
    # Ours draws no lines at two sigma; the labels repeat the lines at the last point; targets are
    # blank throughout; y.mean and y.sd are what X-bar and S charts plot, which y is.
    QIC / "points.csv": {"ucl.95", "lcl.95", "cl.lab", "lcl.lab", "ucl.lab", "target", "target.lab"}
    | {"y.mean", "y.sd"},
}
COMPARED = {
    DOTS / "cases.csv": {"n", "improvement_direction", "target", "rebase_dates"}
    | {"fix_after_n_points", "screen_outliers"},
    DOTS / "points.csv": {"case_id", "y", "x", "rebase_group", "fix_y"}
    | {"mean_col", "lpl", "upl", "outside_limits", "relative_to_mean", "close_to_limits"}
    | {"special_cause_type", "special_cause_flag", "point_type", "target"},
    DOTS / "summary.csv": {"case_id", "mean_col", "lpl", "upl", "n", "common_cause"}
    | {"special_cause_improvement", "special_cause_concern", "variation_type"}
    | {"assurance_type", "rebase_group"},
    QIC / "cases.csv": {"chart", "n", "args"},
    QIC / "points.csv": {"case_id", "x", "y.sum", "y.length", "n", "y", "cl", "part", "include"}
    | {"ucl", "lcl", "n.obs", "n.useful", "runs.signal", "longest.run", "longest.run.max"}
    | {"n.crossings", "n.crossings.min", "sigma.signal"},
}


@pytest.mark.skipif(not DOTS_CASES, reason="needs ../shared/oracles/nhsrplotthedots")
def test_every_xmr_case_of_the_reference_was_found():
    assert len(DOTS_CASES) == 64


@named("folder", [DOTS, QIC], ids=lambda folder: folder.name)
def test_no_file_or_column_of_the_references_goes_unread(folder):
    if not folder.exists():
        pytest.skip(f"needs ../shared/oracles/{folder.name}")
    files = {path for path in folder.iterdir() if path.name != "README.md"}
    assert files == {path for path in COMPARED if path.parent == folder}
    for path in files:
        assert set(read(path)[0]) == COMPARED[path] | NOT_COMPARED[path], path.name


@named("case", DOTS_CASES, ids=lambda case: case["case_id"])
def test_xmr_limits_agree_with_the_reference(case):
    chart, points = dots_chart(case), DOTS_POINTS[case["case_id"]]
    np.testing.assert_allclose(chart.centre, numbers(points, "mean_col"), rtol=1e-6)
    if case["case_id"] in CONSTANT:  # the reference draws none; ours are the mean itself
        np.testing.assert_array_equal(chart.lower, chart.values)
        np.testing.assert_array_equal(chart.upper, chart.values)
        return
    np.testing.assert_allclose(chart.lower, numbers(points, "lpl"), rtol=1e-6)
    np.testing.assert_allclose(chart.upper, numbers(points, "upl"), rtol=1e-6)


def first_signal(words):
    if words == "Common Cause":
        return []
    if words in {"Above UCL", "Below LCL"}:
        return ["outside_limits"]
    if words.startswith("2 in 3"):
        return ["two_of_three"]
    return ["trend"] if "Trend" in words else ["shift"]


def reading(words):
    for word in ("improvement", "concern", "neutral"):
        if word in words:
            return word.replace("neutral", "neither")
    return words


@named("case", DOTS_CASES, ids=lambda case: case["case_id"])
def test_xmr_signals_and_readings_agree_with_the_reference(case):
    chart, points = dots_chart(case), DOTS_POINTS[case["case_id"]]
    wanted = [first_signal(point["special_cause_type"]) for point in points]
    assert [signals[:1] for signals in chart.signals] == wanted
    assert chart.readings == [reading(point["point_type"]) for point in points]


def flags(rows, column):
    return [row[column] == "TRUE" for row in rows]


@named("case", DOTS_CASES, ids=lambda case: case["case_id"])
def test_every_rule_and_phase_of_a_point_agrees_with_the_reference(case):
    chart, points = dots_chart(case), DOTS_POINTS[case["case_id"]]
    assert len(chart) == int(case["n"])
    assert (chart.phase - 1).tolist() == [int(point["rebase_group"]) for point in points]
    assert chart.frozen.tolist() == [not point["fix_y"] for point in points]
    outside = ["outside_limits" in names for names in chart.signals]
    assert outside == flags(points, "outside_limits")
    assert [bool(names) for names in chart.signals] == flags(points, "special_cause_flag")
    if case["case_id"] in CONSTANT:
        return
    sides = np.sign(chart.values - chart.centre)
    assert sides.tolist() == numbers(points, "relative_to_mean").tolist()
    near = np.abs(chart.values - chart.centre) > (chart.upper - chart.centre) * 2 / 3
    assert (near & ~np.array(outside)).tolist() == flags(points, "close_to_limits")


@named("case", DOTS_CASES, ids=lambda case: case["case_id"])
def test_each_phase_counts_as_the_reference_does(case):
    chart, phases = dots_chart(case), DOTS_SUMMARY[case["case_id"]]
    target = [row["target"] for row in DOTS_POINTS[case["case_id"]]]
    assert set(target) == {case["target"]}
    for number_of, row in enumerate(phases, start=1):
        assert row["rebase_group"] in {"", str(number_of - 1)}
        here = [
            r for r, phase in zip(chart.readings, chart.phase, strict=True) if phase == number_of
        ]
        assert len(here) == int(row["n"])
        for word in ("common_cause", "improvement", "concern"):
            column = word if word == "common_cause" else f"special_cause_{word}"
            assert here.count(word) == int(row[column]), word
        assert here[-1] == reading(row["variation_type"])
        first = chart.phase.tolist().index(number_of)
        assert chart.centre[first] == pytest.approx(float(row["mean_col"]), rel=1e-6)
        if row["lpl"]:
            assert chart.lower[first] == pytest.approx(float(row["lpl"]), rel=1e-6)
            assert chart.upper[first] == pytest.approx(float(row["upl"]), rel=1e-6)


@named("case", DOTS_CASES, ids=lambda case: case["case_id"])
def test_icons_agree_with_the_reference(case):
    chart, last = dots_chart(case), DOTS_SUMMARY[case["case_id"]][-1]
    words = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit_or_miss"}
    if int(last["n"]) < 12:
        assert chart.variation == "too_few_points"
    else:
        assert reading(last["variation_type"]) in chart.variation
    if case["case_id"] in CONSTANT:  # 12 every month meets a target of 50 or less, always
        assert chart.assurance in {"pass", None}
    elif chart.improvement != "neither":
        assert chart.assurance == words.get(last["assurance_type"])


def qic_rows(case, points):
    """The values the reference was given: single values for subgroup charts, else the sums."""
    if case["chart"] not in {"xbar", "s"}:
        sizes = numbers(points, "n") if case["n"] else None
        return numbers(points, "y.sum"), [point["x"] for point in points], sizes
    months = {point["x"] for point in points}
    rows = [
        (row[case["y"]], row["date"][:7] + "-01")
        for row in read(SHARED / "data" / "qicharts2" / "cabg.csv")
        if row["date"][:7] + "-01" in months
    ]
    return [number(value) for value, _ in rows], [month for _, month in rows], None


@named("case", QIC_CASES, ids=lambda case: case["case_id"])
def test_other_charts_agree_with_the_reference(case):
    points = QIC_POINTS[case["case_id"]]
    options = dict(part.split("=") for part in case["args"].split(";") if part)
    values, dates, sizes = qic_rows(case, points)
    chart = spc(
        values,
        dates=dates,
        denominators=sizes,
        chart=case["chart"],
        baseline=int(options["freeze"]) if "freeze" in options else None,
        run_rules=options.get("method", "anhoej"),
    )[0]
    times = float(options.get("multiply", 1))
    assert len(chart) == int(points[0]["n.obs"])
    assert chart.phase.tolist() == [int(point["part"]) for point in points]
    assert (~chart.excluded).tolist() == flags(points, "include")
    size = "n" if case["n"] else "y.length"
    np.testing.assert_allclose(chart.sizes, numbers(points, size))
    for ours, theirs in (
        (chart.values, "y"),
        (chart.centre, "cl"),
        (chart.lower, "lcl"),
        (chart.upper, "ucl"),
    ):
        np.testing.assert_allclose(ours * times, numbers(points, theirs), rtol=1e-6, err_msg=theirs)
    check_rules(chart, points)


def check_rules(chart, points):
    """Three sigma by point; runs and crossings by phase."""
    sigma = ["sigma" in signals for signals in chart.signals]
    assert sigma == [point["sigma.signal"] == "TRUE" for point in points]
    runs = [bool({"long_run", "few_crossings"} & set(signals)) for signals in chart.signals]
    assert runs == [point["runs.signal"] == "TRUE" for point in points]
    columns = ("n.useful", "longest.run", "longest.run.max", "n.crossings", "n.crossings.min")
    assert list(chart.phases[0].to_dict().values()) == [int(points[0][c]) for c in columns]
