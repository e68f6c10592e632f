"""Which clinicians changed records concern: by tallies before and after, and by the records."""

from collections.abc import Iterable, Sequence

from clinlead.figures.facts import files_of
from clinlead.figures.models import Generation, Tally, TallyMonth
from clinlead.figures.queries import UNATTRIBUTED, Wanted
from clinlead.figures.reading import rows_where
from clinlead.figures.records import definition_of


def units_touched(
    wanted: Wanted, generation: Generation, *, dataset: str, keys: Sequence[str]
) -> set[str]:
    """Everybody whose cases this computing altered; no more than a handful for one correction."""
    found = whose_tallies_differ(wanted, generation)
    if dataset == definition_of(wanted).record:
        column = f"unit_{wanted.rule}"
        found |= {row[column] for row in rows_where(files_of(dataset), [column], "_key", keys)}
    return found - {UNATTRIBUTED, None}


def whose_tallies_differ(wanted: Wanted, generation: Generation) -> set[str]:
    same = {"measure": wanted.measure, "version": wanted.version, "rule": wanted.rule}
    kept = TallyMonth.objects.filter(**same)
    months = kept.filter(generation=generation).values_list("month", flat=True)
    earlier = kept.filter(month__in=list(months), generation__lt=generation.pk)
    newest: dict[str, int] = dict(earlier.order_by("generation_id").values_list("month", "pk"))
    before = tallies_of(newest.values())
    after = tallies_of(kept.filter(generation=generation).values_list("pk", flat=True))
    return {unit for unit, *_ in before ^ after}


def tallies_of(months: Iterable[int]) -> set[tuple]:
    rows = Tally.objects.filter(tally_month__in=list(months))
    return set(rows.values_list("unit", "tally_month__month", "n", "numerator", "denominator"))
