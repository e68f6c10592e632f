"""Charts: what a strict page lets through, what is read aloud, what shape says before colour."""

import math
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.charts import (
    Event,
    assurance_icon,
    data_table,
    funnel_chart,
    interval_chart,
    strip_chart,
    trend_chart,
    variation_icon,
)
from clinmeasures.charts.drawing import bounds, tick_text, ticks
from clinmeasures.charts.icons import ASSURANCE, VARIATION
from clinmeasures.errors import BadInput
from clinmeasures.funnels import funnel
from clinmeasures.spc import spc

SVG = "{http://www.w3.org/2000/svg}"


def months(count):
    return [f"{2023 + i // 12}-{i % 12 + 1:02}-01" for i in range(count)]


def series(values, **options):
    return spc(values, dates=months(len(values)), **options)[0]


def drawn(one, **options):
    words = {"title": "Are stays longer?", "description": "Monthly.", "unit": "days"}
    return trend_chart(one, id_prefix="a", **(words | options))


def marks(svg, tag):
    return ET.fromstring(svg).iter(SVG + tag)


def words_in(svg):
    return [element.text for element in marks(svg, "text")]


def every_chart():
    steady = series([4, 5, 4, 6, 5] * 5)
    units = funnel(
        None, type="PR", unit=["a", "b", "c"], numerator=[1, 5, 9], denominator=[40, 60, 80]
    )
    words = {"title": "T", "description": "D", "id_prefix": "x"}
    yield drawn(steady, width=720)
    yield drawn(steady, width=320, events=[Event("2023-05-10", "<PDSA> & co")])
    yield funnel_chart(units, unit="%", own="b", **words)
    yield strip_chart([1.0, 2.0, 2.0], own=3.0, unit="days", **words)
    yield interval_chart(0.08, 0.02, 0.24, usual=0.1, unit="%", **words)
    yield from (variation_icon(name, id_prefix="x") for name in VARIATION)
    yield from (assurance_icon(name, id_prefix="x") for name in ASSURANCE)


@pytest.mark.parametrize("svg", list(every_chart()))
def test_every_chart_passes_a_strict_content_policy_and_is_read_aloud(svg):
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    named = root.get("aria-labelledby").split()
    assert [root.find(SVG + tag).get("id") for tag in ("title", "desc")] == named
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "image", "use", "a"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    assert "http" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_ids_come_from_the_caller():
    svg = trend_chart(
        series([1, 2, 3]), title="T", description="D", unit="days", id_prefix="stay-7"
    )
    assert re.findall(r' id="([^"]+)"', svg) == ["stay-7-title", "stay-7-desc"]


def test_a_signal_differs_in_shape_and_has_a_label():
    found = drawn(series([4, 5, 4, 6, 5] * 4 + [40], screen=False))
    assert "Unusually high" in words_in(found)
    diamonds = [path for path in marks(found, "path") if path.get("fill") == "#005eb8"]
    assert len(diamonds) == 1


def test_a_run_is_drawn_square():
    found = drawn(series([4, 8] * 6 + [7, 8] * 4, baseline=12))
    assert len(list(marks(found, "rect"))) == 9
    assert "Run: higher" in words_in(found)
    assert "Baseline: limits set here" in words_in(found)


def test_a_provisional_month_is_hollow_and_never_signals():
    flags = [False] * 20 + [True]
    values = [4, 5, 4, 6, 5] * 4 + [40]
    found = drawn(series(values, exclude=months(21)[-1:]), provisional=flags)
    hollow = [mark for mark in marks(found, "circle") if mark.get("fill") == "none"]
    assert len(hollow) == 1
    assert "Unusually high" not in words_in(found)
    assert "Hollow: provisional." in words_in(found)
    assert "Hollow: left out of the limits." not in words_in(found)


def test_forty_points_are_drawn_and_the_note_says_how_many_there_are():
    found = drawn(series([4, 5, 6] * 20))
    assert len(list(marks(found, "circle"))) == 40
    assert any("40 of 60" in words for words in words_in(found))


def test_a_gap_breaks_the_line():
    whole, gap = series([4, 5, 6, 5, 4, 5]), series([4, 5, None, 5, 4, 5])

    def joins(one):
        return [p for p in marks(drawn(one), "path") if p.get("stroke") == "#005eb8"]

    assert (len(joins(whole)), len(joins(gap))) == (1, 2)


