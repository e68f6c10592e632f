"""Released figures out of the application, as files and as FHIR: what the page shows this reader
and nothing else, each file in the record of acts."""

import csv
import io
import json
import re
import struct
import zlib

import pytest
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle
from pyarrow import parquet

from clinlead.access.queries import reader_of
from clinlead.api.tokens import make_token
from clinlead.cli import main
from clinlead.dataprotection.models import Disclosure
from clinlead.history.models import Entry
from clinlead.history.queries import readings_about
from clinlead.releases import actions, live
from clinlead.releases.files import COLUMNS, why_not_take_away
from clinlead.releases.filing import made
from clinlead.releases.grades import grades_of
from clinlead.releases.models import Release, ReleasedFigure
from clinlead.releases.queries import months_shown, seen_by
from small_release import AT, Quarter

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/fhir/MeasureReport"


@pytest.fixture(scope="module")
def out(let_out) -> Quarter:
    """January to March are out; April to June are being prepared."""
    after = let_out.release.period.next()
    actions.prepare(department=let_out.trust.cardiology, period=after, at=AT)
    yield let_out
    live._assembled.clear()


@pytest.fixture
def take(out, db, client):
    """take("lead", "figures.csv") → the file's bytes, taken as this account."""

    def taking(login: str, address: str, expected: int = 200) -> bytes:
        client.force_login(out.trust.accounts[login])
        answer = client.get(f"/releases/{out.release.pk}/{address}")
        assert answer.status_code == expected, answer.content
        if expected == 200:
            assert answer["Content-Disposition"].startswith("attachment")
        return answer.content

    return taking


def test_whoever_takes_a_file_out_of_the_department_stands_in_the_register(take, out):
    take("clinician", "figures.csv")
    take("chief", "figures.csv")
    assert not Disclosure.objects.exists()
    take("analyst", "figures.csv")
    made = Disclosure.objects.get()
    assert made.to_whom == str(out.trust.analyst)
    assert "Cardiology" in made.what
    assert out.trust.person("clinician") in made.people.all()


def own(out: Quarter) -> str:
    return f"figures/length-of-stay/discharging/{out.trust.person('clinician').code}/figure"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def reading(out: Quarter, login: str):
    return reader_of(out.trust.accounts[login], timezone.localdate())


@pytest.mark.parametrize("login", ["lead", "clinician", "analyst", "director"])
def test_the_file_holds_the_months_that_the_page_shows_this_reader_and_no_more(take, out, login):
    reader = reading(out, login)
    seen = seen_by(out.release, reader)
    if login == "director":  # no purpose stated
        seen = [figure for figure in seen if figure.person_id is None]
    shown = {(f.measure, f.unit, m.month) for f in seen for m in months_shown(f, reader)}
    rows = rows_of(take(login, "figures.csv"))
    assert {(r["measure"], r["unit"], r["month"]) for r in rows} == shown
    assert tuple(rows[0]) == COLUMNS


def test_a_file_is_made_once_for_all_who_see_the_same_and_apart_for_whoever_sees_less(take, out):
    made.cache_clear()
    lead, analyst, clinician = (
        take(login, "figures.csv") for login in ("lead", "analyst", "clinician")
    )
    assert lead == analyst
    assert lead != clinician
    assert (made.cache_info().hits, made.cache_info().misses) == (1, 2)
    assert Entry.objects.filter(act="exported", object_kind="release").count() == 3


def test_every_row_says_which_release_it_is_of_and_has_the_frozen_integers(take, out):
    figure = ReleasedFigure.objects.get(
        release=out.release, measure="length-of-stay", unit=out.trust.person("clinician").code
    )
    rows = rows_of(take("clinician", f"{own(out)}.csv"))
    assert [int(r["numerator"]) for r in rows] == figure.tallies["numerator"]
    assert [r["month"] for r in rows] == figure.tallies["month"]
    assert {r["release_digest"] for r in rows} == {out.release.digest}
    assert {r["figure_digest"] for r in rows} == {figure.digest}
    first = rows[0]  # minutes of all stays over the stays, in days as the page shows it
    stay = int(first["numerator"]) / int(first["denominator"]) / 1440
    assert (float(first["value"]), first["value_in"]) == (pytest.approx(stay), "days")


