"""The true rows of each data set: a registry, so that a new data set adds one generator.

Every generator takes the world and its own source of chance and returns typed columns under the
template names.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clinlead.demo.trust.departments import DAY_CASE
from clinlead.demo.trust.plan import MINUTES_A_DAY, Minutes, as_day
from clinlead.demo.trust.spells import World
from clinmeasures.activity.record_types import RECORD_TYPES, Kind

Generator = Callable[[World, np.random.Generator], pa.Table]
GENERATORS: dict[str, Generator] = {}
UNKNOWN = -1  # an instant or a day that did not happen or was not written down

ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("s"),
}


MORE: dict[str, tuple[str, Generator]] = {}  # name of its own → data set, generator


def also_generates(dataset: str, name: str) -> Callable[[Generator], Generator]:
    """Registers further rows of a data set, which draw on a source of chance of their own."""

    def keep(generator: Generator) -> Generator:
        MORE[name] = (dataset, generator)
        return generator

    return keep


def generates(dataset: str) -> Callable[[Generator], Generator]:
    """Registers the generator of a data set of DATASETS."""

    def keep(generator: Generator) -> Generator:
        GENERATORS[dataset] = generator
        return generator

    return keep


def true_tables(world: World) -> dict[str, pa.Table]:
    """Every registered data set as it really was, columns in the template's order."""
    tables = {
        name: in_template_order(name, generator(world, world.plan.random(name)))
        for name, generator in GENERATORS.items()
    }
    for name, (dataset, generator) in MORE.items():
        more = in_template_order(dataset, generator(world, world.plan.random(name)))
        tables[dataset] = pa.concat_tables([tables[dataset], more])
    return tables


def in_template_order(dataset: str, table: pa.Table) -> pa.Table:
    """All columns of the template with its types; those not generated are empty."""
    columns = {}
    for column in RECORD_TYPES[dataset].columns:
        kind = ARROW_TYPES[column.kind]
        given = column.name in table.column_names
        columns[column.name] = (
            table[column.name].cast(kind) if given else pa.nulls(table.num_rows, kind)
        )
    unknown = set(table.column_names) - set(columns)
    if unknown:
        raise ValueError(f"{dataset} has no such columns: {', '.join(sorted(unknown))}")
    return pa.table(columns)


def numbered(prefix: str, numbers: NDArray[np.int64]) -> pa.Array:
    """`S0000012` from 12: a made-up identifier."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def instants(minutes: Minutes) -> pa.Array:
    """Minutes as local instants; unknown ones and those after 2199 are empty."""
    return pa.array(minutes * 60, mask=minutes < 0).cast(pa.timestamp("s"))


def days(numbers: NDArray[np.int64]) -> pa.Array:
    return pa.array(numbers.astype(np.int32), mask=numbers < 0).cast(pa.date32())


def chosen(words: list[str], index: NDArray[np.int64]) -> pa.Array:
    """Words by their position; -1 is empty."""
    positions = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.DictionaryArray.from_arrays(positions, pa.array(words, pa.string())).cast(pa.string())


def clinicians(world: World, person: NDArray[np.int64], minutes: Minutes) -> pa.Array:
    """The code each person had at that instant."""
    return pa.array(world.people.code_on(person, minutes // MINUTES_A_DAY), pa.string())


def cut(world: World) -> int:
    """The midnight at which the extract was taken; nothing after it is known."""
    return as_day(world.plan.end) * MINUTES_A_DAY


def until_cut(world: World, minutes: Minutes) -> Minutes:
    return np.where(minutes < cut(world), minutes, UNKNOWN)


def finished(world: World) -> NDArray[np.bool_]:
    return world.spells["discharged"] < cut(world)


def inpatient(world: World) -> NDArray[np.bool_]:
    return world.spells["stream"] != DAY_CASE


def spell_ids(rows: NDArray[np.int64]) -> pa.Array:
    return numbered("S", rows + 1)


def patient_ids(patients: NDArray[np.int64]) -> pa.Array:
    return numbered("ZH", patients + 1)
