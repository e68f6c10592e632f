"""The invented trust: its size, its likeness to a real one, its dirt, and the truth kept apart."""

import csv
import json
import re
import tomllib
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from clinlead.demo.trust import Plan, make_trust
from clinlead.demo.trust.contracts import DIRECT, contracts
from clinlead.demo.trust.outpatients import appointments, patients_a_clinic
from clinlead.demo.trust.plan import as_day, existing_minutes
from clinlead.demo.trust.spells import make_world
from clinmeasures.activity.record_types import RECORD_TYPES

pytestmark = pytest.mark.xdist_group("invented trust")  # made once, by one worker

TODAY = date(2026, 11, 22)
LOGINS = {
    "clinician",
    "peer",
    "stranger",
    "lead",
    "otherlead",
    "chief",
    "director",
    "operations",
    "hr",
    "analyst",
    "projectteam",
    "executive",
    "evaluator",
    "secondcoder",
    "wardstaff",
    "dpo",
    "sysadmin",
}
SMALL = Plan(today=TODAY, months=12, departments=("cardiology", "respiratory", "general-surgery"))


class Trust:
    """A made trust, to be asked in SQL: `truth.spells`, `extract.spells`, `faults`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.database = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
        self.database.execute("create schema truth; create schema extract")
        for file in (directory / "truth" / "activity").glob("*.parquet"):
            self.database.execute(f"create view truth.{file.stem} as from '{file}'")
        for file in (directory / "extract").glob("*.csv"):
            name = file.stem.replace("-", "_")
            self.database.execute(
                f"create view extract.{name} as from read_csv('{file}', all_varchar=true)"
            )
        for name in ("faults", "diagnosis", "differences"):
            self.database.execute(f"create view {name} as from '{directory}/truth/{name}.parquet'")

    def one(self, question: str) -> float:
        return self.database.execute(question).fetchone()[0]

    def rows(self, question: str) -> list[tuple]:
        return self.database.execute(question).fetchall()

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.directory / "organisation" / f"{name}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def trust(tmp_path_factory) -> Trust:
    directory = tmp_path_factory.mktemp("trust") / "whole"
    make_trust(directory, Plan(today=TODAY))
    return Trust(directory)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Trust:
    directory = tmp_path_factory.mktemp("trust") / "small"
    make_trust(directory, SMALL)
    return Trust(directory)


class TestItsSize:
    def test_it_has_130_000_spells_a_year_for_three_years(self, trust):
        for year in range(3):
            count = trust.one(
                "select count(*) from truth.spells where discharged_at >= date '2023-11-01'"
                f" + interval {year} year and discharged_at < date '2023-11-01'"
                f" + interval {year + 1} year"
            )
            assert count == pytest.approx(130_000, rel=0.03)

    def test_it_has_the_study_s_people_and_parts(self, trust):
        plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
        assert (len(plan["divisions"]), len(plan["departments"])) == (10, 30)
        here = {post["person"] for post in trust.table("posts") if not post["ends_on"]}
        grades = [one["grade"] for one in trust.table("people") if one["code"] in here]
        assert grades.count("Consultant") == 340
        assert sum(grade in ("Associate specialist", "Specialty doctor") for grade in grades) == 33

    def test_it_ends_with_the_last_complete_month(self, trust):
        last = trust.one("select max(discharged_at) from truth.spells")
        assert (last.year, last.month) == (2026, 10)
        assert trust.one("select max(admitted_at) from truth.spells").date() < date(2026, 11, 1)

    def test_cardiology_is_a_department_of_twelve(self, trust):
        posts = [one for one in trust.table("posts") if one["department"] == "cardiology"]
        assert len({one["person"] for one in posts if not one["ends_on"]}) in (12, 13)

    def test_the_clinician_has_about_sixty_records_in_the_open_quarter(self, trust):
        code = codes_of(trust, "clinician")
        count = trust.one(
            "select count(distinct spell_id) from extract.spells where discharging_consultant in"
            f" {code} and discharged_at between '2026-07-01' and '2026-10-01'"
        )
        assert 48 <= count <= 78


def codes_of(trust: Trust, login: str) -> str:
    """All codes of an account's person, as an SQL list."""
    person = next(one["person"] for one in trust.table("accounts") if one["login"] == login)
    plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
    codes = [f"'{each['code']}'" for each in plan["codes"] if each.get("person") == person]
    return f"({','.join(codes)})"


