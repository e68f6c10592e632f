"""Plays the weeks before today: checking, challenges, a release, and the quarter that is open now.

Everything goes through the same actions as in a hospital, by the people who may do it, in order.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone

from clinlead.access.deciding import above_on, leads_of
from clinlead.access.models import Account
from clinlead.access.queries import reader_of
from clinlead.demo import honest
from clinlead.demo.trust.plan import months_before
from clinlead.history.actions import record_reading
from clinlead.organisation.models import Department, Person
from clinlead.releases.actions import (
    TotalSaid,
    bi_check,
    control_totals,
    interpret,
    prepare,
    release_figures,
    sign_off_together,
)
from clinlead.releases.live import Draft
from clinlead.releases.models import Release
from clinlead.releases.periods import Period
from clinlead.releases.standing import standing, team_figures
from clinlead.validation.actions import (
    answer_transfer,
    confirm_records,
    open_window,
    raise_challenge,
    settle_challenge,
)
from clinlead.validation.challenging import Said
from clinlead.validation.checking import person_of, states_to_check
from clinlead.validation.models import Challenge, Window
from clinlead.validation.policies import ChallengeReason
from clinlead.validation.queries import members_in

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

RELEASED = ("cardiology", "orthopaedics")  # where the quarter before has been released
CHECKING = ("cardiology", "general-surgery")  # where some have begun to check the open quarter
READY = ("orthopaedics",)  # where the open quarter can go out today
NOT_BEGUN = ("clinician", "lead")  # left for the visitor to do
SETTLED = 1  # challenges of the quarter before, a department
OPENED_DAYS_AGO, OPEN_DAYS = 10, 21
DONE, HALF_DONE = 0.6, 0.85  # cumulative shares of owners who check all, or some, of their records

LOOKED_INTO = {
    "length-of-stay": "A few long stays made these months; we went through them together and found"
    " waits for care at home, not a change in how we work.",
    "predicted-discharge-recorded": "The morning board round is why: a date is now agreed in it for"
    " every new patient. We keep it.",
    "discharge-summary-24h": "The shorter template is why: it takes half the time to write.",
}
OTHERWISE = "We looked at the records behind this together and will look again next quarter."


def last_quarter(making: "Making") -> Period:
    """The one that has been released."""
    first, _ = making.plan.quarter
    return months(months_before(first, 3))


def open_quarter(making: "Making") -> Period:
    return months(making.plan.quarter[0])


def months(first: date) -> Period:
    return Period(f"{first:%Y-%m}", f"{months_before(first, -2):%Y-%m}")


def known(codes: Sequence[str]) -> list[Department]:
    return list(Department.objects.filter(code__in=codes).order_by("code"))


# The quarter before: checked, settled and released


def check_last_quarter(making: "Making") -> None:
    """Owners check their records; what is wrongly attributed is challenged and settled."""
    period, closes_on = last_quarter(making), making.on_day(7).date()
    departments = known(RELEASED)
    opened = making.on_day(2, 9)
    windows = [open_for_checking(each, period, opened, closes_on) for each in departments]
    for window in windows:
        confirm(making, window, at=making.on_day(4, 12), everyone=True)
    wrong = [one for each in departments for one in wrong_here(making, each, period)[:SETTLED]]
    raised = [honest.challenge(one, at=making.on_day(5, 9)) for one in wrong]
    for one in raised:
        honest.agree(one, at=making.on_day(6, 9))
    for one in raised:
        honest.accept(one, at=making.on_day(7, 9))


def open_for_checking(
    department: Department, period: Period, at: datetime, closes_on: date
) -> Window:
    return open_window(
        department=department,
        first_month=period.first,
        last_month=period.last,
        opens_on=timezone.localdate(at),
        closes_on=closes_on,
        by=Account.objects.get(username="analyst"),
        at=at,
    )


def confirm(making: "Making", window: Window, *, at: datetime, everyone: bool) -> None:
    """Most owners confirm all of their records, some a part, some stay silent."""
    random = making.plan.random(f"confirming {window.pk}")
    for person in members_in(window).order_by("code"):
        account = honest.account_of(person.code)
        chance = random.random()
        places = places_in(window, person, timezone.localdate(at))
        if not everyone and account.username in NOT_BEGUN:
            continue
        if chance < (DONE if everyone else DONE / 2) or account.username in NOT_BEGUN:
            share = 1.0
        else:
            share = 0.5 if chance < HALF_DONE else 0.0
        confirmed = places[: int(np.ceil(share * len(places)))]
        if confirmed:
            confirm_records(places=confirmed, by=account, at=at)


def places_in(window: Window, person: Person, on: date) -> list[tuple[str, str]]:
    """A person's records of one window, in order."""
    states, _ = states_to_check(person, on)
    return sorted(
        place
        for place, one in states.items()
        if window.first_month <= (one.record.month or "") <= window.last_month
    )


