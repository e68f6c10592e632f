"""A department's quarter made ready for release, step by step, as people would."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from clinlead.access.models import Account
from clinlead.figures.actions import recompute_all
from clinlead.intake.models import Load
from clinlead.measures.actions import choose_measure, register
from clinlead.releases import actions
from clinlead.releases.models import Release
from clinlead.releases.periods import Period
from clinlead.releases.standing import standing, team_figures
from clinlead.validation.models import Window
from people import Trust, small_trust
from small_activity import load_small_activity

HEAD = 'version = 1\nrecord = "spells"\nlevel = "individual"\nattribution = ["discharging"]\n'
STAY = """code = "length-of-stay"
title = "Length of stay"
kind = "mean"
value = "stay_minutes"
direction = "lower"
month_of = "discharged_at"
chart = "xmr"
"""
DIED = """code = "died-in-hospital"
title = "Deaths in hospital"
kind = "proportion"
numerator = [{ field = "discharge_method", equals = "died" }]
direction = "lower"
month_of = "discharged_at"
lag_days = 80
chart = "p"
"""
AT = datetime(2026, 7, 30, 10, 0, tzinfo=UTC)
PERIOD = Period("2026-01", "2026-03")


@dataclass
class Quarter:
    """The trust, its release, and the acts that lead to it."""

    trust: Trust
    release: Release

    def now(self):
        self.release.refresh_from_db()
        return standing(self.release, AT.date(), fresh=True)

    def enter_totals(self) -> None:
        source = "Board report, April"
        totals = [
            actions.TotalSaid(measure=each.key.measure, source=source, theirs=each.records)
            for each in team_figures(self.now().figures)
        ]
        actions.control_totals(
            release_id=self.release.pk, totals=totals, by=self.trust.analyst, at=AT
        )

    def check(self) -> None:
        actions.bi_check(
            release_id=self.release.pk, note="Counted again", by=self.trust.analyst, at=AT
        )

    def decide(self) -> None:
        """The lead and, for the lead's own figures, the chief."""
        for who in (self.trust.lead, self.trust.chief):
            self.interpret(who)
            self.sign_off(who)

    def interpret(self, who: Account) -> None:
        now = self.now()
        for draft in now.decided_by(actions.asking(who, AT), now.to_interpret):
            actions.interpret(
                release_id=self.release.pk, key=draft.key, text="A new ward.", by=who, at=AT
            )

    def sign_off(self, who: Account) -> None:
        now = self.now()
        mine = now.decided_by(actions.asking(who, AT), now.to_sign_off)
        keys = [draft.key for draft in mine]
        actions.sign_off(release_id=self.release.pk, keys=keys, by=who, at=AT)

    def make(self) -> Release:
        self.release = actions.release_figures(
            release_id=self.release.pk,
            invitation="Come and talk.",
            by=self.trust.lead,
            at=AT,
        )
        return self.release

    def all_but_release(self) -> None:
        self.enter_totals()
        self.check()
        self.decide()

    def through(self) -> Release:
        self.all_but_release()
        return self.make()


def measured_trust(trust: Trust) -> None:
    """Loads of good quality, two measures chosen, the figures computed.

    Data end on 30 June 2026. Deaths wait 80 days, so March (80 days before 19 June) is their last
    complete month.
    """
    load_small_activity()
    Load.objects.update(grade="B")
    for order, text in enumerate((STAY, DIED)):
        choose_measure(
            department=trust.cardiology,
            measure=register(text=HEAD + text, source="test", at=AT, by=None),
            rule="discharging",
            shown_individually=True,
            reason="",
            at=AT,
            by=None,
            order=order,
        )
    trust.cardiology.measures.update(decided_on=date(2025, 1, 1))
    recompute_all(at=AT)


def quarter(trust: Trust) -> Quarter:
    """A release being prepared whose owners' time to check is over."""
    measured_trust(trust)
    Window.objects.create(
        department=trust.cardiology,
        first_month=PERIOD.first,
        last_month=PERIOD.last,
        opens_on=date(2026, 4, 1),
        closes_on=date(2026, 4, 21),
    )
    release = actions.prepare(department=trust.cardiology, period=PERIOD, at=AT)
    return Quarter(trust, release)


def quarter_prepared() -> Quarter:
    """The same in a small trust of its own."""
    return quarter(small_trust())


def quarter_let_out() -> Quarter:
    """The same, released."""
    ready = quarter_prepared()
    ready.through()
    return ready