INPATIENT = "patient_class = 'inpatient'"

# (what, SQL on the truth, lowest, highest): bands around published national sizes
BANDS = [
    (
        "emergency share",
        "select avg((admission_method = 'emergency')::int) from truth.spells",
        0.40,
        0.55,
    ),
    (
        "day-case share",
        "select avg((patient_class = 'day_case')::int) from truth.spells",
        0.33,
        0.48,
    ),
    (
        "deaths of emergency inpatients",
        "select avg((discharge_method = 'died')::int) from truth.spells"
        " where admission_method = 'emergency' and discharged_at is not null",
        0.02,
        0.03,
    ),
    (
        "deaths of day cases",
        "select avg((discharge_method = 'died')::int) from truth.spells"
        " where patient_class = 'day_case'",
        0.0,
        0.0005,
    ),
    (
        "mean emergency stay, days",
        "select avg(epoch(discharged_at - admitted_at)) / 86400 from truth.spells"
        " where admission_method = 'emergency'",
        4.0,
        6.0,
    ),
    (
        "summaries within 24 hours",
        "select avg(coalesce((first_sent - discharged_at <= interval 24 hour)::int, 0))"
        " from truth.spells left join (select refers_to, min(sent_at) first_sent"
        " from truth.documents group by 1) on refers_to = spell_id"
        " where discharge_method <> 'died' and discharged_at < date '2026-10-25'",
        0.82,
        0.89,
    ),
    (
        "predicted dates within 24 hours of admission",
        "select avg(coalesce((first - admitted_at <= interval 24 hour)::int, 0))"
        " from truth.spells left join (select spell_id, min(entered_at) as first"
        " from truth.predictions group by 1) p using (spell_id) where patient_class = 'inpatient'"
        " and discharged_at - admitted_at > interval 24 hour",
        0.68,
        0.80,
    ),
    (
        "first prediction within a day",
        "select avg((abs(d - p) <= 1)::int) from (select discharged_at::date - date '2000-01-01' d,"
        " arg_min(predicted_discharge_date, entered_at) - date '2000-01-01' p from truth.spells"
        " join truth.predictions using (spell_id) where discharged_at is not null"
        " group by spell_id, discharged_at)",
        0.45,
        0.70,
    ),
    ("female share", "select avg((sex = 'female')::int) from truth.spells", 0.48, 0.56),
    (
        "discharges on a quiet day against others",
        "select avg(n) filter (weekday in (0, 6)) / avg(n) filter (weekday not in (0, 6)) from"
        " (select discharged_at::date as d, dayofweek(d) as weekday, count(*) as n"
        " from truth.spells where patient_class = 'inpatient' and discharged_at is not null"
        " group by 1)",
        0.45,
        0.80,
    ),
]

READMITTED = """
with own as (
  select *, lead(admitted_at) over w as again, lead(admission_method) over w as how
  from truth.spells window w as (partition by patient_id order by admitted_at)
)
select avg(coalesce((how = 'emergency' and again::date - discharged_at::date <= 29)::int, 0))
from own where patient_class = 'inpatient' and discharge_method not in ('died', 'transferred')
  and discharged_at < date '2026-09-30' and specialty not in ('370', '303', '501')
"""


