"""The records behind a figure, read from the facts by the expression that makes the tallies."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq

from clinlead.figures.facts import files_of
from clinlead.figures.foreseen import facts_read
from clinlead.figures.queries import Wanted
from clinlead.figures.reading import READ, fetched, rows_where
from clinlead.figures.sums import MonthSums, Sums, as_value
from clinlead.figures.touching import SPELL_OF
from clinlead.measures.queries import find, read_definition
from clinmeasures.activity.record_types import RECORD_TYPES, Kind
from clinmeasures.attribution.rules import WHOLE, rules_for
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.definitions.fields import JOINED_FROM
from clinmeasures.engine.risks import CERTAIN, MILLI, risk_column

SHARES = "shares"
SUMMED = (
    "select month, count(*) as n, sum(numerator) as numerator, sum(denominator) as denominator, "
    "sum(weight_millionths) as weight, "
    "sum(weight_millionths::hugeint * weight_millionths) as weight_squared"
)
OF_VALUES = "sum(value) as value_sum, sum(value::hugeint * value) as value_sum_squared"
OF_NOTHING = "null as value_sum, null as value_sum_squared"
OF_RISKS = (
    f"sum(risk) as value_sum, "
    f"sum(risk::hugeint * ({CERTAIN} - risk) // {CERTAIN}) as value_sum_squared"
)
OF_AMOUNTS = (  # how far each lay from what was expected of it, in thousandths squared
    f"sum(risk) as value_sum, "
    f"sum((value::hugeint * 1000 - risk // {MILLI}) * (value * 1000 - risk // {MILLI})) "
    "as value_sum_squared"
)
BY_MONTH = "group by month order by month"
BARS = "select month, value, sum(weight_millionths) as weight"
COUNTED = ("_key", "month", "unit", "weight_millionths", "numerator", "denominator", "value")
FILTERS = ("admission_method", "patient_class", "specialty", "site")  # that may stay in an address


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which of the records behind a figure are meant; blank means all."""

    values: Mapping[str, str] = field(default_factory=dict)  # column → value
    counted: bool | None = None  # only those in the numerator, or only those not in it

    def __bool__(self) -> bool:
        return bool(self.values) or self.counted is not None


NO_FILTERS = Filters()


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record as it stands: latest, corrected, with whom it counts for under each rule."""

    dataset: str
    key: str
    month: str | None
    fields: Mapping[str, Any]
    weights: Mapping[str, Mapping[str, int]]  # rule → unit → millionths
    patient_key: str | None
    row: int | None

    @property
    def id(self) -> str:
        return f"{self.dataset}:{self.key}"


def record(dataset: str, key: str) -> Record | None:
    """One record by its key; None where there is none."""
    found = rows_where(files_of(dataset), ["*"], "_key", [key])
    return as_record(dataset, found[0]) if found else None


def as_record(dataset: str, row: Mapping[str, Any]) -> Record:
    month = row["month"]
    return Record(
        dataset=dataset,
        key=row["_key"],
        month=None if month == "none" else month,
        fields={name: row.get(name) for name in fields_of(dataset)},
        weights={rule: weights_under(rule, row) for rule in rules_for(dataset)},
        patient_key=row.get("patient_key"),
        row=row.get("_row"),
    )


@lru_cache
def fields_of(dataset: str) -> tuple[str, ...]:
    own = (each.name for each in RECORD_TYPES[dataset].columns if not each.patient)
    return (*own, *JOINED_FROM.get(dataset, ()))


def weights_under(rule: str, row: Mapping[str, Any]) -> dict[str, int]:
    if rule == SHARES:
        return {each["unit"]: each["weight"] for each in row["units_shares"]}
    return {row[f"unit_{rule}"]: WHOLE}


def related(dataset: str, key: str, *, of: str = "spells") -> list[Record]:
    """The rows of another data set that belong to a spell, in the order of their keys."""
    if of != "spells":
        return []
    column = SPELL_OF.get(dataset, "spell_id")
    found = rows_where(files_of(dataset), ["*"], column, [key])
    return sorted((as_record(dataset, row) for row in found), key=lambda each: each.key)


def counting_for(
    units: Collection[str],
    dataset: str,
    *,
    months: Iterable[str] | None = None,
    rules: Iterable[str] | None = None,
) -> list[Record]:
    """Every record of some months that counts for any of the units under any of the rules."""
    files = files_of(dataset, months)
    allowed = [rule for rule in rules_for(dataset) if rules is None or rule in set(rules)]
    if not files or not allowed or not units:
        return []
    tests = [unit_test(rule) for rule in allowed]
    order = f'"{RECORD_TYPES[dataset].month_of}", "_key"'
    query = f"select * from {READ} where {' or '.join(tests)} order by {order}"  # noqa: S608 - our own names
    found = fetched(query, {"files": files, "units": sorted(units)})
    return [as_record(dataset, row) for row in found]


def unit_test(rule: str) -> str:
    if rule == SHARES:
        return "list_has_any(list_transform(units_shares, x -> x.unit), $units)"
    return f'"unit_{rule}" in (select unnest($units))'


def records_behind(
    wanted: Wanted,
    units: Collection[str],
    *,
    months: Iterable[str] | None = None,
    filters: Filters = NO_FILTERS,
    columns: Iterable[str] | None = None,
) -> list[Mapping[str, Any]]:
    """The records that a figure counts for these units: `_key, month, unit, weight_millionths,
    numerator, denominator, value` (in millionths, as in the tallies) and the record's own columns;
    of those only `columns`, where some are named: fewer are read in less time.
    """
    asked = behind(wanted, units, months, filters)
    if asked is None:
        return []
    query, parameters = asked
    risk = ["risk"] if definition_of(wanted).model else []
    wanted_columns = (*COUNTED, *risk, *(columns or ()))
    names = "*" if columns is None else ", ".join(f'"{name}"' for name in wanted_columns)
    return fetched(f"select {names} from ({query}) order by month, _key, unit", parameters)  # noqa: S608 - our own names


def beside(definition: Definition) -> str:
    """The two sums that stand beside the figure's own: of values, or of what a model foresaw."""
    if definition.kind is MeasureKind.DISTINCT:
        return OF_NOTHING
    if definition.kind is MeasureKind.OBSERVED_EXPECTED:
        return OF_AMOUNTS if definition.value else OF_RISKS
    return OF_VALUES


