"""Deaths watched at every load: found, recognised, changed by a correction, answered, escalated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.conf import settings as live
from django.core import mail
from django.db import transaction
from django.utils import timezone

from case_mix import kept_model
from clinlead.access.policies import NotAllowed
from clinlead.access.queries import reader_of
from clinlead.background.actions import pause
from clinlead.background.claiming import queue
from clinlead.background.working import work_off
from clinlead.casemix.working import compute_beside
from clinlead.figures.actions import recompute_all, recompute_months
from clinlead.history.queries import entries_about, readings_about
from clinlead.intake.actions import correct
from clinlead.intake.models import Load, LoadState
from clinlead.measures.actions import choose_measure, register
from clinlead.measures.safety import mark_safety
from clinlead.notices.actions import choose_mail, tell
from clinlead.notices.models import Letter
from clinlead.releases.models import Release
from clinlead.safety import actions, watching
from clinlead.safety.escalating import see_to_it
from clinlead.safety.models import Expectation, Happening, Signal, What
from clinlead.safety.monitored import monitored, watch_of
from clinlead.validation import actions as validation
from clinlead.validation.challenging import Said
from clinlead.validation.policies import ChallengeReason
from people import small_trust
from small_activity import episodes, put_load, spells
from small_release import DIED, HEAD

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
BAD_FROM = date(2026, 1, 1)  # from here on every fourth patient of the peer dies


def quietly(_done: int, _total: int) -> None:
    """How far a job is, where nobody asks."""


def with_more_deaths(stays: list[dict]) -> list[dict]:
    """As the invented stays are, but that more of one clinician's patients die."""
    mine = [
        each
        for each in stays
        if each["discharging_consultant"] == "C-peer" and each["discharged_at"].date() >= BAD_FROM
    ]
    for each in sorted(mine, key=lambda one: one["discharged_at"])[::4]:
        each["discharge_method"] = "died"
    return stays


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small trust with a clinician whose patients die more often, marked and computed."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(settings.CONFIGURATION, "data_dir", tmp_path_factory.mktemp("safety"))
        patch.setattr(settings.CONFIGURATION, "safety_run_length", 5000.0)
        with transaction.atomic():
            yield watched_trust()
            transaction.set_rollback(True)


def watched_trust():
    trust = small_trust()
    trust.stays = with_more_deaths(spells())
    put_load(1, "spells", trust.stays)
    put_load(2, "episodes", episodes(trust.stays))
    choose_measure(
        department=trust.cardiology,
        measure=register(text=HEAD + DIED, source="test", at=AT, by=None),
        rule="discharging",
        shown_individually=True,
        reason="",
        at=AT,
        by=None,
    )
    mark_safety(
        measure="died-in-hospital", department=None, reason="Deaths", by=trust.director, at=AT
    )
    recompute_all(at=AT)
    return trust


@pytest.fixture
def watched(made, db):
    return made


def of_peer(trust) -> Signal:
    return Signal.objects.filter(person=trust.person("peer")).earliest("signalled_on")


def test_a_load_finds_the_signal_and_says_since_when(watched):
    found = of_peer(watched)
    assert found.department == watched.cardiology
    assert found.signalled_on >= BAD_FROM
    assert found.started_on < found.signalled_on  # an estimate, often off by months
    assert found.observed > 2 * found.expected
    assert found.due_on == AT.date() + timedelta(days=7)
    assert found.happenings.get().what == What.FOUND
    assert "safety signal found" in entries_about(watched.person("peer").pk).values_list(
        "act", flat=True
    )


def test_cases_that_are_not_mature_are_waited_for(watched):
    # Data end on 30 June; deaths wait 80 days, so cases up to 11 April 2026 are mature.
    assert Signal.objects.order_by("signalled_on").last().signalled_on <= date(2026, 4, 11)
    assert Expectation.objects.get().last_day <= date(2026, 4, 11)


def test_the_same_figures_again_change_nothing(watched):
    before = list(Signal.objects.order_by("pk").values())
    said = Signal.objects.values_list("happenings__pk", flat=True).count()
    actions.watch_all(at=AT + timedelta(days=1))
    recompute_all(at=AT + timedelta(days=2))
    assert list(Signal.objects.order_by("pk").values()) == before
    assert Signal.objects.values_list("happenings__pk", flat=True).count() == said
    assert Expectation.objects.count() == 1


