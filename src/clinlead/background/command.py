"""`clinlead worker`: background work in a process of its own."""

import argparse
import os
import signal
import sys
import threading


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--beside", type=int, metavar="PID", help="end when this process, which started it, does"
    )


def run(options: argparse.Namespace) -> int:
    """Keep the calendar and do what waits until stopped; pages come first."""
    from clinlead.cli import start_django

    start_django()
    from clinlead.background.working import work_on

    over = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: over.set())
    give_way()
    print("Background work runs; press Ctrl+C to end it.", file=sys.stderr, flush=True)
    work_on(lambda: over.is_set() or is_alone(options.beside), wait=over.wait)
    return 0


def give_way() -> None:
    """To the pages, where the system knows of such a thing."""
    if hasattr(os, "nice"):
        os.nice(10)


def is_alone(beside: int | None) -> bool:
    """Whether the server that started this has ended, and with it the reason to be here."""
    return beside is not None and os.getppid() != beside
