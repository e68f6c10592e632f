"""A folder of FHIR R4 bulk NDJSON as data sets, references resolved, conditional ones too.

What is read, and what each data set cannot get from FHIR, stands in `fhir_r4/layout.toml`; the
translation of each data set is a query beside it.
"""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.activity import sql
from clinmeasures.activity.source import Progress, UnreadableFile, digest_of_file
from clinmeasures.activity.staged import ROW, Staged
from clinmeasures.sources.collected import Collected, digest_of, vocabularies_found
from clinmeasures.sources.lines import Lines, copy_lines, kind_of, look_for_the_fault

if TYPE_CHECKING:
    import duckdb

OURS = files("clinmeasures.sources") / "fhir_r4"
KINDS = (".ndjson", ".jsonl")
CIRCULAR = ("Encounter", "Location")  # resources that can be part of one of their own kind
SHOWN = 3


def read_fhir(
    folder: Path | str,
    work: Path,
    *,
    progress: Progress,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> Collected:
    """Read a folder of FHIR R4 bulk NDJSON into the columns of our data sets.

    Parameters
    ----------
    folder : Path or str
        Files of one resource a line, of one resource type each; several files a type are one.
    work : Path
        Where the rows are staged; the caller removes it.
    progress : callable (share of 0 to 1, words)
    memory_limit, threads
        What DuckDB may use.

    Raises
    ------
    UnreadableFile
        No folder, no patients or encounters, a broken line (which file, which line), another
        release of FHIR, or encounters or places that are part of themselves.
    """
    layout = tomllib.loads((OURS / "layout.toml").read_text("utf-8"))
    found = files_in(Path(folder), layout)
    connection = sql.connect(work / "spill", memory_limit=memory_limit, threads=threads)
    try:
        reading = Reading(layout, connection, work, progress)
        reading.open(found)
        return reading.collected()
    finally:
        connection.close()


def is_fhir_file(name: str) -> bool:
    """Whether a file of this name is read."""
    return Path(name).suffix.lower() in KINDS


def files_in(folder: Path, layout: dict[str, Any]) -> dict[str, list[Path]]:
    """The folder's files by the resource they hold."""
    if not folder.is_dir():
        raise UnreadableFile(
            f"{folder}: is no folder; give the one that holds the NDJSON files of a bulk export."
        )
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in KINDS:
            found.setdefault(kind_of(path), []).append(path)
    for kind, resource in layout["resources"].items():
        if resource.get("required") and kind not in found:
            raise UnreadableFile(
                f"{folder.name}: no .ndjson file in it holds {kind} resources, which are needed."
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
        self.lines: dict[str, list[Lines]] = {}

    # lines

    def open(self, found: dict[str, list[Path]]) -> None:
        """Stage every line, refuse what is broken, and lay the resources out as tables."""
        for kind, resource in self.layout["resources"].items():
            self.lines[kind] = []
            for path in found.get(kind, ()):
                self.progress(0.0, f"reading {path.name}")
                self.stage(kind, path)
            self.view(kind)
            if resource.get("unique"):
                self.refuse_twins(kind)
        self.refuse_other_release()
        self.digest = digest_of(
            digest_of_file(lines.path, self.progress)
            for each in self.lines.values()
            for lines in each
        )
        everybody = " UNION ALL ".join(
            f"SELECT '{kind}' AS kind, body FROM \"{kind}\"" for kind in self.layout["resources"]
        )
        self.connection.execute(f"CREATE VIEW everybody AS {everybody}")
        self.connection.execute((OURS / "macros.sql").read_text("utf-8"))
        for kind in CIRCULAR:
            self.refuse_circle(kind)
        self.connection.execute((OURS / "stays.sql").read_text("utf-8"))

    def stage(self, kind: str, path: Path) -> None:
        """One file's lines; the first that is broken is refused."""
        before = self.lines[kind]
        first = 1 + sum(self.count(f"read_parquet({sql.file(each.staged)})") for each in before)
        staged = self.work / f"{kind}-{len(before)}.parquet"
        lines = Lines(path=path, kind=kind, staged=staged, first=first)
        copy_lines(lines)
        before.append(lines)
        broken = self.one(
            f"SELECT min({ROW}) FROM read_parquet({sql.file(staged)}) WHERE trim(body) <> '' AND "
            f"NOT (json_valid(body) AND coalesce(CASE WHEN json_valid(body) THEN "
            f"json_extract_string(body, '$.resourceType') END = {sql.text(kind)}, false))"
        )
        if broken:
            look_for_the_fault(path)
            raise UnreadableFile(
                f"{lines.where(broken)}: is no {kind}, as the file's first line is; a file of a "
                "bulk export holds one kind of resource."
            )

    def view(self, kind: str) -> None:
        """The resources of one kind: `_row` and `body`."""
        parts = [
            f"SELECT {ROW}, CAST(body AS JSON) AS body FROM read_parquet({sql.file(each.staged)}) "
            "WHERE trim(body) <> ''"
            for each in self.lines[kind]
        ]
        none = f"SELECT CAST(0 AS BIGINT) AS {ROW}, CAST(NULL AS JSON) AS body WHERE false"
        self.connection.execute(f'CREATE VIEW "{kind}" AS {" UNION ALL ".join(parts) or none}')

    def where(self, kind: str, row: int) -> str:
        """The file and line of a resource."""
        lines = next(each for each in reversed(self.lines[kind]) if each.first <= row)
        return lines.where(row)

    def count(self, rows: str) -> int:
        """How many rows."""
        return int(self.one(f"SELECT count(*) FROM {rows}") or 0)

    def one(self, query: str) -> Any:
        """The only value of a query's answer."""
        found = self.connection.execute(query).fetchone()
        return found[0] if found else None

    # what cannot be used

    def refuse_twins(self, kind: str) -> None:
        """A patient or practitioner that stands there twice would double every record."""
        twin = self.connection.execute(
            f"SELECT body->>'$.id' AS id, count(*), max({ROW}) FROM \"{kind}\" "
            "GROUP BY 1 HAVING count(*) > 1 ORDER BY 3 LIMIT 1"
        ).fetchone()
        if twin:
            raise UnreadableFile(
                f"{self.where(kind, twin[2])}: {kind}/{twin[0]} stands in {twin[1]} lines; "
                "keep one of them."
            )

    def refuse_other_release(self) -> None:
        """In R5 an encounter has a list of classes; R4 has one."""
        row = self.one(
            f"SELECT min({ROW}) FROM \"Encounter\" WHERE json_type(body, '$.class') = 'ARRAY'"
        )
        if row:
            raise UnreadableFile(
                f"{self.where('Encounter', row)}: its class is a list, as in FHIR R5; "
                "only R4 can be read. Export it as R4."
            )

    def refuse_circle(self, kind: str) -> None:
        """A resource that is, by however many steps, part of itself."""
        self.connection.execute(
            "CREATE OR REPLACE TABLE part AS SELECT _row, child, id AS parent FROM ("
            f"SELECT _row, body->>'$.id' AS child, named(body->'$.partOf', '{kind}') AS name "
            f'FROM "{kind}") JOIN names USING (name)'
        )
        left, before = self.count("part"), -1
        while left != before:
            self.connection.execute("DELETE FROM part WHERE parent NOT IN (SELECT child FROM part)")
            left, before = self.count("part"), left
        if left:
            raise UnreadableFile(self.circle(kind))

    def circle(self, kind: str) -> str:
        """A circle in words, from its first line."""
        rows = self.connection.execute("SELECT child, parent, _row FROM part ORDER BY 3").fetchall()
        parents = {child: (parent, row) for child, parent, row in rows}
        seen: list[str] = []
        at = rows[0][0]
        while at not in seen:
            seen.append(at)
            at = parents[at][0]
        ring = [*seen[seen.index(at) :], at]
        shown = " is part of ".join(f"{kind}/{each}" for each in ring[: SHOWN + 1])
        more = " and so on" if len(ring) > SHOWN + 1 else ""
        return (
            f"{self.where(kind, parents[at][1])}: {shown}{more}, so it is part of itself; "
            "mend partOf and export it again."
        )

    # data sets

    def collected(self) -> Collected:
        """Every data set that has a row, and why the others have none."""
        datasets: dict[str, Staged] = {}
        empty: dict[str, str] = {}
        for name, said in self.layout["datasets"].items():
            self.progress(len(datasets) / len(self.layout["datasets"]), f"translating {name}")
            path = self.work / f"data-set-{name}.parquet"
            query = (OURS / f"{name}.sql").read_text("utf-8")
            self.connection.execute(f"COPY ({query}) TO {sql.file(path)} (FORMAT parquet)")
            if not self.lines[said["from"]]:
                empty[name] = f"no file holds {said['from']} resources"
            elif not self.count(f"read_parquet({sql.file(path)})"):
                empty[name] = f"there are no {said['what']}"
            else:
                datasets[name] = self.staged(path, said)
        return Collected(
            source="fhir", datasets=datasets, empty=empty, notes=tuple(self.what_is_left())
        )

    def staged(self, path: Path, said: dict[str, Any]) -> Staged:
        """One data set's rows with what FHIR could not say of them."""
        return Staged(
            path=path,
            label=", ".join(each.label for each in self.lines[said["from"]]),
            sha256=self.digest,
            encoding="fhir",
            not_held=said.get("not_held", {}),
            notes=tuple(self.vocabularies(said)),
        )

    def vocabularies(self, said: dict[str, Any]) -> Iterator[str]:
        """Which vocabularies the codes are in, where they are not all in the one we measure by."""
        wanted, rows = said.get("vocabulary"), said.get("rows")
        if not wanted:
            return
        found = self.connection.execute(
            f"SELECT wanted, system, count(*) FROM {rows} JOIN names ON name = {rows}.encounter "
            "JOIN stays ON stays.encounter = names.id GROUP BY 1, 2 ORDER BY 3 DESC, 2"
        ).fetchall()
        others = [(system, n) for is_wanted, system, n in found if not is_wanted]
        yield from vocabularies_found(others, codes=sum(n for *_, n in found), wanted=wanted)

    def what_is_left(self) -> Iterator[str]:
        """References to nothing, deaths without a day, and encounters that no data set takes."""
        for each in self.layout["references"]:
            yield from self.unresolved(each)
        yield from self.withdrawn()
        undated = self.count("patients WHERE died_undated")
        if undated:
            yield f"{undated:,} patients are said to have died, not when: they are not in deaths."
        rows = self.connection.execute(
            "SELECT coalesce(class, '(blank)'), count(*) FROM encounters "
            "WHERE coalesce(class, '') NOT IN ('IMP', 'ACUTE', 'NONAC', 'EMER') "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        if rows:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in rows)
            yield (
                f"Encounters of other classes are left out ({kinds}): an encounter says neither "
                "whether it is a first attendance nor whether the patient came, which clinics need."
            )

    def withdrawn(self) -> Iterator[str]:
        """What did not happen, or was written in error, by its own status."""
        for kind, rows in (
            ("Encounter", "encounters"),
            ("Condition", "conditions"),
            ("Procedure", "procedures"),
        ):
            left = self.count(f'"{kind}"') - self.count(rows)
            if left:
                what = "resource" if left == 1 else "resources"
                yield (
                    f"{left:,} {kind} {what} left out, by their own status: entered in error, or "
                    "what did not take place (cancelled, planned, refuted, not done)."
                )

    def unresolved(self, each: dict[str, str]) -> Iterator[str]:
        """References of one kind that name nobody, or more than one."""
        rows, column = each["rows"], each["column"]
        found = self.connection.execute(
            f"SELECT count(*), arg_min({column}, _row), min(_row) FROM {rows} "
            f"WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT name FROM names)"
        ).fetchone()
        if found and found[0]:
            of = {"encounters": "Encounter", "conditions": "Condition", "procedures": "Procedure"}
            yield (
                f"{found[0]:,} references to a {each['names']} name nobody here, or more than one, "
                f"for example {self.where(of[rows], found[2])}: {found[1]}."
            )
