"""Two people settle one challenge at once: exactly one does, the other is told who."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from clinlead.access.policies import NotAllowed, Role
from clinlead.history.models import Entry
from clinlead.history.queries import verify
from clinlead.intake.models import Correction
from clinlead.validation.actions import confirm_records, raise_challenge, settle_challenge
from clinlead.validation.challenging import Said
from clinlead.validation.models import Challenge, Confirmation
from clinlead.validation.policies import ChallengeReason
from conftest import NOW
from databases import instead, postgres_in, sqlite_in
from hospital import MISATTRIBUTED, open_hospital
from people import give, small_trust


@pytest.fixture(params=[sqlite_in, pytest.param(postgres_in, marks=pytest.mark.postgres)])
def hospital(request, settings, tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), instead(request.param(tmp_path)):
        hospital = open_hospital(small_trust(), settings, tmp_path, at=NOW)
        give(hospital.trust, "second", Role.LEAD, department=hospital.trust.cardiology)
        yield hospital


def together(*acts):
    """Do these at the same moment, each on a connection of its own; what each gave or raised."""
    start = threading.Barrier(len(acts))

    def one(act):
        start.wait()
        try:
            return act()
        except NotAllowed as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def settle(hospital, challenge, login, *, accept):
    def act():
        return settle_challenge(
            challenge_id=challenge.pk,
            accept=accept,
            because="Looked at the notes",
            by=hospital.trust.accounts[login],
            at=NOW,
        )

    return act


def raised(hospital):
    said = Said(reason=ChallengeReason.NOT_MINE)
    by = hospital.trust.clinician
    return raise_challenge(dataset="spells", key=MISATTRIBUTED, said=said, by=by, at=NOW)


@pytest.mark.parametrize("accept", [(True, True), (True, False)])
def test_exactly_one_of_two_settles_and_the_other_is_told(hospital, accept):
    challenge = raised(hospital)
    done = together(
        settle(hospital, challenge, "lead", accept=accept[0]),
        settle(hospital, challenge, "second", accept=accept[1]),
    )
    winners = [one for one in done if isinstance(one, Challenge)]
    losers = [one for one in done if isinstance(one, NotAllowed)]
    assert (len(winners), len(losers)) == (1, 1)
    winner = winners[0].settled_by
    assert str(losers[0]).startswith(f"{winner} {winners[0].state} this challenge on 1 July 2026")
    assert Correction.objects.count() == (winners[0].state == "accepted")
    assert Entry.objects.filter(object_kind="challenge", act__startswith="challenge ").count() == 2
    assert verify() is None


def test_one_challenge_is_raised_of_two_at_once(hospital):
    done = together(lambda: raised(hospital), lambda: raised(hospital))
    assert sum(isinstance(one, Challenge) for one in done) == 1
    assert Challenge.objects.count() == 1


def test_confirming_in_two_tabs_counts_once(hospital):
    places = [("spells", f"S{number:04d}") for number in range(1, 31)]

    def confirm():
        return confirm_records(places=places, by=hospital.trust.clinician, at=NOW)

    together(confirm, confirm)
    assert Confirmation.objects.count() == 30
