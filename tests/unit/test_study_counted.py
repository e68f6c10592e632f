"""The published study's counts, out of codes on invented answers; and what counting means."""

import csv
from collections import Counter

from hypothesis import given as told
from hypothesis import strategies as st

from clinlead.coding.checklist import Answered, checklist, guidelines, parts
from clinlead.coding.counting import EVERYBODY, Among, Case, count
from clinlead.coding.example.invented import carriers, example, people, transcript_of
from clinlead.coding.findings import Cohort, Invitation
from clinlead.coding.retrieving import saturated_after, saturation
from clinlead.coding.speakers import labels

CODES = {code["key"]: place for place, code in enumerate(example()["code"])}
CASES = [
    Case(key=p.number, number=p.number, group=p.group, role=p.role)
    for p in people()
    if not p.declined
]
GIVEN = {
    case: frozenset(CODES[key] for key, numbers in carriers().items() if case.number in numbers)
    for case in CASES
}


def rows() -> list[tuple[int, int, int]]:
    """Theme, n and N of every row of the example, counted from its codes."""
    return [
        (code["theme"], found.n, found.of)
        for code in example()["code"]
        for row in code["rows"]
        for found in [count(CODES[code["key"]], among(row.get("among", [])), GIVEN)]
    ]


def among(said: list[str] | str) -> Among:
    if isinstance(said, str):
        return Among(code=CODES[said])
    return Among(groups=frozenset(said))


def test_the_example_gives_every_count_that_the_study_reports(shared):
    file = shared / "data" / "study_counts" / "counts.csv"
    with file.open(newline="", encoding="utf-8") as lines:
        reported = [
            (int(r["theme"]), int(r["n"]), int(r["denominator"])) for r in csv.DictReader(lines)
        ]
    assert len(reported) == 28
    assert rows() == reported


def test_the_cohort_is_the_studys():
    invited = Counter((p.group, p.role, p.declined) for p in people())
    assert sum(invited.values()) == 31
    assert invited["CD", "Clinical director", False] == 14
    assert invited["CoS", "Chief of service", False] == 6
    managers = {role: n for (group, role, _), n in invited.items() if group == "Manager"}
    assert managers == {
        "Operational manager": 3,
        "HR manager": 3,
        "BI analyst": 2,
        "Ward administrator": 1,
    }
    assert sum(p.declined for p in people()) == 2


def test_each_code_of_the_example_stands_on_the_line_that_was_invented_for_it():
    answers = {code["key"]: code["answers"] for code in example()["code"]}
    for person in people():
        written = transcript_of(person.number)
        for answer in written.answers:
            assert written.text[answer.start : answer.end] in answers[answer.key]
            assert person.number in carriers()[answer.key]


def test_codes_are_spread_over_people_and_a_code_within_another_stays_within_it():
    held = Counter(number for numbers in carriers().values() for number in numbers)
    assert min(held[case.number] for case in CASES) >= 4
    assert set(carriers()["ownership-crucial"]) <= set(carriers()["ownership"])
    assert set(carriers()["platform"]) <= set(carriers()["motivated"])


def test_whom_a_row_counts_within_is_said_in_words():
    assert Among().in_words() == EVERYBODY
    assert Among(groups=frozenset({"CD"})).in_words() == "clinical directors"
    assert Among(code=1).in_words("Data are ours") == "those coded “Data are ours”"
    both = Among(groups=frozenset({"CD", "CoS"}), code=1)
    assert both.in_words("x") == "clinical directors and chiefs of service coded “x”"


def test_whoever_is_left_out_is_in_neither_number_and_nobody_has_no_interval():
    everyone = count(0, Among(), GIVEN)
    carrier = next(case for case, codes in GIVEN.items() if 0 in codes)
    without = count(0, Among(left_out=frozenset({carrier.key})), GIVEN)
    assert (without.n, without.of) == (everyone.n - 1, everyone.of - 1)
    nobody = count(0, Among(), {})
    assert (nobody.n, nobody.of, nobody.share, nobody.lower) == (0, 0, None, None)


def test_an_interval_is_wilsons():
    # 19 of 29 by hand: centre (p + z²/2n) / (1 + z²/n), p = 0.6552, z = 1.96: 0.473 to 0.801.
    found = count(0, Among(), GIVEN)
    assert (found.n, found.of) == (19, 29)
    assert found.lower is not None
    assert found.upper is not None
    assert round(found.lower, 3) == 0.473
    assert round(found.upper, 3) == 0.801


@told(st.lists(st.sampled_from(["CD", "CoS", "Manager"]), max_size=20), st.text(), st.text())
def test_speakers_are_numbered_from_one_in_each_group_and_afresh_in_each_theme(groups, one, other):
    quoted = [Case(key=n, number=n, group=group) for n, group in enumerate(groups)]
    found = labels(one, quoted)
    expected = {f"{g} {n}" for g, size in Counter(groups).items() for n in range(1, size + 1)}
    assert set(found.values()) == expected
    assert found == labels(one, reversed(quoted))
    assert sorted(labels(other, quoted).values()) == sorted(found.values())


def test_nobody_keeps_a_number_from_theme_to_theme():
    drawn = [tuple(sorted(labels(f"theme {n}", CASES).items())) for n in range(4)]
    assert len(set(drawn)) == 4


def test_the_cohort_says_who_is_in_no_count_and_why():
    there = [Invitation(group="CD", interviewed=True, finished=n > 0) for n in range(3)]
    cohort = Cohort(
        invitations=[
            *there,
            Invitation(group="CoS", because="declined, no time"),
            Invitation(group="CoS"),
        ]
    )
    assert cohort.sentence() == "3 of 5 invited were interviewed: 3 clinical directors."
    assert cohort.exclusions == [
        "1 of 5 invited: declined, no time",
        "1 of 5 invited: not interviewed",
        "1 of 3 interviewed: not coded to the end yet",
    ]


def test_saturation_counts_new_codes_interview_by_interview():
    steps = saturation(CASES, GIVEN)
    assert steps[0].so_far == len(GIVEN[CASES[0]])
    assert steps[-1].so_far == len(CODES)
    assert sum(len(step.new) for step in steps) == len(CODES)
    enough = saturated_after(steps)
    assert enough is not None
    assert sum(len(step.new) for step in steps[enough - 2 : enough]) <= 0.05 * steps[3].so_far
    assert saturated_after(steps[:5]) is None


def test_checklists_are_ticked_by_data_first_and_by_words_that_somebody_must_check():
    assert len(guidelines()["COREQ"]) == 32
    assert len(guidelines()["SRQR"]) == 21
    items = [item for some in guidelines().values() for item in some]
    assert all(item.fact or item.part for item in items)
    assert {item.part for item in items if item.part} <= set(parts())
    found = {t.item.number: t for t in checklist({"interviewed": "29 of 31"}, {"team"})["COREQ"]}
    assert (found["12"].how, found["12"].said) == (Answered.DATA, "29 of 31")
    assert (found["2"].how, found["2"].said) == (
        Answered.WORDS,
        "Under “Research team and reflexivity”",
    )
    assert found["9"].how is Answered.NOT_YET
