"""Work streams through their pages: what stands in the way, moves, waivers and conflicts."""

import re
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from clinlead.access.actions import grant_role
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.history.models import Entry
from clinlead.organisation.models import StreamMember, WorkStream
from clinlead.strategy.actions import approve, propose
from clinlead.strategy.models import Wording
from clinlead.workstreams import template
from clinlead.workstreams.actions import move_on, step_back, waive, withdraw_waiver
from clinlead.workstreams.forms import as_initial
from clinlead.workstreams.models import (
    Engagement,
    HelpRequest,
    PreconditionRecord,
    StageEntry,
    Template,
    Waiver,
)
from clinlead.workstreams.people import end_part
from clinlead.workstreams.policies import PartPlayed, Precondition, Status
from clinlead.workstreams.preconditions import withdraw_precondition
from people import AT, START, small_trust
from strategy_stated import stated
from streams_run import engage, name, record_all_preconditions, set_up, sponsor

pytestmark = pytest.mark.django_db
HERE = "/streams/heart-failure/"


@pytest.fixture
def trust():
    return small_trust()


@pytest.fixture
def stream(trust) -> WorkStream:
    return set_up(trust)


@pytest.fixture
def ready(trust, stream) -> WorkStream:
    """Every exit criterion of the first stage holds."""
    stated(trust)
    sponsor(trust, stream)
    return stream


def words(client, trust, login: str, address: str, status: int = 200) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == status, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, who: str, address: str, **data):
    client.force_login(trust.accounts[who])
    return client.post(address, data)


def stage_of(stream: WorkStream) -> int:
    return stream.stage_entries.get(left_at=None).stage


def forward(trust, stream, by=None):
    now = stage_of(stream)
    return move_on(stream=stream, seen=now, to=now + 1, by=by or trust.projectteam, at=AT)


def test_no_stream_says_why_and_who_begins(client, trust):
    assert "No work stream is set up yet" in words(client, trust, "wardstaff", "/streams/")
    assert "Set up a work stream" in words(client, trust, "projectteam", "/streams/")


def test_a_stream_is_set_up_in_the_first_stage_and_on_the_board(client, trust):
    answer = send(
        client,
        trust,
        "projectteam",
        "/streams/new/",
        name="Heart failure",
        specialty="Cardiology",
        departments=[trust.cardiology.pk],
        route="job planning",
        said="Job plan of 3 March",
    )
    assert answer.url == HERE
    said = words(client, trust, "wardstaff", "/streams/")
    assert "1. Mandate 1 stream Heart failure Cardiology no days in this stage" in said
    assert "No objective has been approved yet." in said
    assert "An executive can do it" in said
    assert "reconstruction" in said
    assert Engagement.objects.get().status == Status.APPROACHED


@pytest.mark.parametrize("name", ["new", "Template", "???", "Heart failure"])
def test_a_name_that_is_taken_is_refused_and_nothing_is_left_behind(client, trust, stream, name):
    answer = send(
        client,
        trust,
        "projectteam",
        "/streams/new/",
        name=name,
        specialty="Anything",
        departments=[trust.cardiology.pk],
        route="job planning",
        said="x",
    )
    assert answer.status_code == 403
    assert "choose another" in answer.content.decode()
    assert WorkStream.objects.count() == StageEntry.objects.count() == 1


def test_what_stands_in_the_way_is_named_with_who_can_do_it(client, trust, stream):
    said = words(client, trust, "executive", HERE)
    assert "4 of 4 exit criteria still to be met." in said
    assert "No objective has been approved yet. You can do it" in said
    said = words(client, trust, "projectteam", HERE)
    assert "No sponsor is named. You can do it" in said
    assert "Still to be met: The trust has a strategic objective in force;" in said


def test_a_stream_moves_once_every_criterion_holds(client, trust, ready):
    assert "Nothing stands in the way" in words(client, trust, "wardstaff", HERE)
    answer = send(client, trust, "projectteam", f"{HERE}move/", seen=1, to=2)
    assert answer.url == HERE
    assert stage_of(ready) == 2
    assert "In stage 2 of 8, Engage" in words(client, trust, "wardstaff", HERE)
    acts = Entry.objects.filter(object_kind="work stream").values_list("act", flat=True)
    assert list(acts) == ["stream set up", "named for a stream", "stream moved on"]


@pytest.mark.parametrize(("seen", "to"), [(1, 3), (1, 8), (1, 1), (2, 3)])
def test_no_stage_is_skipped(client, trust, ready, seen, to):
    answer = send(client, trust, "projectteam", f"{HERE}move/", seen=seen, to=to)
    assert answer.status_code == 403
    assert stage_of(ready) == 1


@pytest.mark.parametrize("given", ["", "x", "-1", "1e9", "²"])
def test_a_move_that_names_no_stage_is_not_found(client, trust, ready, given):
    assert send(client, trust, "projectteam", f"{HERE}move/", seen=1, to=given).status_code == 404


