"""Case-mix models of the invented trust: fitted on its own records, read, and put in force."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from clinlead.access.models import Account
from clinlead.background.models import Job
from clinlead.background.working import do_now
from clinlead.casemix.actions import FIGURES, FIT, Asking, ask, put_in_force
from clinlead.casemix.covariates import USUAL
from clinlead.casemix.models import Fitting

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

LAST_KNOWN = timedelta(days=51)  # what follows a stay, and its coding, are known by then
WHY = {
    "mortality-30d": "Deaths are to be read beside what the patients' illnesses lead one to expect",
    "emergency-readmission-30d": "Readmissions differ with age and illness before any care does",
    "length-of-stay": "A long stay of an old patient with many illnesses is no surprise",
}
IN_FORCE = "Of high and low risks alike, about as many happened as were expected"


def fit_models(making: "Making") -> None:
    """The analyst has each fitted, looks at how well it does, and puts it in force."""
    last = making.plan.end - LAST_KNOWN
    for done, (code, why) in enumerate(WHY.items()):
        making.far(done / len(WHY), code)
        fit_one(making, code, why, making.plan.start, last)


def fit_one(making: "Making", code: str, why: str, first: date, last: date) -> None:
    analyst, at = Account.objects.get(username="analyst"), making.loaded_at
    asking = Asking(code=code, first_day=first, last_day=last, because=why, covariates=USUAL)
    asked = ask(asking=asking, by=analyst, at=at)
    do_now(Job.objects.get(kind=FIT, key=str(asked.pk)), clock=lambda: at)
    made = Fitting.objects.select_related("made").get(pk=asked.pk).made
    if made is None:  # a small trust has too few events; the models' page says so
        return
    put_in_force(model_id=made.pk, because=IN_FORCE, by=analyst, at=at)
    do_now(Job.objects.get(kind=FIGURES, key=code), clock=lambda: at)
