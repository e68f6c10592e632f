"""The one appender of the record."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db import connection, transaction

from clinlead.history.chain import START, commitment_to, digest_of
from clinlead.history.models import Entry, Subject

LOCK = 720_115  # any number, the same everywhere: serialises appends on PostgreSQL
READ = "read"
EXPORTED = "exported"
LOOKS = (READ, EXPORTED)  # at somebody's results: on a page, or taken away as a file


@transaction.atomic
def append(
    *,
    act: str,
    at: datetime,
    by_id: int | None,
    about: Iterable[int] = (),
    object_kind: str = "",
    object_id: object = "",
    details: Mapping[str, object] | None = None,
) -> Entry:
    """Record one act or reading; the last statement of the caller's transaction.

    `about` are the people (organisation.Person ids) whose results it concerns.
    """
    hold_the_chain()
    head = Entry.objects.order_by("-number").values("number", "digest").first()
    number = head["number"] + 1 if head else 1
    previous = head["digest"] if head else START
    people = sorted(set(about))
    facts = {
        "act": act,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": by_id,
        "about": people,
        "object": [object_kind, str(object_id)],
        "details": dict(details or {}),
    }
    salt = secrets.token_hex(32)
    commitment = commitment_to(facts, salt)
    entry = Entry.objects.create(
        number=number,
        at=at,
        act=act,
        by_id=by_id,
        object_kind=object_kind,
        object_id=str(object_id),
        facts=facts,
        salt=salt,
        commitment=commitment,
        previous=previous,
        digest=digest_of(number, previous, commitment),
    )
    if people:
        Subject.objects.bulk_create(Subject(entry=entry, person_id=one) for one in people)
    return entry


def hold_the_chain() -> None:
    """Let one appender at a time through. SQLite transactions are IMMEDIATE already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def record_reading(
    *,
    at: datetime,
    by_id: int,
    about: Iterable[int],
    object_kind: str,
    object_id: object,
    reason: str = "",
) -> Entry:
    """Note that somebody looked at named people's results. Those people can see it.

    Called before the page is shown: a page whose reading cannot be logged is not shown.
    """
    return append(
        act=READ,
        at=at,
        by_id=by_id,
        about=about,
        object_kind=object_kind,
        object_id=object_id,
        details={"reason": reason} if reason else {},
    )


def record_export(
    *,
    at: datetime,
    by_id: int,
    about: Iterable[int],
    object_kind: str,
    object_id: object,
    details: Mapping[str, object],
) -> Entry:
    """Note that somebody took results away as a file, named or not; whoever is named can see it.

    Called before the file is handed over: what cannot be logged is not handed over.
    """
    return append(
        act=EXPORTED,
        at=at,
        by_id=by_id,
        about=about,
        object_kind=object_kind,
        object_id=object_id,
        details=details,
    )