def wrong_here(
    making: "Making", department: Department, period: Period
) -> list[honest.Misattributed]:
    """Records of two colleagues of this department, of which the wrong one holds the record."""
    found = honest.misattributed(making.directory, first=period.first, last=period.last)
    here = set(Person.objects.filter(posts__department=department).values_list("code", flat=True))
    return [
        each
        for each in found
        if each.kind == "wrong consultant" and {each.rightly, each.wrongly} <= here
    ]


def release_last_quarter(making: "Making") -> None:
    """BI check, interpretation, sign-off, release: each by whoever may."""
    period, at = last_quarter(making), making.on_day(8, 8)
    releases = [prepare(department=each, period=period, at=at) for each in known(RELEASED)]
    for release in releases:
        check_totals(release, at=making.on_day(9, 9))
    day = making.on_day(10).date()
    for release in releases:
        for account in deciders(release, day):
            stand_by_figures(release, account, at=making.on_day(10, 14))
    for release in releases:
        release_figures(
            release_id=release.pk,
            invitation="I am in my office on Thursdays from 2pm if you would like to talk.",
            by=deciders(release, day)[0],
            at=making.on_day(10, 17),
        )


def deciders(release: Release, day: date) -> tuple[Account, Account, Account]:
    """The lead, the chief for the lead's own figures, and the medical director for the chief's."""
    lead, chief = leads_of(release.department, day)[0], honest.chief_of(release.department, day)
    return lead, chief, above_on(day).directors[0]


def check_totals(release: Release, *, at: datetime) -> None:
    """The analyst's part: control totals, and the check of the figures."""
    analyst = Account.objects.get(username="analyst")
    figures = team_figures(standing(release, timezone.localdate(at)).figures)
    none = "The trust makes no return of this measure."
    totals = [
        counted_on_wards(draft)
        if draft.key.measure == "length-of-stay"
        else TotalSaid(measure=draft.key.measure, explained=none)
        for draft in figures
    ]
    control_totals(release_id=release.pk, totals=totals, by=analyst, at=at)
    note = "Counts agree with the month-end ward lists."
    bi_check(release_id=release.pk, note=note, by=analyst, at=at)


def counted_on_wards(draft: Draft) -> TotalSaid:
    """The wards' own count of each month; in the first they missed two who left at night."""
    months = {month: count for month, count in draft.records_by_month.items() if month}
    first = min(months)
    return TotalSaid(
        measure=draft.key.measure,
        source="Month-end ward lists",
        months=months | {first: max(months[first] - 2, 0)},
        explained="The wards' lists of the first month lack two patients who left after midnight.",
    )


def stand_by_figures(release: Release, account: Account, *, at: datetime) -> None:
    """Interprets every signal that is theirs to interpret, then signs off the rest together."""
    day = timezone.localdate(at)
    reader = reader_of(account, day)
    now = standing(release, day, fresh=True)
    for draft in now.decided_by(reader, now.to_interpret):
        words = LOOKED_INTO.get(draft.key.measure, OTHERWISE)
        interpret(release_id=release.pk, key=draft.key, text=words, by=account, at=at)
    now = standing(release, day, fresh=True)
    if now.decided_by(reader, now.to_sign_off):
        sign_off_together(release_id=release.pk, by=account, at=at)


# The open quarter: begun, with challenges in every state


