"""The demonstration as a visitor finds it: a small one, made by every step of the whole."""

import io
import json
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from clinlead.access.disclosing import NOT_SHOWN
from clinlead.access.models import Account, Grant
from clinlead.access.queries import reader_of
from clinlead.concerns.counting import Span, tables, whole
from clinlead.concerns.models import Concern
from clinlead.demo import folder, honest, playing
from clinlead.demo.actions import (
    HISTORY_DAYS,
    STEPS,
    Making,
    make_database,
    make_demonstration,
    plan_for,
)
from clinlead.demo.trust import Plan
from clinlead.demo.workstreams import read_streams
from clinlead.figures.models import Tally
from clinlead.history.models import Entry
from clinlead.history.queries import verify
from clinlead.intake.models import Load, LoadState
from clinlead.measures.queries import newest_versions, running_marks
from clinlead.organisation.models import WorkStream
from clinlead.releases.models import Release, ReleaseState
from clinlead.releases.standing import gate_of, standing
from clinlead.safety.models import Expectation, Signal
from clinlead.strategy.models import OutcomeMeasure
from clinlead.strategy.policies import Kind
from clinlead.strategy.queries import (
    definition_in_force,
    in_force,
    mandates_and_leads,
    to_approve,
    without_measure,
)
from clinlead.validation.models import Challenge, Confirmation, Window
from clinlead.validation.policies import Agreement, ChallengeState, RecordState
from clinlead.validation.queries import checking_of, counts_by_state
from clinlead.workstreams.standing import standings

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("invented trust")]

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DEPARTMENTS = ("cardiology", "respiratory", "general-surgery", "orthopaedics")
PLAN = Plan(today=plan_for(NOW).today, months=8, departments=DEPARTMENTS)


HERE = tuple(step for step in STEPS if step[1] is not make_database)  # the tests have theirs


@pytest.fixture(scope="module")
def made(tmp_path_factory, django_db_setup, django_db_blocker):
    """Made once for all tests here, which only read, in a transaction that is undone."""
    directory = tmp_path_factory.mktemp("demonstration") / "data"
    folder.make_room(directory, fresh=False)
    before, out = settings.CONFIGURATION, io.StringIO()
    settings.CONFIGURATION = before.model_copy(update={"data_dir": directory})
    with django_db_blocker.unblock(), transaction.atomic():
        make_demonstration(directory, now=NOW, out=out, plan=PLAN, steps=HERE)
        yield directory, out.getvalue()
        transaction.set_rollback(True)
    settings.CONFIGURATION = before


@pytest.fixture
def making(made) -> Making:
    return Making(made[0], PLAN, NOW, lambda _share, _what: None)


def test_every_step_is_announced_and_timed(made):
    said = made[1]
    for number, (words, _) in enumerate(HERE, start=1):
        assert f"[{number}/{len(HERE)}] {words}" in said
    assert said.count("done (") == len(HERE)


def test_it_is_ready_to_be_used_again(made):
    assert folder.state_of(made[0]) is folder.State.READY
    assert folder.made_on(made[0]) == TODAY


def test_the_list_of_accounts_is_written(made):
    accounts = json.loads((made[0] / "accounts.json").read_text("utf-8"))
    assert [each["login"] for each in accounts][:4] == ["clinician", "peer", "stranger", "lead"]
    assert {each["password"] for each in accounts} == {"demo"}
    assert accounts[3]["what"] == "Clinical director, Cardiology"


def test_the_stories_are_written_for_the_page_that_tells_them(made):
    stories = json.loads((made[0] / "stories.json").read_text("utf-8"))
    assert {"misfiled-month", "board-rounds", "too-few"} <= {each["code"] for each in stories}


def test_every_extract_went_through_intake_and_its_dirt_was_found(made):
    loads = Load.objects.filter(state=LoadState.ACTIVE)
    files = {path.name for path in (made[0] / "trust" / "extract").glob("*.csv")}
    assert set(loads.values_list("file_name", flat=True)) == files
    spells = loads.filter(file_name="spells.csv").latest("loaded_at")
    assert 0 < spells.rows_quarantined < 0.01 * spells.rows_read
    assert set(loads.values_list("grade", flat=True)) <= {"A", "B", "C"}