class TestItsLikeness:
    @pytest.mark.parametrize(
        ("what", "question", "lowest", "highest"), BANDS, ids=lambda it: str(it)[:30]
    )
    def test_an_average_is_of_the_national_size(self, trust, what, question, lowest, highest):
        assert lowest <= trust.one(question) <= highest, what

    def test_eight_or_nine_in_a_hundred_come_back_as_emergencies(self, trust):
        assert 0.078 <= trust.one(READMITTED) <= 0.095

    def test_bank_holidays_are_quiet(self, trust):
        by_day = dict(
            trust.rows(
                "select admitted_at::date, count(*) from truth.spells"
                " where admission_method = 'elective' and dayofweek(admitted_at) = 1 group by 1"
            )
        )
        ordinary = np.median(list(by_day.values()))
        for holiday in (date(2025, 5, 5), date(2025, 8, 25), date(2026, 5, 4)):
            assert by_day.get(holiday, 0) < 0.3 * ordinary

    def test_scotland_keeps_its_own_holidays(self):
        saint_andrew = as_day(date(2026, 11, 30))
        quiet = [
            Plan(today=TODAY, nation=nation).is_quiet(np.array([saint_andrew]))[0]
            for nation in ("SCT", "ENG")
        ]
        assert quiet == [True, False]

    def test_winter_is_busier_and_no_clock_skips(self, trust):
        winter, summer = (
            trust.one(
                "select count(*) from truth.spells where admission_method = 'emergency'"
                f" and month(admitted_at) in {months}"
            )
            for months in ("(12, 1, 2)", "(6, 7, 8)")
        )
        assert 1.03 < winter / summer < 1.25
        skipped = trust.one(
            "select count(*) from truth.spells where admitted_at between"
            " timestamp '2026-03-29 01:00' and timestamp '2026-03-29 01:59'"
        )
        assert skipped == 0

    def test_no_patient_is_in_two_beds_or_comes_back_from_the_dead(self, trust):
        assert not trust.one(
            "select count(*) from (select admitted_at, lag(discharged_at) over"
            " (partition by patient_id order by admitted_at) as earlier from truth.spells)"
            " where earlier > admitted_at"
        )
        assert not trust.one(
            "select count(*) from truth.spells join truth.deaths using (patient_id)"
            " where admitted_at::date > died_on"
        )

    def test_episodes_and_ward_stays_fill_their_spell(self, trust):
        for table in ("episodes", "wardstays"):
            wrong = trust.one(
                "select count(*) from (select s.admitted_at, s.discharged_at,"
                " min(p.started_at) as began, max(p.ended_at) as ended,"
                " sum(epoch(p.ended_at - p.started_at)) total"
                f" from truth.spells s join truth.{table} p using (spell_id)"
                " where s.discharged_at is not null group by 1, 2, s.spell_id)"
                " where began <> admitted_at or ended <> discharged_at"
                " or total <> epoch(discharged_at - admitted_at)"
            )
            assert wrong == 0, table

    def test_months_vary_more_than_chance_alone(self, trust):
        """Emergencies of one department by day: variance above the mean, yet of its order."""
        mean, variance = trust.rows(
            "select avg(n), var_samp(n) from (select admitted_at::date, count(*) n"
            " from truth.spells where specialty = '326' and admission_method = 'emergency'"
            " and admitted_at >= date '2023-11-02' and admitted_at < date '2026-01-01' group by 1)"
        )[0]
        assert 1.05 < variance / mean < 6

    def test_most_comparisons_show_no_signal(self, trust):
        """In-time summaries beside the department: at 3 sigma few of the clinicians stand out."""
        scores = trust.rows(
            "with each as (select discharging_consultant c, specialty s, count(*) n,"
            " sum(coalesce((first_sent - discharged_at <= interval 24 hour)::int, 0)) k"
            " from truth.spells left join (select refers_to, min(sent_at) first_sent"
            " from truth.documents group by 1) on refers_to = spell_id"
            " where discharge_method <> 'died' and discharged_at between date '2026-07-01'"
            " and date '2026-10-01' group by all having n >= 20),"
            " pooled as (select s, sum(k) / sum(n) p from each group by 1)"
            " select (k / n - p) / sqrt(p * (1 - p) / n) from each join pooled using (s)"
            " where p between 0.01 and 0.99"
        )
        outside = np.mean(np.abs(np.array(scores)) > 3)
        assert len(scores) > 200
        assert outside < 0.10


