"""`clinlead demo`: an invented trust on the embedded default, made once, then served."""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

from clinlead.demo import folder
from clinmeasures.errors import BadInput

DEFAULT_FOLDER = Path("clinlead-demo")
HOST = "127.0.0.1"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="its folder")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fresh", action="store_true", help="make it again from the beginning")
    parser.add_argument("--no-serve", action="store_true", help="make it and stop")


def run(options: argparse.Namespace) -> int:
    """Make the demonstration if it is not there, say how to sign in, and serve it."""
    directory = options.data.resolve()
    if not options.no_serve:
        refuse_port(options.port)
    must_make = folder.make_room(directory, fresh=options.fresh)
    settle_environment(directory)
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.demo.actions import make_demonstration
    from clinlead.pages.readiness import database_is_current
    from clinlead.pages.upgrade import upgrade

    if must_make:
        make_demonstration(directory, now=timezone.now(), out=sys.stderr)
    else:
        if not database_is_current():
            upgrade()
        say(f"Using the demonstration made on {folder.made_on(directory)}; --fresh makes it anew.")
    print_accounts(directory, options.port)
    return 0 if options.no_serve else serve(options.port)


def settle_environment(directory: Path) -> None:
    """The demonstration has settings of its own, whatever this machine's are."""
    from clinlead.demo.trust.departments import Hospital

    for name in [name for name in os.environ if name.startswith("CLINLEAD_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ["CLINLEAD_DATA_DIR"] = str(directory)
    os.environ["CLINLEAD_DEMONSTRATION"] = "true"
    os.environ["CLINLEAD_EMAIL"] = "file"
    os.environ["CLINLEAD_TRUST_NAME"] = Hospital.read().trust["name"]


def refuse_port(port: int) -> None:
    """Before minutes of work: can we listen there?"""
    if not 0 < port < 65_536:
        raise BadInput(f"--port {port} is not a port; give a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BadInput(
                f"port {port} of this machine is in use or not allowed ({error.strerror}); "
                "choose another with --port."
            ) from error


def print_accounts(directory: Path, port: int) -> None:
    import json

    accounts = json.loads((directory / folder.ACCOUNTS).read_text(encoding="utf-8"))
    print(f"An invented trust. Nobody in it exists.\nAddress: http://{HOST}:{port}/")
    print("Accounts (the password of each is demo):")
    for each in accounts:
        print(f"  {each['login']:<12} {each['name']}, {each['what']}")
    sys.stdout.flush()


def serve(port: int) -> int:
    """In a process of its own, without the memory that the making took."""
    command = [sys.executable, "-m", "clinlead.cli", "serve", "--host", HOST, "--port", str(port)]
    if os.name != "nt":
        os.execv(sys.executable, command)  # noqa: S606 our own interpreter
    return subprocess.run(command, check=False).returncode  # noqa: S603 our own interpreter


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
