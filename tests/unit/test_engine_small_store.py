"""The engine on a store small enough to work out by hand."""

from datetime import date
from pathlib import Path

import pytest

from clinmeasures.definitions import Definition, parse_definition
from clinmeasures.engine import (
    Activity,
    compute_records,
    compute_tallies,
    opening,
    write_facts,
)
from clinmeasures.engine.facts import facts_last_day
from clinmeasures.errors import BadInput

SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,admission_method,patient_class,discharge_method,admitting_consultant,discharging_consultant
S1,P1,2026-03-01T10:00,2026-03-05T10:00,elective,inpatient,home,A,A
S2,P1,2026-03-20T09:00,2026-03-22T09:00,emergency,inpatient,home,A,B
S3,P2,2026-03-28T12:00,2026-03-30T12:00,emergency,inpatient,,B,
S4,P3,2026-03-09T12:00,2026-03-08T12:00,emergency,inpatient,home,B,B
S5,P3,2026-03-09T12:00,,emergency,inpatient,,B,B
"""
EPISODES = """\
spell_id,episode,started_at,ended_at,consultant
S1,1,2026-03-01T10:00,2026-03-02T10:00,A
S1,2,2026-03-02T10:00,2026-03-04T10:00,B
S1,3,2026-03-04T10:00,2026-03-05T10:00,C
S2,1,2026-03-20T09:00,2026-03-20T09:00,B
S2,2,2026-03-20T09:00,2026-03-20T09:00,A
S2,3,2026-03-22T09:00,2026-03-21T09:00,C
"""
HEAD = 'version = 1\ntitle = "t"\nrecord = "spells"\ndirection = "lower"\n'
RULES = 'attribution = ["discharging", "admitting", "longest_stay", "operating", "shares"]\n'
READMISSION = (
    'code = "readmission"\nkind = "proportion"\n'
    'where = [{ field = "discharge_method", not_in = ["died"] }]\n'
    'numerator = [{ field = "days_to_next_emergency_admission", between = [0, 29] }]\n'
)
STAY = 'code = "stay"\nkind = "mean"\nvalue = "stay_minutes"\n'


def definition(text: str) -> Definition:
    return parse_definition(HEAD + RULES + text)


@pytest.fixture
def store(tmp_path: Path) -> Activity:
    (tmp_path / "spells.csv").write_text(SPELLS)
    (tmp_path / "episodes.csv").write_text(EPISODES)
    return Activity(directory=tmp_path)


def cells(measure: Definition, store: Activity, rule: str, *columns: str) -> dict:
    rows = compute_tallies([measure], store, rules=[rule]).to_pylist()
    return {(row["unit"], row["month"]): tuple(row[name] for name in columns) for row in rows}


def test_a_proportion_counts_each_finished_spell_for_its_discharging_consultant(store):
    found = cells(definition(READMISSION), store, "discharging", "n", "numerator", "denominator")
    # S1 is followed by S2 after 15 days. S4 ends before it begins, so it has no next admission, but
    # it is a discharge; S5 has not ended and belongs to no month.
    assert found == {
        ("A", "2026-03"): (1, 1_000_000, 1_000_000),
        ("B", "2026-03"): (2, 0, 2_000_000),
        ("unattributed", "2026-03"): (1, 0, 1_000_000),
    }


def test_a_day_with_no_day_after_it_serves_as_an_upper_end(store):
    ended = '{ field = "discharged_at", between = [2026-03-22, 9999-12-31] }'
    measure = definition(READMISSION.replace("where = [", f"where = [{ended}, "))
    assert cells(measure, store, "discharging", "n") == {
        ("B", "2026-03"): (1,),
        ("unattributed", "2026-03"): (1,),
    }


def test_a_mean_leaves_out_the_impossible_stay_and_knows_the_short_night(store):
    found = cells(definition(STAY), store, "discharging", "n", "value_sum", "value_sum_squared")
    # Four days are 5,760 minutes; S3 spans the night the clocks go forward:
    # 47 hours, 2,820 minutes.
    assert found == {
        ("A", "2026-03"): (1, 5760, 5760**2),
        ("B", "2026-03"): (1, 2880, 2880**2),
        ("unattributed", "2026-03"): (1, 2820, 2820**2),
    }


def test_shares_follow_the_minutes_and_sum_to_one_million(store):
    found = cells(definition(STAY), store, "shares", "n", "weight", "numerator")
    # S1: one, two and one days of four. S2: no episode has any length (C's is impossible), so each
    # of the three counts alike, and the odd millionth goes to the first unit in order.
    assert found == {
        ("A", "2026-03"): (2, 250_000 + 333_334, 250_000 * 5760 + 333_334 * 2880),
        ("B", "2026-03"): (2, 500_000 + 333_333, 500_000 * 5760 + 333_333 * 2880),
        ("C", "2026-03"): (2, 250_000 + 333_333, 250_000 * 5760 + 333_333 * 2880),
        ("unattributed", "2026-03"): (1, 1_000_000, 1_000_000 * 2820),
    }


def test_the_longest_episode_takes_the_whole_spell_and_the_first_of_equals(store):
    found = cells(definition(STAY), store, "longest_stay", "n", "value_sum")
    assert found == {("B", "2026-03"): (2, 5760 + 2880), ("unattributed", "2026-03"): (1, 2820)}


def test_a_percentile_keeps_how_often_each_value_occurs(store):
    measure = definition('code = "median"\nkind = "percentile"\nvalue = "stay_days"\n')
    found = cells(measure, store, "admitting", "histogram")
    assert found == {
        ("A", "2026-03"): ('{"2":1000000,"4":1000000}',),
        ("B", "2026-03"): ('{"2":1000000}',),
    }


def test_cells_can_be_whole_months_or_whole_units_or_everything(store):
    by_month = compute_tallies([definition(STAY)], store, by=["month"]).to_pylist()
    assert [(row["unit"], row["month"], row["n"]) for row in by_month] == [(None, "2026-03", 3)]
    everything = compute_tallies([definition(STAY)], store, by=[]).to_pylist()
    assert [(row["month"], row["value_sum"]) for row in everything] == [(None, 5760 + 2880 + 2820)]


def test_months_are_complete_only_after_lag_and_look_ahead(store):
    measure = definition(READMISSION + "looks_ahead_days = 30\nlag_days = 21\n")
    # The end of March and 51 days is 21 May.
    for last, complete in (("2026-05-20", False), ("2026-05-21", True), ("2026-04", False)):
        rows = compute_tallies([measure], store, complete_to={"spells": last}).to_pylist()
        assert {row["complete"] for row in rows} == {complete}


def test_facts_of_some_months_still_know_how_far_all_the_data_reach(store, tmp_path):
    facts = write_facts(store, "spells", tmp_path / "facts")
    write_facts(store, "spells", tmp_path / "facts", months=["none"])  # S5, and S4 of its patient
    assert facts_last_day(facts, "spells") == date(2026, 3, 30)
    measure = definition(STAY)
    assert compute_tallies([measure], facts).equals(compute_tallies([measure], store))


def test_the_records_behind_a_figure_carry_their_weight(store):
    records = compute_records(definition(STAY), store, rule="shares", unit="C", months=["2026-03"])
    found = [(row["_key"], row["weight_millionths"], row["value"]) for row in records.to_pylist()]
    assert found == [("S1", 250_000, 5760), ("S2", 333_333, 2880)]


def test_a_joined_kind_of_a_record_that_is_not_joined_is_refused_with_its_line():
    with pytest.raises(BadInput, match="line 3: kind 'joined' is of the record"):
        definition('code = "plan"\nkind = "joined"\n')


def test_a_rule_that_the_definition_does_not_allow_is_refused(store):
    measure = parse_definition(HEAD + STAY + 'attribution = ["discharging"]\n')
    with pytest.raises(BadInput, match="does not allow the rule 'shares'"):
        compute_tallies([measure], store, rules=["shares"])


def test_a_record_type_that_hangs_on_no_other_is_counted_once_whatever_the_number_of_parts(store):
    # Procedures have no patient: divided by patients, every part would hold them all.
    (store.directory / "procedures.csv").write_text(
        "procedure_id,spell_id,code,performed_at,surgeon\n"
        "1,S1,K40,2026-03-02T10:00,A\n2,S2,K45,2026-03-21T10:00,A\n"
    )
    text = 'code = "grafts"\nkind = "proportion"\nattribution = ["operating"]\n'
    text += 'numerator = [{ field = "code", equals = "K40" }]\n'
    grafts = parse_definition(HEAD.replace("spells", "procedures") + text)
    one, three = (compute_tallies([grafts], store, buckets=parts).to_pylist() for parts in (1, 3))
    assert [(row["n"], row["numerator"]) for row in three] == [(2, 1_000_000)]
    assert one == three


@pytest.mark.parametrize(
    ("limit", "gigabytes"), [("2GB", 2), ("512MiB", 0.536870912), (" 1.5 gb ", 1.5)]
)
def test_a_memory_limit_is_read_as_the_engine_reads_it(limit, gigabytes):
    assert opening.gigabytes(limit) == pytest.approx(gigabytes)


def test_a_memory_limit_that_is_no_amount_is_refused_in_words(store):
    with pytest.raises(BadInput, match="write it as 2GB or 512MiB"):
        compute_tallies([definition(STAY)], store, memory_limit="plenty")
