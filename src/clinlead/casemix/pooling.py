"""How much the trust's clinicians differ beyond chance: the named pool for where few are compared.

Worked out when figures are computed and kept, since it takes every clinician's tallies.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.timezone import localdate

from clinlead.casemix.models import Pooled
from clinlead.figures.comparing import alike
from clinlead.figures.expected import FEWEST_UNITS, Pool, ratios, spread_among, stands_beside
from clinlead.figures.presenters import usual_period, within
from clinlead.figures.queries import ByUnit, Wanted, added_up, is_person, tallies
from clinlead.figures.sums import Sums, total
from clinlead.measures.queries import in_use, read_definition
from clinlead.organisation.queries import unlike_on
from clinmeasures.definitions import Definition
from clinmeasures.reliability import heterogeneity


def after_figures(*, at: datetime, keys: Sequence[str], **_what: object) -> None:
    """What the figures room calls (settings.AFTER_FIGURES); one record's correction moves none."""
    if not keys:
        pool_all(at=at)


def pool_all(*, at: datetime) -> None:
    """Keep the pool of every measure that stands beside a model, under each of its rules."""
    for measure in in_use():
        definition = read_definition(measure.definition)
        if stands_beside(definition):
            pool_one(measure.code, measure.version, definition, at=at)


def pool_one(code: str, version: int, definition: Definition, *, at: datetime) -> None:
    wanted = [Wanted(code, version, rule) for rule in definition.attribution]
    unlike = unlike_on(localdate(at))
    for figure, by_unit in tallies(wanted, None).items():
        people = alike(recent(by_unit, definition), unlike)
        Pooled.objects.update_or_create(
            measure=code,
            version=version,
            rule=figure.rule,
            defaults={"at": at, **spread(people, definition)},
        )


def recent(by_unit: ByUnit, definition: Definition) -> dict[str, Sums]:
    """Each clinician's last twelve settled months together, where these hold enough cases."""
    period = usual_period(added_up(by_unit))
    sums = {
        unit: total(each for each in within(rows, period) if each.complete)
        for unit, rows in by_unit.items()
        if is_person(unit)
    }
    return {unit: each for unit, each in sums.items() if each.n >= max(definition.minimum, 1)}


def spread(people: Mapping[str, Sums], definition: Definition) -> dict[str, float | int | None]:
    """The variance between them on both scales; none where ten did not have an event."""
    seen = {unit: each for unit, each in people.items() if each.observed and each.expected}
    if len(seen) < FEWEST_UNITS:
        return {"units": len(seen), "limits": None, "logarithm": None}
    wide = spread_among(seen.values(), definition)
    found = heterogeneity(
        None,
        unit=list(seen),
        observed=[each.observed / wide for each in seen.values()],
        expected=[each.expected / wide for each in seen.values()],
    )
    return {"units": len(seen), "limits": ratios(people, definition).tau2, "logarithm": found.tau2}


def pool_for(definition: Definition, rule: str) -> Pool | None:
    """The trust's own pool for a figure beside a model; None for other kinds. One query."""
    if not stands_beside(definition):
        return None
    found = Pooled.objects.filter(
        measure=definition.code, version=definition.version, rule=rule
    ).first()
    if found is None:
        return None
    return Pool(
        name=f"the trust’s {found.units} clinicians with such cases",
        limits=found.limits,
        logarithm=found.logarithm,
    )
