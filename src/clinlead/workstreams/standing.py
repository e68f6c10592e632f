"""Where streams stand: the stage each is in, and what its exit criteria say today."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from clinlead.access.policies import Reader
from clinlead.organisation.models import WorkStream
from clinlead.workstreams.checks import CHECKS, Missing
from clinlead.workstreams.evidence import entries, gather
from clinlead.workstreams.facts import StreamFacts
from clinlead.workstreams.models import Pilot, StageEntry, Waiver
from clinlead.workstreams.policies import LAST, Status, StreamRule
from clinlead.workstreams.template import Criterion, Stages, in_force


@dataclass(frozen=True)
class Line:
    """One exit criterion of a stream today."""

    key: str
    wording: str
    missing: Missing | None  # None where it holds
    waiver: Waiver | None

    @property
    def met(self) -> bool:
        """It holds, or need not."""
        return self.missing is None or self.waiver is not None


@dataclass(frozen=True)
class Standing:
    """One stream today."""

    stream: WorkStream
    entry: StageEntry
    stages: Stages
    facts: StreamFacts
    waivers: dict[str, Waiver] = field(default_factory=dict)

    @property
    def stage(self) -> int:
        return self.entry.stage

    @property
    def stage_name(self) -> str:
        return self.stages.stage(self.stage).name

    @property
    def days(self) -> int:
        """In the present stage."""
        return (timezone.localdate() - timezone.localdate(self.entry.entered_at)).days

    @property
    def engaged(self) -> bool:
        return self.facts.status is not Status.DID_NOT_ENGAGE

    @property
    def lines(self) -> list[Line]:
        """The exit criteria of the present stage."""
        return self.lines_of(self.stage)

    @property
    def asked_so_far(self) -> list[str]:
        """The criteria of every stage up to the present one."""
        stages = [self.stages.stage(number) for number in range(1, self.stage + 1)]
        return [one.key for stage in stages for one in stage.criteria]

    def lines_of(self, stage: int) -> list[Line]:
        return [self.line(one) for one in self.stages.stage(stage).criteria]

    def line(self, criterion: Criterion) -> Line:
        check = CHECKS.get(criterion.key)
        missing = check.find(self.facts) if check else None
        return Line(criterion.key, criterion.wording, missing, self.waivers.get(criterion.key))

    @property
    def unmet(self) -> list[Line]:
        return [line for line in self.lines if not line.met]

    @property
    def next(self) -> Line | None:
        """The first criterion that stands in the way."""
        return next(iter(self.unmet), None)

    @property
    def fallen(self) -> list[tuple[int, Line]]:
        """Criteria of stages that were passed, and hold no longer."""
        passed = range(1, self.stage)
        return [(each, line) for each in passed for line in self.lines_of(each) if not line.met]

    @property
    def pilot(self) -> Pilot | None:
        """What it tries, where it is a pilot; asked for with the entry."""
        return getattr(self.stream, "pilot", None)

    @property
    def at_the_end(self) -> bool:
        return self.stage == LAST

    def rule(self) -> StreamRule:
        """For the rules."""
        return StreamRule(
            stream_id=self.stream.pk,
            departments=frozenset(each.pk for each in self.facts.places),
            stage=self.stage,
            status=self.facts.status or Status.APPROACHED,
            unmet=tuple(line.wording for line in self.unmet),
            names=self.stages.names,
        )


def standings(streams: QuerySet[WorkStream], reader: Reader) -> list[Standing]:
    """Every one of these streams that has been set up, by name."""
    now = entries(streams, reader.on).filter(left_at=None)
    return standings_of(list(now.order_by("stream__name")), reader)


def standings_of(listed: list[StageEntry], reader: Reader) -> list[Standing]:
    facts, stages = gather(listed, reader), in_force()
    waivers = running_waivers([each.stream_id for each in listed])
    return [
        Standing(each.stream, each, stages, facts[each.stream_id], waivers[each.stream_id])
        for each in listed
    ]


def standing(stream: WorkStream, reader: Reader) -> Standing:
    """One stream today; it has been set up."""
    (found,) = standings(WorkStream.objects.filter(pk=stream.pk), reader)
    return found


def running_waivers(streams: list[int]) -> dict[int, dict[str, Waiver]]:
    found: dict[int, dict[str, Waiver]] = defaultdict(dict)
    running = Waiver.objects.filter(stream__in=streams, withdrawn_at=None)
    for each in running.select_related("waived_by__person"):
        found[each.stream_id][each.check_key] = each
    return found
