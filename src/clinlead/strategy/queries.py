"""Reading what the trust states."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role, why_not_open_team
from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.queries import chosen_by
from clinlead.organisation.models import Department
from clinlead.strategy.models import OutcomeMeasure, Wording
from clinlead.strategy.policies import Kind, State, why_not_approve


def in_force(kind: Kind) -> QuerySet[Wording]:
    """What is stated today, with what a page needs of it; in the order it was first stated."""
    found = Wording.objects.in_force(kind).select_related("statement", "objective")
    if kind in (Kind.OUTCOME, Kind.MANDATE):  # no other statement names departments
        found = found.prefetch_related("departments")
    return found.order_by("statement_id")


def definition_in_force() -> Wording | None:
    """The approved definition of poor performance; None until an executive has approved one."""
    return in_force(Kind.DEFINITION).prefetch_related("causes").first()


def waiting(reader: Reader) -> list[Wording]:
    """Proposals that this person may read, oldest first."""
    found = Wording.objects.visible_to(reader).filter(state=State.WAITING)
    related = ("statement", "written_by__person", "holder")
    listed = found.select_related(*related).prefetch_related("departments")
    return list(listed.order_by("written_at", "pk"))


def to_approve(reader: Reader) -> list[Wording]:
    """Proposals that wait for this very person."""
    if not reader.has(Role.EXECUTIVE):
        return []
    return [one for one in waiting(reader) if why_not_approve(reader, one.facts()) is None]


def without_measure(departments: Iterable[int]) -> QuerySet[Wording]:
    """Outcomes in force of these departments that no measure shows."""
    running = OutcomeMeasure.objects.filter(outcome=OuterRef("statement"), ended_at=None)
    found = in_force(Kind.OUTCOME).filter(departments__in=list(departments))
    return found.exclude(Exists(running)).distinct().prefetch_related(None)


def mandates_and_leads(reader: Reader) -> list[tuple[Department, list[str], Wording | None]]:
    """Every department with who leads it today and the mandate in force, in three queries."""
    leads: dict[int, list[str]] = {}
    held = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD, department__isnull=False)
    for one in held.select_related("account__person"):
        leads.setdefault(one.department_id, []).append(str(one.account))  # type: ignore[arg-type]
    found = Wording.objects.in_force(Kind.MANDATE).select_related(
        "statement", "holder__person", "sponsor__person"
    )
    mandates = {one.statement.code: one for one in found}
    return [
        (each, leads.get(each.pk, []), mandates.get(each.code))
        for each in Department.objects.open().select_related("division")
    ]


@dataclass(frozen=True)
class Place:
    """A department of an outcome, and whether the measure's figures are to be had there."""

    department: Department
    used: bool  # the department uses the measure
    opens: bool  # and this reader may open its figures

    @property
    def figures(self) -> str:
        return f"/departments/{self.department.code}/figures/"


@dataclass(frozen=True)
class MeasureNode:
    link: OutcomeMeasure
    code: str
    title: str
    places: list[Place]


@dataclass(frozen=True)
class OutcomeNode:
    wording: Wording
    departments: list[Department]
    measures: list[MeasureNode]


@dataclass(frozen=True)
class ObjectiveNode:
    wording: Wording
    outcomes: list[OutcomeNode]


def whole_map(reader: Reader) -> list[ObjectiveNode]:
    """From every objective down to departments' figures, in a handful of queries."""
    outcomes = outcome_nodes(reader, list(in_force(Kind.OUTCOME)))
    return [
        ObjectiveNode(
            one, [each for each in outcomes if each.wording.objective_id == one.statement_id]
        )
        for one in in_force(Kind.OBJECTIVE)
    ]


def outcome_nodes(reader: Reader, outcomes: list[Wording]) -> list[OutcomeNode]:
    links: dict[int, list[OutcomeMeasure]] = {}
    running = OutcomeMeasure.objects.filter(ended_at=None)
    for link in running.filter(outcome__in=[one.statement_id for one in outcomes]):
        links.setdefault(link.outcome_id, []).append(link)
    titles = measure_titles()
    departments = {each for one in outcomes for each in one.departments.all()}
    used = uses(departments, reader)
    return [
        OutcomeNode(
            one,
            list(one.departments.all()),
            [
                measure_node(link, titles, list(one.departments.all()), used, reader)
                for link in links.get(one.statement_id, [])
            ],
        )
        for one in outcomes
    ]


def measure_node(
    link: OutcomeMeasure,
    titles: dict[str, str],
    departments: list[Department],
    used: set[tuple[int, str]],
    reader: Reader,
) -> MeasureNode:
    places = [
        Place(each, here, here and why_not_open_team(reader, each.pk) is None)
        for each in departments
        for here in [(each.pk, link.measure) in used]
    ]
    return MeasureNode(link, link.measure, titles.get(link.measure, link.measure), places)


def measure_titles() -> dict[str, str]:
    """The newest approved title of every measure."""
    rows = MeasureVersion.objects.filter(approved=True).order_by("version")
    return dict(rows.values_list("code", "title"))


def uses(departments: Iterable[Department], reader: Reader) -> set[tuple[int, str]]:
    chosen: QuerySet[DepartmentMeasure] = chosen_by(departments, reader.on)
    return set(chosen.values_list("department_id", "measure__code"))


def upwards(reader: Reader, measure: str) -> list[ObjectiveNode]:
    """The objectives that a measure serves, each with only those outcomes that it shows."""
    narrowed = [
        ObjectiveNode(one.wording, [each for each in one.outcomes if shows(each, measure)])
        for one in whole_map(reader)
    ]
    return [one for one in narrowed if one.outcomes]


def shows(outcome: OutcomeNode, measure: str) -> bool:
    return any(each.code == measure for each in outcome.measures)
