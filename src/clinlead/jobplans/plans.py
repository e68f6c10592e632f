"""Job plans read: their lines, the days away, and the sessions planned and delivered, by month.

Planned and delivered sessions are the tallies of the joined measure. The lines and what the
delivered sessions were come from the same rows, which stand in the facts.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from clinlead.figures.charting import next_month
from clinlead.figures.facts import files_of
from clinlead.figures.models import TallyMonth
from clinlead.figures.queries import Wanted, tallies
from clinlead.figures.reading import READ, fetched
from clinlead.figures.sums import MonthSums
from clinlead.measures.queries import choosable, read_definition
from clinmeasures.definitions import Definition

MEASURE, RULE = "job-plan-sessions-delivered", "job_plan"
BILLION = 1_000_000_000  # thousandths of sessions, in millionths
THOUSAND = 1_000
KEPT = 40  # departments; a few hundred lines each
MONTHS = 12  # that a plan is looked at over
KINDS = {
    "theatre": "theatre lists",
    "clinic": "clinics",
    "endoscopy": "endoscopy lists",
    "acute": "half-days of acute assessments",
}
SUMS = ", ".join(f"sum({kind}_sessions) as {kind}" for kind in KINDS)
# A line of the plan as it stood last in the month; days away are weekdays of direct care.
LINES = f"""
select unit_job_plan as unit, month, activity,
  max_by(sessions_per_week, "from") filter (in_plan) as weekly,
  sum(planned_sessions) as planned,
  count(*) filter (leave_kind is not null and dayofweek("from") between 1 and 5) as away, {SUMS}
from {READ} where unit_job_plan in (select unnest($units)) group by all order by month
"""  # noqa: S608 - our own names
Lines = Mapping[str, float]  # activity → sessions a week


@dataclass(frozen=True, kw_only=True)
class PlanMonth:
    """One month of somebody's plan, in sessions."""

    month: str
    complete: bool = False
    lines: Lines = field(default_factory=dict)
    planned: float = 0.0  # direct care, before leave
    net: float = 0.0  # of it, on days without leave
    delivered: float = 0.0
    away: int = 0  # weekdays on leave
    kinds: Mapping[str, int] = field(default_factory=dict)  # half-days held, by what they were


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Somebody's months, oldest first."""

    months: Sequence[PlanMonth] = ()
    sums: Sequence[MonthSums] = ()  # the same months, as a figure: older ones may lack a source

    @property
    def settled(self) -> list[PlanMonth]:
        """The last complete months that are added up."""
        return [each for each in self.months if each.complete][-MONTHS:]

    @property
    def lines(self) -> Lines:
        """What the plan says now."""
        return next((each.lines for each in reversed(self.months) if each.lines), {})

    @property
    def unchanged(self) -> int:
        """For how many months the lines have been as they are now."""
        same = 0
        for each in reversed([month for month in self.months if month.lines]):
            if each.lines != self.lines:
                break
            same += 1
        return same

    @property
    def net(self) -> float:
        return sum(each.net for each in self.settled)

    @property
    def delivered(self) -> float:
        return sum(each.delivered for each in self.settled)


NOTHING = Plan()


@dataclass(frozen=True)
class Worded:
    """How the register words the joined measure, and which figure that is."""

    figure: Wanted
    definition: Definition


def worded(code: str = MEASURE) -> Worded | None:
    """The newest approved wording; None where the register has none."""
    return all_worded([code]).get(code)


def all_worded(codes: Collection[str]) -> dict[str, Worded]:
    """The newest approved wording of each of these; one question."""
    found = choosable().filter(code__in=codes).order_by("version")
    return {
        each.code: Worded(Wanted(each.code, each.version, RULE), read_definition(each.definition))
        for each in found
    }


def plans_of(figure: Wanted, units: Collection[str], months: int = MONTHS + 1) -> dict[str, Plan]:
    """Everybody's plan by unit, over the last so many complete months and what came since."""
    first = first_month(figure, months)
    if first is None or not units:
        return {}
    sums = tallies([figure], units, first=first)[figure]
    rows = lines_of(units, first)
    months_of = {unit: joined(rows.get(unit, {}), sums.get(unit, [])) for unit in {*rows, *sums}}
    return {unit: Plan(months=each, sums=sums.get(unit, [])) for unit, each in months_of.items()}


def first_month(figure: Wanted, months: int) -> str | None:
    """The first of the last complete months; None where none is complete."""
    shown = TallyMonth.objects.shown().filter(
        measure=figure.measure, version=figure.version, rule=figure.rule, complete=True
    )
    last = shown.order_by("-month").values_list("month", flat=True).first()
    return next_month(last, 1 - months) if last else None


Row = Mapping[str, object]
RowsOf = Mapping[str, Mapping[str, list[Row]]]  # unit → month → rows


def lines_of(units: Collection[str], first: str) -> RowsOf:
    """The rows of each unit and month, one a line of the plan."""
    files = tuple(file for file in files_of("jobplans") if month_in(file) >= first)
    return lines_in(files, tuple(sorted(units))) if files else {}


@lru_cache(maxsize=KEPT)
def lines_in(files: tuple[str, ...], units: tuple[str, ...]) -> RowsOf:
    """The same from these files, kept: what is computed again has files of other names."""
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in fetched(LINES, {"files": list(files), "units": list(units)}):
        found[row["unit"]][row["month"]].append(row)
    return {unit: dict(months) for unit, months in found.items()}


def month_in(file: str) -> str:
    return file.rsplit("month=", 1)[-1][:7]


def joined(rows: Mapping[str, list[Row]], sums: Sequence[MonthSums]) -> list[PlanMonth]:
    """The lines and the tallies of each month together."""
    by_month = {each.month: each for each in sums}
    return [
        month_of(month, rows.get(month, []), by_month.get(month))
        for month in sorted({*rows, *by_month})
    ]


def month_of(month: str, rows: Sequence[Row], sums: MonthSums | None) -> PlanMonth:
    direct = next((row for row in rows if row["activity"] == "dcc"), {})
    lines = {str(row["activity"]): float(row["weekly"]) for row in rows if row["weekly"]}  # type: ignore[arg-type]
    return PlanMonth(
        month=month,
        complete=bool(sums and sums.complete),
        lines=lines,
        planned=as_int(direct, "planned") / THOUSAND,
        net=sums.sums.denominator / BILLION if sums else 0.0,
        delivered=sums.sums.numerator / BILLION if sums else 0.0,
        away=as_int(direct, "away"),
        kinds={kind: held for kind in KINDS if (held := as_int(direct, kind))},
    )


def as_int(row: Row, name: str) -> int:
    return int(row.get(name) or 0)  # type: ignore[call-overload]
