"""Every kind of data frame gives the same charts, and its own kind back."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from clinmeasures.association import its
from clinmeasures.casemix import casemix
from clinmeasures.coded import coded
from clinmeasures.errors import BadInput
from clinmeasures.funnels import funnel
from clinmeasures.intervals import interval
from clinmeasures.providers import providers
from clinmeasures.spc import spc

DAYS = [dt.date(2024, month, 1) for month in range(1, 13)] * 2
TABLE = pa.table(
    {
        "unit": ["b"] * 12 + ["a"] * 12,
        "number": [7] * 12 + [3] * 12,
        "day": DAYS,
        "moment": [dt.datetime(day.year, day.month, 1, tzinfo=dt.UTC) for day in DAYS],
        "value": [None, *map(float, range(23))],
    }
)
KINDS = {
    "pyarrow": TABLE,
    "pandas": TABLE.to_pandas(),
    "polars": pl.from_arrow(TABLE),
    "polars lazy": pl.from_arrow(TABLE).lazy(),
    "polars categorical": pl.from_arrow(TABLE).with_columns(pl.col("unit").cast(pl.Categorical)),
    "arrow dictionary": TABLE.set_column(0, "unit", TABLE["unit"].dictionary_encode()),
    "duckdb": duckdb.from_arrow(TABLE),
    "mapping": TABLE.to_pydict(),
    "mapping of arrays": {name: np.array(TABLE[name].to_pylist()) for name in ("unit", "day")}
    | {"value": TABLE["value"].to_numpy(), "number": TABLE["number"].to_numpy()},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("series", ["unit", "number"])
def test_every_kind_of_frame_gives_the_same_charts(kind, series):
    wanted = spc(TABLE.to_pydict(), value="value", date="day", series=series).to_dict()
    assert spc(KINDS[kind], value="value", date="day", series=series).to_dict() == wanted


@pytest.mark.parametrize("kind", ["pyarrow", "pandas", "polars", "duckdb"])
def test_moments_with_a_zone_keep_it(kind):
    found = spc(KINDS[kind], value="value", date="moment", series="unit")[0]
    assert found.dates[0][:19] == "2024-01-01T00:00:00"


@pytest.mark.parametrize(
    ("kind", "type_back"),
    [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("duckdb", pa.Table)],
)
def test_the_result_comes_back_as_the_kind_that_went_in(kind, type_back):
    found = spc(KINDS[kind], value="value", date="day", series="unit")
    assert isinstance(found.to_frame(), type_back)


@pytest.mark.parametrize("column", ["unit", "day"])
def test_a_blank_cell_is_refused_with_its_row_in_every_kind(column):
    rows = TABLE.to_pydict()
    rows[column] = [*rows[column][:4], None, *rows[column][5:]]
    for make in (dict, pa.table, pl.DataFrame, lambda given: pa.table(given).to_pandas()):
        with pytest.raises(BadInput, match=r"^row 5 .*blank"):
            spc(make(rows), value="value", date="day", series="unit")


@pytest.mark.parametrize(
    "values",
    [
        np.array([5, 3, 5, 4]),
        np.array([5, 3, 5, 10**12]),
        np.array(["b", "a", "b", "c"]),
        np.array(["2024-02", "2024-01", "2024-02", "2024-03"], dtype="datetime64[M]"),
        np.array(["2024-02-01T05", "NaT", "2024-02-01T05"], dtype="datetime64[s]"),
        np.array([1.5, np.nan, 1.5]),
        ["b", None, "b"],
        [],
    ],
    ids=str,
)
def test_codes_give_back_every_cell_in_order_of_first_appearance(values):
    column = coded(values)
    back = column.listed()
    assert len(column) == len(values)
    if isinstance(values, list):
        assert back == values
    elif values.dtype.kind != "f":
        assert [str(cell)[:7] for cell in back] == [
            "None" if str(cell) == "NaT" else str(cell)[:7] for cell in values
        ]
    shown = list(dict.fromkeys(column.codes.tolist()))
    assert shown == sorted(shown)


def test_a_series_may_be_taken_from_the_end():
    found = spc(TABLE, value="value", date="day", series="unit")
    assert found[-1].to_dict() == found[1].to_dict()
    with pytest.raises(IndexError):
        found[2]


def test_a_lazy_frame_is_worked_out_once_a_call():
    worked_out = []

    def counted(frame):
        worked_out.append(len(frame))
        return frame

    eager = pl.DataFrame(
        {
            "who": ["a", "b"] * 12,
            "month": list(range(24)),
            "x": [float(7 * i % 5) for i in range(24)],
            "n": [9.0] * 24,
        }
    )
    lazy = eager.lazy().map_batches(counted)
    options = {"value": "x", "date": "month", "denominator": "n", "chart": "p", "series": "who"}
    assert spc(lazy, **options).to_dict() == spc(eager, **options).to_dict()
    assert worked_out == [24]
    columns = {"numerator": "x", "denominator": "n"}
    assert isinstance(funnel(lazy, type="PR", unit="who", **columns).to_frame(), pl.DataFrame)
    its(lazy, date="month", value="x", change=12, comparison="n")
    interval(lazy, kind="proportion", unit="who", **columns)
    casemix(lazy, outcome="x", covariates=["month"], family="poisson")
    providers(lazy, outcome="x", provider="who", family="poisson", effects="fixed")
    assert worked_out == [24] * 6
