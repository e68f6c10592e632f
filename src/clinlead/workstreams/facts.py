"""What the checks of a work stream's stages are asked about: what is there on one day. Pure."""

from dataclasses import dataclass, field

from clinlead.workstreams.policies import MOST_MEASURES, Precondition, Status


@dataclass(frozen=True, kw_only=True)
class Place:
    """One department of a stream, and what there is of it."""

    pk: int
    code: str
    name: str
    leads: frozenset[int] = frozenset()  # accounts
    mandated: frozenset[int] = frozenset()  # accounts with a mandate in force here
    in_figures: bool = False  # the newest figures have patients of its clinicians
    records_checked: bool = False  # a window to check records has been held
    bi_checked: bool = False  # the figures of some release passed the BI check
    released: int = 0  # periods whose figures are out
    uninterpreted: bool = False  # a release is out with a signal that nobody interpreted
    tabled: int = 0  # released periods that were tabled at clinical governance
    decided: bool = False  # a decision from one of its releases stands
    cycled: bool = False  # a PDSA cycle was closed with its result
    spread: bool = False  # a decision to learn and spread stands
    preparing: int | None = None  # the release on its way, where this reader may open it
    opens: tuple[int, ...] = ()  # the releases out that this reader may open, oldest first
    decision: int | None = None  # the newest that this reader may open
    cycle: int | None = None  # likewise


@dataclass(frozen=True)
class Aim:
    """A strategic objective in force."""

    title: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A success critical outcome in force for one of the stream's departments."""

    title: str
    address: str
    departments: frozenset[int] = frozenset()
    aim: Aim | None = None  # the objective in force that it serves
    measures: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure of the stream's outcomes."""

    code: str
    title: str
    needed_by: frozenset[int] = frozenset()  # departments of its outcomes
    used_by: frozenset[int] = frozenset()  # departments that chose it
    approved: bool = True
    grade: str = ""  # of its data set's newest load in use; "" where nothing is loaded


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """What is there for one stream on one day."""

    stream_id: int = 0
    places: tuple[Place, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    measures: tuple[Measured, ...] = ()
    most_measures: int = MOST_MEASURES
    objective: bool = False
    definition: bool = False
    status: Status | None = None
    sponsored: bool = False
    managed: bool = False
    led: bool = False  # by a stream lead
    preconditions: frozenset[Precondition] = field(default_factory=frozenset)
