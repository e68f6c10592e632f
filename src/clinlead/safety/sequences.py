"""The cases of a measure one by one, from the facts, in the order in which they ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clinlead.figures.computing import complete_to
from clinlead.figures.facts import files_of
from clinlead.figures.foreseen import facts_read, in_force, kept
from clinlead.figures.models import Generation
from clinlead.figures.queries import Wanted
from clinlead.figures.reading import connection
from clinlead.figures.records import compiled, definition_of
from clinlead.safety.expecting import COVARIATES, Coded, Levels
from clinmeasures.attribution.rules import WHOLE
from clinmeasures.definitions import Definition
from clinmeasures.engine.risks import CERTAIN

LEAST_RISK = 1e-6  # as near to never or always as a case's evidence is worked out for
NOT_STATED = "not stated"
START = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Arrays of shape (n_cases,), by day and key."""

    key: NDArray[Any]
    unit: Coded
    day: NDArray[np.int32]  # since 1970
    event: NDArray[np.bool_]
    levels: Levels
    risk: NDArray[np.float64] | None = None  # by the case-mix model in force; NaN: it has none

    def __len__(self) -> int:
        return len(self.key)

    def day_at(self, place: int) -> date:
        return START + timedelta(days=int(self.day[place]))

    def up_to(self, last: date) -> "Cases":
        """The cases that ended on these days."""
        return self.at(np.flatnonzero(self.day <= (last - START).days))

    def at(self, places: NDArray[np.int64]) -> "Cases":
        return Cases(
            key=self.key[places],
            unit=self.unit.at(places),
            day=self.day[places],
            event=self.event[places],
            levels={name: values.at(places) for name, values in self.levels.items()},
            risk=None if self.risk is None else self.risk[places],
        )

    def with_risk(self) -> "Cases":
        """The cases of which the case-mix model knows all that it needs."""
        if self.risk is None:
            return self.at(np.array([], dtype=np.int64))
        return self.at(np.flatnonzero(np.isfinite(self.risk)))


def mature_to(definition: Definition, generation: Generation | None) -> date | None:
    """The last day whose cases are mature: what follows them is known as far as it counts.

    Case by case, not month by month: a case enters the day after its own waiting time is over.
    """
    if generation is None:
        return None
    covered = {name: date.fromisoformat(day) for name, day in generation.complete_to.items()}
    last = complete_to(definition, covered)
    if last is None:
        return None
    wait = timedelta(days=definition.looks_ahead_days + definition.lag_days)
    return date.fromisoformat(last) - wait


def cases_of(wanted: Wanted, *, last: date, units: Collection[str] | None = None) -> Cases | None:
    """Every mature case of a measure under a rule; None where there is none."""
    definition = definition_of(wanted)
    files = files_of(definition.record)
    if not files:
        return None
    schema = pq.read_schema(files[0])
    covariates = [name for name in COVARIATES if name in schema.names]
    facts, risks = facts_read([definition])
    inner = compiled(definition, wanted.rule, schema)
    foreseen = kept_risks(definition)
    query = f"with {facts}, {query_for(definition, inner, covariates, units, foreseen)}"
    asked: dict[str, Any] = {"files": files, "last": last, "whole": WHOLE, **risks, **foreseen}
    if units is not None:
        asked["units"] = sorted(units)
    table = connection().execute(query, asked).to_arrow_table()
    return as_cases(table, covariates) if table.num_rows else None


def kept_risks(definition: Definition) -> dict[str, str]:
    """Where the risks by the measure's model in force are kept; nothing where there is none."""
    model = definition.model or definition.code
    file = kept([model]).get(model) if model in in_force() else None
    return {} if file is None else {"foreseen": str(file)}


def as_cases(table: Any, covariates: list[str]) -> Cases:
    risk = (
        table["risk"].cast("float64").to_numpy() / CERTAIN if "risk" in table.schema.names else None
    )
    return Cases(
        risk=None if risk is None else np.clip(risk, LEAST_RISK, 1 - LEAST_RISK),
        key=np.array(table["key"].to_pylist(), dtype=object),
        unit=coded(table["unit"]),
        day=table["day"].cast("int32").to_numpy(),
        event=table["event"].to_numpy(),
        levels={name: coded(table[name]) for name in covariates},
    )


def coded(column: Any) -> Coded:
    one = column.combine_chunks().dictionary_encode()
    codes = one.indices.to_numpy().astype(np.int64)
    return Coded(codes=codes, names=tuple(one.dictionary.to_pylist()))


def query_for(
    definition: Definition,
    inner: str,
    covariates: list[str],
    units: Collection[str] | None,
    foreseen: Collection[str] = (),
) -> str:
    """The engine's own expression for the records, with the day and the covariates of each."""
    more = "".join(f', coalesce(f."{n}"::varchar, \'{NOT_STATED}\') as "{n}"' for n in covariates)
    risk, join = "", ""
    if foreseen:
        risk, join = ", k.risk as risk", "left join read_parquet($foreseen) k on k.key = r._key "
    only = " and r.unit in (select unnest($units))" if units is not None else ""
    return (
        f"r as ({inner}) "  # noqa: S608 - our own names
        f'select r._key as key, r.unit as unit, f."{definition.month_of}"::date as day, '
        f"r.numerator > 0 as event{more}{risk} from r join facts f on f._key = r._key {join}"
        f'where r.weight_millionths = $whole and f."{definition.month_of}"::date <= $last'
        f"{only} order by day, key"
    )
