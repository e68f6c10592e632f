"""Job plans joined with what was done, and work weighted by a named source: worked out by hand."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from clinmeasures.definitions import InvalidDefinition, library, parse_definition
from clinmeasures.definitions.definition import Definition
from clinmeasures.engine import Activity, Facts, compute_records, compute_tallies, write_facts
from clinmeasures.engine.joining import plan_of
from clinmeasures.engine.weight_files import read_weights
from clinmeasures.errors import BadInput

# A's plan is replaced as a whole on the 16th. B leaves on the 6th.
JOBPLANS = """\
person_code,from,activity,sessions_per_week
A,2026-03-02,dcc,7.5
A,2026-03-02,spa,2.5
A,2026-03-16,dcc,5
B,2026-03-02,dcc,5
"""
WORKFORCE = """\
person_code,from,to,whole_time_equivalent
A,2025-01-01,,1.0
B,2025-01-01,2026-03-06,0.5
"""
LEAVE = "person_code,from,to,kind\nA,2026-03-04,2026-03-05,study\n"
# 1: a whole day is two sessions. 2: B's case was cancelled. 3: a trainee's case, A supervised.
THEATRE = """\
case_id,session_id,theatre,session_planned_start,session_planned_end,cancelled_at,anaesthetic_start,out_of_theatre,surgeon,supervisor,specialty
1,S1,T1,2026-03-02T08:30,2026-03-02T17:30,,2026-03-02T08:40,2026-03-02T09:40,A,,100
2,S1,T1,2026-03-02T08:30,2026-03-02T17:30,2026-03-02T07:00,,,B,,100
3,S2,T1,2026-03-03T13:30,2026-03-03T17:30,,2026-03-03T13:40,2026-03-03T14:40,T,A,100
4,S3,T1,2026-03-20T13:30,2026-03-20T17:30,2026-03-19T07:00,,,A,,100
"""
# On the 3rd A sees one patient, waits for another, and has a clinic beside the list: two half-days.
CLINICS = """\
attendance_id,patient_id,slot_at,slot_owner,attendance_type,outcome
1,P1,2026-03-03T09:00,A,first,attended
2,P2,2026-03-03T09:15,A,follow_up,dna
3,P3,2026-03-03T14:00,A,follow_up,late_seen
4,P4,2026-03-06T09:00,A,first,cancelled_hospital
5,P5,2026-03-07T10:00,A,first,dna
6,P6,2026-03-09T09:00,B,first,attended
"""
ENDOSCOPY = """\
procedure_id,endoscopist,performed_at,intended_extent,reached_extent
1,B,2026-03-02T09:00,caecum,caecum
2,B,2026-03-02T11:00,caecum,caecum
"""
EMERGENCY = "attendance_id,patient_id,arrived_at,reviewed_by\n1,P1,2026-03-04T15:00,A\n"
SPELLS = """\
spell_id,patient_id,admitted_at,discharged_at,admission_method,discharging_consultant,primary_diagnosis
1,P1,2026-03-01T08:00,2026-03-02T17:00,emergency,A,I214
2,P2,2026-03-01T08:00,2026-03-03T17:00,emergency,A,J189
3,P3,2026-03-01T08:00,2026-03-03T17:00,emergency,,J189
"""
WEIGHTS = """\
source,record,field,code,weight
trust-averages-1,spells,diagnosis_chapter,circulation,1500
trust-averages-1,spells,diagnosis_chapter,*,1000
trust-averages-1,theatre,specialty,*,1000
trust-averages-1,clinics,attendance_type,first,2000
trust-averages-1,clinics,attendance_type,follow_up,500
"""
FILES = {
    "jobplans": JOBPLANS,
    "workforce": WORKFORCE,
    "leave": LEAVE,
    "theatre": THEATRE,
    "clinics": CLINICS,
    "endoscopy": ENDOSCOPY,
    "emergency": EMERGENCY,
    "spells": SPELLS,
}
MILLION = 1_000_000
DELIVERED = library()["job-plan-sessions-delivered"]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Activity:
    place: Path = tmp_path_factory.mktemp("activity")
    for name, text in FILES.items():
        (place / f"{name}.csv").write_text(text)
    (place / "weights").mkdir()
    (place / "weights" / "weights.csv").write_text(WEIGHTS)
    return Activity(directory=place)


@pytest.fixture(scope="module")
def facts(store, tmp_path_factory) -> Facts:
    """The store's own rows, joined once; that both give the same is a test of its own."""
    return write_facts(store, "jobplans", tmp_path_factory.mktemp("facts"))


