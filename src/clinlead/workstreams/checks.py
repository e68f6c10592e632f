"""The checks an exit criterion can be: each asks real objects, none is a box to tick. Pure.

`evidence.py` gathers the facts of any number of streams at once; here they are judged. A template
chooses from this closed list and words each check in its own way.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clinlead.access.policies import Role
from clinlead.workstreams.facts import Place, StreamFacts
from clinlead.workstreams.policies import (
    RECORDS_PRECONDITION,
    WHO,
    Precondition,
    Status,
)

WORST_GRADE = "C"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What a criterion still needs, who can meet it, and where."""

    what: str
    who: str
    address: str
    roles: frozenset[Role]
    departments: frozenset[int] = frozenset()  # whose clinical directors can; none: not a lead's


@dataclass(frozen=True, kw_only=True)
class Check:
    key: str
    words: str  # what it asks, for whoever edits the stages
    find: Callable[[StreamFacts], Missing | None]  # None where it holds


def by_role(what: str, role: Role, address: str) -> Missing:
    return Missing(what=what, who=WHO[role], address=address, roles=frozenset({role}))


def by_leads(what: str, places: Iterable[Place], address: str = "") -> Missing:
    """What clinical directors can meet; at the first one's own page unless one is given."""
    those = list(places)
    return Missing(
        what=what.format(names_of(those)),
        who=f"the clinical director of {names_of(those)}",
        address=address or f"/departments/{those[0].code}/",
        roles=frozenset({Role.LEAD}),
        departments=frozenset(each.pk for each in those),
    )


def names_of(places: Iterable[Place]) -> str:
    names = [each.name for each in places]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def every_place(
    holds: Callable[[Place], bool], missing: Callable[[list[Place]], Missing]
) -> Callable[[StreamFacts], Missing | None]:
    """A check that every department of the stream must pass."""

    def find(stream: StreamFacts) -> Missing | None:
        left = [each for each in stream.places if not holds(each)]
        return missing(left) if left else None

    return find


def no_objective(stream: StreamFacts) -> Missing | None:
    if stream.objective:
        return None
    return by_role("No objective has been approved yet", Role.EXECUTIVE, "/strategy/")


def no_definition(stream: StreamFacts) -> Missing | None:
    if stream.definition:
        return None
    what = "No definition of poor performance is approved yet"
    return by_role(what, Role.EXECUTIVE, "/strategy/poor-performance/")


def without_mandate(places: list[Place]) -> Missing:
    return Missing(
        what=f"No mandate in force for who leads {names_of(places)}",
        who="the chief of service, who proposes it, and an executive",
        address=f"/strategy/mandates/{places[0].code}/",
        roles=frozenset({Role.CHIEF, Role.EXECUTIVE}),
        departments=frozenset(each.pk for each in places),
    )


def team_names(what: str, there: Callable[[StreamFacts], bool]) -> Callable:
    """A check that the project team has named somebody."""

    def find(stream: StreamFacts) -> Missing | None:
        return None if there(stream) else by_role(what, Role.PROJECT_TEAM, "people/")

    return find


def not_engaged(stream: StreamFacts) -> Missing | None:
    if stream.status is Status.ENGAGED:
        return None
    what = "The departments have not said yes yet"
    return by_role(what, Role.PROJECT_TEAM, "engagement/")


def nobody_leads(stream: StreamFacts) -> Missing | None:
    """Across departments it takes a stream lead; within one its clinical director leads."""
    alone = len(stream.places) == 1
    if stream.led or (alone and stream.places[0].leads):
        return None
    what = (
        f"{stream.places[0].name} has no clinical director today"
        if alone
        else "Nobody leads the stream across its departments"
    )
    return by_role(what, Role.SYSTEM_ADMINISTRATOR, "/roles/")


