"""`clinlead organisation FILE`: the plan of the trust from a TOML file."""

import argparse
from pathlib import Path

from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", type=Path, help="TOML with divisions, departments and codes")


def run(options: argparse.Namespace) -> int:
    """Apply the plan, all of it or nothing, and say what changed."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.organisation.actions import apply_plan
    from clinlead.organisation.models import Department, Division
    from clinlead.organisation.plan import parse_plan

    plan = parse_plan(text_of(options.file), str(options.file))
    try:
        outcome = apply_plan(plan=plan, at=timezone.now(), by_id=None)
    except (Division.DoesNotExist, Department.DoesNotExist) as error:
        raise BadInput(
            f"{options.file} names a division or department that it does not define: {error}"
        ) from error
    print(f"Organisation: {outcome.in_words()}.")
    return 0


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from error
