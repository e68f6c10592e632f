"""What a release leads to: decisions, cycles studied on data over time, drivers; through pages."""

import dataclasses
import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.access.queries import reader_of
from clinlead.history.models import Entry
from clinlead.improvement import actions, queries
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import Act, Kind, State
from clinlead.improvement.series import look
from clinlead.measures.breaks import record_break
from clinlead.organisation.models import Specialty, WorkStream
from clinlead.releases.models import ReleasedFigure
from improving import AT, a_plan, decided, planned, running, studied
from kept_worlds import world_of
from people import give
from small_release import quarter_let_out
from strategy_stated import stated

pytestmark = pytest.mark.django_db
BEGAN = date(2026, 2, 1)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Cardiology’s first quarter of 2026 is out; its months go on to June."""
    with (
        world_of(quarter_let_out, tmp_path_factory.mktemp("improving"), django_db_blocker) as ready,
        transaction.atomic(),
    ):
        ready.trust.out = ready.release
        stated(ready.trust)
        yield ready.trust
        transaction.set_rollback(True)


@pytest.fixture
def trust(db, made):
    made.out.refresh_from_db()
    return made


def words(client, trust, login: str, address: str, status: int = 200) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == status, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def a_stream(trust) -> WorkStream:
    specialty = Specialty.objects.create(code="hearts", name="Hearts")
    made = WorkStream.objects.create(code="hearts", name="Hearts", specialty=specialty)
    made.departments.add(trust.cardiology)
    return made


def live(trust, cycle):
    return look(cycle, reader_of(trust.lead, AT.date())).live


# Decisions


def test_a_release_waits_for_decisions_until_each_measure_has_one(client, trust):
    assert "Decide about 2 measures of Cardiology" in words(client, trust, "lead", "/")
    page = f"/improvement/releases/{trust.out.pk}/"
    decide = f"{page}decide/length-of-stay/"
    answer = send(client, trust, "lead", decide, kind="improve", because="Rounds come late")
    made = Decision.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.by, made.release, made.version) == (trust.lead, trust.out, 1)
    send(client, trust, "lead", f"{page}no-action/")
    assert "Decide about" not in words(client, trust, "lead", "/")
    acts = Entry.objects.filter(object_kind="decision").values_list("act", "by__username")
    assert set(acts) == {("decided after a release", "lead")}


def test_no_action_together_leaves_measures_with_a_signal_alone(client, trust):
    figures = ReleasedFigure.objects.filter(release=trust.out, unit=trust.out.team_unit)
    figures.filter(measure="length-of-stay").update(has_signal=True)
    send(client, trust, "lead", f"/improvement/releases/{trust.out.pk}/no-action/")
    made = Decision.objects.get()
    assert (made.measure, made.kind, made.together) == ("died-in-hospital", Kind.NO_ACTION, True)


def test_a_decision_without_a_reason_comes_back_and_nothing_is_kept(client, trust):
    decide = f"/improvement/releases/{trust.out.pk}/decide/length-of-stay/"
    answer = send(client, trust, "lead", decide, kind="improve", because=" ")
    assert "Error: Decide" in answer.content.decode()
    assert not Decision.objects.exists()


def test_one_refused_decision_of_several_leaves_none_behind(trust):
    said = [
        actions.Decided(measure="length-of-stay", kind=Kind.NO_ACTION, because="Quiet"),
        actions.Decided(measure="no-such-measure", kind=Kind.NO_ACTION, because="Quiet"),
    ]
    with pytest.raises(NotAllowed) as refused:
        actions.decide_all(release_id=trust.out.pk, said=said, by=trust.lead, at=AT)
    assert refused.value.refusal.reason is Reason.WRONG_STAGE
    assert not Decision.objects.exists()


def test_nobody_decides_from_an_edition_that_was_replaced(trust):
    trust.out.state = "superseded"
    trust.out.save(update_fields=["state"])
    with pytest.raises(NotAllowed) as refused:
        decided(trust, trust.out)
    assert "a later edition replaced them" in refused.value.refusal.because


@pytest.mark.parametrize(
    ("kind", "leads_to"),
    [
        (Kind.CORRECT, "/challenges/"),
        (Kind.REDEFINE, "/measures/length-of-stay/"),
        (Kind.IMPROVE, "/cycle/"),
    ],
)
def test_each_kind_of_decision_leads_on(client, trust, kind, leads_to):
    made = decided(trust, trust.out, kind)
    client.force_login(trust.lead)
    page = client.get(made.get_absolute_url()).content.decode()
    assert re.search(rf'action-link__link" href="[^"]*{leads_to}"', page)


def test_what_is_to_be_spread_is_read_elsewhere_once_it_is_shared(client, trust):
    made = decided(trust, trust.out, Kind.SPREAD, because="The board round works.")
    words(client, trust, "otherlead", made.get_absolute_url(), status=404)
    send(client, trust, "lead", f"{made.get_absolute_url()}share/")
    assert "The board round works." in words(client, trust, "otherlead", made.get_absolute_url())
    assert "The board round works." not in words(client, trust, "otherlead", "/improvement/")
    words(client, trust, "stranger", made.get_absolute_url(), status=404)


def test_a_withdrawn_decision_stays_with_its_reason_and_starts_nothing(client, trust):
    made = decided(trust, trust.out)
    send(client, trust, "lead", f"{made.get_absolute_url()}withdraw/", because="The wrong measure")
    assert "The wrong measure" in words(client, trust, "peer", made.get_absolute_url())
    assert not queries.decisions_of([trust.cardiology]).exists()
    with pytest.raises(NotAllowed):
        planned(trust, made)


def test_a_stream_lead_decides_for_their_stream_alone(client, trust):
    stream = a_stream(trust)
    give(trust, "operations", Role.STREAM_LEAD, stream=stream)
    decide = f"/improvement/releases/{trust.out.pk}/decide/length-of-stay/"
    send(client, trust, "operations", decide, kind="improve", because="x", stream=stream.pk)
    made = Decision.objects.get()
    assert (made.stream, made.by) == (stream, trust.operations)
    assert list(queries.decisions_for([stream])) == [made]
    answer = send(client, trust, "operations", decide, kind="improve", because="x")
    assert "This field is required" in answer.content.decode()


# Cycles


def test_a_cycle_goes_from_plan_to_study_and_the_next(client, trust):
    decision = decided(trust, trust.out)
    given = dataclasses.asdict(a_plan()) | {"idea": "", "starts_on": "2026-02-01"}
    answer = send(client, trust, "lead", f"{decision.get_absolute_url()}cycle/", **given)
    cycle = Cycle.objects.get()
    here = cycle.get_absolute_url()
    assert answer.url == here
    assert "Predicted: at most 4.5 days" in words(client, trust, "peer", here)
    send(client, trust, "lead", f"{here}start/")
    said = {"happened": "As planned", "learned": "It works", "act": "adapt"}
    assert send(client, trust, "lead", f"{here}study/", **said).url == here
    cycle.refresh_from_db()
    assert (cycle.state, cycle.act, cycle.closed_by) == (State.CLOSED, Act.ADAPT, trust.lead)
    assert cycle.result["after"]["months"] == 5
    assert cycle.result["met"] is True
    again = {**given, "title": "Two wards", "starts_on": "2026-08-01", "ends_on": "2026-12-01"}
    send(client, trust, "lead", f"{here}next/", **again)
    after = Cycle.objects.get(parent=cycle)
    assert (after.number, after.decision) == (2, decision)
    assert "The ramp" in words(client, trust, "lead", here)
    acts = Entry.objects.filter(object_kind="PDSA cycle").values_list("act", flat=True)
    assert {"cycle planned", "cycle started", "cycle studied", "cycle followed by another"} == set(
        acts
    )


def test_before_and_after_are_those_of_the_department_and_worded_as_association(client, trust):
    cycle = running(trust, decided(trust, trust.out))
    page = words(client, trust, "lead", cycle.get_absolute_url())
    assert "Before, July 2024 to January 2026 (19 months)" in page
    assert "After, February 2026 to June 2026 (5 months)" in page
    assert "This is an association in time. It does not show that the change did it." in page
    assert "No comparison series was given" in page
    assert not re.search(r"\b(caused|effect of|thanks to|led to an improvement)\b", page)


def test_the_limits_are_those_of_before_and_carried_on(trust):
    from clinlead.improvement.series import chart_of

    found = live(trust, running(trust, decided(trust, trust.out)))
    series = chart_of(found).series
    assert series.frozen.tolist() == [month.month >= "2026-02" for month in found.months]
    assert len(set(series.centre.tolist())) == 1


def test_the_months_that_started_a_cycle_are_no_baseline_and_their_return_is_said(client, trust):
    figure = ReleasedFigure.objects.get(
        release=trust.out, unit=trust.out.team_unit, measure="length-of-stay"
    )
    figure.statistics["signals"] = [["2026-01", "unusually high"]]
    figure.save(update_fields=["statistics"])
    cycle = running(trust, decided(trust, trust.out), starts_on=date(2026, 3, 1))
    assert cycle.signal_from == "2026-01"
    found = live(trust, cycle)
    assert [each.month for each in found.left_out] == ["2026-01", "2026-02"]
    assert max(each.month for each in found.before) == "2025-12"
    page = words(client, trust, "lead", cycle.get_absolute_url())
    assert "January 2026, February 2026 started it and are left out" in page
    assert "The 2 points that started this are left out." in page
    assert "(regression to the mean)" in page


def test_a_signal_that_came_after_the_change_did_not_start_it(trust):
    figure = ReleasedFigure.objects.get(
        release=trust.out, unit=trust.out.team_unit, measure="length-of-stay"
    )
    figure.statistics["signals"] = [["2026-03", "unusually low"]]
    figure.save(update_fields=["statistics"])
    assert running(trust, decided(trust, trust.out)).signal_from == ""


def test_months_recorded_otherwise_are_not_compared(client, trust):
    cycle = running(trust, decided(trust, trust.out))
    record_break(
        measure="length-of-stay",
        department=trust.cardiology,
        on=date(2025, 1, 1),
        reason="A new system",
        by=trust.lead,
        at=AT,
    )
    found = live(trust, cycle)
    assert found.months[0].month == "2025-01"
    assert "Months before January 2025 are left aside" in words(
        client, trust, "lead", cycle.get_absolute_url()
    )


def test_a_cycle_does_not_start_without_a_number(client, trust):
    cycle = planned(trust, decided(trust, trust.out), predicted=None)
    assert "Write the prediction with a number first" in words(
        client, trust, "lead", cycle.get_absolute_url()
    )
    assert send(client, trust, "lead", f"{cycle.get_absolute_url()}start/").status_code == 403
    cycle.refresh_from_db()
    assert cycle.state == State.PLANNED


def test_a_cycle_with_too_little_data_is_not_closed_and_says_how_many_months_it_has(client, trust):
    cycle = running(trust, decided(trust, trust.out), starts_on=date(2026, 5, 1))
    said = {"happened": "x", "learned": "x", "act": "adopt"}
    answer = send(client, trust, "lead", f"{cycle.get_absolute_url()}study/", **said)
    assert answer.status_code == 403
    assert "There are 22 before and 2 after" in answer.content.decode()
    cycle.refresh_from_db()
    assert (cycle.state, cycle.result) == (State.RUNNING, None)


def test_a_change_in_mid_month_is_counted_from_the_first_whole_month(trust):
    cycle = planned(trust, decided(trust, trust.out), starts_on=date(2026, 2, 2))
    assert cycle.first_month_after == "2026-03"
    assert planned(trust, cycle.decision, starts_on=BEGAN).first_month_after == "2026-02"
    assert planned(trust, cycle.decision, starts_on=date(2025, 12, 31)).first_month_after == (
        "2026-01"
    )


def test_two_people_do_not_close_one_cycle(client, trust):
    give(trust, "second", Role.LEAD, department=trust.cardiology)
    cycle = studied(trust, running(trust, decided(trust, trust.out)), "adopt")
    said = {"happened": "Otherwise", "learned": "Otherwise", "act": "abandon"}
    answer = send(client, trust, "second", f"{cycle.get_absolute_url()}study/", **said)
    assert answer.status_code == 403
    assert "This cycle is closed." in answer.content.decode()
    cycle.refresh_from_db()
    assert (cycle.act, cycle.closed_by, cycle.happened) == (Act.ADOPT, trust.lead, "As planned.")


def test_a_cycle_whose_owner_leaves_in_mid_quarter_is_handed_over(client, trust):
    cycle = running(trust, decided(trust, trust.out))
    actions.hand_over(cycle_id=cycle.pk, to=trust.peer, by=trust.lead, at=AT)
    trust.person("peer").posts.update(ends_on=date(2026, 8, 15))
    after = AT + timedelta(days=30)
    study = actions.Study(happened="x", learned="x", act=Act.ADOPT)
    with pytest.raises(NotAllowed) as refused:
        actions.study_cycle(cycle_id=cycle.pk, study=study, by=trust.peer, at=after)
    assert refused.value.refusal.reason is Reason.NOT_YOURS
    assert "Hand over “Earlier rounds”" in words(client, trust, "lead", "/")
    page = words(client, trust, "lead", cycle.get_absolute_url())
    assert "Dr Peer does not work in Cardiology any more." in page
    to = {"to": trust.second.pk}
    send(client, trust, "lead", f"{cycle.get_absolute_url()}hand-over/", **to)
    cycle.refresh_from_db()
    assert cycle.owner == trust.second
    assert trust.second.pk in cycle.place().members


def test_an_owner_studies_only_what_is_released_to_them(client, trust):
    cycle = running(trust, decided(trust, trust.out))
    actions.hand_over(cycle_id=cycle.pk, to=trust.peer, by=trust.lead, at=AT)
    said = {"happened": "x", "learned": "x", "act": "adopt"}
    answer = send(client, trust, "peer", f"{cycle.get_absolute_url()}study/", **said)
    assert answer.status_code == 403
    assert "Only 2 of the months after the start are released to you" in answer.content.decode()


def test_numbers_of_unreleased_months_stay_hidden_after_the_lead_studied_them(client, trust):
    cycle = studied(trust, running(trust, decided(trust, trust.out)))
    assert "over 374 stays" in words(client, trust, "lead", cycle.get_absolute_url())
    page = words(client, trust, "peer", cycle.get_absolute_url())
    assert "Its numbers are of months that are not released to you." in page
    assert "over 374 stays" not in page
    assert "Early rounds work." in page


def test_the_figures_of_a_shared_cycle_stay_where_they_are(client, trust):
    cycle = studied(trust, running(trust, decided(trust, trust.out)))
    words(client, trust, "otherlead", cycle.get_absolute_url(), status=404)
    send(client, trust, "lead", f"{cycle.get_absolute_url()}share/")
    page = words(client, trust, "otherlead", cycle.get_absolute_url())
    assert "Early rounds work." in page
    assert "stays" not in page.split("The figures around it")[1].split("Who takes part")[0]


def test_a_colleague_joins_and_leaves_a_cycle(client, trust):
    cycle = running(trust, decided(trust, trust.out))
    here = cycle.get_absolute_url()
    send(client, trust, "peer", f"{here}join/")
    assert "Dr Peer, since" in words(client, trust, "peer", here)
    assert send(client, trust, "peer", f"{here}join/").status_code == 403
    send(client, trust, "peer", f"{here}leave/")
    assert "Dr Peer, since" not in words(client, trust, "peer", here)


def test_ward_staff_and_managers_of_the_department_join_its_cycles(client, trust):
    trust.wardstaff.roles.update(department=trust.cardiology)
    cycle = running(trust, decided(trust, trust.out))
    assert send(client, trust, "wardstaff", f"{cycle.get_absolute_url()}join/").status_code == 302
    words(client, trust, "operations", cycle.get_absolute_url(), status=404)
    trust.operations.roles.update(stream=a_stream(trust))
    Cycle.objects.update(stream=WorkStream.objects.get())
    assert send(client, trust, "operations", f"{cycle.get_absolute_url()}join/").status_code == 302


def test_a_cycle_called_off_has_no_result(client, trust):
    stream = a_stream(trust)
    decision = decided(trust, trust.out, stream=stream)
    cycle = running(trust, decision)
    send(client, trust, "lead", f"{cycle.get_absolute_url()}call-off/", because="The ward closed")
    cycle.refresh_from_db()
    assert cycle.state == State.CALLED_OFF
    assert "The ward closed" in words(client, trust, "peer", cycle.get_absolute_url())
    assert not queries.cycles_with_result([stream]).exists()
    other = studied(trust, running(trust, decision, title="Another"))
    assert list(queries.cycles_with_result([stream])) == [other]
    assert list(queries.cycles_with_result_in([trust.cardiology])) == [other]


def test_a_prediction_written_after_the_start_says_so(client, trust):
    cycle = running(trust, decided(trust, trust.out))
    assert "after the change had begun" in words(client, trust, "lead", cycle.get_absolute_url())
    ahead = planned(trust, cycle.decision, starts_on=date(2026, 9, 1), ends_on=date(2027, 1, 1))
    assert "after the change had begun" not in words(
        client, trust, "lead", ahead.get_absolute_url()
    )


def test_a_cycle_is_marked_on_the_departments_chart_and_on_ones_own(client, trust):
    running(trust, decided(trust, trust.out), title="Board round")
    for login, address in (
        ("lead", "/departments/cardiology/figures/length-of-stay/"),
        ("peer", "/me/figures/length-of-stay/"),
    ):
        client.force_login(trust.accounts[login])
        page = client.get(address).content.decode()
        assert re.search(r"<svg.*Board round.*</svg>", page, re.DOTALL), address
        assert "What followed" in page


def test_a_cycle_due_for_study_waits_on_the_home_page(client, trust):
    running(trust, decided(trust, trust.out))
    assert "Study “Earlier rounds”" in words(client, trust, "lead", "/")
    assert "Study “Earlier rounds”" not in words(client, trust, "peer", "/")


def test_search_finds_a_cycle_for_who_may_see_it_and_for_nobody_else(client, trust):
    running(trust, decided(trust, trust.out), title="Zebra rounds")
    assert "Zebra rounds" in words(client, trust, "peer", "/search/?q=zebra")
    assert "Zebra rounds" not in words(client, trust, "otherlead", "/search/?q=zebra")


def test_an_executive_reads_counts_alone(client, trust):
    studied(trust, running(trust, decided(trust, trust.out, because="A secret reason")))
    page = words(client, trust, "executive", "/improvement/")
    assert re.search(r"Studied and adopted\s+1", page)
    assert "A secret reason" not in page
    assert "Earlier rounds" not in page


# Driver diagrams


def test_a_driver_diagram_grows_from_the_leads_page_and_is_read_by_all_staff(client, trust):
    here = "/improvement/drivers/short-stays/"
    assert "No driver is written yet" in words(client, trust, "wardstaff", here)
    send(client, trust, "lead", f"{here}add/", text="Decisions every day")
    driver = queries.drivers_of(stated_outcome())[0]
    idea = {"driver": driver.pk, "text": "Round at eight", "measure": "length-of-stay"}
    send(client, trust, "lead", f"{here}ideas/", **idea)
    client.force_login(trust.wardstaff)
    page = client.get(here).content.decode()
    drawn = page.split("<svg", 1)[1].split("</svg>")[0] if "<svg" in page else ""
    picture = next(part for part in page.split("<svg") if "drivers-title" in part)
    for text in ("Home on time", "Short stays", "Decisions every day", "Round at eight"):
        assert text in re.sub(r"</text><text[^>]*>", " ", picture), (text, drawn[:80])
    assert "style=" not in picture


def stated_outcome():
    from clinlead.strategy.models import Statement

    return Statement.objects.get(code="short-stays")


def test_an_ended_driver_takes_its_ideas_along_and_both_are_kept(client, trust):
    driver = actions.add_driver(outcome=stated_outcome(), text="Rounds", by=trust.lead, at=AT)
    idea = actions.add_idea(driver_id=driver.pk, text="Earlier", by=trust.lead, at=AT)
    send(client, trust, "lead", f"/improvement/drivers/{driver.pk}/end/")
    idea.refresh_from_db()
    assert idea.ended_by == trust.lead
    assert "Rounds" not in words(client, trust, "peer", "/improvement/drivers/short-stays/")
    with pytest.raises(NotAllowed):
        actions.add_idea(driver_id=driver.pk, text="Later", by=trust.lead, at=AT)


def test_the_same_driver_is_not_written_twice(trust):
    actions.add_driver(outcome=stated_outcome(), text="Rounds", by=trust.lead, at=AT)
    with pytest.raises(NotAllowed) as refused:
        actions.add_driver(outcome=stated_outcome(), text=" rounds ", by=trust.lead, at=AT)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


# The loop


def test_from_any_object_one_click_reaches_the_one_before_and_the_one_after(client, trust):
    decision = decided(trust, trust.out)
    cycle = running(trust, decision)
    release = f"/releases/{trust.out.pk}/"
    figure = f"{release}figures/length-of-stay/discharging/department:cardiology/"
    decided_here = f"/improvement/releases/{trust.out.pk}/"
    measure = "/measures/length-of-stay/"
    today = "/departments/cardiology/figures/length-of-stay/"
    chain = [
        ("/strategy/objectives/home-on-time/", None, "/strategy/outcomes/short-stays/"),
        ("/strategy/outcomes/short-stays/", "/strategy/objectives/home-on-time/", measure),
        (measure, "/strategy/outcomes/short-stays/", f"{measure}1/"),
        (f"{measure}1/", measure, "/quality/"),
        (release, f"{measure}1/", decided_here),
        (figure, release, decision.get_absolute_url()),
        (decision.get_absolute_url(), figure, cycle.get_absolute_url()),
        (cycle.get_absolute_url(), decision.get_absolute_url(), today),
        (today, cycle.get_absolute_url(), measure),
    ]
    for address, before, after in chain:
        links = loop_on(client, trust, "lead", address)
        assert before is None or before in links, address
        assert after in links, address


def loop_on(client, trust, login: str, address: str) -> list[str]:
    client.force_login(trust.accounts[login])
    page = client.get(address).content.decode()
    found = re.search(r'<nav class="app-around".*?</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


def test_the_analyst_goes_from_a_specification_to_its_extract_and_on_to_the_release(client, trust):
    specification = loop_on(client, trust, "analyst", "/measures/length-of-stay/1/")
    load = next(link for link in specification if link.startswith("/loads/"))
    links = loop_on(client, trust, "analyst", load)
    assert "/measures/length-of-stay/1/" in links
    assert trust.out.get_absolute_url() in links


@pytest.mark.parametrize(
    "login", ["clinician", "otherlead", "operations", "executive", "wardstaff"]
)
def test_no_link_of_the_loop_leads_a_reader_to_a_page_they_may_not_open(client, trust, login):
    decision = decided(trust, trust.out)
    cycle = running(trust, decision)
    pages = [
        "/strategy/objectives/home-on-time/",
        "/strategy/outcomes/short-stays/",
        "/measures/length-of-stay/",
        "/measures/length-of-stay/1/",
        "/departments/cardiology/figures/length-of-stay/",
        trust.out.get_absolute_url(),
        decision.get_absolute_url(),
        cycle.get_absolute_url(),
    ]
    links = {link for page in pages for link in loop_on(client, trust, login, page)}
    assert links
    client.force_login(trust.accounts[login])
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_no_page_of_the_room_asks_more_than_twenty_questions(client, trust):
    decision = decided(trust, trust.out)
    first = studied(trust, running(trust, decision))
    actions.follow_cycle(cycle_id=first.pk, plan=a_plan(), by=trust.lead, at=AT)
    cycle = running(trust, decision, balancing="died-in-hospital")
    release = f"/improvement/releases/{trust.out.pk}/"
    pages = ["/", "/improvement/", release, f"{release}decide/died-in-hospital/"]
    pages += [decision.get_absolute_url(), f"{decision.get_absolute_url()}cycle/"]
    pages += [first.get_absolute_url(), cycle.get_absolute_url(), trust.out.get_absolute_url()]
    pages += ["/departments/cardiology/figures/length-of-stay/", "/me/figures/length-of-stay/"]
    for login in ("lead", "peer", "analyst"):
        client.force_login(trust.accounts[login])
        counted = {page: questions(client, page) for page in pages}
        assert not {page: number for page, number in counted.items() if number > 20}, login


def questions(client, page: str) -> int:
    client.get(page)  # what is only asked once a process is not counted
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return sum("SAVEPOINT" not in each["sql"] for each in asked.captured_queries)


def test_the_rules_page_says_who_decides(client, trust):
    page = words(client, trust, "wardstaff", "/rules/")
    assert "Decide about a measure" in page


def test_what_a_reader_may_see_is_what_the_query_finds(trust):
    """The list and the rule never part: every account, every cycle."""
    stream = a_stream(trust)
    shared = studied(trust, running(trust, decided(trust, trust.out), title="Shared"))
    actions.share_cycle(cycle_id=shared.pk, by=trust.lead, at=AT)
    running(trust, decided(trust, trust.out, stream=stream), title="For the stream")
    give(trust, "hr", Role.STREAM_LEAD, stream=stream)
    from clinlead.improvement.policies import why_not_see

    for account in trust.accounts.values():
        reader = reader_of(account, AT.date())
        seen = set(Cycle.objects.visible_to(reader).values_list("pk", flat=True))
        allowed = {c.pk for c in Cycle.objects.all() if why_not_see(reader, c.place()) is None}
        assert seen == allowed, account
