"""Days of job plans in the application: computed, opened, and put right where they were entered."""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from clinlead.access.models import RoleHolding
from clinlead.figures import facts, warming
from clinlead.figures.actions import recompute_all, recompute_months
from clinlead.figures.computing import tallies_of
from clinlead.figures.facts import files_of
from clinlead.figures.models import FactsMonth, Generation, TallyMonth
from clinlead.figures.queries import Wanted, series
from clinlead.figures.records import Filters, filtered_series, records_behind
from clinlead.figures.sums import total
from clinlead.history.models import Entry
from clinlead.intake.actions import correct
from clinlead.intake.models import Load, LoadState
from clinlead.jobplans.models import PlanQuestion
from clinlead.measures.actions import choose_defaults, choose_measure, register_library
from clinlead.measures.queries import find
from clinlead.validation.addresses import record_id
from clinlead.validation.owners import rules_to_check
from small_activity import put_load

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
CODE = "job-plan-sessions-delivered"
SESSIONS = Wanted(CODE, 1, "job_plan")


def slot(number: int, owner: str, day: int, month: int = 3) -> dict:
    when = datetime(2026, month, day, 9)  # noqa: DTZ001 (local civil time)
    seen = {"attendance_type": "first", "outcome": "attended", "patient_key": f"{number:032x}"}
    return {"attendance_id": f"A{number}", "slot_at": when, "slot_owner": owner, **seen}


def stay(number: int, procedure: str) -> dict:
    """One a month; two of the three are the same operation by its first three characters."""
    when = datetime(2026, 2 + number, 5, 9)  # noqa: DTZ001 (local civil time)
    row = {"spell_id": f"S{number}", "patient_key": f"{number:032x}", "admitted_at": when}
    row |= {"discharged_at": when, "admission_method": "elective", "primary_procedure": procedure}
    return row | {"discharging_consultant": "C-clinician"}


@pytest.fixture
def trust(trust, tmp_path, monkeypatch):
    """A plan of five sessions a week from March, four clinics, a day of leave, and no theatre."""
    monkeypatch.setattr(settings.CONFIGURATION, "data_dir", tmp_path)
    person = trust.person("clinician").code
    plan = {"person_code": person, "from": date(2026, 3, 1), "activity": "dcc"}
    away = {"person_code": person, "from": date(2026, 3, 10), "to": date(2026, 3, 10)}
    clinics = [slot(1, "C-clinician", 2), slot(2, "C-clinician", 3), slot(3, "C-peer", 4)]
    put_load(1, "jobplans", [{**plan, "sessions_per_week": 5.0}])
    put_load(2, "leave", [{**away, "kind": "study"}])
    put_load(3, "clinics", [*clinics, slot(4, "C-clinician", 1, month=4)])
    put_load(4, "spells", [stay(n, code) for n, code in enumerate(("K40.1", "K40.2", "T20.1"))])
    register_library(at=AT)
    codes = (CODE, "did-not-attend", "range-of-procedures")
    choose_defaults(department=trust.cardiology, at=AT, codes=codes)
    recompute_all(at=AT)
    return trust


def of_month(trust, login: str, month: str = "2026-03") -> tuple[float, float] | None:
    found = {each.month: each.sums for each in series(trust.person(login).code, SESSIONS)}
    sums = found.get(month)
    return sums and (sums.numerator / 10**9, sums.denominator / 10**9)


def test_what_was_done_follows_a_correction_of_the_clinic_it_was_done_in(trust):
    # 22 weekdays of March less one of leave; April's are another month.
    assert of_month(trust, "clinician") == (2, 21)
    assert of_month(trust, "peer") is None  # no plan
    april = TallyMonth.objects.shown().get(measure=CODE, month="2026-04")
    correct(
        dataset="clinics",
        key="A3",
        field="slot_owner",
        old="C-peer",
        new="C-clinician",
        reason="A swap",
        by=None,
        at=AT,
    )
    recompute_months(
        dataset="clinics", keys=["A3"], fields=["slot_owner"], cause="correction", cause_id=1, at=AT
    )
    assert of_month(trust, "clinician") == (3, 21)
    assert TallyMonth.objects.shown().get(measure=CODE, month="2026-04") == april
    rows = records_behind(SESSIONS, [trust.person("clinician").code], months=["2026-03"])
    assert sum(row["numerator"] for row in rows) == 3 * 10**9
    assert [row["leave_kind"] for row in rows if row["leave_kind"]] == ["study"]


