"""`clinlead load DATASET FILE…`: load an extract, or try it."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmeasures.errors import BadInput

if TYPE_CHECKING:
    from clinlead.intake.loading import Extract, Outcome

MOST_REASONS = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("dataset", help="spells, episodes, deaths, … (docs/reference)")
    parser.add_argument("files", nargs="*", metavar="FILE", help="CSV or Parquet; - reads CSV")
    parser.add_argument("--mapping", type=Path, help="TOML that says what the file's columns mean")
    parser.add_argument("--source", default="", help="the system it comes from")
    parser.add_argument("--mode", choices=["replace", "upsert"], default="upsert")
    parser.add_argument("--covers", metavar="FROM..TO", help="days the extract answers for")
    parser.add_argument("--dry-run", action="store_true", help="check and report; load nothing")
    parser.add_argument("--quarantine", type=Path, help="write the rows set aside to this file")
    parser.add_argument("--no-compute", action="store_true", help="leave the figures as they are")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--query", help=argparse.SUPPRESS)
    parser.add_argument("--dsn", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Load, or with --dry-run only report; a repeated load is recognised and does nothing."""
    refuse_what_is_not_there(options)
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.intake.loading import load_file, try_extract

    extract, at = extract_of(options), timezone.now()
    with Bar() as bar:
        if options.dry_run:
            outcome = tried(extract, at, bar, options.quarantine, try_extract)
        else:
            outcome = load_file(
                extract=extract, by=None, at=at, progress=bar, compute=not options.no_compute
            )
    if options.quarantine and outcome.load:
        copy_quarantine(outcome, options.quarantine)
    print(as_json(outcome) if options.json else in_words(outcome))
    return 0


def refuse_what_is_not_there(options: argparse.Namespace) -> None:
    if options.query or options.dsn:
        raise BadInput("loading from a database is not there yet; export the query to CSV.")
    if options.dataset in ("omop", "fhir"):
        raise BadInput(f"{options.dataset} cannot be loaded yet; load its tables as data sets.")
    from clinmeasures.activity.mapping import known_dataset

    known_dataset(options.dataset)
    if not options.files:
        raise BadInput("no file was given; name one or more, or - for standard input.")


def extract_of(options: argparse.Namespace) -> "Extract":
    from clinlead.intake.loading import Extract
    from clinmeasures.activity import load_mapping

    mapping = load_mapping(options.mapping, options.dataset) if options.mapping else None
    return Extract(
        paths=options.files,
        dataset=options.dataset,
        mapping=mapping,
        mapping_text=options.mapping.read_text("utf-8-sig") if options.mapping else "",
        source=options.source,
        mode=options.mode,
        coverage=coverage_of(options.covers) if options.covers else None,
    )


def coverage_of(text: str) -> Any:
    from datetime import date

    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError as error:
        raise BadInput(f"--covers is {text!r}; write it as 2026-01-01..2026-03-31.") from error
    if last < first:
        raise BadInput(f"--covers ends before it begins: {text}.")
    return first, last


def tried(extract: "Extract", at: Any, bar: Any, quarantine: Path | None, act: Any) -> "Outcome":
    if quarantine is None:
        return act(extract=extract, at=at, progress=bar)  # type: ignore[no-any-return]
    with quarantine.open("w", encoding="utf-8", newline="") as out:
        return act(extract=extract, at=at, progress=bar, out=out)  # type: ignore[no-any-return]


def copy_quarantine(outcome: "Outcome", target: Path) -> None:
    import shutil

    from clinlead.intake.quarantine import path_of

    if outcome.load and path_of(outcome.load).exists():
        shutil.copyfile(path_of(outcome.load), target)


def as_json(outcome: "Outcome") -> str:
    load = outcome.load or outcome.already
    return json.dumps(
        {
            "load": load.number if load else None,
            "already_loaded": outcome.already is not None,
            "grade": outcome.quality.grade if outcome.quality else None,
            "report": outcome.report.to_dict() if outcome.report else None,
            "quality": outcome.quality.to_dict() if outcome.quality else None,
        },
        default=str,
    )


def in_words(outcome: "Outcome") -> str:
    from clinlead.intake.loading import AlreadyLoaded

    if outcome.already:
        return str(AlreadyLoaded(outcome.already))
    report, graded = outcome.report, outcome.quality
    assert report is not None
    assert graded is not None
    first = f"Load {outcome.load.number}" if outcome.load else "Nothing was loaded (dry run)"
    lines = [
        f"{first}: {report.accepted:,} of {report.rows:,} rows of {report.dataset} accepted, "
        f"{report.quarantined:,} quarantined, {report.copies:,} copies, "
        f"{report.left_out:,} left out. Quality {graded.grade}.",
        *(f"  {each.part}: {each.grade} ({each.because})" for each in graded.parts),
    ]
    for each in report.reasons[:MOST_REASONS]:
        lines.append(
            f"  {each.rows:,} rows: {each.kind}, for example row {each.example_row}: {each.example}"
        )
    lines += [f"  {e.rows:,} rows: {e.column} {e.code!r} is in no list" for e in report.unlisted]
    return "\n".join([*lines, *([report.note] if report.note else [])])


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
