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
    return sorted(newest_of(choosable()).values(), key=lambda each: each.title)


def newest_of(wordings: QuerySet[MeasureVersion]) -> dict[str, MeasureVersion]:
    """The newest of these wordings of each measure, by its code."""
    return {each.code: each for each in wordings.order_by("code", "version")}


def choosable() -> QuerySet[MeasureVersion]:
    """The wordings that departments may choose."""
    return MeasureVersion.objects.filter(approved=True, retired_at=None)


def in_use() -> list[MeasureVersion]:
    """Every wording whose figures are computed; where no department has chosen, the newest of each.

    Those that departments follow or followed, and the newest of each measure that they use (it is
    looked at before anybody moves to it) or that is watched. A retired one is computed no more.
    """
    chosen = DepartmentMeasure.objects.all()
    codes = set(chosen.filter(ended_on=None).values_list("measure__code", flat=True))
    followed = set(chosen.values_list("measure_id", flat=True))
    newest = newest_versions()
    wanted = followed | {each.pk for each in newest if each.code in codes}
    kept = [each for each in choosable().order_by("code", "version") if each.pk in wanted]
    chosen_ones = kept if followed else newest
    watched = set(running_marks().values_list("measure", flat=True))
    more = [each for each in newest if each.code in watched and each not in chosen_ones]
    return [*chosen_ones, *more]


def running_marks() -> QuerySet[SafetyMark]:
    """The marks of safety measures that have not ended."""
    return SafetyMark.objects.filter(ended_at=None).select_related("department", "marked_by")


def find(code: str, version: int | None = None) -> MeasureVersion | None:
    """One wording of a measure: the one asked for, or the newest that can be chosen."""
    found = MeasureVersion.objects.filter(code=code, approved=True)
    found = found.filter(retired_at=None) if version is None else found.filter(version=version)
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