def filtered_series(
    wanted: Wanted, units: Collection[str], *, filters: Filters, complete: Mapping[str, bool]
) -> list[MonthSums]:
    """A figure's months over some of its records only; `complete` says which months are."""
    asked = behind(wanted, units, None, filters)
    if asked is None:
        return []
    query, parameters = asked
    definition = definition_of(wanted)
    kind = definition.kind
    rows = fetched(f"{SUMMED}, {beside(definition)} from ({query}) {BY_MONTH}", parameters)
    histograms: dict[str, dict[Any, int]] = defaultdict(dict)
    if kind in (MeasureKind.DISTINCT, MeasureKind.PERCENTILE):
        for row in fetched(f"{BARS} from ({query}) group by month, value", parameters):
            histograms[row["month"]][as_value(str(row["value"]))] = int(row["weight"])
    return [
        MonthSums(
            month=row["month"],
            complete=complete.get(row["month"], False),
            sums=as_sums(row, histograms.get(row["month"])),
        )
        for row in rows
    ]


def as_sums(row: Mapping[str, Any], bars: Mapping[int, int] | None) -> Sums:
    names = ("n", "numerator", "denominator", "weight", "weight_squared")
    values = {name: row[name] for name in ("value_sum", "value_sum_squared")}
    numbers: dict[str, Any] = {name: int(row[name] or 0) for name in names}
    numbers |= {name: None if each is None else int(each) for name, each in values.items()}
    return Sums(
        **numbers,
        histogram=bars,
    )


def behind(
    wanted: Wanted, units: Collection[str], months: Iterable[str] | None, filters: Filters
) -> tuple[str, dict[str, Any]] | None:
    """The query for the records behind a figure; None where no facts are."""
    definition = definition_of(wanted)
    files = files_of(definition.record, months)
    if not files or not units:
        return None
    inner = compiled(definition, wanted.rule, pq.read_schema(files[0]))
    tests, parameters = tests_of(definition, filters)
    several = len(units) > 1  # one unit is compared as the file is read, several are joined
    tests.append("unit in (select unnest($units))" if several else "unit = $unit")
    whose = {"units": sorted(units)} if several else {"unit": next(iter(units))}
    one = next(iter(units)) if definition.model and not several else None
    keys = None if one is None else keys_of(one, wanted.rule, files)
    facts, risks = facts_read([definition], keys)
    return (
        f"with {facts} select * from ({inner}) where "  # noqa: S608 - our own names
        + " and ".join(tests),
        {"files": files, **whose, **parameters, **risks},
    )


def keys_of(unit: str, rule: str, files: Sequence[str]) -> list[str]:
    """The records that count for one unit under a rule, whatever the measure."""
    query = f"select _key from {READ} where {unit_test(rule)}"  # noqa: S608 - our own names
    return [row["_key"] for row in fetched(query, {"files": files, "units": [unit]})]


def definition_of(wanted: Wanted) -> Definition:
    found = find(wanted.measure, wanted.version)
    if found is None:
        raise LookupError(f"{wanted.measure} version {wanted.version} is not in the register")
    return read_definition(found.definition)


def tests_of(definition: Definition, filters: Filters) -> tuple[list[str], dict[str, str]]:
    """What the filters ask, as conditions and their parameters; unknown columns ask nothing."""
    kind = RECORD_TYPES[definition.record]
    known = {name: v for name, v in filters.values.items() if v and name in FILTERS}
    known = {name: v for name, v in known.items() if kind.column(name)}
    tests = [f'"{name}" = $only_{name}' for name in known]
    if filters.counted is not None:
        tests.append("numerator > 0" if filters.counted else "coalesce(numerator, 0) = 0")
    return tests, {f"only_{name}": value for name, value in known.items()}


@lru_cache(maxsize=200)
def compiled(definition: Definition, rule: str, schema: Any, *columns: str) -> str:
    """The engine's own expression for the records behind a figure, as SQL over a table `facts`.

    With columns, of these alone: whether a record counts takes its key, and half the time to plan.
    """
    import ibis

    from clinmeasures.engine.compute import records_of
    from clinmeasures.engine.facts import spread_listed
    from clinmeasures.engine.statements import sql_of

    risk = {risk_column(definition.model): "int64"} if definition.model else {}
    rows = ibis.table({**ibis.schema(schema), **risk}, name="facts")
    found = records_of(rows, definition, rule, spread=spread_listed)
    return sql_of(found.select(*columns) if columns else found)


def choices(dataset: str, files: Sequence[str], name: str) -> list[str]:
    """The values of a column that a reader may filter by, in the order of the data set's codes."""
    column = RECORD_TYPES[dataset].column(name)
    if column is None:
        return []
    if column.kind is Kind.CODE:
        return list(column.codes)
    query = f'select distinct "{name}" as v from {READ} where "{name}" is not null order by v'  # noqa: S608 - our own names
    return [row["v"] for row in fetched(query, {"files": list(files)})]