def test_a_correction_of_what_no_measure_in_use_joins_leaves_the_days_alone(trust):
    shown = TallyMonth.objects.shown().filter(measure=CODE)
    before, files = list(shown.order_by("pk")), files_of("jobplans")
    how = {"dataset": "spells", "cause": "correction", "cause_id": 1, "at": AT}
    recompute_months(keys=["S0"], fields=["discharging_consultant"], **how)
    assert (list(shown.order_by("pk")), files_of("jobplans")) == (before, files)


def test_days_are_rehearsed_when_a_server_starts_and_nothing_of_it_stays(trust, monkeypatch):
    added = {}

    def adding(*given, **asked):
        added.update(tallies_of(*given, **asked))
        return added

    monkeypatch.setattr(warming, "tallies_of", adding)
    files = sorted(facts.root().rglob("*"))
    kept = rows_of(Generation, TallyMonth, FactsMonth)
    warming.warm()
    newest = FactsMonth.objects.filter(dataset="jobplans").latest("month").month
    shown = TallyMonth.objects.shown().get(measure=CODE, rule="job_plan", month=newest)
    rehearsed = {place.month: month.digest for place, month in added.items()}
    assert rehearsed == {newest: shown.digest}
    assert sorted(facts.root().rglob("*")) == files
    assert rows_of(Generation, TallyMonth, FactsMonth) == kept


def rows_of(*models) -> list[list]:
    return [list(one.objects.order_by("pk")) for one in models]


SUMMARIES = Wanted("discharge-summary-24h", 1, "discharging")


def stays_without_documents(trust, *, shown_individually: bool) -> None:
    """Three stays, whose summaries the department would count."""
    home = {"patient_class": "inpatient", "discharge_method": "home"}
    put_load(5, "spells", [stay(number, "K40.1") | home for number in range(3)])
    choose_measure(
        department=trust.cardiology, measure=find(SUMMARIES.measure), rule=SUMMARIES.rule,
        shown_individually=shown_individually, reason="", at=AT, by=None, order=9,
    )  # fmt: skip
    recompute_all(at=AT)


def test_what_was_not_loaded_for_a_month_is_no_nought_of_it(trust, client):
    stays_without_documents(trust, shown_individually=False)
    unit = trust.person("clinician").code
    assert series(unit, SUMMARIES) == []  # three stays, and no document was ever loaded
    client.force_login(trust.accounts["lead"])
    address = f"/departments/cardiology/figures/{SUMMARIES.measure}/"
    page = client.get(address).content.decode()
    assert "Cannot tell yet: no data on documents are loaded, and without them" in page
    assert "0%" not in page
    sent = {"document_id": "D1", "kind": "discharge_summary", "refers_to": "S1"}
    load = put_load(6, "documents", [{**sent, "sent_at": datetime(2026, 3, 5, 12)}])  # noqa: DTZ001
    Load.objects.filter(pk=load.pk).update(coverage_from=date(2026, 3, 1))
    recompute_all(at=AT)
    told = {each.month: (each.sums.numerator, each.sums.n) for each in series(unit, SUMMARIES)}
    assert told == {"2026-03": (10**6, 1), "2026-04": (0, 1)}
    Load.objects.filter(pk=load.pk).update(state=LoadState.WITHDRAWN)
    recompute_all(at=AT)
    assert not any(each.sums.n for each in series(unit, SUMMARIES))
    assert "no data on documents are loaded" in client.get(address).content.decode()


def test_filters_and_lists_of_records_tell_no_month_that_was_not_loaded(trust, client):
    stays_without_documents(trust, shown_individually=True)
    client.force_login(trust.accounts["clinician"])
    own = f"/me/figures/{SUMMARIES.measure}/"
    narrowed = f"{own}?admission_method=elective"
    assert "no data on documents are loaded" in client.get(narrowed).content.decode()
    assert "0%" not in client.get(narrowed).content.decode()
    listed = f"{own}records/?admission_method=elective&from=2026-02&to=2026-04"
    assert "No record counts in these months" in client.get(listed).content.decode()
    sent = {"document_id": "D1", "kind": "discharge_summary", "refers_to": "S1"}
    load = put_load(6, "documents", [{**sent, "sent_at": datetime(2026, 3, 5, 12)}])  # noqa: DTZ001
    Load.objects.filter(pk=load.pk).update(coverage_from=date(2026, 3, 1))
    recompute_all(at=AT)
    page = client.get(f"{narrowed}&from=2026-02&to=2026-04").content.decode()
    assert "March to April 2026: 1 of 2 stays" in page
    assert "February" not in page
    listed = client.get(listed).content.decode()
    assert "2 records" in listed
    assert "S0" not in listed