def test_figures_of_every_clinician_with_patients_are_there(made):
    person = Account.objects.get(username="clinician").person
    months = Tally.objects.filter(unit=person.code, tally_month__measure="length-of-stay")
    assert months.count() >= 8


@pytest.mark.parametrize("department", playing.RELEASED)
def test_the_quarter_before_has_been_released_with_the_lead_s_words(made, department):
    release = Release.objects.get(department__code=department, state=ReleaseState.RELEASED)
    assert (release.first_month, release.last_month) == ("2026-04", "2026-06")
    signals = release.figures.filter(has_signal=True)
    said = {(each.measure, each.unit) for each in release.interpretations.all()}
    assert {(each.measure, each.unit) for each in signals} <= said


def test_an_accepted_challenge_came_before_the_release(made):
    release = Release.objects.get(department__code="cardiology", state=ReleaseState.RELEASED)
    settled = Challenge.objects.filter(
        department__code="cardiology", month__lte="2026-06", state=ChallengeState.ACCEPTED
    )
    assert settled.exists()
    assert all(each.settled_at < release.released_at for each in settled)


def test_every_department_has_the_open_quarter_to_check(made):
    windows = Window.objects.filter(first_month="2026-07", last_month="2026-09")
    assert set(windows.values_list("department__code", flat=True)) == set(DEPARTMENTS)
    assert all(each.opens_on < TODAY for each in windows)
    over = {each.department.code for each in windows if each.closes_on < TODAY}
    assert over == set(playing.READY)


def test_one_quarter_waits_for_its_lead_s_words_and_signature_alone(made):
    release = Release.objects.get(department__code="orthopaedics", state=ReleaseState.PREPARING)
    left = {each.code for each in gate_of(standing(release, TODAY)) if not each.passed}
    assert {"sign-off"} <= left <= {"interpretation", "sign-off"}


def test_the_clinician_has_about_sixty_records_left_to_check(made):
    person = Account.objects.get(username="clinician").person
    counts = counts_by_state(checking_of(person, TODAY).states)
    assert 30 <= counts[RecordState.NOT_YET] <= 90
    assert counts[RecordState.CONFIRMED] == 0


def test_some_colleagues_have_begun(made):
    begun = Confirmation.objects.filter(window__first_month="2026-07")
    assert 2 <= begun.values("person").distinct().count() < 26


def test_open_challenges_stand_in_different_states(made):
    here = Challenge.objects.filter(department__code="cardiology", month__gte="2026-07")
    states = set(here.values_list("state", "asked_says"))
    assert (ChallengeState.DECLINED, Agreement.DISPUTED) in states
    assert (ChallengeState.OPEN, Agreement.AGREED) in states


def test_a_challenge_about_the_lead_waits_for_the_chief(made):
    lead = Account.objects.get(username="lead").person
    about = Challenge.objects.open().filter(Q(person=lead) | Q(asked=lead))
    chief = Account.objects.get(username="chief")
    assert [honest.settler_of(each, TODAY) for each in about] == [chief]


def test_the_misfiled_records_are_left_for_the_visitor(made, making):
    wrong = list(honest.misattributed(making.directory, first="2026-07"))
    misfiled = [each.spell for each in wrong if each.kind == "ward clerk's code"]
    assert len(misfiled) == 12
    assert not Challenge.objects.filter(key__in=misfiled).exists()


def test_the_clinician_can_see_that_the_lead_looked(made):
    person = Account.objects.get(username="clinician").person
    lead = Account.objects.get(username="lead")
    assert Entry.objects.filter(act="read", by=lead, subjects__person=person).exists()