def unrecorded(kind: Precondition) -> Callable[[StreamFacts], Missing | None]:
    roles = RECORDS_PRECONDITION[kind]

    def find(stream: StreamFacts) -> Missing | None:
        if kind in stream.preconditions:
            return None
        return Missing(
            what=f"Not recorded yet: {kind.words[0].lower()}{kind.words[1:]}",
            who=" or ".join(WHO[role] for role in roles),
            address="/streams/preconditions/",
            roles=frozenset(roles),
        )

    return find


def no_outcome(stream: StreamFacts) -> Missing | None:
    serving = [each for each in stream.outcomes if each.aim]
    covered = {pk for each in serving for pk in each.departments}
    left = [each for each in stream.places if each.pk not in covered]
    if not left:
        return None
    return by_leads("No outcome in force for {}", left, "/strategy/propose/outcome/")


def wrong_number_of_measures(stream: StreamFacts) -> Missing | None:
    """Each outcome has a measure, and the stream no more than it can read."""
    if not stream.outcomes:
        return by_leads("No outcome to measure yet for {}", stream.places, "/strategy/")
    bare = next((each for each in stream.outcomes if not each.measures), None)
    if bare:
        here = [each for each in stream.places if each.pk in bare.departments]
        return by_leads(f"No measure yet for “{bare.title}”", here, bare.address)
    if len(stream.measures) > stream.most_measures:
        many = f"{len(stream.measures)} measures; {stream.most_measures} is the most"
        return by_leads(many, stream.places, "/strategy/map/")
    return None


def not_defined(stream: StreamFacts) -> Missing | None:
    if not stream.measures:
        return by_leads("No measure is chosen yet for {}", stream.places, "/strategy/")
    for each in stream.measures:
        if not each.approved:
            what = f"{each.title} has no approved wording"
            return by_role(what, Role.ANALYST, f"/measures/{each.code}/")
        unused = each.needed_by - each.used_by
        left = [place for place in stream.places if place.pk in unused]
        if left:
            return by_leads(f"{each.title} is not used yet by {{}}", left)
    return None


def not_loaded(stream: StreamFacts) -> Missing | None:
    if not stream.measures:
        return by_leads("No measure is chosen yet for {}", stream.places, "/strategy/")
    missing = [each for each in stream.measures if not each.grade]
    poor = [each for each in stream.measures if each.grade > WORST_GRADE]
    if missing:
        what = f"No extract is loaded for {missing[0].title.lower()}"
        return by_role(what, Role.ANALYST, "/loads/")
    if poor:
        what = f"The data of {poor[0].title.lower()} are of grade {poor[0].grade}"
        return by_role(what, Role.ANALYST, "/quality/")
    return None


def not_covered(places: list[Place]) -> Missing:
    what = f"The newest figures have no patient of {names_of(places)}"
    return by_role(what, Role.ANALYST, "/loads/")


def not_checked_by_owners(places: list[Place]) -> Missing:
    return by_leads("Clinicians of {} have not had their records to check", places, "/windows/")


def not_bi_checked(places: list[Place]) -> Missing:
    what = f"The figures of {names_of(places)} have not passed the BI check"
    return by_role(what, Role.ANALYST, "/releases/")


def not_released(places: list[Place]) -> Missing:
    return by_leads("Nothing is released yet for {}", places, "/releases/")


def not_interpreted(places: list[Place]) -> Missing:
    return by_leads("No release with every signal interpreted for {}", places, "/releases/")


def not_tabled(places: list[Place]) -> Missing:
    return by_leads("No release of {} was tabled at governance", places, "/releases/")


def not_decided(places: list[Place]) -> Missing:
    return by_leads("No decision from a release yet by {}", places, "/improvement/")


def no_cycle(stream: StreamFacts) -> Missing | None:
    """One cycle of any of its departments, closed against its prediction."""
    if any(each.cycled for each in stream.places):
        return None
    what = "No PDSA cycle with a result yet in {}"
    return by_leads(what, stream.places, "/improvement/")


