"""`clinlead account LOGIN`: make an account, or give one a role, from the host."""

import argparse
import secrets
from datetime import date

from clinlead.access.policies import NotAllowed, Role
from clinmeasures.errors import BadInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("login")
    parser.add_argument("--person", help="the person's code; their account sees their own figures")
    parser.add_argument("--role", choices=[str(role) for role in Role])
    parser.add_argument("--department", help="the department's code, for a lead")
    parser.add_argument("--division", help="the division's code, for a chief of service")
    parser.add_argument("--stream", help="the work stream's code, for a stream lead")
    parser.add_argument("--from", dest="starts_on", type=date.fromisoformat, help="first day")
    parser.add_argument("--until", type=date.fromisoformat, help="last day")


def run(options: argparse.Namespace) -> int:
    """Make the account if it is new (its password is printed once), then grant the role."""
    from clinlead.cli import start_django

    start_django()
    from django.db import transaction

    with transaction.atomic():
        account, password = account_of(options)
        if options.role:
            grant(options, account)
    print(f"Account {account.username} is ready." + (f" Password: {password}" if password else ""))
    return 0


def account_of(options: argparse.Namespace):
    from clinlead.access.models import Account

    known = Account.objects.filter(username=options.login).first()
    if known:
        return known, ""
    password = secrets.token_urlsafe(12)
    person = found("Person", options.person) if options.person else None
    if person is not None and Account.objects.filter(person=person).exists():
        raise BadInput(f"{options.person} already has an account; name its login instead.")
    account = Account.objects.create_user(options.login, password=password, person=person)
    return account, password


def grant(options: argparse.Namespace, account) -> None:
    """A grant from the host has no second person: whoever holds the host is declared trusted."""
    from django.utils import timezone

    from clinlead.access.actions import grant_role

    if options.role == Role.LEAD and not options.department:
        raise BadInput("A lead leads a department: add --department CODE.")
    if options.role == Role.CHIEF and not options.division:
        raise BadInput("A chief of service has a division: add --division CODE.")
    if options.role == Role.STREAM_LEAD and not options.stream:
        raise BadInput("A stream lead leads a work stream: add --stream CODE.")
    try:
        grant_role(
            account=account,
            role=Role(options.role),
            department=found("Department", options.department) if options.department else None,
            division=found("Division", options.division) if options.division else None,
            stream=found("WorkStream", options.stream) if options.stream else None,
            starts_on=options.starts_on or timezone.localdate(),
            ends_on=options.until,
            by=None,
            at=timezone.now(),
        )
    except NotAllowed as refused:
        raise BadInput(refused.refusal.because) from refused


def found(kind: str, code: str):
    from clinlead.organisation import models

    model = getattr(models, kind)
    thing = model.objects.filter(code=code).first()
    if thing is None:
        raise BadInput(f"There is no {model._meta.verbose_name} with the code {code}.")
    return thing
