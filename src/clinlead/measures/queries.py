"""Reading the register: what each measure says, and who uses it."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from clinlead.measures.models import DepartmentMeasure, MeasureVersion, SafetyMark
from clinlead.organisation.models import Department
from clinmeasures.definitions import Definition, parse_definition


@lru_cache(maxsize=500)
def read_definition(text: str) -> Definition:
    """What a registered text says; the text was checked when it was registered."""
    return parse_definition(text, source="the register")


def newest_versions() -> list[MeasureVersion]:
    """The newest approved wording of every measure, by title."""
    found: dict[str, MeasureVersion] = {}
    for each in MeasureVersion.objects.filter(approved=True).order_by("code", "version"):
        found[each.code] = each
    return sorted(found.values(), key=lambda each: each.title)


def in_use() -> list[MeasureVersion]:
    """Every wording that a department uses, or that is watched; else the newest of each."""
    used = DepartmentMeasure.objects.filter(ended_on=None).values("measure_id")
    wanted = MeasureVersion.objects.filter(pk__in=used, approved=True)
    chosen = list(wanted.order_by("code", "version")) or newest_versions()
    watched = set(running_marks().values_list("measure", flat=True))
    more = [one for one in newest_versions() if one.code in watched] if watched else []
    return chosen + [one for one in more if one not in chosen]


def running_marks() -> QuerySet[SafetyMark]:
    """The marks of safety measures that have not ended."""
    return SafetyMark.objects.filter(ended_at=None).select_related("department", "marked_by")


def find(code: str, version: int | None = None) -> MeasureVersion | None:
    """One wording of a measure: the one asked for, or the newest approved one."""
    found = MeasureVersion.objects.filter(code=code, approved=True)
    if version is not None:
        found = found.filter(version=version)
    return found.order_by("-version").first()


def chosen_by(departments: Iterable[Department | int], on: date) -> QuerySet[DepartmentMeasure]:
    """What departments use on a day, in their own order; one question, also of a query set."""
    here = departments if isinstance(departments, QuerySet) else list(departments)
    return (
        DepartmentMeasure.objects.filter(department__in=here, decided_on__lte=on)
        .filter(Q(ended_on=None) | Q(ended_on__gte=on))
        .select_related("measure", "department")
    )


def choice_of(department: Department, code: str, on: date) -> DepartmentMeasure | None:
    """How a department uses one measure on a day; None where it does not."""
    return chosen_by([department], on).filter(measure__code=code).first()
