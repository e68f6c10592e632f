"""Requests that wait, and what was disclosed."""

from collections.abc import Iterator

from django.db.models import Count, QuerySet

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.dataprotection.models import Disclosure, ErasureRequest
from clinlead.dataprotection.policies import Basis, Outcome, why_not_keep_register
from clinlead.printing.cells import harmless

COLUMNS = ("on", "to whom", "what", "basis", "because", "people", "noted by", "automatic")


def requests_for(reader: Reader) -> QuerySet[ErasureRequest]:
    """What the officer answers; nobody else knows of any."""
    found = ErasureRequest.objects.select_related("account__person", "answered_by__person")
    return found.none() if why_not_keep_register(reader) else found


def requests_of(account: Account) -> QuerySet[ErasureRequest]:
    return ErasureRequest.objects.filter(account=account)


def open_requests(reader: Reader) -> QuerySet[ErasureRequest]:
    """What waits for this officer, the first due first."""
    mine = requests_for(reader).filter(outcome=Outcome.OPEN)
    return mine.exclude(account=reader.account_id).order_by("due_on", "pk")


def register() -> QuerySet[Disclosure]:
    """The newest first, with how many people were in each."""
    return (
        Disclosure.objects.select_related("noted_by__person")
        .annotate(many=Count("people"))
        .order_by("-on", "-pk")
    )


def disclosures_about(person_id: int) -> QuerySet[Disclosure]:
    """What was disclosed of one person, newest first."""
    return Disclosure.objects.filter(people=person_id)


def lines(found: QuerySet[Disclosure]) -> Iterator[tuple[str, ...]]:
    """The register as rows of a file; what a spreadsheet would take for a formula is quoted."""
    for each in found:
        cells = (
            each.on.isoformat(),
            each.to_whom,
            each.what,
            Basis(each.basis).words,
            each.because,
            str(each.many),  # type: ignore[attr-defined]
            str(each.noted_by or "the host"),
            "yes" if each.automatic else "no",
        )
        yield tuple(map(harmless, cells))
