"""What models know, read from the facts: each record's covariates, illnesses counted from codes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from clinlead.casemix.covariates import COVARIATES, needs_diagnoses
from clinlead.figures.reading import READ, connection
from clinlead.intake.queries import sources_of_loads
from clinmeasures.comorbidity import comorbidity

RECORDS_KEPT = 500  # whose covariates a process remembers
KNOWN = "case_mix_known"  # the table of records and what is known of each
THEIRS = f"spell_id in (select _key from {READ})"  # noqa: S608 - our own names
FURTHER = "read_parquet($diagnoses, union_by_name=true) where position > 1 and code is not null"
NO_SCORES = pa.table({"spell": pa.array([], pa.string()), "score": pa.array([], pa.int64())})
NONE_HELD = pa.table({"load": pa.array([], pa.string()), "month": pa.array([], pa.string())})


@contextmanager
def known_of(names: Iterable[str], files: Sequence[str], diagnoses: Sequence[str]) -> Iterator[Any]:
    """A connection in which `KNOWN` holds each record's key and these covariates, for a while."""
    with scored(names, files, diagnoses) as (held, query):
        held.execute(f"create or replace temp table {KNOWN} as {query}", {"files": list(files)})
        try:
            yield held
        finally:
            held.execute(f"drop table if exists {KNOWN}")


@lru_cache(maxsize=RECORDS_KEPT)
def known_of_one(
    names: tuple[str, ...], files: tuple[str, ...], diagnoses: tuple[str, ...], key: str
) -> Mapping[str, Any] | None:
    """The covariates of one record; None where these files do not hold it.

    Kept for a record that is opened again: files of facts never change.
    """
    with scored(names, files, diagnoses, key) as (held, query):
        one = held.execute(f"{query} where _key = $key", {"files": list(files), "key": key})
        rows: list[dict[str, Any]] = one.to_arrow_table().to_pylist()
    return MappingProxyType(rows[0]) if rows else None


@contextmanager
def scored(
    names: Iterable[str], files: Sequence[str], diagnoses: Sequence[str], key: str = ""
) -> Iterator[tuple[Any, str]]:
    """A connection that knows each stay's score, and what asks the files for covariates there."""
    wanted, held = list(names), connection()
    asked = bool(diagnoses) and needs_diagnoses(wanted)
    held.register("case_mix_scores", scores_of(files, diagnoses, key) if asked else NO_SCORES)
    held.register("case_mix_held", held_in(files, diagnoses) if asked else NONE_HELD)
    columns = ", ".join(f'({COVARIATES[name].sql}) as "{name}"' for name in wanted)
    try:
        yield (
            held,
            "with f as (select r.*, coalesce(c.score, "  # noqa: S608 - our own names
            "case when r.primary_diagnosis is not null and h.load is not null then 0 end"
            f") as charlson_score from {READ} r left join case_mix_scores c on c.spell = r._key "
            "left join case_mix_held h on h.load = r.load and h.month = r.discharged_month) "
            f"select _key, {columns} from f",
        )
    finally:
        held.unregister("case_mix_scores")
        held.unregister("case_mix_held")


def held_in(files: Sequence[str], diagnoses: Sequence[str]) -> pa.Table:
    """The loads and months of discharge of whose source further diagnoses are held.

    Elsewhere a stay without any has an unknown number of other illnesses, and not none.
    """
    held = connection()
    held.register("case_mix_sources", sources_of_loads())
    try:
        found = held.execute(
            f"with further as (select distinct spell_id from {FURTHER}), "  # noqa: S608 - our own names
            "there as (select distinct s.source, r.discharged_month as month "
            f"from {READ} r join case_mix_sources s on s.load = r.load "
            "where r._key in (select spell_id from further)) "
            "select s.load, t.month from there t join case_mix_sources s on s.source = t.source",
            {"files": list(files), "diagnoses": list(diagnoses)},
        )
        return found.to_arrow_table()
    finally:
        held.unregister("case_mix_sources")


def scores_of(files: Sequence[str], diagnoses: Sequence[str], key: str = "") -> pa.Table:
    """Each stay's Charlson score (Quan's weights of 2011) by its diagnoses after the main one."""
    whose, named = ("spell_id = $key", {"key": key}) if key else (THEIRS, {"files": list(files)})
    codes = connection().execute(
        f"select spell_id, code from {FURTHER} and {whose}",  # noqa: S608 - our own names
        {"diagnoses": list(diagnoses), **named},
    )
    table = codes.to_arrow_table()
    if not table.num_rows:
        return NO_SCORES
    found = comorbidity(
        table, patient="spell_id", code="code", index="charlson", version="icd10", hierarchy=True
    )
    return pa.table({"spell": found.patients, "score": found.scores["quan"]})
