"""The audit: a random, repeatable sample of records that nobody challenged."""

import pytest

from clinlead.access.policies import NotAllowed, Reason
from clinlead.history.queries import entries_about
from clinlead.validation.actions import (
    draw_audit_sample,
    raise_challenge,
    record_audit,
    settle_challenge,
)
from clinlead.validation.challenging import Said
from clinlead.validation.models import AuditSample, Challenge
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
    assert told.get().facts["details"]["outcome"] == "wrong"
    with pytest.raises(NotAllowed) as refused:
        check(hospital, sample)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


def wrong(hospital, said=None):
    """The audit finds that the record drawn is wrong."""
    sample = draw(hospital, size=1).samples.get()
    record_audit(
        sample_id=sample.pk,
        outcome=Outcome.WRONG,
        note="The letter names somebody else",
        by=hospital.trust.analyst,
        at=NOW,
        said=said,
    )
    sample.refresh_from_db()
    return sample


def test_a_record_found_wrong_becomes_a_challenge_with_the_audit_as_its_evidence(hospital):
    sample = wrong(hospital)
    challenge = sample.challenge
    assert (challenge.dataset, challenge.key) == (sample.dataset, sample.key)
    assert (challenge.person, challenge.raised_by) == (sample.person, hospital.trust.analyst)
    assert "The letter names somebody else" in challenge.evidence.get().text
    told = entries_about(sample.person_id).filter(act="challenge raised")
    assert told.get().object_id == str(challenge.pk)


def test_whoever_found_it_does_not_settle_it_and_the_lead_can(hospital):
    challenge = wrong(hospital).challenge
    with pytest.raises(NotAllowed) as refused:
        settle(hospital, challenge, "analyst")
    assert refused.value.refusal.reason is Reason.OWN_WORK
    leads_own = challenge.person == hospital.trust.person("lead")
    settled = settle(hospital, challenge, "chief" if leads_own else "lead")
    assert settled.state == "declined"


def settle(hospital, challenge, login: str):
    return settle_challenge(
        challenge_id=challenge.pk,
        accept=False,
        because="The letter is about another stay.",
        by=hospital.trust.accounts[login],
        at=NOW,
    )


def test_what_would_be_right_goes_with_it(hospital):
    detail = Said(reason=ChallengeReason.WRONG_CODE, field="primary_diagnosis", value="I25.1")
    change = wrong(hospital, detail).challenge.changes.get()
    assert (change.field, change.old, change.new) == ("primary_diagnosis", "I21.0", "I25.1")


def test_a_finding_joins_the_owners_own_open_challenge(hospital):
    sample = draw(hospital, size=1).samples.get()
    said = Said(reason=ChallengeReason.OTHER, text="The ward is wrong.")
    account = hospital.trust.accounts[sample.person.account.username]
    own = raise_challenge(dataset="spells", key=sample.key, said=said, by=account, at=NOW)
    check(hospital, sample, Outcome.WRONG, note="Another ward in the notes")
    sample.refresh_from_db()
    assert sample.challenge == own
    assert "Another ward in the notes" in own.evidence.get().text


def test_right_and_unclear_records_open_nothing(hospital):
    for number, outcome in enumerate((Outcome.RIGHT, Outcome.CANNOT_TELL)):
        sample = draw(hospital, size=1, seed=number).samples.get()
        check(hospital, sample, outcome, note="Looked at the letter")
    assert not Challenge.objects.exists()


def test_the_page_asks_what_is_wrong_only_of_a_wrong_record(client, hospital):
    sample = draw(hospital, size=1).samples.get()
    client.force_login(hospital.trust.analyst)
    address = f"/audits/{sample.pk}/"
    found = {"outcome": "wrong", "note": "Coded twice"}
    html = client.post(address, found).content.decode()
    assert "Choose what is wrong." in html
    asked = {**found, "reason": "wrong code", "detail_field": "primary_diagnosis"}
    client.post(address, {**asked, "detail_value": "I25.1"})
    challenge = Challenge.objects.get()
    assert challenge.changes.get().new == "I25.1"
    assert challenge.get_absolute_url() in client.get(address).content.decode()


@pytest.mark.parametrize("login", ["lead", "clinician", "chief", "executive"])
def test_only_an_analyst_audits(hospital, login):
    sample = draw(hospital, size=1).samples.get()
    with pytest.raises(NotAllowed):
        draw(hospital, login=login)
    with pytest.raises(NotAllowed):
        check(hospital, sample, login=login)
