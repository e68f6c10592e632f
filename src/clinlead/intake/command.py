"""`clinlead load DATASET FILE…`: load an extract, or try it."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    from clinlead.intake.loading import Extract
    from clinlead.intake.models import Load

FOLDERS = {
    "omop": "OMOP's tables, a file each",
    "fhir": "the NDJSON files of a FHIR R4 bulk export",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", help="spells, episodes, deaths, … (docs/reference)")
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="CSV, Parquet or Excel; - reads CSV"
    )
    parser.add_argument("--mapping", type=Path, help="TOML that says what the file's columns mean")
    parser.add_argument("--source", default="", help="the system it comes from")
    parser.add_argument("--mode", choices=["replace", "upsert"], default="upsert")
    parser.add_argument("--covers", metavar="FROM..TO", help="days the extract answers for")
    parser.add_argument("--dry-run", action="store_true", help="check and report; load nothing")
    parser.add_argument("--quarantine", type=Path, help="write the rows set aside to this file")
    parser.add_argument("--no-compute", action="store_true", help="leave the figures as they are")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--sheet", default="", help="which sheet of an Excel workbook")
    parser.add_argument("--query", help="SELECT … on the database of --dsn, in place of files")
    parser.add_argument("--dsn", help="connection string of the database, or env:NAME")


def run(options: argparse.Namespace) -> int:
    """Load, or with --dry-run only report; a repeated load is recognised and does nothing."""
    refuse_what_cannot_be(options)
    from clinlead.cli import start_django

    start_django()
    return load_several(options) if options.dataset in FOLDERS else load_one(options)


def load_one(options: argparse.Namespace) -> int:
    """One data set from its files."""
    from django.utils import timezone

    from clinlead.intake.loading import load_file, try_extract
    from clinlead.intake.saying import as_plain, in_words

    extract, at = extract_of(options), timezone.now()
    with Bar() as bar, rows_of_query(options, extract, bar) as extract:
        if options.dry_run:
            with written_to(options.quarantine) as out:
                outcome = try_extract(extract=extract, at=at, progress=bar, out=out)
        else:
            outcome = load_file(
                extract=extract, by=None, at=at, progress=bar, compute=not options.no_compute
            )
    if options.quarantine and outcome.load:
        copy_quarantine([outcome.load], options.quarantine)
    print(document(as_plain(outcome)) if options.json else in_words(outcome))
    return 0


@contextmanager
def rows_of_query(
    options: argparse.Namespace, extract: "Extract", progress: Any
) -> "Iterator[Extract]":
    """The extract with the query's rows, which are gone afterwards; itself where none is asked."""
    if not options.query:
        yield extract
        return
    from dataclasses import replace

    from clinlead.intake.database import LABEL, read_query
    from clinlead.intake.together import place_for_reading

    with place_for_reading("query") as work:
        rows = read_query(options.query, options.dsn, work, progress=progress)
        yield replace(extract, paths=[rows], file_names=[LABEL])


def load_several(options: argparse.Namespace) -> int:
    """Every data set that a folder holds rows for: all of them or none."""
    from django.utils import timezone

    from clinlead.intake.saying import several_as_plain, several_in_words
    from clinlead.intake.together import load_together, read_source, try_together

    like, at = extract_of(options), timezone.now()
    with Bar() as bar, read_source(options.dataset, options.files[0], bar) as collected:
        if options.dry_run:
            with written_to(options.quarantine) as out:
                found = try_together(collected=collected, like=like, at=at, progress=bar, out=out)
        else:
            found = load_together(
                collected=collected,
                like=like,
                by=None,
                at=at,
                progress=bar,
                compute=not options.no_compute,
            )
    if options.quarantine and found.new:
        copy_quarantine(found.new, options.quarantine)
    print(document(several_as_plain(found)) if options.json else several_in_words(found))
    return 0


def refuse_what_cannot_be(options: argparse.Namespace) -> None:
    if bool(options.query) != bool(options.dsn):
        raise BadInput("give --query and --dsn together: what to ask, and which database.")
    if options.query and (options.files or options.dataset in FOLDERS):
        raise BadInput("give files or a query, not both; a query fills one data set.")
    if options.dataset in FOLDERS:
        if len(options.files) != 1:
            raise BadInput(f"give the one folder that holds {FOLDERS[options.dataset]}.")
        return
    from clinmeasures.activity.mapping import known_dataset

    known_dataset(options.dataset)
    if not options.files and not options.query:
        raise BadInput("no file was given; name one or more, or - for standard input.")


def extract_of(options: argparse.Namespace) -> "Extract":
    from clinlead.intake.loading import Extract
    from clinmeasures.activity import load_mapping

    mapping = load_mapping(options.mapping, dataset_of(options)) if options.mapping else None
    return Extract(
        paths=options.files,
        dataset=options.dataset,
        mapping=mapping,
        mapping_text=options.mapping.read_text("utf-8-sig") if options.mapping else "",
        source=options.source,
        sheet=options.sheet,
        mode=options.mode,
        coverage=coverage_of(options.covers) if options.covers else None,
    )


def dataset_of(options: argparse.Namespace) -> str:
    """The data set a mapping is for; of a source of several, the mapping itself says which."""
    if options.dataset not in FOLDERS:
        return str(options.dataset)
    from clinlead.intake.together import dataset_stated

    try:
        text = options.mapping.read_text("utf-8-sig")
    except (OSError, ValueError):
        return "spells"  # reading the mapping itself says what is wrong with it
    return dataset_stated(text, options.mapping.name)


def coverage_of(text: str) -> Any:
    from datetime import date

    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError as error:
        raise BadInput(f"--covers is {text!r}; write it as 2026-01-01..2026-03-31.") from error
    if last < first:
        raise BadInput(f"--covers ends before it begins: {text}.")
    return first, last


@contextmanager
def written_to(path: Path | None) -> Iterator[IO[str] | None]:
    """The file that a dry run's quarantined rows go to, if any."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        yield out


def copy_quarantine(loads: "Sequence[Load]", target: Path) -> None:
    """The rows set aside by these loads, in one file: a header for each load's columns."""
    import shutil

    from clinlead.intake.quarantine import path_of

    paths = [path for load in loads if (path := path_of(load)).exists()]
    if paths:
        with target.open("wb") as out:
            for path in paths:
                with path.open("rb") as rows:
                    shutil.copyfileobj(rows, out)


def document(plain: dict[str, Any]) -> str:
    return json.dumps(plain, default=str)


class Bar:
    """Progress on standard error, where somebody sees it."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self.bar = tqdm(total=100, disable=not sys.stderr.isatty(), leave=False, unit="%")

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_problem: object) -> None:
        self.bar.close()

    def __call__(self, share: float, words: str) -> None:
        self.bar.set_description(words, refresh=False)
        self.bar.n = round(100 * share)
        self.bar.refresh()
