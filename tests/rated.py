"""Feedback on Dr Clinician: who is asked, and what they answer."""

from datetime import datetime, timedelta

from django.utils import timezone

from clinlead.feedback import actions
from clinlead.feedback.actions import Answered
from clinlead.feedback.models import Round
from clinlead.feedback.questionnaire import questionnaire
from people import Trust

DOCTORS = ("peer", "second", "third", "fourth", "otherlead")
OTHERS = ("wardstaff", "operations", "hr", "analyst")
DAYS = timedelta(days=14)


def begun(trust: Trust, at: datetime, *, by: str = "lead") -> Round:
    return actions.begin(
        person=trust.person("clinician"),
        department=trust.cardiology,
        by=trust.accounts[by],
        at=at,
    )


def chosen(trust: Trust, at: datetime, raters: tuple[str, ...] = (*DOCTORS, *OTHERS)) -> Round:
    made = begun(trust, at)
    for login in raters:
        actions.choose(round_id=made.pk, rater=trust.accounts[login], by=trust.clinician, at=at)
    return made


def asked(trust: Trust, at: datetime, **more) -> Round:
    made = chosen(trust, at, **more)
    until = timezone.localdate(at) + DAYS
    return actions.ask(round_id=made.pk, closes_on=until, by=trust.lead, at=at)


def scores(step: int | None = 3) -> dict[str, int | None]:
    return {one.code: step for one in questionnaire().questions}


def answered(trust: Trust, found: Round, logins: tuple[str, ...], at: datetime, step=3) -> Round:
    for login in logins:
        said = Answered(scores=scores(step), well=f"{login} thanks her", better="")
        actions.answer(round_id=found.pk, said=said, by=trust.accounts[login], at=at)
    return found


def over(trust: Trust, at: datetime) -> Round:
    """Everybody has answered."""
    return answered(trust, asked(trust, at), (*DOCTORS, *OTHERS), at)


def in_world(trust: Trust, at: datetime) -> dict[str, object]:
    """One that is over; one whose colleagues answer now, Dr Peer and HR among those asked."""
    raters = tuple(one for one in (*DOCTORS, *OTHERS) if one != "hr")
    past = answered(trust, asked(trust, at - 2 * DAYS, raters=raters), raters, at - 2 * DAYS)
    return {"past_round": past.pk, "round": asked(trust, at).pk}
