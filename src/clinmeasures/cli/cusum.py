"""`clinmeasures cusum`: risk-adjusted outcomes watched case by case."""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.monitoring import Cusum, ProviderCusum, Signal, cusum
from clinmeasures.monitoring.result import POINT
from clinmeasures.monitoring.simulated import SEED


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a case; - is CSV on standard input")
    add = parser.add_argument
    add("--outcome", required=True, metavar="COL", help="1 where the event came, else 0")
    add("--risk", required=True, metavar="COL", help="its probability by a case-mix model")
    add("--date", metavar="COL", help="order of the cases; of one date, the order of the rows")
    add("--provider", metavar="COL", help="one CUSUM for each value of this column")
    add("--odds-ratio", type=float, default=2.0, metavar="R", help="above 1 looks for worse (2)")
    add(
        "--true-odds-ratio",
        type=float,
        default=1.0,
        metavar="Q",
        help="of the outcomes that the average run length is for (1, as expected)",
    )
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--limit", type=float, metavar="H", help="positive for both arms")
    limit.add_argument("--arl", type=float, metavar="N", help="limit with this average run length")
    limit.add_argument("--alpha", type=float, metavar="A", help="limit by false-signal probability")
    add(
        "--reset",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="start again from 0 after a signal",
    )
    add("--seed", type=int, default=SEED, metavar="N", help="of the simulation for --alpha")


def run(options: argparse.Namespace) -> int:
    """Print the charts of the file's cases; 0 where that went well."""
    with table_in(options.file) as table:
        found = _computed(table, options)
        document = found.to_dict() if options.json else None
    _note(found)
    if document is not None:
        print_json(document)
    else:
        _print(found)
    return 0


def _computed(table: Mapping[str, Any], options: argparse.Namespace) -> Cusum:
    return cusum(
        table,
        outcome=options.outcome,
        risk=options.risk,
        date=options.date,
        provider=options.provider,
        odds_ratio=options.odds_ratio,
        true_odds_ratio=options.true_odds_ratio,
        limit=options.limit,
        arl=options.arl,
        alpha=options.alpha,
        reset=options.reset,
        seed=options.seed,
    )


def _note(found: Cusum) -> None:
    """What the figures rest on, on standard error."""
    if found.cases.ties:
        print(
            f"{found.cases.ties} cases share a date with the one before; within a date the order "
            "is that of the rows.",
            file=sys.stderr,
        )
    if found.limit is None:
        print("No limit was given, so nothing signals (--limit, --arl, --alpha).", file=sys.stderr)
    elif found.arl is None:
        print("The average run is longer than can be told (above 1e11 cases).", file=sys.stderr)
    if found.simulated is not None:
        print(
            f"The limit is from {found.simulated.runs} simulated sequences; by their own chance it "
            f"lies between {found.simulated.lower:.4g} and {found.simulated.upper:.4g}.",
            file=sys.stderr,
        )


def _print(found: Cusum) -> None:
    way = "worse" if found.odds_ratio > 1 else "better"
    limit = "no limit" if found.limit is None else f"limit {found.limit:.4g}"
    arl = "" if found.arl is None else f", average run {found.arl:.4g} cases"
    print(f"CUSUM for {way} (odds ratio {found.odds_ratio:g}), {limit}{arl}")
    for provider in found:
        _print_provider(provider)


def _print_provider(provider: ProviderCusum) -> None:
    name = "" if provider.name is None else f"{provider.name}: "
    print(f"{name}{len(provider)} cases, {len(provider.signals)} signals")
    for signal in provider.signals:
        print(f"  {_words(signal)}")
    print_table(POINT, list(zip(*provider.columns(), strict=True)))


def _words(signal: Signal) -> str:
    when = "" if signal.date is None else f" ({signal.date})"
    since = "" if signal.start_date is None else f" ({signal.start_date})"
    return f"signal at case {signal.index}{when}, climbing since case {signal.start_index}{since}"
