"""The invented trust's work streams: set up, moved and waived by the people who may, in order."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from clinlead.access.actions import grant_role
from clinlead.access.deciding import leads_of
from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.demo import honest
from clinlead.organisation.models import Department, Person, Post, WorkStream
from clinlead.releases.making import table_at_governance
from clinlead.releases.models import Release, ReleaseState
from clinlead.workstreams.actions import move_on, record_engagement, set_up_stream, waive
from clinlead.workstreams.helping import answer_help, ask_for_help
from clinlead.workstreams.people import join, name_person
from clinlead.workstreams.policies import PartPlayed, Precondition, Route, Status
from clinlead.workstreams.preconditions import record_precondition

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

FILE = Path(__file__).parent / "workstreams.toml"
CUT = "cut + "
BEGAN = timedelta(days=15)  # after going live: the strategy is stated, the first meetings held
AFTER_MEETINGS, EVENING = 18, 19  # of the day on which the first releases were looked at
TABLED = "orthopaedics"  # whose release was tabled; cardiology's waits for its clinical director


@dataclass(frozen=True)
class Event:
    """Something that happens to a stream at a moment."""

    at: datetime
    order: int  # of what falls on one moment
    one: dict[str, Any]  # the stream, as the file has it
    what: str
    given: Any = None


MOVE = 3  # after whatever else happens at the moment


def read_streams() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def team() -> Account:
    return Account.objects.get(username="projectteam")


def moment(making: "Making", said: int | str) -> datetime:
    if isinstance(said, str):
        return making.on_day(int(said.removeprefix(CUT)), EVENING)
    return min(making.went_live_at + BEGAN + timedelta(days=said), making.loaded_at)


def before_the_extracts(making: "Making") -> Iterator[datetime]:
    """Everything that happened before the extracts were loaded, moment by moment."""
    said = read_streams()
    yield from record_preconditions(making, said["preconditions"])
    here = [one for one in said["stream"] if len(departments_of(one)) == len(one["departments"])]
    for event in in_order(event for one in here for event in events_of(making, one)):
        yield event.at
        happen(event)


def run_streams_on(making: "Making") -> None:
    """What the first releases made possible, and what was asked since, in the order of time."""
    said = read_streams()
    here = WorkStream.objects.filter(name__in=[one["name"] for one in said["stream"]])
    names = set(here.values_list("name", flat=True))
    moves = [
        Event(moment(making, late), MOVE, one, "move")
        for one in said["stream"]
        if one["name"] in names
        for late in one.get("moves", ())
        if isinstance(late, str)
    ]
    for event in in_order([Event(making.on_day(11, AFTER_MEETINGS), 0, {}, "table"), *moves]):
        happen(event)
    help_with(making, said["help"])


def in_order(events: Iterable["Event"]) -> list["Event"]:
    return sorted(events, key=lambda each: (each.at, each.order))


def departments_of(one: dict[str, Any]) -> list[Department]:
    return list(Department.objects.filter(code__in=one["departments"]).order_by("name"))


def record_preconditions(making: "Making", said: dict[str, Any]) -> Iterator[datetime]:
    for kind, (login, days, evidence) in said.items():
        at = moment(making, days)
        yield at
        record_precondition(
            kind=Precondition(kind),
            on=timezone.localdate(at) - timedelta(days=1),
            evidence=evidence,
            by=Account.objects.get(username=login),
            at=at,
        )


def begin(one: dict[str, Any], at: datetime) -> None:
    """The stream, and who has a part in it."""
    departments = departments_of(one)
    stream = set_up_stream(
        name=one["name"],
        specialty=one["specialty"],
        departments=departments,
        route=Route(one["route"]),
        said=one["said"],
        by=team(),
        at=at,
    )
    for part, account in people_of(one, departments, at):
        name_person(stream=stream, part=part, account=account, by=team(), at=at)


def people_of(
    one: dict[str, Any], departments: list[Department], at: datetime
) -> Iterator[tuple[PartPlayed, Account]]:
    """The first department's chief as sponsor, and those who manage, coach and train."""
    if "sponsor" not in one.get("without", ()):
        yield PartPlayed.SPONSOR, honest.chief_of(departments[0], at.date())
    logins = {
        PartPlayed.MANAGER: "operations",
        PartPlayed.COACH: "hr",
        PartPlayed.TRAINER: "analyst",
    }
    for part, login in logins.items():
        yield part, Account.objects.get(username=login)


