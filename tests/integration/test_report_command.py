"""`clinmeasures report`: any extract to one page, with numbers that a reader can check."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import clinmeasures
from clinmeasures.cli.main import main
from clinmeasures.definitions import library, parse_definition
from clinmeasures.reliability import reliability
from clinmeasures.reports.options import split_definition
from clinmeasures.reports.own_columns import kind_of, own_fields

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LIBRARY = Path(clinmeasures.__file__).parent
EXAMPLES = LIBRARY / "definitions" / "examples"


def shared(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs ../shared/data/{'/'.join(parts)}")
    return path


class Words(HTMLParser):
    """What a reader sees, and every address in the page."""

    def __init__(self):
        super().__init__()
        self.words, self.addresses, self.tags, self.silent = [], [], [], 0

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.silent += tag == "style"
        self.addresses += [v for k, v in attributes if k in {"href", "src", "data", "action"}]

    def handle_endtag(self, tag):
        self.silent -= tag == "style"

    def handle_data(self, data):
        if not self.silent:
            self.words.append(data)

    @classmethod
    def of(cls, path):
        parser = cls()
        parser.feed(path.read_text(encoding="utf-8"))
        parser.text = re.sub(r"\s+", " ", " ".join(parser.words))
        return parser


@pytest.fixture
def made(tmp_path):
    def run(source, definition, *options):
        out = tmp_path / "page.html"
        given = ["report", str(source), "--definition", str(definition), "--out", str(out)]
        return main([*given, *options]), out

    return run


def read(made, source, definition, *options):
    status, out = made(source, definition, *options)
    assert status == 0
    return Words.of(out)


def test_the_cardiac_surgery_extract_by_its_own_columns(made):
    page = read(
        made,
        shared("cardiacsurgery", "cardiacsurgery.csv"),
        EXAMPLES / "cardiac-surgery-deaths-30d.toml",
    )
    # 361 of 5,595 operations: status 1 and time 30 or less, counted with awk.
    assert "6.5% : 361 of 5,595 operations" in page.text
    assert "Has it changed over time?" in page.text
    assert "How do the surgeons compare?" in page.text
    assert "131 of 1,447 operations" in page.text


def test_the_same_extract_through_its_mappings_gives_the_same_figure(made):
    page = read(
        made,
        shared("cardiacsurgery", "cardiacsurgery.csv"),
        LIBRARY / "definitions" / "library" / "mortality-30d.toml",
        *("--mapping", "cardiac-surgery-spells"),
        *("--mapping", str(LIBRARY / "activity" / "mappings" / "cardiac-surgery-deaths.toml")),
        *("--case-word", "operation", "--today", "2026-11-22"),
    )
    assert "361 of 5,595 operations" in page.text
    assert "131 of 1,447 operations" in page.text
    assert "How do the consultants compare?" in page.text
    assert "Hollow: provisional." in page.text


def test_an_extract_without_dates_has_a_figure_and_a_comparison_and_says_what_is_lacking(made):
    page = read(
        made,
        shared("medpar", "medpar.csv"),
        EXAMPLES / "medpar-length-of-stay.toml",
    )
    # The mean of los over 1,495 rows is 9.854.
    assert "9.85 days : 1,495 patients" in page.text
    assert "54 hospitals" in page.text
    assert "030001" in page.text
    assert "Has it changed over time?" not in page.text
    assert "nothing can be said about change over time" in page.text


def test_deaths_of_the_extract_without_dates(made):
    page = read(
        made,
        shared("medpar", "medpar.csv"),
        EXAMPLES / "medpar-deaths.toml",
    )
    assert "513 of 1,495 patients" in page.text  # the sum of the column died


COLUMNS = (
    *("spell_id", "patient_id", "admitted_at", "discharged_at"),
    *("admission_method", "patient_class", "discharging_consultant"),
)


def spells(tmp_path, count=400):
    """Stays of one to nine days over two years under three consultants, one row impossible."""
    chance = np.random.default_rng(5)
    starts = np.datetime64("2023-01-01") + chance.integers(0, 700, count)
    lines = [
        f"S{i},P{i},{start}T10:00,{start + days}T12:00,emergency,inpatient,C{i % 3}"
        for i, (start, days) in enumerate(zip(starts, chance.integers(1, 10, count), strict=True))
    ]
    lines.append("S9999,P1,2024-02-30T10:00,2024-03-02T10:00,emergency,inpatient,C1")
    path = tmp_path / "spells.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    return path


def test_a_template_file_needs_no_mapping(made, tmp_path):
    source = spells(tmp_path)
    page = read(
        made,
        source,
        LIBRARY / "definitions" / "library" / "length-of-stay.toml",
        *("--case-word", "stay", "--today", "2026-11-22"),
    )
    assert "401 rows read; 400 cases counted." in page.text
    assert "1 row rejected" in page.text
    assert "400 stays" in page.text
    assert {"C0", "C1", "C2"} <= set(page.words)


LISTS = (
    "case_id,session_id,theatre,session_planned_start,session_planned_end,"
    "anaesthetic_start,knife_to_skin,closed_at,out_of_theatre,surgeon\n"
)


def test_a_theatre_extract_counts_every_case_of_a_list(made, tmp_path):
    # Fourteen lists of 240 minutes, each with two cases of 90: 2,520 of 3,360 minutes.
    rows = [
        f"C{day}-{hour},L{day},T1,{date}T09:00,{date}T13:00,"
        f"{date}T{hour:02}:00,{date}T{hour:02}:15,{date}T{hour + 1:02}:20,{date}T{hour + 1:02}:30,A"
        for day, date in ((day, f"2024-01-{day:02}") for day in range(1, 15))
        for hour in (9, 11)
    ]
    source = tmp_path / "theatre.csv"
    source.write_text(LISTS + "\n".join(rows) + "\n")
    wording = LIBRARY / "definitions" / "library" / "theatre-utilisation-capped.toml"
    assert "2,520 over 3,360" in read(made, source, wording).text


def test_a_kind_that_no_report_shows_is_refused_as_such(made, tmp_path, capsys):
    wording = LIBRARY / "definitions" / "library" / "mortality-30d-expected.toml"
    assert made(spells(tmp_path), wording)[0] == 2
    assert "a report cannot show the kind observed_expected" in capsys.readouterr().err


def test_the_page_stands_alone(made, tmp_path):
    page = read(
        made,
        spells(tmp_path),
        LIBRARY / "definitions" / "library" / "length-of-stay.toml",
        *("--today", "2026-11-22"),
    )
    assert page.addresses == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.tags.count("h1") == 1
    assert library()["length-of-stay"].digest in page.text


OWN = """code = "late"
version = 1
title = "Sent late"
record = "documents"
kind = "proportion"
direction = "lower"
numerator = [{ field = "days_late", at_least = 1 }]
"""


def own(tmp_path, rows, definition=OWN):
    source, wording = tmp_path / "own.csv", tmp_path / "own.toml"
    source.write_text("ward,sent,days_late\n" + "\n".join(rows) + "\n")
    wording.write_text(definition)
    return source, wording


def test_rows_that_cannot_be_read_are_rejected_with_why(made, tmp_path):
    rows = [f"A,2024-0{1 + i % 9}-05,{i % 4}" for i in range(40)]
    source, wording = own(tmp_path, [*rows, "B,2024-01-05,lots", "B,5 January,1", "B,,2"])
    page = read(made, source, wording, "--unit", "ward", "--date", "sent")
    # 30 of the 40, and the last row, which has no date.
    assert "31 of 41 cases" in page.text
    assert "2 rows rejected" in page.text
    assert "column 'days_late' does not hold a whole number (first in row 41)" in page.text
    assert "1 case without a date" in page.text


def test_a_row_dated_after_today_is_rejected(made, tmp_path):
    rows = [*(f"A,2024-01-{day:02},1" for day in range(1, 20)), "A,2999-02-28,0"]
    page = read(made, *own(tmp_path, rows), "--date", "sent", "--today", "2024-03-01")
    assert "19 of 19 cases" in page.text
    assert "holds a date after 2024-03-01: it cannot have happened (first in row 20)" in page.text


def test_where_no_date_can_be_read_that_is_what_is_said(made, tmp_path, capsys):
    rows = ["A,28/02/2024,1", "A,29/02/2024,0", "B,01/03/2024,0"]
    status, _ = made(*own(tmp_path, rows), "--date", "sent")
    assert status == 2
    told = "column 'sent' does not hold a date such as 2026-03-31 (first in row 1), 3 rows"
    assert told in capsys.readouterr().err


def test_what_is_counted_out_of_nothing_still_adds_to_a_ratio(made, tmp_path):
    rate = OWN.replace('"proportion"', '"rate"').replace(
        '[{ field = "days_late", at_least = 1 }]', '"days_late"\ndenominator = "beds"'
    )
    source, wording = own(tmp_path, [], rate)
    source.write_text("days_late,beds\n1,10\n5,0\n3,30\n")
    assert "9 over 40" in read(made, source, wording).text  # 5 of them on a day without beds


@pytest.mark.parametrize(("percentile", "figure"), [(50, "3"), (51, "5"), (75, "5"), (90, "10")])
def test_a_percentile_is_one_of_the_values_as_in_the_application(
    made, tmp_path, percentile, figure
):
    wording = OWN.replace('"proportion"', '"percentile"').replace(
        'numerator = [{ field = "days_late", at_least = 1 }]',
        f'value = "days_late"\npercentile = {percentile}',
    )
    page = read(made, *own(tmp_path, [f"A,,{value}" for value in (10, 1, 5, 3)], wording))
    assert f" {figure} : 4 cases" in page.text


def test_day_numbers_without_an_origin_are_months_of_the_study(made, tmp_path):
    rows = [f"A,{1 + 3 * i},{i % 3}" for i in range(200)]
    source, wording = own(tmp_path, rows)
    page = read(made, source, wording, "--date", "sent")
    assert "Month 1 to month 20 of the study" in page.text


def test_what_the_page_says_is_escaped(made, tmp_path):
    source, wording = own(tmp_path, ["<b>A</b>,2024-01-05,1", "B,2024-01-06,0"])
    status, out = made(source, wording, "--unit", "ward", "--title", "<script>x</script>")
    assert status == 0
    text = out.read_text()
    assert "<script>" not in text
    assert "<b>A" not in text


@pytest.mark.parametrize(
    ("rows", "definition", "options", "words"),
    [
        (["A,2024-01-05,1"], OWN, ("--unit", "clinic"), "no column 'clinic'"),
        (["A,2024-01-05,1"], OWN.replace('late"', 'l ate"'), (), "line 1"),
        (["A,2024-01-05,1"], OWN.replace("days_late", "days_long"), (), "days_long"),
        ([], OWN, (), "own.csv"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_nothing_is_written(
    made, tmp_path, capsys, rows, definition, options, words
):
    source, wording = own(tmp_path, rows, definition)
    status, out = made(source, wording, *options)
    shown = capsys.readouterr().err
    assert status == 2
    assert words in shown
    assert shown.count("\n") == 1
    assert not out.exists()
    assert not list(tmp_path.glob(".writing-*"))


def test_every_shipped_example_is_a_definition():
    columns = {"los": ["4"], "died": ["1"], "status": ["1"], "time": ["3"]}
    for path in EXAMPLES.glob("*.toml"):
        text, options = split_definition(path.read_text(), path.name)
        assert parse_definition(text, path.name, own=own_fields(columns)).counts
        assert options.unit


def test_an_option_on_the_command_line_wins_over_the_definitions_own(made, tmp_path):
    source, wording = own(tmp_path, ["A,2024-01-05,1", "B,2024-02-06,0"], OWN + OWN_REPORT)
    page = read(made, source, wording, "--case-word", "letter")
    assert "How do the places compare?" in page.text
    assert "1 of 2 letters" in page.text


OWN_REPORT = '[report]\nunit = "ward"\nunit_word = "place"\ncase_word = "thing"\ndate = "sent"\n'


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('[report]\ncolour = "red"\n', "no key 'colour'"),
        ("[report]\nunit = 3\n", "must be text"),
        ("[report]\norigin = 1992\n", "must be a date"),
        ('[report]\nmapping = "x"\n', "must be a list"),
        ("[report]\nunit = \n", "not valid TOML"),
        ('[report]\nunit = "ward"\n[other]\n', "last table"),
    ],
)
def test_a_wrong_report_table_is_refused_in_words(made, tmp_path, capsys, table, words):
    source, wording = own(tmp_path, ["A,2024-01-05,1"], OWN + table)
    assert made(source, wording)[0] == 2
    assert words in capsys.readouterr().err


def test_codes_with_leading_zeros_stay_codes():
    assert kind_of(["030001", "030002"]) == "text"
    assert kind_of(["1", "2", "", "x"] + ["3"] * 20) == "integer"
    assert kind_of(["1.5", "2"]) == "decimal"
    assert kind_of(["2024-01-01", ""]) == "date"


def wards(late_of_fifty):
    """Fifty documents of each ward, so many of them late."""
    return [
        f"W{ward},2024-0{1 + place % 9}-05,{int(place < late)}"
        for ward, late in enumerate(late_of_fifty, start=1)
        for place in range(50)
    ]


def test_a_comparison_says_how_well_it_tells_units_apart(made, tmp_path):
    source, wording = own(tmp_path, wards([2, 40, 5, 30, 20, 33, 12, 45, 8, 27, 15]))
    page = read(made, source, wording, "--unit", "ward", "--unit-word", "ward")
    assert "11 of 11 wards reach 0.70. Reliable does not mean right" in page.text
    assert "With 50 cases, a true figure has to be " in page.text
    found = reliability(
        None,
        unit=list(range(11)),
        numerator=[2, 40, 5, 30, 20, 33, 12, 45, 8, 27, 15],
        denominator=[50] * 11,
    )
    share, low, high = (float(each[0]) for each in (found.reliability, found.lower, found.upper))
    assert f"{int(share * 100) / 100:.2f} ({low:.2f} to {high:.2f})" in page.words


def test_a_comparison_of_wards_alike_says_that_none_is_told_apart(made, tmp_path):
    source, wording = own(tmp_path, wards([10] * 11))
    page = read(made, source, wording, "--unit", "ward", "--unit-word", "ward")
    assert "None of 11 wards reach 0.70." in page.text
    assert "no number of cases is known to be enough" in page.text


def test_a_comparison_of_few_says_that_its_reliability_cannot_be_estimated(made, tmp_path):
    source, wording = own(tmp_path, wards([10, 20, 30]))
    page = read(made, source, wording, "--unit", "ward", "--unit-word", "ward")
    assert (
        "cannot be estimated: that takes at least 10 with figures, and here there are 3"
        in page.text
    )
    assert "Reliability" not in page.words


MEAN = OWN.replace("proportion", "mean").replace(
    'numerator = [{ field = "days_late", at_least = 1 }]', 'value = "days_late"'
)


def test_a_mean_has_its_reliability_and_a_unit_without_values_none(made, tmp_path):
    rows = [f"W{n % 12},2024-01-05,{n % 12 + n % 5}" for n in range(600)]
    source, wording = own(tmp_path, ["W99,2024-01-05,", *rows], MEAN)
    page = read(made, source, wording, "--unit", "ward", "--unit-word", "ward")
    assert "12 of 12 wards reach 0.70." in page.text
    assert "W0 50 cases 2 1.59 to 2.41 0.99 (0.99 to 1.00) Unusually low" in page.text
    assert "W99 0 cases none none none " in page.text
