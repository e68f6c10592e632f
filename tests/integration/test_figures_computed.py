"""Figures are computed from what is loaded, kept by generation, and follow a correction at once."""

import math
from dataclasses import replace
from datetime import date, timedelta
from os import utime
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from django.utils import timezone

from case_mix import by_hand, kept_model
from clinlead.background.working import work_off
from clinlead.casemix.actions import Asking, ask, put_in_force
from clinlead.casemix.models import CaseMixModel
from clinlead.casemix.queries import in_force
from clinlead.casemix.risk import risks_of_record
from clinlead.casemix.working import compute_beside
from clinlead.figures import facts
from clinlead.figures.actions import begin, recompute_all, recompute_months
from clinlead.figures.changed import changes
from clinlead.figures.facts import files_by_month, files_of
from clinlead.figures.foreseen import kept
from clinlead.figures.models import FactsMonth, Generation, Tally, TallyMonth
from clinlead.figures.queries import (
    Wanted,
    department_series,
    department_units,
    latest_generation,
    peers,
    series,
    tallies,
)
from clinlead.figures.records import (
    Filters,
    compiled,
    counting_for,
    filtered_series,
    record,
    records_behind,
    related,
)
from clinlead.figures.sums import total
from clinlead.figures.warming import warm
from clinlead.intake.actions import correct
from clinlead.intake.queries import activity
from clinlead.measures.actions import choose_measure
from clinlead.measures.queries import find, read_definition
from clinlead.releases.evidence.casemix import left_out
from clinmeasures.engine import compute_tallies
from small_activity import computed_trust, put_load

STAY = Wanted("length-of-stay", 1, "discharging")
BACK = Wanted("emergency-readmission-30d", 1, "discharging")
MEASURES = ("length-of-stay", "emergency-readmission-30d")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with computed_trust(django_db_blocker, tmp_path_factory.mktemp("data"), MEASURES) as made:
        yield made


@pytest.fixture
def trust(world, db):
    return world


@pytest.fixture
def stays(trust):
    return trust.stays


def unit(trust, login="clinician"):
    return trust.person(login).code


def shown() -> dict:
    names = [f"tally_month__{n}" for n in ("measure", "rule", "month")]
    rows = Tally.objects.filter(tally_month__shown=True)
    return {r[:4]: r[4:] for r in rows.values_list(*names, "unit", "n", "numerator", "weight")}


def test_every_kept_tally_is_what_the_engine_computes_from_the_activity_itself(stays):
    for code in MEASURES:
        definition = read_definition(find(code).definition)
        table = compute_tallies([definition], activity(), rules=list(definition.attribution))
        expected = {
            (r["measure"], r["rule"], r["month"], r["unit"]): (r["n"], r["numerator"], r["weight"])
            for r in table.to_pylist()
        }
        assert expected
        assert {k: v for k, v in shown().items() if k[0] == code} == expected


def test_the_months_within_look_ahead_and_lag_of_the_last_load_are_provisional(stays, trust):
    complete = {m.month: m.complete for m in series(unit(trust), BACK)}
    # Data to 30 June 2026; the measure waits 30 + 21 days, so April (30 April + 51 = 20 June) is
    # the last complete month.
    assert complete["2026-04"]
    assert not complete["2026-05"]
    assert not complete["2026-06"]


def test_computing_again_writes_nothing_when_nothing_changed(stays, now):
    before = TallyMonth.objects.count()
    recompute_all(at=now + timedelta(days=1))
    assert TallyMonth.objects.count() == before


def test_a_department_is_its_people_and_its_pool(stays, trust):
    together = department_series(trust.cardiology, STAY)
    units = [unit(trust, who) for who in ("clinician", "peer", "lead", "second", "third")]
    units += [unit(trust, "fourth"), unit(trust, "fifth"), "pool:cardiology"]
    apart = tallies([STAY], units)[STAY]
    expected = sum(total(rows).n for rows in apart.values())
    assert total(together).n == expected > 1500
    assert {m.contributors for m in together} == {7}


