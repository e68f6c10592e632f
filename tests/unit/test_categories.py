"""Columns of labels as whole numbers: short and long ones alike."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from clinmeasures import categories
from clinmeasures.categories import BLANK, encoded, labelled
from clinmeasures.errors import BadInput


@pytest.fixture(params=["short", "long"])
def either_way(request, monkeypatch):
    if request.param == "long":
        monkeypatch.setattr(categories, "FEW", 0)


@pytest.mark.parametrize(
    ("values", "cells", "index"),
    [
        (["b", "a", "b"], ["b", "a"], [0, 1, 0]),
        ([7, None, 8], [7, 8], [0, BLANK, 1]),
        (np.array([7.0, np.nan, 7.0]), [7.0], [0, BLANK, 0]),
        (["b", None, ""], ["b", ""], [0, BLANK, 1]),
        ([], [], []),
    ],
)
def test_cells_are_numbered_in_order_of_appearance(either_way, values, cells, index):
    found, numbers = encoded(None, values, name="x")
    assert found == cells
    assert numbers.tolist() == index


@pytest.mark.parametrize(
    "frame",
    [
        lambda columns: columns,
        pd.DataFrame,
        pl.DataFrame,
        lambda columns: pl.DataFrame(columns).lazy(),
        lambda columns: pl.DataFrame(columns).to_arrow(),
        lambda columns: pl.DataFrame(columns).with_columns(pl.col("x").cast(pl.Categorical)),
    ],
)
def test_frames_of_any_kind_are_read(either_way, frame):
    assert labelled(frame({"x": ["b", "a", "b"]}), "x", name="x")[0] == ["b", "a"]


def test_a_whole_number_read_as_a_fraction_is_the_same_label(either_way):
    names, index = labelled(None, np.array([7.0, 8.5, 7.0]), name="x")
    assert names == ["7", "8.5"]
    assert index.tolist() == [0, 1, 0]


@pytest.mark.parametrize("blank", ["", " ", None, float("nan")])
def test_a_blank_label_is_refused_with_its_row(either_way, blank):
    with pytest.raises(BadInput, match=r"row 2 .*'x' is blank"):
        labelled(None, ["a", blank], name="x")


def test_a_column_that_is_not_there_is_refused(either_way):
    with pytest.raises(BadInput, match="the columns are x"):
        encoded(pl.DataFrame({"x": ["a"]}), "y", name="y")


def test_a_column_of_lists_is_refused(either_way):
    with pytest.raises(BadInput, match="holds lists"):
        encoded(None, [[1], [2]], name="x")