def test_what_is_dated_is_named_and_what_lies_outside_is_not_drawn():
    one = series([4, 5, 6, 5] * 6)
    found = drawn(
        one,
        events=[Event("2023-06-15", "PDSA 2"), Event("2031-01-01", "Later")],
        breaks=[Event("2024-02-01", "New system")],
    )
    assert {"PDSA 2", "New system"} <= set(words_in(found))
    assert "Later" not in words_in(found)


def test_the_narrow_drawing_is_drawn_again_not_shrunk():
    one = series([4, 5, 6, 5] * 6)
    wide, narrow = ET.fromstring(drawn(one)), ET.fromstring(drawn(one, width=320))
    assert narrow.get("viewBox").split()[2] == narrow.get("width") == "320"
    assert float(narrow.get("font-size")) >= 13
    assert wide.get("width") == "720"


def test_nothing_at_all_can_still_be_drawn():
    assert "svg" in drawn(series([None, None]))


def test_a_funnel_marks_one_and_names_nobody():
    units = funnel(
        None, type="PR", unit=["Ann", "Bob", "Cy"], numerator=[1, 5, 9], denominator=[40, 60, 80]
    )
    found = funnel_chart(
        units, title="T", description="D", unit="%", id_prefix="f", own="Bob", volume="patients"
    )
    assert "You" in words_in(found)
    assert not {"Ann", "Bob", "Cy"} & set(words_in(found))


def test_a_unit_with_too_few_is_hollow_and_the_note_says_so():
    units = funnel(None, type="PR", unit=["a", "b"], numerator=[1, 30], denominator=[4, 60])
    found = funnel_chart(
        units, title="T", description="D", unit="%", id_prefix="f", volume="patients", minimum=10
    )
    assert [mark.get("fill") for mark in marks(found, "circle")].count("none") == 1
    assert "Hollow: fewer than 10 patients, too few to tell." in words_in(found)


def test_a_strip_does_not_keep_the_order_of_peers():
    words = {"own": 2.0, "title": "T", "description": "D", "unit": "days", "id_prefix": "s"}
    assert strip_chart([1.0, 5.0, 3.0], **words) == strip_chart([3.0, 1.0, 5.0], **words)


def test_icons_of_a_person_say_no_better_or_worse():
    found = variation_icon("concern_high", id_prefix="i", about_person=True)
    assert "oncern" not in found
    assert "Higher than chance alone gives" in found


@pytest.mark.parametrize("icon", [variation_icon, assurance_icon])
def test_an_unknown_icon_is_refused(icon):
    with pytest.raises(BadInput, match=r"no .* icon"):
        icon("superb", id_prefix="i")


def test_the_table_has_every_point_in_words():
    one = spc([9, 11, None], dates=months(3), denominators=[212, 200, 0], chart="p")[0]
    table = data_table(one, unit="%", numerators=[9, 11, np.nan])
    assert table.rows[0][:3] == ("January 2023", "9 of 212", "4.2%")
    assert table.rows[2][1:3] == ("none", "none")
    assert len(table.rows) == 3
    assert all(len(row) == len(table.headings) for row in table.rows)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), min_size=1, max_size=8))
def test_axes_hold_every_value_and_have_readable_marks(values):
    low, high = bounds(values)
    assert low < high
    assert all(low <= value <= high for value in values)
    marks_ = ticks(low, high, 5)
    assert len(marks_) <= 12
    texts = [tick_text(mark, marks_[1] - marks_[0]) for mark in marks_] if len(marks_) > 1 else []
    assert len(set(texts)) == len(texts)


@settings(max_examples=40)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e4, 1e4)), min_size=1, max_size=45),
    st.sampled_from(["xmr", "run", "i", "mr"]),
    st.sampled_from([320, 720]),
)
def test_any_series_can_be_drawn(values, kind, width):
    root = ET.fromstring(drawn(series(values, chart=kind), width=width))
    assert not re.search(r"\b(nan|inf)\b", ET.tostring(root, encoding="unicode"))


def test_a_limit_of_a_month_with_next_to_nobody_does_not_lay_the_points_flat():
    from clinmeasures.charts.trend_layout import near

    usual = [6.0, 7.0, 5.5, 6.5, math.nan]
    assert near([*usual, 70.0], [0.0, 1.2, 0.8, 0.0, 1.0, 0.0]) == usual[:4]
    assert near(usual, [25.0]) == usual[:4]
    assert near([70.0], [0.0]) == [70.0]
