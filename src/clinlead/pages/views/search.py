"""Search over what the reader may see, and nothing else: what is hidden is not counted either."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from clinlead.access.policies import Reader
from clinlead.access.queries import people_visible_to
from clinlead.governance.models import Meeting
from clinlead.governance.policies import State as MeetingState
from clinlead.improvement.models import Cycle
from clinlead.measures.models import MeasureVersion
from clinlead.organisation.models import Department, Person, Post, WorkStream
from clinlead.pages.navigation import exists
from clinlead.strategy.models import Wording
from clinlead.strategy.policies import State
from clinlead.validation.addresses import parse_record_id

MOST = 20
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Found:
    text: str
    href: str
    about: str = ""


@dataclass(frozen=True)
class Group:
    """One kind of thing: how many fit, and the first of them."""

    heading: str
    one: str
    count: int
    first: list[Found] = field(default_factory=list)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    enough = len(query) >= FEWEST_LETTERS
    groups = groups_for(query, request.reader) if enough else []  # type: ignore[attr-defined]
    page = {"q": query, "groups": [g for g in groups if g.count], "enough": enough}
    page["count"] = sum(group.count for group in groups)
    return render(request, "pages/search.html", page)


def groups_for(query: str, reader: Reader) -> list[Group]:
    return [
        records(query),
        people(query, reader),
        departments(query),
        measures(query),
        strategy(query),
        streams(query),
        cycles(query, reader),
        meetings(query, reader),
    ]


def people(query: str, reader: Reader) -> Group:
    """People whose figures this reader may open by name."""
    found = people_visible_to(reader).filter(name__icontains=query).order_by("name")
    first = list(found[:MOST])
    places: dict[int, Department] = {}
    posts = Post.objects.on(reader.on).filter(person__in=first).select_related("department")
    for post in posts:
        places[post.person_id] = post.department
    return Group(
        "People",
        "person",
        found.count(),
        [found_person(p, places.get(p.pk), reader) for p in first],
    )


def found_person(person: Person, place: Department | None, reader: Reader) -> Found:
    """A person with the way to their figures."""
    if person.pk == reader.person_id:
        return Found(person.name, "/me/figures/", "you")
    if place is None:
        return Found(person.name, "", "no post today")
    address = reverse("person-figures", args=[place.code, person.code])
    return Found(person.name, address, place.name)


def departments(query: str) -> Group:
    found = Department.objects.filter(name__icontains=query).select_related("division")
    first = [Found(d.name, f"/departments/{d.code}/", str(d.division)) for d in found[:MOST]]
    return Group("Departments", "department", found.count(), first)


def measures(query: str) -> Group:
    titles = MeasureVersion.objects.filter(title__icontains=query).order_by("title", "version")
    newest = {each.code: each for each in titles}
    first = [
        Found(m.title, f"/measures/{m.code}/", f"version {m.version}") for m in newest.values()
    ]
    return Group("Measures", "measure", len(newest), first[:MOST])


def strategy(query: str) -> Group:
    """What is in force; proposals are not searched."""
    stated = Wording.objects.filter(state=State.APPROVED, title__icontains=query)
    listed = stated.select_related("statement").order_by("title")[:MOST]
    first = [Found(one.title, one.statement.get_absolute_url(), one.kind.words) for one in listed]
    return Group("Strategy", "statement", stated.count(), first)


def streams(query: str) -> Group:
    """Work streams by their own name, their specialty's or a department's."""
    named = Q(name__icontains=query) | Q(specialty__name__icontains=query)
    placed = WorkStream.objects.filter(departments__name__icontains=query).values("pk")
    found = WorkStream.objects.filter(named | Q(pk__in=placed)).select_related("specialty")
    first = [
        Found(each.name, each.get_absolute_url(), str(each.specialty)) for each in found[:MOST]
    ]
    return Group("Work streams", "work stream", found.count(), first)


def cycles(query: str, reader: Reader) -> Group:
    """PDSA cycles that this reader may see, by their title or aim."""
    named = Q(title__icontains=query) | Q(aim__icontains=query)
    found = Cycle.objects.visible_to(reader).filter(named).select_related("department")
    first = [
        Found(each.title, each.get_absolute_url(), f"{each.department}, {each.stage}")
        for each in found[:MOST]
    ]
    return Group("PDSA cycles", "cycle", found.count(), first)


def meetings(query: str, reader: Reader) -> Group:
    """Governance meetings that this reader may know of, by whose they are."""
    named = Q(department__name__icontains=query) | Q(division__name__icontains=query)
    found = Meeting.objects.visible_to(reader).filter(named)
    first = [
        Found(str(each), each.get_absolute_url(), MeetingState(each.state).value)
        for each in found.select_related("department", "division")[:MOST]
    ]
    return Group("Governance meetings", "meeting", found.count(), first)


def records(query: str) -> Group:
    """A record by its whole id. Its own page decides, so that search gives nothing away."""
    address = f"/records/{query}/"
    if parse_record_id(query) is None or not exists(address):
        return Group("Records", "record", 0)
    said = "Opens if it is yours to see"
    return Group("Records", "record", 1, [Found(query, address, said)])
