"""Released figures as files: what there is, in what order, and under which name. Pure.

A file names people and departments by code, holds the frozen integers month by month, and says on
every row which release it is of, with the digests that `clinlead release verify` compares.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO, StringIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from clinlead.access.policies import Reader, Reason, Refusal
from clinlead.figures.sums import MonthSums, Sums, unit_of_figure, value_of
from clinlead.printing.cells import harmless
from clinlead.releases.manifest import NUMBERS
from clinmeasures.definitions import Definition

if TYPE_CHECKING:
    import pyarrow as pa


class Kind(StrEnum):
    """How released figures can be taken away; the value ends the file's name."""

    CSV = "csv"
    PARQUET = "parquet"
    FHIR = "json"
    SVG = "svg"
    PNG = "png"


CONTENT_TYPES = {
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.PARQUET: "application/vnd.apache.parquet",
    Kind.FHIR: "application/fhir+json",
    Kind.SVG: "image/svg+xml",
    Kind.PNG: "image/png",
}
OF_A_RELEASE = frozenset({Kind.CSV, Kind.PARQUET, Kind.FHIR})
RELEASE_DIGEST, FIGURE_DIGEST = "release_digest", "figure_digest"
WORDS = ("department", "first_month", "last_month", "edition", "released_at", RELEASE_DIGEST)
NAMES = ("measure", "version", "title", "rule", "unit", "month")
VALUE = ("value", "value_in")
QUALITY = ("grade", "grade_because")
COLUMNS = (*WORDS, *NAMES, *NUMBERS, *VALUE, *QUALITY, FIGURE_DIGEST)


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """One released figure, with the months that its reader may see."""

    release: Mapping[str, Any]  # the columns of WORDS
    measure: str
    version: int
    title: str
    rule: str
    unit: str
    months: Sequence[MonthSums]
    definition: Definition
    digest: str
    grades: Mapping[str, Sequence[str]] = field(default_factory=dict)  # month → grade, why

    def same(self) -> dict[str, Any]:
        """What every row of the figure says."""
        own = {name: getattr(self, name) for name in NAMES if name != "month"}
        unit = unit_of_figure(self.definition).name
        return {**self.release, **own, "value_in": unit, FIGURE_DIGEST: self.digest}

    def by_month(self) -> dict[str, Sequence[Any]]:
        """The frozen integers, and the figure in the unit that pages show."""
        sums = [each.sums for each in self.months]
        values = [value_of(each, self.definition) for each in sums]
        shown = unit_of_figure(self.definition)
        return {
            **{name: [getattr(each, name) for each in sums] for name in NUMBERS},
            "month": [each.month for each in self.months],
            "histogram": [bars_as_text(each) for each in sums],
            "value": [None if value is None else shown.shown(value) for value in values],
            **self.quality(),
        }

    def quality(self) -> dict[str, Sequence[str | None]]:
        """Of each month, the grade of the data when it was released, and why where it is no A."""
        grades = [self.grades.get(each.month, ("", "")) for each in self.months]
        return {
            name: [grade[place] or None for grade in grades] for place, name in enumerate(QUALITY)
        }

    def columns(self, cell: Callable[[Any], Any]) -> list[Sequence[Any]]:
        """In the order of COLUMNS, a row a month; what all rows share goes through `cell` once."""
        many = len(self.months)
        found: dict[str, Sequence[Any]] = {
            name: [cell(value)] * many for name, value in self.same().items()
        }
        found.update(self.by_month())
        return [found[name] for name in COLUMNS]


def bars_as_text(sums: Sums) -> str | None:
    bars = sums.as_integers()["histogram"] if sums.histogram is not None else None
    return None if bars is None else json.dumps(bars, separators=(",", ":"))


def leaves_the_department(reader: Reader, department_id: int) -> bool:
    """Whether a file of a department's figures leaves it with this person, whatever their right."""
    return department_id not in reader.departments | reader.leads | reader.chief_of


def why_not_take_away(*, months: int, purpose_missing: bool = False) -> Refusal | None:
    """Why this person may not have what they can see of a release as a file."""
    if purpose_missing:
        return Refusal(
            Reason.NO_REASON_GIVEN,
            "Open the figure, state what you need it for, and take the file from there.",
        )
    if not months:
        return Refusal(
            Reason.NOT_THEIRS_TO_SEE,
            "There is nothing in this file for you: no month of these figures is yours to see.",
        )
    return None


def as_csv(figures: Iterable[Frozen]) -> bytes:
    """Every month of every figure as a row; text that a spreadsheet would run is quoted."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for figure in figures:
        writer.writerows(zip(*figure.columns(harmless), strict=True))
    return text.getvalue().encode()


def as_parquet(figures: Iterable[Frozen]) -> bytes:
    """The same rows as Parquet, with their types."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = zip(*(figure.columns(lambda cell: cell) for figure in figures), strict=True)
    typed = schema()
    arrays = [
        pa.array(list(chain.from_iterable(parts)), field.type)
        for parts, field in zip(columns, typed, strict=True)
    ]
    sink = BytesIO()
    parquet.write_table(pa.table(arrays, schema=typed), sink, compression="zstd")
    return sink.getvalue()


def schema() -> "pa.Schema":
    """Squares can pass 64 bits, so they are decimals of 38 digits."""
    import pyarrow as pa

    whole = {"edition", "version", *NUMBERS} - {"histogram"}
    types = dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(whole, pa.int64())
    types |= {"value": pa.float64(), "released_at": pa.timestamp("us", tz="UTC")}
    types |= dict.fromkeys(("weight_squared", "value_sum_squared"), pa.decimal128(38, 0))
    return pa.schema(list(types.items()))