def test_a_day_is_opened_but_neither_checked_nor_challenged(trust, client):
    person = trust.person("clinician")
    client.force_login(trust.accounts["clinician"])
    name = record_id("jobplans", f"{person.code}|2026-03-02|dcc")
    said = client.get(f"/records/{name}/").content.decode()
    assert "Clinic sessions" in said
    assert "A day of a job plan is joined from lists, clinics" in said
    assert "Hospital number" not in said
    assert client.get(f"/records/{name}/challenge/").status_code == 403
    assert "nothing held" in client.get(f"/me/figures/{CODE}/records/").content.decode()
    figure = client.get(f"/me/figures/{CODE}/").content.decode()
    assert re.search(r"2 of [\d.]+ sessions|3 of [\d.]+ sessions", figure)
    assert "A patient of mine is missing" not in figure
    assert "jobplans" not in rules_to_check([trust.cardiology.pk], AT.date())


def test_different_procedures_are_told_apart_anew_for_every_total(trust, client):
    work = Wanted("range-of-procedures", 1, "discharging")
    unit = trust.person("clinician").code
    months = series(unit, work)
    assert [len(each.sums.histogram) for each in months] == [1, 1, 1]
    assert len(total(months).histogram) == 2
    client.force_login(trust.accounts["clinician"])
    figure = client.get("/me/figures/range-of-procedures/?rule=discharging").content.decode()
    assert "2 different procedures, among 3 stays" in figure
    found = filtered_series(
        work, [unit], filters=Filters(values={"admission_method": "elective"}), complete={}
    )
    assert len(total(found).histogram) == 2
    listed = client.get("/me/figures/range-of-procedures/records/?rule=discharging")
    assert "K40" in listed.content.decode()
    assert "elective" in listed.content.decode()


def test_a_job_plan_says_what_was_planned_delivered_and_asked_and_is_not_the_colleagues(
    trust, client
):
    """The page's sessions are the measure's own; who looked is recorded; HR's question is
    answered by the lead, and nobody else."""
    code, today = trust.person("clinician").code, trust.lead
    RoleHolding.objects.filter(account=today).update(starts_on=date(2020, 1, 1))
    page = f"/job-plans/cardiology/people/{code}/"
    said = words(client, trust, "clinician", page)
    assert "March 2026 22 1 21 2 2 clinics" in said.replace(" (provisional)", "")
    assert (
        "The plan has 5 sessions a week; the contract (1 whole-time equivalent) is for 10" in said
    )
    assert "Does your job plan describe the work that is done?" in said
    assert "Half of" not in said  # nobody is summed up beside too few colleagues
    client.force_login(trust.hr)
    client.post(page, {"point": "plan and contract", "text": "Five or ten?"})
    question = PlanQuestion.objects.get()
    address = f"/job-plans/questions/{question.pk}/"
    assert client.post(address, {"act": "close"}).status_code == 403  # not answered yet
    client.force_login(trust.peer)
    assert client.post(address, {"text": "Ten"}).status_code == 404
    client.force_login(trust.lead)
    assert client.post(address, {"text": "Five: half is research."}).status_code == 302
    assert "Read 1 answer about job plans" in words(client, trust, "hr", "/")
    client.post(address, {"act": "close"})
    question.refresh_from_db()
    assert (question.answered_by, question.closed_by) == (trust.lead, trust.hr)
    assert "Five: half is research." in words(client, trust, "clinician", page)
    assert "1 of 7 job plans" not in words(client, trust, "lead", "/job-plans/cardiology/")
    acts = Entry.objects.filter(object_kind="job plan").values_list("act", "by__username")
    assert ("read", "lead") in acts
    assert ("read", "clinician") not in acts


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