def test_evidence_withdrawn_before_the_move_stops_it_with_the_reason(client, trust, ready):
    assert "Nothing stands in the way" in words(client, trust, "projectteam", HERE)
    end_part(person_id=ready.people.get().pk, by=trust.projectteam, at=AT)
    answer = send(client, trust, "projectteam", f"{HERE}move/", seen=1, to=2)
    assert answer.status_code == 403
    assert "Still to be met: A sponsor stands behind the stream." in answer.content.decode()
    assert stage_of(ready) == 1


def test_evidence_withdrawn_after_the_move_shows_on_the_page(client, trust, ready):
    forward(trust, ready)
    end_part(person_id=ready.people.get().pk, by=trust.projectteam, at=AT)
    said = words(client, trust, "wardstaff", HERE)
    assert "Passed, and holding no longer" in said
    assert "Stage 1: to do A sponsor stands behind the stream" in said
    assert stage_of(ready) == 2


def test_of_two_people_moving_at_once_one_is_told(client, trust, ready):
    engage(trust, ready)
    name(trust, ready, PartPlayed.MANAGER, trust.operations)
    record_all_preconditions(trust)
    send(client, trust, "projectteam", f"{HERE}move/", seen=1, to=2)
    answer = send(client, trust, "projectteam", f"{HERE}move/", seen=1, to=2)
    assert answer.status_code == 403
    assert "Somebody has moved this stream in the meantime" in answer.content.decode()
    assert stage_of(ready) == 2


def test_a_stream_is_in_one_stage_whatever_happens(trust, stream):
    now = stream.stage_entries.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StageEntry.objects.create(
            stream=stream,
            stage=2,
            template=now.template,
            entered_at=AT,
            entered_by=trust.projectteam,
        )


def test_a_criterion_is_waived_with_a_reason_everybody_reads_and_withdrawn(client, trust, stream):
    address = f"{HERE}waive/sponsor/"
    assert "Error:" in words_of(send(client, trust, "projectteam", address, because=" "))
    send(client, trust, "projectteam", address, because="The chief changes in June.")
    said = words(client, trust, "wardstaff", HERE)
    assert "The chief changes in June." in said
    assert "3 of 4 exit criteria still to be met." in said
    waiver = Waiver.objects.get()
    send(client, trust, "projectteam", f"{HERE}waivers/{waiver.pk}/withdraw/", because="Named now")
    assert "4 of 4 exit criteria" in words(client, trust, "wardstaff", HERE)
    history = words(client, trust, "wardstaff", f"{HERE}history/")
    assert "The chief changes in June." in history
    assert "Named now" in history


def words_of(response) -> str:
    return response.content.decode()


def test_a_waived_criterion_lets_the_stream_pass(trust, stream):
    for key in ("objective", "definition", "mandate", "sponsor"):
        waive(stream=stream, key=key, because="Pilot", by=trust.projectteam, at=AT)
    forward(trust, stream)
    entry = Entry.objects.filter(act="stream moved on").get()
    assert entry.facts["details"]["waived"] == ["objective", "definition", "mandate", "sponsor"]


def test_a_waiver_withdrawn_while_somebody_moves_stops_the_move(trust, stream):
    for key in ("objective", "definition", "mandate", "sponsor"):
        made = waive(stream=stream, key=key, because="Pilot", by=trust.projectteam, at=AT)
    withdraw_waiver(waiver_id=made.pk, because="Too soon", by=trust.projectteam, at=AT)
    with pytest.raises(NotAllowed) as refused:
        forward(trust, stream)
    assert refused.value.refusal.reason is Reason.GATE_NOT_PASSED


def test_a_stage_is_stepped_back_with_a_reason_everybody_reads(client, trust, ready):
    forward(trust, ready)
    form = words_of_page(client, trust, f"{HERE}back/")
    assert 'name="seen" value="2"' in form
    send(client, trust, "projectteam", f"{HERE}back/", seen=2, to=1, because="A new sponsor")
    assert stage_of(ready) == 1
    assert "Stepped back: A new sponsor" in words(client, trust, "wardstaff", f"{HERE}history/")
    with pytest.raises(NotAllowed):
        step_back(stream=ready, seen=1, to=1, because="x", by=trust.projectteam, at=AT)


def words_of_page(client, trust, address: str) -> str:
    client.force_login(trust.projectteam)
    return client.get(address).content.decode()


def test_those_that_did_not_engage_stand_apart_with_their_reason(client, trust, ready):
    engage(trust, ready, Status.DID_NOT_ENGAGE, "No time this year; asked again in spring.")
    board = words(client, trust, "wardstaff", "/streams/")
    assert "Did not engage 1 stream Heart failure" in board
    assert "asked again in spring" in words(client, trust, "wardstaff", f"{HERE}history/")
    with pytest.raises(NotAllowed) as refused:
        forward(trust, ready)
    assert "did not engage" in refused.value.refusal.because


