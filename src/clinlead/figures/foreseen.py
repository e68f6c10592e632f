"""Risks that case-mix models give records, beside the facts: written whenever figures are computed.

The rooms that fit models stand above this one, so they are asked through settings (CASE_MIX).
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.module_loading import import_string

from clinlead.figures import facts
from clinlead.figures.reading import READ, connection
from clinmeasures.definitions import Definition
from clinmeasures.engine.risks import risk_column

FOLDER = "risks"
Files = Mapping[str, Sequence[str]]  # data set → the files of its facts


def in_force() -> Mapping[str, str]:
    """The models of which a version is in force, with the data set whose records they score."""
    found: Mapping[str, str] = import_string(settings.CASE_MIX["in_force"])()
    return found


def models_for(record: str, definitions: Iterable[Definition]) -> list[str]:
    """The models that a data set's records are scored by: asked for by a measure, or in force."""
    mine = [code for code, scored in in_force().items() if scored == record]
    return list(dict.fromkeys([*models_of(definitions), *mine]))


def is_foreseen(definition: Definition, known: Mapping[str, str]) -> bool:
    """Whether a definition needs no model, or has one in force; others are not computed yet."""
    return not definition.model or definition.model in known


def foresee(models: Iterable[str], files: Files, place: Path) -> None:
    """Score the records of these files by every model asked for; into `risks` of a place."""
    for model in models:
        table: pa.Table = import_string(settings.CASE_MIX["score"])(model, files)
        write(table, place / FOLDER / f"{model}.parquet")


def keep(models: Iterable[str], place: Path, *, whole: bool) -> None:
    """Put risks made aside where pages read them: all of them, or those of the records in hand."""
    for model in models:
        made = place / FOLDER / f"{model}.parquet"
        if made.is_file():
            put(made, model, whole=whole)


def put(made: Path, model: str, *, whole: bool) -> None:
    """The newest file of a model from now on; somebody may be reading the one before."""
    old = kept_at(model)
    if whole or not old.is_file():
        write(pq.read_table(made), following(model))
    else:
        found = connection().execute(
            "from read_parquet($new) union all select old.* from read_parquet($old) old "
            "anti join read_parquet($new) new using (key)",
            {"old": str(old), "new": str(made)},
        )
        write(found.to_arrow_table(), following(model))
    facts.sweep_replaced(folder_of(model), facts.KEEP_REPLACED)


def write(table: pa.Table, target: Path) -> None:
    """Whole or not at all: whoever reads meanwhile meets the file before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    pq.write_table(table, draft, compression="zstd")
    draft.replace(target)


def folder_of(model: str) -> Path:
    return facts.root() / FOLDER / model


def kept_at(model: str) -> Path:
    """The file in use: the newest of those kept."""
    kept = sorted(folder_of(model).glob("*.parquet"))
    return kept[-1] if kept else folder_of(model).with_suffix(".parquet")


def following(model: str) -> Path:
    """Where the next one goes, after all that are there."""
    names = [each.name for each in folder_of(model).glob("*.parquet")]
    last = max((int(name.split("-")[0]) for name in names), default=0)
    return folder_of(model) / f"{last + 1:09d}-{secrets.token_hex(4)}.parquet"


def versions(definitions: Iterable[Definition]) -> dict[str, dict[str, Any]]:
    """The frozen versions in force of the models that these definitions ask for."""
    asked = models_of(definitions)
    found: dict[str, dict[str, Any]] = import_string(settings.CASE_MIX["versions"])(asked)
    return found


def foresee_by(model: str, digest: str, place: Path) -> None:
    """Score the facts in a place by one frozen version, whichever is in force."""
    files = {
        folder.name: [str(file) for file in sorted(folder.glob("month=*/*.parquet"))]
        for folder in place.iterdir()
        if folder.is_dir()
    }
    table = import_string(settings.CASE_MIX["score_by"])(model, digest, files)
    write(table, place / FOLDER / f"{model}.parquet")


def models_of(definitions: Iterable[Definition]) -> list[str]:
    return list(dict.fromkeys(each.model for each in definitions if each.model))


def risks_kept(definitions: Iterable[Definition]) -> list[tuple[str, int]]:
    """The files of risks that these measures read, and when each was written."""
    files = [kept_at(model) for model in models_of(definitions)]
    return [(str(file), file.stat().st_mtime_ns) for file in files if file.is_file()]


def facts_read(
    definitions: Iterable[Definition], keys: Sequence[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """`facts` for a query over `$files`, with the risk of each record by the models asked for.

    With keys, of these records alone: a few are found in less time than all are joined.
    """
    columns, joins = ["f.*"], ""
    parameters: dict[str, Any] = {}
    few = "" if keys is None else " where key in (select unnest($keys))"
    for place, model in enumerate(models_of(definitions)):
        file, name = kept_at(model), risk_column(model)
        if not file.is_file():
            columns.append(f'null::bigint as "{name}"')
            continue
        columns.append(f'k{place}.risk as "{name}"')
        risks = f"(select key, risk from read_parquet($risks{place}){few})"  # noqa: S608 - our own names
        joins += f" left join {risks} k{place} on f._key = k{place}.key"
        parameters[f"risks{place}"] = str(file)
    if keys is not None and joins:
        parameters["keys"] = list(keys)
    return f"facts as (select {', '.join(columns)} from {READ} f{joins})", parameters  # noqa: S608 - our own names