class TestItsDirt:
    def share(self, trust, kind, field, dataset="spells", of="truth.spells"):
        count = trust.one(
            f"select count(*) from faults where kind = '{kind}' and field = '{field}'"
            f" and dataset = '{dataset}'"
        )
        return count / trust.one(f"select count(*) from {of}")

    def test_four_in_a_hundred_stand_under_the_wrong_consultant(self, trust):
        share = self.share(trust, "wrong consultant", "discharging_consultant")
        assert share == pytest.approx(0.04, rel=0.05)

    def test_thirteen_in_a_hundred_primary_diagnoses_are_wrong(self, trust):
        coded = "(select 1 from truth.spells where primary_diagnosis is not null)"
        share = self.share(trust, "wrong diagnosis", "primary_diagnosis", of=coded)
        assert share == pytest.approx(0.13, rel=0.03)

    @pytest.mark.parametrize(
        ("kind", "field", "expected"),
        [
            ("missing date", "discharged_at", 0.003),
            ("end before start", "discharged_at", 0.0012),
            ("date in the future", "discharged_at", 0.0004),
            ("no such day", "discharged_at", 0.0002),
            ("no such age", "age_years", 0.0005),
            ("repeated", "", 0.003),
        ],
    )
    def test_other_faults_come_at_their_rates(self, trust, kind, field, expected):
        assert self.share(trust, kind, field) == pytest.approx(expected, rel=0.4)

    def test_every_listed_fault_stands_in_the_extract_and_nothing_else_differs(self, small):
        for column in ("discharging_consultant", "primary_diagnosis", "discharged_at", "sex"):
            differing = small.rows(
                f"select distinct spell_id, t.{column}::varchar, e.{column}"
                " from truth.spells t join extract.spells e using (spell_id)"
                f" where t.{column}::varchar is distinct from e.{column}"
            )
            listed = small.rows(
                "select key, truth, written from faults"
                f" where dataset = 'spells' and field = '{column}'"
            )
            assert sorted(differing, key=str) == sorted(listed, key=str), column

    @pytest.mark.parametrize("dataset", ["theatre", "leave", "clinics", "jobplans"])
    def test_intake_finds_what_other_systems_got_wrong(self, small, dataset):
        """Times in the wrong order are set aside, codes no list knows counted, blanks seen."""
        from clinmeasures.activity import prepare_load

        file = small.directory / "extract" / f"{dataset}.csv"
        with prepare_load([file], dataset, today=TODAY) as prepared:
            report = prepared.report
        wrong = dict(
            small.rows(
                "select kind, count(distinct key) from faults "
                f"where dataset = '{dataset}' and kind not like 'missing%' group by kind"
            )
        )
        assert wrong
        assert report.quarantined == wrong.get("end before start", 0)
        assert report.with_unlisted == wrong.get("unknown code", 0)

    def test_sending_again_puts_the_discharge_right(self, small):
        again = small.rows(
            "select count(*), count(*) filter (e.discharged_at = t.discharged_at::varchar)"
            " from extract.spells_resubmitted e join truth.spells t using (spell_id)"
        )[0]
        assert again[0] == again[1] > 20

    def test_recent_months_are_less_coded(self, trust):
        coded = dict(
            trust.rows(
                "select strftime(discharged_at, '%Y-%m'), avg((primary_diagnosis is not null)::int)"
                " from truth.spells where discharged_at is not null group by 1"
            )
        )
        assert 0.3 < coded["2026-10"] < 0.75
        assert coded["2026-09"] > 0.85
        assert coded["2026-03"] > 0.999

    def test_pooled_and_locum_codes_are_used_but_are_nobody(self, trust):
        plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
        pools = [each["code"] for each in plan["codes"] if each["kind"] != "person"]
        assert not any("person" in each for each in plan["codes"] if each["code"] in pools)
        quoted = ",".join(f"'{code}'" for code in pools)
        share = trust.one(
            f"select avg((discharging_consultant in ({quoted}))::int) from extract.spells"
        )
        assert 0.012 < share < 0.03

    def test_codes_are_dated_and_never_two_people_s_at_once(self, trust):
        plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
        by_code: dict[str, list] = {}
        people: dict[str, int] = {}
        for each in plan["codes"]:
            by_code.setdefault(each["code"], []).append(each)
            if "person" in each:
                people[each["person"]] = people.get(each["person"], 0) + 1
        assert max(people.values()) == 2
        shared = [lines for lines in by_code.values() if len(lines) > 1]
        assert shared
        for lines in shared:
            earlier, later = sorted(lines, key=lambda line: line["starts_on"])
            assert earlier["ends_on"] < later["starts_on"]


class TestTheTruthApart:
    def test_the_extract_has_the_template_s_columns_and_no_others(self, trust):
        for file in (trust.directory / "extract").glob("*.csv"):
            dataset = file.stem.split("-")[0]
            with file.open(encoding="utf-8") as opened:
                header = next(csv.reader(opened))
            assert header == [column.name for column in RECORD_TYPES[dataset].columns]

    def test_the_organisation_s_tables_say_nothing_of_how_people_differ(self, trust):
        said = "".join(
            file.read_text(encoding="utf-8")
            for file in (trust.directory / "organisation").glob("*.csv")
        )
        assert not re.search("effect|true|fault|wrong", said)

    def test_wrongly_attributed_spells_know_their_true_clinician(self, small):
        unknown = small.one(
            "select count(*) from faults f join truth.spells t on t.spell_id = f.key"
            " where f.field = 'discharging_consultant' and f.truth <> t.discharging_consultant"
        )
        assert unknown == 0

    def test_true_diagnoses_are_kept_even_where_nobody_has_coded_yet(self, trust):
        assert trust.one("select count(*) from diagnosis where primary_diagnosis is null") == 0


