"""The loads that figures are read from."""

from collections.abc import Iterable

from django.db.models import Q

from clinlead.figures.computing import READ_BY_RULE, data_sets_read
from clinlead.intake.models import Load, LoadState
from clinlead.releases.periods import Period
from clinmeasures.definitions import Definition


def loads_read(
    definitions: Iterable[Definition], rules: Iterable[str], period: Period
) -> list[Load]:
    """The loads in use that some figures' months are read from, in load order."""
    datasets = {name for definition in definitions for name in data_sets_read(definition)}
    datasets |= {READ_BY_RULE[rule] for rule in rules if rule in READ_BY_RULE}
    overlapping = (Q(coverage_from=None) | Q(coverage_from__lte=period.ends_on)) & (
        Q(coverage_to=None) | Q(coverage_to__gte=period.starts_on)
    )
    found = Load.objects.filter(overlapping, state=LoadState.ACTIVE, dataset__in=datasets)
    return list(found.order_by("number"))
