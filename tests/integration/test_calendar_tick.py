"""The calendar opens the time to check records, and reminds; each does so once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from clinlead.figures.models import Generation
from clinlead.history.queries import entries_about
from clinlead.releases.models import Release
from clinlead.releases.tick import due
from clinlead.validation.actions import confirm_records, pause
from clinlead.validation.models import Reminder, Window
from clinlead.validation.queries import checking_of
from people import small_trust
from small_release import measured_trust

pytestmark = pytest.mark.django_db
AFTER_JUNE = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
LAST_DAY = date(2026, 7, 21)  # of 21 days, the first among them


@pytest.fixture(scope="module")
def measured(django_db_setup, django_db_blocker, tmp_path_factory):
    """Data to the end of June 2026; no release and no window."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(settings.CONFIGURATION, "data_dir", tmp_path_factory.mktemp("tick"))
        with transaction.atomic():
            trust = small_trust()
            measured_trust(trust)
            yield trust
            transaction.set_rollback(True)


@pytest.fixture
def trust(measured, db):
    return measured


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)


def test_the_day_after_the_period_the_window_opens_for_its_days_and_only_once(trust):
    assert due(AFTER_JUNE) == [
        "1 release begun",
        "1 window to check records opened",
        "0 owners reminded",
        "0 governance meetings planned",
        "0 evaluators told of reminders",
        "no records to erase",
    ]
    window = Window.objects.get()
    assert (window.first_month, window.last_month) == ("2026-04", "2026-06")
    assert (window.opens_on, window.closes_on) == (date(2026, 7, 1), LAST_DAY)
    assert window.opened_by is None
    assert entries_about(trust.person("clinician").pk).filter(act="window opened").exists()
    assert due(on(date(2026, 7, 2)))[1] == "0 windows to check records opened"


def test_before_the_period_is_over_nothing_of_it_opens(trust):
    due(datetime(2026, 6, 30, 6, 0, tzinfo=UTC))
    assert not Window.objects.filter(last_month="2026-06").exists()


def test_the_window_waits_until_the_data_are_in(trust):
    newest = Generation.objects.latest("pk")
    Generation.objects.filter(pk=newest.pk).update(complete_to={"spells": "2026-06-29"})
    assert due(AFTER_JUNE)[1] == "0 windows to check records opened"
    assert Release.objects.get().last_month == "2026-06"
    Generation.objects.filter(pk=newest.pk).update(complete_to={"spells": "2026-06-30"})
    assert due(on(date(2026, 7, 6)))[1] == "1 window to check records opened"
    assert Window.objects.get().closes_on == date(2026, 7, 26)


def test_owners_with_records_left_are_reminded_once_when_their_day_is_near(trust):
    due(AFTER_JUNE)
    assert due(on(LAST_DAY - timedelta(days=7)))[2] == "0 owners reminded"
    assert due(on(LAST_DAY - timedelta(days=6)))[2] == "7 owners reminded"
    assert due(on(LAST_DAY))[2] == "0 owners reminded"
    person = trust.person("clinician")
    told = Reminder.objects.get(person=person)
    left = len(checking_of(person, date(2026, 7, 15)).states)
    assert left > 0
    assert (told.left, told.last_day) == (left, LAST_DAY)
    entry = entries_about(person.pk).get(act="reminded to check")
    assert entry.facts["details"] == {"left": left, "last_day": "2026-07-21"}


def test_whoever_has_checked_everything_is_not_reminded(trust):
    due(AFTER_JUNE)
    states = checking_of(trust.person("clinician"), date(2026, 7, 2)).states
    places = [(one.record.dataset, one.record.key) for one in states]
    confirm_records(places=places, by=trust.clinician, at=on(date(2026, 7, 2)))
    due(on(LAST_DAY))
    assert Reminder.objects.count() == 6
    assert not Reminder.objects.filter(person=trust.person("clinician")).exists()


def test_absence_stops_the_clock_and_the_reminder_follows_the_owners_own_day(trust):
    due(AFTER_JUNE)
    first, last = date(2026, 7, 15), date(2026, 7, 24)
    pause(starts_on=first, ends_on=last, by=trust.peer, at=on(date(2026, 7, 14)))
    due(on(LAST_DAY))
    assert not Reminder.objects.filter(person=trust.person("peer")).exists()
    due(on(date(2026, 7, 25)))
    told = Reminder.objects.get(person=trust.person("peer"))
    assert (told.on, told.last_day) == (date(2026, 7, 25), date(2026, 7, 31))


@pytest.mark.parametrize("login", ["peer", "lead"])
def test_a_reminder_stands_on_the_owners_home_while_records_are_left(client, trust, login):
    due(AFTER_JUNE)
    due(on(LAST_DAY))
    day = date(2099, 1, 1)
    Window.objects.update(closes_on=day)
    Reminder.objects.update(last_day=day)
    client.force_login(trust.accounts[login])
    assert "(reminder of 21 July 2026)" in client.get("/").content.decode()