def test_a_released_page_shows_the_grades_of_then_and_an_old_release_opens_without(out, client, db):
    client.force_login(out.trust.accounts["clinician"])
    page = f"/releases/{out.release.pk}/{own(out).removesuffix('figure')}"
    figure = out.release.figures.get(
        measure="length-of-stay", unit=out.trust.person("clinician").code
    )
    said = client.get(page).content.decode()
    assert f"Data of {len(grades_of(figure))} months" in said
    assert "So they were graded when this was released." in said
    assert grades_of(figure)["2026-03"].words in said
    out.release.figures.update(grades=None)
    assert "were not graded when this was released" in client.get(page).content.decode()


def test_every_row_says_how_good_the_months_data_were_when_it_was_released(take, out):
    figure = ReleasedFigure.objects.get(
        release=out.release, measure="length-of-stay", unit=out.trust.person("clinician").code
    )
    rows = rows_of(take("clinician", f"{own(out)}.csv"))
    said = {row["month"]: [row["grade"], row["grade_because"]] for row in rows}
    assert said == figure.grades
    assert all(grade in {"A", "B", "C", "D"} for grade, _ in said.values())
    table = parquet.read_table(io.BytesIO(take("clinician", f"{own(out)}.parquet")))
    assert table["grade"].to_pylist() == [row["grade"] for row in rows]


def test_a_release_from_before_grades_were_kept_has_empty_cells_for_them(take, out):
    out.release.figures.update(grades=None)
    made.cache_clear()
    rows = rows_of(take("lead", "figures.csv"))
    made.cache_clear()
    assert {(row["grade"], row["grade_because"]) for row in rows} == {("", "")}


def test_parquet_has_the_same_rows_with_their_types(take, out):
    table = parquet.read_table(io.BytesIO(take("lead", "figures.parquet")))
    rows = rows_of(take("lead", "figures.csv"))
    assert table.column_names == list(COLUMNS)
    assert [str(n) for n in table["numerator"].to_pylist()] == [r["numerator"] for r in rows]
    assert table.schema.field("denominator").type == "int64"


def test_the_measure_reports_are_valid_and_name_the_digests(take, out):
    bundle = Bundle.model_validate_json(take("lead", "figures.json"))
    assert bundle.type == "collection"
    assert len(bundle.entry) == len(seen_by(out.release, reading(out, "lead")))
    said = {each.system: each.value for each in bundle.entry[0].resource.identifier}
    assert said["urn:clinlead:release-digest"] == out.release.digest


def test_the_chart_stands_alone_with_its_sentence_and_both_digests(take, out):
    svg = take("clinician", f"{own(out)}.svg").decode()
    figure = out.release.figures.get(
        measure="length-of-stay", unit=out.trust.person("clinician").code
    )
    assert svg.count("<svg") == 2  # the chart in its frame
    for words in (out.release.digest, figure.digest, "Length of stay", figure.unit):
        assert words in svg
    assert "Dr Clinician" not in svg
    assert not re.search(r"<script|style=|href=", svg)