def events_of(making: "Making", one: dict[str, Any]) -> Iterator[Event]:
    """What happens to one stream until the extracts are loaded."""
    yield Event(moment(making, one["begins"]), 0, one, "begin")
    for key, status in (("engaged", Status.ENGAGED), ("declines", Status.DID_NOT_ENGAGE)):
        if key in one:
            days, said = one[key]
            yield Event(moment(making, days), 1, one, "engagement", (status, said))
    if "lead" in one:
        yield Event(moment(making, one["lead"]), 1, one, "lead")
    if "members" in one:
        yield Event(moment(making, one["begins"] + 40), 1, one, "members", one["members"])
    for key, (days, because) in one.get("waive", {}).items():
        yield Event(moment(making, days), 2, one, "waiver", (key, because))
    for days in one.get("moves", ()):
        if not isinstance(days, str):
            yield Event(moment(making, days), MOVE, one, "move")


def happen(event: Event) -> None:
    if event.what == "table":
        table(event.at)
    elif event.what == "begin":
        begin(event.one, event.at)
    else:
        happen_to(WorkStream.objects.get(name=event.one["name"]), event)


def happen_to(stream: WorkStream, event: Event) -> None:
    if event.what == "engagement":
        status, said = event.given
        route = Route(event.one["route"])
        record_engagement(
            stream=stream, status=status, route=route, said=said, by=team(), at=event.at
        )
    elif event.what == "waiver":
        key, because = event.given
        waive(stream=stream, key=key, because=because, by=team(), at=event.at)
    elif event.what == "lead":
        give_lead(stream, event.at)
    elif event.what == "members":
        for person in clinicians_of(stream, event.at)[: event.given]:
            join(stream=stream, by=honest.account_of(person.code), at=event.at)
    else:
        go_on(stream, event.at)


def go_on(stream: WorkStream, at: datetime) -> None:
    """To the next stage, if every criterion holds: the action itself refuses otherwise."""
    seen = stream.stage_entries.get(left_at=None).stage
    move_on(stream=stream, seen=seen, to=seen + 1, by=team(), at=at)


def clinicians_of(stream: WorkStream, at: datetime) -> list[Person]:
    posts = Post.objects.on(at.date()).filter(department__in=stream.departments.all())
    return list(Person.objects.filter(pk__in=posts.values("person_id")).order_by("code"))


def give_lead(stream: WorkStream, at: datetime) -> None:
    """A clinician of the stream leads it; the role is given by two people."""
    leads = {one.pk for each in stream.departments.all() for one in leads_of(each, at.date())}
    people = [honest.account_of(each.code) for each in clinicians_of(stream, at)]
    grant_role(
        account=next(each for each in people if each.pk not in leads),
        role=Role.STREAM_LEAD,
        stream=stream,
        starts_on=at.date(),
        by=Account.objects.get(username="sysadmin"),
        seconded_by=Account.objects.get(username="director"),
        at=at,
    )


def table(at: datetime) -> None:
    """One release goes to the governance meeting."""
    out = Release.objects.filter(department__code=TABLED, state=ReleaseState.RELEASED)
    for release in out.filter(tabled_on=None):
        table_at_governance(
            release_id=release.pk,
            on=at.date(),
            note="Talked through by the clinical director.",
            by=leads_of(release.department, at.date())[0],
            at=at,
        )


def help_with(making: "Making", said: dict[str, str]) -> None:
    """One request that was answered, and one that waits for the visitor."""
    stream = WorkStream.objects.filter(name=said["stream"]).first()
    if stream is None:
        return
    lead = leads_of(stream.departments.all()[0], making.now.date())[0]
    asked = ask_for_help(stream=stream, text=said["asked"], by=lead, at=making.on_day(11, 20))
    answer_help(request_id=asked.pk, text=said["answered"], by=team(), at=making.on_day(11, 21))
    ask_for_help(stream=stream, text=said["waits"], by=lead, at=making.on_day(11, 22))
