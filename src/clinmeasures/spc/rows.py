"""The rows a chart is given, read and checked cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinmeasures.coded import coded, coded_groups, coded_moments
from clinmeasures.errors import BadInput
from clinmeasures.frames import Codes, as_numbers, at_row, cells, collected, is_frame
from clinmeasures.spc.points import Rows

NEEDS_DENOMINATOR = {"p", "pp", "u", "up"}
TAKES_NO_DENOMINATOR = {"c", "g", "t", "xbar", "s"}
SUBGROUPS = {"xbar", "s"}
NEVER_NEGATIVE = NEEDS_DENOMINATOR | {"c", "g", "t"}


@dataclass(frozen=True, kw_only=True)
class Given:
    """The columns as given, with the names that errors use; None where there is none."""

    values: Any
    dates: Any
    denominators: Any
    series: Any
    value_name: str
    date_name: str
    denominator_name: str
    series_name: str


def _named(column: Any, otherwise: str) -> str:
    return column if isinstance(column, str) else otherwise


def columns_of(data: Any, value: str | None, date: str | None, other: Mapping[str, Any]) -> Given:
    """Columns of a frame, or arrays beside an array, under one set of names."""
    denominator, series = other["denominator"], other["series"]
    dates, denominators = other["dates"], other["denominators"]
    data = collected(data)
    values = data
    if is_frame(data):
        if value is None:
            raise BadInput("say which column holds the values.")
        values = cells(data, value)
        dates = dates if date is None else coded(data, date)
        denominators = denominators if denominator is None else cells(data, denominator)
    return Given(
        values=values,
        dates=dates,
        denominators=denominators,
        series=coded(data, series) if isinstance(series, str) else series,
        value_name=_named(value, "value"),
        date_name=_named(date, "date"),
        denominator_name=_named(denominator, "denominator"),
        series_name=_named(series, "series"),
    )


def rows_of(given: Given, chart: str) -> Rows:
    """The columns read and checked cell by cell."""
    _refuse_wrong_columns(given, chart)
    numbers = as_numbers(given.values, column=given.value_name)
    if not len(numbers):
        raise BadInput("there are no rows; give at least one point.")
    keys, texts = (None, None)
    if given.dates is not None:
        keys, texts = coded_moments(coded(given.dates), name=given.date_name)
    names, index = _series_index(given, len(numbers))
    size = None
    if given.denominators is not None:
        size = as_numbers(given.denominators, column=given.denominator_name)
    _refuse_uneven(len(numbers), dates=keys, denominators=size, series=index)
    rows = Rows(
        names=names,
        series=index,
        keys=keys,
        dates=texts,
        value=numbers,
        size=size,
        date_column=given.date_name,
    )
    _refuse_impossible(rows, chart, given)
    return rows


def _refuse_wrong_columns(given: Given, chart: str) -> None:
    """Each chart has the columns it needs and no other."""
    has_denominator = given.denominators is not None
    if chart in NEEDS_DENOMINATOR and not has_denominator:
        raise BadInput(f"a {chart} chart needs a denominator; name the column that holds it.")
    if chart in TAKES_NO_DENOMINATOR and has_denominator:
        raise BadInput(f"a {chart} chart takes no denominator; leave it out, or use p or u.")
    if chart in SUBGROUPS and given.dates is None:
        raise BadInput(f"an {chart} chart needs dates: values of one date make a subgroup.")


def _refuse_uneven(length: int, **columns: Any) -> None:
    for name, column in columns.items():
        if column is not None and len(column) != length:
            raise BadInput(f"{name} has {len(column)} rows and the values {length}; give as many.")


def _series_index(given: Given, length: int) -> tuple[list[str | None], Codes]:
    """Names in order of first appearance, and which of them each row belongs to."""
    if given.series is None:
        return [None], np.zeros(length, dtype=np.int32)
    names, index = coded_groups(coded(given.series), name=given.series_name)
    return [*names], index


def _refuse_impossible(rows: Rows, chart: str, given: Given) -> None:
    """Counts below zero, and more events than chances in a chart of proportions."""
    if chart in NEVER_NEGATIVE:
        _refuse_where(rows.value < 0, given.value_name, "is negative; a count cannot be")
    if rows.size is None:
        return
    name = given.denominator_name
    _refuse_where(rows.size < 0, name, "is negative; a denominator cannot be")
    if chart in {"p", "pp"}:
        _refuse_where(
            rows.value > rows.size,
            given.value_name,
            f"is more than {name!r}; correct the row, or use a u chart if one case can count more "
            "than once",
        )


def _refuse_where(wrong: np.ndarray, column: str, why: str) -> None:
    if wrong.any():
        raise BadInput(f"{at_row(int(np.flatnonzero(wrong)[0]))}, column {column!r} {why}.")
