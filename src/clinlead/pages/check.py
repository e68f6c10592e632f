"""`clinlead check`: what is wrong with this installation, one sentence each."""

import argparse
import os
from collections.abc import Iterator


def configure(parser: argparse.ArgumentParser) -> None:
    """The command takes no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Print what is wrong and what to do; exit status 1 where anything is."""
    from clinlead.cli import start_django

    start_django()
    problems = [*wrong_with_the_host(), *wrong_with_the_settings(), *wrong_with_the_record()]
    for problem in problems:
        print(f"- {problem}")
    print(f"Found {len(problems)} to mend." if problems else "Nothing to mend.")
    return 1 if problems else 0


def wrong_with_the_host() -> Iterator[str]:
    from django.conf import settings

    from clinlead.pages import readiness

    folder = settings.CONFIGURATION.data_dir
    if not readiness.data_directory_is_writable():
        yield f"The data directory {folder} cannot be written; give this user the right to."
    if not readiness.database_answers():
        yield "The database does not answer; check DATABASE_URL and that the server runs."
    elif not readiness.database_is_current():
        yield "The database is not of this version; run `clinlead upgrade`."
    keys = folder / "keys"
    if os.name != "nt" and keys.exists() and keys.stat().st_mode & 0o077:
        yield f"Others on this machine can read the keys; run `chmod 700 {keys}`."


def wrong_with_the_settings() -> Iterator[str]:
    from django.conf import settings

    chosen = settings.CONFIGURATION
    if chosen.demonstration:
        yield "This is the demonstration: simple passwords, no second factor. Load no real data."
        return
    if not chosen.trust_name:
        yield "No trust name is set; set CLINLEAD_TRUST_NAME."
    if not chosen.secure_cookies:
        yield "Cookies travel without HTTPS; unset CLINLEAD_SECURE_COOKIES and serve over HTTPS."
    if not chosen.second_factor:
        yield (
            "No second factor is asked for; unset CLINLEAD_SECOND_FACTOR unless single sign-on "
            "asks for one."
        )
    if "*" in chosen.allowed_hosts:
        yield "Any host name is answered; name yours in CLINLEAD_ALLOWED_HOSTS."


def wrong_with_the_record() -> Iterator[str]:
    from clinlead.pages import readiness

    if not readiness.database_is_current():
        return
    from clinlead.history.queries import verify

    broken = verify()
    if broken:
        yield f"The record of acts is broken at entry {broken.number}: {broken.because}."
