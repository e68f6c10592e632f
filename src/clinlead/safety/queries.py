"""Reading signals: what somebody may know of, what waits for whom, and how much is watched."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Q, QuerySet

from clinlead.access.policies import Reader, Role
from clinlead.measures.models import MeasureVersion, SafetyMark
from clinlead.measures.queries import running_marks
from clinlead.organisation.models import Department
from clinlead.safety.models import Expectation, Signal, owner_directors_cases, owner_leading
from clinlead.safety.policies import why_not_acknowledge
from clinlead.safety.wording import case_by_case
from clinlead.validation.models import Challenge, ChallengeState


def listed_for(reader: Reader) -> QuerySet[Signal]:
    """The signals that this person may know of, newest first."""
    related = ("department", "person", "acknowledged_by__person")
    return Signal.objects.visible_to(reader).select_related(*related)


@dataclass(frozen=True)
class ForReader:
    """Signals that wait for one person."""

    to_acknowledge: list[Signal]
    to_read: list[Signal]  # their own, which they have not said they read


def waiting_for(reader: Reader) -> ForReader:
    """What this very person is to acknowledge or to read; one question."""
    if reader.person_id is None and not reader.has(*ACKNOWLEDGES):
        return ForReader([], [])
    asked = Signal.objects.visible_to(reader).filter(due_on__isnull=False, gone_at=None)
    unread = Q(person_id=reader.person_id or 0, read_at=None)
    found = asked.filter(Q(acknowledged_at=None) | unread).select_related("department")
    listed = list(
        found.annotate(
            owner_leads=Exists(owner_leading(reader)),
            owner_goes_to_director=Exists(owner_directors_cases(reader)),
        )
    )
    return ForReader(
        [one for one in listed if acknowledges(reader, one)],
        [one for one in listed if one.person_id == (reader.person_id or 0) and not one.read_at],
    )


ACKNOWLEDGES = (Role.LEAD, Role.CHIEF, Role.DIRECTOR)


def acknowledges(reader: Reader, one: Signal) -> bool:
    """Whether a signal, read with what its owner leads, waits for this person."""
    if one.acknowledged_at is not None or not reader.has(*ACKNOWLEDGES):
        return False
    facts = one.facts(
        owner_leads=one.owner_leads,  # type: ignore[attr-defined]
        owner_goes_to_director=one.owner_goes_to_director,  # type: ignore[attr-defined]
    )
    return why_not_acknowledge(reader, facts, "words") is None


def unacknowledged_by_department(
    departments: Iterable[int], *, apart_from: Iterable[Signal] = ()
) -> dict[str, int]:
    """How many signals of each department wait: a count, and nobody's name."""
    found: dict[str, int] = {}
    waiting = Signal.objects.waiting().filter(department_id__in=list(departments))
    waiting = waiting.exclude(pk__in=[one.pk for one in apart_from])
    for one in waiting.select_related("department"):
        found[one.department.name] = found.get(one.department.name, 0) + 1
    return found


def titles(codes: Iterable[str]) -> dict[str, str]:
    """The newest approved title of each measure, as it is said of cases one by one."""
    rows = MeasureVersion.objects.filter(code__in=set(codes), approved=True).order_by("version")
    return {code: case_by_case(title) for code, title in rows.values_list("code", "title")}


def challenges_on(keys: Iterable[str], dataset: str) -> int:
    """How many of these records are challenged now. They delay nothing; they stand beside."""
    open_ones = Challenge.objects.filter(state=ChallengeState.OPEN, dataset=dataset)
    return open_ones.filter(key__in=list(keys)).values("key").distinct().count()


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One safety measure: where it is watched and why, and what is expected."""

    code: str
    title: str
    marks: list[SafetyMark]
    expectation: Expectation | None

    @property
    def by_chance(self) -> float | None:
        """False signals a year: every case is on a clinician's chart and on a department's."""
        if self.expectation is None:
            return None
        days = (self.expectation.last_day - self.expectation.first_day).days + 1
        return 2 * self.expectation.cases / days * 365.25 / self.expectation.run_length


def own_places(one: Watched, reader: Reader) -> frozenset[int]:
    """The reader's departments in which a measure is watched."""
    places = {mark.department_id for mark in one.marks}
    mine = reader.departments | reader.leads
    return mine if None in places else mine & {each for each in places if each is not None}


def seen_case_by_case(found: Iterable[Watched], reader: Reader) -> dict[str, list[tuple[str, str]]]:
    """Where each measure can be seen case by case: one's own cases, and departments one leads."""
    led = list(Department.objects.filter(pk__in=reader.leads).order_by("name"))
    links: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        here = own_places(one, reader)
        if reader.person_id is not None and reader.departments & here:
            links[one.code] = [("Your own patients, case by case", f"/me/monitoring/{one.code}/")]
        links.setdefault(one.code, []).extend(
            (f"{each}, case by case", f"/departments/{each.code}/monitoring/{one.code}/")
            for each in led
            if each.pk in here
        )
    return links


def watched() -> list[Watched]:
    """Every safety measure; three questions."""
    marks = list(running_marks())
    codes = list(dict.fromkeys(mark.measure for mark in marks))
    named = titles(codes)
    newest = {
        one.measure: one
        for one in Expectation.objects.filter(measure__in=codes).order_by("version", "number")
    }
    return [
        Watched(
            code=code,
            title=named.get(code, code),
            marks=[mark for mark in marks if mark.measure == code],
            expectation=newest.get(code),
        )
        for code in codes
    ]
