"""What models know, read from the facts: each record's covariates, illnesses counted from codes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from clinlead.casemix.covariates import COVARIATES, needs_diagnoses
from clinlead.figures.reading import READ, connection
from clinmeasures.comorbidity import comorbidity

RECORDS_KEPT = 500  # whose covariates a process remembers
KNOWN = "case_mix_known"  # the table of records and what is known of each
THEIRS = f"spell_id in (select _key from {READ})"  # noqa: S608 - our own names
NO_SCORES = pa.table({"spell": pa.array([], pa.string()), "score": pa.array([], pa.int64())})


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
    scores = scores_of(files, diagnoses, key) if needs_diagnoses(wanted) else NO_SCORES
    held.register("case_mix_scores", scores)
    columns = ", ".join(f'({COVARIATES[name].sql}) as "{name}"' for name in wanted)
    try:
        yield (
            held,
            "with f as (select *, coalesce(c.score, "  # noqa: S608 - our own names
            "case when primary_diagnosis is not null then 0 end) as charlson_score "
            f"from {READ} left join case_mix_scores c on c.spell = _key) "
            f"select _key, {columns} from f",
        )
    finally:
        held.unregister("case_mix_scores")


def scores_of(files: Sequence[str], diagnoses: Sequence[str], key: str = "") -> pa.Table:
    """Each stay's Charlson score (Quan's weights of 2011) by its diagnoses after the main one."""
    if not diagnoses:
        return NO_SCORES
    whose, named = ("spell_id = $key", {"key": key}) if key else (THEIRS, {"files": list(files)})
    codes = connection().execute(
        "select spell_id, code from read_parquet($diagnoses, union_by_name=true) "  # noqa: S608 - our own names
        f"where position > 1 and code is not null and {whose}",
        {"diagnoses": list(diagnoses), **named},
    )
    table = codes.to_arrow_table()
    if not table.num_rows:
        return NO_SCORES
    found = comorbidity(
        table, patient="spell_id", code="code", index="charlson", version="icd10", hierarchy=True
    )
    return pa.table({"spell": found.patients, "score": found.scores["quan"]})
