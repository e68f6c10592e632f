"""The chart of VLAD and CUSUM: shapes and words say what its lines mean, and the table has all."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from clinmeasures.charts import monitoring_chart, monitoring_table
from clinmeasures.charts.monitoring import thinned
from clinmeasures.errors import BadInput
from clinmeasures.monitoring import two_sided

SVG = "{http://www.w3.org/2000/svg}"


def arms(cases=400, *, limits=(3.0, 3.0), odds=2.5, dates=None, seed=4):
    made = np.random.default_rng(seed)
    risk = made.beta(2, 12, cases)
    true = odds * risk / (1 - risk + odds * risk)
    died = made.random(cases) < true
    found = two_sided(None, outcome=died, risk=risk, date=dates, limits=limits)
    return found.worse[0], found.better[0]


def drawn(worse, better, **options):
    words = {"title": "More deaths than expected?", "description": "Case by case."}
    return monitoring_chart(worse, better, id_prefix="m", **(words | options))


def words_in(svg):
    return [element.text for element in ET.fromstring(svg).iter(SVG + "text")]


def test_it_passes_a_strict_content_policy_and_is_read_aloud():
    for width in (720, 320):
        root = ET.fromstring(drawn(*arms(), width=width))
        assert root.get("role") == "img"
        named = root.get("aria-labelledby").split()
        assert [root.find(SVG + tag).get("id") for tag in ("title", "desc")] == named
        assert not [e for e in root.iter() if e.get("style") or e.tag == SVG + "style"]


def test_a_signal_is_a_shape_and_a_word_not_a_colour():
    worse, better = arms()
    assert worse.signals
    svg = drawn(worse, better)
    assert "Signal: worse" in words_in(svg)
    assert svg.count('stroke="currentColor" stroke-width="1.5"/>') == len(
        worse.signals + better.signals
    )


def test_limits_are_named_beside_their_lines_or_below_on_a_phone():
    worse, better = arms()
    assert {"Limit for worse 3", "Limit for better 3"} <= set(words_in(drawn(worse, better)))
    narrow = " ".join(words_in(drawn(worse, better, width=320)))
    assert "Dashed: limit for worse 3." in narrow


def test_without_limits_nothing_signals_and_no_limit_is_drawn():
    worse, better = arms(limits=None)
    words = words_in(drawn(worse, better))
    assert not [word for word in words if "Signal" in word or "Limit" in word]


@pytest.mark.parametrize("width", [320, 720])
def test_no_word_ends_beyond_the_drawing(width):
    named = {"names": ("unusually high", "unusually low"), "width": width}
    size = 13 if width == 320 else 14
    root = ET.fromstring(drawn(*arms(cases=5_000, limits=(4.58, 4.24)), **named))
    for each in root.iter(SVG + "text"):
        long = len(each.text) * size * (0.6 if each.get("font-weight") else 0.52)
        left = (
            float(each.get("x"))
            - {"start": 0, "middle": long / 2, "end": long}[each.get("text-anchor")]
        )
        assert left >= -1, each.text
        assert left + long <= width, each.text
    assert "4.58" in " ".join(words_in(drawn(*arms(limits=(4.58, 4.24)), **named)))


def test_its_first_and_last_case_are_of_days_even_of_the_first_of_a_month():
    days = [f"2026-0{1 + place // 100}-01" for place in range(400)]
    assert "1 January 2026 to 1 April 2026." in words_in(drawn(*arms(dates=days)))


def test_many_cases_are_thinned_without_losing_a_peak():
    made = np.random.default_rng(1)
    values = made.normal(size=100_000).cumsum()
    at, heights = thinned(values, 500)
    assert len(at) <= 4 * 500
    assert max(heights) == values.max()
    assert min(heights) == values.min()
    assert (at[0], at[-1]) == (0, len(values) - 1)
    assert len(drawn(*arms(cases=50_000, limits=None))) < 150_000


def test_the_table_holds_every_case_by_month():
    days = [f"2024-{1 + i // 40:02}-{1 + i % 28:02}" for i in range(400)]
    worse, better = arms(dates=days)
    table = monitoring_table(worse, better)
    assert table.rows[0][0] == "January 2024"
    assert sum(int(row[1]) for row in table.rows) == 400
    assert sum(int(row[3]) for row in table.rows) == int(worse.outcome.sum())
    said = "; ".join(row[-1] for row in table.rows)
    assert all(f"worse at case {signal.index}" in said for signal in worse.signals)


def test_without_dates_the_table_goes_by_blocks_of_cases():
    table = monitoring_table(*arms(cases=610))
    assert table.rows[0][0] == "1 to 11"
    assert table.rows[-1][0] == "606 to 610"
    assert len(table.headings) == len(table.rows[0])


def test_arms_of_other_cases_or_the_wrong_way_round_are_refused():
    worse, better = arms()
    with pytest.raises(BadInput, match="for worse"):
        drawn(better, worse)
    with pytest.raises(BadInput, match="not of the same cases"):
        drawn(worse, arms(seed=5)[1])
