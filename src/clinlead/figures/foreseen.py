"""Risks that case-mix models give records, beside the facts: written whenever figures are computed.

The rooms that fit models stand above this one, so they are asked through settings (CASE_MIX).
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.module_loading import import_string

from clinlead.figures import facts
from clinlead.figures.models import RisksInUse
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


def score_anew(model: str, files: Files) -> None:
    """Score every record by the version in force, and read these risks from now on."""
    table: pa.Table = import_string(settings.CASE_MIX["score"])(model, files)
    point_to({model: named(model, table)})


def put_in_place(place: Path) -> dict[str, str]:
    """Whole risks made aside, to where pages will look for them: model → file, not used yet."""
    made = sorted((place / FOLDER).glob("*.parquet"))
    return {each.stem: named(each.stem, pq.read_table(each)) for each in made}


def mend(models: Iterable[str], place: Path, scored: Sequence[str]) -> None:
    """Use the risks made aside of the records in these files, beside the others as they are.

    What has none any more is not left the one it had.
    """
    for model in models:
        made = place / FOLDER / f"{model}.parquet"
        if made.is_file():
            name = named(model, with_others(made, kept([model]).get(model), scored))
            point_to({model: name})
            facts.sweep(datetime.fromtimestamp((facts.root() / name).stat().st_mtime, UTC))


def with_others(made: Path, old: Path | None, scored: Sequence[str]) -> pa.Table:
    if old is None:
        return pq.read_table(made)
    found = connection().execute(
        "from read_parquet($new) union all select old.* from read_parquet($old) old "
        "anti join read_parquet($scored, union_by_name=true) s on old.key = s._key",
        {"old": str(old), "new": str(made), "scored": list(scored)},
    )
    return found.to_arrow_table()


def named(model: str, table: pa.Table) -> str:
    """Write risks under a name of their own; below the facts folder."""
    name = f"{FOLDER}/{model}/{secrets.token_hex(8)}.parquet"
    write(table, facts.root() / name)
    return name


def point_to(files: Mapping[str, str]) -> None:
    """Read these from now on, as of the moment that the facts they were made of are read.

    In the caller's transaction: what is undone leaves a file behind that nobody reads.
    """
    for file in kept(files).values():
        facts.mark_replaced(file)
    for model, name in files.items():
        RisksInUse.objects.update_or_create(model=model, defaults={"file": name})


def write(table: pa.Table, target: Path) -> None:
    """Whole or not at all: whoever reads meanwhile meets the file before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    pq.write_table(table, draft, compression="zstd")
    draft.replace(target)


def kept(models: Iterable[str]) -> dict[str, Path]:
    """Where the risks of these models are read; a model that has given none is left out."""
    asked = list(models)
    if not asked:
        return {}
    found = RisksInUse.objects.filter(model__in=asked).values_list("model", "file")
    return {model: facts.root() / file for model, file in found}


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


def risks_kept(definitions: Iterable[Definition]) -> list[str]:
    """The files of risks that these measures read; one that was written never changes."""
    return sorted(str(file) for file in kept(models_of(definitions)).values())


def facts_read(
    definitions: Iterable[Definition], keys: Sequence[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """`facts` for a query over `$files`, with the risk of each record by the models asked for.

    With keys, of these records alone: a few are found in less time than all are joined.
    """
    columns, joins = ["f.*"], ""
    parameters: dict[str, Any] = {}
    few = "" if keys is None else " where key in (select unnest($keys))"
    asked = models_of(definitions)
    files = kept(asked)
    for place, model in enumerate(asked):
        file, name = files.get(model), risk_column(model)
        if file is None:
            columns.append(f'null::bigint as "{name}"')
            continue
        columns.append(f'k{place}.risk as "{name}"')
        risks = f"(select key, risk from read_parquet($risks{place}){few})"  # noqa: S608 - our own names
        joins += f" left join {risks} k{place} on f._key = k{place}.key"
        parameters[f"risks{place}"] = str(file)
    if keys is not None and joins:
        parameters["keys"] = list(keys)
    return f"facts as (select {', '.join(columns)} from {READ} f{joins})", parameters  # noqa: S608 - our own names
