"""Whose a record is: the ledger's units as people and departments of the trust."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import ClinicianCode, CodeKind, Department, Person, Post
from clinlead.organisation.queries import unit_of
from clinlead.validation.records import POOL, UNATTRIBUTED, Place, Record, Row, places_of
from clinmeasures.attribution.rules import rules_for
from clinmeasures.definitions.fields import JOINING


def measures_in_use(
    on: date, departments: Collection[int] | QuerySet | None = None
) -> list[DepartmentMeasure]:
    """What these departments use on a day, in one query, also of a query set; all of them in two.

    Hundreds of choices in the whole trust are of a few wordings: each wording is read once.
    """
    found = in_use_on(on)
    if departments is None:
        return list(found.prefetch_related("measure"))
    here = departments if isinstance(departments, QuerySet) else list(departments)
    return list(found.filter(department__in=here).select_related("measure"))


def in_use_on(day: date) -> QuerySet[DepartmentMeasure]:
    still = Q(ended_on=None) | Q(ended_on__gte=day)
    return DepartmentMeasure.objects.filter(still, decided_on__lte=day)


def chosen_rules(
    departments: Collection[int],
    dataset: str,
    on: date,
    measures: Iterable[DepartmentMeasure] | None = None,
) -> tuple[str, ...]:
    """The rules by which these departments' figures are shown: what makes a record one to check."""
    rules = [
        each.rule
        for each in (measures_in_use(on) if measures is None else measures)
        if each.department_id in departments
        and read_definition(each.measure.definition).record == dataset
    ]
    return tuple(dict.fromkeys(rules)) or rules_for(dataset)[:1]


def used_rules(dataset: str, on: date) -> tuple[str, ...]:
    """Every rule under which a measure in use can be shown: each makes its units owners."""
    wordings = MeasureVersion.objects.filter(pk__in=in_use_on(on).values("measure"))
    definitions = [
        read_definition(text)
        for text in wordings.order_by("pk").values_list("definition", flat=True)
    ]
    rules = [rule for each in definitions if each.record == dataset for rule in each.attribution]
    return tuple(dict.fromkeys(rules)) or rules_for(dataset)[:1]


def rules_to_check(departments: Collection[int] | QuerySet, on: date) -> dict[str, tuple[str, ...]]:
    """The data sets that these departments' people have figures of, each with its rules.

    A figure that is shown for the team alone asks nobody to check thousands of appointments; and
    a day of a job plan is joined from records that are checked where they stand.
    """
    measures = measures_in_use(on, departments)
    definitions = [(each, read_definition(each.measure.definition)) for each in measures]
    records = [
        definition.record
        for each, definition in definitions
        if (each.shown_individually or definition.level == "individual")
        and definition.record not in JOINING
    ]
    here = {each.department_id for each in measures}
    return {
        dataset: chosen_rules(here, dataset, on, measures)
        for dataset in dict.fromkeys(records or ["spells"])
    }


@dataclass(frozen=True, kw_only=True)
class Owners:
    """The people a record counts for, and the departments they and its pools belong to."""

    people: tuple[Person, ...]
    departments: frozenset[int]
    measures: tuple[DepartmentMeasure, ...] = ()  # that these departments use on the day
    rules: tuple[str, ...] = ()  # under which they own it

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(person.pk for person in self.people)

    def rules_chosen(self, dataset: str) -> frozenset[str]:
        """The rules by which these departments show their figures."""
        return frozenset(
            each.rule
            for each in self.measures
            if read_definition(each.measure.definition).record == dataset
        )


def owners_of(record: Record, on: date) -> Owners:
    """Who owns a record under the rules used on a day; at most four queries."""
    rules = used_rules(record.dataset, on)
    units = record.units(rules)
    people: dict[int, Person] = {}
    departments = pool_departments(units)
    day = record.day or on
    posts = Post.objects.filter(person__code__in=units).select_related("person")
    for post in posts.order_by("person__name"):
        people[post.person_id] = post.person
        if post.starts_on <= day and (post.ends_on is None or day <= post.ends_on):
            departments.add(post.department_id)
    everyone = people_by_unit(units, people.values())  # somebody without a post is an owner too
    return Owners(
        people=tuple(everyone.values()),
        departments=frozenset(departments),
        measures=tuple(measures_in_use(on, departments)),
        rules=rules,
    )


def pool_departments(units: Iterable[str]) -> set[int]:
    pools = [unit.removeprefix(POOL) for unit in units if unit.startswith(POOL)]
    if not pools:
        return set()
    return set(Department.objects.filter(code__in=pools).values_list("pk", flat=True))


def resolved_places(
    record: Record, related: Mapping[str, Sequence[Row]], codes: Iterable[ClinicianCode] = ()
) -> list[Place]:
    """Every place that says whose the record is, with the unit its code stands for.

    One query, or none where the codes are given.
    """
    found = places_of(record, related)
    known = list(codes) or dated_codes({each.code for each in found if each.code})
    return [replace(each, unit=unit_on(known, each.code, each.on)) for each in found]


def dated_codes(codes: Iterable[str]) -> list[ClinicianCode]:
    found = ClinicianCode.objects.filter(code__in=list(codes))
    return list(found.select_related("person", "department"))


def unit_on(codes: Iterable[ClinicianCode], code: str | None, on: date | None) -> str:
    """The unit that a code stands for on a day."""
    for each in codes:
        if each.code == code and on is not None and holds_on(each, on):
            person = each.person.code if each.person else None
            place = each.department.code if each.department else None
            return unit_of(each.kind, person, place)
    return UNATTRIBUTED


def holds_on(code: ClinicianCode, on: date) -> bool:
    return code.starts_on <= on and (code.ends_on is None or on <= code.ends_on)


def code_of(person: Person, on: date | None) -> str | None:
    """A code that stands for this person on a day; None where they have none."""
    mine = ClinicianCode.objects.filter(person=person, kind=CodeKind.PERSON)
    if on is not None:
        mine = mine.on(on)
    return mine.order_by("-starts_on", "code").values_list("code", flat=True).first()


def people_by_unit(units: Iterable[str], known: Iterable[Person] = ()) -> dict[str, Person]:
    """The people that units stand for; no query where all are known."""
    people = {person.code: person for person in known}
    left = {u for u in units if u not in people and u != UNATTRIBUTED and not u.startswith(POOL)}
    if left:
        people |= {person.code: person for person in Person.objects.filter(code__in=left)}
    return people
