"""A measure redefined by three people, and the governance meetings that looked at releases."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from clinlead.access.deciding import leads_of
from clinlead.access.models import Account
from clinlead.demo.playing import known, open_quarter
from clinlead.figures.versions import is_computed
from clinlead.governance import meetings, minuting
from clinlead.governance.meetings import Body
from clinlead.governance.models import Meeting
from clinlead.governance.queries import untabled
from clinlead.measures import redefining
from clinlead.measures.moving import Stand, move_to_version
from clinlead.measures.queries import find
from clinlead.measures.redefining import Wording
from clinlead.measures.redefining_forms import first_text
from clinlead.measures.speaking import comment
from clinlead.organisation.models import Department
from clinlead.releases.following import released_to

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

MEASURE = "discharge-summary-24h"
OLD = '  { field = "patient_class", in = ["inpatient", "day_case"] },'
NEW = '  { field = "patient_class", equals = "inpatient" },'
OF, NOW_OF = "inpatient and day-case discharges", "inpatient discharges"
BECAUSE = "Day cases were counted, whose summary is handed over at the bedside and not sent"
MEETING = ("cardiology", "orthopaedics")
MINUTES = (
    "We went through the measures that we begin with, and agreed what each of them is for.\n"
    "The ward round begins at half past eight from next month.",
    "We looked at the first quarter that was released.\n"
    "Stays were discussed: most of the long ones waited for care at home.\n"
    "We agreed to look at the predicted date in the morning board round.",
)
PLACE = "Seminar room, 1pm"
REDEFINED, FIRST_MEETING, AGAIN = 24, 36, 11  # days after going live; after the extract was cut
ACTIONS = (
    "Ask pharmacy whether discharge medicines can be ready by eleven",
    "Bring the list of waits for care at home to the next meeting",
)


def redefine(making: "Making") -> None:
    """Said by a manager, drafted, checked and approved by three people; computed with the rest."""
    accounts = {one.username: one for one in Account.objects.select_related("person")}
    first = find(MEASURE)
    if first is None or OLD not in first.definition:
        raise LookupError(f"The wording of {MEASURE} is not what this story changes.")
    at = making.went_live_at + timedelta(days=REDEFINED)
    said = comment(
        measure=first,
        text="This definition counts day cases. They get their letter in the hand.",
        proposes="Inpatients alone.",
        by=accounts["lead"],
        at=at,
    )
    text = first_text(first).replace(OLD, NEW).replace(OF, NOW_OF)
    wording = Wording(text=text, because=BECAUSE, feedback=[said])
    agree(wording, accounts, at + timedelta(days=2))


def agree(wording: Wording, accounts: dict[str, Account], at: datetime) -> None:
    """The analyst's draft, read by the medical director, approved by the executive."""
    analyst = accounts["analyst"]
    draft = redefining.draft(code=MEASURE, wording=wording, by=analyst, at=at)
    redefining.send(draft_id=draft.pk, by=analyst, at=at)
    note = "The records that count no longer, with the ward clerk."
    redefining.check(
        draft_id=draft.pk, note=note, by=accounts["director"], at=at + timedelta(days=3)
    )
    redefining.approve(draft_id=draft.pk, by=accounts["executive"], at=at + timedelta(days=7))


def meet_first(making: "Making") -> None:
    """Before anything was released: what each measure is for."""
    meet(known(MEETING), making.went_live_at + timedelta(days=FIRST_MEETING), 0)


def meet_again(making: "Making") -> None:
    """The first release is looked at, Cardiology moves on, and the next meeting is planned."""
    departments = known(MEETING)
    follow(making, at=making.on_day(AGAIN, 13))
    meet(departments, making.on_day(AGAIN, 14), 1)
    for department in departments:
        first = Meeting.objects.filter(department=department).order_by("on")[0]
        close_first(first, at=making.on_day(AGAIN, 17))
    for department in departments:
        plan_next(making, department, at=making.on_day(AGAIN, 17, 30))


def follow(making: "Making", *, at: datetime) -> None:
    """From the open quarter on Cardiology's figures are those of the new wording."""
    cardiology, made = known(["cardiology"])[0], find(MEASURE)
    assert made is not None
    computed = is_computed(made.code, made.version)
    lead = leads_of(cardiology, timezone.localdate(at))[0]
    move_to_version(
        department=cardiology,
        measure=made,
        month=open_quarter(making).first,
        because="The department's meeting: the new wording counts what we can change.",
        stand=Stand(computed=computed, released_to=released_to(cardiology, MEASURE)),
        by=lead,
        at=at,
    )


def say_today(making: "Making") -> None:
    """A comment that nobody has answered: for the visitor who signs in as the analyst."""
    stay = find("length-of-stay")
    assert stay is not None
    comment(
        measure=stay,
        text="Planned second stages begin a new stay and make our figure look shorter.",
        by=Account.objects.get(username="lead"),
        at=making.now,
    )


def meet(departments: Sequence[Department], at: datetime, number: int) -> None:
    """Planned, held and minuted by each department's clinical director, one act after another."""
    day = timezone.localdate(at)
    leads = {each.pk: leads_of(each, day)[0] for each in departments}
    planned = [
        meetings.plan(body=Body(department=each), on=day, place=PLACE, by=leads[each.pk], at=at)
        for each in departments
    ]
    for meeting, department in zip(planned, departments, strict=True):
        hold(meeting, department, leads[department.pk], at, number)


def hold(
    meeting: Meeting, department: Department, lead: Account, at: datetime, number: int
) -> None:
    meetings.hold(
        meeting_id=meeting.pk,
        present=members(department, meeting.on, lead),
        releases=[each for each in untabled([department.pk]) if number],
        by=lead,
        at=at,
    )
    minuting.write(meeting_id=meeting.pk, text=MINUTES[number], based_on=0, by=lead, at=at)
    minuting.add_action(
        meeting_id=meeting.pk,
        text=ACTIONS[number],
        owner=lead,
        due_on=meeting.on + timedelta(days=60),
        by=lead,
        at=at,
    )
    minuting.approve(meeting_id=meeting.pk, by=lead, at=at)


def members(department: Department, on: date, lead: Account) -> list[Account]:
    here = Account.objects.filter(
        person__posts__department=department, person__posts__starts_on__lte=on
    )
    return list(dict.fromkeys([lead, *here.order_by("username")[:6]]))


def close_first(meeting: Meeting, *, at: datetime) -> None:
    action = meeting.actions.get()
    minuting.close(
        action_id=action.pk,
        words="Pharmacy brings them by eleven on weekdays since the first of the month.",
        done=True,
        by=action.owner,
        at=at,
    )


def plan_next(making: "Making", department: Department, *, at: datetime) -> None:
    lead = leads_of(department, timezone.localdate(at))[0]
    day = meetings.usual_day(department, timezone.localdate(making.now))
    coming = meetings.plan(body=Body(department=department), on=day, place=PLACE, by=lead, at=at)
    meetings.add_item(meeting_id=coming.pk, text="Rota of the winter months", by=lead, at=at)