def open_this_quarter(making: "Making") -> None:
    """Every department with records is asked to check them; some have begun."""
    opened = making.days_ago(OPENED_DAYS_AGO, 8)
    closes_on = timezone.localdate(opened) + timedelta(days=OPEN_DAYS)
    over = timezone.localdate(making.days_ago(1))
    for department in departments_with_records():
        ready = department.code in READY
        open_for_checking(department, open_quarter(making), opened, over if ready else closes_on)
    for department in known(CHECKING):
        confirm(making, window_now(making, department), at=making.days_ago(6, 12), everyone=False)


def prepare_this_quarter(making: "Making") -> None:
    """The releases that are due are begun; one is checked by the analyst and waits for its lead."""
    period, at = open_quarter(making), making.days_ago(1, 9)
    releases = [prepare(department=each, period=period, at=at) for each in known(RELEASED)]
    for release in releases:
        if release.department.code in READY:
            check_totals(release, at=at)


def window_now(making: "Making", department: Department) -> Window:
    return Window.objects.get(department=department, first_month=open_quarter(making).first)


def departments_with_records() -> list[Department]:
    there = Department.objects.open().order_by("code")
    return [each for each in there if members_with_figures(each)]


def members_with_figures(department: Department) -> bool:
    from clinlead.figures.models import Tally

    people = Person.objects.filter(posts__department=department).values("code")
    return Tally.objects.filter(unit__in=people).exists()


def challenge_this_quarter(making: "Making") -> None:
    """One agreed, one disputed, one unanswered, one declined; one of the lead's is the chief's."""
    cardiology = known(["cardiology"])[0]
    lead = person_of(Account.objects.get(username="lead")).code
    untouched = Account.objects.filter(username__in=NOT_BEGUN)
    left_alone = set(untouched.values_list("person__code", flat=True))
    wrong = wrong_here(making, cardiology, open_quarter(making))
    found = [each for each in wrong if not {each.rightly, each.wrongly} & left_alone]
    period = open_quarter(making)
    everywhere = honest.misattributed(making.directory, first=period.first, last=period.last)
    of_lead = [
        each
        for each in everywhere
        if each.kind == "wrong consultant" and {each.rightly, each.wrongly} & left_alone == {lead}
    ]
    chosen = [*found[:3], *of_lead[:1]]
    raised = [honest.challenge(one, at=making.days_ago(5, 10)) for one in chosen]
    unfounded = challenge_wrongly(making, cardiology, at=making.days_ago(5, 15))
    for one in [*raised[:1], *raised[3:]]:
        honest.agree(one, at=making.days_ago(4, 10))
    for one in [*raised[1:2], unfounded]:
        dispute(one, at=making.days_ago(4, 15))
    settle_challenge(
        challenge_id=unfounded.pk,
        accept=False,
        because="The ward round notes show that you took over on the second day.",
        by=honest.settler_of(unfounded, timezone.localdate(making.days_ago(3))),
        at=making.days_ago(3, 9),
    )


def dispute(raised: Challenge, *, at: datetime) -> None:
    words = "I was on leave that week and never met this patient."
    by = Account.objects.get(person=raised.asked)
    answer_transfer(challenge_id=raised.pk, agrees=False, text=words, by=by, at=at)


def challenge_wrongly(making: "Making", department: Department, *, at: datetime) -> Challenge:
    """The peer says of a record of theirs that it was a colleague's."""
    peer = Account.objects.get(username="peer")
    window = window_now(making, department)
    wrong = {each.spell for each in wrong_here(making, department, open_quarter(making))}
    places = places_in(window, person_of(peer), timezone.localdate(at))
    dataset, key = next(place for place in places if place[1] not in wrong)
    others = Person.objects.filter(posts__department=department)
    goes_to = others.exclude(account__username__in=["peer", *NOT_BEGUN]).order_by("code").first()
    said = Said(reason=ChallengeReason.NOT_MINE, text="I only saw her once.", goes_to=goes_to)
    return raise_challenge(dataset=dataset, key=key, said=said, by=peer, at=at)


def look_at_figures(making: "Making") -> None:
    """The lead looked at the clinician's figures, and the clinician can see that."""
    clinician = person_of(Account.objects.get(username="clinician"))
    lead = Account.objects.get(username="lead")
    record_reading(
        at=making.days_ago(2, 16),
        by_id=lead.pk,
        about=[clinician.pk],
        object_kind="figures",
        object_id=clinician.code,
        reason="Preparing the department's meeting",
    )
