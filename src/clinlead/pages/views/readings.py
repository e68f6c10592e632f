"""Who looked at my results; and, for the data protection officer, the whole record of acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role
from clinlead.dataprotection.queries import disclosures_about
from clinlead.history.actions import EXPORTED, LOOKS
from clinlead.history.models import Entry
from clinlead.history.queries import entries_about, head, readings_about
from clinlead.organisation.models import Person

ON_A_PAGE = 50
A_QUARTER = timedelta(days=92)

# What an entry is about, as its subject reads it.
WORDS = {
    "figure": "your figures",
    "figures": "your figures",
    "record": "one of your records",
    "records": "your records",
    "release": "your figures in a release",
    "concern": "a concern about you",
    "conversation": "a conversation with you",
    "feedback": "what colleagues said of you",
    "review": "your review",
    "challenge": "a challenge about your record",
    "window": "your records being checked",
    "audit sample": "a record of yours in an audit",
    "safety signal": "a safety signal about your patients",
}


@dataclass(frozen=True)
class Look:
    """One reading, as its subject sees it."""

    at: datetime
    who: str
    roles: str
    what: str
    reason: str


@require_GET
def my_readings(request: HttpRequest) -> HttpResponse:
    reader = request.reader  # type: ignore[attr-defined]
    if reader.person_id is None:
        return render(request, "pages/no_results_of_yours.html", {})
    entries = readings_about(reader.person_id)
    listed = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    recent = entries.filter(at__date__gte=reader.on - A_QUARTER)
    page = {
        "listed": listed,
        "looks": looks(listed.object_list, reader.on),
        "people_this_quarter": recent.values("by_id").distinct().count(),
        "disclosures": disclosures_about(reader.person_id)[:ON_A_PAGE],
        "other_acts": entries_about(reader.person_id).exclude(act__in=LOOKS)[:10],
    }
    return render(request, "pages/my_readings.html", page)


def looks(entries: Iterable[Entry], on: date) -> list[Look]:
    listed = list(entries)
    roles = roles_of({entry.by for entry in listed if entry.by is not None}, on)
    return [
        Look(
            at=entry.at,
            who=str(entry.by) if entry.by else "a scheduled run",
            roles=", ".join(roles.get(entry.by_id or 0, [])),
            what=what_of(entry),
            reason=reason_of(entry),
        )
        for entry in listed
    ]


def what_of(entry: Entry) -> str:
    what = WORDS.get(entry.object_kind, "your results")
    return f"{what}, taken away as a file" if entry.act == EXPORTED else what


def reason_of(entry: Entry) -> str:
    details = (entry.facts or {}).get("details", {})
    return str(details.get("reason", ""))


def roles_of(accounts: Iterable[Account], on: date) -> dict[int, list[str]]:
    """What each of these accounts is today, in words; one query."""
    held = RoleHolding.objects.on(on).filter(account__in=list(accounts))
    found: dict[int, list[str]] = {}
    for holding in held.select_related("department", "division"):
        place = holding.department or holding.division
        label = Role(holding.role).label + (f", {place}" if place else "")
        found.setdefault(holding.account_id, []).append(label)
    return found


@require_GET
def record_of_acts(request: HttpRequest) -> HttpResponse:
    """The log without results: who did what kind of thing, when, about how many people."""
    reader = request.reader  # type: ignore[attr-defined]
    if not reader.has(Role.DPO):
        raise Http404
    act, name = request.GET.get("act", ""), request.GET.get("about", "").strip()
    listed = Paginator(chosen_entries(act, name), ON_A_PAGE).get_page(request.GET.get("page"))
    page = {
        "listed": listed,
        "rows": [(entry, reason_of(entry)) for entry in listed.object_list],
        "acts": list(Entry.objects.order_by("act").values_list("act", flat=True).distinct()),
        "act": act,
        "about": name,
        "head": head(),
    }
    return render(request, "pages/record_of_acts.html", page)


def chosen_entries(act: str, name: str):
    entries = Entry.objects.select_related("by__person").annotate(people=Count("subjects"))
    if act:
        entries = entries.filter(act=act)
    if name:
        people = Person.objects.filter(name__icontains=name)
        entries = entries.filter(pk__in=entries_on(people))
    return entries.order_by("-number")


def entries_on(people):
    return Entry.objects.filter(subjects__person__in=people).values("pk")