def figures(measure: Definition, store: Activity | Facts) -> dict:
    """Unit → numerator and denominator in whole sessions, weeks or weights; records sum to them."""
    rows = compute_tallies([measure], store).to_pylist()
    behind = dict.fromkeys(((row["unit"], row["month"]) for row in rows), (0, 0, 0))
    for each in compute_records(measure, store).to_pylist():
        place = each["unit"], each["month"]
        n, above, below = behind[place]
        behind[place] = (n + 1, above + each["numerator"], below + each["denominator"])
    names = ("n", "numerator", "denominator")
    assert behind == {(r["unit"], r["month"]): tuple(r[name] for name in names) for r in rows}
    thousand = 1000 * MILLION
    return {r["unit"]: (r["numerator"] / thousand, r["denominator"] / thousand) for r in rows}


def reworded(measure: Definition, old: str, new: str) -> Definition:
    from importlib import resources

    file = resources.files("clinmeasures.definitions") / "library" / f"{measure.code}.toml"
    return parse_definition(file.read_text(encoding="utf-8").replace(old, new))


def test_sessions_delivered_are_set_against_those_planned_net_of_leave(facts):
    # A: ten weekdays of 1.5 less two of study leave, then five of 1: 12 + 5. Delivered: a whole
    # day in theatre (2), a morning's clinic and an afternoon with a list and a clinic (2), an
    # assessment on a day of leave (1), a Saturday on which nobody came (1).
    # B: five days of 1 until B left, one half-day of endoscopy; the clinic afterwards is no plan's.
    assert figures(DELIVERED, facts) == {"A": (6, 17), "B": (1, 5)}


def test_a_trust_may_count_leave_as_planned(facts):
    gross = reworded(DELIVERED, '= "planned_sessions_net"', '= "planned_sessions"')
    assert figures(gross, facts)["A"] == (6, 20)


def test_a_new_plan_replaces_every_line_of_the_old_one(facts):
    text = 'code = "spa"\nversion = 1\ntitle = "t"\nrecord = "jobplans"\nkind = "ratio_of_sums"\n'
    text += 'direction = "neither"\nnumerator = "planned_sessions"\n'
    text += 'denominator = "planned_sessions"\n'
    spa = parse_definition(text + 'where = [{ field = "activity", equals = "spa" }]\n')
    assert figures(spa, facts) == {"A": (5, 5)}


def test_each_day_behind_a_figure_says_what_was_planned_and_what_was_done(facts):
    rows = compute_records(DELIVERED, facts, unit="A").to_pylist()
    by_day = {f"{row['from']:%d}": row for row in rows}
    assert len(rows) == 16  # fifteen weekdays and a Saturday
    shown = ("sessions_per_week", "delivered_sessions", "planned_sessions_net")
    assert [by_day["03"][name] for name in shown] == [7.5, 2000, 1500]
    assert [by_day["04"][name] for name in shown] == [7.5, 1000, 0]
    assert [by_day["07"][name] for name in shown] == [None, 1000, 0]
    assert by_day["16"]["_key"] == "A|2026-03-16|dcc"


def test_work_is_weighted_and_set_against_the_time_there_was(facts):
    # A: 1.5 + 1 of 15 weekdays less two of leave, a fifth of a week each; B: half-time, a week.
    assert figures(library()["workload-stays"], facts) == {"A": (2.5, 2.6), "B": (0, 0.5)}
    assert figures(library()["workload-cases"], facts)["A"] == (1, 2.6)
    # First and late seen count; whoever did not come does not. B's is after B's post.
    found = figures(library()["workload-attendances"], facts)
    assert found == {"A": (2.5, 2.6), "B": (0, 0.5)}


def test_work_weighted_by_another_source_does_not_count(facts):
    other = reworded(library()["workload-stays"], '"trust-averages-1"', '"national-2026"')
    assert figures(other, facts) == {}


def test_facts_of_some_months_and_codes_give_the_same(store, tmp_path):
    codes = pa.table(
        {
            "code": ["A", "B", "A"],
            "valid_from": [None, None, date(2026, 3, 4)],
            "valid_to": [date(2026, 3, 3), None, None],
            "unit": ["A", "B", "Z"],
        }
    )
    changed = replace(store, codes=codes)
    # From the 4th on A's code is Z's, whose plan there is none of: four sessions stay A's.
    facts = write_facts(changed, "jobplans", tmp_path, months=["2026-03", "2026-04", "none"])
    assert figures(DELIVERED, facts) == {"A": (4, 17), "B": (1, 5)}
    measures = [DELIVERED, library()["workload-stays"]]
    assert compute_tallies(measures, facts).equals(compute_tallies(measures, changed))
    assert [each.name for each in (tmp_path / "jobplans").glob("month=*")] == ["month=2026-03"]


