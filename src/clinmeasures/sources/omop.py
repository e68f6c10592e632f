"""An OMOP CDM 5.4 folder (a CSV or Parquet file a table) as data sets.

What is read, and what each data set cannot get from OMOP, stands in `omop_cdm/layout.toml`; the
translation of each data set is a query beside it.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.mapping import Mapping
from clinmeasures.activity.raw import Raw, stage
from clinmeasures.activity.source import Progress, UnreadableFile, open_source
from clinmeasures.activity.staged import ROW, Staged
from clinmeasures.sources.collected import Collected, digest_of, vocabularies_found

if TYPE_CHECKING:
    import duckdb

KINDS = (".csv", ".parquet", ".tsv", ".txt")
OURS = files("clinmeasures.sources") / "omop_cdm"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the folder, its cells staged."""

    name: str
    raw: Raw

    @property
    def label(self) -> str:
        """The file's name."""
        return self.raw.source.label


def read_omop(
    folder: Path | str,
    work: Path,
    *,
    progress: Progress,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> Collected:
    """Read an OMOP CDM 5.4 folder into the columns of our data sets.

    Parameters
    ----------
    folder : Path or str
        One file a table, named as OMOP names the table, in either case.
    work : Path
        Where the rows are staged; the caller removes it.
    progress : callable (share of 0 to 1, words)
    memory_limit, threads
        What DuckDB may use.

    Raises
    ------
    UnreadableFile
        No folder, a table or column that must be there is not, or another version of the CDM.
    """
    layout = tomllib.loads((OURS / "layout.toml").read_text("utf-8"))
    found = tables_in(Path(folder), layout)
    connection = sql.connect(work / "spill", memory_limit=memory_limit, threads=threads)
    try:
        reading = Reading(layout, connection, work, progress)
        reading.open(found)
        return reading.collected()
    finally:
        connection.close()


def is_omop_table(name: str) -> bool:
    """Whether a file of this name is read."""
    tables = tomllib.loads((OURS / "layout.toml").read_text("utf-8"))["tables"]
    return Path(name).stem.lower() in tables and Path(name).suffix.lower() in KINDS


def tables_in(folder: Path, layout: dict[str, Any]) -> dict[str, Path]:
    """The folder's files by the table they hold."""
    if not folder.is_dir():
        raise UnreadableFile(
            f"{folder}: is no folder; give the one that holds OMOP's tables, a file each."
        )
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = path.stem.lower()
        if name not in layout["tables"] or path.suffix.lower() not in KINDS:
            continue
        if name in found:
            raise UnreadableFile(
                f"{path.name} and {found[name].name} are the same table; keep one."
            )
        found[name] = path
    for name, table in layout["tables"].items():
        if table.get("required") and name not in found:
            raise UnreadableFile(
                f"{folder.name}: has no table {name.upper()} ({name.upper()}.csv or .parquet), "
                f"without which OMOP CDM {layout['version']} cannot be read; export it too."
            )
    return found


class Reading:
    """One folder being read."""

    def __init__(
        self,
        layout: dict[str, Any],
        connection: "duckdb.DuckDBPyConnection",
        work: Path,
        progress: Progress,
    ) -> None:
        self.layout, self.connection, self.work = layout, connection, work
        self.progress = progress
        self.tables: dict[str, Table] = {}

    # tables

    def open(self, found: dict[str, Path]) -> None:
        """Stage every table, and refuse what is no CDM of our version."""
        for number, name in enumerate(self.layout["tables"]):
            self.progress(number / len(self.layout["tables"]), f"reading {name.upper()}")
            self.view(name, self.staged(name, found[name]) if name in found else None)
            if name == "cdm_source":
                self.refuse_other_version()
        self.connection.execute((OURS / "macros.sql").read_text("utf-8"))

    def staged(self, name: str, path: Path) -> Table:
        """One table's cells, copied to Parquet with the numbers of their rows."""
        wanted = self.columns(name)
        guess = Mapping(dataset="spells", columns={"spell_id": tuple(wanted)})
        source = open_source(path, guess, self.work, progress=self.progress)
        target = self.work / f"{name}.parquet"
        raw = stage(
            source,
            target,
            number=0,
            first_row=1,
            connection=self.connection,
            progress=self.progress,
        )
        table = Table(name=name, raw=raw)
        self.tables[name] = table
        self.refuse_missing_columns(table)
        return table

    def columns(self, name: str) -> list[str]:
        """What is used of a table."""
        table = self.layout["tables"][name]
        return [*table["needs"], *table.get("also", ())]

    def refuse_missing_columns(self, table: Table) -> None:
        """Every column that OMOP demands and we need is there."""
        header = [name.lower() for name in table.raw.source.header]
        for column in self.layout["tables"][table.name]["needs"]:
            if column not in header:
                raise UnreadableFile(
                    f"{table.label}: has no column {column}, which OMOP CDM "
                    f"{self.layout['version']} has; its columns are {', '.join(header)}."
                )

    def view(self, name: str, table: Table | None) -> None:
        """The table under its own name, blanks as null; an absent one is empty."""
        header = [each.lower() for each in table.raw.source.header] if table else []
        cells = ", ".join(f"{self.cell(each, header)} AS {each}" for each in self.columns(name))
        if table is None:
            self.connection.execute(f"CREATE VIEW {name} AS SELECT 0 AS {ROW}, {cells} WHERE false")
            return
        self.connection.execute(
            f"CREATE VIEW {name} AS SELECT {ROW}, {cells} "
            f"FROM read_parquet({sql.file(table.raw.path)})"
        )
        self.refuse_twins(table)

    def cell(self, column: str, header: list[str]) -> str:
        """One cell as text; a number that became 12.0 on its way is 12 again."""
        if column not in header:
            return "CAST(NULL AS VARCHAR)"
        text = f"nullif(trim(c{header.index(column)}), '')"
        return f"regexp_replace({text}, '\\.0$', '')" if column.endswith("_id") else text

    def refuse_twins(self, table: Table) -> None:
        """A person, provider or concept that stands there twice would double every record."""
        unique = self.layout["tables"][table.name].get("unique")
        if unique is None:
            return
        twin = self.connection.execute(
            f"SELECT {unique}, count(*), max({ROW}) FROM {table.name} WHERE {unique} IS NOT NULL "
            "GROUP BY 1 HAVING count(*) > 1 ORDER BY 3 LIMIT 1"
        ).fetchone()
        if twin:
            raise UnreadableFile(
                f"{table.label}, row {twin[2]}: {unique} {twin[0]} stands in {twin[1]} rows; "
                "keep one of them."
            )

    def refuse_other_version(self) -> None:
        """Only the version whose tables we know."""
        version, label = self.layout["version"], self.tables["cdm_source"].label
        said = self.connection.execute("SELECT cdm_version FROM cdm_source LIMIT 1").fetchone()
        if not said or not said[0]:
            raise UnreadableFile(f"{label}: does not say the CDM's version; it must be {version}.")
        bare = said[0].lower().removeprefix("cdm").strip().removeprefix("v")
        if bare != version and not bare.startswith(f"{version}."):
            raise UnreadableFile(
                f"{label}: is of CDM version {said[0]}; only {version} can be read. Convert it, "
                "or load its tables as data sets by a mapping."
            )

    # data sets

    def collected(self) -> Collected:
        """Every data set that has a row, and why the others have none."""
        self.digest = digest_of(table.raw.source.sha256 for table in self.tables.values())
        datasets: dict[str, Staged] = {}
        empty: dict[str, str] = {}
        for name, said in self.layout["datasets"].items():
            self.progress(len(datasets) / len(self.layout["datasets"]), f"translating {name}")
            if said["from"] not in self.tables:
                empty[name] = f"there is no table {said['from'].upper()}"
                continue
            staged = self.translated(name, said)
            if staged is None:
                empty[name] = f"{self.tables[said['from']].label} holds no {said['what']}"
            else:
                datasets[name] = staged
        return Collected(
            source="omop", datasets=datasets, empty=empty, notes=tuple(self.what_is_left())
        )

    def translated(self, name: str, said: dict[str, Any]) -> Staged | None:
        """One data set's rows, or None where there are none."""
        path = self.work / f"data-set-{name}.parquet"
        query = (OURS / f"{name}.sql").read_text("utf-8")
        self.connection.execute(
            f"COPY (SELECT * FROM ({query}) ORDER BY {ROW}) TO {sql.file(path)} (FORMAT parquet)"
        )
        table = self.tables[said["from"]]
        rows = self.count(f"read_parquet({sql.file(path)})")
        ragged = table.raw.ragged if self.first_from(said["from"]) == name else []
        if not rows and not ragged:
            return None
        return Staged(
            path=path,
            label=table.label,
            sha256=self.digest,
            encoding="omop",
            not_held=said.get("not_held", {}),
            notes=tuple(self.notes_on(said)),
            ragged=tuple(replace(each, file=0) for each in ragged),
        )

    def first_from(self, table: str) -> str:
        """The data set that answers for a table's broken rows."""
        datasets = self.layout["datasets"]
        return next(name for name in datasets if datasets[name]["from"] == table)

    def count(self, rows: str) -> int:
        """How many rows."""
        found = self.connection.execute(f"SELECT count(*) FROM {rows}").fetchone()
        return int(found[0]) if found else 0

    def notes_on(self, said: dict[str, Any]) -> Iterator[str]:
        """What a reader of figures from this data set must know."""
        if "visit" in said["from"] and not self.one("SELECT visits FROM has_times"):
            yield "The source gives days without a time of day; each is taken as 00:00."
        if "provider" not in self.tables:
            yield "There is no table PROVIDER: clinicians are known by OMOP's own numbers."
        if vocabulary := said.get("vocabulary"):
            yield from self.vocabularies(said["from"], vocabulary)

    def one(self, query: str) -> Any:
        """The only value of a query's answer."""
        found = self.connection.execute(query).fetchone()
        return found[0] if found else None

    def vocabularies(self, table: str, wanted: str) -> Iterator[str]:
        """Which vocabularies the codes are in, where they are not all in the one we measure by."""
        kind = table.split("_", maxsplit=1)[0]
        rows = self.connection.execute(
            "SELECT vocabulary_id, count(*) "
            f"FROM {table} SEMI JOIN inpatients USING (visit_occurrence_id) "
            f"LEFT JOIN concept ON concept_id = {kind}_source_concept_id "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        alike = wanted.replace("-", "").upper()
        others = [row for row in rows if not (row[0] or "").upper().startswith(alike)]
        yield from vocabularies_found(others, codes=sum(n for _, n in rows), wanted=wanted)

    def what_is_left(self) -> Iterator[str]:
        """Visits that no data set takes, by kind."""
        rows = self.connection.execute(
            "SELECT visit_concept_id, any_value(concept_name), count(*) FROM visit_occurrence "
            "LEFT JOIN concept ON concept_id = visit_concept_id "
            "WHERE NOT coalesce(of_inpatients(visit_concept_id) "
            "OR of_emergencies(visit_concept_id), false) GROUP BY 1 ORDER BY 3 DESC, 1"
        ).fetchall()
        for concept, name, count in rows:
            yield (
                f"{count:,} visits of the kind {name or concept or '(blank)'} are left out: OMOP "
                "says neither whether one is a first attendance nor whether the patient came, "
                "which clinics need."
            )