def test_the_picture_in_points_is_whole_and_carries_the_digests(take, out):
    png = take("clinician", f"{own(out)}.png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        check = struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0]
        assert check == zlib.crc32(kind + content)
        found.setdefault(kind, []).append(content)
        at += 12 + size
    assert b"Release digest\0" + out.release.digest.encode() in found[b"tEXt"]
    assert struct.unpack(">I", found[b"IHDR"][0][:4])[0] > 1400


def test_taking_a_file_is_in_the_record_and_whoever_is_named_in_it_sees_that(take, out):
    before = readings_about(out.trust.person("clinician").pk).count()
    take("lead", f"{own(out)}.csv")
    entry = Entry.objects.order_by("-number").first()
    assert (entry.act, entry.facts["details"]) == ("exported", {"file": "csv", "figures": 1})
    looks = readings_about(out.trust.person("clinician").pk)
    assert looks.count() == before + 1
    assert looks.first().by == out.trust.lead
    take("clinician", f"{own(out)}.csv")  # one's own: in the record, and no look by others
    assert Entry.objects.order_by("-number").first().act == "exported"
    assert looks.count() == before + 1


def test_the_medical_director_states_the_purpose_first(take, out):
    refused = take("director", f"{own(out)}.csv", expected=403)
    assert b"state what you need it for" in refused
    take("director", f"{own(out)}.csv?purpose=Revalidation")
    entry = Entry.objects.order_by("-number").first()
    assert entry.facts["details"]["reason"] == "Revalidation"


def test_an_unknown_kind_and_a_chart_of_a_whole_release_are_not_found(take):
    for address in ("figures.xlsx", "figures.svg", "figures.png"):
        take("lead", address, expected=404)


def test_months_with_fewer_than_six_people_are_not_shown_to_whoever_reads_totals(out, db):
    team = out.release.figures.get(measure="length-of-stay", unit=out.release.team_unit)
    first = team.tallies["month"][0]
    team.composition = {**team.composition, first: team.composition[first][:1]}
    lead, operations = (reading(out, login) for login in ("lead", "operations"))
    assert first in {each.month for each in months_shown(team, lead)}
    assert first not in {each.month for each in months_shown(team, operations)}


def test_a_file_that_was_taken_away_is_verified_against_the_release(take, out, tmp_path, capsys):
    for name in ("figures.csv", "figures.parquet"):
        (tmp_path / name).write_bytes(take("lead", name))
        assert main(["release", "verify", "--file", str(tmp_path / name)]) == 0
    changed = take("lead", f"{own(out)}.csv").decode().replace(",0,", ",1,", 1)
    wrong = tmp_path / "changed.csv"
    wrong.write_text(re.sub(r"(\n(?:[^,]*,){12})(\d+)", r"\g<1>7", changed, count=1))
    capsys.readouterr()
    assert main(["release", "verify", "--file", str(wrong)]) == 1
    assert "the file: length-of-stay" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "to"), [("grade", "D"), ("value", "1.5"), ("title", "Stays"), ("version", "9")]
)
def test_what_was_changed_beside_the_frozen_numbers_is_found_too(
    take, out, tmp_path, capsys, column, to
):
    rows = rows_of(take("lead", f"{own(out)}.csv"))
    rows[1][column] = to
    file = tmp_path / "changed.csv"
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    assert main(["release", "verify", "--file", str(file)]) == 1
    assert f"{rows[1]['month']}: {column} was changed" in capsys.readouterr().err


def test_a_file_taken_before_it_had_grades_is_still_verified(take, out, tmp_path):
    table = parquet.read_table(io.BytesIO(take("lead", "figures.parquet")))
    parquet.write_table(table.drop_columns(["grade", "grade_because"]), tmp_path / "old.parquet")
    assert main(["release", "verify", "--file", str(tmp_path / "old.parquet")]) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "it has no column release_digest"),
        ("", "the file has no rows"),
        (None, "there is no such file"),
    ],
)
def test_a_file_that_is_none_of_a_release_gets_one_sentence(tmp_path, capsys, text, said):
    file = tmp_path / "x.csv"
    if text is not None:
        file.write_text(text)
    assert main(["release", "verify", "--file", str(file)]) == 2
    assert said in capsys.readouterr().err


def test_a_release_is_verified_by_its_digest_too(out, db, capsys):
    assert main(["release", "verify", out.release.digest[:12]]) == 0
    assert main(["release", "verify", "abc"]) == 2
    assert "first 12 characters" in capsys.readouterr().err


def test_nothing_to_see_is_nothing_to_take_away():
    assert why_not_take_away(months=0) is not None
    assert why_not_take_away(months=1) is None


