"""The command `clinmeasures`: each subcommand is a module, imported only when it is asked for."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from clinmeasures.errors import BadInput

# name → (module with configure(parser) and run(options) -> int, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "spc": ("clinmeasures.cli.spc", "charts over time with their signals"),
    "recommend": ("clinmeasures.cli.recommend", "which chart over time suits, and why"),
    "funnel": ("clinmeasures.cli.funnel", "compare units with limits for their volumes"),
    "standardise": ("clinmeasures.cli.standardise", "observed over expected, and direct rates"),
    "reliability": ("clinmeasures.cli.reliability", "how far differences between units are real"),
    "casemix": ("clinmeasures.cli.casemix", "case-mix models and how far to trust their risks"),
    "freeze": ("clinmeasures.cli.freeze", "a case-mix model as a file, for records to come"),
    "score": ("clinmeasures.cli.score", "risks by a frozen model, observed over expected"),
    "its": ("clinmeasures.cli.its", "level and slope before and after a change"),
    "agreement": ("clinmeasures.cli.agreement", "how far coders agree"),
    "comorbidity": ("clinmeasures.cli.comorbidity", "Charlson and Elixhauser from diagnosis codes"),
    "cusum": ("clinmeasures.cli.cusum", "risk-adjusted outcomes watched case by case"),
    "providers": ("clinmeasures.cli.providers", "providers beside the standard of their patients"),
    "interval": ("clinmeasures.cli.interval", "intervals for proportions, rates and means"),
    "measure": ("clinmeasures.cli.measure", "definitions and activity to tallies"),
    "records": ("clinmeasures.cli.records", "the records behind one figure"),
    "simulate": ("clinmeasures.cli.simulate", "how often each method is right"),
    "report": ("clinmeasures.cli.report", "any extract to one printable page"),
}


class Parser(argparse.ArgumentParser):
    """A wrong option is one sentence too, without the usage that would hide it."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2 and one sentence."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; wrong input is one sentence on standard error and exit status 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser_for(given).parse_args(given)
    try:
        status = int(options.run(options) or 0)
        sys.stdout.flush()
    except BadInput as error:
        print(f"clinmeasures: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader (head, less) has had enough: not an error to report
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def parser_for(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with only the asked-for command's module imported."""
    parser = Parser(
        prog="clinmeasures", description="Clinical measures from a hospital's own activity."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if given and given[0] == name:
            loaded = importlib.import_module(module)
            loaded.configure(command)
            command.set_defaults(run=loaded.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
