"""A cell without the blanks around it, asked of DuckDB."""

import duckdb
import pytest

from clinmeasures.activity.columns import trimmed


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("S1", "S1"),
        ("a b", "a b"),
        (" S1", "S1"),
        ("S1\t", "S1"),
        ("\u00a0S1\ufeff\r\n", "S1"),
        ("Ångström é", "Ångström é"),
        ("é ", "é"),
        ("x", "x"),
        (" ", None),
        ("", None),
        (None, None),
    ],
)
def test_blanks_at_both_ends_go_and_nothing_else(cell, kept):
    found = duckdb.execute(f"select {trimmed('$cell')}", {"cell": cell}).fetchone()
    assert found == (kept,)
