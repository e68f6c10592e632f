"""How the patients behind a figure differ from other patients: read from the records themselves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow.parquet as pq

from clinlead.figures.foreseen import facts_read
from clinlead.figures.reading import fetched
from clinlead.figures.records import compiled
from clinmeasures.definitions import Definition, MeasureKind

KEPT = 64  # figures whose patients a process remembers
# What is asked of a column, where the records have it.
ASKED = {
    "age": ("age_years", "age_years"),
    "emergency": ("admission_method", "(admission_method = 'emergency')::int"),
    "deprived": ("deprivation_decile", "(deprivation_decile <= 2)::int"),
    "not_coded": ("primary_diagnosis", "(primary_diagnosis is null)::int"),
}
Groups = Mapping[str, tuple[Sequence[str], Sequence[str]]]  # name → units, months
Row = Mapping[str, int | str | None]  # of one unit and month: records, and of each trait sum, known


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Some records' patients: how many records, of how many clinicians, and each known trait."""

    records: int
    people: int
    traits: Mapping[str, float]  # the average over the records in which it is known


def mix_of(
    definition: Definition, rule: str, files: Mapping[str, Sequence[str]], groups: Groups
) -> dict[str, Mix]:
    """The patients of each group of units and months, by the records that its figure counts.

    `files` are the facts of each month; a group without a record is not there.
    """
    units = {unit for some, _ in groups.values() for unit in some}
    here = tuple(file for month in sorted(files) for file in files[month])
    rows = rows_of(definition, rule, here, tuple(sorted(units))) if here else ()
    found = {
        name: added([row for row in rows if row["unit"] in set(some) and row["month"] in set(when)])
        for name, (some, when) in groups.items()
    }
    return {name: each for name, each in found.items() if each.records}


def whether_known_or_not(definition: Definition) -> Definition:
    """The same measure with the records of which a model knows too little."""
    kind = MeasureKind.MEAN if definition.value else MeasureKind.PROPORTION
    return definition.model_copy(update={"kind": kind, "model": ""})


@lru_cache(maxsize=KEPT)
def rows_of(
    definition: Definition, rule: str, files: tuple[str, ...], units: tuple[str, ...]
) -> tuple[Row, ...]:
    """Kept, since the files of a generation never change: another generation has others."""
    schema = pq.read_schema(files[0])
    asked = {name: each for name, (column, each) in ASKED.items() if column in schema.names}
    sums = "".join(
        f', sum({each}) as "{name}", count({each}) as "{name}_known"'
        for name, each in asked.items()
    )
    facts, risks = facts_read([definition])
    query = (
        f"with {facts} select unit, month, count(*) as records{sums} "  # noqa: S608 - our own names
        f"from ({compiled(definition, rule, schema)}) "
        "where unit in (select unnest($units)) group by unit, month"
    )
    return tuple(fetched(query, {"files": list(files), "units": list(units), **risks}))


def added(rows: Iterable[Row]) -> Mix:
    """Several units and months together."""
    records, people = 0, set()
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        people.add(row["unit"])
        records += int(row["records"] or 0)
        for name in row.keys() - {"unit", "month", "records"}:
            sums[name] += int(row[name] or 0)
    known = {name: sums[f"{name}_known"] for name in ASKED if sums.get(f"{name}_known")}
    traits = {name: sums[name] / count for name, count in known.items()}
    return Mix(records=records, people=len(people), traits=traits)
