"""The audit: a random, repeatable sample of records that nobody challenged."""

import pytest

from clinlead.access.policies import NotAllowed, Reason
from clinlead.history.queries import entries_about
from clinlead.validation.actions import draw_audit_sample, raise_challenge, record_audit
from clinlead.validation.challenging import Said
from clinlead.validation.models import AuditSample
from clinlead.validation.policies import ChallengeReason, Outcome
from clinlead.validation.records import WrongValue
from conftest import NOW
from hospital import COLLEAGUES, HIS, LEADS, MISATTRIBUTED, open_hospital

EVERYTHING = HIS + COLLEAGUES + LEADS


@pytest.fixture
def hospital(trust, settings, tmp_path):
    return open_hospital(trust, settings, tmp_path, at=NOW)


def draw(hospital, size=20, seed=7, login="analyst"):
    return draw_audit_sample(
        window=hospital.window, size=size, seed=seed, by=hospital.trust.accounts[login], at=NOW
    )


def check(hospital, sample, outcome=Outcome.RIGHT, note="", login="analyst"):
    by = hospital.trust.accounts[login]
    return record_audit(sample_id=sample.pk, outcome=outcome, note=note, by=by, at=NOW)


def test_a_sample_names_its_seed_and_what_it_was_drawn_from(hospital):
    made = draw(hospital)
    assert (made.seed, made.population, made.size) == (7, EVERYTHING, 20)
    assert made.samples.count() == 20
    assert {one.was for one in made.samples.all()} == {"not checked yet"}


def test_the_same_seed_draws_the_same_records(hospital):
    keys = list(draw(hospital).samples.values_list("key", flat=True))
    AuditSample.objects.all().delete()
    assert list(draw(hospital).samples.values_list("key", flat=True)) == keys
    AuditSample.objects.all().delete()
    assert list(draw(hospital, seed=8).samples.values_list("key", flat=True)) != keys


def test_challenged_records_are_never_drawn_and_nothing_is_drawn_twice(hospital):
    raise_challenge(
        dataset="spells",
        key=MISATTRIBUTED,
        said=Said(reason=ChallengeReason.NOT_MINE),
        by=hospital.trust.clinician,
        at=NOW,
    )
    assert draw(hospital, size=60).population == EVERYTHING - 1
    rest = draw(hospital, size=200)
    assert rest.size == EVERYTHING - 1 - 60
    assert not AuditSample.objects.filter(key=MISATTRIBUTED).exists()
    with pytest.raises(NotAllowed) as refused:
        draw(hospital)
    assert refused.value.refusal.reason is Reason.WRONG_STAGE


def test_what_was_found_is_noted_once_and_the_owner_sees_it(hospital):
    sample = draw(hospital, size=1).samples.get()
    with pytest.raises(WrongValue):
        check(hospital, sample, Outcome.WRONG)
    check(hospital, sample, Outcome.WRONG, note="The letter names somebody else")
    told = entries_about(sample.person_id).filter(act="audit recorded")
    assert told.get().facts["details"] == {"outcome": "wrong"}
    with pytest.raises(NotAllowed) as refused:
        check(hospital, sample)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


@pytest.mark.parametrize("login", ["lead", "clinician", "chief", "executive"])
def test_only_an_analyst_audits(hospital, login):
    sample = draw(hospital, size=1).samples.get()
    with pytest.raises(NotAllowed):
        draw(hospital, login=login)
    with pytest.raises(NotAllowed):
        check(hospital, sample, login=login)