@pytest.fixture
def ask(out, db, client):
    """ask("lead", measure="…") → the reports, each read again by the FHIR library."""

    def asking(login: str, expected: int = 200, **query):
        token = make_token(account=out.trust.accounts[login], days=1, at=timezone.now())
        answer = client.get(ADDRESS, query, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == expected, answer.content
        if expected != 200:
            return []
        assert answer["Content-Type"] == "application/fhir+json"
        bundle = Bundle.model_validate_json(answer.content)
        return [json.loads(entry.resource.model_dump_json()) for entry in bundle.entry or ()]

    return asking


def people_of(reports) -> set[str]:
    return {r["subject"]["identifier"]["value"] for r in reports if "subject" in r}


def test_a_proportion_has_its_counts_and_its_score_in_percent(ask, out):
    unit = out.trust.person("clinician").code
    reports = ask("clinician", measure="died-in-hospital")
    mine = next(r for r in reports if "subject" in r)
    figure = out.release.figures.get(measure="died-in-hospital", unit=unit)
    group = mine["group"][0]
    counts = {p["code"]["coding"][0]["code"]: p["count"] for p in group["population"]}
    assert counts["denominator"] == figure.statistics["cases"]
    share = 100 * counts["numerator"] / counts["denominator"]
    assert group["measureScore"]["value"] == pytest.approx(share, abs=1e-6)
    assert group["measureScore"]["code"] == "%"
    assert (mine["period"]["start"], mine["period"]["end"]) == ("2026-01-01", "2026-03-31")
    assert mine["measure"] == "urn:clinlead:measure:died-in-hospital|1"
    assert figure.statistics["sentence"] in mine["text"]["div"]


def test_a_mean_is_in_days_as_on_the_pages(ask, out):
    team = next(r for r in ask("lead", measure="length-of-stay") if "subject" not in r)
    figure = out.release.figures.get(measure="length-of-stay", unit=out.release.team_unit)
    score = team["group"][0]["measureScore"]
    assert score["value"] == pytest.approx(figure.statistics["value"] / 1440, abs=1e-6)
    assert (score["unit"], score["code"]) == ("days", "d")
    assert team["group"][0]["population"][0]["count"] == figure.statistics["cases"]


@pytest.mark.parametrize(
    "login", ["clinician", "peer", "lead", "chief", "operations", "projectteam", "analyst"]
)
def test_each_reader_gets_what_the_release_shows_them_and_no_more(ask, out, login):
    account = out.trust.accounts[login]
    shown = seen_by(out.release, reader_of(account, timezone.localdate()))
    assert {r["id"] for r in ask(login)} == {f"figure-{each.pk}" for each in shown}


@pytest.mark.parametrize("login", ["stranger", "otherlead", "hr", "executive", "dpo", "evaluator"])
def test_whoever_sees_no_release_gets_an_empty_bundle_and_finds_none(ask, out, login):
    assert ask(login) == []
    ask(login, expected=404, release=out.release.pk)


def test_a_clinician_reads_their_own_and_no_colleagues(ask, out):
    assert people_of(ask("clinician")) == {out.trust.person("clinician").code}


def test_the_medical_director_states_no_purpose_here_so_nobody_is_named(ask):
    assert people_of(ask("director")) == set()
    assert ask("director")


def test_what_is_being_prepared_or_was_replaced_is_not_there(ask, out):
    preparing = Release.objects.get(state="preparing")
    ask("lead", expected=404, release=preparing.pk)
    assert {r["period"]["end"] for r in ask("lead")} == {"2026-03-31"}
    Release.objects.filter(pk=out.release.pk).update(state="superseded")
    assert ask("lead") == []


def test_nobody_is_named_and_only_departments_say_which_way_is_better(ask):
    reports = ask("lead")
    assert "Dr " not in json.dumps(reports)
    for report in reports:
        assert ("improvementNotation" in report) is ("subject" not in report)


def test_reading_somebody_elses_is_logged_and_ones_own_is_not(ask, out):
    ask("lead")
    assert readings_about(out.trust.person("peer").pk).first().by == out.trust.lead
    before = readings_about(out.trust.person("clinician").pk).count()
    ask("clinician")
    assert readings_about(out.trust.person("clinician").pk).count() == before
