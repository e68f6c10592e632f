"""What else is kept of rows, beside the store: gone when the rows are."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db.models import QuerySet

from clinlead.intake import quarantine
from clinlead.intake.loading import folder
from clinlead.intake.models import Correction, CorrectionState, FailingRow, Load, PatientNumber
from clinlead.intake.queries import store
from clinmeasures.activity.erasing import keys_left, patients_without_rows

A_CHUNK = 20_000


def erase_leftovers(first: Mapping[str, str]) -> dict[str, int]:
    """Of every data set with erased months; how many of each. Doing it again does no harm."""
    counts = {"quarantines": 0, "failing rows": 0, "corrections": 0}
    for dataset, month in first.items():
        touched = loads_touched(dataset, month)
        counts["quarantines"] += sum(erase_quarantine(load) for load in touched)
        counts["failing rows"] += erase_failing(dataset, touched)
        counts["corrections"] += erase_corrections(dataset)
    return counts | {"hospital numbers": forget_numbers()}


def loads_touched(dataset: str, month: str) -> list[Load]:
    """Loads of which a month is erased."""
    year, number = month.split("-")
    begun = Load.objects.filter(dataset=dataset, coverage_from__lt=f"{year}-{number}-01")
    return list(begun)


def erase_quarantine(load: Load) -> bool:
    """Rows set aside may be of any month, so all of the load's go; and what was quoted of them."""
    place = quarantine.path_of(load)
    there = place.exists()
    place.unlink(missing_ok=True)
    quoted = [each for each in load.report.get("reasons", ()) if each.get("example")]
    for each in quoted:
        each["example"] = ""
    if quoted:
        load.save(update_fields=["report"])
    return there


def erase_failing(dataset: str, touched: list[Load]) -> int:
    """Rows that fail a check and are in no file any more."""
    rows = FailingRow.objects.filter(load__in=touched)
    left = keys_left(store(), dataset, rows.values_list("key", flat=True))
    gone = [pk for pk, key in rows.values_list("pk", "key") if key not in left]
    return sum(FailingRow.objects.filter(pk__in=some).delete()[0] for some in in_chunks(gone, 500))


def erase_corrections(dataset: str) -> int:
    """Corrections of records that are gone: that there was one is kept, with who and when."""
    kept = Correction.objects.filter(dataset=dataset).exclude(state=CorrectionState.ERASED)
    left = keys_left(store(), dataset, kept.values_list("key", flat=True))
    gone = [each for each in kept if each.key not in left]
    for each in gone:
        each.key, each.old, each.new, each.source_says = f"erased {each.pk}", None, None, None
        each.reason, each.state = "", CorrectionState.ERASED
    fields = ["key", "old", "new", "source_says", "reason", "state"]
    Correction.objects.bulk_update(gone, fields, batch_size=500)
    return len(gone)


def forget_numbers() -> int:
    """Encrypted hospital numbers of patients of whom no row is left in any data set."""
    configuration, work = settings.CONFIGURATION, folder() / "erasing"
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = patients_without_rows(
        store(),
        numbers_known(),
        work=work,
        memory_limit=configuration.memory_limit,
        threads=configuration.threads,
    )
    return sum(
        PatientNumber.objects.filter(patient_key__in=some).delete()[0]
        for batch in missing
        for some in in_chunks(batch, 500)
    )


def numbers_known() -> Iterator[list[str]]:
    """The keys of all patients whose number is kept, in batches."""
    known: QuerySet = PatientNumber.objects.order_by("patient_key")
    last = ""
    while batch := list(known.filter(patient_key__gt=last).values_list("pk", flat=True)[:A_CHUNK]):
        yield batch
        last = batch[-1]


def in_chunks(rows: list, size: int) -> Iterator[list]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
