"""What Clinlead knows of somebody's months, in sentences, as evidence for a review.

Only what the clinician and whoever decides for them may both read: released figures, never live
ones; what the clinician shows of their recognition; no lesson's score, no coaching, no concern.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from clinlead.feedback.queries import told_for_review
from clinlead.governance.agenda import spoken
from clinlead.improvement.models import Cycle
from clinlead.improvement.policies import State as CycleState
from clinlead.jobplans.concordance import number
from clinlead.jobplans.plans import plans_of, worded
from clinlead.organisation.models import Department, Person
from clinlead.recognition.policies import Kind
from clinlead.recognition.queries import for_review
from clinlead.releases.models import Interpretation, ReleasedFigure, ReleaseState
from clinlead.releases.out import ONLY_TO_VERIFY
from clinlead.releases.periods import Period
from clinlead.releases.presenters import address, beside_words
from clinlead.reviews.facts import Evidence, State
from clinlead.reviews.models import Objective, Review
from clinlead.reviews.targets import target_words
from clinlead.strategy.policies import Kind as Stated
from clinlead.strategy.queries import in_force
from clinlead.validation.models import Challenge, Confirmation
from clinmeasures.wording.units import how_many


@dataclass(frozen=True)
class Line:
    """One thing that is known, and where to look it up."""

    text: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One source of evidence."""

    key: str
    title: str
    kind: str = ""  # of the GMC's six, where it is one
    lines: Sequence[Line] = field(default_factory=list)
    none: str = ""  # what to say where there is nothing


