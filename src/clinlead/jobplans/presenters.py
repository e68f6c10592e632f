"""What the pages of job plans show."""

from dataclasses import dataclass, field

from clinlead.access.policies import Reader
from clinlead.figures.charting import charted, reading
from clinlead.figures.sums import unit_of_figure
from clinlead.jobplans import fairness
from clinlead.jobplans.concordance import (
    ACTIVITIES,
    Found,
    PlanFacts,
    Point,
    found_in,
    number,
)
from clinlead.jobplans.fairness import Own, Share
from clinlead.jobplans.plans import KINDS, MEASURE, NOTHING, Plan, PlanMonth, Worded
from clinlead.jobplans.queries import Checked, Line
from clinlead.organisation.models import Department, Person, RoleProfile
from clinmeasures.charts import trend_chart
from clinmeasures.wording.units import how_many, in_words

MONTH_COLUMNS = (
    *("Month", "Planned", "Days away", "Planned without leave", "Delivered", "What it was"),
)
WIDE, NARROW = 720, 320
NOT_COMPUTED = (
    "No job plan can be shown yet. The analyst loads job plans, leave and the staff list, and a "
    "department chooses the measure “Direct-care sessions delivered, of those in the job plan”."
)


@dataclass(frozen=True)
class Drawn:
    question: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class PlanPage:
    """One clinician's plan."""

    person: Person
    department: Department
    plan: Plan
    facts: PlanFacts
    profile: RoleProfile | None
    chart: Drawn | None = None
    works: list[Own] = field(default_factory=list)
    named: bool = False
    own: bool = False

    @property
    def lines(self) -> list[tuple[str, str]]:
        said = [
            (ACTIVITIES.get(name, name).capitalize(), f"{number(self.plan.lines[name])} a week")
            for name in ACTIVITIES
            if name in self.plan.lines
        ]
        return [*said, ("Together", f"{number(self.facts.total)} sessions a week")]

    @property
    def said(self) -> str:
        """The sentence of the page: delivered of planned, over which months."""
        months = self.plan.settled
        if not months or not self.plan.net:
            return "No complete month of this plan is in the data yet."
        share = self.plan.delivered / self.plan.net
        return (
            f"The data can see {number(round(self.plan.delivered, 1))} of "
            f"{number(round(self.plan.net, 1))} planned direct-care sessions ({share:.0%}), leave "
            f"taken out, from {month_words(months[0])} to {month_words(months[-1])}."
        )

    @property
    def rows(self) -> list[list[str]]:
        """Newest first: a page that is read on a phone begins with what is new."""
        return [row_of(each) for each in reversed(self.plan.months[-13:])]

    @property
    def points(self) -> list[Found]:
        return found_in(self.facts)


def chart_of(plan: Plan, worded: Worded | None, *, own: bool) -> Drawn | None:
    """Delivered of planned, month by month, as every figure over time is drawn."""
    if worded is None or not plan.sums:
        return None
    drawn = charted(list(plan.sums), worded.definition)
    if drawn.series is None:
        return None
    asked = f"Does {'your' if own else 'this'} job plan describe the work that is done?"
    wide, narrow = (
        trend_chart(
            drawn.series,
            title=asked,
            description=f"{worded.definition.title} by month. {reading(drawn)}",
            unit=unit_of_figure(worded.definition),
            id_prefix=f"plan-{width}",
            width=width,
            provisional=drawn.provisional,
        )
        for width in (WIDE, NARROW)
    )
    return Drawn(asked, wide, narrow)


def month_words(each: PlanMonth) -> str:
    return in_words(f"{each.month}-01")


def row_of(each: PlanMonth) -> list[str]:
    provisional = "" if each.complete else " (provisional)"
    kinds = ", ".join(f"{held} {KINDS[kind]}" for kind, held in each.kinds.items())
    return [
        f"{month_words(each)}{provisional}",
        number(round(each.planned, 1)),
        str(each.away),
        number(round(each.net, 1)),
        number(round(each.delivered, 1)),
        kinds or "–",
    ]


@dataclass(frozen=True)
class PersonLine:
    """A clinician in a department's list, by name; in the order of names alone."""

    person: Person
    weekly: str
    contract: str
    delivered: str
    points: list[Found]
    profile: str


@dataclass(frozen=True)
class DepartmentPage:
    """A department's plans, by name, and how the work is shared, unnamed."""

    department: Department
    lines: list[PersonLine]
    shares: list[tuple[Share, tuple[str, str] | None]]

    @classmethod
    def of(cls, department: Department, found: Checked) -> "DepartmentPage":
        shares = enumerate(found.shares())
        return cls(
            department=department,
            lines=[line_of(each, found) for each in found.people],
            shares=[(each, each.drawn(f"share-{n}")) for n, each in shares],
        )

    @property
    def said(self) -> str:
        """How many plans contradict contract or activity, and what else is missing."""
        points = [{each.point for each in line.points} for line in self.lines]
        disagree = sum(any(each.disagrees for each in some) for some in points)
        old, bare = (sum(p in some for some in points) for p in (Point.AGE, Point.PROFILE))
        return (
            f"{disagree} of {how_many(len(self.lines), 'job plan')} "
            f"{'does' if disagree == 1 else 'do'} not agree with contract or activity. {old} "
            f"{'is' if old == 1 else 'are'} older than a year; {how_many(bare, 'clinician')} "
            f"{'has' if bare == 1 else 'have'} no role profile."
        )


def line_of(person: Person, found: Checked) -> PersonLine:
    facts = found.facts[person.pk]
    profile = found.profiles.get(person.pk)
    return PersonLine(
        person=person,
        weekly=number(facts.total) if facts.weekly else "–",
        contract=f"{number(facts.by_contract)} ({number(facts.whole_time)} WTE)",
        delivered=delivered_words(facts),
        points=found_in(facts),
        profile=profile.role if profile else "",
    )


def delivered_words(facts: PlanFacts) -> str:
    if facts.share is None:
        return "too few to say"
    planned, delivered = round(facts.planned, 1), round(facts.delivered, 1)
    return f"{number(delivered)} of {number(planned)} ({facts.share:.0%})"


def works_of(person: Person, found: Checked) -> list[Own]:
    """This clinician's weighted work beside the middle half of the others'."""
    if person.code in found.unlike:
        return []
    return [own for each in found.shares() if (own := fairness.beside(each, person.code))]


def plan_page(
    person: Person, department: Department, found: Checked, reader: Reader, *, named: bool
) -> PlanPage:
    """`named`: the reader may see this clinician's figures, of which weighted work is one."""
    own, plan = person.pk == reader.person_id, found.plans.get(person.code, NOTHING)
    return PlanPage(
        person=person,
        department=department,
        plan=plan,
        facts=found.facts[person.pk],
        profile=found.profiles.get(person.pk),
        chart=chart_of(plan, found.worded.get(MEASURE), own=own),
        works=works_of(person, found) if named else [],
        named=named,
        own=own,
    )


def aggregate_rows(lines: list[Line]) -> list[list[str]]:
    return [
        [
            each.department,
            str(each.people),
            number(round(each.planned)),
            number(round(each.delivered)),
            f"{each.delivered / each.planned:.0%}" if each.planned else "–",
        ]
        for each in lines
    ]