def correct_deaths(trust, signal: Signal, how_many: int) -> None:
    """These patients had not died: the discharge method is put right, record by record."""
    climb = [
        each
        for each in trust.stays
        if each["discharging_consultant"] == "C-peer"
        and each["discharge_method"] == "died"
        and signal.started_on <= each["discharged_at"].date() <= signal.signalled_on
    ]
    keys = [each["spell_id"] for each in climb[-how_many:]]
    for key in keys:
        correct(
            dataset="spells",
            key=key,
            field="discharge_method",
            old="died",
            new="home",
            reason="a wrong code",
            by=trust.analyst,
            at=AT,
        )
    recompute_months(
        dataset="spells",
        keys=keys,
        fields=["discharge_method"],
        cause="correction",
        cause_id=1,
        at=AT + timedelta(days=1),
    )


def test_a_correction_says_what_changed_and_deletes_nothing(watched):
    found = of_peer(watched)
    correct_deaths(watched, found, 1)
    after = of_peer(watched)
    assert after.pk == found.pk
    last = after.happenings.last()
    assert last.what in {What.CHANGED, What.GONE}
    assert "After a correction on 2 July 2026" in last.text
    assert "ad read: " in last.text or "Before: " in last.text


def test_a_signal_that_a_correction_takes_away_stays_in_the_list(watched, client):
    found = of_peer(watched)
    correct_deaths(watched, found, found.observed)
    after = Signal.objects.get(pk=found.pk)
    assert after.gone_at is not None
    assert after.happenings.last().what == What.GONE
    client.force_login(watched.lead)
    assert "no longer there" in client.get("/safety/").content.decode()
    page = client.get(found.get_absolute_url()).content.decode()
    assert "no longer reaches its limit" in page


def test_the_lead_reads_it_acknowledges_it_and_says_what_was_done(watched, client):
    found = of_peer(watched)
    client.force_login(watched.lead)
    home = client.get("/").content.decode()
    assert "Acknowledge a safety signal in Cardiology, of one clinician" in home
    assert "Dr Peer" not in home
    page = client.get(found.get_absolute_url()).content.decode()
    assert "unusually high" in page
    assert f"{found.observed} of {found.cases} cases" in page
    assert readings_about(watched.person("peer").pk).filter(object_kind="safety signal").exists()
    client.post(f"/safety/{found.pk}/acknowledge/", {"text": "I will read the notes."})
    client.post(f"/safety/{found.pk}/done/", {"text": "Read in the mortality meeting."})
    page = client.get(found.get_absolute_url()).content.decode()
    assert "I will read the notes." in page
    assert "Read in the mortality meeting." in page
    assert "Acknowledge a safety signal" not in client.get("/").content.decode()


def test_the_clinician_is_told_at_once_and_says_their_own_words(watched, client):
    found = of_peer(watched)
    client.force_login(watched.peer)
    assert "Read a safety signal about your own patients" in client.get("/").content.decode()
    page = client.get(found.get_absolute_url()).content.decode()
    records = f"/me/figures/died-in-hospital/records/?from={found.started_on:%Y-%m}"
    assert records in page
    assert client.get(records).status_code == 200
    assert not readings_about(watched.person("peer").pk).exists()
    client.post(f"/safety/{found.pk}/read/", {"text": "A palliative ward was mine."})
    found.refresh_from_db()
    assert found.read_at is not None
    assert found.acknowledged_at is None
    assert "Read a safety signal" not in client.get("/").content.decode()
    assert client.post(f"/safety/{found.pk}/acknowledge/", {"text": "fine"}).status_code == 403


def test_what_nobody_acknowledges_in_time_goes_to_the_director_once(watched, client):
    found = of_peer(watched)
    client.force_login(watched.director)
    assert "Acknowledge a safety signal" not in client.get("/").content.decode()
    in_time = timezone.make_aware(datetime.combine(found.due_on, datetime.min.time()))
    assert see_to_it("", in_time, quietly) == "0 safety signals sent to the medical director."
    late = in_time + timedelta(days=1)
    assert [one.pk for one in actions.escalate_due(at=late) if one.person_id] == [found.pk]
    assert actions.escalate_due(at=late) == []
    found.refresh_from_db()
    assert found.happenings.last().what == What.ESCALATED
    assert "Acknowledge a safety signal in Cardiology" in client.get("/").content.decode()
    actions.acknowledge(
        signal_id=found.pk, text="I have called the lead.", by=watched.director, at=late
    )
    with pytest.raises(NotAllowed):
        actions.acknowledge(signal_id=found.pk, text="Me too", by=watched.lead, at=late)


def test_the_director_states_a_purpose_before_it_has_come_to_them(watched, client):
    found = of_peer(watched)
    client.force_login(watched.director)
    asked = client.get(found.get_absolute_url()).content.decode()
    assert "For which statutory purpose" in asked
    assert "Dr Peer" not in asked
    page = client.get(found.get_absolute_url(), {"purpose": "A coroner’s request"})
    assert "Dr Peer" in page.content.decode()
    (reading,) = readings_about(watched.person("peer").pk)
    assert reading.facts["details"]["reason"] == "A coroner’s request"