class TestItsSeed:
    def test_the_same_plan_makes_the_same_files(self, small, tmp_path):
        make_trust(tmp_path / "again", SMALL)
        first = sorted(small.directory.rglob("*.*"))
        assert len(first) > 20
        for file in first:
            again = tmp_path / "again" / file.relative_to(small.directory)
            assert file.read_bytes() == again.read_bytes(), file.name

    def test_another_seed_makes_another_trust(self, small, tmp_path):
        other = Plan(today=TODAY, months=12, departments=SMALL.departments, seed=7)
        made = make_trust(tmp_path / "other", other)
        spells = (made.directory / "extract/spells.csv").read_bytes()
        assert spells != (small.directory / "extract/spells.csv").read_bytes()

    def test_an_unknown_department_is_refused_and_nothing_is_left(self, tmp_path):
        with pytest.raises(ValueError, match="no such department in the invented trust: alchemy"):
            make_trust(tmp_path / "none", Plan(today=TODAY, departments=("alchemy",)))
        assert list(tmp_path.iterdir()) == []


class TestItsPeople:
    def test_names_are_two_nouns_and_codes_hold_no_number_of_seven_digits(self, trust):
        names = [one["name"] for one in trust.table("people")]
        assert len(set(names)) == len(names)
        assert all(len(name.split()) == 3 for name in names[:373])
        plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
        assert not [each["code"] for each in plan["codes"] if re.search(r"\d{7}", each["code"])]

    def test_every_demonstration_account_has_its_person(self, trust):
        people = {one["code"] for one in trust.table("people")}
        accounts = {one["login"]: one for one in trust.table("accounts")}
        assert set(accounts) == LOGINS
        assert {one["person"] for one in accounts.values()} <= people

    def test_the_accounts_sit_where_the_interfaces_say(self, trust):
        home = {one["person"]: one["department"] for one in trust.table("posts")}
        division = {one["code"]: one["division"] for one in trust.table("departments")}
        person = {one["login"]: one["person"] for one in trust.table("accounts")}
        assert home[person["clinician"]] == home[person["peer"]] == "cardiology"
        assert division[home[person["stranger"]]] != division["cardiology"]
        roles = {(one["person"], one["role"]): one for one in trust.table("roles")}
        assert roles[person["lead"], "lead"]["department"] == "cardiology"
        assert roles[person["otherlead"], "lead"]["department"] != "cardiology"
        assert roles[person["chief"], "chief"]["division"] == division["cardiology"]

    def test_every_department_has_a_lead_and_every_division_a_chief(self, trust):
        roles = trust.table("roles")
        assert len({one["department"] for one in roles if one["role"] == "lead"}) == 30
        assert len({one["division"] for one in roles if one["role"] == "chief"}) == 10
        leads = {one["person"] for one in roles if one["role"] == "lead"}
        assert not leads & {one["person"] for one in roles if one["role"] == "chief"}


STAYS = """
select strftime(discharged_at::timestamp, '%Y-%m') as month,
  avg(epoch(discharged_at::timestamp - admitted_at::timestamp)) / 86400 as days, count(*) as n
from {source}.spells where discharging_consultant in {codes} and patient_class = 'inpatient'
  and discharged_at::varchar between admitted_at::varchar and '2026-11-01'
  and discharged_at::varchar not like '31/%' group by 1 order by 1
"""