def test_peers_are_people_only_and_without_oneself(stays, trust):
    by_unit = department_units(trust.cardiology, [STAY])[STAY]
    months = {each.month for rows in by_unit.values() for each in rows}
    found = peers(by_unit, months, without=unit(trust))
    assert len(found) == 6
    assert unit(trust) not in found
    assert "pool:cardiology" not in found


def test_somebody_who_left_counts_for_the_months_of_their_post(stays, trust):
    post = trust.person("fifth").posts.get()
    post.ends_on = "2025-06-30"
    post.save()
    months = department_series(trust.cardiology, STAY)
    assert {m.contributors for m in months if m.month > "2025-06"} == {6}
    assert {m.contributors for m in months if m.month <= "2025-06"} == {7}


@pytest.mark.parametrize("rule", ["discharging", "admitting", "longest_stay", "shares"])
@pytest.mark.parametrize("code", ["length-of-stay", "emergency-readmission-30d"])
def test_the_records_behind_a_figure_sum_to_it(stays, trust, code, rule):
    wanted = Wanted(code, 1, rule)
    months = {m.month: m.sums for m in series(unit(trust), wanted)}
    assert len(months) == 24
    for month, sums in list(months.items())[::5]:
        rows = records_behind(wanted, [unit(trust)], months=[month])
        assert len(rows) == sums.n
        assert sum(r["numerator"] for r in rows) == sums.numerator
        assert sum(r["weight_millionths"] for r in rows) == sums.weight


def test_filtered_months_without_a_filter_are_the_tallies(stays, trust):
    for wanted in (STAY, Wanted("length-of-stay", 1, "shares")):
        plain = series(unit(trust), wanted)
        complete = {m.month: m.complete for m in plain}
        again = filtered_series(wanted, [unit(trust)], filters=Filters(), complete=complete)
        assert [(m.month, m.complete, m.sums) for m in again] == [
            (m.month, m.complete, m.sums) for m in plain
        ]


def test_a_filter_keeps_only_its_records(stays, trust):
    only = Filters(values={"admission_method": "emergency"})
    rows = records_behind(STAY, [unit(trust)], filters=only)
    assert rows
    assert {row["admission_method"] for row in rows} == {"emergency"}


def test_a_record_says_whom_it_counts_for_under_each_rule(stays, trust):
    mine = next(s for s in stays if s["discharging_consultant"] == "C-clinician")
    found = record("spells", mine["spell_id"])
    assert found.weights["discharging"] == {unit(trust): 1_000_000}
    assert sum(found.weights["shares"].values()) == 1_000_000
    assert related("episodes", found.key)[0].fields["episode"] == 1
    month = f"{mine['discharged_at']:%Y-%m}"
    listed = counting_for([unit(trust)], "spells", months=[month], rules=["discharging"])
    assert found.key in {each.key for each in listed}


def test_a_server_that_got_ready_compiles_nothing_for_its_first_reader(stays, trust):
    before = Generation.objects.count(), shown()
    compiled.cache_clear()
    warm()
    ready = compiled.cache_info().misses
    for measure in MEASURES:
        wanted = Wanted(measure, 1, read_definition(find(measure).definition).attribution[0])
        assert records_behind(wanted, [unit(trust)], months=["2026-02"])
    assert compiled.cache_info().misses == ready > 0
    assert (Generation.objects.count(), shown()) == before


def test_before_any_figures_there_is_nothing_to_get_ready(trust):
    FactsMonth.objects.all().delete()
    compiled.cache_clear()
    warm()
    assert compiled.cache_info().misses == 0


def move(stays, now, field="discharging_consultant", new="C-peer"):
    mine = next(s for s in stays if s[field] == "C-clinician" and s["discharged_at"].year == 2026)
    correct(
        dataset="spells",
        key=mine["spell_id"],
        field=field,
        old="C-clinician",
        new=new,
        reason="Not mine",
        by=None,
        at=now,
    )
    recompute_months(
        dataset="spells",
        keys=[mine["spell_id"]],
        fields=[field],
        cause="correction",
        cause_id=1,
        at=now,
    )
    return mine


