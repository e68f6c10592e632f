"""What of the findings staff are shown, and what the evaluator is told to look at: no database."""

from dataclasses import replace

from clinlead.coding.counting import Among, Case, count
from clinlead.coding.findings import Cohort, Invitation, QuoteFound, RowFound, ThemeFound
from clinlead.coding.results.content import Published, all_words, cautions

SAID = 7
ALL = [Case(key=n, number=n, group="CD" if n > 2 else "CoS") for n in range(1, 9)]
GIVEN = {case: frozenset({SAID} if case.number % 2 else ()) for case in ALL}
COHORT = Cohort(
    invitations=[Invitation(group=case.group, interviewed=True, finished=True) for case in ALL]
)


def row(*groups: str) -> RowFound:
    among = Among(groups=frozenset(groups))
    return RowFound(code="Said so", counted=count(SAID, among, GIVEN), among=among.in_words())


THEME = ThemeFound(
    number=1,
    title="Trust",
    summary="It grew",
    rows=[row(), row("CoS")],
    quotes=[QuoteFound(words="So it is", who="CoS 1", code="Said so")],
)


def test_a_row_that_counts_fewer_than_five_is_published_without_its_numbers():
    both = Published.of(COHORT, [THEME]).themes[0].rows
    assert [each.share for each in both] == ["4/8", ""]
    assert "1/2" not in str(both)
    assert both[1].among == "chiefs of service"


def test_what_is_kept_reads_as_what_was_published():
    made = Published.of(COHORT, [THEME])
    assert Published.read(made.as_kept()) == made


def test_the_evaluator_is_told_what_may_say_who_somebody_is():
    said = cautions(COHORT, [THEME], ["“Dr Quill”"])
    assert said == [
        "Only 2 chiefs of service took part: colleagues may guess whose words stand under CoS.",
        "“Said so” counts fewer than 5 people (chiefs of service): staff see the row without its "
        "numbers.",
        "These words may say who somebody is: “Dr Quill”.",
    ]
    one = Cohort(invitations=COHORT.invitations[1:])
    assert cautions(one, [THEME], [])[0].startswith("Only 1 chief of service took part")
    assert "7 of 7 invited were interviewed: 6 clinical directors, 1 chief" in one.sentence()
    assert cautions(COHORT, [replace(THEME, rows=[row()], quotes=[])], []) == []


def test_every_word_that_staff_would_read_is_looked_through_for_names():
    words = all_words(Published.of(COHORT, [THEME]), ["So it is"], ["The title"])
    assert {"Trust", "It grew", "Said so", "So it is", "The title"} <= set(words.split("\n"))
