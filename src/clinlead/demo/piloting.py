"""Three departments went first: an extract of their own patients, and a release, a quarter earlier.

What the trust counts over whole quarters that are over is counted of this release.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.demo import honest, playing
from clinlead.demo.concerns import into_quarter
from clinlead.demo.trust.plan import months_before
from clinlead.figures.actions import recompute_all
from clinlead.figures.models import Cause
from clinlead.intake.loading import Extract, load_file
from clinlead.organisation.models import ClinicianCode, Department, Person
from clinlead.releases.actions import prepare, release_figures
from clinlead.releases.models import Release
from clinlead.releases.periods import Period
from clinlead.validation.actions import raise_challenge, settle_challenge
from clinlead.validation.challenging import Said
from clinlead.validation.models import Challenge, Window
from clinlead.validation.policies import ChallengeReason
from clinlead.validation.queries import members_in

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

PILOT = ("acute-medicine", "older-people", "respiratory")
LOADED, ASKED, CHALLENGED, DISPUTED, DECLINED, OUT = 8, 9, 10, 11, 12, 18  # days into the quarter
CLOSES = timedelta(days=5)  # after owners were asked
UNFOUNDED = 3  # challenges a department that are declined
SOURCE = "patient administration system"
STAYS = """
COPY (
    SELECT * FROM read_csv($spells, all_varchar = true)
    WHERE discharged_at < $until AND patient_id IN (
        SELECT patient_id FROM read_csv($spells, all_varchar = true)
        WHERE list_contains($codes, discharging_consultant)
    )
) TO '{target}' (HEADER, FORCE_QUOTE *)
"""
ASSESSMENTS = """
COPY (
    SELECT * FROM read_csv($assessments, all_varchar = true)
    WHERE spell_id IN (SELECT spell_id FROM read_csv($stays, all_varchar = true))
) TO '{target}' (HEADER, FORCE_QUOTE *)
"""


def go_first(making: "Making") -> Iterator[datetime]:
    """Loaded, computed, checked, some challenges declined, released."""
    departments = playing.known(PILOT)
    if not departments:
        return  # a smaller trust
    yield into_quarter(making, LOADED)
    load_theirs(making, departments, at=into_quarter(making, LOADED))
    period = playing.months(months_before(making.plan.quarter[0], 6))
    yield into_quarter(making, ASKED)
    begun = [begin(each, period, at=into_quarter(making, ASKED)) for each in departments]
    yield into_quarter(making, CHALLENGED)
    raised = [one for _, window in begun for one in challenged(making, window)]
    yield into_quarter(making, DISPUTED)
    for one in raised:
        playing.dispute(one, at=into_quarter(making, DISPUTED))
    yield into_quarter(making, DECLINED)
    for one in raised:
        decline(one, at=into_quarter(making, DECLINED))
    yield into_quarter(making, OUT)
    for release, _ in begun:
        let_out(release, at=into_quarter(making, OUT))


def load_theirs(making: "Making", departments: list[Department], *, at: datetime) -> None:
    """Every stay of their patients until the quarter began, and how each was assessed."""
    first, until = making.plan.start, making.plan.quarter[0]
    analyst = Account.objects.get(username="analyst")
    for path in theirs_in(making, departments, until):
        extract = Extract(
            paths=[path],
            dataset=path.stem,
            source=SOURCE,
            coverage=(first, until - timedelta(days=1)),
        )
        load_file(extract=extract, by=analyst, at=at, compute=False)
    recompute_all(at=at, cause=Cause.LOAD)


def theirs_in(making: "Making", departments: list[Department], until: date) -> list[Path]:
    """Cut out of the extract of the whole trust, beside it."""
    whole = making.directory / "trust" / "extract"
    cut = making.directory / "trust" / "pilot"
    cut.mkdir(exist_ok=True)
    stays, assessments = cut / "spells.csv", cut / "assessments.csv"
    codes = ClinicianCode.objects.filter(person__posts__department__in=departments)
    of_stays = {
        "spells": str(whole / "spells.csv"),
        "codes": sorted(set(codes.values_list("code", flat=True))),
        "until": f"{until} 00:00:00",
    }
    duckdb.execute(STAYS.format(target=stays), of_stays)
    of_assessments = {"assessments": str(whole / "assessments.csv"), "stays": str(stays)}
    duckdb.execute(ASSESSMENTS.format(target=assessments), of_assessments)
    return [stays, assessments]


def begin(department: Department, period: Period, *, at: datetime) -> tuple[Release, Window]:
    closes_on = timezone.localdate(at + CLOSES)
    window = playing.open_for_checking(department, period, at, closes_on)
    return prepare(department=department, period=period, at=at), window


def challenged(making: "Making", window: Window) -> list[Challenge]:
    """A few say of a stay that it was a colleague's, who knows better."""
    at = into_quarter(making, CHALLENGED)
    people = list(members_in(window).filter(account__roles=None).order_by("code"))
    found = ((one, places_of(window, one, at)) for one in people)
    with_records = [(one, places[0]) for one, places in found if places][: UNFOUNDED + 1]
    *raising, (colleague, _) = with_records
    return [wrongly(one, place, colleague, at=at) for one, place in raising]


def places_of(window: Window, person: Person, at: datetime) -> list[tuple[str, str]]:
    return playing.places_in(window, person, timezone.localdate(at))


def wrongly(
    person: Person, place: tuple[str, str], colleague: Person, *, at: datetime
) -> Challenge:
    dataset, key = place
    said = Said(reason=ChallengeReason.NOT_MINE, text="I only saw him once.", goes_to=colleague)
    by = honest.account_of(person.code)
    return raise_challenge(dataset=dataset, key=key, said=said, by=by, at=at)


def decline(raised: Challenge, *, at: datetime) -> None:
    settle_challenge(
        challenge_id=raised.pk,
        accept=False,
        because="The ward's book has your name on every day of this stay.",
        by=honest.settler_of(raised, timezone.localdate(at)),
        at=at,
    )


def let_out(release: Release, *, at: datetime) -> None:
    """Checked, signed off by whoever may, and released by the lead."""
    playing.check_totals(release, at=at)
    deciding = playing.deciders(release, timezone.localdate(at))
    for account in deciding:
        playing.stand_by_figures(release, account, at=at)
    invitation = "These are our first figures. Tell me what does not look right to you."
    release_figures(release_id=release.pk, invitation=invitation, by=deciding[0], at=at)