def nothing_spread(stream: StreamFacts) -> Missing | None:
    if any(each.spread for each in stream.places):
        return None
    what = "No decision to learn and spread yet in {}"
    return by_leads(what, stream.places, "/improvement/")


def not_measured_again(places: list[Place]) -> Missing:
    return by_leads("No second release yet for {}", places, "/releases/")


def not_tabled_again(places: list[Place]) -> Missing:
    return by_leads("No second release of {} was tabled at governance", places, "/releases/")


AGAIN = 2  # releases of different months: one before a change, one after

ALL = (
    Check(key="objective", words="A strategic objective is in force", find=no_objective),
    Check(
        key="definition",
        words="The definition of poor performance is approved",
        find=no_definition,
    ),
    Check(
        key="mandate",
        words="Whoever leads each department today holds a mandate in force",
        find=every_place(lambda each: bool(each.leads & each.mandated), without_mandate),
    ),
    Check(
        key="sponsor",
        words="A sponsor of the stream is named",
        find=team_names("No sponsor is named", lambda stream: stream.sponsored),
    ),
    Check(
        key="engaged",
        words="The departments engaged, with a recruitment route on record",
        find=not_engaged,
    ),
    Check(
        key="managers",
        words="At least one manager of the stream is named",
        find=team_names("No manager is named", lambda stream: stream.managed),
    ),
    Check(
        key="stream-lead",
        words="A stream lead; within one department, its clinical director",
        find=nobody_leads,
    ),
    *(
        Check(key=kind.value, words=f"On record: {kind.words}", find=unrecorded(kind))
        for kind in Precondition
    ),
    Check(
        key="outcomes",
        words="An outcome in force, serving an objective, for each department",
        find=no_outcome,
    ),
    Check(
        key="measures",
        words="Each outcome has a measure; the stream has at most six, or its exception",
        find=wrong_number_of_measures,
    ),
    Check(
        key="definitions",
        words="Each measure has an approved wording and is used by its departments",
        find=not_defined,
    ),
    Check(
        key="extracts",
        words="Each measure’s data set has a load in use, of grade A, B or C",
        find=not_loaded,
    ),
    Check(
        key="covered",
        words="The newest figures have patients of each department",
        find=every_place(lambda each: each.in_figures, not_covered),
    ),
    Check(
        key="records-checked",
        words="A window to check records has been held in each department",
        find=every_place(lambda each: each.records_checked, not_checked_by_owners),
    ),
    Check(
        key="bi-check",
        words="A release of each department has passed the BI check",
        find=every_place(lambda each: each.bi_checked, not_bi_checked),
    ),
    Check(
        key="released",
        words="A signed-off release of each department is out",
        find=every_place(lambda each: each.released > 0, not_released),
    ),
    Check(
        key="interpreted",
        words="Each signal of each department’s releases has words of interpretation",
        find=every_place(
            lambda each: each.released > 0 and not each.uninterpreted, not_interpreted
        ),
    ),
    Check(
        key="tabled",
        words="A release of each department was tabled at clinical governance",
        find=every_place(lambda each: each.tabled > 0, not_tabled),
    ),
    Check(
        key="decision",
        words="A decision from a release of each department stands",
        find=every_place(lambda each: each.decided, not_decided),
    ),
    Check(
        key="cycle",
        words="A PDSA cycle of one of the departments was closed with its result",
        find=no_cycle,
    ),
    Check(
        key="spread",
        words="A decision to learn and spread stands in one of the departments",
        find=nothing_spread,
    ),
    Check(
        key="measured-again",
        words="Each department has releases of two different periods",
        find=every_place(lambda each: each.released >= AGAIN, not_measured_again),
    ),
    Check(
        key="tabled-again",
        words="Releases of two periods of each department were tabled",
        find=every_place(lambda each: each.tabled >= AGAIN, not_tabled_again),
    ),
)
CHECKS: dict[str, Check] = {each.key: each for each in ALL}
