"""Reading the record."""

from collections.abc import Iterator

from django.db.models import F, Func, IntegerField, QuerySet, Subquery

from clinlead.history.actions import LOOKS
from clinlead.history.chain import Broken, Link, digest_of_rows, first_break, numbers_in
from clinlead.history.models import Entry, Subject
from clinlead.history.rows import ACTS, row_of, rows_of


def entries_about(person_id: int) -> QuerySet[Entry]:
    """Everything recorded about a person, newest first."""
    return (
        Entry.objects.filter(subjects__person_id=person_id)
        .select_related("by", "by__person")
        .order_by("-number")
    )


def readings_about(person_id: int) -> QuerySet[Entry]:
    """Who looked at this person's results or took them away as a file, newest first.

    Their own looks are not among them.
    """
    return entries_about(person_id).filter(act__in=LOOKS).exclude(by__person_id=person_id)


def readings_counted(person_id: int) -> Subquery:
    """How many those are, to be asked within another question."""
    counted = Func(F("pk"), function="count", output_field=IntegerField())
    return Subquery(readings_about(person_id).order_by().values_list(counted))


def entries_of(object_kind: str, object_id: object) -> QuerySet[Entry]:
    """What happened to one object, oldest first."""
    return (
        Entry.objects.filter(object_kind=object_kind, object_id=str(object_id))
        .select_related("by", "by__person")
        .order_by("number")
    )


def head() -> tuple[int, str]:
    """The newest entry's number and digest, to be anchored elsewhere."""
    newest = Entry.objects.order_by("-number").values_list("number", "digest").first()
    return newest or (0, "")


def verify(anchors: dict[int, str] | None = None) -> Broken | None:
    """The first break of the chain, truncation behind an anchor included; None when it holds."""
    broken = first_break(links()) or first_misfiled() or first_erased_unseen()
    if broken:
        return broken
    held = dict(Entry.objects.filter(number__in=anchors or {}).values_list("number", "digest"))
    for number, digest in (anchors or {}).items():
        if held.get(number) != digest:
            return Broken(number, "an anchor outside the chain names another digest here")
    return None


def links() -> Iterator[Link]:
    fields = ("number", "previous", "commitment", "digest", "salt", "facts")
    for row in Entry.objects.order_by("number").values(*fields).iterator(chunk_size=2000):
        yield Link(**row)


def first_misfiled() -> Broken | None:
    """The first entry whose index columns or subjects no longer say what its facts say."""
    about: dict[int, list[int]] = {}
    for number, person in Subject.objects.values_list("entry__number", "person_id"):
        about.setdefault(number, []).append(person)
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        found = row_of(entry, about.get(entry.number, ()))
        if entry.facts is not None and found != expected_index(entry.facts):
            return Broken(entry.number, "its index no longer says what its facts say")
    return None


def expected_index(facts: dict) -> tuple:
    return facts["act"], facts["at"], facts["by"], facts["object"], facts["about"]


def first_erased_unseen() -> Broken | None:
    """The first entry without facts that no act of erasing names, or that was changed since.

    The newest act that names an entry answers for it, and for all that the acts before it named.
    """
    named: set[int] = set()
    for erasing in Entry.objects.filter(act__in=ACTS, facts__isnull=False).order_by("-number"):
        said = (erasing.facts or {})["details"]
        numbers = set(numbers_in(said["entries"]))
        if numbers <= named:
            continue
        if numbers & named or digest_of_rows(rows_of(numbers)) != said["left"]:
            return Broken(erasing.number, "what it left of erased entries was changed since")
        named |= numbers
    without = Entry.objects.filter(facts__isnull=True).order_by("number")
    for number in without.values_list("number", flat=True).iterator(chunk_size=2000):
        if number not in named:
            return Broken(number, "its facts are gone, and no entry says that they were erased")
    return None