def test_a_precondition_is_on_record_for_every_stream(client, trust, ready):
    forward(trust, ready)
    before = "Not recorded yet: caldicott sign-off"
    assert before in words(client, trust, "dpo", HERE)
    send(
        client,
        trust,
        "dpo",
        "/streams/preconditions/caldicott/",
        on_0="2025-12-01",
        on="2025-12-01",
        evidence="Letter of 1 December",
    )
    assert before not in words(client, trust, "dpo", HERE)
    assert "Letter of 1 December" in words(client, trust, "wardstaff", "/streams/preconditions/")
    send(
        client, trust, "dpo", "/streams/preconditions/caldicott/withdraw/", because="The scope grew"
    )
    assert before in words(client, trust, "dpo", HERE)
    assert "The scope grew" in words(client, trust, "wardstaff", "/streams/preconditions/")
    assert PreconditionRecord.objects.count() == 1


def test_a_precondition_of_tomorrow_is_not_recorded(client, trust):
    answer = send(
        client,
        trust,
        "dpo",
        "/streams/preconditions/caldicott/",
        on="2999-01-01",
        evidence="x",
    )
    assert "Give a day that has come" in words_of(answer)
    assert not PreconditionRecord.objects.exists()


def test_a_withdrawn_precondition_stops_a_stream_that_waits_to_move(trust, ready):
    forward(trust, ready)
    engage(trust, ready)
    name(trust, ready, PartPlayed.MANAGER, trust.operations)
    record_all_preconditions(trust)
    withdraw_precondition(kind=Precondition.CALDICOTT, because="Scope", by=trust.dpo, at=AT)
    with pytest.raises(NotAllowed) as refused:
        forward(trust, ready)
    assert "Caldicott" in refused.value.refusal.because


def test_a_stream_across_departments_waits_for_its_lead(client, trust):
    both = set_up(trust, "Chest pain", trust.cardiology, trust.surgery)
    stated(trust)
    for key in ("mandate", "sponsor"):
        waive(stream=both, key=key, because="x", by=trust.projectteam, at=AT)
    forward(trust, both)
    address = both.get_absolute_url()
    assert "Nobody leads the stream" in words(client, trust, "sysadmin", address)
    grant_role(
        account=trust.peer, role=Role.STREAM_LEAD, starts_on=START, stream=both, by=None, at=AT
    )
    assert "Nobody leads the stream" not in words(client, trust, "sysadmin", address)


def test_somebody_is_named_by_their_login_and_their_part_ends(client, trust, stream):
    address = f"{HERE}people/"
    wrong = send(client, trust, "projectteam", address, part="manager", login="nobody")
    assert "Nobody signs in as “nobody”" in words_of(wrong)
    low = send(client, trust, "projectteam", address, part="sponsor", login="peer")
    assert low.status_code == 403
    send(client, trust, "projectteam", address, part="coaching contact", login="HR")
    assert "hr: coaching contact" in words(client, trust, "wardstaff", address)
    part = stream.people.get()
    send(client, trust, "projectteam", f"{address}{part.pk}/end/")
    assert "Nobody is named yet" in words(client, trust, "wardstaff", address)


def test_a_clinician_joins_and_leaves(client, trust, stream):
    address = f"{HERE}members/"
    send(client, trust, "clinician", address, answer="join")
    assert "You are a member." in words(client, trust, "clinician", address)
    assert "1 clinician joined this stream" in words(client, trust, "peer", address)
    assert "Dr Clinician" not in words(client, trust, "peer", address)
    assert "Dr Clinician" in words(client, trust, "projectteam", address)
    assert send(client, trust, "clinician", address, answer="join").status_code == 403
    assert send(client, trust, "stranger", address, answer="join").status_code == 403
    send(client, trust, "clinician", address, answer="leave")
    assert "No clinicians joined" in words(client, trust, "peer", address)
    assert send(client, trust, "clinician", address, answer="leave").status_code == 403
    assert StreamMember.objects.count() == 1


def test_help_is_asked_for_and_answered_between_those_concerned(client, trust, stream):
    address = f"{HERE}help/"
    assert send(client, trust, "clinician", address, text="Help").status_code == 403
    send(client, trust, "lead", address, text="A colleague’s figures; how do I begin?")
    asked = HelpRequest.objects.get()
    assert "how do I begin" in words(client, trust, "projectteam", "/streams/help/")
    assert "1 open request for help" in words(client, trust, "projectteam", HERE)
    for other in ("chief", "director", "peer", "executive"):
        assert "how do I begin" not in words(client, trust, other, "/streams/help/")
        words(client, trust, other, f"/streams/help/{asked.pk}/", status=404)
    send(client, trust, "projectteam", f"/streams/help/{asked.pk}/", text="A coach on Tuesday")
    assert "A coach on Tuesday" in words(client, trust, "lead", "/streams/help/")
    again = send(client, trust, "projectteam", f"/streams/help/{asked.pk}/", text="Again")
    assert again.status_code == 403


