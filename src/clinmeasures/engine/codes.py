"""Clinicians' codes, each standing for one unit on any day."""

from itertools import pairwise
from typing import TYPE_CHECKING

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    import pyarrow as pa


def checked_codes(codes: "pa.Table") -> "pa.Table":
    """The dated codes with open ends closed; refused where one code is two units on one day."""
    from datetime import date

    import pyarrow as pa

    rows = sorted(
        (each["code"], each["valid_from"] or date.min, each["valid_to"] or date.max, each["unit"])
        for each in codes.to_pylist()
        if each["code"] is not None and each["unit"] is not None
    )
    for earlier, later in pairwise(rows):
        if earlier[0] == later[0] and later[1] <= earlier[2]:
            raise BadInput(
                f"the code '{later[0]}' stands for two units on {later[1]}; end one of them before."
            )
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    types = [pa.string(), pa.date32(), pa.date32(), pa.string()]
    names = ["_code", "_from", "_to", "_stands_for"]
    return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names)
