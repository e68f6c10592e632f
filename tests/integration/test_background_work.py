"""Background work: done once, by one worker, to its end or with its reason; never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from clinlead.access.policies import NotAllowed
from clinlead.background import actions, claiming, working
from clinlead.background.claiming import SILENT_FOR, LostClaim, queue
from clinlead.background.models import Job, Pause
from clinlead.background.policies import JobState
from clinlead.background.working import CannotDo, plan, work_off, work_once
from clinlead.history.models import Entry
from people import small_trust

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now=AT):
        self.now = now

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def work(settings):
    """What was done, in order; a test says how with `how`."""
    settings.BACKGROUND_WORK = {"packs": "tests.integration.test_background_work.do_it"}
    done.clear()
    how["does"] = count_to_three
    return done


done: list[str] = []
how: dict = {}


def do_it(key, at, progress):
    return how["does"](key, at, progress)


def count_to_three(key, _at, progress):
    for number in range(1, 4):
        progress(number, 3)
    done.append(key)
    return "3 packs made."


@pytest.fixture(autouse=True)
def found_here(monkeypatch):
    monkeypatch.setattr(working, "import_string", lambda _name: do_it)


def the_job() -> Job:
    return Job.objects.get()


def test_a_job_asked_for_twice_is_done_once(work, clock):
    queue("packs", 7, at=AT)
    queue("packs", 7, at=AT)
    assert [job.result for job in work_off(clock)] == ["3 packs made."]
    assert work == ["7"]
    assert (the_job().state, the_job().done, the_job().total) == (JobState.DONE, 3, 3)


def test_what_is_asked_for_again_when_done_is_done_again(work, clock):
    queue("packs", 7, at=AT)
    work_off(clock)
    queue("packs", 7, at=AT)
    work_off(clock)
    assert work == ["7", "7"]


def test_what_is_asked_for_while_it_runs_is_done_once_more(work, clock):
    def asked_meanwhile(key, at, progress):
        if not done:
            queue("packs", key, at=at)
        return count_to_three(key, at, progress)

    how["does"] = asked_meanwhile
    queue("packs", 7, at=AT)
    work_off(clock)
    assert work == ["7", "7"]


def test_two_workers_never_have_the_same_job(work, clock):
    queue("packs", 7, at=AT)
    held = claiming.claim_next(AT)
    assert held is not None
    assert claiming.claim_next(AT) is None


def test_of_two_workers_that_saw_the_same_row_one_gets_it(work, monkeypatch):
    queue("packs", 7, at=AT)
    seen = list(claiming.ready(AT))
    monkeypatch.setattr(claiming, "ready", lambda _at: seen)
    assert [claiming.claim_next(AT) is None for _ in range(2)] == [False, True]


def test_a_job_killed_half_way_is_begun_again_by_another_worker(work, clock):
    queue("packs", 7, at=AT)
    killed = claiming.claim_next(AT)  # and then its process was killed
    clock.move(seconds=SILENT_FOR.seconds - 1)
    assert work_once(clock) is None
    clock.move(seconds=2)
    assert work_once(clock).state == JobState.DONE
    assert work == ["7"]
    with pytest.raises(LostClaim):
        claiming.beat(killed, done=1, total=3, at=clock())
    assert not claiming.finish(killed, "3 packs made.", at=clock())


def test_a_job_that_ends_every_worker_is_given_up_with_the_reason(work, clock):
    queue("packs", 7, at=AT)
    for _ in range(claiming.MOST_LOST):
        assert claiming.claim_next(clock()) is not None
        clock.move(minutes=3)
    assert claiming.claim_next(clock()) is None
    assert the_job().state == JobState.FAILED
    assert the_job().reason == "Its worker ended 5 times before this was done."


def test_a_failed_job_says_why_and_is_tried_three_times(work, clock):
    def cannot(_key, _at, _progress):
        raise CannotDo("The package typst is not installed.")

    how["does"] = cannot
    queue("packs", 7, at=AT)
    for state in (JobState.WAITING, JobState.WAITING, JobState.FAILED):
        work_off(clock)
        assert the_job().state == state
        assert the_job().reason == "The package typst is not installed."
        clock.move(minutes=11)


def test_a_fault_that_nobody_foresaw_is_worded_plainly_and_the_worker_goes_on(work, clock, caplog):
    def breaks(key, at, progress):
        if key == "7":
            raise KeyError("P001")
        return count_to_three(key, at, progress)

    how["does"] = breaks
    queue("packs", 7, at=AT)
    queue("packs", 8, at=AT)
    work_off(clock)
    failed = Job.objects.get(key="7")
    assert "nobody foresaw (KeyError)" in failed.reason
    assert "P001" not in failed.reason
    assert work == ["8"]


def test_paused_work_stops_at_its_next_step_and_goes_on_where_it_was(work, clock):
    trust = small_trust()

    def pausing(_key, at, progress):
        progress(1, 3)
        actions.pause(because="Data come again", by=trust.projectteam, at=at)
        progress(2, 3)
        raise AssertionError("it went on")

    how["does"] = pausing
    queue("packs", 7, at=AT)
    work_off(clock)
    assert (the_job().state, the_job().attempts, the_job().done) == (JobState.WAITING, 0, 2)
    assert work_once(clock) is None
    how["does"] = count_to_three
    actions.resume(by=trust.sysadmin, at=AT)
    work_off(clock)
    assert work == ["7"]
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"background work paused", "background work resumed"} <= acts


def test_the_calendar_is_due_once_a_day():
    plan(AT)
    plan(AT + timedelta(hours=3))
    plan(AT + timedelta(days=1))
    days = Job.objects.order_by("key").values_list("kind", "key", "about")
    assert list(days) == [
        ("safety", "2026-07-01", "1 July 2026"),
        ("calendar", "2026-07-01", "1 July 2026"),
        ("safety", "2026-07-02", "2 July 2026"),
        ("calendar", "2026-07-02", "2 July 2026"),
    ]


def test_done_work_is_forgotten_after_a_quarter_and_failed_work_is_not():
    for key, state in (("1", JobState.DONE), ("2", JobState.FAILED)):
        queue("packs", key, at=AT)
        Job.objects.filter(key=key).update(state=state, ended_at=AT)
    plan(AT + timedelta(days=93))
    assert set(Job.objects.filter(kind="packs").values_list("key", flat=True)) == {"2"}


class TestThePage:
    @pytest.fixture
    def trust(self):
        return small_trust()

    def open(self, client, trust, who="projectteam"):
        client.force_login(trust.accounts[who])
        return client.get("/background/").content.decode()

    def test_it_shows_how_far_each_job_is_and_why_one_failed(self, client, trust):
        queue("packs", 7, at=AT, about="Cardiology, April to June 2026")
        Job.objects.update(state=JobState.FAILED, done=4, total=13, reason="The disk is full.")
        page = self.open(client, trust)
        assert "Packs: Cardiology, April to June 2026" in page
        assert "4 of 13" in page
        assert "The disk is full." in page
        assert "1 job failed" in page

    def test_before_anything_ran_it_says_what_will(self, client, trust):
        assert "No job has been asked for yet" in self.open(client, trust)

    def test_a_failed_job_is_asked_for_again_with_one_button(self, client, trust):
        job = queue("packs", 7, at=AT)
        Job.objects.update(state=JobState.FAILED, attempts=3)
        client.force_login(trust.sysadmin)
        client.post(f"/background/jobs/{job.pk}/again/")
        assert (the_job().state, the_job().attempts) == (JobState.WAITING, 0)

    def test_pausing_asks_why_and_everybody_who_runs_it_reads_it(self, client, trust):
        client.force_login(trust.projectteam)
        assert client.post("/background/pause/", {"because": ""}).status_code == 422
        client.post("/background/pause/", {"because": "June is loaded again"})
        assert "June is loaded again" in self.open(client, trust, "sysadmin")
        client.post("/background/resume/")
        assert Pause.objects.get().resumed_by == trust.sysadmin

    def test_nobody_pauses_twice(self, trust):
        actions.pause(because="Why", by=trust.projectteam, at=timezone.now())
        with pytest.raises(NotAllowed, match="paused already"):
            actions.pause(because="Why", by=trust.sysadmin, at=timezone.now())


def test_tick_sees_to_safety_alone_while_paused(capsys):
    from clinlead.cli import main

    trust = small_trust()
    actions.pause(because="Why", by=trust.projectteam, at=AT)
    assert main(["tick"]) == 1
    said = capsys.readouterr().out
    assert "paused" in said
    assert "Safety" in said
    done = dict(Job.objects.values_list("kind", "state"))
    assert done == {"safety": JobState.DONE, "calendar": JobState.WAITING}