def test_new_stages_count_from_the_next_move_and_the_old_stay_readable(client, trust, ready):
    assert "reconstruction" in words(client, trust, "wardstaff", "/streams/template/")
    given = as_initial(template.in_force())
    given["name_1"] = "Authority"
    given["criteria_1"] = "objective | We know what we want"
    given["criteria_2"] += "\nsponsor | Somebody stands behind it"
    address = "/streams/template/edit/"
    assert "Error:" in words_of(send(client, trust, "projectteam", address, **given))
    send(client, trust, "projectteam", address, **given, because="The sponsor comes later.")
    assert Template.objects.count() == 2
    said = words(client, trust, "wardstaff", HERE)
    assert "In stage 1 of 8, Authority" in said
    assert "0 of 1 exit criterion still to be met" in said or "We know what we want" in said
    assert "The sponsor comes later." in words(client, trust, "wardstaff", "/streams/template/")
    old = words(client, trust, "wardstaff", "/streams/template/1/")
    assert "Version 1, replaced" in old
    assert "1. Mandate" in old


def test_stages_that_were_undone_are_not_taken_for_those_that_got_their_number(ready):
    first = template.in_force().stages
    renamed = [replace(each, name=f"{each.name}, undone") for each in first]
    with transaction.atomic():
        undone = template.write(renamed, "Undone", None, AT).pk
        assert template.in_force().stages == tuple(renamed)
        transaction.set_rollback(True)
    assert template.write(first, "Kept", None, AT).pk == undone
    assert template.in_force().stages == first


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("no-such-check | Words", "Stage 1, line 1: there is no check “no-such-check”"),
        ("objective", "Stage 1, line 1: give the check words"),
        ("objective | x\nobjective | y", "Stage 1, line 2: “objective” is in stage 1 already"),
        ("outcomes | x", "“outcomes” is in stage 1 already"),
    ],
)
def test_a_wrong_line_of_criteria_is_named(client, trust, lines, wrong):
    given = {**as_initial(template.in_force()), "criteria_1": lines, "because": "x"}
    answer = send(client, trust, "projectteam", "/streams/template/edit/", **given)
    assert wrong in words_of(answer)
    assert not Template.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/streams/none/",
        "/streams/none/history/",
        "/streams/heart-failure/waive/no-such-check/",
        "/streams/heart-failure/waivers/999999/withdraw/",
        "/streams/template/99/",
        "/streams/help/999999/",
        "/streams/preconditions/no-such/",
    ],
)
def test_what_is_not_there_is_not_found(client, trust, stream, address):
    client.force_login(trust.projectteam)
    assert client.get(address).status_code == 404


def test_a_seventh_measure_of_a_stream_waits_for_an_exception(client, trust, ready):
    outcome = "/strategy/outcomes/short-stays/measures/"
    more = [
        "emergency-readmission-30d",
        "predicted-discharge-recorded",
        "predicted-discharge-accuracy",
        "discharge-summary-24h",
        "mortality-30d",
    ]
    for measure in more:
        assert send(client, trust, "lead", outcome, measure=measure).status_code == 302
    second = propose_second_outcome(trust)
    address = f"/strategy/outcomes/{second.statement.code}/measures/"
    seventh = "length-of-stay-7-days"
    answer = send(client, trust, "lead", address, measure=seventh)
    assert answer.status_code == 403
    assert "Heart failure has 6 measures" in words_of(answer)
    assert send(client, trust, "lead", address, measure="length-of-stay").status_code == 302
    send(client, trust, "projectteam", f"{HERE}measures/", most=7, because="Safety comes on top")
    assert send(client, trust, "lead", address, measure=seventh).status_code == 302
    assert "Safety comes on top" in words(client, trust, "wardstaff", f"{HERE}history/")
    send(client, trust, "projectteam", f"{HERE}measures/end/")
    said = words(client, trust, "projectteam", f"{HERE}history/")
    assert "End the exception" not in said


def propose_second_outcome(trust) -> Wording:
    from clinlead.strategy.actions import Words
    from clinlead.strategy.policies import Kind

    aim = Wording.objects.get(statement__kind=Kind.OBJECTIVE).statement
    said = Words(title="Safe", text="x", objective=aim, departments=[trust.cardiology])
    made = propose(kind=Kind.OUTCOME, code="safe", words=said, by=trust.lead, at=AT)
    return approve(wording_id=made.pk, by=trust.executive, at=AT)