def test_a_correction_moves_the_figure_and_says_so(stays, trust, now):
    before = total(series(unit(trust), STAY))
    theirs = total(series(unit(trust, "peer"), STAY))
    mine = move(stays, now)
    assert total(series(unit(trust), STAY)).n == before.n - 1
    assert total(series(unit(trust, "peer"), STAY)).n == theirs.n + 1
    (change,) = changes([unit(trust)], STAY)
    assert (change.cause, change.cause_id) == ("correction", "1")
    assert change.month == f"{mine['discharged_at']:%Y-%m}"
    assert change.after.n == change.before.n - 1
    assert record("spells", mine["spell_id"]).weights["discharging"] == {
        unit(trust, "peer"): 1_000_000
    }


def test_after_a_correction_everything_is_as_if_computed_from_scratch(stays, trust, now):
    move(stays, now)
    corrected = shown()
    recompute_all(at=now + timedelta(hours=1))
    assert shown() == corrected


def test_a_correction_that_is_undone_leaves_no_trace_in_the_figures(stays, trust, now):
    before, files = shown(), files_of("spells")

    class Undone(Exception):
        pass

    def move_and_fail():
        with transaction.atomic():
            move(stays, now)
            raise Undone

    with pytest.raises(Undone):
        move_and_fail()
    assert shown() == before
    assert files_of("spells") == files
    assert Generation.objects.count() == 1


def test_a_corrected_date_moves_the_record_and_the_patients_earlier_one(stays, trust, now):
    mine = next(s for s in stays if s["discharged_at"].month == 3)
    correct(
        dataset="spells",
        key=mine["spell_id"],
        field="discharged_at",
        old=mine["discharged_at"].isoformat(),
        new=(mine["discharged_at"] + timedelta(days=31)).isoformat(),
        reason="A month out",
        by=None,
        at=now,
    )
    recompute_months(
        dataset="spells", keys=[mine["spell_id"]], cause="correction", cause_id=2, at=now
    )
    corrected = shown()
    recompute_all(at=now)
    assert shown() == corrected


def test_a_load_that_replaces_rows_shows_at_once_and_empties_what_is_gone(stays, trust, now):
    some = [s for s in stays if f"{s['discharged_at']:%Y-%m}" != "2025-12"]
    put_load(3, "spells", some, mode="replace")
    recompute_all(at=now, cause="load", cause_id="3")
    assert "2025-12" not in {m.month for m in series(unit(trust), STAY)}
    assert any(c.month == "2025-12" and c.cause == "load" for c in changes([unit(trust)], STAY))


def test_a_stay_whose_end_becomes_known_enters_its_month(stays, trust, now):
    open_ended = {**stays[0], "spell_id": "S99999", "discharged_at": None}
    put_load(4, "spells", [open_ended])
    recompute_all(at=now, cause="load", cause_id="4")
    assert record("spells", "S99999").month is None
    correct(
        dataset="spells",
        key="S99999",
        field="discharged_at",
        old=None,
        new="2026-02-03T10:00",
        reason="Not closed in the system",
        by=None,
        at=now,
    )
    recompute_months(dataset="spells", keys=["S99999"], cause="correction", cause_id=5, at=now)
    assert record("spells", "S99999").month == "2026-02"
    corrected = shown()
    recompute_all(at=now)
    assert shown() == corrected


EXPECTED = Wanted("emergency-readmission-30d-expected", 1, "discharging")
MODEL = "emergency-readmission-30d"


def stand_beside(trust, now) -> None:
    """Cardiology follows readmissions against what a model by hand expects of their ages."""
    choose_measure(
        department=trust.cardiology, measure=find(EXPECTED.measure), rule="discharging",
        shown_individually=False, reason="", at=now, by=None, order=9,
    )  # fmt: skip
    kept_model(MODEL)
    compute_beside(MODEL, now, lambda done, of: None)


def risks(rows) -> int:
    """1 in 10; twice the odds (2 in 11) for those of 85 or more: in billionths, as kept."""
    ages = [row["age_years"] for row in rows]
    return sum(181_818_182 if age >= 85 else 100_000_000 for age in ages)


