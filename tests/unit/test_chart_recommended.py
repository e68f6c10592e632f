"""The chart that suits the data, and the reason in words."""

import json
import re
from datetime import date

import numpy as np
import pytest

from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.reports import Options, report
from clinmeasures.spc import recommend_chart, spc
from clinmeasures.spc.limits import CHARTS
from clinmeasures.spc.recommend import KINDS

STEADY = [9, 11, 10, 8, 12, 10, 9, 13, 7, 10, 11, 10]


def advised(values, **options):
    return recommend_chart(values, **options)[0]


@pytest.mark.parametrize(
    ("values", "options", "chart", "reason"),
    [
        (STEADY, {"denominators": [50] * 12}, "p", "cases out of a denominator"),
        (STEADY, {"denominators": [5] * 12}, "u", "events over an exposure"),
        (STEADY, {}, "c", "vary.* as counts do by chance"),
        ([n + 0.5 for n in STEADY], {}, "xmr", "not counts"),
        ([n + 0.5 for n in STEADY], {"denominators": [50] * 12}, "xmr", "not counts"),
        (STEADY, {"kind": "value"}, "xmr", "one value a point"),
        (STEADY, {"kind": "rate", "denominators": [50] * 12}, "u", "exposure"),
        (STEADY, {"kind": "time_between"}, "t", "skewed"),
        (STEADY, {"kind": "cases_between"}, "g", "skewed"),
        ([0, 0, 1] * 4, {"denominators": [50] * 12}, "g", "rare .*none at 67%"),
        ([50, 50, 49] * 4, {"denominators": [50] * 12}, "g", "rare"),
        ([0, 0, 1] * 4, {}, "t", "rare"),
        ([900, 100] * 6, {"denominators": [5000] * 12}, "pp", "too narrow"),
        ([900, 100] * 6, {"denominators": [90] * 12}, "up", "too narrow"),
        ([900, 100] * 6, {}, "xmr", "vary more than counts do"),
        ([100] * 12, {}, "xmr", "vary less than counts do"),
        (STEADY[:11], {}, "run", "11 points are too few"),
        (STEADY, {"dates": [f"2024-0{i // 4 + 1}-01" for i in range(12)]}, "xbar", "share a date"),
    ],
)
def test_the_chart_follows_from_the_data_and_says_why(values, options, chart, reason):
    found = advised(values, **options)
    assert found.chart == chart
    assert re.search(reason, found.because)


def test_every_recommendation_is_a_chart_that_can_be_drawn():
    found = advised(STEADY, denominators=[50] * 12)
    assert found.chart in CHARTS
    assert spc(STEADY, denominators=[50] * 12, chart=found.chart)[0].chart == found.chart


def test_overdispersed_points_have_wider_limits_on_the_chart_recommended():
    sizes = [5000] * 12
    narrow = spc([900, 100] * 6, denominators=sizes, chart="p", screen=False)[0]
    wide = spc([900, 100] * 6, denominators=sizes, chart="pp", screen=False)[0]
    assert wide.upper[0] > narrow.upper[0]


def test_chance_alone_is_seldom_taken_for_more():
    # 2,000 binomial series of 24 months: 1% by design; three Monte Carlo errors more is 1.7%.
    made = np.random.default_rng(20261101).binomial(50, 0.2, 2000 * 24).astype(float)
    found = recommend_chart(
        made, denominators=np.full(len(made), 50.0), series=np.repeat(np.arange(2000), 24)
    )
    assert 0 < np.mean([each.chart == "pp" for each in found]) < 0.017


def test_missing_months_are_not_counted_as_months_without_events():
    assert advised([*STEADY, *[None] * 20], denominators=[50] * 32).chart == "p"


def test_an_unknown_kind_is_refused_in_words():
    with pytest.raises(BadInput, match="kind 'pie' is not known; use one of"):
        recommend_chart(STEADY, kind="pie")


def test_the_command_answers_for_each_series(tmp_path, capsys):
    path = tmp_path / "data.csv"
    rows = [f"2024-{i + 1:02}-01,{unit},{n}" for unit in "ba" for i, n in enumerate(STEADY)]
    path.write_text("\n".join(["d,s,y", *rows]) + "\n")
    arguments = ["recommend", str(path), "--value", "y", "--date", "d", "--series", "s"]
    assert main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [each["series"] for each in printed["series"]] == ["b", "a"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("b: c: counts over equal stretches")
    assert main([*arguments[:3], "z"]) == 2
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("kind", [None, *KINDS])
@pytest.mark.parametrize("values", [[0] * 20, [5] * 20, [None] * 20, [1], [-1.0] * 20])
def test_odd_series_get_an_answer_and_no_warning(values, kind):
    assert advised(values, kind=kind).chart in CHARTS
    assert advised(values, kind=kind, denominators=[0, 10] * 10 if len(values) > 1 else [3])


DEFINITION = """
code = "deaths"
version = 1
title = "Deaths"
record = "spells"
kind = "proportion"
direction = "lower"
numerator = [{ field = "died", equals = 1 }]
chart = "p"
minimum = 10
counts = "patients who died"
out_of = "all patients"
"""


def test_a_report_says_which_chart_its_figures_suggest(tmp_path):
    # Months of 100 with 10 and 60 deaths in turn vary far more than a p chart allows.
    rows = ["day,died"]
    for month in range(1, 13):
        died = 60 if month % 2 else 10
        rows += [f"2024-{month:02}-15,{int(i < died)}" for i in range(100)]
    (tmp_path / "stays.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "deaths.toml").write_text(DEFINITION)
    page = report(
        str(tmp_path / "stays.csv"),
        tmp_path / "deaths.toml",
        options=Options(date_column="day"),
        today=date(2026, 1, 1),
    )
    assert "Drawn as a p chart; these figures alone suggest a p′ chart: the points vary" in page
