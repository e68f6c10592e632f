"""What the pages of job plans read."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader, Role
from clinlead.figures.models import Tally
from clinlead.figures.queries import one_of
from clinlead.jobplans.concordance import PlanFacts
from clinlead.jobplans.fairness import WORKLOADS, Share, shares_of
from clinlead.jobplans.models import PlanQuestion
from clinlead.jobplans.plans import (
    BILLION,
    MEASURE,
    MONTHS,
    NOTHING,
    Plan,
    Worded,
    all_worded,
    first_month,
    plans_of,
    worded,
)
from clinlead.jobplans.policies import (
    QuestionFacts,
    why_not_answer,
    why_not_see_aggregate,
    why_not_see_plans,
)
from clinlead.organisation.models import Department, Person, Post, RoleProfile


def departments_for(reader: Reader) -> list[Department]:
    """The departments whose plans this person may read by name."""
    found = Department.objects.open().select_related("division")
    return [each for each in found if why_not_see_plans(reader, each.pk) is None]


def in_post(department: Department, on: date) -> QuerySet[Person]:
    posts = Post.objects.on(on).filter(department=department)
    return Person.objects.filter(pk__in=posts.values("person_id"))


def contracts(people: QuerySet[Person], on: date) -> dict[Person, float]:
    """Whole-time equivalents by contract, of all posts of each person, in the order of names."""
    found: dict[Person, float] = {}
    posts = Post.objects.on(on).filter(person__in=people).select_related("person")
    for post in posts.order_by("person__name", "pk"):
        found[post.person] = found.get(post.person, 0.0) + float(post.whole_time_equivalent)
    return found


def profiles(people: QuerySet[Person], on: date) -> dict[int, RoleProfile]:
    held = RoleProfile.objects.on(on).filter(person__in=people).order_by("starts_on")
    return {each.person_id: each for each in held}


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A department's people with their plans, and what is known of each for the check."""

    people: list[Person]
    plans: Mapping[str, Plan]
    facts: Mapping[int, PlanFacts]
    profiles: Mapping[int, RoleProfile]
    worded: Mapping[str, Worded]  # the wordings of the joined measures, by code

    @property
    def months(self) -> list[str]:
        """The complete months that are added up: the newest there are of anybody."""
        found = {each.month for plan in self.plans.values() for each in plan.settled}
        return sorted(found)[-MONTHS:]

    @property
    def unlike(self) -> set[str]:
        """The units whose role profile says that the work is not like colleagues' work."""
        held = self.profiles
        return {p.code for p in self.people if p.pk in held and not held[p.pk].comparable}

    def shares(self) -> list[Share]:
        """How each kind of work is shared; one question."""
        worded = [each for code, each in self.worded.items() if code in WORKLOADS]
        return shares_of(worded, [each.code for each in self.people], self.unlike, self.months)


def checked(department: Department, on: date) -> Checked:
    """Everybody in post, in the order of names."""
    members = in_post(department, on)
    shares, held = contracts(members, on), profiles(members, on)
    worded = all_worded([MEASURE, *WORKLOADS])
    units = [each.code for each in shares]
    plans = plans_of(worded[MEASURE].figure, units) if MEASURE in worded else {}
    planned = sum(each.net for each in plans.values())
    here = sum(each.delivered for each in plans.values()) / planned if planned else None
    facts = {
        each.pk: facts_of(plans.get(each.code, NOTHING), share, here, each.pk in held)
        for each, share in shares.items()
    }
    return Checked(people=list(shares), plans=plans, facts=facts, profiles=held, worded=worded)


def facts_of(plan: Plan, whole_time: float, here: float | None, profiled: bool) -> PlanFacts:
    return PlanFacts(
        weekly=plan.lines,
        whole_time=whole_time,
        planned=plan.net,
        delivered=plan.delivered,
        seen_here=here,
        unchanged=plan.unchanged,
        profiled=profiled,
    )


def to_close(reader: Reader) -> int:
    """Answers that HR has not read yet."""
    if not reader.has(Role.HR):
        return 0
    return PlanQuestion.objects.open().exclude(answered_at=None).count()


def to_answer(reader: Reader, offices: Offices) -> list[PlanQuestion]:
    """HR’s questions that wait for this person’s answer, the longest waiting first."""
    found = PlanQuestion.objects.visible_to(reader).open().filter(answered_at=None)
    return [
        one
        for one in found.select_related("person").order_by("asked_at", "pk")
        if why_not_answer(reader, asked_of(one, offices), "words") is None
    ]


def asked_of(question: PlanQuestion, offices: Offices) -> QuestionFacts:
    """One that nobody has answered, as the rules know it."""
    return QuestionFacts(owner=offices.owner_in(question.person_id, question.department_id))


@dataclass(frozen=True)
class Line:
    """A department in an executive's table: of at least ten clinicians, unnamed."""

    department: str
    people: int
    planned: float
    delivered: float


def aggregate(reader: Reader) -> list[Line]:
    """Departments large enough, by who is in post today, and last all of these together: what is
    left out is in no total.
    """
    sums = sums_by_unit()
    members: dict[str, set[str]] = defaultdict(set)
    posts = Post.objects.on(reader.on).order_by("department__name")
    for name, unit in posts.values_list("department__name", "person__code"):
        if unit in sums:
            members[name].add(unit)
    shown = {
        name: units
        for name, units in members.items()
        if why_not_see_aggregate(reader, len(units)) is None
    }
    lines = [line_of(name, units, sums) for name, units in shown.items()]
    everybody = set().union(*shown.values())
    together = line_of("These departments together", everybody, sums)
    return [*lines, together] if len(lines) > 1 else lines


Sessions = tuple[float, float]  # planned without leave, delivered


def sums_by_unit() -> dict[str, Sessions]:
    """Everybody's sessions over the last complete months, added up by the database."""
    found = worded()
    first = first_month(found.figure, MONTHS) if found else None
    if found is None or first is None:
        return {}
    rows = Tally.objects.filter(
        one_of([found.figure]),
        tally_month__shown=True,
        tally_month__complete=True,
        tally_month__month__gte=first,
    )
    added = rows.values_list("unit").annotate(Sum("denominator"), Sum("numerator"))
    return {unit: (net / BILLION, done / BILLION) for unit, net, done in added if net}


def line_of(name: str, units: set[str], sums: Mapping[str, Sessions]) -> Line:
    planned, delivered = (sum(sums[unit][place] for unit in units) for place in (0, 1))
    return Line(name, len(units), planned, delivered)
