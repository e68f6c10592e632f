"""`clinmeasures simulate`: how often each method is right, on data whose truth is known."""

import argparse

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.simulation import KINDS, Finding, Study, simulate
from clinmeasures.simulation.simulate import SEED, TRIALS

HEADING = ("method", "setting", "quantity", "nominal", "estimate", "error", "trials", "holds")
SAID = {True: "yes", False: "NO", None: "-"}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add = parser.add_argument
    add("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)} (all)")
    add("--trials", type=int, default=TRIALS, metavar="N", help=f"for each setting ({TRIALS})")
    add("--seed", type=int, default=SEED, metavar="N", help="the same seed, the same numbers")
    add("--quiet", action="store_true", help="no progress bar")
    add("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Run the experiments and print what they found; 0 where that went well."""
    found = _simulated(options)
    if options.json:
        print_json(found.to_dict())
    else:
        print(f"Seed {found.seed}, {found.trials} trials")
        print_table(HEADING, [_row(finding) for finding in found.findings])
    return 0


def _simulated(options: argparse.Namespace) -> Study:
    from tqdm import tqdm

    with tqdm(unit=" trials", disable=True if options.quiet else None) as bar:

        def told(done: int, total: int) -> None:
            """Move the bar to how many trials of how many are done."""
            bar.total = total
            bar.update(done - bar.n)

        return simulate(
            options.kinds or KINDS, trials=options.trials, seed=options.seed, progress=told
        )


def _row(finding: Finding) -> list[object]:
    return [
        finding.method,
        finding.setting,
        finding.quantity,
        finding.nominal,
        finding.estimate,
        finding.error,
        finding.trials,
        SAID[finding.holds],
    ]
