"""The command `clinlead`: each subcommand is a module, imported only when it is asked for."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from clinmeasures.errors import BadInput

# name → (module with configure(parser) and run(options) -> int, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("clinlead.demo.command", "an invented trust, made and served"),
    "serve": ("clinlead.pages.serve", "serve the application"),
    "upgrade": ("clinlead.pages.upgrade", "bring the database up to this version"),
    "check": ("clinlead.pages.check", "say what is wrong with this installation"),
    "organisation": ("clinlead.organisation.command", "the trust's parts, from a file"),
    "account": ("clinlead.access.command", "make an account or give one a role"),
    "token": ("clinlead.api.command", "make an API token for an account"),
    "measures": ("clinlead.measures.command", "register measures; give departments some"),
    "load": ("clinlead.intake.command", "load an extract"),
    "retention": ("clinlead.intake.retention_command", "how long data are kept; erase what is due"),
    "compute": ("clinlead.figures.command", "compute the figures again"),
    "weights": ("clinlead.figures.weights_command", "bring what a piece of work weighs"),
    "case-mix": ("clinlead.casemix.command", "fit, give and use case-mix models"),
    "tick": ("clinlead.background.tick", "do what the calendar says is due"),
    "worker": ("clinlead.background.command", "run background work in a process of its own"),
    "release": ("clinlead.releases.command", "list and verify releases"),
    "backup": ("clinlead.upkeep.backup", "one archive of everything"),
    "restore": ("clinlead.upkeep.restore", "put an archive back into an empty place"),
    "export-subject": ("clinlead.upkeep.export", "everything held about one person"),
    "history": ("clinlead.history.command", "verify the record of acts and readings"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; wrong input is one sentence on standard error and exit status 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser_for(given).parse_args(given)
    try:
        return int(options.run(options) or 0)
    except BadInput as error:
        print(f"clinlead: {error}", file=sys.stderr)
        return 2
    except database_errors() as error:
        print(
            f"clinlead: the database does not answer as it should ({error}). Run `clinlead "
            "upgrade` to bring it up to this version, or `clinlead check` to see what is wrong.",
            file=sys.stderr,
        )
        return 1


def database_errors() -> tuple[type[Exception], ...]:
    """What a database raises that is absent, locked or of another version, once Django is there."""
    utils = sys.modules.get("django.db.utils")
    return (utils.OperationalError, utils.ProgrammingError) if utils else ()


def parser_for(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with only the asked-for command's module imported."""
    parser = argparse.ArgumentParser(
        prog="clinlead", description="Clinically led performance management."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if given and given[0] == name:
            loaded = importlib.import_module(module)
            loaded.configure(command)
            command.set_defaults(run=loaded.run)
    return parser


def start_django() -> None:
    """Load the web framework; commands call this after their own settings are in place."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinlead.settings")
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