def test_observed_stands_beside_the_sum_of_the_records_risks(stays, trust, now):
    stand_beside(trust, now)
    months = {each.month: each.sums for each in series(unit(trust), EXPECTED)}
    rows = records_behind(EXPECTED, [unit(trust)], months=["2025-09"])
    assert months["2025-09"].value_sum == risks(rows) == sum(row["risk"] for row in rows)
    assert months["2025-09"].numerator == sum(row["numerator"] for row in rows)
    crude = {each.month: each.sums for each in series(unit(trust), BACK)}
    assert {m: s.numerator for m, s in months.items()} == {m: s.numerator for m, s in crude.items()}


def test_a_corrected_age_changes_what_was_expected_and_nothing_else(stays, trust, now):
    stand_beside(trust, now)
    rows = records_behind(EXPECTED, [unit(trust)], months=["2025-09"])
    mine = next(row for row in rows if row["age_years"] < 80)
    before = next(m.sums for m in series(unit(trust), EXPECTED) if m.month == "2025-09")
    correct(
        dataset="spells", key=mine["_key"], field="age_years", old=str(mine["age_years"]),
        new="90", reason="Born in another year", by=None, at=now,
    )  # fmt: skip
    recompute_months(dataset="spells", keys=[mine["_key"]], cause="correction", cause_id=7, at=now)
    after = next(m.sums for m in series(unit(trust), EXPECTED) if m.month == "2025-09")
    assert after.value_sum - before.value_sum == 81_818_182
    assert (after.n, after.numerator) == (before.n, before.numerator)
    (told,) = risks_of_record("spells", mine["_key"], files_of("spells"), mine)
    assert "about 18 of 100" in told.sentence
    corrected = shown()
    recompute_all(at=now)
    assert shown() == corrected


def test_whoever_reads_risks_while_they_are_corrected_reads_those_before(stays, trust, now):
    stand_beside(trust, now)
    reading = kept([MODEL])[MODEL]
    before = pq.read_table(reading)
    mine = next(row for row in records_behind(EXPECTED, [unit(trust)]) if row["age_years"] < 80)
    correct(
        dataset="spells", key=mine["_key"], field="age_years", old=str(mine["age_years"]),
        new="91", reason="Born in another year", by=None, at=now,
    )  # fmt: skip
    recompute_months(dataset="spells", keys=[mine["_key"]], cause="correction", cause_id=8, at=now)
    assert pq.read_table(reading).equals(before)
    assert kept([MODEL])[MODEL] != reading
    assert risks_now()[mine["_key"]] == 181_818_182
    assert reading in facts.unnamed()  # swept away once nobody can still be reading it
    assert facts.replaced(reading).exists()
    assert kept([MODEL])[MODEL] not in facts.unnamed()


def risks_now() -> dict[str, int]:
    rows = pq.read_table(kept([MODEL])[MODEL]).to_pylist()
    return {one["key"]: one["risk"] for one in rows}


def test_a_record_that_lost_what_its_risk_came_from_has_no_risk_left(stays, trust, now):
    stand_beside(trust, now)
    mine = next(row for row in records_behind(EXPECTED, [unit(trust)]) if row["age_years"] < 80)
    correct(
        dataset="spells", key=mine["_key"], field="age_years", old=str(mine["age_years"]),
        new=None, reason="Nobody knows", by=None, at=now,
    )  # fmt: skip
    recompute_months(dataset="spells", keys=[mine["_key"]], cause="correction", cause_id=9, at=now)
    assert mine["_key"] not in risks_now()
    months = {each.month: each.sums for each in series(unit(trust), EXPECTED)}
    rows = records_behind(EXPECTED, [unit(trust)], months=[mine["month"]])
    assert months[mine["month"]].value_sum == sum(row["risk"] or 0 for row in rows)


def test_a_correction_that_is_undone_leaves_no_risk_that_anybody_reads(stays, trust, now):
    stand_beside(trust, now)
    mine = next(row for row in records_behind(EXPECTED, [unit(trust)]) if row["age_years"] < 80)
    before = transaction.savepoint()
    correct(
        dataset="spells", key=mine["_key"], field="age_years", old=str(mine["age_years"]),
        new="92", reason="Born in another year", by=None, at=now,
    )  # fmt: skip
    recompute_months(dataset="spells", keys=[mine["_key"]], cause="correction", cause_id=10, at=now)
    assert risks_now()[mine["_key"]] == 181_818_182
    transaction.savepoint_rollback(before)
    assert risks_now()[mine["_key"]] == 100_000_000
    rows = records_behind(EXPECTED, [unit(trust)], months=[mine["month"]])
    assert {row["_key"]: row["risk"] for row in rows}[mine["_key"]] == 100_000_000


