"""`clinlead retention list` and `clinlead retention erase`."""

import argparse
import json
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    acts = parser.add_subparsers(dest="what", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="how long each data set is kept, and what goes when")
    listed.add_argument("--json", action="store_true", help="print one JSON document")
    erased = acts.add_parser("erase", help="erase what has been kept long enough")
    erased.add_argument("--dry-run", action="store_true", help="say what would go; erase nothing")


def run(options: argparse.Namespace) -> int:
    """Periods are set on the page of the data protection officer; the command keeps to them."""
    from clinlead.cli import start_django

    start_django()
    return list_all(options) if options.what == "list" else erase(options)


def list_all(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from clinlead.intake.retention import holdings, record_holding

    today = timezone.localdate()
    rows = [as_row(each) for each in (*holdings(today), record_holding(today))]
    if options.json:
        print(json.dumps({"data_sets": rows}))
        return 0
    for row in rows:
        kept = f"{row['years']} years" if row["years"] else "no period, kept for ever"
        goes = f"; on {row['goes_on']} {sum(row['goes'].values())} rows go" if row["goes"] else ""
        print(f"{row['dataset']:<14} {kept}, oldest {row['oldest'] or 'none'}{goes}")
    sets = len(rows) - 1
    print(f"{sets} data set{'' if sets == 1 else 's'}, and the record of acts.")
    return 0


def as_row(holding) -> dict:
    return {
        "dataset": holding.dataset,
        "years": holding.period.years if holding.period else None,
        "rows": holding.rows,
        "oldest": holding.oldest or None,
        "goes_on": holding.goes_on.isoformat() if holding.goes_on else None,
        "goes": holding.goes,
    }


def erase(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from clinlead.intake.erasing import erase_due, would_go
    from clinlead.intake.erasing_job import said
    from clinlead.intake.forgetting import forget_due
    from clinlead.intake.retention import record_holding

    now = timezone.now()
    if not options.dry_run:
        print(said([*erase_due(at=now, progress=say), *forget_due(at=now)]))
        return 0
    for due, months in would_go(timezone.localdate(now)):
        print(f"{due.dataset} before {due.first_month}: {sum(months.values())} rows.")
    record = record_holding(timezone.localdate(now))
    if record.goes and record.goes_on == timezone.localdate(now):
        print(f"record of acts: {sum(record.goes.values())} entries.")
    print("Nothing was erased.")
    return 0


def say(share: float, words: str) -> None:
    end = "\n" if share >= 1 else ""
    print(f"\r{words}: {share:.0%}   ", end=end, file=sys.stderr, flush=True)
