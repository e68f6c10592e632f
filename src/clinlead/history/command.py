"""`clinlead history verify`: does the record still hold?"""

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("what", choices=["verify"])


def run(_options: argparse.Namespace) -> int:
    """Say whether the chain holds; exit status 1 where it does not."""
    from clinlead.cli import start_django

    start_django()
    from clinlead.history.queries import head, verify

    broken = verify()
    if broken:
        print(f"The record is broken at entry {broken.number}: {broken.because}.", file=sys.stderr)
        return 1
    number, digest = head()
    print(f"The record holds: {number} entries, head {digest or 'none'}.")
    return 0