def test_a_signal_waits_for_no_release_and_for_no_challenge(watched, client):
    found = of_peer(watched)
    assert not Release.objects.exists()
    validation.raise_challenge(
        dataset="spells",
        key=found.signal_key,
        said=Said(reason=ChallengeReason.OTHER, text="Not my ward."),
        by=watched.peer,
        at=AT,
    )
    actions.watch_all(at=AT)
    client.force_login(watched.lead)
    page = client.get(found.get_absolute_url()).content.decode()
    assert "1 of these records is challenged now. The signal stands meanwhile" in page


def test_nothing_is_expected_of_anybody_before_enough_events_are_known(
    watched, monkeypatch, client
):
    for model in (Happening, Signal, Expectation):
        model.objects.all().delete()
    monkeypatch.setattr(watching, "FEWEST_EVENTS", 10_000)
    actions.watch_all(at=AT)
    assert not Signal.objects.exists()
    client.force_login(watched.wardstaff)
    assert "fewer than 20 events are known" in client.get("/safety/").content.decode()


def test_a_measure_that_no_department_chose_is_watched_all_the_same(watched):
    watched.cardiology.measures.all().delete()
    recompute_all(at=AT + timedelta(days=3))
    assert of_peer(watched).gone_at is None


def told_of(trust, who: str) -> list[str]:
    return list(trust.accounts[who].notices.values_list("words", flat=True))


def test_people_are_told_that_a_signal_waits_and_never_what_it_is(watched):
    waits = ["A safety signal waits for you"]
    assert told_of(watched, "peer") == told_of(watched, "lead") == waits
    for who in ("clinician", "director", "otherlead", "projectteam"):
        assert told_of(watched, who) == []
    actions.watch_all(at=AT + timedelta(days=1))
    assert told_of(watched, "lead") == waits  # the same figures again: nothing new to say
    actions.escalate_due(at=AT + timedelta(days=9))
    assert told_of(watched, "director") == waits


def test_neither_a_pause_nor_not_having_asked_holds_back_its_e_mail(watched, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(live.CONFIGURATION, "email", "smtp")
    director = watched.director
    director.email = "director@example.org"
    director.save()
    late = AT + timedelta(days=9)
    pause(because="June is loaded again", by=watched.projectteam, at=late)
    tell([director], key="pack", words="Something else", href="/", at=late)
    queue("safety", "2026-07-10", at=late)
    assert [job.kind for job in work_off(lambda: late)] == ["safety", "safety e-mail"]
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("A safety signal waits for you", [director.email])
    said = letter.subject + letter.body
    assert not any(word in said for word in ("Cardiology", "Deaths", "Peer", "died", "%"))
    choose_mail(by_mail=False, address=director.email, by=director, at=late)
    tell([director], key="b", words="A safety signal waits for you", href="/", at=late, urgent=True)
    assert Letter.objects.count() == 1


def test_where_no_case_is_left_no_signal_waits_any_more(watched):
    found = of_peer(watched)
    Load.objects.update(state=LoadState.WITHDRAWN)
    recompute_all(at=AT + timedelta(days=1), cause="withdrawal")
    found.refresh_from_db()
    assert found.gone_at is not None
    assert "After a load was withdrawn on 2 July 2026" in found.happenings.last().text
    assert not Signal.objects.waiting().exists()


def test_a_signal_says_that_it_was_found_by_another_model_and_not_by_a_load(watched):
    for model in (Happening, Signal):
        model.objects.all().delete()
    actions.watch_all(at=AT + timedelta(days=1))
    assert of_peer(watched).found_by == "another case-mix model on 2 July 2026"


def test_a_case_mix_model_in_force_says_what_is_expected(watched):
    kept_model("died-in-hospital")
    compute_beside("died-in-hospital", AT, quietly)
    simple, by_model = Expectation.objects.order_by("number")
    assert (simple.model, by_model.model, by_model.model_version) == ("", "died-in-hospital", 1)
    assert by_model.limit_low > 0
    # The model by hand expects one death in ten or more, and three in a hundred happen.
    watch = watch_of(watched.cardiology, "died-in-hospital", reader_of(watched.lead, AT.date()))
    page = monitored(watch, watched.cardiology, None, whose="", question="More than expected?")
    assert page.drawn.expected > 0.1 * page.drawn.cases > 2 * page.drawn.observed
    assert page.drawn.contributors >= 6
    assert "Highest CUSUM for unusually low" in page.drawn.chart.columns
