"""A trust in the middle of a quarter: records to check, a challenge, a release on its way.

For tests of whole pages and for screenshots: everything through the same actions as a hospital's.
"""

from datetime import timedelta

from django.utils import timezone

from clinlead.history.actions import record_reading
from clinlead.releases.periods import Period
from clinlead.releases.preparing import prepare
from clinlead.validation.challenging import Said, raise_challenge
from clinlead.validation.checking import open_window
from clinlead.validation.policies import ChallengeReason
from people import Trust

MEASURES = ("length-of-stay", "emergency-readmission-30d", "discharge-summary-24h")
PERIOD = Period("2026-04", "2026-06")


def live_in(trust: Trust) -> None:
    """On a trust whose activity is computed."""
    now = timezone.now()
    today = timezone.localdate(now)
    trust.window = open_window(
        department=trust.cardiology,
        first_month=PERIOD.first,
        last_month=PERIOD.last,
        opens_on=today - timedelta(days=3),
        closes_on=today + timedelta(days=18),
        by=None,
        at=now,
    )
    trust.release = prepare(department=trust.cardiology, period=PERIOD, at=now, by=trust.analyst)
    trust.challenge = challenge_one(trust, now)
    about = [trust.person("clinician").pk]
    for who in (trust.lead, trust.analyst):
        record_reading(at=now, by_id=who.pk, about=about, object_kind="figure", object_id="x")


def challenge_one(trust: Trust, now):
    """The clinician says that one of their records is a colleague's."""
    mine = next(stay for stay in trust.stays if discharged_by(stay, "C-clinician"))
    said = Said(
        reason=ChallengeReason.NOT_MINE,
        text="I was on leave that week.",
        goes_to=trust.person("peer"),
    )
    return raise_challenge(
        dataset="spells", key=mine["spell_id"], said=said, by=trust.clinician, at=now
    )


def discharged_by(stay: dict, code: str) -> bool:
    month = f"{stay['discharged_at']:%Y-%m}"
    return stay["discharging_consultant"] == code and PERIOD.first <= month <= PERIOD.last