def test_what_is_being_computed_or_failed_says_nothing_of_how_far_figures_reach(stays, trust, now):
    before = latest_generation()
    begin(at=now, cause="load", cause_id="2")
    assert latest_generation() == before


def test_another_version_without_figures_beside_it_gives_records_its_own_risks(stays, trust, now):
    kept_model("died-in-hospital")
    recompute_all(at=now)
    CaseMixModel.objects.update(in_force=False)
    riskier = replace(by_hand("died-in-hospital", version=2), coefficients=ONE_IN_FIVE)
    model = kept_model("died-in-hospital", frozen=riskier)
    assert model.version == 2
    compute_beside("died-in-hospital", now, lambda done, of: None)
    found = pq.read_table(kept(["died-in-hospital"])["died-in-hospital"])["risk"].to_pylist()
    assert set(found) == {200_000_000}


ONE_IN_FIVE = {"(Intercept)": math.log(0.25), "age_band85+": 0.0, "age_bandother": 0.0}


def test_a_rehearsed_correction_leaves_every_file_as_it_was(stays, trust, now):
    stand_beside(trust, now)
    before = files_with_times()
    warm()
    assert files_with_times() == before


def files_with_times() -> dict:
    return {file: file.stat().st_mtime_ns for file in facts.root().rglob("*.parquet")}


def test_files_replaced_a_moment_ago_stay_for_whoever_began_to_read_them(stays, trust):
    before = files_of("spells")
    for file in before:  # written long ago
        utime(Path(file).parent, (0, 0))
    recompute_all(at=timezone.now())
    assert files_of("spells") != before
    assert all(Path(file).is_file() for file in before)


def test_how_many_were_left_out_for_what_was_not_recorded_is_said(stays, trust, now):
    stand_beside(trust, now)
    assert said_of_september(trust) == ("Of every stay everything is known that the model needs.",)
    mine = records_behind(EXPECTED, [unit(trust)], months=["2025-09"])
    correct(
        dataset="spells", key=mine[0]["_key"], field="age_years", old=str(mine[0]["age_years"]),
        new=None, reason="Nobody knows it", by=None, at=now,
    )  # fmt: skip
    key = [mine[0]["_key"]]
    recompute_months(dataset="spells", keys=key, cause="correction", cause_id=7, at=now)
    assert said_of_september(trust) == (
        f"1 of {len(mine)} stays left out, neither observed nor expected: something that the model "
        "needs was not recorded.",
    )


def said_of_september(trust):
    figure = SimpleNamespace(
        definition=read_definition(find(EXPECTED.measure).definition),
        wanted=EXPECTED,
        units=[unit(trust)],
        period=("2025-09",),
        files=files_by_month("spells", ["2025-09"]),
        in_period=[each for each in series(unit(trust), EXPECTED) if each.month == "2025-09"],
    )
    return left_out(figure)


def test_a_model_is_fitted_in_the_background_and_used_once_somebody_says_why(stays, trust, now):
    asked = ask(
        asking=Asking(
            code=MODEL, first_day=date(2024, 7, 1), last_day=date(2026, 4, 30),
            because="To stand beside readmissions", covariates=["age_band", "admission_method"],
        ),
        by=trust.analyst,
        at=now,
    )  # fmt: skip
    work_off(lambda: now)
    asked.refresh_from_db()
    assert asked.failed_because == ""
    model = asked.made
    assert model.judged["unseen"]
    assert not model.in_force
    put_in_force(model_id=model.pk, because="It is calibrated", by=trust.analyst, at=now)
    assert in_force(MODEL) == model
    few = ask(
        asking=Asking(
            code=MODEL, first_day=date(2024, 7, 1), last_day=date(2024, 7, 2), because="A trial",
            covariates=["age_band"],
        ),
        by=trust.analyst,
        at=now,
    )  # fmt: skip
    work_off(lambda: now)
    few.refresh_from_db()
    assert "a model needs 50" in few.failed_because
