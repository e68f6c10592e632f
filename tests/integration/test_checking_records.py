"""Owners check their records: confirm many at once, undo, be away; silence is told apart."""

from datetime import timedelta

import pytest

from clinlead.access.policies import NotAllowed, Reason
from clinlead.history.queries import entries_about, verify
from clinlead.validation import queries
from clinlead.validation.actions import (
    confirm_records,
    end_pause,
    open_window,
    pause,
    undo_confirmation,
)
from clinlead.validation.models import Confirmation, ConfirmationBatch
from clinlead.validation.policies import RecordState
from clinlead.validation.progress import window_counts
from conftest import NOW, TODAY
from hospital import COLLEAGUES, HIS, LEADS, open_hospital

A_DAY = timedelta(days=1)


@pytest.fixture
def hospital(trust, settings, tmp_path):
    return open_hospital(trust, settings, tmp_path, at=NOW)


def his(hospital, on=TODAY):
    return queries.checking_of(hospital.trust.person("clinician"), on)


def places(states):
    return [(one.record.dataset, one.record.key) for one in states]


def counts(hospital, on=TODAY):
    return queries.counts_by_state(his(hospital, on).states)


def confirm(hospital, some, login="clinician", at=NOW):
    return confirm_records(places=some, by=hospital.trust.accounts[login], at=at)


def test_sixty_records_are_confirmed_in_one_act_and_the_act_is_recorded(hospital):
    batch = confirm(hospital, places(his(hospital).states))
    assert batch.size == HIS
    assert counts(hospital)[RecordState.CONFIRMED] == HIS
    entry = entries_about(hospital.trust.person("clinician").pk).first()
    assert (entry.act, entry.by) == ("records confirmed", hospital.trust.clinician)
    assert verify() is None


def test_every_record_stands_in_one_state(hospital):
    counted = window_counts(hospital.window, TODAY)
    assert sum(counted.values()) == HIS + COLLEAGUES + LEADS
    assert counted[RecordState.NOT_YET] == HIS + COLLEAGUES + LEADS


def test_confirming_twice_counts_once(hospital):
    some = places(his(hospital).states)[:10]
    confirm(hospital, some)
    assert confirm(hospital, some).size == 0
    assert Confirmation.objects.count() == 10


def test_undoing_takes_back_one_batch_and_no_other(hospital):
    mine = places(his(hospital).states)
    first, second = confirm(hospital, mine[:10]), confirm(hospital, mine[10:15])
    undo_confirmation(batch_id=second.pk, by=hospital.trust.clinician, at=NOW)
    assert counts(hospital)[RecordState.CONFIRMED] == 10
    assert Confirmation.objects.filter(batch=first).count() == 10
    undo_confirmation(batch_id=second.pk, by=hospital.trust.clinician, at=NOW)  # again: nothing


def test_nobody_undoes_what_somebody_else_confirmed(hospital):
    batch = confirm(hospital, places(his(hospital).states)[:5])
    with pytest.raises(ConfirmationBatch.DoesNotExist):
        undo_confirmation(batch_id=batch.pk, by=hospital.trust.peer, at=NOW)
    assert counts(hospital)[RecordState.CONFIRMED] == 5


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (("spells", "S0061"), Reason.NOT_YOURS),  # the colleague's
        (("spells", "S9999"), Reason.NOT_YOURS),  # nobody's: the same answer
        (("spells", "S0077"), Reason.NOT_YOURS),  # unattributed
    ],
)
def test_one_record_of_somebody_else_stops_the_whole_batch(hospital, place, reason):
    mine = places(his(hospital).states)[:3]
    with pytest.raises(NotAllowed) as refused:
        confirm(hospital, [*mine, place])
    assert refused.value.refusal.reason is reason
    assert not Confirmation.objects.exists()


def test_choosing_nothing_is_said_in_words(hospital):
    with pytest.raises(NotAllowed) as refused:
        confirm(hospital, [])
    assert "at least one" in refused.value.refusal.because


def test_an_account_without_a_person_confirms_nothing(hospital):
    with pytest.raises(NotAllowed):
        confirm(hospital, [("spells", "S0001")], login="analyst")


