"""Observed against expected, values told apart, and cases in order: each worked out by hand."""

from pathlib import Path

import pytest

from clinmeasures.definitions import InvalidDefinition, parse_definition
from clinmeasures.engine import Activity, compute_records, compute_tallies, write_facts
from clinmeasures.errors import BadInput

SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,admission_method,discharge_method,specialty,\
discharging_consultant
S1,P1,2026-03-01T10:00,2026-03-09T10:00,emergency,died,100,A
S2,P2,2026-03-02T10:00,2026-03-05T10:00,emergency,home,100,A
S3,P3,2026-03-03T10:00,2026-03-05T10:00,emergency,home,110,A
S4,P4,2026-03-04T10:00,2026-03-05T09:00,emergency,died,100,A
S5,P5,2026-03-05T10:00,2026-03-06T10:00,emergency,died,,B
"""
RISKS = "key,risk\nS1,500000000\nS2,100000001\nS3,0\nS5,1000000000\n"
HEAD = 'version = 1\ntitle = "t"\nrecord = "spells"\ndirection = "lower"\n'
DIED = 'numerator = [{ field = "discharge_method", equals = "died" }]\n'
EXPECTED = parse_definition(
    HEAD + 'code = "oe"\nkind = "observed_expected"\nmodel = "deaths-1"\n' + DIED
)
SEQUENCE = parse_definition(HEAD + 'code = "seq"\nkind = "sequence"\nmodel = "deaths-1"\n' + DIED)
APART = parse_definition(HEAD + 'code = "apart"\nkind = "distinct"\nvalue = "specialty"\n')
MILLION = 1_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Activity:
    place: Path = tmp_path_factory.mktemp("activity")
    (place / "spells.csv").write_text(SPELLS)
    (place / "risks").mkdir()
    (place / "risks" / "deaths-1.csv").write_text(RISKS)
    return Activity(directory=place)


def test_what_happened_stands_beside_what_the_model_foresaw(store):
    rows = compute_tallies([EXPECTED], store).to_pylist()
    # S4 has no risk, so it is neither observed nor expected. S2's variance is rounded down:
    # 100,000,001 × 899,999,999 / 1,000,000,000 = 90,000,000.8.
    names = ("n", "observed", "risk_sum", "risk_variance", "numerator", "denominator")
    assert {row["unit"]: tuple(row[name] for name in names) for row in rows} == {
        "A": (3, 1, 600_000_001, 250_000_000 + 90_000_000, MILLION, 3 * MILLION),
        "B": (1, 1, 1_000_000_000, 0, MILLION, MILLION),
    }
    records = compute_records(EXPECTED, store, unit="A").to_pylist()
    assert sum(each["risk"] for each in records) == 600_000_001
    assert sum(each["numerator"] for each in records) == MILLION


def test_a_sequence_has_no_tally_and_its_records_stand_in_order(store):
    assert compute_tallies([SEQUENCE], store).num_rows == 0
    records = compute_records(SEQUENCE, store, unit="A").to_pylist()
    assert [(each["_key"], each["numerator"], each["risk"]) for each in records] == [
        ("S2", 0, 100_000_001),
        ("S3", 0, 0),
        ("S1", MILLION, 500_000_000),
    ]


def test_different_values_are_counted_and_do_not_add_up(store):
    rows = compute_tallies([APART], store).to_pylist()
    names = ("unit", "n", "numerator", "denominator", "histogram")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("A", 4, 2 * MILLION, None, '{"100":3000000,"110":1000000}')
    ]
    records = compute_records(APART, store).to_pylist()
    assert [(r["_key"], r["numerator"]) for r in records] == [
        ("S1", MILLION),
        ("S2", 0),
        ("S3", MILLION),
        ("S4", 0),
    ]


def test_facts_and_parts_of_patients_give_the_same(store, tmp_path):
    measures = [EXPECTED, APART]
    whole = compute_tallies(measures, store)
    assert compute_tallies(measures, store, buckets=2).equals(whole)
    facts = write_facts(store, "spells", tmp_path)
    (tmp_path / "risks").symlink_to(store.directory / "risks")
    assert compute_tallies(measures, facts).equals(whole)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('code = "x"\nkind = "observed_expected"\n' + DIED, "needs 'model'"),
        ('code = "x"\nkind = "proportion"\nmodel = "m"\n' + DIED, "'model' belongs to the kinds"),
        ('code = "x"\nkind = "distinct"\n' + DIED, "needs 'value', the field whose different"),
    ],
)
def test_a_kind_that_lacks_something_is_refused(text, said):
    with pytest.raises(InvalidDefinition, match=said):
        parse_definition(HEAD + text)


@pytest.mark.parametrize(
    ("risks", "said"),
    [
        (None, "score the records with the model 'deaths-1' first"),
        ("key,risk\nS1,0.5\n", "must be whole numbers"),
        ("key,risk\nS1,-1\n", "outside 0 to 1,000,000,000"),
        ("key,risk\nS1,1\nS1,2\n", "stands in it twice"),
        ("spell,risk\nS1,1\n", "has no column 'key'"),
    ],
)
def test_risks_that_cannot_be_are_refused_with_the_file(tmp_path, risks, said):
    (tmp_path / "spells.csv").write_text(SPELLS)
    if risks:
        (tmp_path / "risks").mkdir()
        (tmp_path / "risks" / "deaths-1.csv").write_text(risks)
    with pytest.raises(BadInput, match=said):
        compute_tallies([EXPECTED], Activity(directory=tmp_path))


def test_shares_are_refused_where_records_count_whole():
    text = HEAD + 'code = "apart"\nkind = "distinct"\nvalue = "specialty"\n'
    with pytest.raises(InvalidDefinition, match="counts whole records, not shares"):
        parse_definition(text + 'attribution = ["discharging", "shares"]\n')
