"""What came of releases: decisions and PDSA cycles, for a stream those that are its own.

One that names no stream is its department's, and counts for each of its streams.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from clinlead.access.policies import Reader
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import Kind as Decided
from clinlead.improvement.policies import State as CycleState
from clinlead.workstreams.facts import Place


@dataclass(frozen=True)
class Came:
    """A decision that stands, or a cycle."""

    pk: int
    stream_id: int | None
    kind: str  # of a decision; of a cycle the state it is in
    opens: bool  # whether this reader may open it


@dataclass(frozen=True, kw_only=True)
class CameOf:
    """What came of one department's releases, newest first."""

    decisions: tuple[Came, ...] = ()
    cycles: tuple[Came, ...] = ()


def came_of_releases(departments: Iterable[int], reader: Reader) -> Mapping[int, CameOf]:
    """By department; two questions for any number."""
    here = list(departments)
    decisions = Decision.objects.standing().filter(department__in=here).order_by("-at")
    cycles = Cycle.objects.filter(department__in=here).order_by("-starts_on")
    made = sorted_out(decisions, Decision.objects.visible_to(reader), "kind")
    tried = sorted_out(cycles, Cycle.objects.visible_to(reader), "state")
    return {pk: CameOf(decisions=tuple(made[pk]), cycles=tuple(tried[pk])) for pk in here}


def sorted_out(rows, visible, kind: str) -> Mapping[int, list[Came]]:
    found: dict[int, list[Came]] = defaultdict(list)
    rows = rows.annotate(opens=Exists(visible.filter(pk=OuterRef("pk"))))
    for department, *of_one in rows.values_list("department_id", "pk", "stream_id", kind, "opens"):
        found[department].append(Came(*of_one))
    return found


def for_stream(place: Place, came: CameOf, stream_id: int) -> Place:
    """A department as one of its streams sees it."""
    decisions = [one for one in came.decisions if one.stream_id in {None, stream_id}]
    cycles = [one for one in came.cycles if one.stream_id in {None, stream_id}]
    return replace(
        place,
        decided=bool(decisions),
        spread=any(one.kind == Decided.SPREAD for one in decisions),
        cycled=any(one.kind == CycleState.CLOSED for one in cycles),
        decision=next((one.pk for one in decisions if one.opens), None),
        cycle=next((one.pk for one in cycles if one.opens), None),
    )
