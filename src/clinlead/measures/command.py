"""`clinlead measures`: register definitions, and say which of them departments use."""

import argparse
from pathlib import Path

from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("files", nargs="*", type=Path, help="definitions to register (TOML)")
    parser.add_argument("--department", help="choose these measures for this department alone")
    parser.add_argument(
        "--only", metavar="CODE,CODE", help="choose these measures, not the usual six"
    )


def run(options: argparse.Namespace) -> int:
    """Register the shipped definitions and the files; departments without measures get some."""
    from clinlead.cli import start_django

    start_django()
    from django.db import transaction
    from django.utils import timezone

    from clinlead.measures.actions import (
        STARTING_MEASURES,
        choose_defaults,
        register,
        register_library,
    )

    at = timezone.now()
    codes = tuple(options.only.replace(" ", "").split(",")) if options.only else ()
    with transaction.atomic():
        added = register_library(at=at)
        for file in options.files:
            entered = register(text=text_of(file), source=str(file), at=at, by=None)
            added += [entered] if entered else []
        refuse_unknown(codes)
        departments = departments_asked(options.department)
        wanted = codes or STARTING_MEASURES
        chosen = [len(choose_defaults(department=d, at=at, codes=wanted)) for d in departments]
    print(
        f"Registered: {len(added)} measures. Chosen: {sum(chosen)} for {len(chosen)} departments."
    )
    return 0


def departments_asked(code: str | None) -> list:
    from clinlead.organisation.models import Department

    found = Department.objects.filter(code=code) if code else Department.objects.all()
    if code and not found:
        raise BadInput(f"There is no department with the code {code}.")
    return list(found)


def refuse_unknown(codes: tuple[str, ...]) -> None:
    from clinlead.measures.queries import newest_versions

    known = {each.code for each in newest_versions()}
    for code in codes:
        if code not in known:
            raise BadInput(f"There is no measure {code}; there are {', '.join(sorted(known))}.")


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: {error}.") from error
