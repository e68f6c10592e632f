"""A generation of figures: kept apart as it is computed, then shown all at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from clinlead.figures.computing import COLUMNS, ComputedMonth, Place
from clinlead.figures.models import Generation, TallyMonth

ROWS_A_CHUNK = 20_000  # written in well under a second, so that nobody waits behind us

Found = Mapping[Place, ComputedMonth]


def changed(found: Found) -> dict[Place, ComputedMonth]:
    """What differs from what is shown; equal months are not written again."""
    fields = ("measure", "version", "rule", "month", "digest")
    rows = shown_in(found).values_list(*fields)
    shown = {Place(*row[:4]): row[4] for row in rows}
    return {place: month for place, month in found.items() if shown.get(place) != month.digest}


def shown_in(found: Found) -> QuerySet[TallyMonth]:
    """What is shown in the months that came out of a computation."""
    return TallyMonth.objects.shown().filter(month__in={place.month for place in found})


Writer = Callable[[Iterator[tuple[Any, ...]]], None]


def write_apart(generation: Generation, months: Found, write: Writer) -> int:
    """Keep the months and their tallies, not shown yet; how many months."""
    places = sorted(months)
    rows = TallyMonth.objects.bulk_create(
        [as_row(generation, place, months[place]) for place in places], batch_size=2000
    )
    write(
        (row.pk, *tally)
        for row, place in zip(rows, places, strict=True)
        for tally in months[place].rows
    )
    return len(rows)


def as_row(generation: Generation, place: Place, month: ComputedMonth) -> TallyMonth:
    return TallyMonth(
        generation=generation,
        measure=place.measure,
        version=place.version,
        rule=place.rule,
        month=place.month,
        complete=month.complete,
        digest=month.digest,
    )


def all_at_once(rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert within the caller's transaction."""
    names = ", ".join(("tally_month_id", *COLUMNS))
    marks = ", ".join(["%s"] * (len(COLUMNS) + 1))
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, ROWS_A_CHUNK)):
            cursor.executemany(
                f"insert into figures_tally ({names}) values ({marks})",  # noqa: S608 - our own names
                chunk,
            )


def chunk_by_chunk(rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert in short transactions of their own, so that others can write between them."""
    while chunk := list(islice(rows, ROWS_A_CHUNK)):
        with transaction.atomic():
            all_at_once(iter(chunk))


def hold_figures() -> None:
    """One switching of pointers at a time. SQLite transactions are IMMEDIATE already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(720116)")


def show(generation: Generation, found: Found) -> None:
    """Switch the pointers to what this generation wrote; say which months are complete by now."""
    mine = TallyMonth.objects.filter(generation=generation)
    renewed = {Place(*row) for row in mine.values_list("measure", "version", "rule", "month")}
    hidden: list[int] = []
    turned: dict[bool, list[int]] = {True: [], False: []}
    for row in shown_in(found):
        place = Place(row.measure, row.version, row.rule, row.month)
        if place in renewed:
            hidden.append(row.pk)
        elif place in found and row.complete != found[place].complete:
            turned[found[place].complete].append(row.pk)
    for some in in_chunks(hidden):
        TallyMonth.objects.filter(pk__in=some).update(shown=False)
    for complete, rows in turned.items():
        for some in in_chunks(rows):
            TallyMonth.objects.filter(pk__in=some).update(complete=complete)
    mine.update(shown=True)
    generation.shown = True
    generation.save(update_fields=["shown"])


def in_chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    return (rows[start : start + 500] for start in range(0, len(rows), 500))
