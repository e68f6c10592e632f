"""How the framework is doing, in counts: one question a kind, asked of the rooms below."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from django.conf import settings
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from clinlead.access.disclosing import counts_shown
from clinlead.access.models import Grant
from clinlead.framework.models import FirstLook
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import KINDS, State
from clinlead.learning.models import Attempt, Post
from clinlead.learning.policies import State as PostState
from clinlead.organisation.models import WorkStream
from clinlead.releases.models import Interpretation, ReleasedFigure, ReleaseState
from clinlead.reviews.counting import whole as review_counts
from clinlead.safety.models import Signal
from clinlead.validation.models import Challenge
from clinlead.validation.policies import ChallengeState
from clinlead.workstreams.models import HelpRequest, StageEntry
from clinlead.workstreams.policies import Status
from clinlead.workstreams.template import in_force
from clinmeasures.wording.units import how_many, in_figures


@dataclass(frozen=True)
class Section:
    """Counts that belong together, and what to know before reading them."""

    heading: str
    rows: Sequence[tuple[str, str]] = ()
    said: str = ""
    columns: Sequence[str] = ()
    table: Sequence[Sequence[str]] = field(default_factory=tuple)


def sections(on: date) -> list[Section]:
    """Everything, in the order of the loop; last what other rooms add."""
    own: Sequence[Callable[[date], Section]] = (
        *(engagement, stages, releases, challenges, signals, decisions, cycles),
        *(reviews, grants, support, learning),
    )
    more = [import_string(path)() for path in settings.FRAMEWORK_COUNTS]
    return [*(make(on) for make in own), *more]


def engagement(_on: date) -> Section:
    """Of streams, which are no people."""
    now = FilteredRelation("engagements", condition=Q(engagements__ended_at=None))
    rows = WorkStream.objects.annotate(now=now).order_by()
    found = Counter(rows.values_list("now__status", flat=True))
    listed = [(status.value.capitalize(), str(found[status])) for status in Status]
    return Section(
        "Streams and whether they engaged",
        [
            ("Work streams", str(sum(found.values()))),
            *listed,
            ("Nothing recorded", str(found[None])),
        ],
        "Did not engage is a result too: the study had two such departments.",
    )


def stages(_on: date) -> Section:
    """How far streams came, and how long they took where they moved on."""
    entries = list(StageEntry.objects.values_list("stream_id", "stage", "entered_at", "left_at"))
    names = in_force().names
    rows = [stage_row(number, name, entries) for number, name in enumerate(names, start=1)]
    return Section(
        "Stages reached, and time in them",
        said="Days are the median of streams that moved on; those still there are counted apart.",
        columns=["Stage", "Streams that reached it", "There now", "Days, where they moved on"],
        table=rows,
    )


Entry = tuple[int, int, datetime, datetime | None]


def stage_row(number: int, name: str, entries: Sequence[Entry]) -> list[str]:
    reached = {stream for stream, stage, _, _ in entries if stage >= number}
    now = [stream for stream, stage, _, left in entries if stage == number and left is None]
    days = [(left - came).days for _, stage, came, left in entries if stage == number and left]
    spent = f"{in_figures(median(days))} (of {how_many(len(days), 'stay')})" if days else "–"
    return [f"{number} {name}", str(len(reached)), str(len(now)), spent]


def releases(_on: date) -> Section:
    """Of the clinicians with figures in releases that are out, how many have opened theirs."""
    looks = FirstLook.objects.filter(release=OuterRef("release"), person=OuterRef("person"))
    out = ReleasedFigure.objects.filter(release__state=ReleaseState.RELEASED, person__isnull=False)
    pairs = out.order_by().values("release", "person").distinct().annotate(opened=Exists(looks))
    rows = list(pairs.values_list("release", "opened"))
    found = Counter(looked for _, looked in rows)
    opened, waiting, _ = counts_shown([found[True], found[False]])
    return Section(
        "Releases, and whether clinicians opened them",
        [
            ("Releases that are out", str(len({release for release, _ in rows}))),
            ("Clinicians with figures in them", str(len(rows))),
            ("Of them, opened theirs", opened),
            ("Not yet", waiting),
        ],
        "A clinician who is in two releases counts twice. Who has not opened theirs is shown to "
        "nobody.",
    )


def challenges(on: date) -> Section:
    rows = list(Challenge.objects.values_list("state", "due_on"))
    found = Counter(state for state, _ in rows)
    late = sum(state == ChallengeState.OPEN and due < on for state, due in rows)
    states = [*ChallengeState]
    *shown, raised = counts_shown([found[state] for state in states])
    overdue, *_ = counts_shown([late, len(rows) - late])
    listed = zip(states, shown, strict=True)
    return Section(
        "Challenges, and what came of them",
        [
            ("Raised", raised),
            *((state.value.capitalize(), each) for state, each in listed),
            ("Overdue", overdue),
        ],
        "Accepted ones corrected the data. A declined one was a question that was answered.",
    )


def signals(_on: date) -> Section:
    """Signals of figures that are out, each once however often it was released again, and how many
    were read by a person as they are now."""
    words = Interpretation.objects.filter(
        by_owner=False,
        **{name: OuterRef(name) for name in ("release", "measure", "rule", "unit", "digest")},
    )
    out = ReleasedFigure.objects.filter(release__state=ReleaseState.RELEASED)
    some = out.filter(Q(has_signal=True) | ~Q(beside="")).annotate(said=Exists(words))
    found = Counter(some.values_list("said", flat=True))
    said, silent, every = counts_shown([found[True], found[False]])
    asked = Signal.objects.filter(gone_at=None, due_on__isnull=False)
    safety = Counter(at is not None for at in asked.values_list("acknowledged_at", flat=True))
    seen, unseen, _ = counts_shown([safety[True], safety[False]])
    return Section(
        "Signals, and whether somebody interpreted them",
        [
            ("Released figures with a signal", every),
            ("Interpreted by the lead", said),
            ("Not interpreted", silent),
            ("Safety signals acknowledged", seen),
            ("Safety signals that wait", unseen),
        ],
        "Some signals are chance: about one chart in twenty has one in a quarter.",
    )


def decisions(_on: date) -> Section:
    found = Counter(Decision.objects.standing().values_list("kind", flat=True))
    rows = [(words, str(found[kind])) for kind, words in KINDS.items()]
    return Section("Decisions after releases", [*rows, ("Together", str(sum(found.values())))])


def cycles(_on: date) -> Section:
    """With a number predicted before the change, and data over time after it."""
    every = list(Cycle.objects.exclude(state=State.PLANNED))
    before = [each for each in every if predicted_before(each)]
    studied = [each for each in every if each.state == State.CLOSED and each.result]
    acts = Counter(each.act for each in studied)
    called_off = sum(each.state == State.CALLED_OFF for each in every)
    return Section(
        "PDSA cycles",
        [
            ("Begun", str(len(every))),
            ("With a prediction, written before the change", str(len(before))),
            ("Studied against data over time", str(len(studied))),
            *((f"Of them: {act}", str(number)) for act, number in sorted(acts.items())),
            ("Called off", str(called_off)),
        ],
    )


def predicted_before(cycle: Cycle) -> bool:
    """Whether the number was written down no later than the day on which the change began."""
    at = cycle.predicted_at
    return at is not None and timezone.localdate(at) <= cycle.starts_on


def grants(on: date) -> Section:
    given = list(Grant.objects.all())
    running = [
        each
        for each in given
        if each.revoked_at is None and each.starts_on <= on and (each.ends_on or on) >= on
    ]
    return Section(
        "Grants to see a department’s figures",
        [
            ("Given", str(len(given))),
            ("Running", str(len(running))),
            ("Of them, by name", str(sum(each.named for each in running))),
            ("Revoked", str(sum(each.revoked_at is not None for each in given))),
        ],
    )


def reviews(on: date) -> Section:
    """Performance reviews of the last four quarters; in the whole trust, for they are private."""
    return Section(
        "Performance reviews",
        review_counts(on),
        "Over the four quarters before this one. What a review says is between two people.",
    )


def support(_on: date) -> Section:
    asked = HelpRequest.objects.values_list("raised_at", "answered_at")
    days = [(answered - raised).days for raised, answered in asked if answered]
    answered, waiting, every = counts_shown([len(days), len(asked) - len(days)])
    enough = answered.removeprefix("about ").isdigit() and days
    return Section(
        "Support that managers asked for",
        [
            ("Requests", every),
            ("Answered", answered),
            ("Waiting", waiting),
            ("Days to an answer, median", in_figures(median(days)) if enough else "–"),
        ],
    )


def learning(_on: date) -> Section:
    """People who did a lesson, and what was written; never whose."""
    attempts = list(Attempt.objects.values_list("account", "passed"))
    done = {account for account, passed in attempts if passed}
    passed, trying, _ = counts_shown([len(done), len({a for a, _ in attempts} - done)])
    posts = Counter(Post.objects.values_list("first", "state"))
    return Section(
        "Learning",
        [
            ("People who have done a lesson", passed),
            ("People who have begun one", trying),
            ("Threads in the forum", str(posts[(True, PostState.SHOWN)])),
            ("Answers in the forum", str(posts[(False, PostState.SHOWN)])),
        ],
    )
