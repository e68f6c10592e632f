"""What an entry is found by: who did what, when, to what and about whom; it is never erased."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC
from itertools import islice

from clinlead.history.models import Entry, Subject

ACT = "details erased"
FORGOTTEN = "entries forgotten"
ACTS = (ACT, FORGOTTEN)  # what says that others were erased
Row = tuple[object, ...]


def row_of(entry: Entry, about: Collection[int]) -> Row:
    return (
        entry.act,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.by_id,
        [entry.object_kind, entry.object_id],
        sorted(about),
    )


def rows_of(numbers: Iterable[int]) -> Iterator[tuple[int, Row]]:
    """Number and row of some entries, oldest first."""
    left = iter(sorted(numbers))
    while some := list(islice(left, 500)):
        about: dict[int, list[int]] = {}
        subjects = Subject.objects.filter(entry__number__in=some)
        for number, person in subjects.values_list("entry__number", "person_id"):
            about.setdefault(number, []).append(person)
        for entry in Entry.objects.filter(number__in=some).order_by("number"):
            yield entry.number, row_of(entry, about.get(entry.number, ()))
