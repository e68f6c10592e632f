"""Challenges: raised, answered, looked into, settled; an accepted one changes record and figure."""

from datetime import date, timedelta

import pytest

from clinlead.access.models import RoleHolding
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.access.queries import reader_of
from clinlead.figures import queries as figures
from clinlead.figures.actions import recompute_all, recompute_months
from clinlead.figures.models import Generation
from clinlead.figures.queries import Wanted
from clinlead.history.queries import entries_about, entries_of, verify
from clinlead.intake.models import Correction
from clinlead.intake.reconciling import compare_with_source
from clinlead.validation import ledger, queries, queues
from clinlead.validation.actions import (
    accept_together,
    add_evidence,
    answer_transfer,
    claim_missing,
    confirm_records,
    find_claimed,
    propose_change,
    raise_challenge,
    settle_again,
    settle_challenge,
    withdraw,
)
from clinlead.validation.challenging import Said
from clinlead.validation.evidence import corrections_of, figures_changed_by
from clinlead.validation.models import Challenge
from clinlead.validation.policies import (
    Agreement,
    ChallengeReason,
    ChallengeState,
    RecordState,
    why_not_see_challenge,
)
from clinlead.validation.records import WrongValue
from conftest import NOW, TODAY
from hospital import HIS, MISATTRIBUTED, open_hospital, put_in_store, spell
from people import give

LENGTH_OF_STAY = Wanted("length-of-stay", 1, "discharging")
NOT_MINE = Said(reason=ChallengeReason.NOT_MINE)


@pytest.fixture
def hospital(trust, settings, tmp_path):
    return open_hospital(trust, settings, tmp_path, at=NOW)


def challenge(hospital, said=NOT_MINE, *, key=MISATTRIBUTED, login="clinician", at=NOW):
    by = hospital.trust.accounts[login]
    return raise_challenge(dataset="spells", key=key, said=said, by=by, at=at)


def to_colleague(hospital):
    return Said(reason=ChallengeReason.NOT_MINE, goes_to=hospital.trust.person("peer"))


def answer(hospital, one, *, agrees=True, text="", login="peer"):
    by = hospital.trust.accounts[login]
    return answer_transfer(challenge_id=one.pk, agrees=agrees, text=text, by=by, at=NOW)


def settle(hospital, one, *, login="lead", accept=True, because="Checked in the notes", **more):
    by, at = hospital.trust.accounts[login], more.pop("at", NOW)
    return settle_challenge(
        challenge_id=one.pk, accept=accept, because=because, by=by, at=at, **more
    )


def stays(unit):
    """How many stays a unit's length of stay counts, all months together."""
    return sum(month.sums.n for month in figures.series(unit, LENGTH_OF_STAY))


def code(hospital, login):
    return hospital.trust.person(login).code


# Raising


def test_not_mine_proposes_nobody_for_every_entry_that_makes_it_count(hospital):
    raised = challenge(hospital)
    changes = {(c.dataset, c.key, c.field, c.old, c.new) for c in raised.changes.all()}
    assert changes == {
        ("spells", MISATTRIBUTED, "discharging_consultant", "C-clinician", None),
    }
    assert raised.asked is None
    assert raised.due_on == TODAY + timedelta(days=14)
    assert (raised.department, raised.window) == (hospital.trust.cardiology, hospital.window)


def test_the_entries_that_are_wrong_can_be_chosen(hospital):
    wrong = {f"spells {name}_consultant {MISATTRIBUTED}" for name in ("admitting", "discharging")}
    raised = challenge(hospital, Said(reason=ChallengeReason.NOT_MINE, places=wrong))
    fields = set(raised.changes.values_list("field", flat=True))
    assert fields == {"admitting_consultant", "discharging_consultant"}


def test_a_colleague_it_goes_to_is_told_and_asked(hospital):
    raised = challenge(hospital, to_colleague(hospital))
    assert raised.asked_says == Agreement.ASKED
    assert list(queues.to_answer(hospital.trust.person("peer").pk)) == [raised]
    told = entries_about(hospital.trust.person("peer").pk).filter(act="challenge raised")
    assert told.count() == 1
    assert raised.changes.get().new == "C-peer"