class TestItsStories:
    def told(self, trust, code):
        text = (trust.directory / "organisation/stories.json").read_text("utf-8")
        return next(story for story in json.loads(text) if story["code"] == code)

    def readings(self, trust, source):
        from clinmeasures.spc import spc

        codes = codes_of(trust, "clinician")
        rows = trust.rows(STAYS.format(source=source, codes=codes))
        result = spc([row[1] for row in rows], dates=[row[0] + "-01" for row in rows])
        points = result.to_dict()["series"][0]["points"]
        return {row[0]: point["signals"] for row, point in zip(rows, points, strict=True)}

    def test_the_clinician_s_odd_month_is_a_signal_only_in_the_extract(self, trust):
        month = self.told(trust, "misfiled-month")["starts_on"][:7]
        assert "outside_limits" in self.readings(trust, "extract")[month]
        assert "outside_limits" not in self.readings(trust, "truth")[month]

    def test_the_odd_month_s_records_belong_to_colleagues_the_peer_among_them(self, trust):
        owners = trust.rows(
            "select truth, count(*) from faults where kind = 'ward clerk''s code'"
            " and field = 'discharging_consultant' group by 1"
        )
        assert sum(count for _, count in owners) == 12
        peer = sum(count for code, count in owners if f"'{code}'" in codes_of(trust, "peer"))
        assert peer >= 3

    @pytest.mark.parametrize(
        ("story", "specialty", "measured"),
        [
            (
                "board-rounds",
                "320",
                "(select min(entered_at) from truth.predictions p where p.spell_id = s.spell_id)"
                " - admitted_at <= interval 24 hour",
            ),
            (
                "new-template",
                "110",
                "(select min(sent_at) from truth.documents p where p.refers_to = s.spell_id)"
                " - discharged_at <= interval 24 hour",
            ),
        ],
    )
    def test_a_dated_change_was_followed_by_an_improvement(self, trust, story, specialty, measured):
        changed = self.told(trust, story)["starts_on"]
        before, after = (
            trust.one(
                f"select avg(coalesce(({measured})::int, 0)) from truth.spells s"
                f" where specialty = '{specialty}' and patient_class = 'inpatient'"
                " and discharge_method <> 'died' and discharged_at < date '2026-10-20'"
                f" and discharged_at - admitted_at > interval 24 hour"
                f" and admitted_at {side} date '{changed}'"
            )
            for side in ("<", ">=")
        )
        assert after - before > 0.10

    def test_longer_stays_of_the_heart_failure_service_are_explained_by_its_patients(self, trust):
        person = self.told(trust, "heart-failure-service")["person"]
        assert trust.one(f"select stay from differences where person = '{person}'") == 0.0
        plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
        code = next(each["code"] for each in plan["codes"] if each.get("person") == person)
        question = (
            "select avg(epoch(discharged_at - admitted_at)) / 86400,"
            " avg((primary_diagnosis = 'I50.0')::int) from truth.spells"
            " where specialty = '320' and patient_class = 'inpatient'"
            f" and discharging_consultant {{}} '{code}'"
        )
        own, others = (trust.rows(question.format(sign))[0] for sign in ("=", "<>"))
        assert own[0] > 1.25 * others[0]
        assert own[1] > 2 * others[1]

    def test_the_newcomer_has_too_few_cases(self, trust):
        person = self.told(trust, "too-few")["person"]
        plan = tomllib.loads((trust.directory / "organisation/trust.toml").read_text("utf-8"))
        code = next(each["code"] for each in plan["codes"] if each.get("person") == person)
        count = trust.one(
            f"select count(*) from truth.spells where discharging_consultant = '{code}'"
        )
        assert 1 <= count <= 15

    def test_every_story_names_an_account_and_where_to_look(self, trust):
        stories = json.loads((trust.directory / "organisation/stories.json").read_text("utf-8"))
        logins = {one["login"] for one in trust.table("accounts")}
        assert len(stories) >= 6
        for story in stories:
            assert story["account"] in logins
            assert story["look"]
            assert story["shows"]


def test_an_hour_that_no_clock_showed_moves_on():
    minute = as_day(date(2026, 3, 29)) * 1440
    assert existing_minutes(
        np.array([minute + 59, minute + 60, minute + 119, minute + 120])
    ).tolist() == [
        minute + 59,
        minute + 120,
        minute + 179,
        minute + 120,
    ]


def test_clinics_fill_most_of_what_is_planned_and_nobody_holds_two_at_once():
    world = make_world(Plan(today=TODAY, months=12, departments=("cardiology", "respiratory")))
    own = appointments(world)
    mine = own["owner"] < world.people.count
    half_day = own["slot"] // 1440 * 2 + (own["slot"] % 1440 >= 13 * 60)
    patients = np.unique(own["owner"][mine] * 1_000_000 + half_day[mine], return_counts=True)
    assert (patients[1] > patients_a_clinic(world, own["department"]).max()).mean() < 0.01
    held = np.bincount(patients[0] // 1_000_000, minlength=world.people.count)
    planned = contracts(world)[0] * DIRECT * 44.5  # weeks of a year without leave
    assert 0.6 < np.median((held / np.maximum(planned, 1))[held > 0]) < 1.0
