"""A quarter from preparing to release, release again and verify."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db.models import F

from case_mix import by_hand, kept_model
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.casemix.models import CaseMixModel
from clinlead.figures.actions import recompute_all
from clinlead.figures.models import FactsMonth, Tally
from clinlead.history.models import Entry
from clinlead.history.queries import verify as verify_history
from clinlead.intake.actions import correct
from clinlead.intake.models import (
    Correction,
    CorrectionState,
    Erasure,
    FailingRow,
    Load,
    Outcome,
    RetentionPeriod,
)
from clinlead.measures.actions import choose_measure, register
from clinlead.organisation.actions import record_profile
from clinlead.releases import actions, live
from clinlead.releases.command import list_all, verify_some
from clinlead.releases.freezing import inputs_now
from clinlead.releases.grades import grades_now, grades_of
from clinlead.releases.manifest import canonical, digest_of
from clinlead.releases.models import FigureKey, Release, ReleasedFigure, ReleaseState, SignOff
from clinlead.releases.queries import (
    calendar,
    is_released,
    latest_release,
    released_figure,
    seen_by,
)
from clinlead.releases.standing import gate_of, team_figures
from clinlead.releases.statistics import as_months
from clinlead.releases.verifying import Answer, damage_to, verify
from clinlead.validation.models import Challenge, Window
from people import give
from small_activity import put_load, spells
from small_release import AT, HEAD, PERIOD, Quarter

pytestmark = pytest.mark.django_db
ON = AT.date()


@pytest.fixture
def ready(prepared, db) -> Iterator[Quarter]:
    """Tests here change kept tallies in place, which nothing else does: forget them afterwards."""
    prepared.release = Release.objects.get(department=prepared.trust.cardiology)
    yield prepared
    live._assembled.clear()


def missing(ready: Quarter) -> list[str]:
    return [each.code for each in gate_of(ready.now()) if not each.passed]


def correct_a_tally(who: str, month: str, ready: Quarter) -> None:
    """As a correction does: another number of records for one unit and month."""
    unit = ready.trust.person(who).code
    tallies = Tally.objects.filter(
        unit=unit, tally_month__month=month, tally_month__measure="length-of-stay"
    )
    assert tallies.update(numerator=1_000_000) == 1


def test_the_gate_says_what_is_missing_and_opens_step_by_step(ready):
    assert missing(ready) == ["totals", "check", "interpretation", "sign-off"]
    ready.enter_totals()
    assert "totals" not in missing(ready)
    ready.check()
    assert missing(ready) == ["interpretation", "sign-off"]
    ready.decide()
    assert missing(ready) == []


def test_a_shut_gate_refuses_and_nothing_changes(ready):
    with pytest.raises(NotAllowed) as refused:
        ready.make()
    assert refused.value.refusal.reason is Reason.GATE_NOT_PASSED
    assert not ReleasedFigure.objects.exists()
    ready.release.refresh_from_db()
    assert ready.release.state == ReleaseState.PREPARING


def test_only_the_lead_releases(ready):
    ready.all_but_release()
    for login in ("analyst", "chief", "clinician", "otherlead", "director"):
        with pytest.raises(NotAllowed):
            actions.release_figures(
                release_id=ready.release.pk, invitation="x", by=ready.trust.accounts[login], at=AT
            )
    assert ready.make().state == ReleaseState.RELEASED


def test_unremarkable_figures_are_signed_off_together_but_not_the_leads_own(ready):
    mine = len([d for d in ready.now().to_sign_off if d.person != ready.trust.lead.person])
    entries = Entry.objects.count()
    assert (
        actions.sign_off_together(release_id=ready.release.pk, by=ready.trust.lead, at=AT) == mine
    )
    assert Entry.objects.count() == entries + 1
    left = {d.key.unit for d in ready.now().to_sign_off}
    assert left <= {ready.trust.lead.person.code}


def test_the_lead_cannot_interpret_or_sign_off_their_own_figure_and_the_chief_can(ready):
    own = next(d for d in ready.now().figures.drafts if d.person == ready.trust.lead.person)
    asked = {"release_id": ready.release.pk, "at": AT}
    with pytest.raises(NotAllowed) as refused:
        actions.interpret(key=own.key, text="Mine", by=ready.trust.lead, **asked)
    assert refused.value.refusal.reason is Reason.OWN_CASE
    with pytest.raises(NotAllowed):
        actions.sign_off(keys=[own.key], by=ready.trust.lead, **asked)
    actions.interpret(key=own.key, text="New role", by=ready.trust.chief, **asked)
    assert ready.now().is_signed(own)


def test_a_figure_with_a_signal_is_not_signed_off_before_it_is_interpreted(ready):
    signal = next(d for d in ready.now().to_interpret if d.person != ready.trust.lead.person)
    with pytest.raises(NotAllowed) as refused:
        actions.sign_off(release_id=ready.release.pk, keys=[signal.key], by=ready.trust.lead, at=AT)
    assert refused.value.refusal.reason is Reason.GATE_NOT_PASSED


def test_sign_off_and_check_lapse_when_the_figure_changes(ready):
    ready.all_but_release()
    correct_a_tally("clinician", "2026-02", ready)
    unit = ready.trust.person("clinician").code
    assert "check" in missing(ready)
    changed = {d.key.unit for d in [*ready.now().to_sign_off, *ready.now().to_interpret]}
    assert changed == {unit, "department:cardiology"}


def test_an_overdue_challenge_shuts_the_gate_and_an_open_one_does_not(ready):
    ready.all_but_release()
    challenge = challenged(ready, due_on=ON)
    assert missing(ready) == []
    challenge.due_on = ON - timedelta(days=1)
    challenge.save()
    assert missing(ready) == ["challenges"]


def challenged(ready: Quarter, due_on: date) -> Challenge:
    """The clinician says of one of their stays in February that it was not theirs."""
    key = a_key_of("C-clinician", "2026-02")
    return Challenge.objects.create(
        department=ready.trust.cardiology,
        dataset="spells",
        key=key,
        month="2026-02",
        reason="not mine",
        raised_by=ready.trust.clinician,
        person=ready.trust.person("clinician"),
        raised_at=AT,
        due_on=due_on,
    )


def a_key_of(code: str, month: str) -> str:
    from small_activity import spells

    return next(
        row["spell_id"]
        for row in spells()
        if row["discharging_consultant"] == code and f"{row['discharged_at']:%Y-%m}" == month
    )


def test_open_challenges_go_out_marked_with_and_without(ready):
    ready.all_but_release()
    challenged(ready, due_on=ON)
    ready.make()
    figure = released_figure(ready.trust.person("clinician").code, "length-of-stay")
    assert figure.challenged == 1
    place = figure.without_challenged["tallies"]["month"].index("2026-02")
    whole = figure.tallies["month"].index("2026-02")
    assert figure.without_challenged["tallies"]["n"][place] == figure.tallies["n"][whole] - 1
    assert "on average" in figure.without_challenged["sentence"]
    team = released_figure("department:cardiology", "length-of-stay")
    assert team.challenged == 1
    other = released_figure(ready.trust.person("peer").code, "length-of-stay")
    assert (other.challenged, other.without_challenged) == (0, None)


def test_provisional_months_are_held_back(ready):
    later = actions.prepare(
        department=ready.trust.cardiology, period=type(PERIOD)("2026-04", "2026-06"), at=AT
    )
    figures = Quarter(ready.trust, later).now().figures
    assert figures.held_back == {"Deaths in hospital": ("2026-04", "2026-05", "2026-06")}
    assert {draft.key.measure for draft in figures.drafts} == {"length-of-stay"}


def test_owners_see_their_figures_only_once_they_are_released(ready):
    unit = ready.trust.person("clinician").code
    reader = actions.asking(ready.trust.clinician, AT)
    assert not Release.objects.visible_to(reader).exists()
    assert not is_released(unit, "length-of-stay", ["2026-03"])
    release = ready.through()
    assert Release.objects.visible_to(reader).get() == release
    assert is_released(unit, "length-of-stay", PERIOD.months)
    assert latest_release(ready.trust.cardiology) == release
    seen = seen_by(release, reader)
    assert {figure.person_id for figure in seen} == {None, ready.trust.clinician.person_id}


def test_a_stranger_cannot_know_of_the_release_and_the_audience_can(ready):
    ready.through()
    visible = {
        login
        for login, account in ready.trust.accounts.items()
        if Release.objects.visible_to(actions.asking(account, AT)).exists()
    }
    department = {"clinician", "peer", "lead", "second", "third", "fourth", "fifth"}
    offices = {"analyst", "chief", "director", "operations", "projectteam"}
    assert visible == department | offices


def test_the_manifest_digests_integers_alone_and_the_same_twice(ready):
    release = ready.through()
    digested = release.manifest["digested"]
    assert release.digest == digest_of(json.loads(json.dumps(digested)))
    assert "2026-07-30" not in canonical(digested)  # the day it was made: no clock
    assert [each["sha256"] for each in digested["loads"]] == list(
        Load.objects.order_by("number").values_list("sha256", flat=True)
    )
    assert release.inputs == inputs_now(ready.now().figures.definitions)
    anchor = release.manifest["history"]
    assert verify_history({anchor["number"]: anchor["digest"]}) is None


def test_a_released_release_verifies_as_equal(ready):
    assert verify(ready.through()) == verify(ready.release)
    assert verify(ready.release).answer is Answer.EQUAL


FORESEEN = """code = "died-beside-expected"
title = "Deaths in hospital, against the number expected"
kind = "observed_expected"
model = "died-in-hospital"
numerator = [{ field = "discharge_method", equals = "died" }]
direction = "lower"
month_of = "discharged_at"
lag_days = 80
chart = "xmr"
"""


def test_expected_figures_verify_by_the_model_of_then(ready):
    trust = ready.trust
    model = kept_model()
    choose_measure(
        department=trust.cardiology,
        measure=register(text=HEAD + FORESEEN, source="test", at=AT, by=None),
        rule="discharging", shown_individually=False, reason="", by=None, order=9,
        at=AT - timedelta(days=300),
    )  # fmt: skip
    recompute_all(at=AT)
    release = ready.through()
    said = release.manifest["digested"]["models"]
    assert said == {model.code: {"version": 1, "digest": model.digest}}
    assert release.figures.filter(measure="died-beside-expected").exists()
    assert verify(release).answer is Answer.EQUAL

    CaseMixModel.objects.update(in_force=False)
    assert verify(release).answer is Answer.EQUAL
    CaseMixModel.objects.update(digest="another")
    assert verify(release).where == (
        f"The case-mix model died-in-hospital with digest {model.digest[:16]} is not kept here.",
    )


def further_diagnoses(number: int, position: int, code: str) -> None:
    """One further diagnosis of every second stay, coded a day after the discharge."""
    stays = spells()[::2]
    rows = [
        {
            "spell_id": stay["spell_id"],
            "position": position,
            "code": code,
            "coded_at": stay["discharged_at"] + timedelta(days=1),
        }
        for stay in stays
    ]
    put_load(number, "diagnoses", rows)


def test_diagnoses_that_come_late_move_the_risk_and_not_what_was_released(ready):
    levels = ["0", "1 to 2", "3 to 4", "5 or more"]
    frozen = replace(
        by_hand(),
        levels={"charlson": levels},
        coefficients={"(Intercept)": -2.0} | {f"charlson{each}": 0.5 for each in levels[1:3]}
        | {"charlson5 or more": 1.5},
    )  # fmt: skip
    kept_model(frozen=frozen)
    further_diagnoses(3, 2, "I50.0")  # heart failure
    choose_measure(
        department=ready.trust.cardiology,
        measure=register(text=HEAD + FORESEEN, source="test", at=AT, by=None),
        rule="discharging", shown_individually=False, reason="", by=None, order=9,
        at=AT - timedelta(days=300),
    )  # fmt: skip
    recompute_all(at=AT)
    release = ready.through()
    key = FigureKey("died-beside-expected", "discharging", release.team_unit)
    then = release.figures.get(**key._asdict()).tallies

    further_diagnoses(4, 3, "C78.0")  # of the same stays, weeks later: a cancer that had spread
    recompute_all(at=AT)
    now = ready.now().figures.find(key).tallies
    assert now["n"] == then["n"]
    assert sum(now["value_sum"]) > sum(then["value_sum"])  # the same model expects more deaths now
    assert release.figures.get(**key._asdict()).tallies == then
    assert verify(release).answer is Answer.EQUAL


def test_grades_of_the_months_data_are_frozen_and_a_change_of_them_is_found(ready):
    release = ready.through()
    figure = released_figure(ready.trust.person("peer").code, "length-of-stay")
    then = grades_of(figure)
    assert then["2026-02"].grade in ("A", "B")
    assert release.manifest["digested"]["grades"]["count"] == release.figures.count()
    poor_february(ready)  # the data of later loads are worse; what was released stays as it was
    assert grades_now(ready.now().figures.drafts)[figure.key]["2026-02"][0] == "D"
    figure.refresh_from_db()
    assert grades_of(figure) == then
    figure.grades["2026-02"][0] = "D"
    figure.save()
    assert verify(release).where == (
        "the grades of the months' data: they are not those of the manifest",
    )


def test_a_release_made_before_grades_were_kept_is_as_good_as_it_was(ready):
    release = ready.through()
    release.figures.update(grades=None)
    del release.manifest["digested"]["grades"]
    release.digest = digest_of(release.manifest["digested"])
    assert list(damage_to(release, list(release.figures.all()))) == []
    assert grades_of(release.figures.first()) == {}


def test_a_changed_released_tally_is_found_where_it_is(ready):
    release = ready.through()
    figure = released_figure(ready.trust.person("peer").code, "length-of-stay")
    figure.tallies["numerator"][-1] += 1
    figure.save()
    found = verify(release)
    assert found.answer is Answer.DIFFERS
    assert f"length-of-stay/discharging/{figure.unit}: the released tallies were changed" in (
        found.where
    )


def test_a_changed_statistic_is_found_where_it_is(ready):
    release = ready.through()
    figure = released_figure(ready.trust.person("peer").code, "length-of-stay")
    figure.statistics["value"] *= 1 + 1e-8
    figure.save()
    found = verify(release)
    assert found.answer is Answer.DIFFERS
    assert [place for place in found.where if place.endswith("the statistic value differs")]


def test_a_rounding_of_a_statistic_is_no_difference(ready):
    release = ready.through()
    figure = released_figure(ready.trust.person("peer").code, "length-of-stay")
    figure.statistics["value"] *= 1 + 1e-12
    figure.save()
    assert verify(release).answer is Answer.EQUAL


def test_a_changed_definition_is_named(ready):
    release = ready.through()
    measure = ready.trust.cardiology.measures.get(measure__code="length-of-stay").measure
    measure.definition = measure.definition.replace("stay_minutes", "stay_days")
    measure.save()
    found = verify(release)
    assert found.answer is Answer.DIFFERS
    assert "the definition of length-of-stay version 1: its wording was changed" in found.where


def test_a_changed_parquet_file_is_found_by_month_and_unit(ready):
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    release = ready.through()
    file = next((settings.CONFIGURATION.data_dir / "activity/spells").rglob("*.parquet"))
    kept = file.read_bytes()
    key, unit = a_key_of("C-clinician", "2026-02"), ready.trust.person("clinician").code
    table = pq.read_table(file)
    wanted = pc.and_(
        pc.equal(table["spell_id"], key), pc.equal(table["discharging_consultant"], "C-clinician")
    )
    moved = pc.if_else(wanted, "C-peer", table["discharging_consultant"])
    place = table.column_names.index("discharging_consultant")
    try:
        pq.write_table(table.set_column(place, "discharging_consultant", moved), file)
        found = verify(release)
    finally:
        file.write_bytes(kept)
    assert found.answer is Answer.DIFFERS
    assert any(f"length-of-stay/discharging/{unit} in 2026-02: n was" in p for p in found.where)
    assert verify(release).answer is Answer.EQUAL


def test_an_erased_load_is_said_to_be_erased(ready):
    release = ready.through()
    folder = settings.CONFIGURATION.data_dir / "activity/spells/load=000001"
    aside = folder.rename(folder.with_name("aside"))
    try:
        found = verify(release)
    finally:
        aside.rename(folder)
    assert found.answer is Answer.ERASED
    assert found.where == ("load 000001 of spells",)


def erased(ready, dataset: str, first_month: str) -> None:
    period = RetentionPeriod.objects.create(
        dataset=dataset, years=2, set_at=AT, set_by=ready.trust.dpo, erases_from=ON
    )
    Erasure.objects.create(dataset=dataset, first_month=first_month, period=period, begun_at=AT)


def test_months_of_a_load_that_are_erased_are_named(ready):
    release = ready.through()
    erased(ready, "spells", "2024-09")
    found = verify(release)
    assert found.answer is Answer.ERASED
    assert found.where == ("spells of 2024-07 to 2024-08 (load 000001)",)


def test_what_no_released_month_was_counted_from_may_be_erased(ready):
    correction = correct(
        dataset="spells", key="S99999", field="sex", old="male", new="female", reason="", by=None,
        at=AT,
    )  # fmt: skip
    release = ready.through()
    erased(ready, "spells", "2024-07")
    erased(ready, "episodes", "2026-01")
    Correction.objects.filter(pk=correction.pk).update(key="", state=CorrectionState.ERASED)
    found = verify(release)
    assert found.answer is Answer.EQUAL
    assert found.note == "1 correction erased with records that none of its months needs"


def test_another_code_version_that_agrees_is_equal_and_says_so(ready, monkeypatch):
    release = ready.through()
    monkeypatch.setattr("clinlead.releases.verifying.code_version", lambda: "later")
    found = verify(release)
    assert found.answer is Answer.EQUAL
    assert found.note.endswith("this is later")
    monkeypatch.setattr("clinlead.releases.verifying.computed_again", lambda *_: {})
    assert verify(release).answer is Answer.OTHER_CODE


def test_the_command_lists_and_its_exit_status_says_whether_releases_hold(ready, capsys):
    from argparse import Namespace

    release = ready.through()
    assert list_all(Namespace(json=True)) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["digest"] == release.digest
    assert verify_some(Namespace(json=True, id=str(release.pk), file=None)) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["answer"] == "equal"
    Release.objects.update(digest="0" * 64)
    assert verify_some(Namespace(json=False, id=None, file=None)) == 1
    assert "the manifest" in capsys.readouterr().err


def test_released_again_after_a_correction_says_what_changed_and_keeps_the_history(ready):
    first = ready.through()
    correct_a_tally("clinician", "2026-02", ready)
    again = actions.release_again(
        release_id=first.pk, because="A stay was not theirs.", by=ready.trust.lead, at=AT
    )
    ready.release = again
    assert again.edition == 2
    assert SignOff.objects.filter(release=again, carried=True).exists()
    still_open = {d.key.unit for d in [*ready.now().to_sign_off, *ready.now().to_interpret]}
    assert still_open == {ready.trust.person("clinician").code, "department:cardiology"}
    second = ready.through()
    first.refresh_from_db()
    assert (first.state, second.state) == (ReleaseState.SUPERSEDED, ReleaseState.RELEASED)
    assert second.manifest["digested"]["supersedes"] == first.digest
    unit = ready.trust.person("clinician").code
    before = first.figures.get(unit=unit, measure="length-of-stay")
    after = released_figure(unit, "length-of-stay")
    assert after.release == second
    assert before.tallies != after.tallies
    reader = actions.asking(ready.trust.clinician, AT)
    assert set(Release.objects.visible_to(reader)) == {first, second}


def test_an_edition_is_begun_once(ready):
    first = ready.through()
    words = {"release_id": first.pk, "because": "A correction.", "by": ready.trust.lead, "at": AT}
    actions.release_again(**words)
    with pytest.raises(NotAllowed) as refused:
        actions.release_again(**words)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE


def test_the_owner_writes_beside_their_released_figure_and_nobody_else(ready):
    release = ready.through()
    key = released_figure(ready.trust.person("clinician").code, "length-of-stay").key
    for login in ("peer", "lead", "analyst"):
        with pytest.raises(NotAllowed):
            actions.append_words(
                release_id=release.pk, key=key, text="x", by=ready.trust.accounts[login], at=AT
            )
    said = actions.append_words(
        release_id=release.pk, key=key, text="I was away.", by=ready.trust.clinician, at=AT
    )
    assert said.by_owner


def test_the_calendar_prepares_each_period_once(ready):
    due = calendar([ready.trust.cardiology], date(2026, 7, 1))[0]
    assert due.release == ready.release
    begun = actions.prepare_due(at=AT)
    assert [(each.department.code, each.first_month) for each in begun] == [
        ("cardiology", "2026-04")
    ]
    assert actions.prepare_due(at=AT) == []
    assert begun[0].due_on == date(2026, 7, 28)


def test_after_a_release_the_calendar_shows_the_next_period(ready):
    ready.through()
    due = calendar([ready.trust.cardiology], date(2026, 5, 1))[0]
    assert (due.release, due.period.first, due.due_on) == (None, "2026-04", date(2026, 7, 28))


def test_a_window_that_is_not_over_shuts_the_gate(ready):
    Window.objects.update(closes_on=ON)
    assert "window" in missing(ready)


def test_a_poor_load_shuts_the_gate(ready):
    Load.objects.filter(dataset="spells").update(grade="D")
    assert "quality" in missing(ready)


def poor_february(ready) -> None:
    """Four stays in ten of February lack their consultant at discharge."""
    february = FactsMonth.objects.get(dataset="spells", month="2026-02")
    february.checks["checks"]["consultant-at-discharge"] = [100, 40]
    february.save()


def said_of_months(ready) -> str:
    return next(each.missing for each in gate_of(ready.now()) if each.code == "months")


def test_a_month_of_poor_data_shuts_the_gate_and_is_named_with_who_answers_for_it(ready):
    assert not said_of_months(ready)
    poor_february(ready)
    said = said_of_months(ready)
    assert "Length of stay, February 2026: grade D. 40 of 100 rows fail" in said
    assert "(Patient administration system)" in said
    assert "March 2026" not in said


def test_rows_that_an_analyst_accepts_with_a_reason_count_as_they_are(ready):
    poor_february(ready)
    load = Load.objects.get(dataset="spells")
    FailingRow.objects.bulk_create(
        FailingRow(
            load=load,
            dataset="spells",
            source=load.source,
            check_code="consultant-at-discharge",
            month="2026-02",
            key=f"S{place}",
            row=place,
            outcome=Outcome.ACCEPTED,
            outcome_since=AT,
        )
        for place in range(40)
    )
    assert not said_of_months(ready)


def test_months_that_were_never_checked_are_no_pass(ready):
    FactsMonth.objects.update(checks={})
    Load.objects.update(quality={})
    assert "not graded" in said_of_months(ready)


def test_totals_by_month_are_compared_month_by_month(ready):
    ours = {draft.key.measure: draft for draft in team_figures(ready.now().figures)}
    ready.enter_totals()
    months = {m: n for m, n in ours["length-of-stay"].records_by_month.items() if m}
    wrong = months | {"2026-02": months["2026-02"] + 30}
    enter(ready, replace(differing, theirs=None, months=wrong))
    [said] = [each.missing for each in gate_of(ready.now()) if each.code == "totals"]
    assert "Length of stay, February 2026: ours is" in said
    assert "30 fewer" in said
    assert "January 2026" not in said
    enter(ready, replace(differing, theirs=None, months={"2026-02": months["2026-02"]}))
    assert "January 2026: no control total entered" in str(gate_of(ready.now()))


def test_a_control_total_that_differs_must_be_explained(ready):
    ready.enter_totals()
    enter(ready, differing)
    assert "totals" in missing(ready)
    enter(ready, replace(differing, explained="They count day cases."))
    assert "totals" not in missing(ready)


differing = actions.TotalSaid(measure="length-of-stay", source="Board report", theirs=1)


def enter(ready, *totals):
    actions.control_totals(
        release_id=ready.release.pk, totals=totals, by=ready.trust.analyst, at=AT
    )


def test_control_totals_are_saved_all_or_none(ready):
    with pytest.raises(NotAllowed):
        enter(ready, differing, actions.TotalSaid(measure="died-in-hospital", theirs=3))
    assert not ready.release.control_totals.exists()
    assert not Entry.objects.filter(act="control total entered").exists()


def all_died(ready, login: str) -> FigureKey:
    """Everybody whom this clinician discharged: no signal over time, far outside beside others."""
    unit = ready.trust.person(login).code
    mine = Tally.objects.filter(unit=unit, tally_month__measure="died-in-hospital")
    mine.update(numerator=F("denominator"))
    return FigureKey("died-in-hospital", "discharging", unit)


def test_a_clinician_outside_the_limits_beside_colleagues_is_interpreted_not_signed_together(ready):
    ready.all_but_release()
    assert missing(ready) == []
    key = all_died(ready, "clinician")
    draft = ready.now().figures.find(key)
    assert (draft.has_signal, draft.beside) == (False, "unusually high")
    ready.sign_off(ready.trust.lead)
    assert "interpretation" in missing(ready)
    with pytest.raises(NotAllowed) as refused:
        actions.sign_off(release_id=ready.release.pk, keys=[key], by=ready.trust.lead, at=AT)
    assert refused.value.refusal.reason is Reason.GATE_NOT_PASSED
    ready.decide()
    assert "interpretation" not in missing(ready)


def test_a_colleagues_change_asks_for_words_on_a_figure_that_is_signed_off_and_unchanged(ready):
    all_died(ready, "clinician")
    for login in ("peer", "second", "third", "fourth", "fifth", "lead"):
        key = all_died(ready, login)
    ready.all_but_release()
    mine = ready.now().figures.find(key)
    assert mine.beside == ""
    others = Tally.objects.filter(tally_month__measure="died-in-hospital").exclude(unit=key.unit)
    others.update(numerator=0)
    now = ready.now()
    again = now.figures.find(key)
    assert (again.digest, again.beside) == (mine.digest, "unusually high")
    assert now.is_signed(again)
    assert key in {draft.key for draft in now.to_interpret}


def test_work_that_is_not_alike_is_not_read_beside_colleagues(ready):
    key = all_died(ready, "clinician")
    record_profile(
        person=ready.trust.person("clinician"), starts_on=date(2026, 1, 1),
        by_id=ready.trust.lead.pk, at=AT,
        role="Heart failure lead", comparable=False, caveat="Sees the sickest patients.",
    )  # fmt: skip
    assert ready.now().figures.find(key).beside is None


def test_where_it_stood_beside_colleagues_is_frozen_with_the_figure(ready):
    key = all_died(ready, "clinician")
    out = ready.through()
    assert out.figures.get(**key._asdict()).beside == "unusually high"


def test_the_tick_begins_what_is_due_and_a_second_one_nothing(ready, capsys):
    from clinlead.cli import main

    assert main(["tick"]) == 0
    rest = "0 windows to check records opened, 0 owners reminded"
    assert f": 1 release begun, {rest}" in capsys.readouterr().out
    assert main(["tick"]) == 0
    assert f": 0 releases begun, {rest}" in capsys.readouterr().out


def test_who_left_in_mid_quarter_loses_neither_figure_nor_challenge(ready):
    leaver = ready.trust.clinician
    raised = challenged(ready, due_on=ON + timedelta(days=9))
    leaver.person.posts.update(ends_on=date(2026, 2, 28))
    out = ready.through()
    mine = out.figures.get(person=leaver.person, measure="length-of-stay")
    assert as_months(mine.tallies)[-1].month == "2026-02", "the months of their post, and no later"
    assert mine.challenged == 1
    assert raised in Challenge.objects.visible_to(actions.asking(ready.trust.lead, AT))
    reader = actions.asking(leaver, AT)
    assert Release.objects.visible_to(reader).get() == out
    assert {figure.person_id for figure in seen_by(out, reader)} == {leaver.person_id}


def test_a_lead_whose_role_ends_at_midnight_hands_over_what_is_signed(ready):
    ready.all_but_release()
    ready.trust.lead.roles.update(ends_on=ON - timedelta(days=1))
    give(ready.trust, "second", Role.LEAD, department=ready.trust.cardiology)
    with pytest.raises(NotAllowed, match="Only the department's clinical director"):
        ready.make()
    assert not Release.objects.filter(state=ReleaseState.RELEASED).exists()
    out = actions.release_figures(
        release_id=ready.release.pk, invitation="Come and talk.", by=ready.trust.second, at=AT
    )
    assert out.released_by == ready.trust.second
    assert SignOff.objects.filter(by=ready.trust.lead).exists(), "what was signed stands"
