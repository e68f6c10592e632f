"""A question from HR about Dr Clinician's job plan."""

from datetime import datetime

from clinlead.jobplans.asking import ask
from clinlead.jobplans.concordance import Point
from clinlead.jobplans.models import PlanQuestion
from people import AT, Trust


def asked(trust: Trust, login: str = "clinician", at: datetime = AT) -> PlanQuestion:
    return ask(
        person=trust.person(login),
        department=trust.cardiology,
        point=Point.CONTRACT,
        text="Nine sessions are planned and ten are paid. Which is right?",
        by=trust.hr,
        at=at,
    )