def test_silence_becomes_a_state_of_its_own_the_day_after_the_window(hospital):
    confirm(hospital, places(his(hospital).states)[:20])
    last = hospital.window.closes_on
    assert counts(hospital, last)[RecordState.NOT_YET] == HIS - 20
    after = counts(hospital, last + A_DAY)
    assert (after[RecordState.CONFIRMED], after[RecordState.SILENT]) == (20, HIS - 20)
    with pytest.raises(NotAllowed) as refused:
        confirm(hospital, [("spells", "S0030")], at=NOW + timedelta(days=16))
    assert refused.value.refusal.reason is Reason.WINDOW_CLOSED


def test_nothing_is_undone_after_the_window(hospital):
    batch = confirm(hospital, places(his(hospital).states)[:5])
    with pytest.raises(NotAllowed):
        undo_confirmation(
            batch_id=batch.pk, by=hospital.trust.clinician, at=NOW + timedelta(days=16)
        )


def test_who_is_away_has_as_many_days_longer(hospital):
    pause(
        starts_on=TODAY + A_DAY,
        ends_on=TODAY + timedelta(days=7),
        by=hospital.trust.clinician,
        at=NOW,
    )
    last = hospital.window.closes_on
    assert his(hospital).last_day == last + timedelta(days=7)
    assert counts(hospital, last + A_DAY)[RecordState.SILENT] == 0
    window = window_counts(hospital.window, last + A_DAY)
    # Colleagues who were here have been silent; the doctor who is away has not.
    assert window[RecordState.SILENT] == COLLEAGUES + LEADS
    assert window[RecordState.NOT_YET] == HIS


def test_leave_that_hr_recorded_stops_the_clock_too(hospital):
    hospital.trust.person("clinician").absences.create(
        kind="study", starts_on=TODAY, ends_on=TODAY + timedelta(days=2)
    )
    assert his(hospital).last_day == hospital.window.closes_on + timedelta(days=3)


def test_being_back_runs_the_clock_again(hospital):
    doctor = hospital.trust.clinician
    pause(starts_on=TODAY, ends_on=TODAY + timedelta(days=10), by=doctor, at=NOW)
    assert his(hospital).away_now
    later = NOW + timedelta(days=4)
    end_pause(by=doctor, at=later)
    checking = his(hospital, later.date())
    assert not checking.away_now
    assert checking.last_day == hospital.window.closes_on + timedelta(days=4)


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [(-1, 5, "past"), (3, 2, "later"), (0, 92, "HR")],
)
def test_a_pause_is_ahead_and_not_endless(hospital, first, last, says):
    with pytest.raises(NotAllowed) as refused:
        pause(
            starts_on=TODAY + timedelta(days=first),
            ends_on=TODAY + timedelta(days=last),
            by=hospital.trust.clinician,
            at=NOW,
        )
    assert says in refused.value.refusal.because


@pytest.mark.parametrize("login", ["clinician", "otherlead", "chief", "hr", "executive"])
def test_only_the_lead_or_an_analyst_opens_a_window(hospital, login):
    with pytest.raises(NotAllowed):
        another_window(hospital, by=hospital.trust.accounts[login])


def another_window(hospital, **change):
    facts = {
        "department": hospital.trust.cardiology,
        "first_month": "2026-06",
        "last_month": "2026-06",
        "opens_on": TODAY,
        "closes_on": TODAY + timedelta(days=21),
        "by": hospital.trust.lead,
        "at": NOW,
    }
    return open_window(**{**facts, **change})


def test_a_window_is_opened_once_and_its_end_is_not_before_its_beginning(hospital):
    another_window(hospital)
    with pytest.raises(NotAllowed) as refused:
        another_window(hospital)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE
    with pytest.raises(NotAllowed):
        another_window(hospital, first_month="2026-09", closes_on=TODAY)


def test_opening_a_window_tells_everyone_in_the_department(hospital):
    told = entries_about(hospital.trust.person("peer").pk).filter(act="window opened")
    assert told.count() == 1
    assert not entries_about(hospital.trust.person("stranger").pk).exists()


def test_a_windows_counts_are_those_of_its_records(hospital):
    mine = places(his(hospital).states)
    confirm(hospital, mine[:12])
    Confirmation.objects.filter(key__in=[key for _, key in mine[:4]]).update(seen="another")
    for on in (TODAY, hospital.window.closes_on + A_DAY):
        listed = queries.counts_by_state(queries.states_in_window(hospital.window, on))
        assert window_counts(hospital.window, on) == listed
        assert listed[RecordState.CONFIRMED] == 8