@pytest.mark.parametrize("login", ["peer", "lead", "stranger", "analyst", "chief", "hr"])
def test_only_an_owner_challenges(hospital, login):
    with pytest.raises(NotAllowed):
        challenge(hospital, login=login, key="S0001")
    assert not Challenge.objects.exists()


def test_a_record_that_is_not_there_is_refused_as_a_stranger_would_be(hospital):
    with pytest.raises(NotAllowed) as refused:
        challenge(hospital, key="S9999")
    assert refused.value.refusal.reason is Reason.NOT_THEIRS_TO_SEE


def test_one_open_challenge_a_record(hospital):
    first = challenge(hospital)
    with pytest.raises(NotAllowed) as refused:
        challenge(hospital, Said(reason=ChallengeReason.OTHER, text="Twice"))
    assert refused.value.refusal.reason is Reason.ALREADY_DONE
    withdraw(challenge_id=first.pk, by=hospital.trust.clinician, at=NOW)
    assert challenge(hospital).pk != first.pk


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"reason": ChallengeReason.OTHER}, "text"),
        ({"reason": ChallengeReason.DUPLICATE}, "same_as"),
        ({"reason": ChallengeReason.DUPLICATE, "same_as": MISATTRIBUTED}, "same_as"),
        ({"reason": ChallengeReason.NOT_MINE, "places": {"spells nothing S1"}}, "places"),
        ({"reason": ChallengeReason.WRONG_DATE, "field": "primary_diagnosis"}, "field"),
        (
            {"reason": ChallengeReason.WRONG_DATE, "field": "discharged_at", "value": "May"},
            "value",
        ),
        (
            {
                "reason": ChallengeReason.WRONG_DATE,
                "field": "discharged_at",
                "value": "2999-05-01 10:00",
            },
            "value",
        ),
        ({"reason": ChallengeReason.MISSING, "text": "It is mine"}, "reason"),
        (
            {"reason": ChallengeReason.WRONG_CODE, "field": "primary_diagnosis", "value": "I21.0"},
            "value",
        ),
        ({"reason": ChallengeReason.WRONG_CODE, "field": "spell_id", "value": "S1"}, "field"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(hospital, said, part):
    with pytest.raises(WrongValue) as wrong:
        challenge(hospital, Said(**said))
    assert wrong.value.part == part
    assert not Challenge.objects.exists()


def test_a_record_goes_to_nobody_without_a_code_on_the_day(hospital):
    colleague = hospital.trust.person("peer")
    colleague.codes.update(ends_on=TODAY - timedelta(days=365))
    with pytest.raises(WrongValue) as wrong:
        challenge(hospital, to_colleague(hospital))
    assert "no code" in wrong.value.because
    with pytest.raises(WrongValue):
        challenge(
            hospital,
            Said(reason=ChallengeReason.NOT_MINE, goes_to=hospital.trust.person("clinician")),
        )


def test_a_challenged_record_is_neither_confirmed_nor_silent(hospital):
    raised = challenge(hospital)
    mine = queries.checking_of(hospital.trust.person("clinician"), TODAY)
    states = {one.record.key: one.state for one in mine.states}
    assert states[MISATTRIBUTED] is RecordState.CHALLENGED
    batch = confirm_records(
        places=[("spells", key) for key in states], by=hospital.trust.clinician, at=NOW
    )
    assert batch.size == HIS - 1
    assert list(queries.open_challenges(hospital.trust.cardiology, ["2026-04"])) == [raised]


# Answering and settling


def test_an_accepted_transfer_moves_the_record_and_both_figures_at_once(hospital):
    raised = challenge(hospital, to_colleague(hospital))
    answer(hospital, raised)
    before = stays(code(hospital, "clinician")), stays(code(hospital, "peer"))
    settled = settle(hospital, raised)
    assert settled.state == ChallengeState.ACCEPTED
    after = stays(code(hospital, "clinician")), stays(code(hospital, "peer"))
    assert after == (before[0] - 1, before[1] + 1)
    record = ledger.record("spells", MISATTRIBUTED)
    assert record.weights["discharging"] == {code(hospital, "peer"): 1_000_000}
    correction = corrections_of(record).get()
    assert (correction.old, correction.new) == ("C-clinician", "C-peer")
    assert settled.changes.get().correction == correction
    changed = figures_changed_by(settled)
    assert ("length-of-stay", "2026-04") in changed
    assert {month for _, month in changed} == {"2026-04"}
    acts = [entry.act for entry in entries_of("challenge", raised.pk)]
    assert acts == ["challenge raised", "transfer answered", "challenge accepted"]
    assert verify() is None


def test_the_owner_after_a_transfer_has_one_more_to_check_and_the_one_before_one_less(hospital):
    raised = challenge(hospital, to_colleague(hospital))
    answer(hospital, raised)
    settle(hospital, raised)
    keys = {
        login: {
            one.record.key
            for one in queries.checking_of(hospital.trust.person(login), TODAY).states
        }
        for login in ("clinician", "peer")
    }
    assert MISATTRIBUTED in keys["peer"] - keys["clinician"]


def test_not_mine_and_nobody_elses_leaves_the_figure_and_the_department(hospital):
    before = stays(code(hospital, "clinician"))
    settle(hospital, challenge(hospital))
    assert stays(code(hospital, "clinician")) == before - 1
    record = ledger.record("spells", MISATTRIBUTED)
    assert record.weights["discharging"] == {"unattributed": 1_000_000}


def test_a_wrong_date_moves_the_record_to_its_month(hospital):
    said = Said(reason=ChallengeReason.WRONG_DATE, field="discharged_at", value="2026-05-02 09:15")
    raised = challenge(hospital, said, key="S0029")  # discharged on 30 April
    settled = settle(hospital, raised, login="analyst")
    record = ledger.record("spells", "S0029")
    assert record.month == "2026-05"
    assert {month for _, month in figures_changed_by(settled)} == {"2026-04", "2026-05"}


def test_declining_changes_nothing_but_says_why(hospital):
    raised = challenge(hospital)
    before = stays(code(hospital, "clinician"))
    settled = settle(hospital, raised, accept=False, because="The notes name you")
    assert (settled.state, settled.settled_because) == ("declined", "The notes name you")
    assert stays(code(hospital, "clinician")) == before
    assert not Correction.objects.exists()


@pytest.mark.parametrize("accept", [True, False])
def test_settling_needs_a_reason(hospital, accept):
    raised = challenge(hospital)
    with pytest.raises(NotAllowed) as refused:
        settle(hospital, raised, accept=accept, because="  ")
    assert refused.value.refusal.reason is Reason.NO_REASON_GIVEN
    raised.refresh_from_db()
    assert raised.state == ChallengeState.OPEN


@pytest.mark.parametrize(
    "login", ["clinician", "peer", "analyst", "otherlead", "chief", "director", "executive"]
)
def test_nobody_but_the_lead_decides_whose_patient_it_was(hospital, login):
    raised = challenge(hospital)
    with pytest.raises(NotAllowed):
        settle(hospital, raised, login=login)
    assert not Correction.objects.exists()


def test_a_leads_own_challenge_goes_to_the_chief(hospital):
    raised = challenge(hospital, login="lead", key="S0070")
    with pytest.raises(NotAllowed) as refused:
        settle(hospital, raised)
    assert refused.value.refusal.reason is Reason.OWN_CASE
    assert settle(hospital, raised, login="chief").state == ChallengeState.ACCEPTED


def test_a_chiefs_own_challenge_goes_past_the_lead_to_the_medical_director(hospital):
    trust = hospital.trust
    give(trust, "clinician", Role.CHIEF, division=trust.surgery.division)
    raised = challenge(hospital)
    for login in ("lead", "chief"):
        with pytest.raises(NotAllowed):
            settle(hospital, raised, login=login)
    seen = {
        login
        for login in ("clinician", "lead", "chief", "director", "peer")
        if Challenge.objects.visible_to(reader_of(trust.accounts[login], NOW.date())).exists()
    }
    assert seen == {"clinician", "lead", "director"}
    assert settle(hospital, raised, login="director").state == ChallengeState.ACCEPTED


def test_a_medical_directors_own_challenge_is_settled_by_another_alone(hospital):
    trust = hospital.trust
    RoleHolding.objects.filter(role=Role.DIRECTOR).update(ends_on=date(2026, 1, 2))
    give(trust, "clinician", Role.DIRECTOR)
    raised = challenge(hospital)
    for login in ("lead", "chief", "clinician"):
        with pytest.raises(NotAllowed):
            settle(hospital, raised, login=login)
    give(trust, "stranger", Role.DIRECTOR)
    assert settle(hospital, raised, login="stranger").state == ChallengeState.ACCEPTED


def test_a_deputy_of_the_lead_does_not_settle_the_leads_own(hospital):
    give(hospital.trust, "second", Role.LEAD, department=hospital.trust.cardiology)
    raised = challenge(hospital, login="lead", key="S0070")
    with pytest.raises(NotAllowed):
        settle(hospital, raised, login="second")


def test_nothing_moves_before_the_colleague_answers_but_not_for_ever(hospital):
    raised = challenge(hospital, to_colleague(hospital))
    with pytest.raises(NotAllowed) as refused:
        settle(hospital, raised)
    assert refused.value.refusal.reason is Reason.NOT_AGREED
    overdue = NOW + timedelta(days=15)
    assert list(queries.overdue_challenges(hospital.trust.cardiology, overdue.date())) == [raised]
    assert settle(hospital, raised, at=overdue).state == ChallengeState.ACCEPTED


def test_a_dispute_says_why_and_the_lead_still_decides(hospital):
    raised = challenge(hospital, to_colleague(hospital))
    with pytest.raises(WrongValue):
        answer(hospital, raised, agrees=False)
    answer(hospital, raised, agrees=False, text="I was on leave")
    with pytest.raises(NotAllowed):
        answer(hospital, raised, login="clinician")
    raised.refresh_from_db()
    assert (raised.asked_says, raised.asked_text) == ("disputed", "I was on leave")
    assert settle(hospital, raised, accept=False).state == ChallengeState.DECLINED


def together(hospital, *challenges, login="lead", because="Checked in the notes"):
    by = hospital.trust.accounts[login]
    ids = [one.pk for one in challenges]
    return accept_together(challenge_ids=ids, because=because, by=by, at=NOW)


def test_several_are_accepted_for_one_reason_and_computed_once(hospital):
    mine = stays(code(hospital, "clinician"))
    some = [challenge(hospital, key=key) for key in (MISATTRIBUTED, "S0001", "S0002")]
    before = Generation.objects.count()
    done = together(hospital, *some)
    assert {one.state for one in done} == {ChallengeState.ACCEPTED}
    assert stays(code(hospital, "clinician")) == mine - 3
    assert Generation.objects.count() == before + 1
    assert all(figures_changed_by(one) for one in done)
    assert Correction.objects.count() == 3
    assert verify() is None


def test_of_several_one_that_may_not_be_settled_refuses_them_all(hospital):
    open_one = challenge(hospital, key="S0001")
    waiting = challenge(hospital, to_colleague(hospital))
    with pytest.raises(NotAllowed, match=f"^Challenge {waiting.pk}: .* has not answered"):
        together(hospital, open_one, waiting)
    open_one.refresh_from_db()
    assert open_one.state == ChallengeState.OPEN
    assert not Correction.objects.exists()


@pytest.mark.parametrize("login", ["clinician", "peer", "analyst", "otherlead"])
def test_nobody_settles_several_whom_one_would_be_refused(hospital, login):
    some = [challenge(hospital, key=key) for key in (MISATTRIBUTED, "S0001")]
    with pytest.raises(NotAllowed):
        together(hospital, *some, login=login)
    assert not Correction.objects.exists()


def test_two_that_disagree_about_one_value_are_settled_one_by_one(hospital):
    nobody = challenge(hospital)
    peer = hospital.trust.accounts["peer"]
    somebody = claim_missing(named=MISATTRIBUTED, text="Mine", by=peer, at=NOW)
    answer(hospital, somebody, login="clinician")
    with pytest.raises(NotAllowed, match="different things"):
        together(hospital, nobody, somebody)


def test_the_lead_ticks_several_on_the_page(hospital, client):
    some = [challenge(hospital, key=key) for key in (MISATTRIBUTED, "S0001")]
    client.force_login(hospital.trust.accounts["lead"])
    assert "Accept several for one reason" in client.get("/challenges/").content.decode()
    ticked = {"challenge": [one.pk for one in some], "because": "Checked in the notes"}
    page = client.post("/challenges/accept/", ticked, follow=True).content.decode()
    assert "2 accepted." in page
    assert Correction.objects.count() == 2


def test_nothing_ticked_and_what_one_may_not_see_accept_nothing(hospital, client):
    one = challenge(hospital)
    client.force_login(hospital.trust.accounts["lead"])
    page = client.post("/challenges/accept/", {"because": "Yes"}, follow=True).content.decode()
    assert "Tick at least one challenge." in page
    ticked = {"challenge": [one.pk, one.pk + 7], "because": "Yes"}
    assert client.post("/challenges/accept/", ticked).status_code == 404
    client.force_login(hospital.trust.accounts["otherlead"])
    ticked = {"challenge": [one.pk], "because": "Yes"}
    assert client.post("/challenges/accept/", ticked).status_code == 404
    assert not Correction.objects.exists()


def test_several_need_a_reason(hospital):
    with pytest.raises(NotAllowed, match="Say why"):
        together(hospital, challenge(hospital), because="  ")


def the_same_as(key):
    return Said(reason=ChallengeReason.DUPLICATE, same_as=key)


def test_an_accepted_duplicate_is_counted_nowhere(hospital):
    mine, nobodys = stays(code(hospital, "clinician")), stays("unattributed")
    done = settle(hospital, challenge(hospital, the_same_as("S0001")))
    assert stays(code(hospital, "clinician")) == mine - 1
    assert stays("unattributed") == nobodys
    assert ledger.record("spells", MISATTRIBUTED) is None
    assert figures_changed_by(done)
    recompute_all(at=NOW + timedelta(hours=1))
    assert stays(code(hospital, "clinician")) == mine - 1
    assert ledger.record("spells", MISATTRIBUTED) is None


@pytest.mark.parametrize("login", ["clinician", "lead"])
def test_the_challenge_of_a_record_that_was_left_out_can_still_be_read(hospital, client, login):
    done = settle(hospital, challenge(hospital, the_same_as("S0001")))
    client.force_login(hospital.trust.accounts[login])
    page = client.get(f"/challenges/{done.pk}/").content.decode()
    assert "Duplicate of" in page
    assert "S0001" in page
    assert client.get("/challenges/").status_code == 200
    assert client.get(f"/records/spells:{MISATTRIBUTED}/").status_code == 404


def test_a_duplicate_of_what_is_not_there_cannot_be_accepted(hospital):
    raised = challenge(hospital, the_same_as("S7777"))
    with pytest.raises(NotAllowed, match="no record S7777"):
        settle(hospital, raised)
    assert ledger.record("spells", MISATTRIBUTED) is not None


def test_of_two_duplicates_of_each_other_one_stays(hospital):
    settle(hospital, challenge(hospital, the_same_as("S0001")))
    other = challenge(hospital, the_same_as(MISATTRIBUTED), key="S0001")
    with pytest.raises(NotAllowed, match=f"no record {MISATTRIBUTED}"):
        settle(hospital, other)


def test_of_two_duplicates_of_each_other_accepted_together_none_is_left_out(hospital):
    one = challenge(hospital, the_same_as("S0001"))
    other = challenge(hospital, the_same_as(MISATTRIBUTED), key="S0001")
    with pytest.raises(NotAllowed, match="keeps a record that challenge"):
        together(hospital, one, other)
    assert ledger.record("spells", MISATTRIBUTED) is not None
    assert ledger.record("spells", "S0001") is not None


def test_a_stay_is_not_made_to_end_before_it_began(hospital):
    began = Said(reason=ChallengeReason.WRONG_DATE, field="discharged_at", value="2026-01-01 10:00")
    raised = challenge(hospital, began)
    with pytest.raises(NotAllowed, match="Discharged 2026-01-01 10:00 would be before admitted"):
        settle(hospital, raised)
    assert not Correction.objects.exists()
    by = hospital.trust.accounts["analyst"]
    propose_change(
        challenge_id=raised.pk, field="admitted_at", value="2025-12-30 10:00", by=by, at=NOW
    )
    assert settle(hospital, raised).state == ChallengeState.ACCEPTED  # both moved together


def test_whoever_settles_second_is_told_who_was_first(hospital):
    raised = challenge(hospital)
    settle(hospital, raised, accept=False)
    with pytest.raises(NotAllowed) as refused:
        settle(hospital, raised)
    assert refused.value.refusal.because == "Dr Lead declined this challenge on 1 July 2026."
    with pytest.raises(NotAllowed):
        withdraw(challenge_id=raised.pk, by=hospital.trust.clinician, at=NOW)


def test_a_failure_half_way_leaves_everything_as_it_was(hospital, monkeypatch):
    raised = challenge(hospital)
    before = stays(code(hospital, "clinician"))

    def fails(**_):
        raise OSError("disk full")

    monkeypatch.setattr("clinlead.validation.settling.recompute_months", fails)
    with pytest.raises(OSError, match="disk full"):
        settle(hospital, raised)
    raised.refresh_from_db()
    assert raised.state == ChallengeState.OPEN
    assert not Correction.objects.exists()
    assert stays(code(hospital, "clinician")) == before
    assert verify() is None


def test_only_the_chosen_changes_are_made(hospital):
    wrong = {f"spells {name}_consultant {MISATTRIBUTED}" for name in ("admitting", "discharging")}
    raised = challenge(hospital, Said(reason=ChallengeReason.NOT_MINE, places=wrong))
    with pytest.raises(NotAllowed):
        settle(hospital, raised, chosen=[])
    only = raised.changes.get(field="discharging_consultant")
    settle(hospital, raised, chosen=[only.pk])
    assert Correction.objects.get().field == "discharging_consultant"


def test_a_change_that_no_longer_starts_from_what_the_source_says_is_not_made(hospital):
    raised = challenge(hospital)
    raised.changes.update(old="C-third")
    with pytest.raises(NotAllowed) as refused:
        settle(hospital, raised)
    assert "now says C-clinician" in refused.value.refusal.because


# Looking into it, claiming


def test_what_an_analyst_found_stays_beside_the_challenge(hospital):
    raised = challenge(hospital)
    add_evidence(
        challenge_id=raised.pk,
        text="The take list names Dr Peer",
        by=hospital.trust.analyst,
        at=NOW,
    )
    assert raised.evidence.get().text == "The take list names Dr Peer"
    for login in ("clinician", "peer", "otherlead"):
        with pytest.raises(NotAllowed):
            add_evidence(
                challenge_id=raised.pk, text="x", by=hospital.trust.accounts[login], at=NOW
            )


def test_something_else_can_be_given_a_value_to_change(hospital):
    raised = challenge(hospital, Said(reason=ChallengeReason.OTHER, text="He died on the ward"))
    analyst = hospital.trust.analyst
    with pytest.raises(WrongValue):
        propose_change(
            challenge_id=raised.pk, field="discharge_method", value="gone", by=analyst, at=NOW
        )
    with pytest.raises(WrongValue):
        propose_change(
            challenge_id=raised.pk, field="discharging_consultant", value="C-X", by=analyst, at=NOW
        )
    propose_change(
        challenge_id=raised.pk, field="discharge_method", value="died", by=analyst, at=NOW
    )
    settle(hospital, raised)
    assert ledger.record("spells", MISATTRIBUTED).fields["discharge_method"] == "died"


def claim(hospital, named, login="peer", text="Mine on the ward"):
    return claim_missing(named=named, text=text, by=hospital.trust.accounts[login], at=NOW)


def test_a_claim_asks_whoever_the_record_counts_for_now(hospital):
    raised = claim(hospital, MISATTRIBUTED)
    assert raised.asked == hospital.trust.person("clinician")
    assert raised.changes.get().new == "C-peer"
    answer(hospital, raised, login="clinician")
    settle(hospital, raised)
    assert stays(code(hospital, "peer")) == 9
    assert queues.accepted_by_direction() == queues.Direction(out=0, into=1, neither=0)


def test_a_claim_of_a_pooled_record_asks_nobody_and_joins_the_figure(hospital):
    raised = claim(hospital, "spells:S0074")
    assert raised.asked is None
    settle(hospital, raised)
    assert stays(code(hospital, "peer")) == 9


def test_a_claim_that_names_nothing_known_waits_for_somebody_to_find_it(hospital):
    raised = claim(hospital, "X-1")
    with pytest.raises(NotAllowed):
        settle(hospital, raised)
    with pytest.raises(NotAllowed):
        find_claimed(
            challenge_id=raised.pk, dataset="spells", key="S0074", by=hospital.trust.peer, at=NOW
        )
    found = find_claimed(
        challenge_id=raised.pk, dataset="spells", key="S0074", by=hospital.trust.analyst, at=NOW
    )
    assert (found.key, found.month) == ("S0074", "2026-04")
    assert settle(hospital, found).state == ChallengeState.ACCEPTED


def test_nobody_claims_what_is_theirs_and_a_claim_says_something(hospital):
    with pytest.raises(NotAllowed) as refused:
        claim(hospital, "S0001", login="clinician")
    assert refused.value.refusal.reason is Reason.ALREADY_DONE
    with pytest.raises(WrongValue):
        claim(hospital, " ", text=" ")
    with pytest.raises(NotAllowed):
        claim(hospital, "S0001", login="analyst")


def test_who_sees_a_challenge_is_the_same_in_lists_and_rules(hospital):
    challenge(hospital, to_colleague(hospital))
    challenge(hospital, key="S0070", login="lead")
    claim(hospital, "X-1", login="stranger")
    for login, account in hospital.trust.accounts.items():
        reader = reader_of(account, TODAY)
        listed = set(Challenge.objects.visible_to(reader))
        ruled = {
            one
            for one in Challenge.objects.all()
            if why_not_see_challenge(reader, queries.challenge_facts(one, TODAY)) is None
        }
        assert listed == ruled, login


# The source says a third thing


def reloaded(hospital, consultant):
    """The source sends the misattributed record once more, with this consultant."""
    row = {**spell(7, consultant), "admitting_consultant": "C-clinician"}
    load = put_in_store(hospital.directory / "activity", "spells", [row], 3)
    compare_with_source(load, at=NOW)
    recompute_months(dataset="spells", keys=[MISATTRIBUTED], cause="load", cause_id=3, at=NOW)


def doubtful(hospital):
    """An accepted correction, after which the source has come to name a third colleague."""
    raised = challenge(hospital)
    settle(hospital, raised)
    reloaded(hospital, "C-third")
    assert stays(code(hospital, "third")) == 1
    return raised, Correction.objects.get()


def test_a_correction_survives_a_reload_and_retires_when_the_source_agrees(hospital):
    settle(hospital, challenge(hospital))
    before = stays(code(hospital, "clinician"))
    reloaded(hospital, "C-clinician")  # as it was: the correction still lies on top
    assert stays(code(hospital, "clinician")) == before == HIS - 1
    assert Correction.objects.get().state == "active"


def settle_once_more(hospital, correction, *, keep, login="lead"):
    return settle_again(
        correction_id=correction.pk,
        keep=keep,
        because="Looked again",
        by=hospital.trust.accounts[login],
        at=NOW,
    )


def test_what_the_source_contradicts_is_put_right_once_more(hospital):
    raised, correction = doubtful(hospital)
    assert queues.to_settle_again(reader_of(hospital.trust.lead, TODAY)) == [correction]
    made = settle_once_more(hospital, correction, keep=True)
    assert made.pk != correction.pk
    assert raised.changes.get().correction == made
    assert ledger.record("spells", MISATTRIBUTED).fields["discharging_consultant"] is None
    assert stays(code(hospital, "third")) == 0
    assert not queues.to_settle_again(reader_of(hospital.trust.lead, TODAY))


def test_or_the_source_is_believed(hospital):
    _, correction = doubtful(hospital)
    settle_once_more(hospital, correction, keep=False)
    correction.refresh_from_db()
    assert correction.state == "revoked"
    assert stays(code(hospital, "third")) == 1
    with pytest.raises(NotAllowed) as refused:
        settle_once_more(hospital, correction, keep=False)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


@pytest.mark.parametrize("login", ["clinician", "analyst", "otherlead"])
def test_only_who_could_settle_the_challenge_settles_again(hospital, login):
    _, correction = doubtful(hospital)
    with pytest.raises(NotAllowed):
        settle_once_more(hospital, correction, keep=True, login=login)