@pytest.fixture
def loaded(tmp_path) -> Activity:
    """The same rows as loads that declare their coverage, and a correction."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text)
        place = tmp_path / "store" / name / "load=000001"
        place.mkdir(parents=True)
        duckdb.from_csv_auto(str(tmp_path / f"{name}.csv")).write_parquet(f"{place}/rows.parquet")
        covered = {"coverage_from": "2026-03-01", "coverage_to": "2026-04-30"}
        (place / "_load.json").write_text(json.dumps(covered))
    (tmp_path / "store" / "weights").mkdir()
    (tmp_path / "store" / "weights" / "weights.csv").write_text(WEIGHTS)
    return Activity(directory=tmp_path / "store")


def corrected(store: Activity, *said: tuple[str, str, str, str, str]) -> Activity:
    names = ("dataset", "key", "field", "old", "new")
    table = pa.table({name: [each[nth] for each in said] for nth, name in enumerate(names)})
    return replace(store, corrections=table)


def months_written(store: Activity, place: Path, months: list[str] | None) -> list:
    """The rows of March, written with everything or on their own."""
    write_facts(store, "jobplans", place, months=months)
    files = f"{place}/jobplans/month=2026-03/*.parquet"
    rows = duckdb.from_parquet(files, hive_partitioning=True)
    columns = sorted(rows.columns)
    listed = rows.project(", ".join(f'"{name}"' for name in columns)).fetchall()
    return [columns, *sorted(listed, key=repr)]


WRONG_OWNER = ("theatre", "1", "surgeon", "A", "B")
WRONG_TIME = ("clinics", "1", "outcome", "attended", "dna")


@pytest.mark.parametrize("said", [(), (WRONG_OWNER,), (WRONG_OWNER, WRONG_TIME)])
def test_a_month_joined_on_its_own_is_as_if_all_were_joined(loaded, tmp_path, said):
    store = corrected(loaded, *said) if said else loaded
    alone = months_written(store, tmp_path / "alone", ["2026-03"])
    assert alone == months_written(store, tmp_path / "whole", None)


def test_what_joins_a_month_is_compiled_once_whatever_is_corrected_in_it(loaded, tmp_path):
    plan_of.cache_clear()
    plain = months_written(loaded, tmp_path / "plain", ["2026-03"])
    store = corrected(loaded, WRONG_OWNER, WRONG_TIME)
    assert months_written(store, tmp_path / "corrected", ["2026-03"]) != plain
    write_facts(store, "jobplans", tmp_path / "april", months=["2026-04"])
    assert plan_of.cache_info().misses == 1


def test_another_weight_of_work_is_compiled_anew(loaded, tmp_path):
    plain = months_written(loaded, tmp_path / "plain", ["2026-03"])
    heavier = WEIGHTS.replace("theatre,specialty,*,1000", "theatre,specialty,*,3000")
    (loaded.directory / "weights" / "weights.csv").write_text(heavier)
    assert months_written(loaded, tmp_path / "heavier", ["2026-03"]) != plain


def test_job_plans_alone_plan_nothing_that_can_be_judged(tmp_path):
    (tmp_path / "jobplans.csv").write_text(JOBPLANS)
    assert compute_tallies([DELIVERED], Activity(directory=tmp_path)).num_rows == 0


TWO = 'numerator = "stay_days"\ndenominator = "stay_minutes"\n'
HEAD = 'code = "x"\nversion = 1\ntitle = "t"\ndirection = "lower"\nkind = "joined"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('record = "spells"\n' + TWO, "of the record jobplans alone"),
        ('record = "jobplans"\nvalue = "planned_sessions"\n', "needs 'numerator' and 'denomi"),
    ],
)
def test_a_joined_measure_that_joins_nothing_is_refused(text, said):
    with pytest.raises(InvalidDefinition, match=said):
        parse_definition(HEAD + text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight\n", "heft\n", "has no column 'weight'"),
        ("1500", "1.5", "must be whole numbers"),
        ("trust-averages-1,theatre", "other,theatre", "names 2 sources"),
        ("trust-averages-1,theatre,specialty", "trust-averages-1,beds,specialty", "not weighed"),
        ("theatre,specialty", "theatre,theatre", "not weighed by 'theatre'"),
        ("spells,diagnosis_chapter,*", "spells,specialty,*", "weighed by 2 fields"),
        ("follow_up,500", "first,500", "stands in it twice"),
    ],
)
def test_weights_that_cannot_be_are_refused_with_the_file(tmp_path, old, new, said):
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "weights.csv").write_text(WEIGHTS.replace(old, new, 1))
    with pytest.raises(BadInput, match=said):
        read_weights(tmp_path)
