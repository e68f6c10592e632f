"""Flow charts: every box and join is drawn, where the caller said, with its words whole."""

from xml.etree import ElementTree as ET

import pytest

from clinmeasures.charts import FlowBox, FlowColumn, flow_chart

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = [
    FlowColumn("Aim", [FlowBox("Shorter stays", note="by March")]),
    FlowColumn(
        "Drivers", [FlowBox("Rounds", after=(0,)), FlowBox("Transport", after=(0,), lit=True)]
    ),
    FlowColumn("", []),
]


def drawn(columns=COLUMNS, **options):
    words = {"title": "What leads to what", "description": "The list is below.", "id_prefix": "f"}
    return ET.fromstring(flow_chart(columns, **(words | options)))


def texts(svg):
    return ["".join(each.itertext()) for each in svg.iter(f"{SVG}text")]


def test_every_heading_and_word_is_drawn_once_and_read_aloud():
    svg = drawn()
    assert sorted(texts(svg)) == sorted(
        ["Aim", "Drivers", "Shorter stays", "by March", "Rounds", "Transport"]
    )
    assert svg.find(f"{SVG}title").text == "What leads to what"
    assert svg.find(f"{SVG}desc").text == "The list is below."


def test_each_box_is_joined_to_those_that_lead_to_it():
    joins = list(drawn().iter(f"{SVG}line"))
    assert len(joins) == 2
    assert {line.get("x1") for line in joins} == {joins[0].get("x1")}
    assert joins[0].get("y2") != joins[1].get("y2")


def test_the_present_box_has_a_thicker_edge():
    edges = sorted(
        each.get("stroke-width") for each in drawn().iter() if each.get("fill") == "none"
    )
    assert edges == ["1.2", "1.2", "3"]


def test_long_words_are_wrapped_within_the_box_and_nothing_is_lost():
    words = "Discharge letters dictated on the ward round on the day itself"
    found = texts(drawn([FlowColumn("", [FlowBox(words)])], width=160))
    assert len(found) > 1
    assert " ".join(found) == words


def test_a_word_longer_than_the_box_ends_in_an_ellipsis():
    (found,) = texts(drawn([FlowColumn("", [FlowBox("x" * 80)])], width=160))
    assert found.endswith("…")
    assert len(found) < 80


@pytest.mark.parametrize("columns", [[], [FlowColumn("", [])]])
def test_nothing_at_all_can_still_be_drawn(columns):
    assert texts(drawn(columns)) == []


def test_a_rising_flow_is_taller_and_its_columns_climb():
    flat, rising = drawn(), drawn(rising=True)
    assert float(rising.get("height")) > float(flat.get("height"))
    line = next(rising.iter(f"{SVG}line"))
    assert float(line.get("y2")) < float(line.get("y1"))
