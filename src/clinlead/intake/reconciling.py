"""After a load: does the source now say what a correction said, still the old thing, or a third?"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q

from clinlead.history.actions import append
from clinlead.intake.models import Correction, CorrectionState, Load
from clinlead.intake.queries import store
from clinlead.organisation.models import ClinicianCode
from clinlead.organisation.queries import personal_codes
from clinmeasures.activity import RECORD_TYPES, Kind


def compare_with_source(load: Load, *, at: datetime) -> list[Correction]:
    """Retire corrections that the source has taken over; those it contradicts are settled again.

    One that was fixed at source stays watched: where a later extract goes back to the old value it
    holds again, and where it says a third thing somebody settles it.
    """
    active = list(Correction.objects.select_for_update().filter(watched(load.dataset)))
    if not active:
        return []
    folder = store() / load.dataset / f"load={load.folder}"
    when = RECORD_TYPES[load.dataset].month_of
    asked = {each.field for each in active} | {when}
    said = what_it_says(folder, {each.key for each in active}, asked)
    codes = personal_codes(load.source)
    changed = []
    for correction in active:
        if correction.key in said:
            says = said[correction.key].get(correction.field)
            day = as_day(said[correction.key].get(when))
            state = state_after(correction, says, same=same_clinician(correction, says, codes, day))
            if state != correction.state:
                correction.state, correction.state_since = state, at
                third = state == CorrectionState.TO_SETTLE and says is not None
                correction.source_says = str(says) if third else None
                changed.append(correction)
    Correction.objects.bulk_update(changed, ["state", "state_since", "source_says"])
    note(load, changed, at)
    return changed


def watched(dataset: str) -> Q:
    """Corrections in use, and those fixed at source whose field has not been corrected again."""
    later = Correction.objects.filter(
        dataset=OuterRef("dataset"), key=OuterRef("key"), field=OuterRef("field")
    )
    corrected_again = Exists(later.filter(pk__gt=OuterRef("pk")))
    fixed = Q(state=CorrectionState.FIXED_AT_SOURCE) & Q(~corrected_again)
    return Q(dataset=dataset) & (Q(state=CorrectionState.ACTIVE) | fixed)


def revive(load: Load, *, at: datetime) -> int:
    """The load is withdrawn: corrections it had retired or put in doubt hold again.

    Those that it brought back are fixed at source again, as before it.
    """
    went_back = Correction.objects.filter(
        dataset=load.dataset,
        state_since=load.loaded_at,
        state=CorrectionState.ACTIVE,
        made_at__lt=load.loaded_at,
    )
    went_back.update(state=CorrectionState.FIXED_AT_SOURCE, state_since=at)
    theirs = Correction.objects.select_for_update().filter(
        dataset=load.dataset,
        state_since=load.loaded_at,
        state__in=[CorrectionState.FIXED_AT_SOURCE, CorrectionState.TO_SETTLE],
    )
    held = Correction.objects.filter(dataset=load.dataset, state=CorrectionState.ACTIVE)
    taken = set(held.values_list("key", "field"))
    again = [each for each in theirs if (each.key, each.field) not in taken]
    for correction in again:
        correction.state, correction.state_since = CorrectionState.ACTIVE, at
    Correction.objects.bulk_update(again, ["state", "state_since"])
    return len(again)


def same_clinician(
    correction: Correction, source_says: Any, codes: Iterable[ClinicianCode], day: date | None
) -> bool:
    """Whether the source names whom the correction names, by another of their codes.

    A challenge settled as a colleague's names them by our code; the source has its own.
    """
    column = RECORD_TYPES[correction.dataset].column(correction.field)
    if column is None or not column.clinician:
        return False
    mine, theirs = (
        {each.person_id for each in codes if each.code == code and holds(each, day)}
        for code in (correction.new, source_says)
    )
    return bool(mine & theirs)


def holds(code: ClinicianCode, day: date | None) -> bool:
    """Whether a code is somebody's on a day; on any, where the record has none."""
    if day is None:
        return True
    return code.starts_on <= day and (code.ends_on is None or day <= code.ends_on)


def as_day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def state_after(correction: Correction, source_says: Any, *, same: bool = False) -> CorrectionState:
    kind = kind_of(correction)
    old, new = (as_value(text, kind) for text in (correction.old, correction.new))
    if source_says == old:
        return CorrectionState.ACTIVE
    if same or source_says == new:
        return CorrectionState.FIXED_AT_SOURCE
    return CorrectionState.TO_SETTLE


def kind_of(correction: Correction) -> Kind:
    column = RECORD_TYPES[correction.dataset].column(correction.field)
    return column.kind if column else Kind.TEXT


def as_value(text: str | None, kind: Kind) -> Any:
    """A correction's text as the store's own value, so that 09:30 and 09:30:00 are one time."""
    if text is None or text == "":
        return None
    return READ.get(kind, str)(text)


READ: dict[Kind, Callable[[str], Any]] = {
    Kind.INSTANT: lambda text: datetime.fromisoformat(text).replace(tzinfo=None),
    Kind.DATE: lambda text: date.fromisoformat(text[:10]),
    Kind.INTEGER: int,
    Kind.DECIMAL: float,
    Kind.FLAG: lambda text: text.lower() == "true",
}


def what_it_says(folder: Path, keys: set[str], fields: set[str]) -> dict[str, dict[str, Any]]:
    """The load's own values of some fields of some records, by key."""
    import pyarrow.dataset as ds

    rows = ds.dataset(sorted(folder.glob("month=*/*.parquet")), format="parquet")
    chosen = [field for field in sorted(fields) if field in rows.schema.names]
    table = rows.to_table(columns=["_key", *chosen], filter=ds.field("_key").isin(sorted(keys)))
    return {
        row["_key"]: {field: plain(row[field]) for field in chosen} for row in table.to_pylist()
    }


def plain(value: Any) -> Any:
    return float(value) if hasattr(value, "as_tuple") else value


def note(load: Load, changed: Iterable[Correction], at: datetime) -> None:
    """One entry for the whole load."""
    by_state: dict[str, list[int]] = {}
    for correction in changed:
        by_state.setdefault(correction.state, []).append(correction.pk)
    if by_state:
        append(
            act="corrections compared with the source",
            at=at,
            by_id=load.loaded_by_id,
            object_kind="load",
            object_id=load.number,
            details=by_state,
        )