def test_the_record_of_acts_is_whole_and_in_order(made):
    times = list(Entry.objects.order_by("number").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= NOW
    assert verify() is None


def test_there_is_time_for_a_release_whatever_the_day():
    for day in (1, 2, 15, 28, 30):
        now = datetime(2026, 11, day, 9, tzinfo=UTC)
        assert (now.date() - plan_for(now).end).days >= HISTORY_DAYS


def test_the_trust_has_said_what_it_wants(made):
    assert in_force(Kind.OBJECTIVE).count() == 5
    outcomes = list(in_force(Kind.OUTCOME))
    assert {one.objective_id for one in outcomes} == set(
        in_force(Kind.OBJECTIVE)
        .exclude(statement__code="fair-support")
        .values_list("statement", flat=True)
    )
    linked = set(OutcomeMeasure.objects.values_list("measure", flat=True))
    assert linked <= {one.code for one in newest_versions()}
    groups = definition_in_force().causes.values_list("group", flat=True)
    assert list(dict.fromkeys(groups)) == [
        "Data",
        "Case mix",
        "Structure and process",
        "Person",
    ]


def test_every_director_has_a_mandate_that_somebody_else_stands_behind(made):
    reader = reader_of(Account.objects.get(username="wardstaff"), TODAY)
    for department, leads, mandate in mandates_and_leads(reader):
        assert str(mandate.holder) in leads, department
        assert mandate.sponsor != mandate.holder


def test_the_executive_has_something_to_approve_and_the_lead_a_measure_to_choose(made):
    executive, lead = (Account.objects.get(username=login) for login in ("executive", "lead"))
    waiting = to_approve(reader_of(executive, TODAY))
    assert [one.statement.code for one in waiting] == ["safe-care"]
    missing = without_measure(reader_of(lead, TODAY).leads)
    assert [one.statement.code for one in missing] == ["heart-failure-at-home"]


def test_deaths_are_watched_in_the_whole_trust_and_a_director_hears_what_nobody_answered(made):
    assert running_marks().filter(department=None, measure="mortality-30d").exists()
    assert Expectation.objects.filter(measure="mortality-30d").exists()
    for signal in Signal.objects.filter(escalated_at__isnull=False):
        assert signal.escalated_at.date() > signal.due_on
        assert signal.acknowledged_at is None
    assert Grant.objects.in_force(TODAY).filter(account__username="operations").exists()


def test_its_streams_are_where_their_criteria_let_them_be(made):
    reader = reader_of(Account.objects.get(username="chief"), TODAY)
    found = standings(WorkStream.objects.all(), reader)
    here = [one for one in read_streams()["stream"] if set(one["departments"]) <= set(DEPARTMENTS)]
    assert {one.stream.name for one in found} == {one["name"] for one in here}
    assert not [(one.stream.name, stage) for one in found for stage, _ in one.fallen]
    assert len({one.stage for one in found}) >= 5


def test_the_whole_trust_has_eighteen_streams_in_all_stages_over_fourteen_departments():
    streams = read_streams()["stream"]
    departments = {code for one in streams for code in one["departments"]}
    taking_part = [one for one in streams if "declines" not in one]
    assert (len(streams), len(departments), len(taking_part)) == (18, 14, 16)
    assert {1 + len(one.get("moves", ())) for one in taking_part} == set(range(1, 9))


def test_one_concern_is_explored_in_order_supported_and_closed(made):
    concern = Concern.objects.get(person=Account.objects.get(username="peer").person)
    found = concern.findings.order_by("at").values_list("order", flat=True)
    kinds = {step.order: step.kind for step in concern.route.steps.all()}
    steps = [kinds[order] for order in found]
    assert steps == ["data", "case-mix", "structure", "person", "support"]
    assert concern.support.get().result
    assert concern.state == "closed"
    assert concern.notes.filter(by=Account.objects.get(username="peer")).count() == len(steps) + 1


def test_another_concern_has_brought_in_others_and_counts_hide_how_many_there_were(made):
    concern = Concern.objects.get(state="open")
    parts = set(concern.seats.values_list("part", "account__username"))
    assert {("lead", "lead"), ("chief", "chief"), ("hr", "hr")} <= parts
    assert "reviewer" in {part for part, _ in parts}
    assert concern.findings.latest("at").by == Account.objects.get(username="chief")
    counts = dict(whole(TODAY))
    assert counts["Reviewed from outside the department"] == NOT_SHOWN
    escalations = {row[-1] for table in tables(TODAY) for row in table.rows}
    assert NOT_SHOWN in escalations


def test_a_release_of_an_earlier_quarter_gives_equality_counts_something_to_count(made):
    first = Release.objects.get(department__code="respiratory", state=ReleaseState.RELEASED)
    assert Span.before(TODAY).first <= first.released_at.date() < Span.before(TODAY).until
    chief = Account.objects.get(username="chief")
    own = first.sign_offs.filter(unit=chief.person.code)
    assert set(own.values_list("by__username", flat=True)) == {"director"}
    declined = {row[3] for table in tables(TODAY) for row in table.rows}
    assert NOT_SHOWN in declined
