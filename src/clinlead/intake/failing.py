"""Rows that fail a check: each has an owner and an outcome, over as many loads as it takes."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake.models import FailingRow, Load, LoadState, Outcome
from clinlead.intake.policies import why_not_settle_rows
from clinlead.intake.queries import store
from clinmeasures.activity import RECORD_TYPES
from clinmeasures.activity.expectations import MOST_LISTED, Failing

A_CHUNK = 2_000
KEPT_BEFORE = 12  # loads that can be withdrawn one after another; a row may fail every night
CHANGING = ["load", "row", "month", "outcome", "outcome_since", "reason", "before"]


def note_failing(load: Load, found: Sequence[Failing], *, at: datetime) -> None:
    """Part of a load's own transaction: new rows are open, those that pass now are corrected."""
    theirs = FailingRow.objects.filter(dataset=load.dataset, source=load.source)
    known = {(each.check_code, each.key): each for each in theirs}
    now = {(each.code, key_of(load, each)): each for each in found}
    FailingRow.objects.bulk_create(
        [new_row(load, now[place], place[1], at) for place in now if place not in known],
        batch_size=A_CHUNK,
    )
    again = [known[place] for place in now if place in known]
    for row in again:
        found_again = now[row.check_code, row.key]
        row.before = [*row.before, as_it_stands(row)][-KEPT_BEFORE:]
        row.load, row.row, row.month = load, found_again.row, found_again.month
        if row.outcome == Outcome.CORRECTED:
            row.outcome, row.outcome_since, row.reason = Outcome.OPEN, at, ""
    counted = Counter(each.code for each in found)
    whole = [row for row in known.values() if counted[row.check_code] < MOST_LISTED]
    passing = passing_now(load, [row for row in whole if (row.check_code, row.key) not in now])
    for row in passing:
        row.outcome, row.outcome_since = Outcome.CORRECTED, at
        row.reason = has_it_right(load)
    FailingRow.objects.bulk_update(
        [*again, *passing],
        CHANGING,
        batch_size=A_CHUNK,
    )


def as_it_stands(row: FailingRow) -> dict[str, Any]:
    """What a withdrawal of the next load puts back."""
    return {
        "load": row.load_id,
        "row": row.row,
        "month": row.month,
        "outcome": row.outcome,
        "reason": row.reason,
    }


def has_it_right(load: Load) -> str:
    return f"Load {load.number} has it right."


def reopen_corrected(load: Load, *, at: datetime) -> None:
    """Part of a withdrawal: what this load had right alone is open again."""
    theirs = FailingRow.objects.filter(dataset=load.dataset, source=load.source)
    corrected = theirs.filter(outcome=Outcome.CORRECTED, reason=has_it_right(load))
    corrected.update(outcome=Outcome.OPEN, outcome_since=at, reason="")


def put_back(load: Load, *, at: datetime) -> None:
    """Part of a withdrawal: a row that failed in a load before, too, fails in that one again."""
    theirs = Load.objects.filter(dataset=load.dataset, source=load.source)
    states = dict(theirs.values_list("pk", "state"))
    lapsed = {has_it_right(each) for each in theirs.filter(state=LoadState.WITHDRAWN)}
    rows = [row for row in FailingRow.objects.filter(load=load) if row.before]
    for row in rows:
        restore(row, states, lapsed, at)
    FailingRow.objects.bulk_update(rows, CHANGING, batch_size=A_CHUNK)


def restore(
    row: FailingRow, states: Mapping[int, str], lapsed: Collection[str], at: datetime
) -> None:
    """The row as the newest load still in use has it; what people decided since stays."""
    before = list(row.before)
    while before:
        then = before.pop()
        if states.get(then["load"]) != LoadState.ACTIVE:
            continue
        row.load_id, row.row, row.month = then["load"], then["row"], then["month"]
        row.before = before
        reopened = row.outcome == Outcome.OPEN and then["outcome"] == Outcome.CORRECTED
        if reopened and then["reason"] not in lapsed:  # by the load that is withdrawn, alone
            row.outcome, row.outcome_since, row.reason = then["outcome"], at, then["reason"]
        return


def key_of(load: Load, failing: Failing) -> str:
    """The record's key; where that is a patient's number, or broken, the row's place."""
    record = RECORD_TYPES[load.dataset]
    of_a_patient = any(c.patient and c.name in record.key for c in record.columns)
    if failing.key and not of_a_patient:
        return failing.key[:200]
    return f"row {failing.row} of load {load.number}"


def new_row(load: Load, failing: Failing, key: str, at: datetime) -> FailingRow:
    return FailingRow(
        load=load,
        dataset=load.dataset,
        source=load.source,
        check_code=failing.code,
        says=failing.says[:300],
        owner=failing.owner,
        severity=failing.severity,
        key=key,
        row=failing.row,
        month=failing.month,
        outcome_since=at,
    )


def passing_now(load: Load, rows: Iterable[FailingRow]) -> list[FailingRow]:
    """Rows that failed before and that this load has without the fault."""
    import pyarrow.dataset as ds

    waiting = [row for row in rows if row.outcome == Outcome.OPEN]
    if not waiting:
        return []
    files = sorted((store() / load.dataset / f"load={load.folder}").rglob("*.parquet"))
    asked = ds.field("_key").isin(sorted({row.key for row in waiting}))
    there = ds.dataset(files).to_table(columns=["_key"], filter=asked)["_key"].to_pylist()
    return [row for row in waiting if row.key in set(there)]


@transaction.atomic
def settle_rows(
    *, dataset: str, ids: Sequence[int], outcome: str, reason: str, by: Account, at: datetime
) -> int:
    """Say of some failing rows that they are accepted as they are, or corrected; with a reason."""
    refuse_if(
        why_not_settle_rows(reader_of(by, timezone.localtime(at).date()), reason=reason, ids=ids)
    )
    rows = FailingRow.objects.filter(dataset=dataset, pk__in=ids, outcome=Outcome.OPEN)
    settled = rows.update(
        outcome=Outcome(outcome),
        reason=reason.strip(),
        outcome_since=at,
        decided_by=by,
    )
    append(
        act="failing rows settled",
        at=at,
        by_id=by.pk,
        object_kind="data set",
        object_id=dataset,
        details={"outcome": outcome, "rows": settled, "reason": reason.strip()},
    )
    return settled
