"""`clinlead token USER`: a token for programs, printed once."""

import argparse

from clinmeasures.errors import BadInput

LONGEST_DAYS = 366


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("user", help="the account's sign-in name")
    parser.add_argument("--days", type=int, default=90, help="days until it ends (90)")
    parser.add_argument("--revoke", action="store_true", help="end every token of the account")


def run(options: argparse.Namespace) -> int:
    """Print the token and nothing else; it is kept as a digest and cannot be shown again."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.access.models import Account
    from clinlead.api.tokens import make_token, revoke_tokens

    account = Account.objects.filter(username=options.user, is_active=True).first()
    if account is None:
        raise BadInput(f"There is no open account '{options.user}'; check the sign-in name.")
    if not 1 <= options.days <= LONGEST_DAYS:
        raise BadInput(f"--days {options.days}: give a number of days from 1 to {LONGEST_DAYS}.")
    if options.revoke:
        print(f"{revoke_tokens(account=account, at=timezone.now())} tokens ended.")
        return 0
    print(make_token(account=account, days=options.days, at=timezone.now()))
    return 0