@dataclass(frozen=True)
class Months:
    """Whose months are looked at, and where."""

    person: Person
    department: Department
    first: date
    last: date
    on: date  # the day of gathering

    @property
    def first_month(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def last_month(self) -> str:
        return f"{self.last:%Y-%m}"


def gathered(months: Months) -> list[dict[str, Any]]:
    """Every section, ready to be kept."""
    return [asdict(section_of(months)) for section_of in SECTIONS]


def released(months: Months) -> QuerySet[ReleasedFigure]:
    """The clinician's figures of editions that stand, of these months; oldest first."""
    out = ReleasedFigure.objects.filter(
        person=months.person,
        release__department=months.department,
        release__state=ReleaseState.RELEASED,
        release__last_month__gte=months.first_month,
        release__first_month__lte=months.last_month,
    )
    newest = out.select_related("release__department").order_by("release__last_month", "title")
    return newest.defer("tallies", "composition", *ONLY_TO_VERIFY)


def figures(months: Months) -> Section:
    return Section(
        key="figures",
        title="Released figures",
        kind=Evidence.IMPROVEMENT,
        lines=[figure_line(each) for each in released(months)],
        none="No figure of these months is released.",
    )


def figure_line(figure: ReleasedFigure) -> Line:
    said = figure.statistics
    question = "In question: records of it were challenged." if figure.challenged else ""
    beside = beside_words(figure.beside)
    words = [f"{figure.title}. {said['sentence']}", said["reading"], beside, question]
    return Line(" ".join(filter(None, words)), address(figure.release, figure.key))


def comments(months: Months) -> Section:
    """What the clinician wrote beside their own figures."""
    said = Interpretation.objects.filter(
        person=months.person,
        by_owner=True,
        carried=False,
        release__department=months.department,
        release__last_month__gte=months.first_month,
        release__first_month__lte=months.last_month,
    ).exclude(release__state=ReleaseState.PREPARING)
    related = said.select_related("release__department").defer(*ONLY_TO_VERIFY)
    titles = {each.measure: each.title for each in released(months)}
    return Section(
        key="comments",
        title="The clinician’s comments on them",
        kind=Evidence.IMPROVEMENT,
        lines=[
            Line(
                f"{titles.get(one.measure, one.measure)}, {one.release.period}: {one.text}",
                address(one.release, one.key),
            )
            for one in related.order_by("at", "pk")
        ],
        none="The clinician wrote nothing beside these figures.",
    )


def records(months: Months) -> Section:
    """What the clinician confirmed and challenged, window by window."""
    return Section(
        key="records",
        title="Records checked",
        kind=Evidence.IMPROVEMENT,
        lines=[*confirmed_lines(months), *challenged_lines(months)],
        none="No record of these months was confirmed or challenged.",
    )


def confirmed_lines(months: Months) -> list[Line]:
    rows = Confirmation.objects.filter(
        person=months.person,
        window__department=months.department,
        window__last_month__gte=months.first_month,
        window__first_month__lte=months.last_month,
    ).values_list("window__first_month", "window__last_month")
    counted = Counter(Period(first, last) for first, last in rows)
    return [
        Line(f"{period}: {how_many(count, 'record')} confirmed as theirs and right.")
        for period, count in sorted(counted.items(), key=lambda one: one[0].first)
    ]


def challenged_lines(months: Months) -> list[Line]:
    rows = Challenge.objects.filter(
        person=months.person,
        department=months.department,
        month__gte=months.first_month,
        month__lte=months.last_month,
    )
    states = Counter(rows.values_list("state", flat=True))
    if not states:
        return []
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return [Line(f"{how_many(states.total(), 'challenge')} of a record: {said}.")]


def objectives(months: Months) -> Section:
    """What was agreed at the review before, and what the department wants to reach."""
    return Section(
        key="objectives",
        title="Objectives",
        lines=[*agreed_before(months), *outcomes_of(months.department)],
        none="No objective was agreed before, and the department states no outcome.",
    )


def agreed_before(months: Months) -> list[Line]:
    before = Review.objects.filter(
        person=months.person, department=months.department, state=State.SIGNED
    ).order_by("-ended_at")[:1]
    found = Objective.objects.filter(review__in=list(before), withdrawn_at=None)
    return [
        Line(
            f"Agreed before: {one.text} ({one.shown_by}: {target_words(one)}, by "
            f"{spoken(one.due_on)})"
        )
        for one in found
    ]


def outcomes_of(department: Department) -> list[Line]:
    stated = in_force(Stated.OUTCOME).filter(departments=department)
    return [
        Line(f"The department’s outcome: {one.title}", one.statement.get_absolute_url())
        for one in stated.prefetch_related(None)
    ]


def activity(months: Months) -> Section:
    """How many records stand behind each released figure."""
    return Section(
        key="activity",
        title="Activity",
        lines=[
            Line(
                f"{one.title}, {one.release.period}: {how_many(one.statistics['cases'], 'record')}"
            )
            for one in released(months)
        ],
        none="No figure of these months is released, so no activity is counted here.",
    )


def job_plan(months: Months) -> Section:
    return Section(
        key="job-plan",
        title="Job plan",
        lines=plan_lines(months),
        none="No job plan is in the data.",
    )


def plan_lines(months: Months) -> list[Line]:
    found = worded()
    plans = plans_of(found.figure, [months.person.code]) if found else {}
    plan = plans.get(months.person.code)
    if plan is None or not plan.settled or not plan.net:
        return []
    share = f"{plan.delivered / plan.net:.0%}"
    weekly = number(sum(plan.lines.values()))
    period = Period(plan.settled[0].month, plan.settled[-1].month)
    return [
        Line(
            f"{weekly} sessions a week are planned. The data can see "
            f"{number(round(plan.delivered, 1))} of {number(round(plan.net, 1))} planned "
            f"direct-care sessions ({share}), leave taken out, {period}.",
            f"/job-plans/{months.department.code}/people/{months.person.code}/",
        )
    ]


def thanks(months: Months) -> Section:
    """What others thanked them for, as far as the clinician shows it."""
    found = for_review(months.person, months.first, months.last)
    return Section(
        key="thanks",
        title="Thanks",
        kind=Evidence.COMPLIMENTS,
        lines=[Line(f"{one.words} ({one.by}, {spoken(one.at.date())})") for one in found.thanks],
        none="No thanks of these months are shown. The clinician chooses what others read.",
    )


def contributions(months: Months) -> Section:
    found = for_review(months.person, months.first, months.last).contributions
    return Section(
        key="contributions",
        title="What figures do not show",
        lines=[
            Line(f"{Kind(one.kind).words}: {one.words} (since {spoken(one.starts_on)})")
            for one in found
        ],
        none="No confirmed contribution of these months is shown.",
    )


def improvement(months: Months) -> Section:
    """PDSA cycles that the clinician led or took part in."""
    mine = Q(owner__person=months.person)
    mine |= Q(members__account__person=months.person, members__left_at=None)
    begun = Cycle.objects.filter(mine, starts_on__lte=months.last, ends_on__gte=months.first)
    listed = begun.exclude(state__in=(CycleState.PLANNED, CycleState.CALLED_OFF)).distinct()
    return Section(
        key="improvement",
        title="PDSA cycles",
        kind=Evidence.IMPROVEMENT,
        lines=[cycle_line(one) for one in listed.order_by("starts_on", "pk")],
        none="No PDSA cycle of these months has this clinician in it.",
    )


def cycle_line(cycle: Cycle) -> Line:
    learned = f" Learned: {cycle.learned}" if cycle.learned else ""
    follows = f" What follows: {cycle.act}." if cycle.act else ""
    return Line(f"{cycle.title}: {cycle.aim}{learned}{follows}", cycle.get_absolute_url())


def feedback(months: Months) -> Section:
    """What colleagues said, as far as it may be shown: totals, and none of their own words."""
    said = told_for_review(months.person, months.first, months.last, months.on)
    return Section(
        key="feedback",
        title="Feedback from colleagues",
        kind=Evidence.COLLEAGUES,
        lines=[Line(one, "/feedback/") for one in said],
        none="No feedback of these months is over with enough answers.",
    )


SECTIONS: Sequence[Callable[[Months], Section]] = (
    *(figures, comments, records, objectives, activity, job_plan, thanks, contributions),
    *(improvement, feedback),
)


def kinds_in(sections: Iterable[dict[str, Any]]) -> set[str]:
    """Which of the GMC's six kinds have something."""
    return {one["kind"] for one in sections if one["kind"] and one["lines"]}
