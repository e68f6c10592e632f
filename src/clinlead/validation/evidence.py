"""What bears on one record or challenge: corrections, the figures it counts in, what followed."""

from collections.abc import Iterable
from functools import lru_cache

import pyarrow.parquet as pq
from django.db.models import QuerySet

from clinlead.figures.foreseen import facts_read, risks_kept
from clinlead.figures.models import Cause, TallyMonth
from clinlead.figures.reading import fetched
from clinlead.figures.records import compiled
from clinlead.intake.models import Correction
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import ClinicianCode
from clinlead.validation.ledger import Found
from clinlead.validation.models import Challenge, Change
from clinlead.validation.owners import Owners, dated_codes
from clinlead.validation.policies import ChallengeState
from clinlead.validation.records import Record, places_of

RECORDS_KEPT = 500  # whose figures a process remembers


def corrections_of(record: Record) -> QuerySet[Correction]:
    """Everything that was put right on this record and the rows of its stay, oldest first."""
    found = Correction.objects.filter(dataset=record.dataset, key=record.key)
    if record.dataset == "spells":
        found |= Correction.objects.filter(dataset="episodes", key__startswith=f"{record.key}|")
    return found.select_related("made_by__person").order_by("pk")


def figures_counting(found: Found, owners: Owners) -> list[str]:
    """The measures of the owners' departments that count this record."""
    mine = [
        each
        for each in owners.measures
        if read_definition(each.measure.definition).record == found.record.dataset
    ]
    if not mine or not found.files:
        return []
    wordings = tuple((each.measure.definition, each.rule) for each in mine)
    risks = tuple(risks_kept(read_definition(text) for text, _ in wordings))
    counted = counting(tuple(found.files), found.record.key, wordings, risks)
    return list(dict.fromkeys(mine[place].measure.title for place in counted))


@lru_cache(maxsize=RECORDS_KEPT)
def counting(
    files: tuple[str, ...],
    key: str,
    wordings: tuple[tuple[str, str], ...],
    risks: tuple[str, ...],  # noqa: ARG001 - another file of risks is another answer
) -> tuple[int, ...]:
    """Which of these wordings, each by its rule, count a record: by what their tallies come from.

    Kept for a record that is opened again: files of facts never change.
    """
    schema, definitions = pq.read_schema(files[0]), [read_definition(text) for text, _ in wordings]
    parts = [
        f"select {place} as place from ({compiled(definition, rule, schema, '_key')})"  # noqa: S608 - our own
        for place, (definition, (_, rule)) in enumerate(zip(definitions, wordings, strict=True))
    ]
    facts, parameters = facts_read(definitions)
    query = f"with {facts[:-1]} where f._key = $this) " + " union all ".join(parts)
    rows = fetched(query, {"files": list(files), "this": key, **parameters})
    return tuple(sorted({row["place"] for row in rows}))


def figures_changed_by(challenge: Challenge) -> list[tuple[str, str]]:
    """Measure and month of every figure that was computed again when it was accepted.

    Of challenges accepted together: those of all of them, for they were computed at once.
    """
    if challenge.state != ChallengeState.ACCEPTED:
        return []
    together = Challenge.objects.filter(
        state=ChallengeState.ACCEPTED,
        settled_at=challenge.settled_at,
        settled_by=challenge.settled_by_id,
    )
    causes = {str(challenge.pk), cause_of(together.values_list("pk", flat=True))}
    months = TallyMonth.objects.filter(
        generation__cause=Cause.CORRECTION, generation__cause_id__in=causes
    )
    return sorted(set(months.values_list("measure", "month")))


def cause_of(challenges: Iterable[int]) -> str:
    """What a generation of figures names as its cause: a challenge, or the first and how many."""
    first, *others = sorted(challenges)
    return f"{first} and {len(others)} more" if others else str(first)


def codes_named(found: Found | None, changes: Iterable[Change]) -> list[ClinicianCode]:
    """Every code that a record's places or a challenge's changes name; one query."""
    named = {text for one in changes for text in (one.old, one.new) if text}
    if found:
        named |= {p.code for p in places_of(found.record, found.related) if p.code}
    return dated_codes(named)


def names_of(codes: Iterable[ClinicianCode]) -> dict[str, str]:
    """Whom codes stand for, by name."""
    return {each.code: each.person.name for each in codes if each.person}
