"""A department of twelve clinicians with six measures, whose quarter waits for its lead alone."""

from datetime import date

from clinlead.figures.actions import recompute_all
from clinlead.measures.actions import choose_measure, register, register_library
from clinlead.measures.models import MeasureVersion
from clinlead.releases import actions
from clinlead.validation.models import Window
from people import Trust, add_clinician, small_trust
from small_activity import load_small_activity, spells
from small_release import AT, DIED, HEAD, PERIOD, Quarter

MEASURES = (
    *("length-of-stay", "length-of-stay-median", "length-of-stay-7-days"),
    *("length-of-stay-21-days", "emergency-readmission-30d"),
)
TWELVE = 12


def department_of_twelve() -> Quarter:
    """Checked by the analyst; the chief has decided the lead's own figures."""
    trust = small_trust()
    for number in range(7, TWELVE):
        add_clinician(trust, f"member{number}", trust.cardiology)
    codes = [f"C-{login}" for login in trust.accounts if is_here(trust, login)]
    load_small_activity(spells(count=3000, codes=codes, elsewhere=0))
    register_library(at=AT)
    died = register(text=HEAD + DIED, source="test", at=AT, by=None)
    shown = [*MeasureVersion.objects.filter(code__in=MEASURES), died]
    for order, measure in enumerate(shown):
        choose_measure(
            department=trust.cardiology,
            measure=measure,
            rule="discharging",
            shown_individually=True,
            reason="",
            at=AT,
            by=None,
            order=order,
        )
    trust.cardiology.measures.update(decided_on=date(2025, 1, 1))
    recompute_all(at=AT)
    return waiting_for_its_lead(trust)


def is_here(trust: Trust, login: str) -> bool:
    person = trust.accounts[login].person
    return person is not None and person.posts.filter(department=trust.cardiology).exists()


def waiting_for_its_lead(trust: Trust) -> Quarter:
    Window.objects.create(
        department=trust.cardiology,
        first_month=PERIOD.first,
        last_month=PERIOD.last,
        opens_on=date(2026, 4, 1),
        closes_on=date(2026, 4, 21),
    )
    release = actions.prepare(department=trust.cardiology, period=PERIOD, at=AT)
    quarter = Quarter(trust, release)
    quarter.enter_totals()
    quarter.check()
    quarter.interpret(trust.chief)
    quarter.sign_off(trust.chief)
    return quarter
